"""Radar and paired bars: well-formed, bounded, and what is not known is not drawn as zero."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinning.core.charts import Pair, Series, bar_pairs, radar

WORDS: dict[str, Any] = {"language": "en", "width": 560, "title": "Excellence", "description": "By area."}
SVG = "{http://www.w3.org/2000/svg}"
AXES = ["5S", "Lean", "Quality", "Vision"]


def draw(*series: Series, **extra: Any) -> str:
    return radar(AXES, series, **({"most": 5} | WORDS | extra))


def test_two_series_differ_by_mark_and_dash_and_not_by_colour_alone() -> None:
    text = draw(Series("This firm", [1, 2, 3, 4]), Series("Mean", [2, 2, 2, 2]))
    first, second = [
        group for group in ElementTree.fromstring(text) if group.get("class", "").startswith("series")
    ]
    assert len(first.findall(f"{SVG}circle")) == 4
    assert first.find(f"{SVG}polygon") is not None
    assert len(second.findall(f"{SVG}rect")) == 4
    assert all(line.get("stroke-dasharray") for line in second.findall(f"{SVG}line"))


def test_on_a_phone_no_word_of_a_label_is_cut_and_the_best_has_its_number_beside_the_point() -> None:
    axes = ["Relevance", "Coherence", "Effectiveness", "Efficiency", "Impact", "Sustainability"]
    text = radar(axes, [Series("Rating", [6] * 6)], most=6, rings=6, **(WORDS | {"width": 340}))
    root = ElementTree.fromstring(text)
    words = {one.text: one for one in root.iter(f"{SVG}text")}
    assert set(axes) <= set(words)
    top = min(root.iter(f"{SVG}circle"), key=lambda one: float(one.get("cy", "nan")))
    best, label = words["6"], words["Relevance"]
    x, y = float(best.get("x", "nan")), float(best.get("y", "nan"))
    assert x < float(top.get("cx", "nan")) - float(top.get("r", "nan"))
    assert y < float(top.get("cy", "nan"))
    assert float(label.get("y", "nan")) < y - 12


def test_what_is_not_known_is_left_out() -> None:
    text = draw(Series("This firm", [1, None, 3, 4]))
    (series,) = [group for group in ElementTree.fromstring(text) if group.get("class") == "series-1"]
    assert len(series.findall(f"{SVG}circle")) == 3
    assert len(series.findall(f"{SVG}line")) == 2
    assert series.find(f"{SVG}polygon") is None


@pytest.mark.parametrize(
    ("axes", "series"),
    [
        (["a", "b"], [Series("x", [1, 2])]),
        (["a", "b", "c"], []),
        (["a", "b", "c"], [Series("x", [1, 2])]),
        (["a", "b", "c"], [Series("x", [1, 2, 3])] * 3),
    ],
)
def test_what_cannot_be_drawn_is_refused(axes: list[str], series: list[Series]) -> None:
    with pytest.raises(ValueError, match=r"A radar has|A series has"):
        radar(axes, series, most=5, **WORDS)


def test_in_print_colours_are_plain() -> None:
    series = Series("This firm", [1, 2, 3, 4])
    assert "var(--chart-1)" in draw(series)
    assert "var(" not in draw(series, inked=True, font="Noto Sans")
    pairs = [Pair("People", (20, None))]
    assert "var(" not in bar_pairs(pairs, ("before", "after"), most=100, inked=True, **WORDS)


values = st.none() | st.floats(-10, 200)


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), values, values), min_size=3, max_size=14))
def test_everything_lies_within_the_picture(rows: list[tuple[str, Any, Any]]) -> None:
    labels = [label for label, _one, _two in rows]
    first, second = [one for _label, one, _two in rows], [two for _label, _one, two in rows]
    for text in (
        radar(labels, [Series("a", first), Series("b", second)], most=100, **WORDS),
        bar_pairs([Pair(label, (one, two)) for label, one, two in rows], ("a", "b"), most=200, **WORDS),
    ):
        root = ElementTree.fromstring(text)
        height = float(root.get("height", "0"))
        for mark in root.iter(f"{SVG}rect"):
            x, y, width, tall = (float(mark.get(name, "nan")) for name in ("x", "y", "width", "height"))
            assert -1 <= x <= x + width <= 561
            assert -1 <= y <= y + tall <= height + 1
        for mark in root.iter(f"{SVG}circle"):
            assert 0 <= float(mark.get("cx", "nan")) <= 560
            assert 0 <= float(mark.get("cy", "nan")) <= height
        assert "style=" not in text


def test_pairs_say_what_is_missing_in_the_words_given() -> None:
    text = bar_pairs(
        [Pair("People", (25, None))], ("Before", "After"), most=100, unit="%", missing="not shown", **WORDS
    )
    assert "not shown" in text
    assert "Before 25 %" in text
    assert text.count('class="second"') == 1  # in the legend only
