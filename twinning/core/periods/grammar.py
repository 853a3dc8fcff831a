"""From tokens to chains of spans: ranges, lists and open ends, with the words that belong to none of them.

A chain is what is joined without other words: "5, 12 and 19 May 2010", "Jan-Mar and Sep 2010". A text is read
as islands of chains in a sea of words, so any text can be read, and what was not understood remains visible.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .cursor import Point, Tokens, Unit
from .lexer import Token, clean, tokenize
from .points import behind_half_of_month, find_point, year_before_unit
from .spans import Join, Span, days_after_month, days_before_month, days_before_numeric, find_join
from .vocabulary import Kind


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


MOST_LEAD = 12  # words before a date; the bound keeps the time linear


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
    while index < len(tokens.all):
        join, after = find_join(tokens, index)
        found = _spans(tokens, after)
        if not found:
            break
        more, index = found
        more[0] = replace(more[0], loose=join is Join.RANGE)
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


# --- spans ------------------------------------------------------------------------------------------------


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
    furthest = index + MOST_LEAD
    lead.index = index
    while index < furthest:
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
        elif kind in (Kind.NUMBER, Kind.ORDINAL) and (month := behind_half_of_month(tokens, index)):
            lead.approximate, index = True, month
        elif tokens.is_sign(index, "~") and tokens.kind(index + 1) in (Kind.NUMBER, Kind.MONTH):
            lead.approximate = True
            index += 1
        elif tokens.is_sign(index, "/") and lead.until is False and index == 0:
            lead.until = True  # EDTF: /2010
            index += 1
        else:
            break
        lead.index = index
    return lead


def _group(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """A single date, or several days of one month."""
    for form in _GROUPS:
        spans = form(tokens, index)
        if spans:
            return spans
    found = find_point(tokens, index)
    return ([Span(found[0])], found[1]) if found else None


def _short_year_range(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """2012-15: two years, when the 15 can be neither a month nor the other half of a fiscal year."""
    year, second = tokens.number(index, (4,)), tokens.number(index + 2, (2,))
    if not year or second is None or not tokens.is_sign(index + 1, "-", glued=True):
        return None
    last = year - year % 100 + second
    if second <= 12 or last <= year + 1 or tokens.is_sign(index + 3, "-", glued=True):
        return None
    text = tokens.slice(index, index + 3)
    first = Point(Unit.YEAR, text, year, digits_only=True)
    return [Span(first, replace(first, year=last))], index + 3


def _month_number_range(tokens: Tokens, index: int) -> tuple[list[Span], int] | None:
    """05-07/2010; 2010년 3~5월: the first month is a bare number."""
    start = index
    year, index = year_before_unit(tokens, index)
    first = tokens.number(index)
    if not first or first > 12 or not tokens.is_sign(index + 1, "-~"):
        return None
    by_unit = tokens.kind(index + 3) is Kind.MONTH_UNIT
    if not by_unit and not tokens.is_sign(index + 3, "/."):  # "05-07-2010" is one day
        return None
    final = find_point(tokens, index + 2)
    if not final or final[0].unit is not Unit.MONTH or tokens.number(index + 2) != final[0].month:
        return None
    last = replace(final[0], year=final[0].year or year, text=tokens.slice(start, final[1]))
    return [Span(replace(last, month=first), last)], final[1]


_GROUPS = (days_before_month, days_after_month, days_before_numeric, _short_year_range, _month_number_range)

# --- what stands between and behind -----------------------------------------------------------------------


def _range(tokens: Tokens, index: int, span: Span, lead: Lead) -> tuple[Span, int, list[Span]]:
    """The span with its end, if one follows: a second date, "present", "onwards", or a dash into nothing."""
    if tokens.kind(index) is Kind.POST_UNTIL:
        return replace(span, first=None, last=span.first), index + 1, []
    if tokens.kind(index) in (Kind.ONWARDS, Kind.NOW):
        return replace(span, open_end=True), index + 1, []
    join, after = find_join(tokens, index)
    if join is Join.RANGE and _is_open(tokens, after):
        return replace(span, open_end=True), _behind_open(tokens, after), []
    if join is Join.RANGE or (join is Join.LIST and lead.between):
        inner = _lead(tokens, after)
        group = _group(tokens, inner.index)
        if group and not group[0][0].last and not _is_heading(span, group[0][0]):
            (end, *more), behind = group
            behind, end = _tail(tokens, behind, end)
            behind += tokens.kind(behind) is Kind.POST_UNTIL
            whole = replace(
                span,
                last=end.first,
                approximate=span.approximate or end.approximate or inner.approximate,
                uncertain=span.uncertain or end.uncertain or inner.uncertain,
            )
            return whole, behind, more
    if tokens.kind(index) is Kind.POST_FROM:
        return replace(span, open_end=True, maybe_open=True), index + 1, []
    if tokens.is_sign(index, "-") and tokens.kind(index + 1) is None:
        return replace(span, trailing_dash=True), index + 1, []
    return span, index, []


def _is_heading(span: Span, after: Span) -> bool:
    """In "2010 - March" the year is no start of an interval."""
    first, last = span.first, after.first
    return bool(
        first and last and first.unit is Unit.YEAR and last.unit is not Unit.YEAR and last.year is None
    )


def _is_open(tokens: Tokens, index: int) -> bool:
    return tokens.kind(index) in (Kind.NOW, Kind.ONGOING, Kind.ONWARDS) or (
        tokens.is_sign(index - 1, ".") and tokens.is_sign(index - 2, ".") and tokens.kind(index) is None
    )


def _behind_open(tokens: Tokens, index: int) -> int:
    return index + (tokens.kind(index) in (Kind.NOW, Kind.ONGOING, Kind.ONWARDS))


def _behind_time(tokens: Tokens, index: int) -> int | None:
    """The place behind a time of day or an interval of two, which do not matter here; None without one."""
    index = tokens.skip(index, ",")
    if tokens.kind(index) is not Kind.TIME:
        return None
    join, after = find_join(tokens, index + 1)
    return after + 1 if join and tokens.kind(after) is Kind.TIME else index + 1


def _tail(tokens: Tokens, index: int, span: Span) -> tuple[int, Span]:
    """What may stand behind a date: a question mark, EDTF signs, a time, "(Sat)", a part of the month."""
    while True:
        kind = tokens.kind(index)
        if tokens.is_sign(index, "?"):
            span, index = replace(span, uncertain=True), index + 1
        elif tokens.is_sign(index, "(") and tokens.is_sign(index + 1, "?") and tokens.is_sign(index + 2, ")"):
            span, index = replace(span, uncertain=True), index + 3
        elif tokens.is_sign(index, "%") and tokens.all[index].glued:
            span, index = replace(span, uncertain=True, approximate=True), index + 1
        elif tokens.is_sign(index, "~") and tokens.kind(index + 1) in (None, Kind.PUNCTUATION):
            span, index = replace(span, approximate=True), index + 1
        elif behind := _behind_time(tokens, index):
            index = behind
        elif kind is Kind.WEEKDAY and tokens.kind(index + 1) not in (Kind.NUMBER, Kind.MONTH):
            index += 1
        elif (
            tokens.is_sign(index, "(")
            and tokens.kind(index + 1) is Kind.WEEKDAY
            and tokens.is_sign(index + 2, ")")
        ):
            index += 3
        elif kind is Kind.PART and not find_point(tokens, _lead(tokens, index).index):
            span, index = replace(span, approximate=True), index + 1
        else:
            return index, span
