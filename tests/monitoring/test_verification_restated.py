"""Whoever verifies a report is told which of its figures were restated since, and no count of few."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse

from activities import services as log
from activities.models import Participation
from monitoring import services
from monitoring.models import Report, ReportingPeriod, Restatement
from monitoring.queries.verification import verified
from tests.conftest import World
from tests.monitoring.reporting import compare, content, issue, page, results
from tests.monitoring.results import build_tables, event, head_count, tables
from tests.monitoring.test_closings import closed, quarter, trained

__all__ = ["quarter"]
pytestmark = pytest.mark.contents(build=build_tables)


def put_right(world: Any, closing: Any, count: int) -> None:
    row = Participation.objects.get()
    log.update_participation(actor=world.cda, participation=row, version=None, unspecified=count)
    services.restate(actor=world.manager, closing=closing, version=None, reason="Two were counted twice.")


def test_a_participation_corrected_after_a_closing_the_old_report_still_verifies_and_names_the_restatement(
    world: Any, client: Any, sign_in: Any, quarter: Any
) -> None:
    tables(world)
    trained(world)
    closing = closed(world, quarter, world.leather)
    old = issue(world, results(world))
    assert "No figure in it was restated" in page(client, old)
    put_right(world, closing, 10)
    assert "This file is the one issued" in compare(client, old, content(old))
    html = page(client, old)
    row = next(found for found in re.findall(r"<tr>.*?</tr>", html, re.S) if "T9.8" in found)
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]
    assert cells[:5] == ["2010 Q1", "Chennai leather", "12", "10", "Two were counted twice."]
    reading = sign_in(world.donor).get(reverse("report_read", args=[world.programme.slug, old.pk]))
    assert "Figures in it were restated since" in reading.content.decode()
    new = issue(world, results(world))
    assert "No figure in it was restated" in page(client, new)


def test_a_restated_count_of_few_is_told_to_members_and_covered_for_others(
    world: Any, client: Any, sign_in: Any, quarter: Any
) -> None:
    tables(world)
    trained(world, 4)
    closing = closed(world, quarter, world.leather)
    report = issue(world, results(world))
    put_right(world, closing, 2)
    told = verified(report, world.donor).about
    open_ = verified(report, None).about
    assert told is not None
    assert open_ is not None
    seen = next(row for row in told.restated if row.code == "T9.8, T10.8")
    assert seen.was is not None
    assert [seen.was.number, seen.now.number] == [4, 2]
    covered = next(row for row in open_.restated if row.code == "T9.8, T10.8")
    assert covered.was is not None
    assert covered.was.covered
    assert covered.now.covered
    assert covered.now.number is None
    assert "Counts of one or two firms or persons are not shown" in page(client, report)


def test_what_would_give_away_a_count_of_a_cluster_that_is_not_closed_is_covered(
    world: Any, quarter: Any
) -> None:
    tables(world)
    trained(world, 9)
    closing = closed(world, quarter, world.leather)
    report = issue(world, results(world))
    put_right(world, closing, 8)

    def told_to_anybody() -> list[bool]:
        about = verified(report, None).about
        assert about is not None
        return [row.now.covered for row in about.restated]

    assert told_to_anybody() == [False]
    # The whole is told, and less what is restated it would be the two of footwear.
    head_count(world, event(world, "Course", "Feb 2010", "training", clusters=[world.footwear]), 2)
    assert told_to_anybody() == [True]


def build_ten_restated() -> World:
    """The cast with a report after which a figure of each of ten periods was restated, from 9 to 8 persons."""
    world = build_tables()
    closings = []
    for month in range(1, 11):
        first = dt.date(2010, month, 1)
        last = dt.date(2010, month + 1, 1) - dt.timedelta(1)
        period = services.add_period(
            actor=world.manager,
            programme=world.programme,
            title=f"{first:%B %Y}",
            first=first,
            last=last,
            due_on=last + dt.timedelta(9),
        )
        head_count(world, event(world, "Course", f"2010-{month:02}", "training"), 9)
        closings.append(closed(world, period, world.leather))
    report = issue(world, results(world))
    for row in Participation.objects.all():
        log.update_participation(actor=world.cda, participation=row, version=None, unspecified=8)
    for closing in closings:
        services.restate(actor=world.manager, closing=closing, version=None, reason="One was counted twice.")
    world.report = report
    return world


def restated_to_anybody(report: Report) -> list[bool]:
    about = verified(report, None).about
    assert about is not None
    return [row.now.covered for row in about.restated]


@pytest.mark.contents(build=build_ten_restated)
def test_ten_restated_periods_cost_little_and_counts_of_few_open_ones_are_told(
    world: Any, client: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(15):
        page(client, world.report)
    # What stands beside a count in an open place is looked at for three periods; of others nothing is given away.
    assert restated_to_anybody(world.report) == [False] * 3 + [True] * 7


@pytest.mark.contents(build=build_ten_restated)
def test_counts_of_ten_restated_periods_that_are_closed_everywhere_are_told(
    world: Any, client: Any, django_assert_max_num_queries: Any
) -> None:
    for period in ReportingPeriod.objects.all():
        for cluster in (world.footwear, None):
            closed(world, period, cluster)
    with django_assert_max_num_queries(15):
        page(client, world.report)
    assert restated_to_anybody(world.report) == [False] * 10


def test_only_restatements_of_its_cluster_and_its_time_concern_a_report(world: Any, quarter: Any) -> None:
    tables(world)
    trained(world)
    closing = closed(world, quarter, world.leather)
    other = results(world, cluster=world.footwear)
    early = results(world, as_of=quarter.last.replace(month=2, day=1))
    own = results(world, cluster=world.leather)
    put_right(world, closing, 10)
    assert Restatement.objects.exists()
    shown = [verified(report, world.manager).about for report in (other, early, own)]
    assert [bool(about and about.restated) for about in shown] == [False, False, True]
