"""Recommendations: from an open one to one that is done, and who says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from monitoring import services
from monitoring.models import Recommendation
from monitoring.queries.evaluations import advice_word
from tests.conftest import World
from tests.monitoring.evaluating import draft, final, recommendation
from twinning.core.access import DomainError, PermissionRefused, WrongState

TODAY = dt.date(2011, 7, 31)


def advised(world: World, **values: Any) -> Recommendation:
    evaluation = draft(world)
    made = recommendation(world, evaluation, **values)
    final(world, evaluation)
    return Recommendation.objects.get(pk=made.pk)


def answered(world: World, made: Recommendation, state: str = "accepted", response: str = "We will.") -> Any:
    return services.respond(
        actor=world.manager, recommendation=made, version=None, state=state, response=response
    )


def test_they_are_numbered_as_they_are_written(world: World) -> None:
    evaluation = draft(world)
    numbers = [recommendation(world, evaluation).number for _ in range(3)]
    assert numbers == [1, 2, 3]


def test_an_owner_is_somebody_of_the_programme(world: World) -> None:
    with pytest.raises(DomainError) as refused:
        recommendation(world, draft(world), owner=world.neighbour)
    assert set(refused.value.fields) == {"owner"}
    assert recommendation(world, draft(world), owner=world.cda).owner_text == "Cda"


def test_nothing_is_answered_before_the_evaluation_is_final(world: World) -> None:
    with pytest.raises(WrongState, match="once its evaluation is final"):
        answered(world, recommendation(world, draft(world)))


def test_the_management_accepts_or_rejects_with_a_reason(world: World) -> None:
    made = advised(world)
    with pytest.raises(PermissionRefused):
        services.respond(
            actor=world.evaluator, recommendation=made, version=None, state="accepted", response="Yes."
        )
    with pytest.raises(DomainError) as refused:
        answered(world, made, "rejected", " ")
    assert set(refused.value.fields) == {"response"}
    assert answered(world, made, "rejected", "There is no money for it.").state == "rejected"
    with pytest.raises(DomainError, match="Accept it or reject it"):
        answered(world, made, "done")


def test_its_owner_follows_it_up_until_it_is_done(world: World) -> None:
    made = answered(world, advised(world, owner=world.cda))
    act: dict[str, Any] = {"recommendation": made, "version": None}
    services.follow_up(actor=world.cda, note="Advertised in Italy.", **act)
    done = services.follow_up(actor=world.cda, note="Engaged.", state="done", **act)
    assert done.state == "done"
    assert [(row.note, row.state) for row in done.follow_ups.all()] == [
        ("We will.", "accepted"), ("Advertised in Italy.", "accepted"), ("Engaged.", "done"),
    ]  # fmt: skip


def test_an_owner_by_role_follows_up_and_nobody_else(world: World) -> None:
    made = answered(world, advised(world, owner_role="counterpart"))
    act: dict[str, Any] = {"recommendation": made, "version": None, "note": "Asked the ministry."}
    services.follow_up(actor=world.counterpart, **act)
    for who in (world.donor, world.cda, world.neighbour):
        with pytest.raises(PermissionRefused):
            services.follow_up(actor=who, **act)


def test_following_up_needs_words_and_accepts_nothing(world: World) -> None:
    made = advised(world, owner=world.cda)
    act: dict[str, Any] = {"actor": world.cda, "recommendation": made, "version": None}
    with pytest.raises(DomainError) as refused:
        services.follow_up(note=" ", **act)
    assert set(refused.value.fields) == {"note"}
    for state in ("accepted", "done"):
        with pytest.raises(DomainError) as refused:
            services.follow_up(note="x", state=state, **act)
        assert set(refused.value.fields) == {"state"}


def test_what_is_done_may_be_taken_up_again(world: World) -> None:
    made = answered(world, advised(world, owner=world.cda))
    act: dict[str, Any] = {"actor": world.cda, "recommendation": made, "version": None}
    services.follow_up(note="Engaged.", state="done", **act)
    assert services.follow_up(note="He left.", state="accepted", **act).state == "accepted"


def test_overdue_is_derived_from_the_day(world: World) -> None:
    made = advised(world, due=dt.date(2011, 7, 30))
    assert advice_word(made, TODAY).text == "open, overdue"
    assert Recommendation.objects.overdue(TODAY).get() == made
    assert not Recommendation.objects.overdue(dt.date(2011, 7, 30)).exists()
    answered(world, made)
    services.follow_up(actor=world.manager, recommendation=made, version=None, note="x", state="done")
    assert not Recommendation.objects.overdue(TODAY).exists()


def test_the_management_plans_owner_and_day_of_a_final_one_but_not_its_words(world: World) -> None:
    made = advised(world)
    act: dict[str, Any] = {"actor": world.manager, "recommendation": made, "version": None}
    moved = services.update_recommendation(due=dt.date(2012, 1, 31), owner=world.coordinator, **act)
    assert moved.owner == world.coordinator
    with pytest.raises(WrongState):
        services.update_recommendation(text="Something else.", **act)
    with pytest.raises(PermissionRefused):
        services.update_recommendation(
            actor=world.evaluator, recommendation=made, version=None, due=dt.date(2012, 1, 31)
        )


def test_one_that_was_answered_is_not_taken_out(world: World) -> None:
    made = answered(world, advised(world))
    services.reopen_evaluation(
        actor=world.manager, evaluation=made.evaluation, version=None, reason="More evidence."
    )
    with pytest.raises(WrongState, match="answered already"):
        services.remove_recommendation(actor=world.evaluator, recommendation=made)


def test_an_owner_whose_role_reads_no_results_sees_his_own(world: World) -> None:
    made = advised(world, owner=world.association)
    assert list(Recommendation.objects.visible_to(world.association)) == [made]
    assert not Recommendation.objects.visible_to(world.firm).exists()
