"""On which days people are reminded, and on which days regular reports are made: for every day there is."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.reminders import reminds_of_approval, reminds_of_due
from monitoring.rules.schedules import (
    MOST_DAYS_AFTER,
    Every,
    first_after,
    first_of,
    next_day,
    reported_until,
)

DAY = dt.timedelta(days=1)
days = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
stretches = st.sampled_from([every for every in Every if every is not Every.CLOSING])
afters = st.integers(1, MOST_DAYS_AFTER)
gaps = st.integers(1, 40)


def on(day: dt.date, last: dt.date, due_on: dt.date) -> bool:
    return reminds_of_due(last, due_on, day - DAY, day)


# Reminders ------------------------------------------------------------------------------------------------------


def test_a_period_is_reminded_of_on_these_days_and_no_others() -> None:
    last, due_on = dt.date(2011, 3, 31), dt.date(2011, 4, 30)
    found = [last + n * DAY for n in range(-40, 60) if on(last + n * DAY, last, due_on)]
    assert found[:4] == [
        dt.date(2011, 4, 1),  # it is over
        dt.date(2011, 4, 23),  # a week is left
        dt.date(2011, 5, 1),  # it is late
        dt.date(2011, 5, 8),
    ]
    assert {later - earlier for earlier, later in pairwise(found[2:])} == {7 * DAY}


def test_what_waits_for_approval_is_reminded_of_after_three_days() -> None:
    handed_in = dt.date(2011, 5, 2)
    found = [
        n for n in range(20) if reminds_of_approval(handed_in, handed_in + (n - 1) * DAY, handed_in + n * DAY)
    ]
    assert found == [4, 11, 18]


@given(last=days, due=gaps, start=st.integers(-60, 60), n=gaps)
def test_days_on_which_nobody_was_looked_at_are_made_up_for_once(
    last: dt.date, due: int, start: int, n: int
) -> None:
    due_on, since = last + due * DAY, last + start * DAY
    each = any(on(since + k * DAY, last, due_on) for k in range(1, n + 1))
    assert reminds_of_due(last, due_on, since, since + n * DAY) == each


@given(handed_in=days, start=st.integers(-60, 60), n=gaps)
def test_so_are_those_of_an_approval(handed_in: dt.date, start: int, n: int) -> None:
    since = handed_in + start * DAY
    each = any(
        reminds_of_approval(handed_in, since + (k - 1) * DAY, since + k * DAY) for k in range(1, n + 1)
    )
    assert reminds_of_approval(handed_in, since, since + n * DAY) == each


@given(last=days, due=gaps, n=st.integers(0, 60), look=st.integers(-60, 60))
def test_nobody_is_reminded_of_a_period_that_runs_or_twice_on_a_day(
    last: dt.date, due: int, n: int, look: int
) -> None:
    assert not reminds_of_due(last, last + due * DAY, last - n * DAY - DAY, last - n * DAY)
    day = last + look * DAY
    assert not reminds_of_due(last, last + due * DAY, day, day)


# Regular reports ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "after", "today", "made_on", "until"),
    [
        (Every.MONTH, 1, dt.date(2012, 2, 29), dt.date(2012, 3, 1), dt.date(2012, 2, 29)),
        (Every.MONTH, 1, dt.date(2011, 2, 28), dt.date(2011, 3, 1), dt.date(2011, 2, 28)),
        (Every.MONTH, 10, dt.date(2011, 12, 31), dt.date(2012, 1, 10), dt.date(2011, 12, 31)),
        (Every.QUARTER, 10, dt.date(2011, 4, 9), dt.date(2011, 4, 10), dt.date(2011, 3, 31)),
        (Every.QUARTER, 10, dt.date(2011, 4, 10), dt.date(2011, 7, 10), dt.date(2011, 6, 30)),
        (Every.HALF_YEAR, 60, dt.date(2011, 8, 29), dt.date(2012, 2, 29), dt.date(2011, 12, 31)),
        (Every.YEAR, 31, dt.date(2011, 2, 1), dt.date(2012, 1, 31), dt.date(2011, 12, 31)),
    ],
)
def test_the_next_day_and_the_stretch_that_it_reports(
    every: Every, after: int, today: dt.date, made_on: dt.date, until: dt.date
) -> None:
    assert next_day(every, after, today) == made_on
    assert reported_until(every, after, made_on) == until


@given(every=stretches, after=afters, today=days)
def test_a_report_is_made_as_many_days_after_the_last_day_as_was_asked(
    every: Every, after: int, today: dt.date
) -> None:
    made_on = next_day(every, after, today)
    until = reported_until(every, after, made_on)
    assert made_on > today
    assert made_on - until == after * DAY
    assert first_of(every, until + DAY) == until + DAY
    # None is passed over: the one before was due by today.
    before = first_of(every, until) + (after - 1) * DAY
    assert before <= today


@given(every=stretches, after=afters, today=days, away=st.integers(0, 800))
def test_after_days_away_only_the_last_stretch_is_reported(
    every: Every, after: int, today: dt.date, away: int
) -> None:
    made_on = next_day(every, after, today)
    looked = made_on + away * DAY
    until = reported_until(every, after, looked)
    assert until + after * DAY <= looked < next_day(every, after, looked)
    assert until >= reported_until(every, after, made_on)
    assert next_day(every, after, looked) == first_after(every, until + DAY) + (after - 1) * DAY


@given(every=stretches, day=days)
def test_stretches_lie_end_to_end(every: Every, day: dt.date) -> None:
    first, following = first_of(every, day), first_after(every, day)
    assert first <= day < following
    assert first_of(every, following - DAY) == first
    assert first_of(every, following) == following
