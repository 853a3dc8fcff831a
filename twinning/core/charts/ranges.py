"""Ranges on one scale. A range stays one: no point inside it is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from django.utils import formats, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from twinning.core.charts.scales import ValueScale, ticks
from twinning.core.charts.svg import Look, Pen, number
from twinning.core.charts.text import breadth, fit, sound

_ROW, _BAR, _CAP, _TOP = 40.0, 10.0, 9.0, 26.0


@dataclass(frozen=True, slots=True)
class Range:
    """One row: from ``low`` to ``high``, or one value where they are the same.

    ``note`` stands below the label, ``words`` behind the bar, such as "5–7 %".
    """

    label: str
    low: float
    high: float
    note: str = ""
    words: str = ""


def range_plot(ranges: Sequence[Range], *, unit: str = "", **look: Unpack[Look]) -> SafeString:
    """A bar with ends for each of ``ranges``, a dot for what is one value, over a scale that holds zero."""
    pen, width = Pen(look, "ranges"), look["width"]
    widest = max((max(breadth(one.label), breadth(one.note)) for one in ranges), default=0.0)
    left = min(widest + 16, width * 0.42)
    aside = min(max((breadth(one.words) for one in ranges), default=0.0), width * 0.25)
    marks = ticks(min([0.0, *(one.low for one in ranges)]), max([0.0, *(one.high for one in ranges)]))
    scale = ValueScale(marks[0], marks[-1], left, width - aside - 28)
    bottom = _TOP + _ROW * len(ranges)
    parts: list[SafeString] = []
    with translation.override(look["language"]):
        for mark in marks:
            x = scale.at(mark)
            words = formats.number_format(f"{mark:g}", use_l10n=True, force_grouping=True)
            parts.append(pen.line(x, _TOP - 4, x, bottom, "rule" if mark else "ink-2"))
            parts.append(
                pen.text(
                    x, _TOP - 9, f"{words}\u00a0{unit}" if unit else words, anchor="middle", colour="ink-2"
                )
            )
    for index, one in enumerate(ranges):
        parts.append(_row(pen, one, _TOP + _ROW * index, scale, left, aside))
    return pen.frame(bottom + 4, parts)


def _row(pen: Pen, one: Range, top: float, scale: ValueScale, left: float, aside: float) -> SafeString:
    y = top + _ROW / 2
    parts = [
        pen.text(0, y - 2 if one.note else y + 4, fit(one.label, left - 12)),
        *([pen.text(0, y + 13, fit(one.note, left - 12), colour="ink-2")] if one.note else []),
        *_mark(pen, scale.at(one.low), scale.at(one.high), y),
        pen.text(pen.look["width"], y + 4, fit(one.words, aside), anchor="end"),
    ]
    return format_html(
        "<g><title>{}</title>{}</g>", sound(f"{one.label}: {one.words}"), mark_safe("".join(parts))
    )


def _mark(pen: Pen, low: float, high: float, y: float) -> list[SafeString]:
    colour = pen.ink("chart-1")
    if low == high:
        return [
            format_html(
                '<circle cx="{}" cy="{}" r="5" fill="{}" class="value"/>', number(low), number(y), colour
            )
        ]
    return [
        pen.rect(low, y - _BAR / 2, high - low, _BAR, colour, ' fill-opacity="0.35" class="range"'),
        *(
            pen.line(x, y - _CAP, x, y + _CAP, "chart-1", ' stroke-width="2.5" class="end"')
            for x in (low, high)
        ),
    ]
