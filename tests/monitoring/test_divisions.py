"""Figures divided by one thing or by two: parts that make the whole, what is not told, what was closed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters import services as bodies
from clusters.models import Firm, ProductGroup
from monitoring import services
from monitoring.models import FrozenFigure
from monitoring.queries.divisions import divide
from monitoring.rules.divisions import MOST_LINES, crossed, kept_numbers, shapes_for, typed_numbers
from monitoring.rules.public import Cover, covers_of_table
from monitoring.rules.values import Part
from tests.monitoring.results import TODAY, build_tables, came, event, head_count, person, tables
from tests.monitoring.test_closings import closed, quarter

__all__ = ["quarter"]
pytestmark = pytest.mark.contents(build=build_tables)

_SEX = st.sampled_from(["f", "m", "u"])
_SIZE = st.sampled_from(["micro", "small", "not-stated"])
_COUNT = st.integers(0, 20).map(Decimal)


def added(numbers: Any) -> Decimal:
    return sum(numbers, Decimal(0))


def parts_told(found):
    return {tuple(sorted(dims.items())): number for dims, number, _cover in found.parts}


# The table, without a database ------------------------------------------------------------------------------


@given(st.dictionaries(st.tuples(_SEX, _SIZE), _COUNT), _COUNT)
def test_typed_parts_and_what_is_not_stated_make_the_whole(cells, rest):
    whole = sum(cells.values(), rest)
    parts = [Part({"sex": sex, "firm-size": size}, value) for (sex, size), value in cells.items()]
    table = crossed(typed_numbers(parts, whole, "sex", "firm-size"), "sex", "firm-size")
    assert sum(line.total for line in table.lines) == whole
    assert sum(table.totals) == whole
    assert table.excess == table.excess_across == 0
    if parts:
        for line in table.lines:
            assert added(line.cells) == line.total
        for place, total in enumerate(table.totals):
            assert added(line.cells[place] for line in table.lines) == total


@given(st.lists(st.tuples(st.sets(_SEX, min_size=1), st.sets(_SIZE, min_size=1)), max_size=40))
def test_whom_two_parts_count_is_the_excess_and_nothing_else(people):
    """Each of ``people`` is in every part that one of its values names."""
    count: dict[Any, dict[Any, Decimal]] = {shape: {} for shape in shapes_for("sex", "firm-size")}
    for sexes, sizes in people:
        keys: dict[Any, Any] = {
            (): {()},
            ("sex",): {(sex,) for sex in sexes},
            ("firm-size",): {(size,) for size in sizes},
            ("sex", "firm-size"): {(sex, size) for sex in sexes for size in sizes},
        }
        for shape, own in keys.items():
            for key in own:
                count[shape][key] = count[shape].get(key, Decimal(0)) + 1
    table = crossed(count, "sex", "firm-size")
    assert table.whole == len(people)
    assert table.excess == sum(len(sexes) - 1 for sexes, _sizes in people)
    assert sum(line.total for line in table.lines) - table.excess == table.whole
    assert all(added(line.cells) >= line.total for line in table.lines)


@given(st.integers(0, 120))
def test_many_values_are_put_together_and_still_make_the_whole(count):
    numbers: Any = {(f"group {n}",): Decimal(n + 1) for n in range(count)}
    whole = sum(numbers.values(), Decimal(0))
    table = crossed({(): {(): whole}, ("product-group",): numbers}, "product-group")
    assert len(table.lines) <= MOST_LINES
    assert sum(line.total for line in table.lines) == whole


@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=4))
def test_what_is_covered_cannot_be_worked_out_from_one_line_or_column(cells):
    rows = [[Decimal(sum(row)), *map(Decimal, row)] for row in cells]
    grid = [[sum(column) for column in zip(*rows, strict=True)], *rows]
    hidden = covers_of_table(grid)
    for numbers, own in [
        *zip(grid, hidden, strict=True),
        *zip(zip(*grid, strict=True), zip(*hidden, strict=True), strict=True),
    ]:
        assert all(cover is not Cover.NONE for n, cover in zip(numbers, own, strict=True) if 0 < n < 3)
        covered = [n for n, cover in zip(numbers, own, strict=True) if cover is not Cover.NONE]
        assert len(covered) != 1
        if own[0] is Cover.NONE and covered:
            assert sum(covered) >= 3


def test_a_division_that_was_not_kept_is_none():
    kept = kept_numbers([Part({"sex": "f"}, Decimal(2))], Decimal(2), shapes_for("sex", "firm-size"))
    assert kept["sex",] == {("f",): 2}
    assert kept["sex", "firm-size"] == {}


# Counted from records ---------------------------------------------------------------------------------------


@pytest.fixture
def course(world):
    """Two women and a man by name of a small firm, five without names of the same, four of no firm that is known."""
    tables(world)
    Firm.objects.update_or_create(organisation=world.tannery, defaults={"size": "small"})
    made = event(world, "Course", "Feb 2010")
    came(world, made, person(world, "Devi", "f"), person(world, "Latha", "f"), person(world, "Kumar", "m"))
    head_count(world, made, 0, female=3, male=2)
    head_count(world, made, 4, organisation=None, come_from="firm")
    return made


def trained(world):
    return {row.code: row for row in world.programme.indicators.all()}["T9.8"]


def told(world, by, across="", user=None, cluster=None, period=None):
    return divide(
        user or world.manager, trained(world), by, across, cluster=cluster, period=period, today=TODAY
    )


def test_persons_are_divided_by_sex_and_size_with_headcounts_by_their_columns(world, course):
    found = told(world, "sex", "firm-size")
    assert parts_told(found) == {
        (): 12,
        (("sex", "f"),): 5,
        (("sex", "m"),): 3,
        (("sex", "u"),): 4,
        (("firm-size", "small"),): 8,
        (("firm-size", "not-stated"),): 4,
        (("firm-size", "small"), ("sex", "f")): 5,
        (("firm-size", "small"), ("sex", "m")): 3,
        (("firm-size", "small"), ("sex", "u")): 0,
        (("firm-size", "not-stated"), ("sex", "f")): 0,
        (("firm-size", "not-stated"), ("sex", "m")): 0,
        (("firm-size", "not-stated"), ("sex", "u")): 4,
    }


def test_a_person_who_came_twice_counts_once_in_a_part(world, course):
    devi = course.participations.get(person__name="Devi").person
    came(world, event(world, "Second course", "Mar 2010"), devi)
    assert parts_told(told(world, "sex"))[("sex", "f"),] == 5


def test_a_firm_of_two_product_groups_counts_in_each(world, course):
    groups = [ProductGroup.objects.create(cluster=world.leather, name=name) for name in ("Goat", "Bovine")]
    world.tannery.firm.product_groups.set(groups)
    found = told(world, "product-group", "sex")
    said = parts_told(found)
    assert said[("product-group", "Goat"),] == said[("product-group", "Bovine"),] == 8
    assert said[("product-group", "not-stated"),] == 4
    assert (found.table.whole, found.table.excess) == (12, 8)


def test_a_joint_event_counts_in_each_cluster_and_in_one_cluster_the_others_are_no_dimension(world, course):
    joint = event(world, "Joint", "Mar 2010", clusters=[world.leather, world.footwear])
    head_count(world, joint, 7)
    said = parts_told(told(world, "cluster", "sex"))
    assert said[("cluster", "leather"),] == 19
    assert said[("cluster", "footwear"),] == 7
    assert said[()] == 19
    assert parts_told(told(world, "sex", cluster=world.footwear))[()] == 7


def test_a_closed_period_shows_the_division_that_was_closed(world, course, quarter):
    closed(world, quarter, world.leather)
    closed(world, quarter)
    before = parts_told(told(world, "sex", "firm-size", period=quarter))
    head_count(world, course, 0, male=9)
    for cluster in (None, world.leather):
        found = told(world, "sex", "firm-size", period=quarter, cluster=cluster)
        assert found.is_frozen
        assert parts_told(found) == before
    assert parts_told(told(world, "sex"))[("sex", "m"),] == 12
    assert parts_told(told(world, "cluster", "sex", period=quarter))[("cluster", "leather"),] == 12


def test_a_figure_closed_before_divisions_were_kept_has_none(world, course, quarter):
    closed(world, quarter, world.leather)
    FrozenFigure.objects.update(parts=None)
    assert told(world, "sex", period=quarter, cluster=world.leather).table is None


def test_a_typed_value_is_divided_by_its_parts(world, quarter, sign_in):
    result = tables(world)["T9.1"].result
    jobs = services.add_indicator(
        actor=world.manager, result=result, code="EMP", name="Employed", dimensions=["sex", "age"]
    )
    services.record_measurement(
        actor=world.cda,
        indicator=jobs,
        period=quarter,
        cluster=world.leather,
        value=Decimal(10),
        source="Survey",
        parts=[{"dims": {"sex": "f"}, "value": "4"}, {"dims": {"sex": "m"}, "value": "6"}],
    )
    found = divide(world.manager, jobs, "sex", "age", cluster=None, period=quarter, today=TODAY)
    assert parts_told(found) == {
        (): 10,
        (("sex", "f"),): 4,
        (("sex", "m"),): 6,
        (("age", "not-stated"),): 10,
        (("age", "not-stated"), ("sex", "f")): None,
        (("age", "not-stated"), ("sex", "m")): None,
    }
    asked, why = address(world, "divided").replace("T9.8", "EMP"), "none by sex and age together"
    client, period = sign_in(world.manager), f"&period={quarter.pk}"
    assert why in client.get(f"{asked}?by=sex&across=age{period}").content.decode()
    assert "together" not in client.get(f"{asked}?by=sex{period}").content.decode()


def test_a_typed_value_of_a_closed_period_is_divided_as_it_was_closed(world, quarter):
    result = tables(world)["T9.1"].result
    jobs = services.add_indicator(
        actor=world.manager, result=result, code="EMP", name="Employed", dimensions=["sex"]
    )
    place = {"indicator": jobs, "period": quarter, "cluster": world.leather}
    made = services.record_measurement(
        actor=world.cda,
        value=10,
        source="Survey",
        parts=[{"dims": {"sex": "f"}, "value": "4"}, {"dims": {"sex": "m"}, "value": "6"}],
        **place,
    )
    closing = closed(world, quarter, world.leather)
    until = TODAY + dt.timedelta(days=100_000)
    services.grant_exception(actor=world.manager, closing=closing, until=until, reason="A late count.")
    parts = [{"dims": {"sex": "f"}, "value": "5"}, {"dims": {"sex": "m"}, "value": "5"}]
    services.update_measurement(actor=world.cda, measurement=made, version=None, parts=parts)
    found = divide(world.manager, jobs, "sex", "", cluster=world.leather, period=quarter, today=TODAY)
    assert parts_told(found) == {(): 10, (("sex", "f"),): 4, (("sex", "m"),): 6}


# Pages ------------------------------------------------------------------------------------------------------


def address(world, tail):
    return f"/p/{world.programme.slug}/results/indicators/T9.8/{tail}"


def test_each_part_opens_to_its_records(world, course, sign_in):
    event(world, "Course of nobody", "Mar 2010")
    client = sign_in(world.manager)
    page = client.get(address(world, "divided?by=sex&across=firm-size"))
    cell = page.context["grid"].lines[1].cells[1]
    assert cell.number == 3
    records = client.get(cell.address)
    assert records.context["asked"].figure.value.number == 3
    assert [line.title for line in records.context["evidence"].lines] == ["Course"]
    last = page.context["grid"].lines[2].cells[2]
    assert client.get(last.address).context["asked"].figure.value.number == 4


@pytest.mark.parametrize("by", ["sex", "firm-size", "product-group", "cluster"])
def test_every_part_that_is_shown_stands_on_as_many_as_it_says(world, course, sign_in, by):
    world.tannery.firm.product_groups.add(ProductGroup.objects.create(cluster=world.leather, name="Goat"))
    client = sign_in(world.manager)
    for line in client.get(address(world, f"divided?by={by}")).context["grid"].lines:
        if line.cells[0].address:
            found = client.get(line.cells[0].address).context
            assert found["asked"].figure.value.number == line.cells[0].number
            assert sum(one.counts for one in found["evidence"].lines) == line.cells[0].number


def test_a_donor_is_not_told_parts_of_one_or_two(world, course, sign_in):
    head_count(world, course, 2, organisation=world.clri, come_from="")
    few = event(world, "Few", "Mar 2010")
    kumari = bodies.create_organisation(
        actor=world.manager,
        programme=world.programme,
        cluster=world.leather,
        role="principal",
        name="Kumari",
        kind="principal-firm",
    )
    Firm.objects.update_or_create(organisation=kumari, defaults={"size": "large"})
    head_count(world, few, 0, organisation=kumari, male=1)
    page = sign_in(world.donor).get(address(world, "divided?by=firm-size&across=sex"))
    assert "not shown" in page.content.decode()
    hidden = {line.label for line in page.context["grid"].lines if line.cells[0].is_covered}
    assert hidden == {"large", "not stated"}
    assert sign_in(world.donor).get(address(world, "evidence?firm-size=large")).status_code == 404
    assert "not shown" not in sign_in(world.manager).get(address(world, "divided")).content.decode()


def test_a_donor_reads_the_records_of_a_larger_part_without_their_numbers(world, course, sign_in):
    page = sign_in(world.donor).get(address(world, "evidence?sex=f")).content.decode()
    assert "Course" in page
    assert "3 counted without" not in page


@pytest.mark.parametrize("query", ["sex=x", "firm-size=huge", "sex=%00", "product-group=" + "x" * 130])
def test_a_part_that_there_is_not_is_not_there(world, course, sign_in, query):
    assert sign_in(world.manager).get(address(world, f"evidence?{query}")).status_code == 404


def test_what_cannot_be_asked_is_said_beside_it(world, course, sign_in):
    client = sign_in(world.manager)
    page = client.get(address(world, "divided?by=sex&across=sex"))
    assert "Choose something else than the first" in page.content.decode()
    page = client.get(address(world, "divided?by=cluster&cluster=leather"))
    assert "in the whole programme only" in page.content.decode()
    none = f"/p/{world.programme.slug}/results/indicators/T9.1/divided"
    assert client.get(none).status_code == 404


@pytest.mark.parametrize("query", ["by=sex&across=firm-size", "by=product-group&across=cluster"])
def test_a_division_costs_as_much_however_many_parts_it_has(
    world, course, sign_in, query, django_assert_max_num_queries
):
    for number in range(10):
        group = ProductGroup.objects.create(cluster=world.leather, name=f"Group {number}")
        world.tannery.firm.product_groups.add(group)
        came(world, event(world, f"Course {number}", "Mar 2010"), person(world, f"Person {number}", "m"))
    client = sign_in(world.manager)
    client.get(address(world, f"divided?{query}"))
    with django_assert_max_num_queries(15):
        client.get(address(world, f"divided?{query}"))


def test_a_period_is_asked_for_by_its_days(world, course, sign_in, quarter):
    services.add_period(
        actor=world.manager,
        programme=world.programme,
        title="2010 Q2",
        first=dt.date(2010, 4, 1),
        last=dt.date(2010, 6, 30),
        due_on=dt.date(2010, 7, 15),
    )
    client = sign_in(world.manager)
    page = client.get(address(world, f"divided?by=sex&period={quarter.pk}"))
    assert page.context["table"].whole == 12
    assert f"period={quarter.pk}" in page.context["grid"].lines[0].cells[0].address
