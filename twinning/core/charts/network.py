"""A map of linkages: who works with whom, and how closely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from django.utils.html import format_html
from django.utils.safestring import SafeString

from twinning.core.charts.svg import Look, Pen, number
from twinning.core.charts.text import fit

MOST_NODES = 40
_STROKES = {1: (1.0, "3 3"), 2: (1.8, ""), 3: (3.2, "")}


@dataclass(frozen=True, slots=True)
class Link:
    """``strength``: 1 weak, 2 fair, 3 strong."""

    source: str
    target: str
    strength: int = 2


def linkage_map(links: Sequence[Link], **look: Unpack[Look]) -> SafeString:
    """The parties on a circle, in the order in which they are named; a line for each link, as strong as the link.

    The lines of weak links are broken, so that strength is not said by width alone. Of more than MOST_NODES parties
    the first are drawn.
    """
    pen, width = Pen(look, "linkage-map"), float(look["width"])
    names = list(dict.fromkeys(name for link in links for name in (link.source, link.target)))[:MOST_NODES]
    radius = min(width * 0.27, 60.0 + 9.0 * len(names))
    middle, height = width / 2, 2 * radius + 60
    places = {name: _place(index, len(names), middle, height / 2, radius) for index, name in enumerate(names)}
    parts = [
        _line(pen, places[one.source], places[one.target], one.strength)
        for one in links
        if _drawn(one, places)
    ]
    for name, (x, y) in places.items():
        parts.append(
            format_html('<circle cx="{}" cy="{}" r="5" fill="{}"/>', number(x), number(y), pen.ink("chart-1"))
        )
        parts.append(_label(pen, name, x, y, middle, height, width))
    return pen.frame(height, parts)


def _drawn(link: Link, places: dict[str, tuple[float, float]]) -> bool:
    return link.source in places and link.target in places and link.source != link.target


def _place(index: int, count: int, x: float, y: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * index / max(count, 1) - math.pi / 2
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def _line(pen: Pen, start: tuple[float, float], end: tuple[float, float], strength: int) -> SafeString:
    thick, dashes = _STROKES.get(strength, _STROKES[2])
    extra = f' stroke-width="{thick}"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
    return pen.line(*start, *end, "chart-7", extra)


def _label(pen: Pen, name: str, x: float, y: float, middle: float, height: float, width: float) -> SafeString:
    if abs(x - middle) < 12:
        above = y < height / 2
        return pen.text(x, y - 12 if above else y + 20, fit(name, width / 2), anchor="middle")
    right = x > middle
    room = (width - x if right else x) - 12
    return pen.text(x + 9 if right else x - 9, y + 4, fit(name, room), anchor="start" if right else "end")
