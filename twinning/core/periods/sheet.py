"""Reading a whole sheet: what some rows prove decides what others leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from .cursor import Unit
from .labelling import understand
from .reading import LIMIT, read
from .resolving import only_order
from .titles import title_matters
from .values import Context, DayOrder, Flag, Reading

_SHORT_YEAR = re.compile(r"[^\W\d]\.? 0\d\b")

# A row with one of these is read again with its neighbours.
_NEEDS_NEIGHBOURS = frozenset({Flag.NO_YEAR, Flag.DAY_MONTH_ORDER, Flag.YEAR_FROM_CONTEXT})
NEIGHBOURS = 3  # how many rows with certain dates are asked on each side
_REACH = 30  # how far they may lie


def read_sheet(
    rows: Sequence[tuple[str, str]],
    *,
    status_date: date | None = None,
    day_order: DayOrder | None = None,
    fiscal_year_start: int = 4,
    default_year: int | None = None,
) -> list[Reading]:
    """Readings of (title, text) rows, as many and in the same order; never raises for any text.

    First every text is read alone. From the unambiguous ones follow the order of day and month (unless
    `day_order` states it) and the dates of neighbours; then the rest is read with these. The other
    arguments are those of `Context`.
    """
    texts = [text for _, text in rows if len(text) <= LIMIT]
    votes = order_votes(texts)
    short_years = any(map(_proves_short_year, texts))

    sheet = Context(
        day_order=day_order,
        order_votes=votes,
        status_date=status_date,
        fiscal_year_start=fiscal_year_start,
        default_year=default_year,
        short_years=short_years,
    )
    alone = [
        read(text, replace(sheet, title=title) if title_matters(title, text) else sheet)
        for title, text in rows
    ]
    readings = list(alone)
    for index, (title, text) in enumerate(rows):
        if not _NEEDS_NEIGHBOURS.isdisjoint(alone[index].flags):
            before = _neighbours(alone, range(index - 1, max(-1, index - 1 - _REACH), -1))
            after = _neighbours(alone, range(index + 1, min(len(rows), index + 1 + _REACH)))
            readings[index] = read(text, replace(sheet, title=title, before=before, after=after))
    return readings


def order_votes(texts: Sequence[str]) -> tuple[int, int]:
    """How many numeric dates can only be day/month, and how many only month/day."""
    counts = {DayOrder.DMY: 0, DayOrder.MDY: 0}
    for text in texts:
        if len(text) > LIMIT or not any(sign in text for sign in "/.-"):
            continue
        for span in understand(text).spans:
            for point in span.points:
                if order := only_order(point):
                    counts[order] += 1
    return counts[DayOrder.DMY], counts[DayOrder.MDY]


def _proves_short_year(text: str) -> bool:
    """True for "Mar 08", whose 08 can hardly be a day: then "Mar 10" in the same sheet is no day either."""
    if not _SHORT_YEAR.search(text):
        return False
    points = [point for span in understand(text).spans for point in span.points]
    return any(point.unit is Unit.MONTH and _SHORT_YEAR.search(point.text) for point in points)


def _neighbours(readings: Sequence[Reading], places: range) -> tuple[Reading, ...]:
    """The nearest certain readings with a start."""
    found: list[Reading] = []
    for place in places:
        if readings[place].start and readings[place].is_certain:
            found.append(readings[place])
            if len(found) == NEIGHBOURS:
                break
    return tuple(found)
