"""Horizontal bars with their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats, translation
from django.utils.safestring import SafeString

from twinning.core.charts.pen import Pen, breadth, fit, frame


@dataclass(frozen=True, slots=True)
class Count:
    """One row of ``bar_counts``; ``colour`` is the name of a chart colour, 1 to 7."""

    label: str
    value: int
    colour: int = 1


def bar_counts(
    counts: Sequence[Count],
    *,
    language: str,
    width: int,
    title: str,
    description: str,
    ident: str = "counts",
    inked: bool = False,
    font: str = "",
) -> SafeString:
    """Horizontal bars with their figures, one for each of ``counts``, drawn to one scale from zero."""
    pen = Pen(inked, ident, font)
    row = 26.0
    left = min(max((breadth(count.label) for count in counts), default=0.0) + 12, width * 0.4)
    most = max((count.value for count in counts), default=0)
    parts: list[SafeString] = []
    with translation.override(language):
        figures = {
            count.value: formats.number_format(count.value, use_l10n=True, force_grouping=True)
            for count in counts
        }
    room = width - left - max((breadth(figure) for figure in figures.values()), default=0.0) - 10
    for index, count in enumerate(counts):
        y = row * index
        length = room * count.value / most if most else 0.0
        parts.append(pen.text(0, y + 17, fit(count.label, left - 8)))
        parts.append(
            pen.rect(left, y + 5, length, row - 10, pen.ink(f"chart-{count.colour}"), ' class="count"')
        )
        parts.append(pen.text(left + length + 6, y + 17, figures[count.value]))
    if counts:
        parts.append(pen.line(left, 2, left, row * len(counts) - 2, "ink-2"))
    return frame(pen, width, max(row * len(counts), 1.0), title, description, "counts", parts)
