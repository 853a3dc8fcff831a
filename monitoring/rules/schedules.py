"""On which days a report that is sent regularly is made, and of which stretch of time. Pure: no database, no clock.

A stretch is a calendar month, quarter, half-year or year; its report is made ``after`` days past its last day, so
that months of any length, and leap years, are nothing special.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST_DAYS_AFTER = 60


class Every(TextChoices):
    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")
    HALF_YEAR = "half-year", _("every half-year")
    YEAR = "year", _("every year")
    CLOSING = "closing", _("when a reporting period is closed everywhere")


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


def first_of(every: Every, day: dt.date) -> dt.date:
    """The first day of the stretch in which a day lies."""
    months = _MONTHS[every]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def first_after(every: Every, day: dt.date) -> dt.date:
    """The first day of the stretch after that in which a day lies."""
    begun = first_of(every, day)
    month = begun.month - 1 + _MONTHS[every]
    return dt.date(begun.year + month // 12, month % 12 + 1, 1)


def next_day(every: Every, after: int, today: dt.date) -> dt.date:
    """The next day, later than today, on which a report is made. ``after``: 1 is the day after the last day."""
    late = dt.timedelta(days=after - 1)
    return first_after(every, today - late) + late


def reported_until(every: Every, after: int, today: dt.date) -> dt.date:
    """The last day of the last stretch of which the report is made by today, however late one looks."""
    return first_of(every, today - dt.timedelta(days=after - 1)) - dt.timedelta(days=1)
