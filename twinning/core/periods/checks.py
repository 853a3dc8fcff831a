"""The last look at finished segments: what is impossible, unusual or planned, and what was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .days import Precision, add_months, month_length
from .notes import Notes
from .reasons import Reason
from .values import Context, Flag, Segment

LONG_MONTHS = 24


def check(segments: tuple[Segment, ...], context: Context, notes: Notes) -> None:
    """Things to notice about the finished segments."""
    if len(segments) > 1:
        notes.add(Flag.SEVERAL_PIECES, Reason("several", count=len(segments)))
    for index, segment in enumerate(segments):
        if segment.invalid:
            notes.add(Flag.INVALID_AS_PRINTED, Reason("invalid"))
            for fixed, reason in corrections(segment):
                notes.offer((*segments[:index], fixed, *segments[index + 1 :]), reason)
        elif months := _long_months(segment):
            notes.add(Flag.LONG, Reason("long", months=months))
            if shorter := _within_a_year(segment):
                notes.offer((*segments[:index], shorter, *segments[index + 1 :]), Reason("long_alternative"))
    if any(segment.approximate for segment in segments):
        notes.add(Flag.APPROXIMATE, Reason("approximate"))
    if any(segment.uncertain for segment in segments):
        notes.add(Flag.UNCERTAIN, Reason("uncertain"))
    if any(segment.is_open for segment in segments):
        notes.add(Flag.ONGOING, Reason("ongoing"))
    status = context.status_date
    if status and any(segment.end and segment.end >= status for segment in segments):
        notes.add(Flag.AT_OR_AFTER_STATUS_DATE, Reason("status_date", date=status.isoformat()))


def corrections(segment: Segment) -> list[tuple[Segment, Reason]]:
    """What an interval that ends before it starts was probably meant to be, the likeliest first."""
    start, end = segment.start, segment.end
    if not start or not end:
        return []
    fixed: list[tuple[Segment, Reason]] = []
    if segment.coarsest is Precision.DAY:
        for count in range(1, 12):
            year, month = add_months(end.year, end.month, count)
            if year <= 9999 and end.day <= month_length(year, month) and date(year, month, end.day) >= start:
                moved = date(year, month, end.day)
                fixed.append((replace(segment, end=moved), Reason("invalid_month")))
                break
    elif segment.coarsest is Precision.MONTH:
        year = start.year if (end.month, end.day) >= (start.month, start.day) else start.year + 1
        if year <= 9999:
            last = end.replace(year=year, day=1)
            fixed.append((replace(segment, end=last), Reason("invalid_year")))
    swapped = replace(
        segment, start=end, end=start,
        precision=segment.end_precision or segment.precision, end_precision=segment.precision,
    )  # fmt: skip
    return [*fixed, (swapped, Reason("invalid_swapped"))]


def _long_months(segment: Segment) -> int:
    """Length in months where it is suspicious, else 0. Ranges of plain years are usual in plans."""
    if not segment.start or not segment.end or segment.coarsest is Precision.YEAR:
        return 0
    months = (segment.end.year - segment.start.year) * 12 + segment.end.month - segment.start.month + 1
    return months if months > LONG_MONTHS else 0


def _within_a_year(segment: Segment) -> Segment | None:
    """The same with the end in the year of the start: "June 07 - Oct 09" may be a slip for "Oct 07"."""
    start, end = segment.start, segment.end
    if not start or not end or (end.month, end.day) < (start.month, start.day):
        return None
    day = min(end.day, month_length(start.year, end.month))
    return replace(segment, end=end.replace(year=start.year, day=day))
