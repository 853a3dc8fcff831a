"""What the services of selection promise of a round, its weights and its candidates, whoever calls them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clusters import services
from clusters.models import (
    SelectionCandidate,
    SelectionOutcome,
    SelectionParameter,
    SelectionRound,
    SelectionScore,
    SelectionWeights,
)
from clusters.queries import compare
from clusters.rules.selection import STANDARD
from tests.clusters.selection.conftest import Round, refused_at, weigh
from tests.conftest import World
from twinning.core.access import DomainError, PermissionRefused, WrongState

D = Decimal


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
