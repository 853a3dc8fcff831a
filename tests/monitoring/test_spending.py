"""Money by year and component: as recorded, by the rate of its day, and nothing of fewer than three firms."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from clusters import services as people
from clusters.models import Component
from monitoring.queries.spending import Flow, Moved, spending
from tests.conftest import World
from tests.monitoring.iati.stage import budget, transaction
from twinning.core.models import ExchangeRate

AS_OF = dt.date(2011, 7, 31)


def found(world: World, flow: Flow) -> list[Moved]:
    return [one for one in spending(world.programme, AS_OF) if one.flow is flow]


def component(world: World) -> Component:
    return people.add_component(actor=world.manager, programme=world.programme, kind="CT", title="Twinning")


def test_budgets_and_moves_stand_by_year_and_component(world: World) -> None:
    twinning = component(world)
    budget(world.manager, world.programme, component=twinning)
    transaction(world.manager, world.programme, component=twinning)
    transaction(world.manager, world.programme, component=twinning, type="4", value=Decimal(50))
    transaction(world.manager, world.programme, type="1", date=dt.date(2009, 1, 5), value=Decimal(9000))
    (planned,), (spent,), (received,) = (
        found(world, flow) for flow in (Flow.BUDGET, Flow.SPENT, Flow.INCOMING)
    )
    assert (planned.year, planned.component, planned.total) == (2010, twinning.pk, Decimal("1000.50"))
    assert (spent.year, spent.total, spent.amounts) == (2010, Decimal(300), (("EUR", Decimal(300)),))
    assert (received.year, received.component, received.total) == (2009, None, Decimal(9000))


def test_what_moves_after_the_day_is_not_told(world: World) -> None:
    transaction(world.manager, world.programme, date=dt.date(2011, 8, 1))
    assert found(world, Flow.SPENT) == []


def test_a_revised_budget_takes_the_place_of_those_that_it_touches(world: World) -> None:
    budget(world.manager, world.programme)
    budget(world.manager, world.programme, first=dt.date(2009, 1, 1), last=dt.date(2009, 12, 31))
    budget(world.manager, world.programme, type="2", first=dt.date(2010, 7, 1), value=Decimal(700))
    assert [(one.year, one.total) for one in found(world, Flow.BUDGET)] == [
        (2009, Decimal("1000.50")),
        (2010, Decimal(700)),
    ]


def test_amounts_are_brought_into_the_currency_of_the_programme_by_the_rate_of_their_day(
    world: World,
) -> None:
    day = dt.date(2010, 3, 1)
    ExchangeRate.objects.create(
        programme_id=world.programme.pk, currency="INR", base="EUR", day=day, rate=Decimal(60), source="Books"
    )
    transaction(world.manager, world.programme, value=Decimal(6000), currency="INR")
    transaction(world.manager, world.programme, value=Decimal(1))
    (spent,) = found(world, Flow.SPENT)
    assert spent.total == Decimal(101)
    assert spent.amounts == (("EUR", Decimal(1)), ("INR", Decimal(6000)))


def test_without_a_rate_there_is_no_sum_and_it_is_said_which_is_missing(world: World) -> None:
    transaction(world.manager, world.programme, value=Decimal(6000), currency="INR")
    (spent,) = found(world, Flow.SPENT)
    assert spent.total is None
    assert spent.missing == (("INR", dt.date(2010, 3, 1)),)


def firms(world: World, count: int) -> list[Any]:
    return [
        people.create_organisation(
            actor=world.manager, programme=world.programme, name=f"Firm {n}", kind="principal-firm"
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(("count", "walled"), [(1, True), (2, True), (3, False)])
def test_money_of_fewer_than_three_firms_alone_is_not_told(world: World, count: int, walled: bool) -> None:
    for firm in firms(world, count):
        transaction(world.manager, world.programme, receiver=firm)
    (spent,) = found(world, Flow.SPENT)
    assert spent.is_walled is walled
    assert (spent.total is None, spent.amounts == ()) == (walled, walled)


def test_a_firm_counts_once_and_those_of_both_sides_and_kinds_together(world: World) -> None:
    one, two, three = firms(world, 3)
    transaction(world.manager, world.programme, receiver=one, provider=two)
    transaction(world.manager, world.programme, receiver=one, type="4")
    assert found(world, Flow.SPENT)[0].is_walled
    transaction(world.manager, world.programme, receiver=three, type="4")
    assert not found(world, Flow.SPENT)[0].is_walled


def test_its_cost_does_not_grow_with_what_moved(world: World, django_assert_max_num_queries: Any) -> None:
    for n in (1, 5):
        for month in range(1, n + 1):
            transaction(world.manager, world.programme, currency="INR", date=dt.date(2010, month, 1))
        with django_assert_max_num_queries(4):
            spending(world.programme, AS_OF)
