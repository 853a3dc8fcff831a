"""From tokens to chains of spans: ranges, lists and open ends, with the words that belong to none of them.

A chain is what is joined without other words: "5, 12 and 19 May 2010", "Jan-Mar and Sep 2010". A text is read
as islands of chains in a sea of words, so any text can be read, and what was not understood remains visible.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from .lexer import Token, clean, tokenize
from .points import Point, Shape, Tokens, Unit, find_point, full_year
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
    approximate: bool = False
    uncertain: bool = False
    label: str = ""

    @property
    def points(self) -> tuple[Point, ...]:
        """The one or two points that are written."""
        return tuple(point for point in (self.first, self.last) if point)


@dataclass(frozen=True, slots=True)
class Chain:
    """Spans joined to each other, with the tokens that they cover."""

    spans: tuple[Span, ...]
    start: int
    end: int


@dataclass(slots=True)
class Parsed:
    """All that a text says, before anything is settled. `rest`: tokens that are in no chain."""

    text: str
    tokens: list[Token]
    chains: list[Chain] = field(default_factory=list)
    rest: list[int] = field(default_factory=list)


class Join(StrEnum):
    """What stands between two dates."""

    RANGE = "range"
    LIST = "list"
    OR = "or"


@dataclass(slots=True)
class Lead:
    """What stands before a date."""

    index: int
    approximate: bool = False
    uncertain: bool = False
    since: bool = False
    from_: bool = False
    until: bool = False
    between: bool = False


def parse(text: str) -> Parsed:
    """Chains and left-over tokens of a text."""
    text = clean(text)
    parsed = Parsed(text, tokenize(text))
    tokens = Tokens(text, parsed.tokens)
    index = 0
    while index < len(parsed.tokens):
        chain = _chain(tokens, index)
        if chain and _is_believable(tokens, chain):
            parsed.chains.append(chain)
            index = chain.end
        else:
            parsed.rest.append(index)
            index += 1
    return parsed


def _chain(tokens: Tokens, start: int) -> Chain | None:
    found = _spans(tokens, start)
    if not found:
        return None
    spans, index = found
    while True:
        join, after = _join(tokens, index)
        if join not in (Join.LIST, Join.OR):
            break
        found = _spans(tokens, after)
        if not found:
            break
        more, index = found
        spans.extend(replace(span, either=True) for span in more) if join is Join.OR else spans.extend(more)
    return Chain(tuple(spans), start, index)


def _is_believable(tokens: Tokens, chain: Chain) -> bool:
    """Refuse numbers that merely look like dates among other words: "5/10 firms", "1200 persons", "may"."""
    points = [point for span in chain.spans for point in span.points]
    has_neighbour_word = tokens.kind(chain.end) is Kind.WORD or tokens.kind(chain.start - 1) is Kind.WORD
    alone = chain.start == 0 and chain.end == len(tokens.all)
    if alone or not points:
        return True
    if all(point.weak for point in points):
        return False
    if all(point.digits_only and point.year is None for point in points):
        return False
    odd = all(point.unit is Unit.YEAR and not 1900 <= (point.year or 0) <= 2200 for point in points)
    return not (odd and has_neighbour_word)


# --- spans --------------------------------------------------------------------------------------------------------


def _spans(tokens: Tokens, start: int) -> tuple[list[Span], int] | None:
    """One date, interval or list of days from `start` on, with what stands before and after."""
    lead = _lead(tokens, start)
    group = _group(tokens, lead.index)
    if not group:
        return None
    spans, index = group
    last = spans[-1]
    index, last = _tail(tokens, index, last)
    if not last.last:
        last, index, more = _range(tokens, index, last, lead)
        spans = [*spans[:-1], last, *more]
    else:
        spans = [*spans[:-1], last]
    return [_under(lead, span) for span in spans], index


def _under(lead: Lead, span: Span) -> Span:
    """The span with what its introducing words say: "until", "since", "about"."""
    if span.first and not span.last and not span.open_end:
        if lead.until:
            span = replace(span, first=None, last=span.first)
        elif lead.since:
            span = replace(span, open_end=True)
        elif lead.from_:
            span = replace(span, open_end=True, maybe_open=True)
    return replace(
        span,
        approximate=span.approximate or lead.approximate,
        uncertain=span.uncertain or lead.uncertain,
    )


_LEAD_FLAGS = {
    Kind.ABOUT: "approximate",
    Kind.PART: "approximate",
    Kind.MAYBE: "uncertain",
    Kind.SINCE: "since",
    Kind.FROM: "from_",
    Kind.UNTIL: "until",
    Kind.BETWEEN: "between",
}


def _lead(tokens: Tokens, index: int) -> Lead:
    """Everything that may stand before a date: prepositions, "about", "mid-", weekdays, fillers."""
    lead = Lead(index)
    if tokens.is_sign(index, ".") and tokens.is_sign(index + 1, ".", glued=False):
        lead.until = True  # EDTF: ../2010
        index += 2
    while True:
        kind = tokens.kind(index)
        if kind in _LEAD_FLAGS:
            setattr(lead, _LEAD_FLAGS[kind], True)
            index += 1
            if tokens.is_sign(index, "-"):  # mid-March
                index += 1
        elif kind in (Kind.FILLER, Kind.WEEKDAY, Kind.TIME):
            index += 1
            if kind is Kind.WEEKDAY and tokens.is_sign(index, ",.-"):
                index += 1
        elif tokens.is_sign(index, "~") and tokens.kind(index + 1) in (Kind.NUMBER, Kind.MONTH):
            lead.approximate = True
            index += 1
        elif tokens.is_sign(index, "/") and lead.until is False and index == 0:
            lead.until = True  # EDTF: /2010
            index += 1
        else:
            lead.index = index
            return lead


def _group(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """A single date, or several days of one month."""
    days = _days_before_month(tokens, index) or _days_after_month(tokens, index) or _days_before_date(tokens, index)
    if days:
        return days
    years = _short_year_range(tokens, index)
    if years:
        return [years[0]], years[1]
    found = find_point(tokens, index)
    return ([Span(found[0])], found[1]) if found else None


def _days_before_month(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """5, 12 and 19 May 2010; 22-24 Sep 2008."""
    days, at = _day_list(tokens, index)
    if len(days) == 1 and days[0][1] is None:
        return None
    final = find_point(tokens, at - 1) if tokens.kind(at - 1) is Kind.NUMBER else find_point(tokens, at - 2)
    if not final or final[0].month is None or final[0].day is None or final[0].digits_only:
        return None
    return _days_of(days, final[0]), final[1]


def _days_after_month(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """May 5, 12 and 19, 2010; April 4 to 27; 1월 5일, 12일."""
    if tokens.kind(index) is not Kind.MONTH:
        return None
    days, at = _day_list(tokens, tokens.skip(index + 1, "."))
    if not days or (len(days) == 1 and days[0][1] is None):
        return None
    base = find_point(tokens, index)
    if not base or base[0].month is None or base[0].year is not None:
        return None
    year = tokens.year(tokens.skip(at, ","))
    point = replace(base[0], unit=Unit.DAY, shape=Shape.PLAIN, numbers=(), year=year[0] if year else None)
    return _days_of(days, point), year[1] if year else at


def _days_before_date(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """22-24/09/2008; 30.-31.1.2010."""
    day = tokens.day(index)
    if not day:
        return None
    at = day[1] + 1 if tokens.is_sign(day[1], ".") else day[1]
    if not tokens.is_sign(at, "-"):
        return None
    final = find_point(tokens, at + 1)
    if not final or final[0].shape is not Shape.NUMERIC or final[0].year is None or "-" in final[0].text:
        return None
    last_day, month = final[0].numbers
    if month > 12:
        return None
    last = replace(final[0], shape=Shape.PLAIN, month=month, day=last_day, numbers=())
    return [Span(replace(last, day=day[0]), last)], final[1]


def _days_of(days: list[tuple[int, int | None]], point: Point) -> list[Span]:
    """Spans for the days of a list, all in the month of `point`."""
    spans = []
    for day, until in days:
        first = replace(point, day=day, shape=Shape.PLAIN)
        if until is not None and until < day:  # "28-3 February" starts in the month before
            first = replace(first, month=None)
        spans.append(Span(first, replace(first, day=until, month=point.month) if until is not None else None))
    return spans


def _day_list(tokens: Tokens, index: int) -> tuple[list[tuple[int, int | None]], int]:
    """Days joined by signs or words, with ranges: [(5, None), (12, 19)] and the place behind."""
    days: list[tuple[int, int | None]] = []
    found = tokens.day(index)
    while found:
        day, index = found
        if days and tokens.kind(index) is not Kind.MONTH and _has_own_month(tokens, index):
            break
        days.append((day, None))
        end = index
        join, after = _join(tokens, index)
        found = tokens.day(after) if join else None
        if found and join is Join.RANGE:
            until, behind = found
            if _belongs_elsewhere(tokens, behind, first_is_bare=tokens.kind(index) is not Kind.MONTH):
                return days, end
            days[-1], end = (day, until), behind
            join, after = _join(tokens, behind)
            found = tokens.day(after) if join is Join.LIST else None
        if found and _belongs_elsewhere(tokens, found[1], first_is_bare=True):
            found = None
        if not found:
            return days, end
    return days, index
