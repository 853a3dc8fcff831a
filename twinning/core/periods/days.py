"""Calendar arithmetic on days, months and years: the ground that the rest of the package stands on."""

from __future__ import annotations

import calendar
from datetime import date
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a date is known. A month is never kept as if it were its first day."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def coarseness(self) -> int:
        """0 for a day, 1 for a month, 2 for a year: so that the coarser of two can be chosen by ``max``."""
        return _COARSENESS[self]


_COARSENESS = {Precision.DAY: 0, Precision.MONTH: 1, Precision.YEAR: 2}


def coarser(one: Precision, other: Precision) -> Precision:
    """The less exact of two precisions."""
    return one if one.coarseness >= other.coarseness else other


def month_length(year: int, month: int) -> int:
    """Number of days of a month."""
    return calendar.monthrange(year, month)[1]


def first_day(day: date, precision: Precision) -> date:
    """First day of the day, month or year that `day` stands for."""
    if precision is Precision.DAY:
        return day
    return day.replace(day=1) if precision is Precision.MONTH else day.replace(month=1, day=1)


def last_day(day: date, precision: Precision) -> date:
    """Last day of the day, month or year that `day` stands for."""
    if precision is Precision.DAY:
        return day
    if precision is Precision.MONTH:
        return day.replace(day=month_length(day.year, day.month))
    return day.replace(month=12, day=31)


def add_months(year: int, month: int, count: int) -> tuple[int, int]:
    """The (year, month) that lies `count` months after the given one; `count` may be negative."""
    index = year * 12 + month - 1 + count
    return index // 12, index % 12 + 1


def month_span(year: int, month: int, months: int) -> tuple[date, date]:
    """First and last day of `months` months from the given one. ValueError outside the years 1 to 9999."""
    end_year, end_month = add_months(year, month, months - 1)
    return date(year, month, 1), date(end_year, end_month, month_length(end_year, end_month))


def date_text(day: date, precision: Precision) -> str:
    """'YYYY', 'YYYY-MM' or 'YYYY-MM-DD', by precision."""
    return day.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[precision]]


def parse_date_text(text: str) -> tuple[date, Precision]:
    """The inverse of `date_text`: the first day and the precision. ValueError for anything else."""
    parts = text.split("-")
    widths = [len(part) for part in parts]
    if widths not in ([4], [4, 2], [4, 2, 2]) or not all(p.isascii() and p.isdigit() for p in parts):
        raise ValueError(f"not a date of the form YYYY, YYYY-MM or YYYY-MM-DD: {text!r}")
    numbers = [int(part) for part in parts]
    precision = (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1]
    try:
        return date(*[*numbers, 1, 1][:3]), precision
    except ValueError as error:
        raise ValueError(f"no such date: {text!r} ({error})") from None
