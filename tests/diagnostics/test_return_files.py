"""A questionnaire goes to the field as an XLSForm, is filled there, and its answers come back as they were given."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from diagnostics import tasks
from diagnostics.exporters.xlsform import Lists, xlsform
from diagnostics.importers.returns.answers import answers_of
from diagnostics.importers.returns.fields import Fields, Records
from diagnostics.importers.returns.files import open_returns
from diagnostics.models import ReturnBatch, SampledFirm, Submission
from diagnostics.rules.answers import clean, path_of, place_of
from diagnostics.rules.forms import form_of
from diagnostics.rules.soundness import problems_of
from tests.conftest import World
from tests.diagnostics.collected import Device, Filled, zipped
from tests.diagnostics.conftest import row, version_of
from tests.diagnostics.forms_made import definitions
from tests.diagnostics.returned import (
    IDENT,
    PHOTOS,
    STUDY,
    begin,
    bring,
    device,
    filled,
    kept_photos,
    kobo_zip,
    rows_in,
    told,
)
from tests.diagnostics.test_filling import picture
from tests.diagnostics.test_xlsform import book
from tests.diagnostics.test_xlsform import version_of as made_version
from twinning.core.tabular import UnfitSheet

__all__ = ["device", "filled"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "write",
    [Device.central_zip, kobo_zip, Device.kobo_json, Device.kobo_xlsx],
    ids=lambda write: write.__name__,
)
def test_what_was_filled_in_the_field_comes_back_as_it_was_given(
    world: World, device: Device, filled: Callable[..., Filled], write: Callable[..., bytes]
) -> None:
    with_photos = write in (Device.central_zip, kobo_zip)
    one = filled(
        photos=PHOTOS if with_photos else {}, about={"about-date": "2011-07-15", "about-title": "Study A"}
    )
    data = write(device, one)
    if write is Device.central_zip:
        data = device.central_zip(one, form_id="diagnostic-emerging", version="1")
    batch = begin(world, data)
    assert told(batch) == ["new"]
    assert rows_in(batch)[0].problems == []
    assert Submission.objects.count() == 0
    tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    submission = Submission.objects.get()
    assert {path: value for path, value in submission.answers.items() if path not in PHOTOS} == STUDY
    assert (submission.title, str(submission.held_on), submission.key) == (
        "Study A",
        "2011-07-15",
        uuid.UUID(one.ident),
    )
    assert (submission.status, submission.origin, submission.cluster) == ("draft", "imported", world.leather)
    assert SampledFirm.objects.filter(organisation=world.tannery).exists()
    if with_photos:
        for path, photos in PHOTOS.items():
            assert kept_photos(submission, path) == [content for _name, content in photos]
    # A second time nothing is new.
    again = begin(world, data)
    assert told(again) == ["unchanged"]


def test_a_table_without_repeated_groups_comes_back_too(world: World) -> None:
    version = version_of("diagnostic-advanced")
    device = Device(xlsform(version))
    answers = {"profile": "Narrow; and deep", "willingness": "2", "conditions": "On conditions"}
    bring(world, device.kobo_csv(device.fill(version.form, answers)), slug="diagnostic-advanced")
    assert Submission.objects.get().answers == answers


def test_firms_and_product_groups_that_were_chosen_come_back_as_their_names(world: World) -> None:
    version = version_of("diagnostic-emerging")
    lists = Lists([(world.tannery.pk, world.tannery.name)], [])
    device = Device(xlsform(version, lists=lists))
    chosen: dict[str, Any] = {"firm": f"o{world.tannery.pk}", "firm_groups": ["OTHER"]}
    one = device.fill(version.form, row("firms", "r1", 0, **chosen) | row("firms", "r2", 1, firm="OTHER"))
    groups = next(node for node in one.tree.iter() if node.tag.endswith("}firm_groups-other"))
    groups.text = "Goat; Ostrich"
    typed = [node for node in one.tree.iter() if node.tag.endswith("}firm-other")]
    typed[1].text = "Not yet known"
    bring(world, device.kobo_json(one))
    answers = Submission.objects.get().answers
    assert (answers["firms/r1/firm"], answers["firms/r2/firm"]) == ("Pakkar Tannery", "Not yet known")
    assert answers["firms/r1/firm_groups"] == ["Goat", "Ostrich"]


def test_a_form_without_an_id_is_known_by_what_it_says(world: World) -> None:
    data = b"profile,FormVersion\nNarrow,1\nNarrow,1\n"
    bring(world, data, slug="diagnostic-advanced")
    assert Submission.objects.count() == 2
    assert told(begin(world, data, slug="diagnostic-advanced")) == ["unchanged", "unchanged"]


def test_what_the_questionnaire_does_not_ask_is_named(world: World) -> None:
    data = b"profile,FormVersion,favourite_colour\nNarrow,1,red\n"
    batch = begin(world, data, slug="diagnostic-advanced")
    assert batch.counts["notes"] == ["Not in the questionnaire, and left out: favourite_colour"]


def test_a_photo_that_is_not_in_the_file_is_named_and_may_come_later(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    one = filled(photos=PHOTOS, ident=IDENT)
    batch = bring(world, device.kobo_json(one))
    assert sum("is not in the file" in note for note in rows_in(batch)[0].notes) == 4
    bring(world, kobo_zip(device, one))
    assert kept_photos(Submission.objects.get(), "map_photo") == [picture("blue")]
    assert told(begin(world, device.kobo_json(one))) == ["unchanged"]


def test_a_file_that_is_no_photo_is_refused_with_its_name(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    one = filled(photos={"map_photo": [("map.jpg", b"<svg/>"), ("paper.pdf", b"%PDF-1.7")]})
    batch = begin(world, device.central_zip(one, version="1"))
    assert [why.partition(":")[0] for _path, why in rows_in(batch)[0].problems] == ["map.jpg", "paper.pdf"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"{}", "no list of filled forms"),
        (b"[1]", "Number 1 of the list is no filled form"),
        (b"[]", "no filled form"),
        (b'[{"a": ', "line 1"),
        (b"[" * 100_000, "cannot be read"),
        (zipped({"a.txt": b"x"}), "A ZIP holds either"),
        (zipped({"a.csv": b"KEY\n1\n", "b.json": b"[]"}), "A ZIP holds either"),
        (zipped({"a.csv": b"KEY\n1\n", "b.csv": b"KEY\n1\n"}), "forms are in: a, b"),
        (zipped({"a.csv": b"KEY\nx\n", "a-firms.csv": b"firm,PARENT_KEY\nA,y\n"}), "belongs to no form"),
        (zipped({"a.csv": b"0" * 40_000_000}), "far larger"),
        (b"%PDF-1.7", "PDF"),
        (book(Form=[["profile", "_uuid"], ["=1+1", "x"]]), "Row 2: a cell holds the error"),
    ],
)
def test_a_file_that_holds_no_forms_is_refused_and_not_kept(world: World, data: bytes, words: str) -> None:
    with pytest.raises(UnfitSheet, match=words):
        begin(world, data)
    assert not ReturnBatch.objects.exists()


def test_more_forms_than_are_taken_at_a_time_are_refused(world: World) -> None:
    with pytest.raises(UnfitSheet, match="501 filled forms"):
        begin(world, json.dumps([{"_uuid": str(number)} for number in range(501)]).encode())


ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["x", "“a”; b\nc", "=1+1", "yes", "007", "o7"]),
    "long-text": st.sampled_from(["x", "two\nlines, and more"]),
    "integer": st.integers(0, 10**9).map(str),
    "decimal": st.decimals(0, 1000, places=2).map(str),
    "date": st.dates().map(str),
    "one": st.sampled_from(["0", "yes", "No-1"]),
    "several": st.sets(st.sampled_from(["0", "yes", "No-1"]), min_size=1).map(lambda names: sorted(names)),
    "place": st.sampled_from(["13.08 80.27", "-1.5 0"]),
    "organisation": st.sampled_from(["A firm", "Pakkar & Sons"]),
    "product-group": st.lists(st.sampled_from(["Goat", "Sheep, wet blue"]), min_size=1, unique=True),
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions(), st.data())
def test_any_answers_to_any_questionnaire_are_read_as_they_were_given(
    raw: dict[str, Any], data: st.DataObject
) -> None:
    assume(not problems_of(raw))
    form = form_of(raw)
    answers: dict[str, Any] = {}
    for question in form.questions():
        for row_id in ("r1", "r2") if question.repeat else ("",):
            if question.type in ANSWERS and data.draw(st.booleans()):
                place = place_of(form, path_of(question, row_id))
                assert place is not None
                if question.repeat:
                    answers |= {f"{question.repeat}/r1": 0} | (
                        {f"{question.repeat}/r2": 1} if row_id == "r2" else {}
                    )
                answers[path_of(question, row_id)] = clean(form, place, data.draw(ANSWERS[question.type]))
    device = Device(xlsform(made_version(raw)))
    one = device.fill(form, answers)
    for write in (device.kobo_json, device.kobo_xlsx, device.central_zip):
        (read,) = open_returns(write(one), "own").returns
        found = answers_of(read, Fields(form), form, Records({}, {}))
        assert (found.problems, found.unknown, read.says) == ([], [], "own:3")
        filled_rows = {path.rpartition("/")[0] for path in answers if path.count("/") == 2}
        wanted = {
            path: value for path, value in answers.items() if path.count("/") != 1 or path in filled_rows
        }
        assert found.values == wanted
