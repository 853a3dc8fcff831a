"""A value chain: its stages from left to right, as broad as their share of the final value where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from django.utils import formats, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from twinning.core.charts.svg import Look, Pen, number
from twinning.core.charts.text import breadth, fit

_HEIGHT, _POINT, _GAP = 44.0, 10.0, 3.0
_ROW = 20.0


@dataclass(frozen=True, slots=True)
class Stage:
    """``share`` in percent of the final value; None where nobody knows it."""

    label: str
    share: float | None = None


def value_chain(stages: Sequence[Stage], **look: Unpack[Look]) -> SafeString:
    """Arrows in a row, numbered, and below them the names with their shares.

    Stages are as broad as their share only where every share is known; else all are alike, and the picture says
    nothing that was not said.
    """
    pen, width = Pen(look, "value-chain"), float(look["width"])
    shares = [stage.share for stage in stages]
    known = bool(stages) and None not in shares and sum(share or 0 for share in shares) > 0
    weights = [share or 0.0 for share in shares] if known else [1.0] * len(stages)
    least = 34.0
    room = max(width - _GAP * len(stages) - least * len(stages), 0.0)
    total = sum(weights) or 1.0
    parts: list[SafeString] = []
    x = 0.0
    with translation.override(look["language"]):
        for place, (stage, weight) in enumerate(zip(stages, weights, strict=True), start=1):
            broad = least + room * weight / total
            parts.append(_arrow(pen, x, broad, place, first=place == 1))
            parts.append(
                pen.text(x + broad / 2 + 2, _HEIGHT / 2 + 4, str(place), anchor="middle", colour="paper")
            )
            x += broad + _GAP
            y = _HEIGHT + 22 + _ROW * (place - 1)
            share = "" if stage.share is None else f"{formats.number_format(stage.share, 1, use_l10n=True)} %"
            words = fit(stage.label, width - 30 - breadth(share) - 12)
            parts.append(pen.text(0, y, f"{place}"))
            parts.append(pen.text(24, y, words))
            if share:
                parts.append(pen.text(width, y, share, anchor="end"))
    return pen.frame(_HEIGHT + 14 + _ROW * len(stages), parts)


def _arrow(pen: Pen, x: float, broad: float, place: int, *, first: bool) -> SafeString:
    notch = 0.0 if first else _POINT
    corners = [
        (x, 0.0),
        (x + broad - _POINT, 0.0),
        (x + broad, _HEIGHT / 2),
        (x + broad - _POINT, _HEIGHT),
        (x, _HEIGHT),
        (x + notch, _HEIGHT / 2),
    ]
    points = " ".join(f"{number(a)},{number(b)}" for a, b in corners)
    return format_html('<polygon points="{}" fill="{}"/>', points, pen.ink(f"chart-{(place - 1) % 7 + 1}"))
