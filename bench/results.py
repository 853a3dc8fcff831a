"""The results of a programme, live at full size and closed, beside the best SQL that we can write by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from bench.database import scaled
from bench.pages import visiting
from bench.rows import Row, interleaved, median_seconds

TODAY = dt.date(2026, 1, 1)
RUNS = 11
# One pass over each table for all that is counted of it. The grouping by cluster and the programme's own count
# are two statements, since a person counts in each cluster and once in the programme.
DONE = """
    a.programme_id = %(programme)s AND a.removed_at IS NULL AND a.period_end <= %(day)s
    AND (a.status_set = 'done' OR (a.status_set = '' AND NOT a.period_open AND NOT a.period_tentative
         AND a.period_start IS NOT NULL))"""
EVENTS = """
    count(*) FILTER (WHERE a.format IN ('workshop', 'training', 'on-site')),
    count(*) FILTER (WHERE a.format = 'technology-show'), count(*) FILTER (WHERE a.format = 'fair')"""
PEOPLE = """
    count(DISTINCT p.person_id) FILTER (WHERE a.format = 'visit' AND p.role = 'trainee'),
    count(DISTINCT p.person_id) FILTER (WHERE a.format IN ('training', 'on-site') AND p.role = 'trainee'
        AND o.kind IN ('principal-firm', 'subcontractor', 'support-firm', 'buyer', 'bdsp'))"""
TABLES = (
    "activities_participation p JOIN activities_activity a ON a.id = p.activity_id"
    " LEFT JOIN clusters_organisation o ON o.id = p.organisation_id"
)
BY_HAND = (
    f"SELECT {EVENTS} FROM activities_activity a WHERE {DONE}",
    f"SELECT l.cluster_id, {EVENTS} FROM activities_activitycluster l"
    f" JOIN activities_activity a ON a.id = l.activity_id WHERE {DONE} GROUP BY 1",
    f"SELECT {PEOPLE} FROM {TABLES} WHERE {DONE} AND a.format IN ('visit', 'training', 'on-site')",
    f"SELECT l.cluster_id, {PEOPLE} FROM {TABLES}"
    f" JOIN activities_activitycluster l ON l.activity_id = a.id"
    f" WHERE {DONE} AND a.format IN ('visit', 'training', 'on-site') GROUP BY 1",
)


def _by_hand(programme_id: int) -> Callable[[], Any]:
    from django.db import connection

    def ask() -> None:
        with connection.cursor() as cursor:
            for statement in BY_HAND:
                cursor.execute(statement, {"programme": programme_id, "day": TODAY})
                cursor.fetchall()

    return ask


def run(*, small: bool) -> list[Row]:
    sizes = [2_000] if small else [2_000, 100_000]
    return [*_at_full_size(small=small), *(row for size in sizes for row in _mostly_closed(size))]


def _at_full_size(*, small: bool) -> list[Row]:
    activities = 10_000 if small else 1_000_000
    with scaled(activities):
        from clusters.models import Programme
        from monitoring import services
        from monitoring.models import Indicator
        from monitoring.queries.closings import period_figures
        from monitoring.queries.pages import clusters_of, results_of
        from twinning.core.models import User

        programme = Programme.objects.get(slug="scale")
        manager = User.objects.get(email="scale@demo.example")
        services.bring_tables(actor=manager, programme=programme)
        summary, by_hand = interleaved(lambda: results_of(programme, TODAY), _by_hand(programme.pk), runs=3)
        quarter = services.add_period(
            actor=manager,
            programme=programme,
            title="2010 Q1",
            first=dt.date(2010, 1, 1),
            last=dt.date(2010, 3, 31),
            due_on=dt.date(2010, 4, 15),
        )
        indicators = list(Indicator.objects.filter(programme=programme).for_list())
        clusters = clusters_of(programme)
        live = median_seconds(lambda: period_figures(quarter, indicators, clusters), runs=3)
        _close(programme, quarter, clusters)
        closed = median_seconds(lambda: period_figures(quarter, indicators, clusters), runs=3)
    persons = f"{activities:,} activities, {activities * 5:,} participations"
    return [
        Row(
            f"results to date, {persons}",
            summary,
            by_hand,
            1.5,
            note="baseline: by hand, in one pass a table",
        ),
        Row("a quarter that is closed, beside the same one live", closed, live, None),
    ]


def _mostly_closed(activities: int) -> list[Row]:
    """Nineteen years of twenty are closed: to date should cost about what the last one costs."""
    with scaled(activities):
        from django.core.management import call_command

        from clusters.models import Programme
        from monitoring import services
        from monitoring.models import Indicator
        from monitoring.queries.closings import period_figures
        from monitoring.queries.pages import clusters_of, results_of
        from twinning.core.models import User

        programme = Programme.objects.get(slug="scale")
        manager = User.objects.get(email="scale@demo.example")
        services.bring_tables(actor=manager, programme=programme)
        years = [
            services.add_period(
                actor=manager,
                programme=programme,
                title=str(year),
                first=dt.date(year, 1, 1),
                last=dt.date(year, 12, 31),
                due_on=dt.date(year + 1, 1, 31),
            )
            for year in range(2006, 2026)
        ]
        indicators = list(Indicator.objects.filter(programme=programme).for_list())
        clusters = clusters_of(programme)
        whole = median_seconds(lambda: results_of(programme, TODAY), runs=3)
        for year in years[:-1]:
            _close(programme, year, clusters)
        _analyse()
        to_date, last_year = interleaved(
            lambda: results_of(programme, TODAY),
            lambda: period_figures(years[-1], indicators, clusters),
            runs=RUNS,
        )
        call_command("collectstatic", interactive=False, verbosity=0)
        page, page_of_year = interleaved(
            visiting("scale", "/p/scale/results"),
            visiting("scale", f"/p/scale/results?period={years[-1].pk}"),
            runs=RUNS,
        )
    size = f"19 of 20 years closed, {activities:,} activities"
    note = f"baseline: the open year alone; with nothing closed {whole:.3f} s"
    return [
        Row(f"results to date, {size}", to_date, last_year, 1.5, note=note),
        Row(f"page of results, {size}", page, page_of_year, 1.5, note="baseline: the page of the open year"),
    ]


def _analyse() -> None:
    """What autovacuum does on a server that is left running."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _close(programme: Any, period: Any, clusters: Any) -> None:
    from clusters import services as people
    from clusters.rules import Role
    from monitoring import services
    from twinning.core.models import User

    manager = User.objects.get(email="scale@demo.example")
    second, made = User.objects.get_or_create(email="scale.second@demo.example", defaults={"name": "Second"})
    if made:
        people.add_member(actor=manager, programme=programme, user=second, role=Role.COORDINATOR)
    for cluster in (*clusters, None):
        closing = services.open_closing(actor=manager, period=period, cluster=cluster)
        handed_in = services.submit_closing(
            actor=User.objects.get(pk=second.pk), closing=closing, version=None
        )
        services.approve_closing(actor=manager, closing=handed_in, version=None)
