"""What holds for every period, found by random trial."""

from __future__ import annotations

import pickle
import time
from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from twinning.core.periods import (
    Context,
    Precision,
    Reading,
    Segment,
    display,
    from_edtf,
    languages,
    read,
    read_sheet,
)

patient = settings(deadline=None)  # a busy machine is no failure; slowness has its own test below
DAYS = st.dates(date(1000, 1, 1), date(9998, 12, 31))
LABELS = st.sampled_from(["", "", "class room training", "Factory level", "visita", "बैठक", "교육"])


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    start = draw(st.none() | DAYS)
    end = draw(st.none() | DAYS)
    return Segment(
        start, end, draw(st.sampled_from(Precision)), draw(st.none() | st.sampled_from(Precision)),
        label=draw(LABELS), approximate=draw(st.booleans()) and bool(start or end),
        uncertain=draw(st.booleans()) and bool(start or end),
    )  # fmt: skip


WORDS = st.sampled_from(
    [
        "Jan",
        "Feb-08",
        "may",
        "2010",
        "10",
        "5th",
        "31",
        "12/5",
        "9/5/2009",
        "16/02/2009",
        "to",
        "-",
        "–",
        "and",
        ",",
        ";",
        "&",
        "(",
        ")",
        "from",
        "since",
        "until",
        "ongoing",
        "tbd",
        "Q3",
        "H1",
        "FY",
        "2009-10",
        "mid",
        "c.",
        "?",
        "~",
        "/",
        "..",
        "{",
        "}",
        "[",
        "]",
        "마",
        "3월",
        "2010년",
        "से",
        "तक",
        "जनवरी",
        "dal",
        "1er",
        "al",
        "d'",
        "l'",
        "winter",
        "or",
        "firms",
        "before",
        "0",
        "00",
        "0000",
        "9999",
        "99999",
        "39326",
        "T10:30",
        "10:30",
        "week",
    ]
)


@patient
@given(segments(), st.sampled_from(languages()))
def test_what_is_printed_reads_back_to_itself(segment: Segment, language: str) -> None:
    text = display(segment, language)
    assert read(text).segments == (segment,), text


@patient
@given(st.lists(segments().filter(lambda s: s.start and s.end), min_size=2, max_size=4, unique=True))
def test_several_segments_read_back_in_their_order(several: list[Segment]) -> None:
    assert read(display(several)).segments == tuple(several)


@patient
@given(segments())
def test_edtf_of_a_segment_reads_back_and_is_edtf(segment: Segment) -> None:
    bare = Segment(
        segment.start, segment.end, segment.precision, segment.end_precision,
        approximate=segment.approximate, uncertain=segment.uncertain,
    )  # fmt: skip
    assert from_edtf(segment.edtf) == (bare,)
    assert segment.edtf == "/.." or parse_edtf(segment.edtf)  # the library fails on the valid "/.."


@patient
@given(st.lists(segments().filter(lambda s: s.start and s.end), min_size=2, max_size=4, unique=True))
def test_a_set_is_edtf_with_the_same_first_and_last_day(several: list[Segment]) -> None:
    reading = Reading("", tuple(several))
    again = Reading("", from_edtf(reading.edtf))
    assert (again.start, again.end) == (reading.start, reading.end)
    assert reading.edtf == "" or parse_edtf(reading.edtf)


@patient
@given(segments())
def test_an_interval_is_invalid_exactly_when_it_ends_before_it_starts(segment: Segment) -> None:
    assert segment.invalid == bool(segment.start and segment.end and segment.end < segment.start)


@patient
@given(segments())
def test_json_keeps_a_segment(segment: Segment) -> None:
    assert Segment.from_json(segment.to_json()) == segment


@given(
    st.text(max_size=60)
    | st.lists(WORDS, max_size=12).map(" ".join)
    | st.lists(WORDS, max_size=12).map("".join)
)
@example("\u0130stanbul 5/5/5555 ǅ")
@example("²³ 2010 ½ Ⅷ ①")
@settings(patient, max_examples=600)
def test_any_text_is_read_without_an_error_and_kept(text: str) -> None:
    reading = read(text, Context(title=text, status_date=date(2011, 7, 31)))
    assert reading.raw == text
    assert Reading.from_json(reading.to_json()) == reading
    assert pickle.loads(pickle.dumps(reading)) == reading
    assert reading.edtf in ("", "/..") or parse_edtf(reading.edtf)
    for segment in reading.segments:
        assert segment.invalid or not segment.start or not segment.end or segment.start <= segment.end


@patient
@given(
    st.lists(st.tuples(st.lists(WORDS, max_size=5).map(" ".join), st.lists(WORDS, max_size=5).map(" ".join)))
)
def test_a_sheet_gives_one_reading_for_each_row(rows: list[tuple[str, str]]) -> None:
    readings = read_sheet(rows, status_date=date(2011, 7, 31))
    assert [reading.raw for reading in readings] == [text for _, text in rows]


HOSTILE = [
    "1-",
    "5, ",
    "5 and ",
    "~1",
    "(",
    "'",
    "/",
    "1월",
    "May 5, ",
    "mid-",
    "10:30-",
    "x.",
    "2010 ",
    "진행",
    "से ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_is_slow(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * 2000)[:length]
        started = time.perf_counter()
        read(text)
        return time.perf_counter() - started

    assert min(seconds(1990 + turn) for turn in range(3)) < 0.5  # far from the milliseconds that it takes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2010-13", "no month"),
        ("2010-02-30", "no day 30"),
        ("0000", "no year 0"),
        ("2010/", "unknown end"),
        ("[2009,2010]", "choose one"),
        ("{2009", "does not end"),
        ("Y170000002", "not an EDTF date"),
        ("May 2010", "not an EDTF date"),
        ("2010-1X", "half-known"),
    ],
)
def test_what_is_not_edtf_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_edtf(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2010-24", date(2010, 12, 1), date(2011, 2, 28)),
        ("2010-29", date(2010, 9, 1), date(2010, 11, 30)),
        ("2010-41", date(2010, 7, 1), date(2010, 12, 31)),
        ("2004-XX", date(2004, 1, 1), date(2004, 12, 31)),
        ("2004-06-XX", date(2004, 6, 1), date(2004, 6, 30)),
        ("20XX", date(2000, 1, 1), date(2099, 12, 31)),
        ("?2004-06-~11", date(2004, 6, 11), date(2004, 6, 11)),
        ("1985-04-12T23:20:30Z", date(1985, 4, 12), date(1985, 4, 12)),
    ],
)
def test_edtf_forms_become_days(text: str, start: date, end: date) -> None:
    segment = from_edtf(text)[0]
    assert (segment.start, segment.end) == (start, end)
