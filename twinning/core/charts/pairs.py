"""Horizontal bars in pairs, such as before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Unpack

from django.utils import formats, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from twinning.core.charts.svg import Look, Pen
from twinning.core.charts.text import breadth, fit, sound

_BAR = 12.0
_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: a value of each of the two series, None where it is not known."""

    label: str
    values: tuple[Decimal | float | None, Decimal | float | None]


def bar_pairs(
    pairs: Sequence[Pair],
    names: tuple[str, str],
    *,
    most: float,
    unit: str = "",
    missing: str = "",
    **look: Unpack[Look],
) -> SafeString:
    """Two bars for each of ``pairs``, from zero to ``most``, with their figures; ``names`` are those of the series.

    ``missing``: what stands in the place of a value that is not known; "not stated" if nothing is given.
    The first bar is full, the second an outline with a lighter filling, so that they differ without colour.
    """
    pen, width = Pen(look, "pairs"), look["width"]
    left = min(max((breadth(pair.label) for pair in pairs), default=0.0) + 12, width * 0.4)
    row = 2 * _BAR + _GAP
    top = 24.0
    with translation.override(look["language"]):
        none = missing or _("not stated")
        figures = (_figure(value, unit) for pair in pairs for value in pair.values if value is not None)
        room = width - left - max([breadth(none), *map(breadth, figures)]) - 12
        parts = _legend(pen, names, left)
        for index, pair in enumerate(pairs):
            parts.append(_row(pen, pair, names, top + row * index, left, room / most, unit, none))
    bottom = top + row * len(pairs)
    if pairs:
        parts.append(pen.line(left, top, left, bottom - _GAP + 4, "ink-2"))
    return pen.frame(max(bottom, top), parts)


def _row(
    pen: Pen,
    pair: Pair,
    names: tuple[str, str],
    y: float,
    left: float,
    scale: float,
    unit: str,
    none: str,
) -> SafeString:
    parts = [pen.text(0, y + _BAR + 6, fit(pair.label, left - 8))]
    said = []
    for index, value in enumerate(pair.values):
        at = y + 2 + index * (_BAR + 1)
        length = 0.0 if value is None else max(float(value), 0.0) * scale
        figure = none if value is None else _figure(value, unit)
        said.append(f"{names[index]} {figure}")
        if value is not None:
            parts.append(_bar(pen, left, at, length, index))
        parts.append(
            pen.text(left + length + 6, at + _BAR - 2, figure, colour="ink-2" if value is None else "ink")
        )
    tip = f"{pair.label}: {', '.join(said)}"
    return format_html("<g><title>{}</title>{}</g>", sound(tip), mark_safe("".join(parts)))


def _figure(value: Decimal | float, unit: str) -> str:
    number = formats.number_format(round(Decimal(str(value))), use_l10n=True, force_grouping=True)
    return f"{number}\u00a0{unit}" if unit else number


def _bar(pen: Pen, x: float, y: float, length: float, index: int) -> SafeString:
    colour = pen.ink(f"chart-{index + 1}")
    if index == 0:
        return pen.rect(x, y, length, _BAR, colour, ' class="first"')
    return pen.rect(
        x, y + 0.5, length, _BAR - 1, colour, f' fill-opacity="0.3" stroke="{colour}" class="second"'
    )


def _legend(pen: Pen, names: tuple[str, str], left: float) -> list[SafeString]:
    parts, x = [], left
    for index, name in enumerate(names):
        parts.append(_bar(pen, x, 2, 28, index))
        parts.append(pen.text(x + 36, 12, sound(name)))
        x += 36 + breadth(name) + 24
    return parts
