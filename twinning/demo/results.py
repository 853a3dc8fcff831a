"""The results of the demonstration programme: Tables 9 and 10, the outcomes that the paper tells of, and closings."""

from __future__ import annotations

from typing import Any

from activities.models import Activity
from clusters.models import Cluster, Programme
from monitoring import services
from monitoring.models import ReportingPeriod
from twinning.core.models import User

_PAPER = "UNIDO, Cluster Twinning, 2013"


def build(
    users: dict[str, User],
    programme: Programme,
    clusters: dict[str, Cluster],
    activities: dict[tuple[str, int], Activity],
    data: dict[str, Any],
) -> None:
    manager = users["manager"]
    services.bring_tables(actor=manager, programme=programme)
    states = {row["title"]: row.pop("state") for row in data["periods"]}
    periods = {
        row["title"]: services.add_period(actor=manager, programme=programme, **row)
        for row in data["periods"]
    }
    for row in data["outcomes"]:
        _outcome(users, programme, clusters, activities, row)
    _feedback(users, programme, clusters, periods, data["feedback"])
    for title, state in states.items():
        _close(users, periods[title], [row for row in clusters.values() if row.is_principal], state)
    # A draft first, so that nothing is issued in the manager's name by the clock.
    services.schedule_report(
        actor=manager,
        programme=programme,
        kind="results",
        every="quarter",
        days_after=15,
        recipients=[manager.pk, users["donor"].pk],
    )


def _outcome(
    users: dict[str, User],
    programme: Programme,
    clusters: dict[str, Cluster],
    activities: dict[tuple[str, int], Activity],
    row: dict[str, Any],
) -> None:
    came_of = activities[row["cluster"], row.pop("activity")]
    cluster = clusters[row.pop("cluster")]
    author = User.objects.get(pk=users[row.pop("agent")].pk)
    year = came_of.period_end.year if came_of.period_end else 2010
    made = services.record_outcome(
        actor=author,
        programme=programme,
        cluster=cluster,
        activity=came_of,
        happened=str(year),
        source=_PAPER,
        description="The year is that of the training it came of: the paper gives none.",
        **row,
    )
    services.verify_outcome(
        actor=users["manager"], outcome=made, version=None, note="As printed in the paper."
    )


def _feedback(
    users: dict[str, User],
    programme: Programme,
    clusters: dict[str, Cluster],
    periods: dict[str, ReportingPeriod],
    data: dict[str, Any],
) -> None:
    manager = users["manager"]
    result = services.add_result(
        actor=manager, programme=programme, level="outcome", title="What firms say of their gains"
    )
    agent = User.objects.get(pk=users[data["agent"]].pk)
    for row in data["indicators"]:
        indicator = services.add_indicator(
            actor=manager,
            result=result,
            code=row["code"],
            name=row["name"],
            unit="per cent",
            measure="percent",
            total="latest",
        )
        services.record_measurement(
            actor=agent,
            indicator=indicator,
            period=periods[data["period"]],
            cluster=clusters[data["cluster"]],
            low=row["low"],
            high=row["high"],
            source=data["source"],
        )


def _close(users: dict[str, User], period: ReportingPeriod, clusters: list[Cluster], state: str) -> None:
    if state == "open":
        return
    coordinator = User.objects.get(pk=users["coordinator"].pk)
    manager = users["manager"]
    for cluster in (*clusters, None):
        closing = services.open_closing(actor=coordinator, period=period, cluster=cluster)
        # The paper says of no cluster but one what its firms report of their gains.
        handed_in = services.submit_closing(
            actor=coordinator, closing=closing, version=None, as_not_reported=True
        )
        if state == "closed":
            services.approve_closing(actor=manager, closing=handed_in, version=None)
