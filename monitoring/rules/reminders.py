"""On which days people are reminded of a period. Pure: no database, no clock.

Each rule answers for the days after ``since`` up to ``today``, so that a day on which nobody could be looked at is made
up for at the next, once.
"""

from __future__ import annotations

import datetime as dt

BEFORE_DUE = 7  # days
PATIENCE = 3  # days that a period may wait for its approval
WEEK = 7


def reminds_of_due(last: dt.date, due_on: dt.date, since: dt.date, today: dt.date) -> bool:
    """Whether who owes a period is reminded: the day after its last day, a week before it is due, the day after that
    if it is late then, and every week from there.
    """
    once = (last + dt.timedelta(days=1), due_on - dt.timedelta(days=BEFORE_DUE))
    early = any(since < day <= today and day > last for day in once)
    return early or _weekly(due_on + dt.timedelta(days=1), since, today)


def reminds_of_approval(handed_in: dt.date, since: dt.date, today: dt.date) -> bool:
    """Whether who may approve a period is reminded: when it waited longer than PATIENCE, then every week."""
    return _weekly(handed_in + dt.timedelta(days=PATIENCE + 1), since, today)


def _weekly(first: dt.date, since: dt.date, today: dt.date) -> bool:
    """Whether ``first``, or a day whole weeks after it, is one of the days after ``since`` up to ``today``."""
    return today > since and today >= first and _weeks(first, today) > _weeks(first, since)


def _weeks(first: dt.date, day: dt.date) -> int:
    """How many of those days have come; 0 before the first."""
    return (day - first).days // WEEK + 1 if day >= first else 0
