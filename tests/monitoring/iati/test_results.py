"""Targets, baselines and values as IATI takes them: totals beside parts, ranges in words, money apart."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from monitoring import services
from monitoring.models import Indicator, Measurement, Publication, ReportingPeriod, Result
from monitoring.queries.iati import activities_of
from monitoring.queries.iati_results import results_for_iati
from monitoring.rules import iati
from tests.conftest import World
from tests.monitoring.results import came, event, person, tables
from tests.monitoring.test_closings import closed

AS_OF = dt.date(2011, 7, 31)


@pytest.fixture
def result(world: World) -> Result:
    return services.add_result(
        actor=world.manager, programme=world.programme, level="outcome", title="Firms gain"
    )


@pytest.fixture
def period(world: World) -> ReportingPeriod:
    return services.add_period(
        actor=world.manager,
        programme=world.programme,
        title="2010",
        first=dt.date(2010, 1, 1),
        last=dt.date(2010, 12, 31),
        due_on=dt.date(2011, 1, 31),
    )


def typed(world: World, result: Result, **values: Any) -> Indicator:
    given = {"code": "F1", "name": "Gain in productivity", "unit": "%", "measure": "percent"}
    return services.add_indicator(actor=world.manager, result=result, **given | values)


def measure(world: World, indicator: Indicator, period: ReportingPeriod, **values: Any) -> None:
    services.record_measurement(
        actor=world.manager, indicator=indicator, period=period, **{"source": "Firms"} | values
    )


def indicators(world: World) -> dict[str, iati.Indicator]:
    """By our own code."""
    world.programme.refresh_from_db()
    return {
        one.references[0].code: one
        for result in results_for_iati(world.programme, AS_OF)
        for one in result.indicators
    }


def actuals(indicator: iati.Indicator) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    return [(v.value, v.dimensions, v.comment) for p in indicator.periods for v in p.actuals]


def test_a_range_is_told_in_words_and_never_halved(
    world: World, result: Result, period: ReportingPeriod
) -> None:
    indicator = typed(world, result)
    measure(world, indicator, period, low=Decimal(5), high=Decimal(10))
    found = indicators(world)
    assert set(found) == {"F1-range"}
    assert found["F1-range"].measure == "5"
    assert actuals(found["F1-range"]) == [("", (), "5 – 10 %")]


def test_a_word_of_a_scale_is_told_in_words(world: World, result: Result, period: ReportingPeriod) -> None:
    indicator = typed(world, result, measure="scale", unit="", scale=["low", "high"])
    measure(world, indicator, period, word="high")
    assert indicators(world)["F1"].measure == "5"
    assert actuals(indicators(world)["F1"]) == [("", (), "high")]


def test_parts_stand_beside_the_whole(world: World, result: Result, period: ReportingPeriod) -> None:
    indicator = typed(world, result, measure="number", unit="persons", dimensions=["sex"])
    parts = [{"dims": {"sex": "f"}, "value": "12"}, {"dims": {"sex": "m"}, "value": "8"}]
    measure(world, indicator, period, value=Decimal(20), parts=parts)
    assert sorted(actuals(indicators(world)["F1"])) == [
        ("12", (("sex", "female"),), ""),
        ("20", (), ""),
        ("8", (("sex", "male"),), ""),
    ]


def test_parts_do_not_add_up_to_what_is_withheld(
    world: World, result: Result, period: ReportingPeriod
) -> None:
    indicator = typed(world, result, measure="number", unit="persons", total="sum", dimensions=["sex"])
    parts = [{"dims": {"sex": "f"}, "value": "12"}, {"dims": {"sex": "m"}, "value": "8"}]
    measure(world, indicator, period, cluster=world.leather, value=Decimal(20), parts=parts)
    measure(world, indicator, period, cluster=world.footwear, value=Decimal(2))
    assert actuals(indicators(world)["F1"]) == [("22", (), "")]


def test_small_parts_are_not_worked_out_from_those_of_other_clusters(
    world: World, result: Result, period: ReportingPeriod
) -> None:
    indicator = typed(world, result, measure="number", unit="persons", dimensions=["sex"])
    for cluster, women, men in (("", 8, 14), ("leather", 2, 10), ("footwear", 6, 4)):
        parts = [{"dims": {"sex": "f"}, "value": str(women)}, {"dims": {"sex": "m"}, "value": str(men)}]
        place = {"cluster": getattr(world, cluster)} if cluster else {}
        measure(world, indicator, period, value=Decimal(women + men), parts=parts, **place)
    told = [(value, dict(dims)) for value, dims, _comment in actuals(indicators(world)["F1"])]
    divided = [(value, dims) for value, dims in told if "sex" in dims]
    assert len(told) == 5  # the whole of each, and of the programme its parts
    assert divided == [("8", {"sex": "female"}), ("14", {"sex": "male"})]


def test_an_amount_is_an_indicator_of_its_own(world: World, result: Result, period: ReportingPeriod) -> None:
    indicator = typed(world, result, measure="number", unit="", has_amount=True)
    services.set_target(
        actor=world.manager,
        indicator=indicator,
        first=period.first,
        last=period.last,
        value=Decimal(3),
        amount=Decimal(5000),
    )
    measure(world, indicator, period, value=Decimal(2), amount=Decimal("4500.50"), currency="EUR")
    found = indicators(world)
    assert set(found) == {"F1", "F1-EUR"}
    (told,) = found["F1-EUR"].periods
    assert [v.value for v in told.targets] == ["5000"]
    assert [v.value for v in told.actuals] == ["4500.5"]
    assert [v.value for v in found["F1"].periods[0].targets] == ["3"]


def test_a_baseline_says_of_which_year_it_is(world: World, result: Result) -> None:
    typed(world, result, baseline=Decimal("4.50"), baseline_year=2006, reference="9.2.1")
    (baseline,) = indicators(world)["F1"].baselines
    assert (baseline.value, baseline.year) == ("4.5", "2006")
    assert [(r.code, r.vocabulary) for r in indicators(world)["F1"].references] == [
        ("F1", "99"),
        ("9.2.1", "9"),
    ]


def test_what_does_not_apply_or_was_not_reported_is_no_nought(
    world: World, result: Result, period: ReportingPeriod
) -> None:
    indicator = typed(world, result)
    measure(world, indicator, period, applies=False, note="None of them uses energy.")
    typed(world, result, code="F2", name="Energy saved")
    assert actuals(indicators(world)["F1"]) == []
    assert actuals(indicators(world)["F2"]) == []


def test_what_is_counted_is_told_period_by_period_or_else_year_by_year(
    world: World, publication: Publication
) -> None:
    tables(world)
    training = event(world, "Classroom training", "5/3/2010")
    came(world, training, *(person(world, name) for name in "ABC"))
    years = [p.first.year for p in indicators(world)["T9.8"].periods]
    assert years == [2006, 2007, 2008, 2009, 2010]  # from its start; 2011 is not over
    assert ("3", (), "") in actuals(indicators(world)["T9.8"])
    services.add_period(
        actor=world.manager,
        programme=world.programme,
        title="Q1",
        first=dt.date(2010, 1, 1),
        last=dt.date(2010, 3, 31),
        due_on=dt.date(2010, 4, 30),
    )
    (quarter,) = indicators(world)["T9.8"].periods
    assert (quarter.first, quarter.last) == (dt.date(2010, 1, 1), dt.date(2010, 3, 31))
    assert [(v.value, v.dimensions) for v in quarter.actuals] == [
        ("3", ()),
        ("3", (("cluster", "Chennai leather"),)),
    ]
    (programme, *_rest) = activities_of(publication, dt.date(2026, 1, 1))
    assert [problem for problem in iati.check(programme, dt.date(2100, 1, 1)) if problem.is_error] == []


def test_one_or_two_persons_are_told_neither_in_the_file_nor_on_the_page(
    world: World, publication: Publication
) -> None:
    tables(world)
    training = event(world, "Classroom training", "5/3/2010")
    came(world, training, person(world, "A"), person(world, "B"))
    trained = indicators(world)["T9.8"]
    assert "2" not in [value for value, _dims, _comment in actuals(trained)]
    assert ("1", (), "") in actuals(indicators(world)["T9.1"])  # an event is the programme's own


def test_the_parts_of_a_closed_value_are_those_that_were_closed_until_it_is_restated(
    world: World, result: Result, period: ReportingPeriod
) -> None:
    indicator = typed(world, result, measure="number", unit="persons", total="sum", dimensions=["sex"])

    def parts(women: str, men: str) -> list[dict[str, Any]]:
        return [{"dims": {"sex": "f"}, "value": women}, {"dims": {"sex": "m"}, "value": men}]

    measure(world, indicator, period, cluster=world.leather, value=Decimal(20), parts=parts("12", "8"))
    closing = closed(world, period, world.leather)
    services.grant_exception(
        actor=world.manager, closing=closing, until=dt.date(2099, 1, 1), reason="A late count."
    )
    row = Measurement.objects.get()
    services.update_measurement(actor=world.cda, measurement=row, version=None, parts=parts("10", "10"))

    def by_sex() -> list[str]:
        return sorted(value for value, dims, _comment in actuals(indicators(world)["F1"]) if len(dims) == 2)

    assert by_sex() == ["12", "8"]
    value = {"value": Decimal(22), "parts": parts("11", "11")}
    services.update_measurement(actor=world.cda, measurement=row, version=None, **value)
    assert by_sex() == ["12", "8"]
    services.restate(actor=world.manager, closing=closing, version=None, reason="A late count.")
    assert by_sex() == ["11", "11"]
