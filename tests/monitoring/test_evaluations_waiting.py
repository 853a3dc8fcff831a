"""Evaluations and recommendations on the first page of whoever is to go on with them, and of nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring import services
from monitoring.models import Recommendation
from monitoring.queries.evaluations_waiting import EvaluationsWaiting, evaluations_waiting_for
from tests.conftest import World, fresh
from tests.monitoring.evaluating import draft, final, recommendation, submitted
from twinning.core.models import User

DAY = dt.date(2011, 7, 31)


def waits_for(user: User, slug: str = "") -> EvaluationsWaiting:
    return evaluations_waiting_for(fresh(user), DAY, slug)


def idle(world: World, *but: str) -> bool:
    """Whether nothing waits for anybody else."""
    others = {"manager", "cta", "coordinator", "cda", "counterpart", "donor", "evaluator", "association"}
    return not any(waits_for(getattr(world, who)) for who in others - set(but))


def test_a_draft_waits_for_its_author_and_then_for_the_management(world: World) -> None:
    made = draft(world)
    assert waits_for(world.evaluator).to_hand_in == (made,)
    assert idle(world, "evaluator")
    submitted(world, made)
    assert waits_for(world.manager).to_make_final == (made,)
    assert idle(world, "manager", "cta")


def test_who_wrote_it_is_not_asked_to_make_it_final(world: World) -> None:
    made = draft(world, author=world.manager)
    submitted(world, made)
    assert not waits_for(world.manager)
    assert waits_for(world.cta).to_make_final == (made,)


def test_recommendations_wait_for_an_answer_and_then_for_their_owner(world: World) -> None:
    evaluation = draft(world)
    for values in ({"owner": world.association}, {"owner_role": "counterpart", "due": DAY - dt.timedelta(1)}):
        recommendation(world, evaluation, **values)
    assert not waits_for(world.manager).to_answer
    final(world, evaluation)
    assert waits_for(world.manager).to_answer == ((evaluation, 2),)
    assert idle(world, "manager", "cta")
    for row in Recommendation.objects.all():
        services.respond(
            actor=world.manager, recommendation=row, version=None, state="accepted", response="Yes"
        )
    assert not waits_for(world.manager)
    (row, word), *more = waits_for(world.counterpart).to_follow_up
    assert (row.owner_role, word.text, more) == ("counterpart", "accepted, overdue", [])
    assert waits_for(world.association).to_follow_up[0][0].owner == world.association
    assert idle(world, "counterpart", "association")


def test_an_owner_by_role_reads_what_waits_for_them(world: World, sign_in: Any) -> None:
    evaluation = draft(world)
    made = recommendation(world, evaluation, owner_role="association")
    address = reverse("recommendation", args=[world.programme.slug, made.pk])
    assert sign_in(world.association).get(address).status_code == 404
    final(world, evaluation)
    assert sign_in(world.association).get(address).status_code == 200
    assert sign_in(world.firm).get(address).status_code == 404


def test_the_first_page_leads_there(world: World, sign_in: Any) -> None:
    made = submitted(world, draft(world))
    address = reverse("closings_waiting_fragment")
    page = sign_in(world.manager).get(address).content.decode()
    assert "Evaluations that wait" in page
    assert reverse("evaluation", args=[world.programme.slug, made.pk]) in page
    assert "Evaluations that wait" not in sign_in(world.donor).get(address).content.decode()
    elsewhere = f"{address}?programme={world.other_programme.slug}"
    assert str(made) not in sign_in(world.manager).get(elsewhere).content.decode()


def test_it_costs_the_same_for_many(world: World) -> None:
    def cost() -> int:
        user = fresh(world.manager)
        with CaptureQueriesContext(connection) as queries:
            evaluations_waiting_for(user, DAY)
        return len(queries)

    submitted(world, draft(world))
    few = cost()
    for number in range(4):
        submitted(world, draft(world, title=f"More {number}"))
    assert cost() == few <= 6
