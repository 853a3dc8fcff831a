"""Periods that are handed in, closed by another person, and put right in the open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from activities import services as log
from activities.models import Participation
from clusters import services as bodies
from monitoring import services
from monitoring.models import Closing, ClosingTouch, FrozenFigure
from monitoring.queries.closings import differing, due_closings, frozen_figures, period_figures
from tests.monitoring.results import build_tables, came, event, head_count, person, tables
from twinning.core.access import DomainError, PermissionRefused, WrongState

pytestmark = pytest.mark.contents(build=build_tables)

FIRST, LAST, DUE = dt.date(2010, 1, 1), dt.date(2010, 3, 31), dt.date(2010, 4, 15)


@pytest.fixture
def quarter(world):
    return services.add_period(
        actor=world.manager, programme=world.programme, title="2010 Q1", first=FIRST, last=LAST, due_on=DUE
    )


def closed(world, period, cluster=None, by=None, approver=None) -> Closing:
    closing = services.open_closing(actor=world.manager, period=period, cluster=cluster)
    services.submit_closing(
        actor=by or world.coordinator, closing=closing, version=None, as_not_reported=True
    )
    return services.approve_closing(actor=approver or world.manager, closing=closing, version=None)


def stood(frozen: FrozenFigure | None) -> Decimal | None:
    return frozen.number if frozen else None


def trained(world, count=12):
    course = event(world, "Course", "Feb 2010")
    head_count(world, course, count)
    return course


def test_a_period_is_closed_by_somebody_else(world, quarter):
    indicator = tables(world)["T9.8"]
    trained(world)
    closing = services.open_closing(actor=world.manager, period=quarter, cluster=world.leather)
    handed_in = services.submit_closing(actor=world.coordinator, closing=closing, version=None)
    with pytest.raises(DomainError, match="somebody else"):
        services.approve_closing(actor=world.coordinator, closing=handed_in, version=None)
    services.approve_closing(actor=world.manager, closing=handed_in, version=None)
    frozen = frozen_figures(closing)[indicator.pk]
    assert frozen.number == 12
    assert [line["title"] for line in frozen.lines] == ["Course"]


def test_a_period_that_is_not_over_is_not_handed_in(world):
    today = dt.date.today()
    period = services.add_period(
        actor=world.manager,
        programme=world.programme,
        title="Now",
        first=today,
        last=today,
        due_on=today + dt.timedelta(9),
    )
    closing = services.open_closing(actor=world.manager, period=period, cluster=None)
    with pytest.raises(WrongState, match="not over"):
        services.submit_closing(actor=world.manager, closing=closing, version=None)


def test_who_may_not_approve_is_not_told_what_there_is_to_restate(world, quarter):
    closing = closed(world, quarter, world.leather)
    with pytest.raises(PermissionRefused):
        services.restate(actor=world.donor, closing=closing, version=None, reason="x")
    with pytest.raises(WrongState, match="No record"):
        services.restate(actor=world.coordinator, closing=closing, version=None, reason="x")


def test_a_closing_is_begun_by_who_enters_there(world, quarter):
    services.open_closing(actor=world.cda, period=quarter, cluster=world.leather)
    for who, cluster in [(world.cda, world.footwear), (world.cda, None), (world.donor, world.leather)]:
        with pytest.raises(PermissionRefused):
            services.open_closing(actor=who, period=quarter, cluster=cluster)


def test_a_target_stands_beside_a_figure_that_is_frozen(world, quarter):
    indicator = tables(world)["T9.8"]
    trained(world)
    services.set_target(
        actor=world.manager, indicator=indicator, cluster=world.leather, first=FIRST, last=LAST, value=48
    )
    closed(world, quarter, world.leather)
    seen = period_figures(quarter, [indicator], [world.leather])
    assert seen.figures[indicator.pk, world.leather.pk].achieved == 25


def test_a_part_beyond_all_numbers_is_refused(world, quarter):
    result = tables(world)["T9.1"].result
    jobs = services.add_indicator(
        actor=world.manager, result=result, code="J1", name="Jobs", dimensions=["sex"]
    )
    parts = [{"dims": {"sex": sex}, "value": "1e999999"} for sex in ("f", "m")]
    value = {"indicator": jobs, "period": quarter, "value": 3, "parts": parts, "source": "x"}
    with pytest.raises(DomainError, match="14 digits"):
        services.record_measurement(actor=world.manager, **value)


def test_what_is_returned_says_what_to_mend(world, quarter):
    closing = services.open_closing(actor=world.manager, period=quarter, cluster=world.leather)
    services.submit_closing(actor=world.cda, closing=closing, version=None)
    with pytest.raises(DomainError, match="to be mended"):
        services.return_closing(actor=world.manager, closing=closing, version=None, remark=" ")
    services.return_closing(actor=world.manager, closing=closing, version=None, remark="Add the course.")
    (due,) = due_closings(world.programme, [world.leather], dt.date(2010, 5, 1), whole=False)
    assert (due.remark, due.is_late) == ("Add the course.", True)


def test_a_participation_corrected_after_the_closing_is_restated_in_the_open(world, quarter):
    indicator = tables(world)["T9.8"]
    trained(world)
    closing = closed(world, quarter, world.leather)
    row = Participation.objects.get()
    log.update_participation(actor=world.cda, participation=row, version=None, unspecified=10)
    # The closed number stands, and the page says that a record changed.
    seen = period_figures(quarter, [indicator], [world.leather])
    assert seen.figures[indicator.pk, world.leather.pk].value.number == 12
    assert closing.pk in seen.touched
    assert {(stood(old), new.value.number) for old, new in differing(closing)} == {(Decimal(12), Decimal(10))}
    (made,) = [
        one
        for one in services.restate(
            actor=world.manager, closing=closing, version=None, reason="Two were counted twice."
        )
        if one.indicator == indicator
    ]
    assert (stood(made.before), made.after.number) == (Decimal(12), Decimal(10))
    assert made.actor == world.manager
    seen = period_figures(quarter, [indicator], [world.leather])
    assert seen.figures[indicator.pk, world.leather.pk].value.number == 10
    assert not seen.touched


def test_who_made_the_changes_does_not_restate_alone(world, quarter):
    tables(world)
    course = trained(world)
    closing = closed(world, quarter, world.leather, by=world.cda)
    head_count(world, course, 3)
    with pytest.raises(DomainError, match="somebody else"):
        services.restate(actor=world.manager, closing=closing, version=None, reason="More came.")
    services.restate(actor=world.coordinator, closing=closing, version=None, reason="More came.")


@pytest.mark.parametrize(
    "act",
    [
        lambda world, course: log.update_activity(
            actor=world.cda, activity=course, version=None, period_text="May 2010"
        ),
        lambda world, course: log.set_status(
            actor=world.cda, activity=course, version=None, status="cancelled"
        ),
        lambda world, course: log.remove_activity(
            actor=world.cda, activity=course, version=None, reason="Never took place."
        ),
        lambda world, course: came(world, course, person(world, "Late")),
        lambda world, course: log.remove_participation(
            actor=world.cda, participation=Participation.objects.get(), reason="Wrong."
        ),
        lambda world, course: trained(world, 3),
        lambda world, course: bodies.update_organisation(
            actor=world.manager, organisation=world.tannery, version=None, kind="association"
        ),
    ],
    ids=["moved", "cancelled", "removed", "came", "went", "added", "no firm any more"],
)
def test_every_way_of_changing_a_closed_number_is_noticed(world, quarter, act):
    tables(world)
    course = trained(world)
    closing = closed(world, quarter, world.leather)
    act(world, course)
    assert ClosingTouch.objects.filter(closing=closing).exists()
    assert differing(closing)


def test_changes_outside_closed_periods_leave_no_mark(world, quarter):
    tables(world)
    closed(world, quarter, world.leather)
    event(world, "Course of another year", "Feb 2011")
    assert not ClosingTouch.objects.exists()


def test_a_typed_value_waits_for_its_period_to_be_open(world, quarter):
    result = tables(world)["T9.1"].result
    rejects = services.add_indicator(
        actor=world.manager, result=result, code="R1", name="Rejects", measure="percent", total="latest"
    )
    value = {"indicator": rejects, "period": quarter, "cluster": world.leather, "source": "Firms"}
    made = services.record_measurement(actor=world.cda, low=3, high=4, **value)
    closing = closed(world, quarter, world.leather)
    with pytest.raises(WrongState, match="closed"):
        services.update_measurement(actor=world.cda, measurement=made, version=None, high=5)
    services.grant_exception(
        actor=world.manager, closing=closing, until=dt.date.today(), reason="A typing error."
    )
    services.update_measurement(actor=world.cda, measurement=made, version=None, high=5)
    restated = services.restate(actor=world.manager, closing=closing, version=None, reason="Typing error.")
    assert [(one.before and one.before.high, one.after.high) for one in restated] == [(4, 5)]


def test_many_are_approved_by_the_same_checks_as_one(world, quarter):
    tables(world)
    leather = services.open_closing(actor=world.manager, period=quarter, cluster=world.leather)
    footwear = services.open_closing(actor=world.manager, period=quarter, cluster=world.footwear)
    services.submit_closing(actor=world.manager, closing=leather, version=None)
    services.submit_closing(actor=world.coordinator, closing=footwear, version=None)
    done = services.approve_closings(actor=world.manager, closings=[(leather, None), (footwear, None)])
    assert [bool(one.problem) for one in done] == [True, False]


def principal(cluster):
    """The cluster as one that results are reported for."""
    type(cluster).objects.filter(pk=cluster.pk).update(is_principal=True)
    cluster.refresh_from_db()
    return cluster


def test_a_closed_period_costs_the_same_however_much_was_done(world, quarter, django_assert_num_queries):
    indicators = list(tables(world).values())
    clusters = [world.leather, world.footwear, principal(world.santa_croce)]
    for cluster in (*clusters, None):
        closed(world, quarter, cluster)
    with django_assert_num_queries(3):
        period_figures(quarter, indicators, clusters)


def test_only_the_closings_that_a_record_counts_in_are_said_to_be_touched(world, quarter):
    tables(world)
    course = trained(world)
    closings = {
        cluster: closed(world, quarter, cluster, by=world.cda if cluster == world.leather else None)
        for cluster in (world.leather, world.footwear, None)
    }
    head_count(world, course, 3)
    touched = set(ClosingTouch.objects.values_list("closing", flat=True))
    assert touched == {closings[world.leather].pk, closings[None].pk}


def test_who_handed_in_is_told_so_and_who_may_not_approve_is_not_told_otherwise(world, quarter):
    closing = services.open_closing(actor=world.manager, period=quarter, cluster=None)
    services.submit_closing(actor=world.manager, closing=closing, version=None)
    with pytest.raises(PermissionRefused, match="You handed it in"):
        services.approve_closing(actor=world.manager, closing=closing, version=None)
    with pytest.raises(PermissionRefused, match="You may not do this"):
        services.approve_closing(actor=world.donor, closing=closing, version=None)


def test_a_target_below_what_can_be_counted_is_refused(world):
    indicator = tables(world)["T9.8"]
    with pytest.raises(DomainError, match="below 0"):
        services.set_target(actor=world.manager, indicator=indicator, first=FIRST, last=LAST, value=-5)
