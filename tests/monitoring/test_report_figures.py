"""What reports say of figures, in a small programme: targets, persons over time, money, and what is kept silent."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from clusters import services as bodies
from monitoring import services
from monitoring.models import Indicator
from monitoring.queries.figures import rule_of
from monitoring.queries.sources import SOURCES, Asked
from monitoring.queries.sources.participants import Persons
from monitoring.reports import RESULTS
from monitoring.reports.results.document import document_of
from monitoring.rules.values import Span
from tests.conftest import World
from tests.monitoring.evaluating import consent, story
from tests.monitoring.results import build_tables, came, event, figure, head_count, person, tables
from tests.monitoring.test_portfolio import aimed, late_year
from twinning.core.documents import Table
from twinning.core.reports import Imprint, ReportRequest

pytestmark = pytest.mark.contents(build=build_tables)

AS_OF = dt.date(2011, 7, 31)


def imprint() -> Imprint:
    return Imprint("Maria Rossi", dt.datetime(2026, 11, 25, tzinfo=dt.UTC), "en", "0" * 64)


def taken(world: World) -> dict[str, Any]:
    return RESULTS.take(ReportRequest(world.programme, (), True, AS_OF, None))


def rows_of(data: dict[str, Any], name: str) -> tuple[tuple[Any, ...], ...]:
    (found,) = [table for table in document_of(data, imprint(), inked=True).tables() if table.name == name]
    return found.rows


def test_targets_are_drawn_beside_what_is_reached(world: World) -> None:
    aimed(world)
    event(world, "Fair", "Feb 2010", "fair")
    data = taken(world)
    (picture,) = re.findall(r'<svg[^>]*class="targets".*?</svg>', RESULTS.html(data, imprint()), re.DOTALL)
    assert "T9.6 Participation in fairs/exhibitions: 1 of 4" in picture
    assert picture.count('class="reached"') == 1
    (row,) = [row for row in rows_of(data, "Outputs of the twinning (Table 9)") if "T9.6" in row[0]]
    assert row[-2:] == ("4", "25\u00a0%")


def test_a_baseline_stands_in_a_column_of_its_own_with_its_year(world: World) -> None:
    indicator = tables(world)["T9.6"]
    services.update_indicator(
        actor=world.manager, indicator=indicator, version=None, baseline=3, baseline_year=2005
    )
    rows = rows_of(taken(world), "Outputs of the twinning (Table 9)")
    assert {row[0][:4]: row[1] for row in rows}["T9.6"] == "3 (2005)"
    assert {row[0][:4]: row[1] for row in rows}["T9.1"] is None


def test_a_target_of_a_period_stands_beside_the_figures_of_that_period(world: World) -> None:
    aimed(world)
    late_year(world)
    event(world, "Fair", "Feb 2009", "fair")
    days = {"first": dt.date(2009, 1, 1), "last": dt.date(2009, 12, 31)}
    indicator = Indicator.objects.get(programme=world.programme, code="T9.6")
    services.set_target(actor=world.manager, indicator=indicator, value=2, **days)
    data = taken(world)
    (to_date,) = [row for row in rows_of(data, "Outputs of the twinning (Table 9)") if "T9.6" in row[0]]
    (in_2009,) = [row for row in rows_of(data, "2009: Outputs of the twinning (Table 9)") if "T9.6" in row[0]]
    assert (to_date[-2:], in_2009[-2:]) == (("4", "25\u00a0%"), ("2", "50\u00a0%"))


def blocks_of(data: dict[str, Any], anchor: str) -> list[Any]:
    document = document_of(data, imprint(), inked=True)
    (section,) = [section for section in document.sections if section.anchor == anchor]
    return list(section.blocks)


def test_what_was_zero_everywhere_in_a_period_is_said_in_one_line(world: World) -> None:
    result = tables(world)["T9.1"].result
    late_year(world)
    event(world, "Fair", "Feb 2009", "fair")
    services.add_indicator(actor=world.manager, result=result, code="MOOD", name="Mood", measure="percent")
    *_before, table, note = blocks_of(taken(world), "periods")
    assert [row[0][:4] for row in table.rows] == ["T9.6"]
    assert note.text.startswith("Nothing was counted of: T9.1, T9.2, ")
    assert "T9.6" not in note.text
    assert "MOOD" not in note.text


def test_a_period_in_which_nothing_was_counted_has_no_table(world: World) -> None:
    tables(world)
    late_year(world)
    *_before, note = blocks_of(taken(world), "periods")
    assert note.text == "Nothing was counted: each figure of this period is 0."
    assert not [block for block in _before if isinstance(block, Table)]


def test_zero_of_what_was_aimed_at_stands_in_its_table(world: World) -> None:
    indicator = tables(world)["T9.6"]
    period = late_year(world)
    services.set_target(
        actor=world.manager, indicator=indicator, value=2, first=period.first, last=period.last
    )
    rows = rows_of(taken(world), "2009: Outputs of the twinning (Table 9)")
    assert [(row[0][:4], row[-2:]) for row in rows] == [("T9.6", ("2", "0\u00a0%"))]


def test_zero_not_reported_and_not_applicable_are_three_words(world: World) -> None:
    indicator, period = tables(world)["T9.1"], late_year(world)
    made: dict[str, Any] = {"actor": world.manager, "result": indicator.result, "measure": "number"}
    silent = services.add_indicator(**made, code="S", name="Silent")
    none = services.add_indicator(**made, code="N", name="None")
    services.set_target(actor=world.manager, indicator=silent, value=2, first=period.first, last=AS_OF)
    services.record_measurement(
        actor=world.manager, indicator=none, period=period, applies=False, note="No firms.", source="Visit"
    )
    rows = {row[0][:2].strip(): row for row in rows_of(taken(world), indicator.result.title)}
    assert rows["S"][1] == "not reported"
    assert rows["N"][1] == "does not apply"
    assert rows["N"][-2:] == ("—", "—")
    assert rows["T9"][1] == 0


# Persons over time --------------------------------------------------------------------------------------------


def upto(world: World, indicator: Indicator, *days: dt.date) -> dict[int | None, list[int]]:
    rule, source = rule_of(indicator), SOURCES["persons"]
    assert rule is not None
    assert isinstance(source, Persons)
    clusters = (world.leather.pk, world.footwear.pk)
    return source.by_days(rule, days, Asked(world.programme, clusters, Span(None, AS_OF), AS_OF))


def test_a_person_is_added_once_and_a_headcount_each_time(world: World) -> None:
    trained = tables(world)["T9.8"]
    anna, ravi = person(world, "Anna", "f"), person(world, "Ravi", "m")
    first = event(world, "First", "March 2009", "training")
    second = event(world, "Second", "March 2010", "training", clusters=[world.leather, world.footwear])
    came(world, first, anna)
    came(world, second, anna, ravi)
    head_count(world, first, 5)
    head_count(world, second, 3)
    days = (dt.date(2008, 12, 31), dt.date(2009, 12, 31), dt.date(2010, 12, 31))
    found = upto(world, trained, *days)
    assert found[None] == found[world.leather.pk] == [0, 6, 10]
    assert found[world.footwear.pk] == [0, 0, 5]
    assert found[None][-1] == figure(world, trained).value.number


def test_persons_over_time_cost_four_queries_however_many_days(
    world: World, django_assert_num_queries: Any
) -> None:
    trained = tables(world)["T9.8"]
    came(world, event(world, "First", "March 2009", "training"), person(world, "Anna", "f"))
    for count in (1, 12):
        with django_assert_num_queries(4):
            upto(world, trained, *(dt.date(2000 + year, 12, 31) for year in range(count)))


def test_without_a_period_that_is_over_there_is_no_line(world: World) -> None:
    tables(world)
    assert taken(world)["trained"] is None


# Stories ------------------------------------------------------------------------------------------------------


def test_names_are_told_where_the_consent_covers_them_and_nothing_once_it_is_withdrawn(world: World) -> None:
    told = consent(world, story(world, source="Visit to Pakkar"))
    assert taken(world)["stories"] == []  # consented, not published
    told = services.publish_story(actor=world.manager, story=told, version=None)
    (one,) = taken(world)["stories"]
    assert "Anbu Selvan" in one["speaker"]
    services.withdraw_consent(actor=world.cda, story=told)
    assert taken(world)["stories"] == []


@pytest.mark.parametrize("name", ["Anbu", "Pakkar"])
def test_without_leave_neither_person_nor_firm_is_in_the_snapshot(world: World, name: str) -> None:
    told = consent(world, story(world, source="Visit to Pakkar"), names_allowed=False)
    services.publish_story(actor=world.manager, story=told, version=None)
    data = taken(world)
    assert name not in str(data["stories"])
    assert "somebody from Chennai leather, not named" in RESULTS.html(data, imprint())


# Practices ----------------------------------------------------------------------------------------------------


def test_a_practice_whose_title_names_its_firm_is_told_by_its_kind(world: World) -> None:
    tables(world)
    for title, quantity in (
        ("Pakkar Tannery doses by drum", 1),
        ("Drums are dosed", 2),
        ("Drums are dosed", 3),
    ):
        made = services.record_outcome(
            actor=world.cda,
            programme=world.programme,
            cluster=world.leather,
            kind="practice-adopted",
            title=title,
            happened="2010",
            quantity=quantity,
            source="Visit",
            parties=[(world.tannery, "gains")],
        )
        services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen.")
    data = taken(world)
    assert "Pakkar" not in str(data)
    assert rows_of(data, "Practices") == (
        ("Drums are dosed", "Chennai leather", 5),
        ("technological best practice adopted", "Chennai leather", 1),
        ("Adoptions together", "", 6),
    )


def test_neither_the_named_nor_the_firms_of_one_or_two_are_told_of_who_took_part(world: World) -> None:
    course = event(world, "Course", "Feb 2010", "training")
    came(world, course, person(world, "Anbu"), person(world, "Devi"))
    head_count(world, course, 10)
    data = taken(world)
    assert "one or two persons or firms" in blocks_of(data, "participation")[1].text
    (whole, *_others) = rows_of(data, "Participation")
    assert whole[1] == 12
    assert whole[-2:] == ("not shown", "fewer than 3")


def test_a_number_of_firms_gives_no_smaller_one_away(world: World) -> None:
    course = event(world, "Course", "Feb 2010", "training")
    other = event(world, "Other course", "Mar 2010", "training", clusters=[world.footwear])
    for at, (activity, cluster) in enumerate([(course, world.leather)] * 3 + [(other, world.footwear)]):
        firm = bodies.create_organisation(
            actor=world.manager,
            programme=world.programme,
            cluster=cluster,
            role="principal",
            name=f"Firm {at}",
            kind="principal-firm",
        )
        head_count(world, activity, 10, organisation=firm)
    firms = {row[0]: row[-1] for row in rows_of(taken(world), "Participation")}
    assert firms["Programme"] == 4
    assert firms["Chennai footwear"] == "fewer than 3"
    assert firms["Chennai leather"] == "not shown"
