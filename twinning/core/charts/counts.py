"""Horizontal bars with their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from django.utils import formats, translation
from django.utils.safestring import SafeString

from twinning.core.charts.scales import AmountScale
from twinning.core.charts.svg import Look, Pen
from twinning.core.charts.text import breadth, fit

_ROW = 26.0


@dataclass(frozen=True, slots=True)
class Count:
    """One row of ``bar_counts``; ``colour`` is the name of a chart colour, 1 to 7."""

    label: str
    value: int
    colour: int = 1


def bar_counts(counts: Sequence[Count], **look: Unpack[Look]) -> SafeString:
    """Horizontal bars with their figures, one for each of ``counts``, drawn to one scale from zero."""
    pen, width = Pen(look, "counts"), look["width"]
    left = min(max((breadth(count.label) for count in counts), default=0.0) + 12, width * 0.4)
    with translation.override(look["language"]):
        figures = {
            count.value: formats.number_format(count.value, use_l10n=True, force_grouping=True)
            for count in counts
        }
    room = width - left - max((breadth(figure) for figure in figures.values()), default=0.0) - 10
    scale = AmountScale(max((count.value for count in counts), default=0), room)
    parts: list[SafeString] = []
    for index, count in enumerate(counts):
        y, length = _ROW * index, scale.length(count.value)
        parts.append(pen.text(0, y + 17, fit(count.label, left - 8)))
        parts.append(
            pen.rect(left, y + 5, length, _ROW - 10, pen.ink(f"chart-{count.colour}"), ' class="count"')
        )
        parts.append(pen.text(left + length + 6, y + 17, figures[count.value]))
    if counts:
        parts.append(pen.line(left, 2, left, _ROW * len(counts) - 2, "ink-2"))
    return pen.frame(max(_ROW * len(counts), 1.0), parts)
