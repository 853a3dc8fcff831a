"""Parts of one or two cannot be worked out from the programme and its other clusters."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import services as log
from monitoring import services
from monitoring.queries.divisions import divide
from monitoring.queries.pages import breakdown
from monitoring.reports import RESULTS
from monitoring.rules.public import Cover, covers_of_parts
from monitoring.rules.values import Span
from tests.monitoring.results import TODAY, build_tables, event, head_count, tables
from tests.monitoring.test_closings import closed, quarter
from twinning.core.reports import ReportRequest

__all__ = ["quarter"]
pytestmark = pytest.mark.contents(build=build_tables)

FEW_IN_LEATHER = {"leather": {"f": 2, "m": 10}, "footwear": {"f": 6, "m": 4}}


# The rule, without a database --------------------------------------------------------------------------------


def lines_of(numbers):
    """Every line of a table in every direction, as its total and its parts."""
    axes = [sorted({cell[axis] for cell in numbers}) for axis in range(len(next(iter(numbers))))]
    for axis, values in enumerate(axes):
        for beside in product(*(own for place, own in enumerate(axes) if place != axis)):
            cells = [(*beside[:axis], value, *beside[axis:]) for value in values]
            yield cells[0], cells[1:]


_CUBE = st.lists(
    st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=3, max_size=3),
    min_size=2,
    max_size=3,
)


def summed(cube):
    """Of counts by place and two dimensions every number and total, by names."""
    numbers: dict[Any, Decimal] = {}
    for where, by_value in enumerate(cube, start=1):
        for one, cells in enumerate(by_value, start=1):
            for other, number in enumerate(cells, start=1):
                for cell in product(("", f"x{one}"), ("", f"y{other}"), ("", f"p{where}")):
                    numbers[cell] = numbers.get(cell, Decimal(0)) + number
    return numbers


@given(_CUBE)
def test_no_line_in_any_direction_gives_a_small_part_away(cube):
    numbers = summed(cube)
    found = covers_of_parts(numbers)
    wholes = {cell for cell in numbers if not any(cell[:2])}
    assert {found[cell] for cell in wholes} == {Cover.NONE}
    assert all(found[cell] is not Cover.NONE for cell in set(numbers) - wholes if 0 < numbers[cell] < 3)
    assert Cover.FEW not in found.values()
    for total, parts in lines_of(numbers):
        covered = [cell for cell in parts if found[cell] is not Cover.NONE]
        if found[total] is Cover.NONE and numbers[total] and covered:
            # Where all are of one value, nothing keeps it: the whole tells it.
            assert len(covered) > 1 or numbers[covered[0]] == numbers[total]


@given(_CUBE)
def test_parts_by_one_dimension_are_told_alike_whatever_they_are_crossed_with(cube):
    numbers = summed(cube)
    crossed = covers_of_parts(numbers)
    alone = covers_of_parts({(x, where): n for (x, y, where), n in numbers.items() if not y})
    turned = covers_of_parts({(y, x, where): n for (x, y, where), n in numbers.items()})
    for (x, y, where), cover in crossed.items():
        if not y:
            assert cover is alone[x, where]
        assert (cover is turned[y, x, where]) or (x and y)


def test_which_part_is_withheld_does_not_hang_on_their_order():
    numbers = {("", ""): 9, ("a", ""): 1, ("b", ""): 4, ("c", ""): 4}
    for given_in in (numbers, dict(reversed(numbers.items()))):
        found = covers_of_parts({cell: Decimal(number) for cell, number in given_in.items()})
        assert {value for (value, _where), cover in found.items() if cover is not Cover.NONE} == {"a", "b"}


def test_two_small_parts_and_a_whole_do_not_say_how_small():
    found = covers_of_parts({("", ""): Decimal(4), ("f", ""): Decimal(2), ("m", ""): Decimal(2)})
    assert (found["f", ""], found["m", ""]) == (Cover.WITHHELD, Cover.WITHHELD)


# What a donor is told ----------------------------------------------------------------------------------------


@pytest.fixture
def courses(world):
    """Two women and ten men of the one cluster, six and four of the other."""
    tables(world)
    for cluster in (world.leather, world.footwear):
        sexes = FEW_IN_LEATHER[cluster.slug]
        made = event(world, f"Course of {cluster.slug}", "Feb 2010", clusters=[cluster])
        head_count(world, made, 0, organisation=None, come_from="firm", female=sexes["f"], male=sexes["m"])


def trained(world):
    return {row.code: row for row in world.programme.indicators.all()}["T9.8"]


def told(world, user, cluster=None, *, indicator=None, period=None):
    found = divide(user, indicator or trained(world), "sex", "", cluster=cluster, period=period, today=TODAY)
    return {
        dims["sex"]: number if cover is Cover.NONE else cover.value
        for dims, number, cover in found.parts
        if dims
    }


def assert_the_few_are_kept(world, **asked):
    assert told(world, world.donor, **asked) == {"f": 8, "m": 14}
    assert told(world, world.donor, world.leather, **asked) == {"f": "withheld", "m": "withheld"}
    assert told(world, world.donor, world.footwear, **asked) == {"f": "withheld", "m": "withheld"}
    assert told(world, world.manager, world.footwear, **asked) == {"f": 6, "m": 4}


def test_counts_of_one_cluster_are_not_told_where_they_give_those_of_another_away(world, courses):
    assert_the_few_are_kept(world)


def test_nor_are_those_that_were_closed(world, courses, quarter):
    for cluster in (world.leather, world.footwear, None):
        closed(world, quarter, cluster)
    head_count(world, event(world, "Later", "Feb 2010"), 0, female=9, organisation=None, come_from="firm")
    assert_the_few_are_kept(world, period=quarter)


def test_nor_are_those_that_were_typed(world, courses, quarter):
    result = trained(world).result
    jobs = services.add_indicator(
        actor=world.manager, result=result, code="EMP", name="Employed", dimensions=["sex"], total="sum"
    )
    for cluster in (world.leather, world.footwear):
        sexes = FEW_IN_LEATHER[cluster.slug]
        services.record_measurement(
            actor=world.manager,
            indicator=jobs,
            period=quarter,
            cluster=cluster,
            value=sum(sexes.values()),
            source="Survey",
            parts=[{"dims": {"sex": sex}, "value": str(number)} for sex, number in sexes.items()],
        )
    assert_the_few_are_kept(world, indicator=jobs, period=quarter)
    assert_the_few_are_kept(world, indicator=jobs)


def test_the_page_of_an_indicator_tells_as_much(world, courses):
    def parts(user, cluster):
        return dict(breakdown(user, trained(world), cluster and cluster.pk, Span(None, TODAY), TODAY)["sex"])

    assert parts(world.donor, None) == {"female": 8, "male": 14, "not stated": 0}
    assert parts(world.donor, world.footwear) == {"female": None, "male": None, "not stated": 0}
    assert parts(world.manager, world.footwear) == {"female": 6, "male": 4, "not stated": 0}


@pytest.mark.parametrize("whole", [True, False])
def test_the_report_tells_as_much_whatever_it_is_about(world, courses, whole):
    snapshot = RESULTS.take(
        ReportRequest(world.programme, () if whole else (world.footwear,), whole, TODAY, None)
    )
    row = next(row for row in snapshot["divided"] if "T9.8" in row["codes"])
    place = snapshot["scopes"].index(world.footwear.name)
    in_footwear = {value: own[place] for value, own in row["parts"]["sex"].items()}
    assert in_footwear == {"f": "withheld", "m": "withheld", "u": 0}
    if whole:
        assert [own[0] for own in row["parts"]["sex"].values()] == [8, 14, 0]


def test_the_records_behind_what_is_not_told_are_not_opened(world, courses, sign_in):
    address = f"/p/{world.programme.slug}/results/indicators/T9.8/evidence"
    for user, cluster, status in (
        (world.donor, "", 200),
        (world.donor, "&cluster=footwear", 404),
        (world.manager, "&cluster=footwear", 200),
    ):
        assert sign_in(user).get(f"{address}?sex=f{cluster}").status_code == status


def test_a_table_across_clusters_tells_what_the_table_of_each_does(world, courses, sign_in):
    found = divide(world.donor, trained(world), "sex", "cluster", cluster=None, period=None, today=TODAY)
    said: dict[Any, Any] = {
        (dims.get("sex"), dims.get("cluster")): number if cover is Cover.NONE else cover.value
        for dims, number, cover in found.parts
    }
    assert (said["f", None], said["m", None]) == (8, 14)
    assert (said[None, "leather"], said[None, "footwear"]) == (12, 10)
    assert {said[sex, slug] for sex in "fm" for slug in ("leather", "footwear")} == {"withheld"}
    grid = (
        sign_in(world.donor)
        .get(f"/p/{world.programme.slug}/results/indicators/T9.8/divided?by=sex&across=cluster")
        .context["grid"]
    )
    links = [cell.address for line in grid.lines for cell in line.cells if cell.address]
    assert links
    assert {sign_in(world.donor).get(link).status_code for link in links} == {200}


def test_what_was_corrected_since_a_closing_is_not_told_by_the_records_of_now(world, sign_in, quarter):
    tables(world)
    made = event(world, "Course", "Feb 2010")
    head_count(world, made, 0, organisation=None, come_from="firm", female=5, male=7)
    closed(world, quarter, world.leather)
    closed(world, quarter)
    row = made.participations.get()
    log.update_participation(actor=world.manager, participation=row, version=None, female=1, male=11)
    address = f"/p/{world.programme.slug}/results/indicators/T9.8/evidence?sex=f&period={quarter.pk}"
    assert told(world, world.donor, period=quarter) == {"f": 5, "m": 7}
    assert sign_in(world.donor).get(address).status_code == 404
    assert sign_in(world.manager).get(address).status_code == 200


@pytest.mark.parametrize(
    "query", ["by=firm-size&across=product-group", "by=sex&across=age", "by=cluster&across=sex"]
)
def test_a_division_costs_a_donor_few_queries_too(
    world, courses, sign_in, query, django_assert_max_num_queries
):
    client = sign_in(world.donor)
    address = f"/p/{world.programme.slug}/results/indicators/T9.8/divided?{query}"
    client.get(address)
    with django_assert_max_num_queries(15):
        assert client.get(address).status_code == 200
