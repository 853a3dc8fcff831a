"""Every list costs the same however long it is, and every page at most fifteen queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters import services
from clusters.models import Membership
from clusters.rules import Role
from tests.clusters.conftest import Visitor
from tests.conftest import World, make_user
from twinning.core.models import User

Visit = Callable[[User], Visitor]
MOST = 15


def add(world: World, n: int) -> None:
    """One more record for each list, with all that its line shows."""
    manager, programme = world.manager, world.programme
    cluster = services.create_cluster(
        actor=manager, programme=programme, slug=f"c{n}", name=f"Cluster {n:02}", country="IN"
    )
    services.add_figure(
        actor=manager, cluster=cluster, measure="units", qualifier="exact", value=n, source="Count"
    )
    twinning = services.propose_twinning(
        actor=manager, programme=programme, emerging=cluster, advanced=world.santa_croce
    )
    bodies = [
        services.create_organisation(
            actor=manager, programme=programme, cluster=cluster, name=f"Body {n}{side}", kind="association"
        )
        for side in "ab"
    ]
    services.create_person(actor=manager, programme=programme, name=f"Person {n:02}", organisation=bodies[0])
    services.create_agreement(
        actor=manager,
        programme=programme,
        kind="mou",
        title=f"Agreement {n:02}",
        signed="2008",
        twinning=twinning,
        parties=[{"organisation": body} for body in bodies],
    )
    meeting = services.add_meeting(actor=manager, programme=programme, number=n)
    decided = services.record_decision(
        actor=manager, meeting=meeting, text=f"Decision {n}", kind="select-cluster", cluster=cluster
    )
    services.record_decision(
        actor=manager, meeting=meeting, text=f"Other {n}", kind="drop", cluster=cluster, supersedes=decided
    )
    rates = [
        services.type_rate(
            actor=manager,
            programme=programme,
            currency=currency,
            day=world.today + dt.timedelta(days=n),
            rate=Decimal(60 + n),
            source="Bulletin",
        )
        for currency in ("INR", "JPY")
    ]
    services.withdraw_rate(actor=manager, rate=rates[0], version=None, reason="Mistyped")
    services.add_member(
        actor=manager, programme=programme, user=make_user(f"member{n}"), role=Role.CDA, cluster=cluster
    )


def cost(visitor: Visitor, name: str, *args: object, **query: str) -> int:
    visitor.get(
        name, *args, **query
    )  # what is read once a process, such as content types, is no cost of the list
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert visitor.get(name, *args, **query).status_code == 200
    return len(asked)


LISTS = [
    "programme",
    "clusters",
    "organisations",
    "people",
    "twinnings",
    "agreements",
    "committee",
    "members",
    "rates",
]


def test_ten_rows_and_twenty_cost_the_same(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    for n in range(10):
        add(world, n)
    ten = {name: cost(manager, name) for name in LISTS}
    for n in range(10, 20):
        add(world, n)
    twenty = {name: cost(manager, name) for name in LISTS}
    assert twenty == ten
    assert cost(manager, "rates", state="withdrawn") <= MOST
    assert max(ten.values()) <= MOST, ten


@pytest.mark.parametrize("who", ["manager", "cda", "evaluator", "donor"])
def test_a_page_of_one_record_costs_few_queries(world: World, visit: Visit, who: str) -> None:
    for n in range(3):
        add(world, n)
    for measure in ("employees", "turnover"):
        services.add_figure(
            actor=world.manager,
            cluster=world.leather,
            measure=measure,
            qualifier="exact",
            value=1,
            source="x",
        )
    visitor = visit(getattr(world, who))
    agreement = world.programme.agreements.all()[0]
    costs = {
        "cluster": cost(visitor, "cluster", "leather"),
        "twinning": cost(visitor, "twinning", "c0--santa-croce"),
        "organisation": cost(visitor, "organisation", world.tanners.pk),
        "agreement": cost(visitor, "agreement", agreement.pk),
    }
    if who != "cda" and Membership.objects.filter(user=visitor.world.donor).exists():
        costs["meeting"] = cost(visitor, "meeting", world.programme.meetings.all()[0].pk)
    assert max(costs.values()) <= MOST, costs
