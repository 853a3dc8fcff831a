"""The order of the elements is that of the schema, also where it differs from place to place."""

from __future__ import annotations

import datetime as dt
import itertools
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from monitoring.exporters.iati import element_of, iati_file
from monitoring.exporters.iati_schema import refusal_of, schema_errors
from monitoring.rules import iati
from monitoring.rules.iati import Coded, Document, Organisation, OtherIdentifier, Reference, Value
from tests.monitoring.iati.sound import SCHEMA_DIR, measured, paid, planned, resulting, sound, told

MOMENT = dt.datetime(2011, 7, 31, 12, tzinfo=dt.UTC)
PAPER = Document("https://example.org/a.pdf", "application/pdf", "Paper", "A09", "en", dt.date(2008, 6, 1))
BODY = Organisation("XM-EXAMPLE", "40", "UNIDO")
SHOWN = Value("12", (("sex", "female"),), "Counted", (PAPER,))


def full() -> iati.Activity:
    """One with everything that we can say."""
    everything = paid(
        description="For training",
        provider=BODY,
        receiver=Organisation(name="CLRI"),
        sectors=(Coded("32130", "1"),),
        countries=(Coded("IN"),),
    )
    indicator = measured(
        description="Who came to a training",
        references=(Reference("T9.8", "99"),),
        baselines=(Value("0", (("sex", "female"),), "None", (PAPER,), "2006", dt.date(2006, 1, 1)),),
        periods=told(targets=(SHOWN,), actuals=(SHOWN, Value("20"))),
    )
    return sound(
        other_identifiers=(OtherIdentifier("T1", "A9", BODY),),
        dates=(
            iati.ActivityDate("2", dt.date(2006, 2, 1), "Feb-06"),
            iati.ActivityDate("3", dt.date(2012, 1, 1)),
        ),
        countries=(Coded("IN", percentage="60"), Coded("TR", percentage="30", name="Türkiye")),
        regions=(Coded("679", "1", "10"),),
        locations=(iati.Location("Chennai leather", "Ambur, Vellore", point="12.79 78.72"),),
        tags=(Coded("9.3", "3"),),
        collaboration="4",
        flow="10",
        finance="110",
        tied="5",
        budgets=(planned(),),
        budget_not_provided="1",
        transactions=(everything,),
        documents=(PAPER,),
        related=(("XM-EXAMPLE-T1-CT-1", "2"),),
        results=resulting(indicator, description="By training"),
    )


def tags_of(element: Any, path: str) -> list[str]:
    return [child.tag for child in element.find(path)]


def test_in_a_baseline_documents_come_first_and_elsewhere_the_comment() -> None:
    made = element_of(full())
    indicator = "result/indicator"
    assert tags_of(made, f"{indicator}/baseline") == ["dimension", "document-link", "comment"]
    for side in ("target", "actual"):
        assert tags_of(made, f"{indicator}/period/{side}") == ["dimension", "comment", "document-link"]


def test_a_place_is_a_point_where_it_has_one() -> None:
    (place,) = element_of(full()).findall("location")
    assert place.findtext("point/pos") == "12.79 78.72"
    assert place.find("point").get("srsName") == "http://www.opengis.net/def/crs/EPSG/0/4326"
    assert [child.tag for child in place] == [
        "location-reach", "name", "description", "point", "exactness", "location-class",
    ]  # fmt: skip
    assert element_of(sound(locations=(iati.Location("Chennai leather"),))).find("location/point") is None


def test_a_total_stands_beside_its_parts() -> None:
    actuals = element_of(full()).findall("result/indicator/period/actual")
    assert [(a.get("value"), [d.get("value") for d in a.findall("dimension")]) for a in actuals] == [
        ("12", ["female"]),
        ("20", []),
    ]


def test_what_xml_cannot_hold_does_not_break_the_file() -> None:
    made = element_of(
        sound(title="Form\x0cfeed\x00 and \ud800 half a sign", description="Tanner’s “best” <b>&")
    )
    again = etree.fromstring(etree.tostring(made))
    assert again.findtext("title/narrative") == "Form feed  and   half a sign"
    assert again.findtext("description/narrative") == "Tanner’s “best” <b>&"


def test_the_file_is_one_document_with_its_version() -> None:
    whole = b"".join(iati_file([sound(), full()], MOMENT))
    root = etree.fromstring(whole)
    assert (root.tag, root.get("version"), root.get("generated-datetime")) == (
        "iati-activities",
        "2.03",
        "2011-07-31T12:00:00Z",
    )
    assert len(root) == 2


def test_ten_times_as_many_activities_cost_no_more_memory() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        written = sum(len(piece) for piece in iati_file(itertools.repeat(full(), count), MOMENT))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert written > count * 2000
        return most

    peak(10)  # what is loaded once
    few, many = peak(100), peak(1000)
    assert many < few + 300_000


def test_a_reader_who_goes_away_ends_the_writing() -> None:
    made: list[int] = []

    def activities() -> Iterator[iati.Activity]:
        for number in range(10_000):
            made.append(number)
            yield full()

    pieces = iati_file(activities(), MOMENT)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert len(made) < 100


def test_without_the_schema_nothing_is_said_of_it(settings: Any) -> None:
    settings.IATI_SCHEMA_DIR = None
    assert schema_errors([full()]) is None
    assert refusal_of("nowhere.xml") is None


if SCHEMA_DIR.exists():  # beside the repository where it was made; it is not ours to ship

    @pytest.fixture(autouse=True)
    def _schema(settings: Any) -> None:
        settings.IATI_SCHEMA_DIR = SCHEMA_DIR

    def test_everything_that_can_be_said_is_valid_by_the_official_schema() -> None:
        assert schema_errors([sound(), full()]) == []

    def test_what_is_not_valid_is_told_with_its_activity() -> None:
        errors = schema_errors([sound(), sound(identifier="XM-EXAMPLE-T2", participating=())])
        assert errors is not None
        (identifier, said), *_ = errors
        assert identifier == "XM-EXAMPLE-T2"
        assert "participating-org" in said

    def test_a_whole_file_is_checked_piece_by_piece(tmp_path: Any) -> None:
        path = tmp_path / "iati.xml"
        path.write_bytes(b"".join(iati_file([sound(), full()], MOMENT)))
        assert refusal_of(str(path)) == ""
        path.write_bytes(path.read_bytes().replace(b"<iati-identifier>", b"<title/><iati-identifier>", 1))
        assert "title" in (refusal_of(str(path)) or "")
