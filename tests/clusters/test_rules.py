"""Rules of the method that need no database: which agreement binds, and who coordinates."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from clusters.rules import (
    ROLE_TABLE,
    TWINNING_MOVES,
    Can,
    Force,
    Reach,
    Role,
    Span,
    Turn,
    Work,
    force_on,
    holds_on,
    may_move,
    second_coordinator,
    times_at_work,
)
from twinning.core.periods import bounds, from_edtf

FIRST = dt.date(2008, 1, 1)
days = st.integers(0, 60).map(lambda n: FIRST + dt.timedelta(days=n))
ends = st.none() | days
BINDING = {Force.IN_FORCE, Force.END_NOT_STATED}


def spans() -> st.SearchStrategy[Span]:
    return st.tuples(ends, ends).filter(lambda s: not (s[0] and s[1] and s[1] < s[0])).map(lambda s: Span(*s))


@given(day=days, start=days, end=ends, ended=ends)
def test_an_agreement_binds_from_its_first_day_to_its_last_and_not_after_it_was_ended(
    day: dt.date, start: dt.date, end: dt.date | None, ended: dt.date | None
) -> None:
    state = force_on(day, was_signed=True, valid_from=start, valid_to=end, ended_on=ended)
    binds = start <= day and (end is None or day <= end) and (ended is None or day < ended)
    assert (state in BINDING) == binds
    assert (state is Force.NOT_YET) == (day < start)


@given(day=days, start=ends, end=ends)
def test_what_was_never_signed_never_binds(day: dt.date, start: dt.date | None, end: dt.date | None) -> None:
    state = force_on(day, was_signed=False, valid_from=start, valid_to=end)
    assert state is Force.NEVER_SIGNED


@given(day=days, end=ends)
def test_without_any_date_nothing_is_claimed(day: dt.date, end: dt.date | None) -> None:
    assert force_on(day, was_signed=True, valid_from=None, valid_to=end) is Force.NOT_STATED


@given(day=days, start=days)
def test_an_end_that_is_not_stated_is_said_so_and_not_guessed(day: dt.date, start: dt.date) -> None:
    state = force_on(day, was_signed=True, valid_from=start, valid_to=None)
    assert state is (Force.NOT_YET if day < start else Force.END_NOT_STATED)


@given(new=spans(), others=st.lists(spans(), max_size=3))
def test_a_second_coordinator_is_noticed_exactly_when_two_hold_on_the_same_day(
    new: Span, others: list[Span]
) -> None:
    # One day before and after those drawn stands for all time before and after.
    every_day = [FIRST + dt.timedelta(days=n) for n in range(-1, 62)]

    def both_on(day: dt.date, other: Span) -> bool:
        return holds_on(new.valid_from, new.valid_to, day) and holds_on(other.valid_from, other.valid_to, day)

    together = any(both_on(day, other) for day in every_day for other in others)
    assert second_coordinator(new, others) == together


def test_every_status_of_a_twinning_leads_on_and_none_leads_to_itself() -> None:
    for status, onward in TWINNING_MOVES.items():
        assert onward
        assert onward <= set(TWINNING_MOVES)
        assert not may_move(status, status)


def test_every_role_has_its_line_and_only_those_who_run_a_programme_manage_it() -> None:
    assert set(ROLE_TABLE) == set(Role)
    managing = {role for role, may in ROLE_TABLE.items() if may.get(Can.MANAGE) is Reach.PROGRAMME}
    assert managing == {Role.MANAGER, Role.CTA}


def turn(status: str, since: str = "", recorded: str = "") -> Turn:
    first, last = bounds(from_edtf(since))
    return Turn(status, first, last, dt.date.fromisoformat(recorded) if recorded else None)


def year(number: int) -> Span:
    return Span(dt.date(number, 1, 1), dt.date(number, 12, 31))


def at_work_in(asked: Span, *turns: Turn) -> bool:
    return any(work.is_in(asked) for work in times_at_work(turns))


def test_a_twinning_is_at_work_from_its_negotiation_to_its_end_and_when_it_is_taken_up_again() -> None:
    turns = [
        turn("scouting", "2006-11"),
        turn("negotiating", "2007-06"),
        turn("active", "2007-10"),
        turn("lapsed", "2009-10"),
        turn("negotiating", "2011"),
    ]
    assert times_at_work(turns) == [
        Work(Span(dt.date(2007, 6, 1), dt.date(2007, 9, 30))),
        Work(Span(dt.date(2007, 10, 1), dt.date(2009, 9, 30))),
        Work(Span(dt.date(2011, 1, 1), None)),
    ]


def test_a_twinning_is_at_work_from_the_first_day_that_is_known_and_not_for_ever_before() -> None:
    since_2010 = [Work(Span(dt.date(2010, 1, 1), None))]
    for scouting in ("", "2006"):
        story = (turn("scouting", scouting), turn("negotiating"), turn("active", "2010"))
        assert times_at_work(story) == since_2010
        assert not at_work_in(year(2007), *story)
    assert times_at_work([turn("scouting"), turn("negotiating"), turn("active")]) == []
    assert times_at_work([turn("negotiating"), turn("lapsed", "2008")]) == []
    assert times_at_work([turn("negotiating", "2010"), turn("active")]) == since_2010


def test_a_turn_to_work_without_a_day_is_known_from_the_day_of_its_record() -> None:
    told = turn("negotiating", recorded="2026-03-05")
    since_then = Work(Span(dt.date(2026, 3, 5), None))
    assert times_at_work([turn("scouting", "2006"), told]) == [since_then]
    assert times_at_work([told, turn("active", recorded="2026-03-05")]) == [since_then]
    assert times_at_work([told, turn("active", "2010")]) == [Work(Span(dt.date(2010, 1, 1), None))]
    assert times_at_work([told, turn("lapsed", "2008", "2026-03-05")]) == []


def test_what_began_and_ended_within_a_year_was_at_work_at_some_time_of_it() -> None:
    story = (turn("negotiating", "2010"), turn("abandoned", "2010"))
    assert times_at_work(story) == [Work(year(2010), somewhen=True)]
    assert at_work_in(year(2010), *story)
    assert at_work_in(Span(dt.date(2009, 7, 1), dt.date(2011, 6, 30)), *story)
    assert not at_work_in(Span(dt.date(2010, 1, 1), dt.date(2010, 6, 30)), *story)
    assert not at_work_in(year(2009), *story)
    # Ended on the first of January, it had begun by then. An end without a day leaves no more than its beginning.
    ended = turn("abandoned", "2010-01-01")
    assert times_at_work([story[0], ended]) == [
        Work(Span(dt.date(2010, 1, 1), dt.date(2010, 1, 1)), somewhen=True)
    ]
    assert times_at_work([story[0], turn("lapsed", recorded="2026-03-05")]) == times_at_work(story)
    assert times_at_work([turn("negotiating", "2010"), turn("abandoned", "2008")]) == []
    assert times_at_work([turn("negotiating", "2010"), turn("active", "2010"), story[1]]) == times_at_work(
        story
    )
