"""A twinning goes beyond its study when the advanced cluster is known to be willing (R4.1)."""

from __future__ import annotations

import pytest

from clusters.models import Twinning
from clusters.services import move_twinning
from tests.clusters.conftest import Page, visit
from tests.conftest import World
from tests.diagnostics.conftest import file_form
from twinning.core.access import DomainError

__all__ = ["visit"]


def study(world: World, willingness: str, *, approved: bool = True) -> None:
    answers = {"willingness": willingness, "conditions": "Through the association"} if willingness else {}
    file_form(
        world.cda_advanced,
        "diagnostic-advanced",
        {"stakeholders": "The association", **answers},
        approver=world.coordinator if approved else None,
        programme=world.programme,
        cluster=world.santa_croce,
    )


def move(world: World, to: str, reason: str = "") -> Twinning:
    twinning = Twinning.objects.get(pk=world.twinning.pk)
    return move_twinning(actor=world.manager, twinning=twinning, to=to, version=None, reason=reason)


def test_without_a_known_willingness_it_stays_a_study(world: World, visit: Page) -> None:
    move(world, "study")
    study(world, "2", approved=False)
    with pytest.raises(DomainError, match="how willing Santa Croce is") as refused:
        move(world, "negotiating")
    assert list(refused.value.fields) == ["reason"]
    page = visit(world.manager).post("twinning_move", world.twinning.slug, to="negotiating", version="2")
    assert page.context["form"].errors["reason"]
    assert Twinning.objects.get(pk=world.twinning.pk).status == "study"


def test_once_it_is_known_the_twinning_goes_on(world: World) -> None:
    move(world, "study")
    study(world, "2")
    assert move(world, "negotiating").status == "negotiating"


def test_what_went_on_without_it_says_why_and_is_not_asked_again(world: World) -> None:
    move(world, "study")
    move(world, "negotiating", "Recorded afterwards")
    assert move(world, "active").status == "active"
    assert world.twinning.stages.get(status="negotiating").reason == "Recorded afterwards"
