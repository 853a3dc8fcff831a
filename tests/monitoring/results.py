"""What the tests of results have in common: events, people, outcomes, and where a figure stands."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from activities import services as log
from activities.models import Activity
from clusters import services as people
from clusters.models import Cluster, Person
from monitoring import services
from monitoring.models import Indicator
from monitoring.queries.figures import Figure, figures, rule_of
from monitoring.queries.sources import SOURCES, Asked, EvidenceLine
from monitoring.rules.values import Span
from tests.conftest import World, build_world

EVER = Span(None, dt.date(2011, 7, 31))
TODAY = dt.date(2011, 7, 31)


def event(world: World, title: str, period: str, fmt: str = "training", **values: Any) -> Activity:
    clusters = values.pop("clusters", [world.leather])
    return log.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=clusters,
        title=title,
        period_text=period,
        format=fmt,
        **values,
    )


def person(world: World, name: str, sex: str = "u", organisation: Any = None) -> Person:
    return people.create_person(
        actor=world.manager,
        programme=world.programme,
        name=name,
        sex=sex,
        organisation=organisation or world.tannery,
    )


def came(world: World, activity: Activity, *who: Person) -> None:
    for one in who:
        log.add_participation(actor=world.manager, activity=activity, person=one)


def head_count(world: World, activity: Activity, count: int, **values: Any) -> None:
    values = {"organisation": world.tannery, "unspecified": count, "note": "Attendance sheet."} | values
    log.add_participation(actor=world.manager, activity=activity, **values)


def build_tables() -> World:
    """The cast whose programme has the indicators of the tables; for the mark ``contents``."""
    world = build_world()
    tables(world)
    return world


def tables(world: World) -> dict[str, Indicator]:
    """The indicators of the tables by code; they are brought in unless the programme has them."""
    brought = Indicator.objects.filter(programme=world.programme)
    if not brought.filter(code="T9.8").exists():
        services.bring_tables(actor=world.manager, programme=world.programme)
    return {row.code: row for row in brought.all()}


def figure(
    world: World,
    indicator: Indicator,
    cluster: Cluster | None = None,
    span: Span = EVER,
    as_of: dt.date = TODAY,
) -> Figure:
    clusters = [world.leather, world.footwear, world.santa_croce]
    found = figures(world.programme, [indicator], clusters, span, as_of)
    return found[indicator.pk, cluster.pk if cluster else None]


def number(world: World, indicator: Indicator, cluster: Cluster | None = None, **more: Any) -> Decimal | None:
    return figure(world, indicator, cluster, **more).value.number


def evidence(
    world: World, indicator: Indicator, cluster: Cluster | None = None, span: Span = EVER
) -> list[EvidenceLine]:
    rule = rule_of(indicator)
    assert rule is not None
    source = SOURCES[rule.count]
    asked = Asked(world.programme, (), span, TODAY)
    scope = cluster.pk if cluster else None
    return source.lines(list(source.counted(rule, scope, asked)), rule, scope, asked)


def left_out(
    world: World, indicator: Indicator, cluster: Cluster | None = None, span: Span = EVER
) -> dict[str, list[str]]:
    rule = rule_of(indicator)
    assert rule is not None
    asked = Asked(world.programme, (), span, TODAY)
    source, scope = SOURCES[rule.count], cluster.pk if cluster else None
    fitting = source.fitting(rule, scope, asked)
    found = {one.reason: fitting.filter(one.which) for one in source.left_out(rule, scope, asked)}
    return {reason: [str(row) for row in rows] for reason, rows in found.items() if rows}
