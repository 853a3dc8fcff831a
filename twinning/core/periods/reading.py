"""Reading one cell: the text, its context, and every doubt with its alternatives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

from .checks import check
from .cursor import Point, Shape, Unit
from .days import Precision
from .edtf_reading import looks_like_edtf, read_edtf
from .labelling import Facts, understand
from .lexer import clean
from .notes import Notes
from .reasons import Reason
from .resolving import (
    Choices,
    Resolved,
    follows_year_first,
    has_other_evidence,
    is_year_pair,
    only_order,
    resolve,
    short_is_year,
)
from .spans import Span
from .titles import read_title_days, says_tentative, title_matters, title_of_blank
from .values import Context, DayOrder, Flag, Reading, Segment


class _Doubt(Protocol):
    """See `_note_choices`."""

    def __call__(self, flag: Flag, reason: Reason, other_reason: Reason, **change: bool) -> None: ...


LIMIT = 2000  # characters; a longer text is no date
_NO_CONTEXT = Context()

# Day numbers that spreadsheets keep for 1 January 1970 to 31 December 2099.
_SERIAL = re.compile(r"\s*([2-7]\d{4})(?:[.,]\d{1,12})?\s*")
_SERIAL_RANGE = range(25569, 73051)
_SEASON_OR_YEARS = re.compile(r"(\d{4})-(2[1-4])")
_SPREADSHEET_EPOCH = date(1899, 12, 30)


def read(text: str, context: Context = _NO_CONTEXT) -> Reading:
    """Read one cell; never raises for any text.

    The text is kept unchanged in `raw`. Follows the reading of the UNIDO 2013 annexes: "ongoing" is open
    and not blank, blank is unknown, "Sep-07" is September 2007, an interval that ends before it starts is
    kept and flagged.
    """
    if context.before or context.after or title_matters(context.title, text):
        return read_with(text, context, Notes())
    return _read_alone(text, replace(context, title="") if context.title else context)


@lru_cache(maxsize=8192)
def _read_alone(text: str, context: Context) -> Reading:
    """Sheets repeat their texts: what neither title nor neighbours can change is read once."""
    return read_with(text, context, Notes())


def read_with(text: str, context: Context, notes: Notes) -> Reading:
    """Like `read`, with what the caller already noted."""
    return finish(text, _segments(text, context, notes), context, notes)


def finish(raw: str, segments: tuple[Segment, ...], context: Context, notes: Notes) -> Reading:
    """The reading of segments that were understood: with the title heeded and the last checks made."""
    segments = _with_title(segments, context, notes)
    check(segments, context, notes)
    return notes.reading(raw, segments)


def _segments(text: str, context: Context, notes: Notes) -> tuple[Segment, ...]:
    if len(text) > LIMIT:
        notes.add(Flag.UNREADABLE, Reason("too_long", length=len(text), limit=LIMIT))
        return ()
    cleaned = clean(text).strip()
    if not cleaned:
        notes.add(Flag.BLANK, Reason("blank"))
        return ()
    if match := _SERIAL.fullmatch(cleaned):
        number = int(match.group(1))
        if number in _SERIAL_RANGE:
            return _serial(number, match.group(1), notes)
    if looks_like_edtf(cleaned) and (found := read_edtf(cleaned)):
        return _edtf(cleaned, found, notes)
    return _interpret(understand(text), context, notes)


def _serial(number: int, text: str, notes: Notes) -> tuple[Segment, ...]:
    day = _SPREADSHEET_EPOCH + timedelta(days=number)
    notes.add(Flag.SERIAL_NUMBER, Reason("serial", text=text))
    if day.day == 1:
        notes.offer((Segment(day, day, Precision.MONTH),), Reason("serial_alternative"))
    return (Segment(day, day, Precision.DAY),)


def _edtf(text: str, found: tuple[tuple[Segment, ...], bool], notes: Notes) -> tuple[Segment, ...]:
    """An EDTF text; of "one of a set" the first member is taken."""
    segments, one_of = found
    if one_of and len(segments) > 1:
        notes.add(Flag.EITHER, Reason("either"))
        for other in segments[1:]:
            notes.offer((other,), Reason("either_alternative"))
        return segments[:1]
    if match := _SEASON_OR_YEARS.fullmatch(text):
        notes.add(Flag.SEASON, Reason("edtf_season", text=text))
        first = int(match.group(1))
        last = first - first % 100 + int(match.group(2))
        if last > first:
            years = Segment(date(first, 1, 1), date(last, 12, 31), Precision.YEAR)
            notes.offer((years,), Reason("years_alternative", text=text))
    return segments


# --- choices ----------------------------------------------------------------------------------------------


def _interpret(facts: Facts, context: Context, notes: Notes) -> tuple[Segment, ...]:
    """Segments of an understood text, with each doubt noted."""
    if not facts.spans:
        return _without_dates(facts, notes)
    spans, chain_of = _first_of_either(facts, notes)
    choices = Choices(fiscal_start=context.fiscal_year_start)
    choices = _choose_order(spans, chain_of, choices, context, notes)
    result = resolve(spans, chain_of, choices)
    if result.undated:
        choices, result = _choose_year(spans, chain_of, choices, context, notes)
    segments = _with_ongoing(tuple(result.segments), facts, notes)
    _note_years(spans, chain_of, choices, result, notes)
    _note_choices(spans, chain_of, choices, context, notes)
    _note_words(facts, notes)
    return segments


def _without_dates(facts: Facts, notes: Notes) -> tuple[Segment, ...]:
    if facts.tentative:
        notes.add(Flag.TENTATIVE, Reason("tentative"))
    if facts.ongoing:
        notes.add(Flag.ONGOING, Reason("ongoing"))
        for words in facts.unread:
            notes.add(Flag.LABELLED, Reason("label", words=words))
        return (Segment(None, None, Precision.YEAR, label="; ".join(facts.unread)),)
    if facts.unknown and not facts.unread:
        notes.add(Flag.UNKNOWN, Reason("unknown", words=facts.unknown))
    elif not (facts.tentative and not facts.unread):
        words = "; ".join(facts.unread) or facts.unknown
        notes.add(Flag.UNREADABLE, Reason("unreadable", words=words))
    else:
        notes.add(Flag.UNKNOWN)
    return ()


def _first_of_either(facts: Facts, notes: Notes) -> tuple[tuple[Span, ...], tuple[int, ...]]:
    """Of "9 or 10 May" take the first; the others become alternatives, read with the whole for the year."""
    if not any(span.either for span in facts.spans):
        return facts.spans, facts.chain_of
    notes.add(Flag.EITHER, Reason("either"))
    whole = resolve(facts.spans, facts.chain_of, Choices())
    first = next(index for index, span in enumerate(facts.spans) if span.either)
    for segment in whole.segments[first:]:
        notes.offer((segment,), Reason("either_alternative"))
    kept = [index for index, span in enumerate(facts.spans) if not span.either]
    return tuple(_dated_like(facts, index) for index in kept), tuple(facts.chain_of[index] for index in kept)


def _dated_like(facts: Facts, index: int) -> Span:
    """A span whose year and month stand only behind the "or" takes them along."""
    span, points = facts.spans[index], [p for s in facts.spans[index:] for p in s.points]
    year = next((point.year for point in points if point.year is not None), None)
    first = span.first
    if (
        first
        and not span.last
        and first.year is None
        and year is not None
        and first.shape is not Shape.DAY_OR_YEAR
    ):
        return replace(span, first=replace(first, year=year))
    return span


def _choose_order(
    spans: Sequence[Span], chain_of: Sequence[int], choices: Choices, context: Context, notes: Notes
) -> Choices:
    """Settle which number of 5/9/2009 is the day, by the strongest evidence; by default the first."""
    numeric = [
        point
        for span in spans
        for point in span.points
        if point.shape is Shape.NUMERIC and not follows_year_first(point, span.first)
    ]
    if not any(only_order(point) is None and point.numbers[0] != point.numbers[1] for point in numeric):
        return choices
    proved = {order for point in numeric if (order := only_order(point))}
    if len(proved) == 1:
        order = proved.pop()
        notes.explain(Reason("order_cell", order=order.words))
        return replace(choices, order=order)
    order, code, certain = _order_from_outside(spans, chain_of, choices, context)
    flag = Flag.DAY_ORDER_FROM_SHEET if certain else Flag.DAY_MONTH_ORDER
    notes.add(flag, Reason(code, order=order.words))
    other = resolve(spans, chain_of, replace(choices, order=order.other))
    notes.offer(tuple(other.segments), Reason("order_alternative", order=order.other.words))
    return replace(choices, order=order)


def _order_from_outside(
    spans: Sequence[Span], chain_of: Sequence[int], choices: Choices, context: Context
) -> tuple[DayOrder, str, bool]:
    """(order, code of the reason, certain)."""
    if context.day_order:
        return context.day_order, "order_given", True
    votes = dict(zip((DayOrder.DMY, DayOrder.MDY), context.order_votes, strict=True))
    leading = max(votes, key=lambda order: votes[order])
    if votes[leading] >= 2 and not votes[leading.other]:
        return leading, "order_sheet", True
    readings = {order: resolve(spans, chain_of, replace(choices, order=order)).segments for order in DayOrder}
    broken = {order for order in DayOrder if any(segment.invalid for segment in readings[order])}
    if len(broken) == 1:
        return broken.pop().other, "order_interval", False
    misfit = {order: misfit_days(readings[order], context) for order in DayOrder}
    if misfit[DayOrder.DMY] != misfit[DayOrder.MDY]:
        return min(DayOrder, key=lambda order: misfit[order]), "order_neighbours", False
    if votes[leading] > votes[leading.other]:
        return leading, "order_majority", False
    return DayOrder.DMY, "order_default", False


def misfit_days(segments: Sequence[Segment], context: Context) -> int:
    """By how many days the segments start before the rows above or after the rows below; 0 fits."""
    start = min((segment.start for segment in segments if segment.start), default=None)
    if start is None:
        return 0
    above = sum(max(0, (row.start - start).days) for row in context.before if row.start)
    below = sum(max(0, (start - row.start).days) for row in context.after if row.start)
    return above + below


def _choose_year(
    spans: Sequence[Span], chain_of: Sequence[int], choices: Choices, context: Context, notes: Notes
) -> tuple[Choices, Resolved]:
    """A text without any year: take the year that fits the rows around, else that of the sheet, else none."""

    def with_year(year: int) -> tuple[Choices, Resolved]:
        chosen = replace(choices, year=year)
        return chosen, resolve(spans, chain_of, chosen)

    near = [row.start.year for row in (*context.before, *context.after) if row.start]
    candidates = sorted({year + step for year in near for step in (-1, 0, 1)})
    if candidates:
        fits = {year: misfit_days(with_year(year)[1].segments, context) for year in candidates}
        year = min(candidates, key=lambda year: (fits[year], abs(year - near[0])))
        notes.add(Flag.YEAR_FROM_CONTEXT, Reason("year_neighbours", year=year))
        return with_year(year)
    if context.default_year:
        notes.add(Flag.YEAR_FROM_CONTEXT, Reason("year_default", year=context.default_year))
        return with_year(context.default_year)
    notes.add(Flag.NO_YEAR, Reason("no_year"))
    if context.status_date:
        year = context.status_date.year
        segments = with_year(year)[1].segments
        if any(segment.start and segment.start > context.status_date for segment in segments):
            year -= 1
            segments = with_year(year)[1].segments
        notes.offer(tuple(segments), Reason("year_status", year=year))
    return choices, resolve(spans, chain_of, choices)


def _with_ongoing(segments: tuple[Segment, ...], facts: Facts, notes: Notes) -> tuple[Segment, ...]:
    """The word "ongoing" beside a date opens its end; where an end is printed as well, it is a doubt."""
    if facts.ongoing and segments:
        last = segments[-1]
        opened = (*segments[:-1], replace(last, end=None))
        if not facts.spans[-1].last:
            segments = opened
        elif not last.is_open:
            notes.add(Flag.OPEN_OR_NOT, Reason("ended_and_ongoing"))
            notes.offer(opened, Reason("ongoing"))
    return segments


# --- doubts -----------------------------------------------------------------------------------------------


def _note_years(
    spans: Sequence[Span], chain_of: Sequence[int], choices: Choices, result: Resolved, notes: Notes
) -> None:
    if result.shared and len({point.text for span in spans for point in span.points}) > 1:
        notes.add(Flag.YEAR_SHARED, Reason("year_shared"))
    if result.rolled:
        notes.add(Flag.YEAR_ROLLED, Reason("year_rolled"))
        kept = resolve(spans, chain_of, replace(choices, keep_year=True))
        notes.offer(tuple(kept.segments), Reason("year_rolled_alternative"))
    for text in result.impossible:
        notes.add(Flag.IMPOSSIBLE_DATE, Reason("impossible", text=text))


def _note_choices(
    spans: Sequence[Span], chain_of: Sequence[int], choices: Choices, context: Context, notes: Notes
) -> None:
    """Each thing that could be read in another way: the flag, the reason, and the other reading."""

    def doubt(flag: Flag, reason: Reason, other_reason: Reason, **change: bool) -> None:
        notes.add(flag, reason)
        other = resolve(spans, chain_of, replace(choices, **change))  # type: ignore[arg-type]
        notes.offer(tuple(other.segments), other_reason)

    for span in spans:
        for point in span.points:
            _note_point(point, span, spans, doubt, context, notes)
        if is_year_pair(span):
            text = f"{span.points[0].text}-{span.points[1].text}"
            reason = Reason("year_pair", text=text)
            other = Reason("fiscal_alternative", text=text)
            doubt(Flag.FISCAL_OR_CALENDAR, reason, other, year_pair_is_fiscal=True)
        if span.loose:
            notes.add(Flag.PARTLY_READ, Reason("second_dash"))
        if span.maybe_open:
            doubt(Flag.OPEN_OR_NOT, Reason("open_or_not"), Reason("open_or_not_alternative"), closed=True)
        if span.trailing_dash:
            notes.add(Flag.OPEN_OR_NOT, Reason("trailing_dash"))
            opened = [replace(s, open_end=s.trailing_dash) for s in spans]
            notes.offer(tuple(resolve(opened, chain_of, choices).segments), Reason("open_end"))
        if span.last and not span.first:
            notes.explain(Reason("no_start"))


def _note_point(
    point: Point, span: Span, spans: Sequence[Span], doubt: _Doubt, context: Context, notes: Notes
) -> None:
    text = point.text
    if point.unit is Unit.SEASON:
        doubt(Flag.SEASON, Reason("season"), Reason("season_alternative"), winter_ends=True)
    if point.unit is Unit.FISCAL or point.shape is Shape.FISCAL_PART:
        notes.add(Flag.FISCAL_YEAR, Reason("fiscal", month=context.fiscal_year_start))
    if point.shape is Shape.FISCAL_NAMED:
        reasons = Reason("fiscal_named"), Reason("fiscal_named_alternative")
        doubt(Flag.FISCAL_OR_CALENDAR, *reasons, named_fiscal_starts=True)
    elif point.shape is Shape.FISCAL_PAIR:
        reasons = Reason("fiscal_pair", text=text), Reason("year_month_alternative", text=text)
        doubt(Flag.FISCAL_OR_CALENDAR, *reasons, turn_pairs=True)
    elif point.shape is Shape.SHORT_YEARS:
        reasons = Reason("short_years", text=text), Reason("years_alternative", text=text)
        doubt(Flag.FISCAL_OR_CALENDAR, *reasons, turn_pairs=True)
    elif point.shape is Shape.YEAR_MONTH:
        reasons = Reason("year_month", text=text), Reason("fiscal_alternative", text=text)
        doubt(Flag.FISCAL_OR_CALENDAR, *reasons, turn_pairs=True)
    elif point.shape is Shape.DAY_MONTH and len(spans) == 1 and not span.last:
        reasons = Reason("spreadsheet"), Reason("spreadsheet_alternative", text=text)
        doubt(Flag.SPREADSHEET_DATE, *reasons, month_day_is_year=True)
    elif point.shape is Shape.DAY_OR_YEAR and not has_other_evidence(spans) and not context.short_years:
        partner = span.last if point is span.first else span.first
        is_year = short_is_year(point, partner, spans)
        reasons = Reason("day_or_year", text=text), Reason("day_or_year_alternative", text=text)
        doubt(Flag.DAY_OR_YEAR, *reasons, short_is_year=not is_year)


def _note_words(facts: Facts, notes: Notes) -> None:
    if facts.tentative:
        notes.add(Flag.TENTATIVE, Reason("tentative"))
    for words in facts.labels:
        notes.add(Flag.LABELLED, Reason("label", words=words))
    for words in facts.unread:
        notes.add(Flag.PARTLY_READ, Reason("partly_read", words=words))


# --- the title ------------------------------------------------------------------------


def _with_title(segments: tuple[Segment, ...], context: Context, notes: Notes) -> tuple[Segment, ...]:
    """The days of the title, where it is reliable: they agree with the cell, or the cell is blank."""
    if not context.title:
        return segments
    if says_tentative(context.title):
        notes.add(Flag.TENTATIVE, Reason("tentative"))
    if Flag.BLANK in notes.flags:
        return title_of_blank(context.title, notes)
    return read_title_days(segments, context.title, notes)
