"""Ratings, days of training and the time from trust to business: figures that leave out what is not known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.evaluation import (
    ADVICE_MOVES,
    EVALUATION_MOVES,
    Advice,
    Moment,
    Rated,
    began,
    by_criterion,
    is_overdue,
    may_become,
    months_between,
    names_in,
    overall,
    stated_days,
)
from twinning.core import periods
from twinning.core.periods import Segment

D = Decimal
LATE = dt.date(2012, 12, 31)


def rated(*pairs: tuple[str, int | None]) -> list[Rated]:
    return [Rated("impact", D(weight), rating) for weight, rating in pairs]


def segments(edtf: str) -> list[Segment]:
    return list(periods.from_edtf(edtf))


# Ratings --------------------------------------------------------------------------------------------------


def test_the_overall_rating_is_the_mean_by_weight() -> None:
    assert overall(rated(("1", 5), ("1", 4))).mean == D("4.50")
    assert overall(rated(("3", 6), ("1", 2))).mean == D("5.00")


def test_what_is_not_rated_and_what_cannot_be_assessed_move_the_mean_not_at_all() -> None:
    found = overall(rated(("1", 6), ("1", None), ("2", 0)))
    assert found.mean == D("6.00")
    assert (found.rated, found.missing, found.unable) == (1, 1, 1)
    assert found.covered == D("25.0")


def test_nothing_rated_has_no_mean() -> None:
    assert overall([]).mean is None
    assert overall(rated(("1", 0), ("1", None))).mean is None
    assert overall(rated(("0", 5))).mean is None


ROWS = st.lists(
    st.tuples(st.decimals(min_value=0, max_value=100, places=2), st.one_of(st.none(), st.integers(0, 6))),
    max_size=12,
)


@given(ROWS)
def test_the_mean_lies_between_the_ratings_that_count(pairs: list[tuple[Decimal, int | None]]) -> None:
    rows = [Rated("impact", weight, rating) for weight, rating in pairs]
    found = overall(rows)
    counted = [row.rating for row in rows if row.rating and row.weight]
    if counted:
        assert found.mean is not None
        assert min(counted) <= found.mean <= max(counted)
    else:
        assert found.mean is None


@given(ROWS)
def test_a_question_that_nobody_can_assess_changes_nothing(
    pairs: list[tuple[Decimal, int | None]],
) -> None:
    rows = [Rated("impact", weight, rating) for weight, rating in pairs]
    more = [*rows, Rated("impact", D(50), 0), Rated("impact", D(50), None)]
    assert overall(more).mean == overall(rows).mean


def test_each_of_the_six_criteria_stands_by_itself() -> None:
    found = by_criterion([Rated("coherence", D("0.5"), 4), Rated("coherence", D("0.5"), 5)])
    assert list(found) == [
        "relevance", "coherence", "effectiveness", "efficiency", "impact", "sustainability"
    ]  # fmt: skip
    assert found["coherence"].mean == D("4.50")
    assert found["impact"].mean is None


# States ---------------------------------------------------------------------------------------------------


def test_a_draft_is_handed_in_before_it_is_final() -> None:
    assert not may_become(EVALUATION_MOVES, "draft", "final")
    assert may_become(EVALUATION_MOVES, "submitted", "final")
    assert may_become(EVALUATION_MOVES, "final", "draft")


def test_a_recommendation_is_accepted_before_it_is_done() -> None:
    assert not may_become(ADVICE_MOVES, Advice.OPEN, Advice.DONE)
    assert may_become(ADVICE_MOVES, Advice.ACCEPTED, Advice.DONE)


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        ("open", dt.date(2011, 7, 30), True),
        ("accepted", dt.date(2011, 7, 30), True),
        ("accepted", dt.date(2011, 7, 31), False),
        ("done", dt.date(2011, 7, 30), False),
        ("rejected", dt.date(2011, 7, 30), False),
        ("open", None, False),
    ],
)
def test_only_what_is_to_be_done_yet_is_overdue(state: str, due: dt.date | None, late: bool) -> None:
    assert is_overdue(state, due, dt.date(2011, 7, 31)) is late


def test_names_are_found_in_words_whatever_their_case() -> None:
    assert names_in("We at PAKKAR saw it", ["Pakkar", "", "Rossi"]) == ["Pakkar"]


# Days -----------------------------------------------------------------------------------------------------


def test_the_on_site_training_of_table_2_has_its_43_and_35_days() -> None:
    wet_end = segments("2009-12-12/2009-12-22") + segments("2010-02-09/2010-03-12")
    finishing = segments("2010-06-22/2010-07-10") + segments("2010-08-25/2010-09-09")
    assert stated_days(wet_end, LATE).days == 43
    assert stated_days(finishing, LATE).days == 35


@pytest.mark.parametrize("text", ["2008-06", "2008", "2008-06-03/2008-07", "2008-06-24~"])
def test_a_month_states_no_day(text: str) -> None:
    found = stated_days(segments(text), LATE)
    assert (found.days, found.whole) == (0, False)


def test_a_blank_period_states_nothing() -> None:
    assert stated_days([], LATE) == stated_days([], LATE.replace(year=2000))
    assert not stated_days([], LATE).whole


def test_what_is_stated_to_the_day_counts_beside_what_is_not() -> None:
    found = stated_days(segments("2008-06-03/2008-06-05") + segments("2008-09"), LATE)
    assert (found.days, found.whole) == (3, False)


def test_a_period_that_ends_before_it_starts_states_no_day() -> None:
    printed = Segment(dt.date(2008, 5, 18), dt.date(2008, 5, 11), periods.Precision.DAY)
    assert stated_days([printed], LATE).days == 0


def test_days_after_the_day_of_the_report_are_not_counted() -> None:
    found = stated_days(segments("2011-07-30/2011-08-04"), dt.date(2011, 7, 31))
    assert (found.days, found.whole) == (2, True)


DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2011, 12, 31))


@given(st.lists(st.tuples(DAYS, st.integers(0, 60)), min_size=1, max_size=6))
def test_a_day_named_twice_counts_once(spans: list[tuple[dt.date, int]]) -> None:
    parts = [
        Segment(start, start + dt.timedelta(days=length), periods.Precision.DAY) for start, length in spans
    ]
    expected = {start + dt.timedelta(days=offset) for start, length in spans for offset in range(length + 1)}
    assert stated_days(parts, LATE).days == len(expected)
    assert stated_days([*parts, *parts], LATE).days == len(expected)


# Months ---------------------------------------------------------------------------------------------------


def test_months_between_two_days_and_between_two_months() -> None:
    june, september = Moment(dt.date(2008, 6, 24), dt.date(2008, 6, 24)), began(segments("2009-09"))
    assert september is not None
    assert months_between(june, september) == (14, 15)


def test_a_beginning_is_the_earliest_that_is_stated() -> None:
    found = began(segments("2010-02-09/2010-03-12") + segments("2009-12"))
    assert found == Moment(dt.date(2009, 12, 1), dt.date(2009, 12, 31))
    assert began(segments("2008")) == Moment(dt.date(2008, 1, 1), dt.date(2008, 12, 31))
    assert began([]) is None


def test_where_business_came_first_the_months_are_below_zero() -> None:
    early, late = (
        Moment(dt.date(2008, 1, 1), dt.date(2008, 1, 1)),
        Moment(dt.date(2009, 1, 1), dt.date(2009, 1, 1)),
    )
    assert months_between(late, early) == (-12, -12)


@given(DAYS, DAYS)
def test_months_read_backwards_are_the_same_with_another_sign(one: dt.date, other: dt.date) -> None:
    a, b = Moment(one, one), Moment(other, other)
    assert months_between(a, b)[0] == -months_between(b, a)[0]
