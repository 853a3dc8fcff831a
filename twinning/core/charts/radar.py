"""A radar: one or two series over the same axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Unpack

from django.utils import formats, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from twinning.core.charts.svg import Look, Pen, number
from twinning.core.charts.text import breadth, fit, sound

LEAST_AXES = 3
_LINE = 15.0  # height of a line of a label
_MARK = 4.0


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each axis, None where there is none: it is left out and not drawn as zero."""

    label: str
    values: Sequence[Decimal | float | None]


@dataclass(frozen=True, slots=True)
class _Web:
    """Where things lie: ``most`` is the outermost ring."""

    x: float
    y: float
    radius: float
    axes: int
    most: float

    def at(self, axis: int, value: float) -> tuple[float, float]:
        angle = 2 * math.pi * axis / self.axes - math.pi / 2
        length = self.radius * min(max(value / self.most, 0.0), 1.0)
        return self.x + length * math.cos(angle), self.y + length * math.sin(angle)


def radar(
    axes: Sequence[str],
    series: Sequence[Series],
    *,
    most: int,
    rings: int = 5,
    **look: Unpack[Look],
) -> SafeString:
    """``axes`` clockwise from the top, drawn from 0 in the middle to ``most``.

    The first series is a filled shape with round marks, the second a dashed line with square ones. ValueError for
    fewer than three axes, for more than two series, or a series that has not one value for each axis.
    """
    if len(axes) < LEAST_AXES or not 1 <= len(series) <= 2:
        raise ValueError("A radar has three axes and more, and one series or two.")
    if any(len(one.values) != len(axes) for one in series):
        raise ValueError("A series has one value for each axis.")
    pen, width = Pen(look, "radar"), look["width"]
    room = max(width * 0.25, min(_longest_word(axes) + 8, width * 0.3))
    aside = max(abs(math.cos(2 * math.pi * axis / len(axes) - math.pi / 2)) for axis in range(len(axes)))
    radius = (width / 2 - room - 10) / aside
    web = _Web(width / 2, radius + 3 * _LINE, radius, len(axes), float(most))
    with translation.override(look["language"]):
        parts = [*_rings(pen, web, rings), *_labels(pen, web, axes, room)]
        for index, one in enumerate(series):
            parts.append(_shape(pen, web, one, index))
        bottom = max(web.at(axis, most)[1] for axis in range(len(axes))) + 4 * _LINE
        height, legend = _legend(pen, series, bottom, width)
    return pen.frame(height, [*parts, *legend])


def _rings(pen: Pen, web: _Web, rings: int) -> list[SafeString]:
    parts = []
    for ring in range(1, rings + 1):
        value = web.most * ring / rings
        parts.append(_polygon([web.at(axis, value) for axis in range(web.axes)], pen.ink("rule")))
    parts += [pen.line(web.x, web.y, *web.at(axis, web.most), "rule") for axis in range(web.axes)]
    for ring in (0, rings):
        value = web.most * ring / rings
        _x, y = web.at(0, value)
        # Beside the axis and above the ring, where neither a mark nor a line of the shape comes.
        parts.append(
            pen.text(web.x - 7, y - 1, formats.number_format(round(value)), anchor="end", colour="ink-2")
        )
    return parts


def _polygon(points: Sequence[tuple[float, float]], stroke: str) -> SafeString:
    return format_html('<polygon points="{}" fill="none" stroke="{}"/>', _joined(points), stroke)


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def _labels(pen: Pen, web: _Web, axes: Sequence[str], room: float) -> list[SafeString]:
    parts = []
    for axis, label in enumerate(axes):
        x, y = web.at(axis, web.most)
        aside = x - web.x
        anchor = "middle" if abs(aside) < 2 else "start" if aside > 0 else "end"
        lines = _wrapped(label, room - 8 if anchor != "middle" else room * 1.6)
        x += 8 if anchor == "start" else -8 if anchor == "end" else 0
        above = y < web.y - web.radius * 0.9
        below = y > web.y + web.radius * 0.9
        first = (
            y - _LINE * (len(lines) - 1) - 14
            if above
            else y + 16
            if below
            else y + 4 - _LINE * (len(lines) - 1) / 2
        )
        parts += [pen.text(x, first + _LINE * index, line, anchor=anchor) for index, line in enumerate(lines)]
    return parts


def _longest_word(axes: Sequence[str]) -> float:
    return max(breadth(word) for label in axes for word in sound(label).split(" "))


def _wrapped(label: str, room: float) -> list[str]:
    """The label in two lines at most, the second one cut where it is too long."""
    words = sound(label).split(" ")
    line = words.pop(0)
    while words and breadth(f"{line} {words[0]}") <= room:
        line = f"{line} {words.pop(0)}"
    return [fit(line, room), *([fit(" ".join(words), room)] if words else [])]


def _shape(pen: Pen, web: _Web, series: Series, index: int) -> SafeString:
    points = [
        None if value is None else web.at(axis, float(value)) for axis, value in enumerate(series.values)
    ]
    colour = pen.ink(f"chart-{index + 1}")
    parts = []
    known = [point for point in points if point is not None]
    if index == 0 and len(known) == len(points):
        parts.append(
            format_html('<polygon points="{}" fill="{}" fill-opacity="0.16"/>', _joined(known), colour)
        )
    for axis, start in enumerate(points):
        end = points[(axis + 1) % len(points)]
        if start is not None and end is not None:
            parts.append(_stroke(start, end, colour, dashed=index == 1))
    parts += [_mark(point, colour, index) for point in known]
    return format_html(
        '<g class="series-{}"><title>{}</title>{}</g>',
        index + 1,
        sound(series.label),
        mark_safe("".join(parts)),
    )


def _stroke(start: tuple[float, float], end: tuple[float, float], colour: str, *, dashed: bool) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="2"{}/>',
        *map(number, (*start, *end)),
        colour,
        mark_safe(' stroke-dasharray="5 4"' if dashed else ""),
    )


def _mark(point: tuple[float, float], colour: str, index: int) -> SafeString:
    x, y = point
    if index == 0:
        return format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="{}"/>',
            number(x),
            number(y),
            number(_MARK),
            colour,
        )
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
        number(x - _MARK), number(y - _MARK), number(2 * _MARK), number(2 * _MARK), colour,
    )  # fmt: skip


def _legend(pen: Pen, series: Sequence[Series], y: float, width: float) -> tuple[float, list[SafeString]]:
    parts, x = [], 0.0
    for index, one in enumerate(series):
        words = fit(one.label, width - 40)
        if x and x + 40 + breadth(words) > width:
            x, y = 0.0, y + 20
        colour = pen.ink(f"chart-{index + 1}")
        parts.append(_stroke((x, y), (x + 28, y), colour, dashed=index == 1))
        parts.append(_mark((x + 14, y), colour, index))
        parts.append(pen.text(x + 36, y + 4, words))
        x += 36 + breadth(words) + 24
    return y + 12, parts
