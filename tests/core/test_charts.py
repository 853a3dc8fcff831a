"""Pictures: well-formed, bounded, honest about what is not known, and without a style attribute."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinning.core.charts import Bar, Count, RankSpan, Stretch, bar_counts, fit, rank_spans, timeline

D = dt.date
WORDS: dict[str, Any] = {
    "language": "en",
    "width": 600,
    "title": "Activities",
    "description": "What happened when.",
}
SPAN = {"first": D(2007, 1, 1), "last": D(2011, 12, 31), "as_of": D(2011, 7, 31)} | WORDS


def draw(*stretches: Stretch, **extra: Any) -> str:
    return timeline([Bar("Training", stretches, "17")], **(SPAN | extra))


def test_marks_differ_by_what_is_known() -> None:
    assert 'class="known"' in draw(Stretch(D(2010, 3, 3), D(2010, 3, 14)))
    assert 'class="coarse"' in draw(Stretch(D(2010, 3, 1), D(2010, 3, 31), False, False))
    assert 'class="doubtful"' in draw(Stretch(D(2010, 3, 1), D(2010, 3, 31), doubtful=True))
    assert 'class="open"' in draw(Stretch(D(2010, 3, 1), None))
    assert 'class="open"' in draw(Stretch(None, None))


def test_the_legend_names_the_marks_in_use_and_no_others() -> None:
    text = draw(Stretch(D(2010, 3, 3), D(2010, 3, 14)))
    assert "days known" in text
    assert "month or year known" not in text
    assert "doubtful" not in text


def test_the_line_of_the_day_is_drawn_inside_the_picture_only() -> None:
    assert "as of 31 July 2011" in draw()
    assert "as of" not in draw(as_of=D(2015, 1, 1))
    assert "as of" not in draw(as_of=None)


def test_it_speaks_the_readers_language() -> None:
    text = draw(
        Stretch(D(2010, 3, 3), D(2010, 3, 14)), first=D(2010, 1, 1), last=D(2010, 12, 31), language="it"
    )
    assert ">lug<" in text


def test_on_pages_colours_are_variables_and_in_print_they_are_plain() -> None:
    page, paper = (
        draw(Stretch(D(2010, 3, 3), None)),
        draw(Stretch(D(2010, 3, 3), None), inked=True, font="Noto Sans"),
    )
    assert "var(--chart-1)" in page
    assert "#0b5a6b" not in page
    assert "var(" not in paper
    assert 'fill="#0b5a6b"' in paper
    assert 'font-family="Noto Sans"' in paper


def test_words_of_people_cannot_leave_their_place() -> None:
    nasty = '"><script>alert(1)</script>'
    text = timeline([Bar(nasty, (), nasty, nasty)], **(SPAN | {"title": nasty, "description": nasty}))
    assert "<script" not in text
    ElementTree.fromstring(text)


def test_a_picture_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        draw(last=D(2006, 1, 1))


days = st.dates(D(2000, 1, 1), D(2020, 12, 31))
stretches = st.builds(
    Stretch, st.none() | days, st.none() | days, st.booleans(), st.booleans(), st.booleans()
)


@given(st.lists(st.builds(Bar, st.text(max_size=80), st.lists(stretches, max_size=4).map(tuple))), days, days)
def test_every_mark_lies_within_the_picture(bars: list[Bar], one: dt.date, other: dt.date) -> None:
    span = SPAN | {"first": min(one, other), "last": max(one, other)}
    text = timeline(bars, **span)
    root = ElementTree.fromstring(text)
    height = float(root.get("height", "0"))
    for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, width, tall = (float(rect.get(name, "nan")) for name in ("x", "y", "width", "height"))
        assert -5 <= x <= x + width <= 605
        assert 0 <= y <= y + tall <= height
    assert "style=" not in text


@given(st.text("abc WMil 皮革é", max_size=200), st.floats(20, 400))
def test_words_are_cut_to_their_room(words: str, room: float) -> None:
    cut = fit(words, room)
    plain = " ".join(words.split())
    assert cut == plain or (cut.endswith("…") and len(cut) <= len(plain) + 1)


def test_counts_are_drawn_to_one_scale() -> None:
    text = bar_counts([Count("done", 1200), Count("ongoing", 300, 2), Count("undated", 0, 3)], **WORDS)
    widths = [float(w) for w in re.findall(r'width="([\d.]+)" height="16"', text)]
    assert widths[0] == pytest.approx(widths[1] * 4, rel=0.01)
    assert widths[2] == 0
    assert "1,200" in text
    ElementTree.fromstring(bar_counts([], **WORDS))


def test_a_rank_that_moves_is_a_bar_and_the_rank_that_stands_a_mark_on_it() -> None:
    spans = [
        RankSpan("Leather", 1, 1, 1, "100 %"),
        RankSpan("Auto", 2, 2, 4, "61 %"),
        RankSpan("Agra", 4, 2, 4),
    ]
    text = rank_spans(spans, last=4, **WORDS)
    root = ElementTree.fromstring(text)
    bars = [float(width) for width in re.findall(r'width="([\d.]+)" height="10"', text)]
    marks = [float(circle.get("cx", "0")) for circle in root.iter("{http://www.w3.org/2000/svg}circle")]
    assert bars[0] == 10
    assert bars[1] == pytest.approx(bars[2])
    assert marks[2] - marks[1] == pytest.approx(2 * (marks[1] - marks[0]))
    assert max(marks) < 600
    assert "style=" not in text
    assert "var(" not in rank_spans(spans, last=4, inked=True, **WORDS)
    ElementTree.fromstring(rank_spans([], last=0, **WORDS))
