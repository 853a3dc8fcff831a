"""Targets, ranges and lines over time: well-formed, bounded, and never saying more than the data."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinning.core.charts import Aim, Line, Pair, Range, bar_pairs, day_lines, range_plot, target_bars
from twinning.core.charts.scales import ticks

WORDS: dict[str, Any] = {"language": "en", "width": 720, "title": "Results", "description": "To date."}
SVG = "{http://www.w3.org/2000/svg}"
DAYS = [(dt.date(2008, 12, 31), "2008"), (dt.date(2009, 12, 31), "2009"), (dt.date(2011, 6, 30), "2011")]


def marks(text: str, css: str) -> list[Any]:
    return [mark for mark in ElementTree.fromstring(text).iter() if mark.get("class") == css]


def test_a_range_has_two_ends_and_no_point_between_them() -> None:
    text = range_plot([Range("Energy saved", 5, 7, "Chennai auto", "5–7 %")], unit="%", **WORDS)
    (bar,) = marks(text, "range")
    first, last = (float(end.get("x1")) for end in marks(text, "end"))
    assert (first, last) == pytest.approx(
        (float(bar.get("x")), float(bar.get("x")) + float(bar.get("width")))
    )
    assert "<circle" not in text
    assert "Energy saved: 5–7 %" in text


def test_one_value_is_a_dot_and_zero_is_on_the_scale() -> None:
    text = range_plot([Range("Rejected", 4, 4), Range("Turnover", -3, 5)], **WORDS)
    assert len(marks(text, "value")) == len(marks(text, "range")) == 1
    assert ">0</text>" in text


def test_a_target_is_one_line_and_what_goes_beyond_the_picture_ends_in_a_point() -> None:
    text = target_bars([Aim("Fairs", 50, "2 of 4"), Aim("Visits", 900, "9 of 1"), Aim("Shows", -5)], **WORDS)
    assert len(marks(text, "target")) == 1
    half, beyond, none = marks(text, "reached")
    line = float(marks(text, "target")[0].get("x1"))
    start = float(half.get("x"))
    assert float(half.get("width")) == pytest.approx((line - start) / 2, abs=0.02)
    assert beyond.tag == f"{SVG}polygon"
    assert none.get("width") == "0"
    assert "Fairs: 2 of 4" in text


@pytest.mark.parametrize("width", [720, 340])
def test_two_thirds_of_a_target_end_before_its_mark_and_their_number_stands_in_the_picture(
    width: int,
) -> None:
    text = target_bars([Aim("T9.8 Firms that came", 67.5, "67.5\u00a0%")], **WORDS | {"width": width})
    (bar,), (line,) = marks(text, "reached"), marks(text, "target")
    end = float(bar.get("x")) + float(bar.get("width"))
    at_target = float(line.get("x1"))
    assert end - float(bar.get("x")) == pytest.approx((at_target - float(bar.get("x"))) * 0.675, abs=0.02)
    assert at_target < width
    said = {one.text: float(one.get("x")) for one in marks(text, "chart-ink")}
    assert said["67.5 %"] == width  # it ends there
    assert "T9.8 Firms that came" in said
    assert {one.text for one in marks(text, "chart-ink-2")} == {"0", "target (100 %)"}


def test_lines_differ_by_dash_and_mark_and_not_by_colour_alone() -> None:
    text = day_lines(DAYS, [Line("Programme", [3, 9, 30]), Line("Leather", [1, 2, 4])], **WORDS)
    (first,), (second,) = (marks(text, name) for name in ("line-1", "line-2"))
    assert len(first.findall(f"{SVG}circle")) == len(second.findall(f"{SVG}polygon")) == 3
    assert first.find(f"{SVG}polyline").get("stroke-dasharray") is None
    assert second.find(f"{SVG}polyline").get("stroke-dasharray")
    assert "Programme 30" in text


def test_days_lie_as_far_apart_as_they_are() -> None:
    (line,) = marks(day_lines(DAYS, [Line("Programme", [3, 9, 30])], **WORDS), "line-1")
    x = [float(point.split(",")[0]) for point in line.find(f"{SVG}polyline").get("points").split()]
    assert x[2] - x[1] > x[1] - x[0] > 0


def test_a_line_has_a_value_for_each_day_and_there_are_not_too_many() -> None:
    for lines in ([Line("a", [1])], [Line("a", [1, 2, 3])] * 7):
        with pytest.raises(ValueError, match="six lines"):
            day_lines(DAYS, lines, **WORDS)


def test_numbers_are_written_in_the_readers_language_and_figures_have_room() -> None:
    text = day_lines(DAYS, [Line("Programm", [0, 10, 12_000])], **WORDS | {"language": "it"})
    assert "12.000" in text
    pairs = bar_pairs(
        [Pair("Twinning", (4_000_000, 1_000_000))], ("Budget", "Spent"), most=4e6, unit="EUR", **WORDS
    )
    (bar,) = (mark for mark in marks(pairs, "first") if float(mark.get("width")) > 28)
    assert float(bar.get("x")) + float(bar.get("width")) < 720 - 90


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0, 7, [0, 2, 4, 6, 8]),
        (-3, 50, [-20, 0, 20, 40, 60]),
        (0, 0, [0, 0.5, 1]),
        (-5e-324, 0, [-0.5, 0, 0.5, 1]),
        (0, 1234, [0, 500, 1000, 1500]),
    ],
)
def test_ticks_are_round_and_hold_all(low: float, high: float, wanted: list[float]) -> None:
    found = ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    assert 2 <= len(found) <= 8
    assert found == pytest.approx(wanted) or low == high == 0


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=80), st.floats(-1e6, 1e9), st.floats(0, 1e9), st.text(max_size=40)),
        max_size=12,
    )
)
def test_everything_lies_within_the_picture_and_is_plain_in_print(
    rows: list[tuple[str, float, float, str]],
) -> None:
    aims = [Aim(label, low, words) for label, low, _more, words in rows]
    drawn = (
        target_bars(aims, **WORDS, inked=True),
        target_bars(aims, **WORDS | {"width": 340}, inked=True),
        range_plot(
            [Range(label, low, low + more, words) for label, low, more, words in rows], **WORDS, inked=True
        ),
        day_lines(
            DAYS,
            [Line(label, [0, more / 2, more]) for label, _low, more, _words in rows[:6]],
            **WORDS,
            inked=True,
        ),
    )
    for text in drawn:
        root = ElementTree.fromstring(text)
        height = float(root.get("height", "0"))
        for mark in root.iter(f"{SVG}rect"):
            x, y, width, tall = (float(mark.get(name, "nan")) for name in ("x", "y", "width", "height"))
            assert -1 <= x <= x + width <= 721
            assert -1 <= y <= y + tall <= height + 1
        assert "style=" not in text
        assert "var(" not in text
