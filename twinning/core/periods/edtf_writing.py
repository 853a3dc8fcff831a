"""Writing segments as EDTF, the Extended Date/Time Format (ISO 8601-2:2019), levels 0 to 2."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from .days import Precision, date_text, first_day, last_day

if TYPE_CHECKING:
    from .values import Segment


def write_segment(segment: Segment) -> str:
    """One segment as a date or interval: "2007", "2010-03/..", "/2011-06", "/..", "2009-12~"."""
    mark = _qualifier(segment)
    start = segment.start_text
    end = segment.end_text
    if start and segment.end and _is_one_unit(segment):
        return start + mark
    return f"{start + mark if start else ''}/{end + mark if end else '..'}"


def write_segments(segments: Sequence[Segment]) -> str:
    """One plain date or interval, or for several a set such as "{2009-12,2010-02..2010-03}"; "" for none.

    A set can hold ranges only between dates of one precision and without qualifiers, so a range of mixed
    precision is written by its days, and a qualifier is kept for single dates only. An open range stands
    first or last in a set, so that of several the widest is written.
    """
    if len(segments) <= 1:
        return write_segment(segments[0]) if segments else ""
    closed = [_set_member(segment) for segment in segments if segment.start and segment.end]
    until = [segment for segment in segments if segment.end and not segment.start]
    since = [segment for segment in segments if segment.start and not segment.end]
    first = [_set_member(max(until, key=lambda segment: segment.end or date.min))] if until else []
    last = [_set_member(min(since, key=lambda segment: segment.start or date.max))] if since else []
    members = [*first, *closed, *last]
    return "{" + ",".join(members) + "}" if members else write_segment(segments[0])


def _set_member(segment: Segment) -> str:
    if segment.start and segment.end and _is_one_unit(segment):
        return write_segment(segment)
    start, end = segment.start_text or "", segment.end_text or ""
    if segment.start and segment.end and segment.end_precision:
        start, end = (date_text(day, Precision.DAY) for day in (segment.start, segment.end))
    return f"{start}..{end}"


def _qualifier(segment: Segment) -> str:
    if segment.approximate and segment.uncertain:
        return "%"
    return "~" if segment.approximate else "?" if segment.uncertain else ""


def _is_one_unit(segment: Segment) -> bool:
    """True for exactly one day, month or year, which EDTF writes as a date and not as an interval."""
    if not isinstance(segment.start, date) or segment.end_precision:
        return False
    return segment.end == last_day(first_day(segment.start, segment.precision), segment.precision)
