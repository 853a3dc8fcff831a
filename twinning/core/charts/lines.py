"""Lines over time: how counts grew from day to day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from django.utils import formats, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from twinning.core.charts.scales import DayScale, ValueScale, ticks
from twinning.core.charts.svg import Look, Pen, number
from twinning.core.charts.text import breadth, fit, sound

MOST_LINES = 6
_HEIGHT, _TOP, _FOOT, _APART = 240.0, 16.0, 28.0, 16.0
_DASHES = ("", "7 4", "2 3", "9 3 2 3", "4 2", "12 3")


@dataclass(frozen=True, slots=True)
class Line:
    """``values``: one for each of the days, zero or more."""

    label: str
    values: Sequence[float]


def day_lines(days: Sequence[tuple[dt.date, str]], lines: Sequence[Line], **look: Unpack[Look]) -> SafeString:
    """``days`` in their order, each with the words below it; six ``lines`` at most, from zero upwards.

    Lines differ by dash and by the form of their marks, and each has its name at its end. ValueError for a line that
    has not one value for each day, and for more lines than can be told apart.
    """
    if len(lines) > MOST_LINES or any(len(line.values) != len(days) for line in lines):
        raise ValueError("There are six lines at most, each with one value for each day.")
    pen, width = Pen(look, "lines"), look["width"]
    marks = ticks(0.0, max((value for line in lines for value in line.values), default=1.0))
    with translation.override(look["language"]):
        figures = {
            mark: formats.number_format(f"{mark:g}", use_l10n=True, force_grouping=True) for mark in marks
        }
        names = [
            f"{line.label} {formats.number_format(f'{line.values[-1]:g}', use_l10n=True, force_grouping=True)}"
            if line.values
            else line.label
            for line in lines
        ]
    left = max(breadth(figure) for figure in figures.values()) + 10
    aside = min(max((breadth(name) for name in names), default=0.0) + 16, width * 0.35)
    bottom = _HEIGHT - _FOOT
    up = ValueScale(marks[0], marks[-1], bottom, _TOP)
    across = _across(days, left + 24, width - aside - 12)
    parts: list[SafeString] = []
    for mark in marks:
        parts.append(pen.line(left, up.at(mark), width - aside, up.at(mark), "rule" if mark else "ink-2"))
        parts.append(pen.text(left - 6, up.at(mark) + 4, figures[mark], anchor="end", colour="ink-2"))
    parts += _words_below(pen, [(x, words) for x, (_day, words) in zip(across, days, strict=True)])
    heights = _apart([up.at(line.values[-1]) if line.values else bottom for line in lines])
    for index, line in enumerate(lines):
        points = [(x, up.at(value)) for x, value in zip(across, line.values, strict=True)]
        parts.append(_line(pen, line.label, points, index))
        parts.append(pen.text(width - aside + 8, heights[index] + 4, fit(names[index], aside - 8)))
    return pen.frame(max(_HEIGHT, *heights, 0.0) + 8, parts)


def _across(days: Sequence[tuple[dt.date, str]], left: float, right: float) -> list[float]:
    if len(days) < 2:
        return [(left + right) / 2] * len(days)
    scale = DayScale(days[0][0], days[-1][0], left, right)
    return [scale.at(day, after=index == len(days) - 1) for index, (day, _words) in enumerate(days)]


def _words_below(pen: Pen, words: Sequence[tuple[float, str]]) -> list[SafeString]:
    """As many of the words as stand beside each other, the last ones first: a day without words has its mark."""
    parts, free = [], float("inf")
    for x, text in reversed(words):
        half = breadth(text) / 2
        if x + half <= free:
            parts.append(pen.text(x, _HEIGHT - _FOOT + 18, sound(text), anchor="middle", colour="ink-2"))
            free = x - half - 8
    return parts


def _apart(heights: Sequence[float]) -> list[float]:
    """The same places, moved down where names would lie on each other."""
    found, last = list(heights), -_APART
    for place in sorted(range(len(found)), key=lambda place: found[place]):
        found[place] = last = max(found[place], last + _APART)
    return found


def _line(pen: Pen, label: str, points: Sequence[tuple[float, float]], index: int) -> SafeString:
    colour, dash = pen.ink(f"chart-{index + 1}"), _DASHES[index]
    drawn = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    stroke = format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2"{}/>',
        drawn,
        colour,
        format_html(' stroke-dasharray="{}"', dash) if dash else "",
    )
    marks = mark_safe("".join(_mark(x, y, colour, index) for x, y in points))
    return format_html('<g class="line-{}"><title>{}</title>{}{}</g>', index + 1, sound(label), stroke, marks)


def _mark(x: float, y: float, colour: str, index: int) -> SafeString:
    """A disc, a square, a triangle or a diamond; from the fifth line on hollow."""
    fill = colour if index < 4 else "none"
    if index % 4 == 0:
        return format_html(
            '<circle cx="{}" cy="{}" r="4" fill="{}" stroke="{}"/>', number(x), number(y), fill, colour
        )
    corners = {
        1: [(-4, -4), (4, -4), (4, 4), (-4, 4)],
        2: [(0, -5), (5, 4), (-5, 4)],
        3: [(0, -5), (5, 0), (0, 5), (-5, 0)],
    }[index % 4]
    drawn = " ".join(f"{number(x + a)},{number(y + b)}" for a, b in corners)
    return format_html('<polygon points="{}" fill="{}" stroke="{}"/>', drawn, fill, colour)
