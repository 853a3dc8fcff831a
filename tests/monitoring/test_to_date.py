"""Figures to date: closed periods are added up as they were closed, and only the days beside them are counted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import services as log
from activities.models import Participation
from monitoring import services
from monitoring.models import FrozenFigure
from monitoring.queries.asked import evidence_asked, figure_asked
from monitoring.queries.closed import closed_parts
from monitoring.queries.over_time import persons_by_days
from monitoring.queries.to_date import figure_to_date, figures_to_date, lines_to_date
from monitoring.rules.values import Span, uncovered
from tests.monitoring.results import TODAY, build_tables, came, event, head_count, number, person, tables

pytestmark = pytest.mark.contents(build=build_tables)

QUARTERS = [(1, 3, 31), (4, 6, 30), (7, 9, 30)]
DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2010, 12, 31))


@given(st.lists(DAYS, min_size=2, max_size=12, unique=True), DAYS)
def test_each_day_is_covered_or_not_and_never_both(edges, day):
    edges.sort()
    covered = [Span(first, last) for first, last in list(pairwise(edges))[::2]]
    last = edges[-1] + dt.timedelta(3)
    left = uncovered(covered, last)
    if day <= last:
        assert sum(span.holds(day) for span in (*covered, *left)) == 1
    assert left[0].first is None


def quarters(world, count=3):
    return [
        services.add_period(
            actor=world.manager,
            programme=world.programme,
            title=f"2010 Q{place}",
            first=dt.date(2010, first, 1),
            last=dt.date(2010, last, end),
            due_on=dt.date(2011, 1, 31),
        )
        for place, (first, last, end) in enumerate(QUARTERS[:count], start=1)
    ]


def close(world, period, *clusters):
    for cluster in clusters or (None, world.leather):
        closing = services.open_closing(actor=world.manager, period=period, cluster=cluster)
        services.submit_closing(actor=world.coordinator, closing=closing, version=None)
        services.approve_closing(actor=world.manager, closing=closing, version=None)
    return closing


def to_date(world, indicator, cluster=None) -> Decimal | None:
    found = figures_to_date(world.programme, [indicator], [world.leather, world.footwear], TODAY)
    figure = found[indicator.pk, cluster.pk if cluster else None]
    # The database adds up closed periods where all figures are asked for, and we do where one is.
    assert figure_to_date(indicator, cluster, TODAY).figure == figure
    return figure.value.number


@pytest.fixture
def courses(world):
    """Ann comes to three courses, Ben to the second and third, and five without a name to each."""
    ann, ben = person(world, "Ann"), person(world, "Ben")
    for place, period in enumerate(["Feb 2010", "May 2010", "Aug 2010"]):
        course = event(world, f"Course {place + 1}", period)
        came(world, course, ann, *([ben] if place else []))
        head_count(world, course, 5)
    return tables(world)["T9.8"]


@pytest.mark.parametrize("order", [(0,), (0, 1), (1, 0), (1,), (2, 0, 1), (0, 2)])
def test_to_date_says_the_same_whatever_was_closed_and_in_which_order(world, courses, order):
    periods = quarters(world)
    for place in order:
        close(world, periods[place])
    for cluster in (None, world.leather):
        assert to_date(world, courses, cluster) == number(world, courses, cluster) == 17


def test_a_joint_event_counts_once_in_the_programme_though_one_cluster_is_closed(world):
    joint = event(world, "Joint course", "Feb 2010", clusters=[world.leather, world.footwear])
    came(world, joint, person(world, "Ann"))
    indicator = tables(world)["T9.8"]
    (first, *_rest) = quarters(world)
    close(world, first, world.leather)
    assert [to_date(world, indicator, cluster) for cluster in (None, world.leather, world.footwear)] == [
        1
    ] * 3


def test_what_is_closed_stands_until_it_is_restated(world, courses):
    first, *_rest = quarters(world)
    closing = close(world, first)
    row = Participation.objects.filter(person=None).earliest("activity__period_end")
    log.update_participation(actor=world.cda, participation=row, version=None, unspecified=2)
    assert number(world, courses, world.leather) == 14
    assert to_date(world, courses, world.leather) == 17
    services.restate(actor=world.manager, closing=closing, version=None, reason="Three too many.")
    assert to_date(world, courses, world.leather) == 14


def test_who_is_taken_off_an_early_list_is_new_in_the_later_period(world, courses):
    periods = quarters(world)
    closings = [close(world, period, world.leather) for period in periods]
    repeated = FrozenFigure.objects.filter(indicator=courses, current=True).order_by("closing__period__first")
    assert list(repeated.values_list("repeated", flat=True)) == [0, 1, 2]
    first_time = Participation.objects.filter(person__name="Ann").earliest("activity__period_end")
    log.remove_participation(actor=world.cda, participation=first_time)
    services.restate(actor=world.manager, closing=closings[0], version=None, reason="Was not there.")
    assert list(repeated.values_list("repeated", flat=True)) == [0, 0, 2]
    assert to_date(world, courses, world.leather) == number(world, courses, world.leather) == 17


def test_an_indicator_that_came_after_a_closing_is_counted_from_the_records(world, courses):
    first, *_rest = quarters(world)
    close(world, first)
    added = services.add_indicator(
        actor=world.manager,
        result=courses.result,
        code="X1",
        name="Courses",
        rule={"count": "activities", "where": {"format": ["training"]}},
    )
    assert to_date(world, added) == 3
    assert to_date(world, courses) == 17


def test_an_indicator_that_came_between_two_closings_adds_what_was_closed_with_it(world, courses):
    first, second, _third = quarters(world)
    close(world, first)
    added = services.add_indicator(
        actor=world.manager,
        result=courses.result,
        code="X1",
        name="Courses",
        rule={"count": "activities", "where": {"format": ["training"]}},
    )
    close(world, second)
    event(world, "Found later", "May 2010")
    assert [to_date(world, added, cluster) for cluster in (None, world.leather)] == [3, 3]
    found = figures_to_date(world.programme, [added, courses], [world.leather], TODAY)
    assert [found[one.pk, None].value.number for one in (added, courses)] == [3, 17]


def test_a_rule_that_was_changed_is_not_summed_with_what_the_old_one_counted(world, courses):
    first, *_rest = quarters(world)
    close(world, first)
    rule = {"count": "persons", "where": {"format": ["fair"]}}
    changed = services.update_indicator(actor=world.manager, indicator=courses, version=None, rule=rule)
    assert to_date(world, changed) == 0


@pytest.mark.parametrize("back", [False, True])
def test_a_period_that_is_restated_by_another_rule_is_summed_with_those_of_that_rule(world, courses, back):
    """Whatever rule the first period was closed by, and whichever it is restated by: one of the two finds nobody."""
    periods = quarters(world)
    before = courses.rule
    other = {"count": "persons", "where": {"format": ["fair"]}}
    first_rule, second_rule = (before, other) if back else (other, before)
    courses = services.update_indicator(actor=world.manager, indicator=courses, version=None, rule=first_rule)
    closing = close(world, periods[0], world.leather)
    if back:
        close(world, periods[1], world.leather)
    courses = services.update_indicator(
        actor=world.manager, indicator=courses, version=None, rule=second_rule
    )
    if not back:
        close(world, periods[1], world.leather)
    row = Participation.objects.filter(person=None).earliest("activity__period_end")
    log.update_participation(actor=world.cda, participation=row, version=None, unspecified=2)
    services.restate(actor=world.manager, closing=closing, version=None, reason="Three too many.")
    courses = services.update_indicator(actor=world.manager, indicator=courses, version=None, rule=before)
    assert to_date(world, courses, world.leather) == number(world, courses, world.leather) == 14


def test_the_evidence_to_date_makes_the_figure(world, courses):
    periods = quarters(world)
    close(world, periods[0])
    close(world, periods[1])
    asked = figure_asked(courses, world.leather, None, TODAY)
    found = evidence_asked(world.manager, asked, slice(0, 50))
    assert found is not None
    assert [(one.part.title, one.part.adds) for one in found.closed] == [
        ("2010 Q1", Decimal(6)),
        ("2010 Q2", Decimal(6)),
    ]
    assert [[(line.title, line.counts) for line in one.lines or ()] for one in found.closed] == [
        [("Course 1", 6)],
        [("Course 2", 7), ("counted in an earlier period already", -1)],
    ]
    assert [(line.title, line.counts) for line in found.lines] == [("Course 3", 5)]
    assert found.left_out == ()
    told = list(lines_to_date(courses, world.leather.pk, TODAY))
    assert sum(line.counts for line in told) == asked.figure.value.number == 17


def test_what_came_late_into_a_closed_period_is_said_to_be_left_out(world, courses):
    first, *_rest = quarters(world)
    close(world, first)
    head_count(world, event(world, "Late", "Mar 2010"), 3)
    found = evidence_asked(
        world.manager, figure_asked(courses, world.leather, None, TODAY), slice(0, 50), why="6"
    )
    assert found is not None
    assert found.shown is not None
    assert (found.shown.reason, found.shown.count) == ("in closed periods, where records changed since", 2)


def test_money_to_date_is_summed_and_its_firms_are_counted_once(world):
    indicator = tables(world)["T10.2"]
    for month, firms in [("2010-02", [world.tannery]), ("2010-05", [world.tannery, world.shoemaker])]:
        made = services.record_outcome(
            actor=world.cda,
            programme=world.programme,
            cluster=world.leather,
            kind="investment",
            title="Drum",
            happened=month,
            quantity=1,
            amount=Decimal(1000),
            currency="EUR",
            source="Letter",
            parties=[(firm, "gains") for firm in firms],
        )
        services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen.")
    close(world, quarters(world)[0])
    found = figures_to_date(world.programme, [indicator], [world.leather], TODAY)
    figure = found[indicator.pk, world.leather.pk]
    assert (figure.value.number, figure.records, figure.firms) == (Decimal(2), 2, 2)
    assert figure.amount is not None
    assert figure.amount.spent == (("EUR", Decimal(2000)),)
    assert figure_to_date(indicator, world.leather, TODAY).figure == figure


def test_a_typed_value_that_was_closed_counts_as_it_was_closed(world):
    result = tables(world)["T9.1"].result
    jobs = services.add_indicator(actor=world.manager, result=result, code="J1", name="Jobs")
    first, second, _third = quarters(world)
    for period, value in [(first, 10), (second, 4)]:
        services.record_measurement(
            actor=world.cda, indicator=jobs, period=period, cluster=world.leather, value=value, source="Count"
        )
    closing = close(world, first, world.leather)
    services.grant_exception(
        actor=world.manager, closing=closing, until=dt.date.today(), reason="A slip of the pen."
    )
    row = jobs.measurements.get(period=first)
    services.update_measurement(actor=world.cda, measurement=row, version=None, value=11)
    assert [to_date(world, jobs, cluster) for cluster in (None, world.leather)] == [14, 14]
    services.restate(actor=world.manager, closing=closing, version=None, reason="It was 11.")
    assert [to_date(world, jobs, cluster) for cluster in (None, world.leather)] == [15, 15]


def test_ten_closed_years_cost_as_many_queries_as_one(world, courses, django_assert_num_queries):
    periods = quarters(world)
    close(world, periods[0])

    def ask() -> None:
        figures_to_date(world.programme, [courses], [world.leather, world.footwear], TODAY)

    with django_assert_num_queries(4):
        ask()
    close(world, periods[1])
    with django_assert_num_queries(4):
        ask()


def test_a_figure_of_a_day_within_a_closed_period_is_counted_from_the_records(world, courses):
    first, second, _third = quarters(world)
    close(world, first)
    close(world, second)
    found = figures_to_date(world.programme, [courses], [world.leather], dt.date(2010, 5, 15))
    assert found[courses.pk, None].value.number == 6
    assert closed_parts([courses], figure_asked(courses, None, None, dt.date(2010, 5, 15)).asked)


@pytest.mark.parametrize("who", ["manager", "cda", "donor"])
@pytest.mark.parametrize("asked", ["to date", "a period"])
def test_a_page_of_what_is_closed_in_part_costs_few_queries(
    world, courses, sign_in, who, asked, django_assert_max_num_queries
):
    first, second, _third = quarters(world)
    close(world, first)
    close(world, second, world.leather)
    client, address = sign_in(getattr(world, who)), f"/p/{world.programme.slug}/results"
    page = address if asked == "to date" else f"{address}?period={second.pk}"
    client.get(page)
    with django_assert_max_num_queries(15):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("order", [(), (0,), (0, 1), (1,), (2, 0, 1)])
def test_persons_over_time_end_at_the_figure_to_date_whatever_was_closed(world, courses, order):
    periods = quarters(world)
    for place in order:
        close(world, periods[place])
    scopes = (None, world.leather.pk)
    found = persons_by_days(courses, scopes, [*(period.last for period in periods), TODAY])
    assert found is not None
    for scope, cluster in zip(scopes, (None, world.leather), strict=True):
        assert found[scope][-1] == to_date(world, courses, cluster)
        assert found[scope] == sorted(found[scope])


def test_what_was_closed_stays_in_persons_over_time(world, courses):
    periods = quarters(world)
    close(world, periods[0])
    late = event(world, "Found later", "March 2010")
    head_count(world, late, 7)
    days = [period.last for period in periods]
    assert persons_by_days(courses, (None,), days) == {None: [6, 12, 17]}
