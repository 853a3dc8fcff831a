"""From spans to segments, under given choices.

Everything that a text leaves open is a choice here: the order of day and month, the missing year, whether
2009-10 is a month. `resolve` applies one set of choices. The reading is one call, each alternative is
another call with one choice turned round, so that a reading and its alternatives can never follow different
rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from .cursor import Point, Shape, Unit, full_year
from .days import Precision, add_months, month_length, month_span
from .spans import Span
from .values import DayOrder, Segment


@dataclass(frozen=True, slots=True)
class Choices:
    """How to settle what a text leaves open; the defaults are the usual reading."""

    order: DayOrder = DayOrder.DMY
    short_is_year: bool | None = None  # "Dec 10": None decides by the other dates of the text
    turn_pairs: bool = False  # read 2009-10 as a fiscal year, 2009/10 as a month, 2012-13 as two years
    year_pair_is_fiscal: bool = False  # 2009-2010
    named_fiscal_starts: bool = False  # FY 2010 is the one that starts in 2010
    keep_year: bool = False  # do not roll over a year's end
    year: int | None = None  # for texts without a year
    fiscal_start: int = 4
    closed: bool = False  # "from March" has no open end
    winter_ends: bool = False  # winter 2010 is the one that ends in 2010
    month_day_is_year: bool = False  # 7-Sep is September 2007


@dataclass(slots=True)
class Resolved:
    """Segments, and what had to be done to get them. `undated`: spans that found no year."""

    segments: list[Segment] = field(default_factory=list)
    shared: bool = False
    rolled: bool = False
    undated: list[Span] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Slot:
    """A point while its missing parts are filled in."""

    point: Point
    unit: Unit
    year: int | None
    month: int | None
    day: int | None

    @property
    def key(self) -> tuple[int, int]:
        """Month and day of its start, to tell which of two comes first within a year."""
        if self.month is None and self.unit in _MONTHS_OF_PART:
            return (self.point.part - 1) * _MONTHS_OF_PART[self.unit] + 1, 0
        return self.month or 0, self.day or 0


@dataclass(slots=True)
class _Item:
    """A span while its missing parts are filled in."""

    span: Span
    chain: int
    first: _Slot | None
    last: _Slot | None
    is_heading: bool = False  # the year of "2010: Jan, Mar", which is no period of its own

    @property
    def slots(self) -> list[_Slot]:
        return [slot for slot in (self.first, self.last) if slot]

    @property
    def lacks_year(self) -> bool:
        return any(slot.year is None for slot in self.slots)


_MONTHS_OF_PART = {Unit.QUARTER: 3, Unit.HALF: 6, Unit.SEASON: 3}


def resolve(spans: Sequence[Span], chain_of: Sequence[int], choices: Choices) -> Resolved:
    """Segments of the spans, in their order; a span whose year cannot be known is left out and reported."""
    result = Resolved()
    items = [_item(span, chain, spans, choices) for span, chain in zip(spans, chain_of, strict=True)]
    _mark_headings(items)
    _fill_months(items)
    _fill_years(items, choices, result)
    for item in items:
        if item.is_heading:
            continue
        segment = _segment(item, choices, result)
        if segment is None:
            result.undated.append(item.span)
        elif item.span.refines and result.segments and _is_inside(segment, result.segments[-1]):
            result.segments[-1] = segment
        elif segment not in result.segments:
            result.segments.append(segment)
    return result


# --- settling the points ----------------------------------------------------------------------------------


def _item(span: Span, chain: int, spans: Sequence[Span], choices: Choices) -> _Item:
    def slot(point: Point | None, partner: Point | None) -> _Slot | None:
        return _settle(point, partner, spans, choices) if point else None

    return _Item(span, chain, slot(span.first, span.last), slot(span.last, span.first))


def _settle(point: Point, partner: Point | None, spans: Sequence[Span], choices: Choices) -> _Slot:
    slot = _Slot(point, point.unit, point.year, point.month, point.day)
    if point.shape is Shape.NUMERIC:
        order = _order(point, partner, choices)
        slot.day, slot.month = point.numbers if order is DayOrder.DMY else point.numbers[::-1]
    elif point.shape is Shape.DAY_OR_YEAR:
        is_year = choices.short_is_year
        if is_year is None:
            is_year = short_is_year(point, partner, spans)
        slot.unit = Unit.MONTH if is_year else Unit.DAY
        slot.year, slot.day = (full_year(point.numbers[0]), None) if is_year else (None, point.numbers[0])
    elif point.shape is Shape.YEAR_MONTH and choices.turn_pairs:
        slot.unit, slot.month = Unit.FISCAL, None
    elif point.shape is Shape.FISCAL_PAIR and choices.turn_pairs:
        slot.unit = Unit.MONTH
    elif point.shape is Shape.FISCAL_NAMED and choices.named_fiscal_starts:
        slot.year = (point.year or 0) + 1
    elif point.shape is Shape.DAY_MONTH and choices.month_day_is_year:
        slot.unit, slot.year, slot.day = Unit.MONTH, full_year(point.day or 0), None
    return slot


def only_order(point: Point) -> DayOrder | None:
    """The order that a numeric date proves, by a number above 12 or by dots (30.1.2010), or None."""
    if point.shape is not Shape.NUMERIC:
        return None
    if max(point.numbers) <= 12:
        return DayOrder.DMY if "." in point.text else None
    return DayOrder.DMY if point.numbers[0] > 12 else DayOrder.MDY


def follows_year_first(point: Point, partner: Point | None) -> bool:
    """True for the "2. 3." of "2010. 1. 30. - 2. 3.": the month stands first, as before."""
    year_first = partner is not None and partner.digits_only and partner.shape is Shape.PLAIN and partner.day
    return bool(year_first) and point.year is None


def _order(point: Point, partner: Point | None, choices: Choices) -> DayOrder:
    if follows_year_first(point, partner):
        return DayOrder.MDY
    return only_order(point) or choices.order


def short_is_year(point: Point, partner: Point | None, spans: Sequence[Span]) -> bool:
    """Whether the 12 of "June 12" is a year, judged by the other dates of the text.

    The other end of its range decides if it has a year and no day; otherwise a year or a day written
    anywhere else makes it a day.
    """
    if partner and partner.year is not None and partner.day is None and partner.shape is not Shape.NUMERIC:
        return True
    return not has_other_evidence(spans)


def has_other_evidence(spans: Sequence[Span]) -> bool:
    """True when some date of the text has a written year or day."""
    points = [point for span in spans for point in span.points]
    return any(p.year is not None or p.day is not None for p in points)


# --- filling in what is written once ----------------------------------------------------------------------


def _mark_headings(items: list[_Item]) -> None:
    """A bare year beside a date without one only gives that date its year."""
    for place, item in enumerate(items):
        beside = [items[other] for other in (place - 1, place + 1) if 0 <= other < len(items)]
        is_year = item.first is not None and not item.last and item.first.unit is Unit.YEAR
        item.is_heading = is_year and not item.span.open_end and any(other.lacks_year for other in beside)


def _fill_months(items: list[_Item]) -> None:
    """ "2010년 1월 30일 ~ 31일": a bare day takes the month of the date before it, else behind it."""
    known: int | None = None
    for item in items:
        for slot in item.slots:
            if slot.unit is Unit.DAY and slot.month is None and known and slot is not item.first:
                slot.month = known
            known = slot.month or known
    for item in items:
        first, last = item.first, item.last
        if first and last and first.unit is Unit.DAY and first.month is None and last.month:
            earlier = (first.day or 0) <= (last.day or 0)
            first.month = last.month if earlier else add_months(2000, last.month, -1)[1]
    known = None
    for item in items:  # single bare days in a list
        for slot in item.slots:
            if slot.unit is Unit.DAY and slot.month is None:
                slot.month = known
            known = slot.month or known


def _fill_years(items: list[_Item], choices: Choices, result: Resolved) -> None:
    """A year written once serves its range, the list to its left, what follows, and last what precedes."""
    for item in items:
        _fill_range(item, choices, result)
    for before, item in reversed(list(pairwise(items))):
        if before.lacks_year and before.chain == item.chain:
            _take_from_right(before, item, choices, result)
    for item, after in pairwise(items):
        if after.lacks_year:
            _take_from_left(item, after, choices, result)
    for before, item in reversed(list(pairwise(items))):
        if before.lacks_year:
            _take_from_right(before, item, choices, result)
    if items and choices.year is not None and items[0].lacks_year and items[0].slots:
        items[0].slots[0].year = choices.year
        _fill_range(items[0], choices, result)
        for item, after in pairwise(items):
            if after.lacks_year:
                _take_from_left(item, after, choices, result)


def _fill_range(item: _Item, choices: Choices, result: Resolved) -> None:
    first, last = item.first, item.last
    if not first or not last or (first.year is None) == (last.year is None):
        return
    result.shared = True
    crosses = first.key > last.key and first.month != last.month
    if first.year is None and last.year is not None:
        first.year = last.year
        if crosses:
            result.rolled = True
            # The printed year may also be that of the start: "Dec - Feb 2010".
            first.year, last.year = (
                (last.year, last.year + 1) if choices.keep_year else (last.year - 1, last.year)
            )
    elif first.year is not None:
        last.year = first.year + crosses


def _take_from_right(item: _Item, right: _Item, choices: Choices, result: Resolved) -> None:
    if not item.slots or not right.slots or right.slots[0].year is None:
        return
    last = item.slots[-1]
    result.shared = True
    last.year = right.slots[0].year
    if last.key[0] > right.slots[0].key[0] > 0:
        result.rolled = True
        last.year -= not choices.keep_year
    _fill_range(item, choices, result)


def _take_from_left(left: _Item, item: _Item, choices: Choices, result: Resolved) -> None:
    if not item.slots or not left.slots or left.slots[-1].year is None:
        return
    first = item.slots[0]
    result.shared = True
    first.year = left.slots[-1].year
    if 0 < first.key[0] < left.slots[-1].key[0]:
        result.rolled = True
        first.year += not choices.keep_year
    _fill_range(item, choices, result)


# --- segments ---------------------------------------------------------------------------------------------


def _segment(item: _Item, choices: Choices, result: Resolved) -> Segment | None:
    span = item.span
    if not item.slots:
        return Segment(None, None, Precision.YEAR, label=span.label)
    bounds = [_bounds(slot, choices, result) for slot in item.slots]
    if any(bound is None for bound in bounds):
        return None
    start, end, precision = bounds[0] or (None, None, Precision.DAY)
    end_precision = precision
    if item.first and item.last:
        _, end, end_precision = bounds[1] or (None, None, Precision.DAY)
        if choices.year_pair_is_fiscal and is_year_pair(span):
            start, end = month_span(item.first.year or 1, choices.fiscal_start, 12)
            precision = end_precision = Precision.MONTH
    elif item.last:
        start = None
    elif span.open_end and not (span.maybe_open and choices.closed):
        end = None
    season = any(slot.unit is Unit.SEASON for slot in item.slots)
    return Segment(
        start, end, precision, end_precision,
        label=span.label, approximate=span.approximate or season, uncertain=span.uncertain,
    )  # fmt: skip


def is_year_pair(span: Span) -> bool:
    """True for two plain years that follow each other: "2007-2008"."""
    first, last = span.first, span.last
    if not first or not last or not first.unit is last.unit is Unit.YEAR:
        return False
    return (first.year or 0) + 1 == last.year


def _bounds(slot: _Slot, choices: Choices, result: Resolved) -> tuple[date, date, Precision] | None:
    """First day, last day and precision of a point; None without a year or outside the calendar."""
    year = slot.year
    if year is None:
        return None
    try:
        return _dated(slot, year, choices, result)
    except ValueError:  # a winter or fiscal year that leaves the calendar
        return None


def _dated(slot: _Slot, year: int, choices: Choices, result: Resolved) -> tuple[date, date, Precision] | None:
    if slot.unit is Unit.YEAR:
        return date(year, 1, 1), date(year, 12, 31), Precision.YEAR
    if slot.point.shape is Shape.SHORT_YEARS and choices.turn_pairs:
        return date(year, 1, 1), date(year + 1, 12, 31), Precision.YEAR
    if slot.unit is Unit.FISCAL:
        return *month_span(year, choices.fiscal_start, 12), Precision.MONTH
    if slot.unit in _MONTHS_OF_PART:
        return *_part_bounds(slot, year, choices), Precision.MONTH
    if slot.month is None:
        return None
    if slot.unit is Unit.DAY and slot.day is not None:
        if slot.day <= month_length(year, slot.month):
            day = date(year, slot.month, slot.day)
            return day, day, Precision.DAY
        result.impossible.append(slot.point.text)
    return *month_span(year, slot.month, 1), Precision.MONTH


def _part_bounds(slot: _Slot, year: int, choices: Choices) -> tuple[date, date]:
    months = _MONTHS_OF_PART[slot.unit]
    if slot.unit is Unit.SEASON:
        winter_before = slot.point.part == 4 and choices.winter_ends
        return month_span(year - winter_before, 3 * slot.point.part, 3)
    # A quarter or half of a named fiscal year counts from the month in which that year starts.
    base = choices.fiscal_start if slot.point.shape is Shape.FISCAL_PART else 1
    return month_span(*add_months(year, base, (slot.point.part - 1) * months), months)


def _is_inside(inner: Segment, outer: Segment) -> bool:
    if not (inner.start and inner.end and outer.start and outer.end):
        return False
    return outer.start <= inner.start and inner.end <= outer.end
