"""What the method says about activities, for any input."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rules import (
    SAME_EVENT,
    LinkClass,
    Status,
    link_class,
    may_overlap,
    misplaced_non_twinning,
    period_agreement,
    same_event_score,
    status_on,
)
from twinning.core.periods import Context, Precision, Segment, read

days = st.dates(dt.date(2005, 1, 1), dt.date(2012, 12, 31))
segments = st.lists(
    st.builds(
        Segment,
        st.none() | days,
        st.none() | days,
        st.sampled_from(list(Precision)),
        st.none(),
        label=st.just(""),
    ),
    max_size=3,
)
titles = st.text(alphabet="abcde 0123é–", max_size=30)


@given(titles, segments, titles, segments)
def test_likeness_is_symmetric_and_between_none_and_one(
    a: str, one: list[Segment], b: str, other: list[Segment]
) -> None:
    score = same_event_score(a, one, b, other)
    assert 0 <= score <= 1
    assert score == same_event_score(b, other, a, one)


@given(titles, segments)
def test_a_record_is_like_itself(title: str, when: list[Segment]) -> None:
    assert same_event_score(title, when, title, when) == 1


@given(segments, segments)
def test_periods_agree_by_a_share(one: list[Segment], other: list[Segment]) -> None:
    assert 0 <= period_agreement(one, other) <= 1


def score(a: str, when_a: str, b: str, when_b: str) -> float:
    first, second = read(when_a, Context(title=a)), read(when_b, Context(title=b))
    return same_event_score(a, first.segments, b, second.segments)


@pytest.mark.parametrize(
    ("a", "when_a", "b", "when_b"),
    [
        (
            "Short term training programme on cluster development in FMC",
            "Sep-08",
            "Short term training programme on cluster development in FMC from 22-24 sep 2008",
            "Sep-08",
        ),
        (
            "Ambur Open 2010: Exhibition of leather and Footwear Components organized by ISF-IFCOMA in Ambur "
            'Participation to launch "Services Package" from ISF',
            "Jul-10",
            'Ambur Open 2010: Participation in ISF-IFCOMA exhibition in Ambur, to launch "Services Package" '
            "from ISF",
            "Jul-10",
        ),
        ("Firm mapping for SPX", "Jun-08", "Firm mapping for SPX", "Jun-08"),
    ],
)
def test_joint_events_of_the_annexes_are_alike(a: str, when_a: str, b: str, when_b: str) -> None:
    assert score(a, when_a, b, when_b) >= SAME_EVENT


@pytest.mark.parametrize(
    ("a", "when_a", "b", "when_b"),
    [
        ("Design Programme by CLRI", "Nov-09", "Design Programme by CLRI", "Dec-10"),
        ("Workshop on cleaner technologies and VTT", "Dec-11", "Firm mapping for SPX", "Dec-11"),
        ("Planning workshop with IFLMEA", "Apr-09", "Visit of AIEMA office bearers to Pune", "Apr-09"),
    ],
)
def test_other_events_are_not(a: str, when_a: str, b: str, when_b: str) -> None:
    assert score(a, when_a, b, when_b) < SAME_EVENT


@given(st.none() | days, st.none() | days, days, days)
def test_a_period_overlaps_what_contains_one_of_its_days(
    first: dt.date | None, last: dt.date | None, one: dt.date, other: dt.date
) -> None:
    start, end = min(one, other), max(one, other)
    shares = any(
        (first is None or first <= day) and (last is None or day <= last)
        for day in (start + dt.timedelta(days=n) for n in range((end - start).days + 1))
    )
    backwards = first is not None and last is not None and last < first
    found = may_overlap(first, last, start=start, end=end, is_open=False)
    assert found == shares or backwards


def test_what_was_not_stated_overlaps_nothing_and_what_goes_on_overlaps_the_future() -> None:
    future: dict[str, Any] = {"first": dt.date(2050, 1, 1), "last": None}
    assert not may_overlap(**future, start=None, end=None, is_open=False)
    assert may_overlap(**future, start=dt.date(2010, 1, 1), end=None, is_open=True)


@pytest.mark.parametrize(
    ("kind", "side", "refused"),
    [
        ("NT", "emerging", False),
        ("NT", "", False),
        ("NT", "advanced", True),
        ("NT", "both", True),
        ("TB", "advanced", False),
        ("", "both", False),
    ],
)
def test_non_twinning_work_is_for_the_emerging_cluster(kind: str, side: str, refused: bool) -> None:
    assert bool(misplaced_non_twinning(kind, side)) == refused
    assert bool(misplaced_non_twinning(kind, side, only_advanced=True)) == (kind == "NT")


def test_the_status_follows_from_the_period() -> None:
    may: dict[str, Any] = {"start": dt.date(2010, 5, 1), "end": dt.date(2010, 5, 31), "is_open": False}
    assert status_on(dt.date(2010, 4, 30), **may) is Status.PLANNED
    assert status_on(dt.date(2010, 5, 1), **may) is Status.ONGOING
    assert status_on(dt.date(2010, 5, 31), **may) is Status.DONE
    assert status_on(dt.date(2010, 5, 31), **may, status_set="cancelled") is Status.CANCELLED
    assert status_on(dt.date(2010, 5, 31), start=None, end=None, is_open=False) is Status.UNDATED
    assert status_on(dt.date(2050, 5, 31), start=None, end=None, is_open=True) is Status.ONGOING


@given(st.lists(st.sampled_from(["association", "research", "principal-firm", "bdsp", "donor"]), max_size=4))
def test_a_link_has_two_sides(kinds: list[str]) -> None:
    assert link_class(kinds, []) is None
    found = link_class(kinds, ["association"])
    business = {"principal-firm", "bdsp"} & set(kinds)
    bodies = {"association", "research"} & set(kinds)
    assert found == (LinkClass.C2B if business else LinkClass.C2C if bodies else None)
