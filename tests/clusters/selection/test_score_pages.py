"""Selection rounds in the browser: weights, sheets of scores, parameters and candidates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from clusters import services
from clusters.models import SelectionScore
from tests.clusters.selection.conftest import TWO_COUNT, Round, Visit, text
from tests.conftest import World


def test_weights_that_do_not_sum_to_100_are_refused_beside_the_sum(
    world: World, visit: Visit, selection: Round
) -> None:
    coordinator = visit(world.coordinator)
    sent = coordinator.form("selection_weights", selection.round.pk)
    assert sent["weights"] == "100"
    sent |= {"weight_3": "20", "reason": "Brands first"}
    refused = coordinator.post("selection_weights", selection.round.pk, **sent)
    form = refused.context["form"]
    assert form.errors == {"weights": ["The weights sum to 107.5, not to 100."]}
    assert 'value="107.5"' in text(refused)
    assert 'value="20"' in text(refused)
    odd = coordinator.post("selection_weights", selection.round.pk, **{**sent, "weight_3": "-5"})
    assert "weight_3" in odd.context["form"].errors
    missing = coordinator.post("selection_weights", selection.round.pk, **{**sent, "weight_3": ""})
    assert "weight_3" in missing.context["form"].errors


def test_weights_set_meanwhile_are_shown_and_saving_again_is_a_decision(
    world: World, visit: Visit, selection: Round
) -> None:
    coordinator = visit(world.coordinator)
    sent = {**coordinator.form("selection_weights", selection.round.pk), "reason": "Mine"}
    services.set_weights(
        actor=world.manager,
        selection_round=selection.round,
        weights=TWO_COUNT,
        reason="Theirs",
    )
    refused = coordinator.post("selection_weights", selection.round.pk, **sent)
    assert refused.status_code == 422
    assert "Somebody set weights 2 meanwhile" in text(refused)
    again = {**sent, "after": refused.context["form"]["after"].value()}
    assert coordinator.post("selection_weights", selection.round.pk, **again).status_code == 302
    assert "Theirs" in text(coordinator.get("selection_setup", selection.round.pk))


def test_a_sheet_names_what_is_wrong_beside_its_field(world: World, visit: Visit, selection: Round) -> None:
    coordinator, three = visit(world.coordinator), selection.parameter("3")
    leather, agra = selection.leather.pk, selection.agra.pk
    refused = coordinator.post(
        "selection_sheet",
        selection.round.pk,
        three.pk,
        **{f"value_{leather}": "9", f"evidence_{leather}": "Study", f"value_{agra}": "3"},
    )
    errors = refused.context["form"].errors
    assert errors == {
        f"value_{leather}": ["The scale goes from 1 to 5."],
        f"evidence_{agra}": ["Say what the value rests on."],
    }
    assert 'value="9"' in text(refused)
    assert not SelectionScore.objects.exists()


def test_another_tab_does_not_overwrite_silently(world: World, visit: Visit, selection: Round) -> None:
    score = selection.score(selection.leather, "3", 4)
    coordinator, three = visit(world.coordinator), selection.parameter("3")
    opened = coordinator.form("selection_sheet", selection.round.pk, three.pk)
    services.update_score(actor=world.coordinator, score=score, version=1, value=Decimal(5))
    mine = {**opened, f"value_{selection.leather.pk}": "2"}
    refused = coordinator.post("selection_sheet", selection.round.pk, three.pk, **mine)
    assert "5 was saved here meanwhile" in text(refused)
    form = refused.context["form"]
    again = {**mine, f"version_{selection.leather.pk}": form[f"version_{selection.leather.pk}"].value()}
    assert coordinator.post("selection_sheet", selection.round.pk, three.pk, **again).status_code == 302
    assert SelectionScore.objects.get().value == 2


def test_a_manager_enters_the_scores_of_somebody_without_an_account(
    world: World, visit: Visit, selection: Round
) -> None:
    three = selection.parameter("3")
    sent = {f"value_{selection.leather.pk}": "4", f"evidence_{selection.leather.pk}": "Letter"}
    manager = visit(world.manager)
    address = f"{manager.address('selection_sheet', selection.round.pk, three.pk)}?as=Trade+office"
    answer: Any = manager.client.post(address, sent)
    assert answer.url.endswith("?as=Trade+office")
    assert SelectionScore.objects.get().assessor_name == "Trade office"
    refused: Any = visit(world.coordinator).client.get(address)
    assert refused.status_code == 403


def test_the_last_sheet_leads_back_to_the_ranking(world: World, visit: Visit, selection: Round) -> None:
    last = selection.parameter("8")
    sent = {f"value_{selection.leather.pk}": "4", f"evidence_{selection.leather.pk}": "Letter"}
    saved = visit(world.coordinator).post("selection_sheet", selection.round.pk, last.pk, **sent)
    assert saved.url == visit(world.coordinator).address("selection_round", selection.round.pk)


def test_assessors_are_named_to_those_who_see_names(world: World, visit: Visit, selection: Round) -> None:
    selection.scored()
    at = ("selection_candidate", selection.round.pk, selection.leather.pk)
    assert "Coordinator" in text(visit(world.manager).get(*at))
    for who in ("donor", "evaluator"):
        page = text(visit(getattr(world, who)).get(*at))
        assert "an assessor, not named to you" in page
        assert "Export statistics" in page
        assert ">Coordinator" not in page


def test_a_withdrawn_candidate_stays_in_sight_with_the_reason(
    world: World, visit: Visit, selection: Round
) -> None:
    selection.scored()
    coordinator = visit(world.coordinator)
    at = (selection.round.pk, selection.agra.pk)
    opened = coordinator.form("selection_candidate_withdraw", *at)
    coordinator.post("selection_candidate_withdraw", *at, **{**opened, "reason": "No leather cluster"})
    assert "No leather cluster" in text(coordinator.get("selection_round", selection.round.pk))
    back = coordinator.form("selection_candidate_readmit", *at)
    assert coordinator.post("selection_candidate_readmit", *at, **back).status_code == 302
    assert len(coordinator.get("selection_round", selection.round.pk).context["lines"]) == 3


def test_a_manager_takes_out_a_score_with_a_reason(world: World, visit: Visit, selection: Round) -> None:
    score = selection.score(selection.leather, "3", 4)
    manager, at = visit(world.manager), (selection.round.pk, selection.leather.pk, score.pk)
    opened = manager.form("selection_score_remove", *at)
    assert manager.post("selection_score_remove", *at, **opened).status_code == 422
    assert manager.post("selection_score_remove", *at, **opened, reason="Has shares there").status_code == 302
    assert "Has shares there" in text(
        manager.get("selection_candidate", selection.round.pk, selection.leather.pk)
    )


def test_a_second_saver_of_a_parameter_is_shown_both_versions(
    world: World, visit: Visit, selection: Round
) -> None:
    parameter = selection.parameter("5")
    manager, at = visit(world.manager), (selection.round.pk, parameter.pk)
    opened = manager.form("selection_parameter_edit", *at)
    services.update_parameter(actor=world.coordinator, parameter=parameter, version=None, guidance="Theirs")
    answer = manager.post("selection_parameter_edit", *at, **{**opened, "guidance": "Mine"})
    assert answer.status_code == 409
    assert "Theirs" in text(answer)
