"""Spans, how they are joined, and lists of bare days: "5, 12 and 19 May", "April 4 to 27"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from .cursor import Point, Shape, Tokens, Unit
from .points import find_point, named_month
from .vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Span:
    """One date, or an interval of two. `single`: only `first` is written. Neither: just "ongoing"."""

    first: Point | None = None
    last: Point | None = None
    open_end: bool = False
    maybe_open: bool = False  # introduced by "from" and nothing after it
    trailing_dash: bool = False
    either: bool = False  # joined to the one before by "or"
    loose: bool = False  # behind a second dash: "Jan - Mar - May 2010"
    approximate: bool = False
    uncertain: bool = False
    refines: bool = False  # stands in brackets behind the span before: "June 2010 (12-14 June)"
    label: str = ""

    @property
    def points(self) -> tuple[Point, ...]:
        """The one or two points that are written."""
        return tuple(point for point in (self.first, self.last) if point)


# A month has no more days, and no one writes more words between dates. The bounds keep the time
# linear.
MOST_DAYS = 31
MOST_JOIN = 6


class Join(StrEnum):
    """What stands between two dates."""

    RANGE = "range"
    LIST = "list"
    OR = "or"


_JOINS = {
    Kind.TO: Join.RANGE,
    Kind.UNTIL: Join.RANGE,
    Kind.POST_FROM: Join.RANGE,
    Kind.OR: Join.OR,
    Kind.AND: Join.LIST,
}
_RANGE_SIGNS, _LIST_SIGNS = "-~/>", ",;&+."
_SIGNS = dict.fromkeys(_RANGE_SIGNS, Join.RANGE) | dict.fromkeys(_LIST_SIGNS, Join.LIST)


def find_join(tokens: Tokens, index: int) -> tuple[Join | None, int]:
    """How two dates are joined by the signs and words at `index`; the strongest of them counts."""
    joins: set[Join] = set()
    dots = 0
    for token in tokens.all[index : index + MOST_JOIN]:
        join = _SIGNS.get(token.text) if token.kind is Kind.PUNCTUATION else _JOINS.get(token.kind)
        if join is None:
            break
        dots += token.text == "."
        joins.add(Join.RANGE if dots == 2 else join)
        index += 1
    strongest = next((join for join in (Join.RANGE, Join.OR, Join.LIST) if join in joins), None)
    return strongest, index


@dataclass(frozen=True, slots=True)
class Day:
    """A bare day number in a list, how it is joined to the one before, and its place."""

    value: int
    join: Join | None
    index: int
    end: int


def _days(tokens: Tokens, index: int) -> list[Day]:
    """Bare day numbers joined to each other: 5, 12 and 19; 22-24."""
    days: list[Day] = []
    join: Join | None = None
    found = tokens.day(index)
    while found and len(days) < MOST_DAYS:
        days.append(Day(found[0], join, index, found[1]))
        join, index = find_join(tokens, found[1])
        while join and tokens.kind(index) in (
            Kind.WEEKDAY,
            Kind.FILLER,
        ):  # "Mon 1 - Wed 3 Feb", "le 5 et le 12"
            index += 1
        found = tokens.day(index) if join else None
    return days


def days_before_month(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """5, 12 and 19 May 2010; 22-24 Sep 2008."""
    if tokens.kind(index) is not Kind.NUMBER or tokens.last_month < index:
        return None
    days = _days(tokens, index)
    if len(days) < 2:
        return None
    final = find_point(tokens, days[-1].index)
    if not final or final[0].month is None or final[0].day is None or final[0].digits_only:
        return None
    return _days_of(days, final[0]), final[1]


def days_after_month(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """May 5, 12 and 19, 2010; April 4 to 27."""
    if tokens.kind(index) is not Kind.MONTH:
        return None
    days = _days(tokens, tokens.skip(index + 1, "."))
    while len(days) > 1 and _belongs_to_next(tokens, days[-1]):
        days.pop()
    if len(days) < 2:
        return None
    month, weak = named_month(tokens, index)
    year = tokens.year(tokens.skip(days[-1].end, ","))
    end = year[1] if year else days[-1].end
    point = Point(
        Unit.DAY, tokens.slice(index, end), year[0] if year else None, month, weak=weak and not year
    )
    return _days_of(days, point), end


def _belongs_to_next(tokens: Tokens, day: Day) -> bool:
    """In "April 4 and 18 May" the 18 has its own month; in "March 10, 12 firms" the 12 counts firms."""
    return tokens.kind(tokens.skip(day.end, "-/.")) is Kind.MONTH or tokens.kind(day.end) is Kind.WORD


def days_before_numeric(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """22-24/09/2008; 30.-31.1.2010; 22 and 24/09/2008."""
    day = tokens.day(index)
    if not day or tokens.is_sign(day[1], "/"):
        return None
    at = day[1] + 1 if tokens.is_sign(day[1], ".") else day[1]
    join, after = find_join(tokens, at)
    final = find_point(tokens, after) if join else None
    if not final or final[0].shape is not Shape.NUMERIC or final[0].year is None or "-" in final[0].text:
        return None
    last_day, month = final[0].numbers
    if month > 12:
        return None
    last = replace(final[0], shape=Shape.PLAIN, month=month, day=last_day, numbers=())
    return _days_of([Day(day[0], None, index, day[1]), Day(last_day, join, after, final[1])], last), final[1]


def _days_of(days: list[Day], point: Point) -> list[Span]:
    """Spans for the days of a list, all in the month of `point`."""
    spans: list[Span] = []
    for day in days:
        one = replace(point, day=day.value, shape=Shape.PLAIN)
        if day.join is Join.RANGE and spans and spans[-1].first and not spans[-1].last:
            first = spans[-1].first
            if (first.day or 0) > day.value:  # "28-3 February" starts in the month before
                first = replace(first, month=None)
            spans[-1] = replace(spans[-1], first=first, last=one)
        else:
            spans.append(Span(one, either=day.join is Join.OR))
    return spans
