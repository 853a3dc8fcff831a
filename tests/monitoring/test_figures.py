"""Figures that are counted from records, and the records behind them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from activities import services as log
from clusters import services as bodies
from monitoring import services
from monitoring.rules.values import Span, State
from tests.monitoring.results import (
    build_tables,
    came,
    event,
    evidence,
    figure,
    head_count,
    left_out,
    number,
    person,
    tables,
)
from twinning.core.access import DomainError

pytestmark = pytest.mark.contents(build=build_tables)

Q1_2010 = Span(dt.date(2010, 1, 1), dt.date(2010, 3, 31))


def test_a_joint_fair_counts_in_each_cluster_and_once_in_the_programme(world):
    fairs = tables(world)["T9.6"]
    event(
        world,
        "Joint stand at the fair",
        "30 Jan - 3 Feb 2010",
        "fair",
        clusters=[world.leather, world.footwear],
    )
    event(world, "Ambur Open", "Jul 2010", "fair")
    assert number(world, fairs, world.leather) == 2
    assert number(world, fairs, world.footwear) == 1
    assert number(world, fairs) == 2
    assert [line.counts for line in evidence(world, fairs)] == [1, 1]


def test_a_person_counts_once_however_often_they_came(world):
    trained = tables(world)["T9.8"]
    kumar, devi = person(world, "Kumar", "m"), person(world, "Devi", "f")
    first, second = event(world, "Wet end", "Dec 2009"), event(world, "Finishing", "Jun 2010", "on-site")
    came(world, first, kumar)
    came(world, second, kumar, devi)
    head_count(world, second, 5)
    assert number(world, trained) == 7
    lines = evidence(world, trained)
    assert [(line.title, line.counts) for line in lines] == [("Wet end", 1), ("Finishing", 6)]
    assert "5 counted without names" in lines[1].note
    assert "1 more is counted at an earlier event" in lines[1].note
    assert sum(line.counts for line in lines) == number(world, trained)


def test_within_a_period_a_person_counts_though_they_came_before(world):
    trained = tables(world)["T9.8"]
    kumar = person(world, "Kumar")
    came(world, event(world, "Wet end", "Dec 2009"), kumar)
    came(world, event(world, "Finishing", "Feb 2010"), kumar)
    assert number(world, trained, span=Q1_2010) == 1
    assert [line.counts for line in evidence(world, trained, span=Q1_2010)] == [1]


def test_people_of_institutes_and_trainers_are_not_persons_from_firms(world):
    trained = tables(world)["T9.8"]
    course = event(world, "Course", "Jun 2009")
    head_count(world, course, 21)
    head_count(world, course, 2, organisation=world.clri)
    log.add_participation(actor=world.manager, activity=course, person=person(world, "Vago"), role="trainer")
    assert number(world, trained, world.leather) == 21


def test_what_is_left_out_says_why(world):
    fairs = tables(world)["T9.6"]
    event(world, "Fair of 2009", "Feb 2009", "fair")
    event(world, "Fair of 2010", "Feb 2010", "fair")
    event(world, "Fair of 2011", "Feb 2011", "fair")
    event(world, "A fair that was called off", "Feb 2010", "fair", status_set="cancelled")
    event(world, "A fair of some time", "", "fair")
    event(world, "Fairs go on", "ongoing since 2009", "fair")
    assert number(world, fairs, span=Q1_2010) == 1
    assert left_out(world, fairs, span=Q1_2010) == {
        "cancelled": ["A fair that was called off"],
        "after the last day": ["Fair of 2011"],
        "before the first day": ["Fair of 2009"],
        "no date stated": ["A fair of some time"],
        "not done: planned, ongoing, due or called tentative": ["Fairs go on"],
    }


def test_two_records_made_one_are_counted_once_and_the_other_is_named(world):
    fairs = tables(world)["T9.6"]
    one = event(world, "Joint stand", "30 Jan - 3 Feb 2010", "fair")
    other = event(world, "Stand at the fair", "30 Jan - 3 Feb 2010", "fair", clusters=[world.footwear])
    assert number(world, fairs) == 2
    log.merge_joint(actor=world.manager, keep=one, other=other, version=None)
    assert number(world, fairs) == 1
    assert number(world, fairs, world.footwear) == 1
    assert left_out(world, fairs)["made one with another record"] == ["Stand at the fair"]


def test_letters_count_between_firms_across_clusters_and_memoranda_between_bodies(world):
    indicators = tables(world)
    machines = bodies.create_organisation(
        actor=world.manager,
        programme=world.programme,
        cluster=world.santa_croce,
        role="support",
        name="Machines",
        kind="support-firm",
    )

    def sign(kind, title, *parties, **more):
        return bodies.create_agreement(
            actor=world.manager,
            programme=world.programme,
            twinning=world.twinning,
            kind=kind,
            title=title,
            parties=[{"organisation": body, "role": "signatory", "side": side} for body, side in parties],
            **more,
        )

    sign("loi", "Letter", (world.tannery, "emerging"), (machines, "advanced"), signed="2010-02")
    sign("ca", "Cooperation", (world.tanners, "emerging"), (world.conciatori, "advanced"), signed="2008-06")
    sign("mou", "Sought", (world.clri, "emerging"), (world.conciatori, "advanced"), attempted_only=True)
    assert number(world, indicators["T9.4"], world.leather) == 1
    assert number(world, indicators["T9.4"], world.santa_croce) == 1
    assert number(world, indicators["T9.4"], world.footwear) == 0
    assert number(world, indicators["T9.5"]) == 1
    assert left_out(world, indicators["T9.5"]) == {"attempted, never signed": ["Sought"]}


def test_an_outcome_counts_once_somebody_else_verified_it(world):
    practices = tables(world)["T10.4"]
    made = services.record_outcome(
        actor=world.cda,
        programme=world.programme,
        cluster=world.leather,
        kind="practice-adopted",
        title="Tool life is monitored",
        quantity=4,
        happened="2010-11",
        source="Visit",
        parties=[(world.tannery, "gains")],
    )
    assert number(world, practices) == 0
    assert left_out(world, practices) == {"not verified by a second person": ["Tool life is monitored"]}
    with pytest.raises(DomainError, match="somebody else"):
        services.verify_outcome(actor=world.cda, outcome=made, version=None, note="Seen")
    services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen on 3 May")
    assert number(world, practices) == 4
    made.refresh_from_db()
    services.update_outcome(actor=world.cda, outcome=made, version=made.version, quantity=5)
    assert number(world, practices) == 0


def sold(world, amount, currency, day="2010-06-15"):
    made = services.record_outcome(
        actor=world.cda,
        programme=world.programme,
        cluster=world.leather,
        kind="machinery-sold",
        title=f"Splitting machine {currency}",
        happened=day,
        amount=Decimal(amount),
        currency=currency,
        source="Invoice",
    )
    services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Invoice seen")


def test_money_stands_in_its_currency_and_in_that_of_the_programme_by_the_rate_of_the_day(world):
    machines = tables(world)["T10.7"]
    bodies.type_rate(
        actor=world.manager,
        programme=world.programme,
        currency="INR",
        base="EUR",
        day=dt.date(2010, 6, 14),
        rate=Decimal("57.5"),
        source="UN operational rate",
    )
    sold(world, 12000, "EUR")
    sold(world, 57500, "INR")
    found = figure(world, machines)
    assert found.value.number == 2
    assert found.amount is not None
    assert dict(found.amount.spent) == {"EUR": Decimal(12000), "INR": Decimal(57500)}
    assert found.amount.total == Decimal(13000)


def test_a_rate_that_is_missing_is_named_and_no_total_is_guessed(world):
    machines = tables(world)["T10.7"]
    sold(world, 12000, "EUR")
    sold(world, 57500, "INR")
    found = figure(world, machines).amount
    assert found is not None
    assert found.total is None
    assert "no exchange rate of INR" in found.missing


def test_a_computed_zero_is_a_value_and_a_typed_silence_is_not(world):
    indicators = tables(world)
    assert figure(world, indicators["T9.3"]).value.state is State.VALUE
    productivity = services.add_indicator(
        actor=world.manager,
        result=indicators["T9.1"].result,
        code="P1",
        name="Productivity",
        measure="percent",
    )
    assert figure(world, productivity).value.state is State.NOT_REPORTED


def test_all_sources_are_asked_once_for_any_number_of_clusters(world, django_assert_max_num_queries):
    indicators = list(tables(world).values())
    from monitoring.queries.figures import figures

    with django_assert_max_num_queries(12):
        figures(
            world.programme,
            indicators,
            [world.leather, world.footwear, world.santa_croce],
            Span(None, world.today),
            world.today,
        )
