"""What the services of selection promise of a decision, and of a round that is closed and opened again."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from clusters import services
from clusters.models import SelectionOutcome, SelectionRound
from clusters.queries import compare, standing_outcomes
from clusters.rules.selection import STANDARD
from tests.clusters.selection.conftest import Round, refused_at, weigh
from tests.conftest import World, build_world
from twinning.core.access import DomainError, StaleVersion, WrongState
from twinning.core.models import Change


def test_a_decision_keeps_the_values_on_which_it_was_made(world: World, selection: Round) -> None:
    decided = selection.scored().decide("select", "reserve", "not-selected")
    assert (decided.status, decided.sittings) == ("decided", 1)
    outcomes = standing_outcomes(decided)
    assert [(str(o.candidate), o.outcome, o.rank, o.overrides_ranking) for o in outcomes] == [
        ("Chennai leather", "select", 1, False),
        ("Agra", "reserve", 2, False),
        ("Chennai footwear", "not-selected", 3, False),
    ]
    agra = outcomes[1].snapshot
    assert agra["weights"] == dict.fromkeys(STANDARD, "12.5")
    assert (agra["composite"], agra["completeness"], agra["candidates"]) == ("54.17", "25", 3)
    assert agra["values"]["3"] == {
        "mean": "4",
        "low": "4",
        "high": "4",
        "assessors": 1,
        "points": "37.5",
    }
    assert agra["illustrative"] is False


def test_a_decision_against_the_ranking_says_why(world: World, selection: Round) -> None:
    selection.scored()
    with pytest.raises(DomainError) as refused:
        selection.decide("select", "not-selected", "select", footwear="Wanted by the ministry")
    assert refused_at(refused) == {"outcomes/1/reason"}
    assert not SelectionOutcome.objects.exists()
    selection.decide(
        "select",
        "not-selected",
        "select",
        agra="Men’s shoes, and no leather cluster",
        footwear="Wanted by the ministry",
    )
    overrides = SelectionOutcome.objects.filter(overrides_ranking=True)
    assert {str(outcome.candidate) for outcome in overrides} == {"Agra", "Chennai footwear"}


def test_a_decision_is_on_every_candidate_once(world: World, selection: Round) -> None:
    selection.scored()
    other = Round(world, number=7)
    leather, agra, footwear = selection.verdicts("select", "not-selected", "not-selected")
    stranger = services.Verdict(other.agra, "select")
    for verdicts, at in [
        ([leather, agra], {"outcomes"}),
        ([leather, agra, footwear, agra], {"outcomes/3/candidate"}),
        ([leather, agra, footwear, stranger], {"outcomes/3/candidate"}),
        ([], {"outcomes"}),
    ]:
        with pytest.raises(DomainError) as refused:
            services.decide_round(
                actor=world.manager,
                selection_round=selection.round,
                verdicts=verdicts,
                decided_on=world.today,
            )
        assert refused_at(refused) == at


def test_a_decision_names_the_committees_where_it_is_about_the_same_cluster(
    world: World, selection: Round
) -> None:
    selection.scored()
    meeting = services.add_meeting(actor=world.manager, programme=world.programme, number=2)
    confirmed = services.record_decision(
        actor=world.manager, meeting=meeting, text="Confirmed", kind="select-cluster", cluster=world.leather
    )
    elsewhere = services.record_decision(
        actor=world.neighbour,
        meeting=services.add_meeting(actor=world.neighbour, programme=world.other_programme, number=1),
        text="No",
        kind="other",
    )

    def decide(leather: Any, agra: Any) -> SelectionRound:
        verdicts = selection.verdicts("select", "not-selected", "not-selected")
        linked = [
            services.Verdict(v.candidate, v.outcome, v.reason, decision)
            for v, decision in zip(verdicts, (leather, agra, None), strict=True)
        ]
        return services.decide_round(
            actor=world.manager,
            selection_round=selection.round,
            verdicts=linked,
            decided_on=world.today,
        )

    for wrong in (confirmed, elsewhere):
        with pytest.raises(DomainError) as refused:
            decide(None, wrong)
        assert refused_at(refused) == {"outcomes/1/decision"}
    decide(confirmed, None)
    assert SelectionOutcome.objects.get(decision=confirmed).candidate == selection.leather


def test_a_decision_of_tomorrow_or_on_a_ranking_that_has_changed_is_refused(
    world: World, selection: Round
) -> None:
    selection.scored()
    seen = compare(selection.round).fingerprint
    act: dict[str, Any] = {
        "actor": world.manager,
        "selection_round": selection.round,
        "verdicts": selection.verdicts("select", "not-selected", "not-selected"),
    }
    with pytest.raises(DomainError) as refused:
        services.decide_round(**act, decided_on=timezone.localdate() + dt.timedelta(days=1))
    assert refused_at(refused) == {"decided_on"}
    selection.score(selection.agra, "8", 3)
    selection.score(selection.leather, "8", 5)
    with pytest.raises(WrongState, match="ranking has changed"):
        services.decide_round(**act, decided_on=world.today, fingerprint=seen)
    now = compare(selection.round).fingerprint
    assert services.decide_round(**act, decided_on=world.today, fingerprint=now).status == "decided"


def test_a_round_without_candidates_decides_nothing(world: World) -> None:
    empty = services.open_round(actor=world.manager, programme=world.programme, title="Empty")
    with pytest.raises(DomainError, match="no candidates"):
        services.decide_round(actor=world.manager, selection_round=empty, verdicts=[], decided_on=world.today)


def test_a_decided_round_takes_no_scores_weights_or_second_decision(world: World, selection: Round) -> None:
    score = selection.scored().score(selection.leather, "8", 3)
    stale = SelectionRound.objects.get(pk=selection.round.pk)
    selection.decide("select", "not-selected", "not-selected")
    refused: list[Any] = [
        lambda: selection.score(selection.leather, "8", 4),
        lambda: services.remove_score(actor=world.coordinator, score=score),
        lambda: weigh(world, selection),
        lambda: selection.candidate(name="Late"),
        lambda: services.decide_round(
            actor=world.manager,
            selection_round=stale,
            verdicts=selection.verdicts("select", "not-selected", "not-selected"),
            decided_on=world.today,
        ),
    ]
    for act in refused:
        with pytest.raises(WrongState, match="decided"):
            act()


def test_a_round_opened_again_keeps_what_was_decided_before(world: World, selection: Round) -> None:
    selection.scored().decide("select", "not-selected", "not-selected")
    reopen: dict[str, Any] = {"actor": world.manager, "selection_round": selection.round, "version": 2}
    with pytest.raises(DomainError) as refused:
        services.reopen_round(**reopen, reason=" ")
    assert refused_at(refused) == {"reason"}
    reopened = services.reopen_round(**reopen, reason="New figures")
    assert reopened.status == "open"
    selection.score(selection.agra, "3", 5)
    selection.decide("select", "select", "not-selected")
    kept = SelectionOutcome.objects.filter(candidate=selection.agra).values_list("sitting", "outcome")
    assert set(kept) == {(1, "not-selected"), (2, "select")}
    assert len(standing_outcomes(SelectionRound.objects.get(pk=selection.round.pk))) == 3
    why = Change.objects.filter(reason="New figures").get()
    assert why.fields == {"status": ["decided", "open"]}


def test_a_closed_round_does_not_change_until_it_is_opened_again(world: World, selection: Round) -> None:
    closed = services.close_round(
        actor=world.manager, selection_round=selection.round, version=1, reason="No money this year"
    )
    assert closed.status == "closed"
    with pytest.raises(WrongState):
        services.update_round(actor=world.manager, selection_round=closed, version=None, title="X")
    with pytest.raises(WrongState, match="closed already"):
        services.close_round(actor=world.manager, selection_round=closed, version=None, reason="x")
    with pytest.raises(StaleVersion):
        services.reopen_round(actor=world.manager, selection_round=closed, version=1, reason="x")
    assert (
        services.reopen_round(
            actor=world.manager, selection_round=closed, version=2, reason="Money came"
        ).status
        == "open"
    )
    with pytest.raises(WrongState, match="open already"):
        services.reopen_round(actor=world.manager, selection_round=closed, version=None, reason="x")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_the_second_is_refused() -> None:
    selection = Round(build_world()).scored()
    act: dict[str, Any] = {
        "actor": selection.world.manager,
        "selection_round": selection.round,
        "verdicts": selection.verdicts("select", "not-selected", "not-selected"),
        "decided_on": selection.world.today,
    }
    start = threading.Barrier(2)
    ended: list[str] = []

    def decide() -> None:
        start.wait()
        try:
            services.decide_round(**act)
            ended.append("decided")
        except WrongState:
            ended.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["decided", "refused"]
    assert SelectionOutcome.objects.count() == 3
    assert SelectionRound.objects.get().sittings == 1
