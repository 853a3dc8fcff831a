"""What the services of selection promise, whoever calls them."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from clusters import services
from clusters.models import (
    SelectionCandidate,
    SelectionOutcome,
    SelectionParameter,
    SelectionRound,
    SelectionScore,
    SelectionWeights,
)
from clusters.queries import compare, standing_outcomes
from clusters.rules.selection import STANDARD
from clusters.services.selection_scores import MOST_ASSESSORS
from tests.clusters.selection.conftest import Round
from tests.conftest import World, build_world
from twinning.core.access import DomainError, PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Change

D = Decimal


def refused_at(error: Any) -> set[str]:
    return set(error.value.fields)


# Rounds and parameters ------------------------------------------------------------------------------------


def test_a_round_begins_with_the_eight_parameters_of_the_method_and_equal_weights(selection: Round) -> None:
    parameters = list(selection.round.parameters.all())
    assert [parameter.code for parameter in parameters] == list(STANDARD)
    assert [str(parameter) for parameter in parameters] == [str(name) for name in STANDARD.values()]
    assert compare(selection.round).weights == dict.fromkeys(STANDARD, D("12.5"))


def test_rounds_of_a_programme_are_numbered_and_a_number_is_given_once(
    world: World, selection: Round
) -> None:
    second = services.open_round(actor=world.coordinator, programme=world.programme, title="Second")
    assert (selection.round.number, second.number) == (1, 2)
    with pytest.raises(ValidationError, match="of this number already"):
        services.open_round(actor=world.manager, programme=world.programme, title="Again", number=2)


def test_a_parameter_of_ones_own_has_a_name_and_weighs_nothing_until_it_is_given_a_weight(
    world: World, selection: Round
) -> None:
    with pytest.raises(ValidationError, match="a name"):
        services.add_parameter(actor=world.manager, selection_round=selection.round, code="9")
    own = services.add_parameter(
        actor=world.manager,
        selection_round=selection.round,
        code="9",
        name="Distance to a port",
        scale="raw",
        unit="km",
        direction="less",
    )
    assert own.order == 9
    assert "9" not in compare(selection.round).weights
    with pytest.raises(ValidationError, match="with this code already"):
        services.add_parameter(actor=world.manager, selection_round=selection.round, code="9", name="X")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"scale": "points", "unit": "km"}, "no unit"),
        ({"scale": "points", "highest": D(10)}, "no unit"),
        ({"scale": "raw", "lowest": D(5), "highest": D(5)}, "above the least"),
    ],
)
def test_a_scale_that_makes_no_sense_is_refused(
    world: World, selection: Round, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        services.update_parameter(
            actor=world.manager, parameter=selection.parameter("4"), version=None, **values
        )


def test_a_scale_is_not_drawn_past_scores_that_were_given(world: World, selection: Round) -> None:
    selection.score(selection.leather, "3", 5)
    parameter = selection.parameter("3")
    with pytest.raises(DomainError) as refused:
        services.update_parameter(
            actor=world.manager, parameter=parameter, version=None, scale="raw", highest=D(4)
        )
    assert refused_at(refused) == {"scale"}
    parameter.refresh_from_db()
    assert parameter.scale == "points"
    turned = services.update_parameter(
        actor=world.manager, parameter=parameter, version=None, direction="less"
    )
    assert turned.direction == "less"


# Weights --------------------------------------------------------------------------------------------------


def weigh(world: World, selection: Round, reason: str = "The ministry’s priorities", **more: Any) -> Any:
    weights = more.pop("weights", {"3": D(60), "6": D("39.5"), "8": D("0.5")})
    return services.set_weights(
        actor=world.manager, selection_round=selection.round, weights=weights, reason=reason, **more
    )


def test_new_weights_are_a_new_set_and_the_earlier_one_stays_as_it_was(
    world: World, selection: Round
) -> None:
    made = weigh(world, selection, after=1)
    assert (made.number, made.author, made.weights) == (
        2,
        world.manager,
        {"3": "60", "6": "39.5", "8": "0.5"},
    )
    first = SelectionWeights.objects.get(round=selection.round, number=1)
    assert set(first.weights.values()) == {"12.5"}
    assert compare(selection.round).weight_set == made


@pytest.mark.parametrize(
    ("weights", "at", "message"),
    [
        ({"3": D(60), "6": D(35)}, {"weights"}, "sum to 95, not to 100"),
        ({"3": D(60), "6": D("40.5")}, {"weights"}, "sum to 100.5, not to 100"),
        ({}, {"weights"}, "sum to 0, not"),
        ({"3": D(110), "6": D(-10)}, {"weights/3", "weights/6"}, "no weights"),
        ({"3": D("33.333"), "6": D("66.667")}, {"weights/3", "weights/6"}, "no weights"),
        ({"3": D(60), "12": D(40)}, {"weights/12"}, "no weights"),
    ],
)
def test_weights_that_do_not_sum_to_100_are_refused_with_their_sum(
    world: World, selection: Round, weights: dict[str, Decimal], at: set[str], message: str
) -> None:
    with pytest.raises(DomainError, match=message) as refused:
        weigh(world, selection, weights=weights)
    assert refused_at(refused) == at
    assert SelectionWeights.objects.filter(round=selection.round).count() == 1


def test_weights_have_a_reason_and_are_not_set_past_those_of_somebody_else(
    world: World, selection: Round
) -> None:
    with pytest.raises(DomainError) as refused:
        weigh(world, selection, reason=" ")
    assert refused_at(refused) == {"reason"}
    weigh(world, selection)
    with pytest.raises(services.Overtaken) as overtaken:
        weigh(world, selection, after=1)
    assert overtaken.value.current == {"after": 2}


# Candidates -----------------------------------------------------------------------------------------------


def test_a_candidate_is_a_cluster_of_the_programme_or_named(world: World, selection: Round) -> None:
    assert [str(c) for c in selection.round.candidates.all()] == [
        "Chennai leather",
        "Chennai footwear",
        "Agra",
    ]
    refusals: list[tuple[dict[str, Any], str]] = [
        ({}, "one of the two"),
        ({"cluster": world.santa_croce, "name": "Santa Croce"}, "one of the two"),
        ({"cluster": world.leather}, "candidate of the round already"),
        ({"name": "AGRA"}, "of this name already"),
    ]
    for values, message in refusals:
        with pytest.raises(ValidationError, match=message):
            selection.candidate(**values)
    with pytest.raises(DomainError, match="another programme"):
        selection.candidate(cluster=world.other_cluster)


def test_a_candidate_that_entered_the_programme_is_linked_to_its_cluster(
    world: World, selection: Round
) -> None:
    selection.scored().decide("select", "not-selected", "not-selected")
    agra = services.create_cluster(
        actor=world.manager, programme=world.programme, slug="agra", name="Agra leather", country="IN"
    )
    linked = services.update_candidate(
        actor=world.manager, candidate=selection.agra, version=None, cluster=agra
    )
    assert (str(linked), linked.name) == ("Agra leather", "")


def test_who_is_withdrawn_leaves_the_ranking_and_comes_back_with_the_scores(
    world: World, selection: Round
) -> None:
    selection.scored()
    with pytest.raises(DomainError) as refused:
        services.withdraw_candidate(actor=world.manager, candidate=selection.agra, version=None, reason="")
    assert refused_at(refused) == {"reason"}
    services.withdraw_candidate(
        actor=world.manager, candidate=selection.agra, version=None, reason="No leather cluster there"
    )
    assert selection.agra.pk not in compare(selection.round).ranks
    with pytest.raises(WrongState):
        services.withdraw_candidate(actor=world.manager, candidate=selection.agra, version=None, reason="x")
    with pytest.raises(DomainError, match="was withdrawn"):
        selection.score(selection.agra, "3", 2)
    services.readmit_candidate(actor=world.manager, candidate=selection.agra, version=None)
    assert compare(selection.round).ranks[selection.agra.pk] == 2


# Scores ---------------------------------------------------------------------------------------------------


def test_each_assessor_has_one_score_and_the_ranking_takes_their_mean(world: World, selection: Round) -> None:
    selection.score(selection.leather, "3", 4)
    selection.score(selection.leather, "3", 5)
    selection.score(selection.leather, "3", 3, actor=world.manager)
    selection.score(selection.leather, "3", 1, actor=world.manager, assessor_name=" Trade  office ")
    selection.score(selection.leather, "3", 2, actor=world.manager, assessor_name="trade office")
    assert sorted(SelectionScore.objects.values_list("value", flat=True)) == [D(2), D(3), D(5)]
    assert SelectionScore.objects.filter(assessor=None).get().assessor_name == "Trade office"
    (standing,) = [s for s in compare(selection.round).standings if s.parts]
    opinion = standing.parts["3"].opinion
    assert (opinion.mean, opinion.low, opinion.high, opinion.assessors) == (Fraction(10, 3), D(2), D(5), 3)


@pytest.mark.parametrize(
    ("value", "evidence", "at"),
    [(D(6), "Statistics", {"value"}), (D("0.5"), "Statistics", {"value"}), (D(3), " ", {"evidence"})],
)
def test_a_score_lies_within_the_scale_and_rests_on_something(
    selection: Round, value: Decimal, evidence: str, at: set[str]
) -> None:
    with pytest.raises(DomainError) as refused:
        selection.score(selection.leather, "3", float(value), evidence=evidence)
    assert refused_at(refused) == at
    assert not SelectionScore.objects.exists()


def test_the_message_names_the_ends_of_the_scale_that_there_are(world: World, selection: Round) -> None:
    parameter = selection.parameter("4")
    scales: list[tuple[dict[str, Any], int, str]] = [
        ({}, 7, "goes from 1 to 5"),
        ({"scale": "raw", "highest": D(1000)}, 1001, "ends at 1,000"),
        ({"highest": None, "lowest": D("0.5")}, 0, "begins at 0.5"),
    ]
    for ends, value, message in scales:
        parameter = services.update_parameter(actor=world.manager, parameter=parameter, version=None, **ends)
        with pytest.raises(DomainError, match=message):
            selection.score(selection.leather, "4", value)


def test_a_score_of_another_round_or_of_too_many_assessors_is_refused(world: World, selection: Round) -> None:
    other = Round(world, number=7)
    with pytest.raises(DomainError) as refused:
        services.score_candidate(
            actor=world.manager,
            candidate=selection.leather,
            parameter=other.parameter("3"),
            value=D(3),
            evidence="x",
        )
    assert refused_at(refused) == {"parameter"}
    for n in range(MOST_ASSESSORS):
        selection.score(selection.leather, "3", 3, actor=world.manager, assessor_name=f"Assessor {n}")
    with pytest.raises(DomainError, match="At most 10"):
        selection.score(selection.leather, "3", 3)


def test_nobody_changes_what_another_assessor_said(world: World, selection: Round) -> None:
    score = selection.score(selection.leather, "3", 4)
    with pytest.raises(PermissionRefused, match="another assessor"):
        services.update_score(actor=world.manager, score=score, version=None, value=D(1))
    changed = services.update_score(actor=world.coordinator, score=score, version=1, value=D(2))
    assert changed.value == D(2)
    with pytest.raises(DomainError) as refused:
        services.update_score(actor=world.coordinator, score=changed, version=None, value=D(9))
    assert refused_at(refused) == {"value"}


def test_a_manager_takes_a_score_out_with_a_reason_that_history_keeps(world: World, selection: Round) -> None:
    score = selection.score(selection.leather, "3", 4)
    with pytest.raises(DomainError) as refused:
        services.remove_score(actor=world.manager, score=score)
    assert refused_at(refused) == {"reason"}
    services.remove_score(actor=world.manager, score=score, reason="The assessor sells there")
    removed = Change.objects.get(action="removed")
    assert (removed.reason, removed.fields["value"]) == ("The assessor sells there", ["4", None])
    with pytest.raises(WrongState):
        services.remove_score(actor=world.manager, score=score, reason="again")


def test_scores_of_an_illustrative_round_are_illustrative(world: World) -> None:
    shown = Round(world, illustrative=True)
    assert shown.score(shown.leather, "3", 4).illustrative
    plain = Round(world)
    assert not plain.score(plain.leather, "3", 4).illustrative
    assert plain.score(plain.agra, "3", 4, illustrative=True).illustrative
    compared = compare(plain.round)
    assert compared.is_illustrative(plain.agra.pk)
    assert not compared.is_illustrative(plain.leather.pk)


# The sheet ------------------------------------------------------------------------------------------------


def entry(candidate: SelectionCandidate, value: float | None, evidence: str = "Study", **more: Any) -> Any:
    return services.Entry(candidate, None if value is None else D(str(value)), evidence, **more)


def test_a_sheet_is_saved_as_a_whole_or_not_at_all(world: World, selection: Round) -> None:
    sheet = {"actor": world.coordinator, "parameter": selection.parameter("3")}
    with pytest.raises(DomainError) as refused:
        services.fill_sheet(
            **sheet,
            entries=[
                entry(selection.leather, 4),
                entry(selection.footwear, 7),
                entry(selection.agra, 2, ""),
            ],
        )
    assert refused_at(refused) == {"entries/1/value", "entries/2/evidence"}
    assert not SelectionScore.objects.exists()
    with pytest.raises(DomainError, match="cannot stand") as refused:
        services.fill_sheet(**sheet, entries=[entry(selection.agra, None, "Seen, not judged")])
    assert refused_at(refused) == {"entries/0/value"}
    rows = [entry(selection.leather, 4), entry(selection.footwear, 1), entry(selection.agra, None, "")]
    assert services.fill_sheet(**sheet, entries=rows) == 2


def test_an_emptied_row_takes_the_score_back_and_an_untouched_one_is_left_alone(
    world: World, selection: Round
) -> None:
    selection.score(selection.leather, "3", 4, evidence="Study")
    selection.score(selection.agra, "3", 2, evidence="Study")
    changed = services.fill_sheet(
        actor=world.coordinator,
        parameter=selection.parameter("3"),
        entries=[entry(selection.leather, 4, version=1), entry(selection.agra, None, "Study", version=1)],
    )
    assert changed == 1
    assert SelectionScore.objects.get().candidate == selection.leather


def test_two_tabs_of_one_assessor_do_not_overwrite_each_other(world: World, selection: Round) -> None:
    score = selection.score(selection.leather, "3", 4)
    services.update_score(actor=world.coordinator, score=score, version=1, value=D(5))
    late = [entry(selection.leather, 2, version=1), entry(selection.agra, 3, version=8)]
    with pytest.raises(services.Overtaken) as overtaken:
        services.fill_sheet(actor=world.coordinator, parameter=selection.parameter("3"), entries=late)
    assert overtaken.value.current == {"entries/0": 2, "entries/1": None}
    assert "5 was saved here meanwhile" in str(overtaken.value.fields["entries/0/value"])
    assert SelectionScore.objects.get().value == D(5)


# Who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["cda", "donor", "counterpart", "evaluator", "firm", "stranger", "neighbour"])
def test_who_does_not_edit_the_programme_does_nothing_in_a_round(
    world: World, selection: Round, who: str
) -> None:
    actor = getattr(world, who)
    acts: list[Any] = [
        lambda: services.open_round(actor=actor, programme=world.programme, title="X"),
        lambda: services.update_round(actor=actor, selection_round=selection.round, version=None, title="X"),
        lambda: services.add_parameter(actor=actor, selection_round=selection.round, code="9", name="X"),
        lambda: services.set_weights(actor=actor, selection_round=selection.round, weights={}, reason="x"),
        lambda: services.add_candidate(actor=actor, selection_round=selection.round, name="X"),
        lambda: selection.score(selection.leather, "3", 3, actor=actor),
        lambda: services.close_round(actor=actor, selection_round=selection.round, version=None, reason="x"),
    ]
    for act in acts:
        with pytest.raises(PermissionRefused):
            act()


def test_a_coordinator_scores_for_himself_and_decides_nothing(world: World, selection: Round) -> None:
    selection.scored()
    with pytest.raises(PermissionRefused):
        selection.score(selection.leather, "3", 3, assessor_name="Trade office")
    with pytest.raises(PermissionRefused):
        services.decide_round(
            actor=world.coordinator,
            selection_round=selection.round,
            verdicts=selection.verdicts("select", "not-selected", "not-selected"),
            decided_on=world.today,
        )


# The decision ---------------------------------------------------------------------------------------------


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


def test_history_of_a_round_tells_of_its_parts(world: World, selection: Round) -> None:
    from twinning.core.queries import history_of

    selection.scored().decide("select", "not-selected", "not-selected")
    actions = [line.action for line in history_of(selection.round, reader=world.manager)]
    assert "created: candidate “Agra”" in actions
    assert "created: outcome “Agra: not selected”" in actions
    of_agra = [line.action for line in history_of(selection.agra, reader=world.manager)]
    assert any("score" in action for action in of_agra)


def test_who_reads_committee_papers_or_edits_the_programme_sees_rounds(
    world: World, selection: Round
) -> None:
    selection.scored().decide("select", "not-selected", "not-selected")
    models = [
        SelectionRound,
        SelectionParameter,
        SelectionWeights,
        SelectionCandidate,
        SelectionScore,
        SelectionOutcome,
    ]
    readers = {"manager", "cta", "coordinator", "sc_member", "counterpart", "donor", "evaluator", "partner"}
    for who in ["cda", "firm", "association", "broker", "stranger", "neighbour", *readers]:
        for model in models:
            seen = model.objects.visible_to(getattr(world, who)).exists()  # type: ignore[attr-defined]
            assert seen == (who in readers), (who, model)
