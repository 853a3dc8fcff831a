"""Persons by age: reached in the year of the event, stated only where a year of birth is kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from activities import services as log
from clusters import services as bodies
from monitoring import services
from monitoring.models import ClosingTouch
from monitoring.queries.divided import covers_by_place
from monitoring.queries.figures import rule_of
from monitoring.queries.pages import breakdown
from monitoring.queries.sources import SOURCES, Asked
from monitoring.reports import RESULTS
from monitoring.reports.results.people import divisions
from tests.monitoring.results import (
    EVER,
    TODAY,
    build_tables,
    came,
    event,
    figure,
    head_count,
    person,
    tables,
)
from tests.monitoring.test_closings import closed, quarter
from tests.monitoring.test_divisions import address, told, trained
from twinning.core.documents import Paragraphs, Table
from twinning.core.reports import ReportRequest

__all__ = ["quarter"]
pytestmark = pytest.mark.contents(build=build_tables)


def born(world, name, year, **values):
    who = person(world, name, **values)
    return bodies.update_person(actor=world.manager, person=who, version=None, born=year)


@pytest.fixture
def course(world):
    """In February 2010: one of 24, of 25, of 54, of 55, one whose year is not known, and three without names."""
    tables(world)
    held = event(world, "Course", "Feb 2010")
    years = {"Anbu": 1986, "Bina": 1985, "Carla": 1956, "Dev": 1955}
    people = {name: born(world, name, year, sex="f") for name, year in years.items()}
    people["Ezhil"] = person(world, "Ezhil")
    came(world, held, *people.values())
    head_count(world, held, 3)
    return people


def by_age(world, **more):
    found = told(world, "age", **more)
    return {dims["age"]: number for dims, number, _cover in found.parts if "age" in dims and len(dims) == 1}


def test_an_age_is_reached_in_the_year_of_the_event(world, course):
    assert by_age(world) == {"under-25": 1, "25-34": 1, "35-54": 1, "55-over": 1, "not-stated": 4}


def test_who_came_at_two_ages_is_in_both_parts_and_once_in_the_whole(world, course):
    came(world, event(world, "Another", "Mar 2011"), course["Anbu"])
    ages = by_age(world)
    assert (ages["under-25"], ages["25-34"]) == (1, 2)
    found = told(world, "age")
    assert found.table.whole == 8
    assert found.table.excess == 1


def test_ages_across_sexes(world, course):
    cells = {
        (dims.get("age"), dims.get("sex")): number for dims, number, _cover in told(world, "age", "sex").parts
    }
    assert cells["under-25", "f"] == 1
    assert cells["not-stated", "u"] == 4


def test_an_indicator_of_the_young_counts_them(world, course, sign_in):
    result = trained(world).result
    rule = {"count": "persons", "where": {"age": ["under-25", "25-34"]}}
    young = services.add_indicator(
        actor=world.manager, result=result, code="YOUNG", name="Trained below 35", rule=rule
    )
    assert figure(world, young).value.number == 2
    unknown = services.add_indicator(
        actor=world.manager,
        result=result,
        code="AGELESS",
        name="Trained, age not stated",
        rule={"count": "persons", "where": {"age": ["not-stated"]}},
    )
    assert figure(world, unknown).value.number == 4
    page = sign_in(world.manager).get(address(world, "evidence").replace("T9.8", "YOUNG")).content.decode()
    assert "Course" in page


def test_each_age_opens_to_its_records(world, course, sign_in):
    page = sign_in(world.manager).get(address(world, "evidence?age=55-over"))
    assert page.status_code == 200
    assert "55 and over" in page.content.decode()


@pytest.mark.parametrize("age", ["35-54", "not-stated"])
def test_the_records_of_an_age_say_how_many_were_counted_without_one(world, course, sign_in, age):
    client = sign_in(world.manager)
    page = client.get(address(world, f"evidence?age={age}"))
    assert "3 persons were counted without names and have no age" in page.content.decode()
    assert page.context["without_age"] == 3
    assert client.get(address(world, f"evidence?age={age}&sex=f")).context["without_age"] == 0
    assert client.get(address(world, "evidence?sex=u")).context["without_age"] is None


def test_beside_a_figure_to_date_closed_periods_are_not_asked_again_for_headcounts(
    world, course, quarter, sign_in
):
    """The part of a figure is told by the records as they are now, those of closed periods too."""
    rule = {"count": "persons", "where": {"age": ["not-stated"]}}
    services.add_indicator(
        actor=world.manager, result=trained(world).result, code="AGELESS", name="Age not stated", rule=rule
    )
    client = sign_in(world.manager)

    def told(query: str = "", code: str = "AGELESS") -> int | None:
        at = address(world, f"evidence{query}").replace("T9.8", code)
        found: int | None = client.get(at).context["without_age"]
        return found

    assert told() == 3
    closed(world, quarter)
    assert told() == 0
    assert told(f"?period={quarter.pk}") is None
    head_count(world, event(world, "Later", "May 2010"), 2)
    assert told() == 2
    assert told("?age=not-stated", "T9.8") == 5


def test_who_reads_no_firms_learns_it_without_the_number(world, course, sign_in):
    page = sign_in(world.donor).get(address(world, "evidence?age=not-stated")).content.decode()
    assert "Persons who were counted without names have no age" in page
    assert "3 persons" not in page


def test_of_one_person_a_donor_is_not_told_even_what_the_parts_are(world, course, sign_in):
    rule = {"count": "persons", "where": {"age": ["under-25"]}}
    services.add_indicator(
        actor=world.manager, result=trained(world).result, code="YOUNG", name="Young", rule=rule
    )
    at = address(world, "divided?by=age&across=sex").replace("T9.8", "YOUNG")
    assert "under 25" in sign_in(world.manager).get(at).content.decode()
    donor = sign_in(world.donor)
    page = donor.get(at)
    assert page.status_code == 200
    assert "under 25" not in page.content.decode()
    page = donor.get(address(world, "").replace("T9.8/", "YOUNG")).context["parts"]
    assert {number for parts in page.values() for _label, number in parts} == {None}


def test_a_year_of_birth_put_right_is_noted_on_what_was_closed(world, course, quarter):
    closing = closed(world, quarter)
    anbu = course["Anbu"]
    bodies.update_person(actor=world.manager, person=anbu, version=None, phone="1")
    assert not ClosingTouch.objects.exists()
    bodies.update_person(actor=world.manager, person=anbu, version=None, born=1960)
    assert [touch.closing for touch in ClosingTouch.objects.all()] == [closing]


def test_a_year_that_nobody_was_born_in_is_refused(world):
    with pytest.raises(ValidationError):
        born(world, "Old", 1850)


def printed(row, *scopes):
    """The table of a count, and what is said below it."""
    blocks = list(divisions([row], scopes))
    (table,) = [one for one in blocks if isinstance(one, Table)]
    return table, " ".join(one.text for one in blocks if isinstance(one, Paragraphs))


def aged_counts(world, *values):
    """The counts of persons trained, by the rule that asks for one age."""
    rules = {place: trained_rule(world).narrowed({"age": value}) for place, value in enumerate(values)}
    asked = Asked(world.programme, (), EVER, TODAY)
    counts = SOURCES["persons"].counts(rules, asked)
    return [counts[place, None].number if (place, None) in counts else 0 for place in rules]


def trained_rule(world):
    return rule_of(trained(world))


def test_who_was_born_after_the_event_is_of_no_age(world, course):
    came(world, event(world, "Another", "Mar 2010"), born(world, "Fathima", 2011))
    ages = by_age(world)
    assert (ages["under-25"], ages["not-stated"]) == (1, 5)
    assert aged_counts(world, "under-25", "not-stated") == [1, 5]


def test_an_event_without_an_end_tells_no_age(world, course):
    undated = event(world, "Some time", "")
    log.set_status(actor=world.manager, activity=undated, status="done", version=None)
    came(world, undated, born(world, "Gita", 1980))
    ages = by_age(world)
    assert ages["not-stated"] == 5
    assert aged_counts(world, "25-34", "not-stated") == [ages["25-34"], 5]


def test_a_year_to_come_is_refused_beside_the_field(world, sign_in):
    year = timezone.localdate().year
    assert born(world, "New", year).born == year
    with pytest.raises(ValidationError) as refused:
        born(world, "Later", year + 1)
    assert list(refused.value.message_dict) == ["born"]
    client = sign_in(world.manager)
    page = client.post(
        f"/p/{world.programme.slug}/people/new", {"name": "Later", "sex": "u", "born": year + 1}
    )
    assert page.status_code == 422
    assert page.context["form"].errors["born"] == ["This year has not come yet."]
    sent = {"programme": world.programme.slug, "name": "Later", "born": year + 1}
    answer = client.post("/api/v1/people/", sent, content_type="application/json")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/born"]


def test_a_report_does_not_tell_parts_of_one_or_two(world, course):
    came(world, event(world, "Another", "Mar 2011"), course["Anbu"])
    snapshot = RESULTS.take(ReportRequest(world.programme, (), True, TODAY, None))
    row = next(row for row in snapshot["divided"] if "T9.8" in row["codes"])
    ages = {value: own[0] for value, own in row["parts"]["age"].items()}
    few = dict.fromkeys(("under-25", "25-34", "35-54", "55-over"), "withheld")
    assert ages == few | {"not-stated": 4}
    table, note = printed(row, "Programme", *snapshot["scopes"][1:])
    assert table.rows[0][:2] == ("Programme", 8)
    assert "not shown" in table.rows[0]
    assert "Parts of one or two persons are not shown" in note


def test_a_part_that_gives_a_small_one_away_is_not_told():
    told = covers_by_place({("", None): 12, ("f", None): 6, ("m", None): 5, ("u", None): 1})
    assert told == {("", None): "none", ("f", None): "none", ("m", None): "withheld", ("u", None): "withheld"}


def test_a_donor_cannot_work_out_a_small_part_on_the_page_of_an_indicator(world, course):
    head_count(world, event(world, "More", "Mar 2010"), 0, female=5)
    told_to = {
        user: dict(breakdown(user, trained(world), None, EVER, TODAY)["age"])
        for user in (world.manager, world.donor)
    }
    assert told_to[world.manager]["not stated"] == 9
    assert told_to[world.donor]["under 25"] is None
    assert told_to[world.donor]["not stated"] == 9


def test_the_page_says_that_a_person_is_in_each_age(world, course, sign_in):
    came(world, event(world, "Another", "Mar 2011"), course["Anbu"])
    page = sign_in(world.manager).get(address(world, "divided?by=age")).content.decode()
    assert "each age at which they came" in page
    assert "no year of birth is kept" not in page


def test_the_report_counts_whose_age_is_not_stated():
    parts = {"age": {"under-25": [1], "25-34": [2], "not-stated": [6]}}
    row = {"codes": ["T9.8"], "name": "Trained", "whole": [8], "parts": parts}
    table, note = printed(row, "Programme")
    assert table.rows == (("Programme", 8, 1, 2, 6),)
    assert "may be more than the whole" in note


def test_a_snapshot_of_before_prints_no_number_below_zero():
    parts = {"age": {"under-25": [1, 5], "25-34": [1, 4]}}
    row = {"codes": ["T9.8"], "name": "Trained", "whole": [8, 8], "parts": parts}
    table, note = printed(row, "Programme", "Leather")
    assert not note
    assert table.rows == (("Programme", 8, 1, 1, 6), ("Leather", 8, 5, 4, None))
    assert [column.label for column in table.columns][2:] == ["under 25", "25 to 34", "age not stated"]
