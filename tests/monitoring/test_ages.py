"""Persons by age: reached in the year of the event, stated only where a year of birth is kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from clusters import services as bodies
from monitoring import services
from monitoring.models import ClosingTouch
from monitoring.reports.results.people import divisions
from tests.monitoring.results import came, event, figure, head_count, person, tables
from tests.monitoring.test_closings import closed, quarter
from tests.monitoring.test_divisions import address, told, trained

__all__ = ["quarter"]


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


def test_the_report_tells_ages_where_some_are_known():
    parts = {"age": {"under-25": [1], "25-34": [1]}}
    rows = [{"codes": ["T9.8"], "name": "Trained", "whole": [8], "parts": parts}]
    (table,) = divisions(rows, ["Programme"])
    assert table.rows == (("Programme", 8, 1, 1, 6),)
    assert [column.label for column in table.columns][2:] == ["under 25", "25 to 34", "age not stated"]
