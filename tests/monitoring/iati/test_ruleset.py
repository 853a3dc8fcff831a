"""Each rule of DOMAIN 5.3 is broken at least once, and a sound activity breaks none."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules import iati
from monitoring.rules.iati import Coded, Organisation, OtherIdentifier, Reference, Value
from monitoring.rules.iati.rules import RULES, Severity
from tests.monitoring.iati.sound import TODAY, measured, paid, planned, resulting, sound, told

TOMORROW = TODAY + dt.timedelta(days=1)
NAMELESS = Organisation()
HALF = Coded("32130", "1", "50")


def on(**days: dt.date) -> Any:
    return {"dates": tuple(iati.ActivityDate(kind[1:], day) for kind, day in days.items())}


def with_values(measure: str, **values: Value) -> Any:
    baselines = (values["baseline"],) if "baseline" in values else ()
    sides: dict[str, Any] = {f"{side}s": (values[side],) for side in ("target", "actual") if side in values}
    return {"results": resulting(measured(measure, baselines=baselines, periods=told(**sides)))}


# Where a value may stand, by the beginning of the ids of its rules.
SIDES = [("8.8", "baseline"), ("8.9", "target"), ("8.10", "actual")]

BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("own.1", {"identifier": ""}),
    ("own.1", {"identifier": "  "}),
    ("own.2", {"reporting": Organisation("XM-EXAMPLE", "", "UNIDO")}),
    ("own.3", {"participating": ()}),
    ("own.4", {"tags": (Coded("9", "2"), Coded("9.3", "3"))}),
    ("own.5", {"documents": (iati.Document("", "application/pdf", "Memorandum", "A09"),)}),
    ("1.1.3", {"identifier": "XM-EXAMPLE"}),
    ("1.1.21", {"identifier": "T1"}),
    ("1.1.21", {"identifier": "XM-EXAMPLET1"}),
    ("1.3.1", {"identifier": "XM-EXAMPLE-T1 "}),
    *[("1.3.13", {"identifier": f"XM-EXAMPLE-T{sign}1"}) for sign in "/&|?"],
    ("4.1.1", {"language": ""}),
    ("4.3.1", {"title": " "}),
    ("4.3.1", {"results": resulting(measured(), title="")}),
    ("4.3.1", {"results": resulting(measured(title=""))}),
    ("4.4.1", {"description": ""}),
    ("6.11.1", on(_3=TODAY)),
    ("11.1.1", {"updated": dt.datetime(2011, 8, 1, tzinfo=dt.UTC)}),
    ("11.1.2", on(_1=TODAY, _3=dt.date(2010, 1, 1))),
    ("11.1.3", on(_2=TODAY, _4=dt.date(2010, 1, 1))),
    ("11.1.4", on(_2=TOMORROW)),
    ("11.1.5", on(_1=TODAY, _4=TOMORROW)),
    ("11.2.1", {"transactions": (paid(day=TOMORROW),)}),
    ("11.2.2", {"transactions": (paid(value_date=TOMORROW),)}),
    ("6.2.2", {"sectors": ()}),
    ("6.2.2", {"sectors": (), "transactions": (paid(),)}),
    ("6.6.2", {"transactions": (paid(sectors=(Coded("32130", "1"),)),)}),
    ("6.7.2", {"sectors": (), "transactions": (paid(sectors=(Coded("32130", "1"),)), paid())}),
    ("2.1.1", {"sectors": (HALF, Coded("25030", "1"))}),
    ("2.1.2", {"sectors": (HALF, Coded("25030", "1", "49.9"))}),
    (
        "2.1.2",
        {"sectors": (Coded("32130"), Coded("a", "99", "50", name="A"), Coded("b", "99", "60", name="B"))},
    ),
    ("2.1.4", {"sectors": (Coded("32130", "1", "99"),)}),
    ("12.3.1", {"sectors": (Coded("32130", "1", "-10"), Coded("25030", "1", "110"))}),
    ("102.1.1", {"sectors": (Coded("leather", "99", name="Leather"),)}),
    ("2.2.1", {"sectors": (Coded("32130", "1"), Coded("leather", "99"))}),
    ("2.2.1", {"sectors": (Coded("32130", "1"), Coded("leather", "98"))}),
    ("3.1.1", {"countries": (Coded("IN"), Coded("TR"))}),
    ("3.1.2", {"countries": (Coded("IN", "", "50"), Coded("TR", "", "51"))}),
    ("3.1.4", {"countries": (Coded("IN", "", "50"),)}),
    ("3.4.1", {"regions": (Coded("679", "1"),)}),
    ("3.4.2", {"countries": (Coded("IN", "", "50"),), "regions": (Coded("679", "1", "40"),)}),
    ("3.4.4", {"countries": (), "regions": (Coded("679", "1", "40"),)}),
    ("3.6.2", {"transactions": (paid(countries=(Coded("IN"),)),)}),
    ("3.6.2", {"transactions": (paid(regions=(Coded("679", "1"),)),)}),
    ("3.7.1", {"countries": ()}),
    ("3.7.2", {"countries": (), "transactions": (paid(countries=(Coded("IN"),)), paid())}),
    ("6.13.1", {"markers": (Coded("1", "1"),)}),
    ("6.13.1", {"markers": (Coded("1"),)}),
    ("6.14.1", {"markers": (Coded("own", "99", significance="1"),)}),
    ("6.8.1", {"other_identifiers": (OtherIdentifier("T1", "A9", NAMELESS),)}),
    ("6.9.1", {"transactions": (paid(provider=NAMELESS),)}),
    ("6.9.2", {"transactions": (paid(receiver=NAMELESS),)}),
    ("6.10.1", {"participating": (Organisation(role="1"),)}),
    ("7.5.3", {"budgets": (planned(last=dt.date(2011, 1, 2)),)}),
    ("7.5.3", {"budgets": (planned(first=dt.date(2008, 2, 29), last=dt.date(2009, 3, 1)),)}),
    ("8.6.3", {"budgets": (planned(last=dt.date(2009, 12, 31)),)}),
    ("7.8.1", {"currency": "", "budgets": (planned(currency=""),)}),
    ("7.8.1", {"currency": "", "transactions": (paid(currency=""),)}),
    ("107.1.2", {"aid_types": (Coded("D02"), Coded("C01", "1"))}),
    ("8.6.1", {"results": resulting(measured(periods=told(last=dt.date(2009, 1, 1))))}),
    *[
        (f"{prefix}.1", with_values(measure, **{side: Value("")}))
        for prefix, side in SIDES
        for measure in "1234"
    ],
    *[(f"{prefix}.2", with_values("1", **{side: Value("many")})) for prefix, side in SIDES],
    *[(f"{prefix}.2", with_values("2", **{side: Value("NaN")})) for prefix, side in SIDES],
    *[(f"{prefix}.3", with_values("5", **{side: Value("3")})) for prefix, side in SIDES],
    (
        "8.11.1",
        {
            "results": resulting(
                measured(references=(Reference("T9.1", "99"),)), references=(Reference("1", "1"),)
            )
        },
    ),
]


def rules_of(activity: iati.Activity) -> set[str]:
    return {problem.rule for problem in iati.check(activity, TODAY)}


def test_a_sound_activity_breaks_no_rule() -> None:
    assert iati.check(sound(), TODAY) == []


@pytest.mark.parametrize(("rule", "changes"), BROKEN)
def test_what_is_broken_is_told_by_its_rule(rule: str, changes: dict[str, Any]) -> None:
    activity = sound(**changes)
    found = [problem for problem in iati.check(activity, TODAY) if problem.rule == rule]
    assert found, rules_of(activity)
    assert all(problem.message and problem.field and problem.source for problem in found)
    assert iati.is_publishable(activity, TODAY) is not any(p.is_error for p in iati.check(activity, TODAY))


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule for rule, _changes in BROKEN} == set(RULES)


def test_the_rules_of_the_dossier_are_all_there_with_their_weight() -> None:
    errors = """1.1.3 6.11.1 11.1.2 11.1.3 11.1.1 11.1.4 11.1.5 11.2.1 11.2.2 6.2.2 6.6.2 6.7.2 2.1.1 2.1.2 2.1.4
    12.3.1 3.1.1 3.1.2 3.1.4 3.4.1 3.4.2 3.4.4 3.6.2 3.7.1 3.7.2 2.2.1 6.13.1 6.14.1 6.8.1 6.9.1 6.9.2 6.10.1 7.5.3
    8.6.3 8.6.1 8.8.1 8.9.1 8.10.1 8.11.1 4.3.1 4.4.1 4.1.1 7.8.1"""
    warnings = "1.1.21 1.3.1 1.3.13 102.1.1 8.8.2 8.9.2 8.10.2 8.8.3 8.9.3 8.10.3 107.1.2"
    weights = {rule: row.severity for rule, row in RULES.items() if not rule.startswith("own")}
    wanted = dict.fromkeys(errors.split(), Severity.ERROR) | dict.fromkeys(warnings.split(), Severity.WARNING)
    assert weights == wanted


@pytest.mark.parametrize(
    "changes",
    [
        on(_1=TODAY, _3=TODAY),  # equal is valid
        on(_2=TODAY, _4=TODAY),
        {"transactions": (paid(day=TODAY, value_date=TODAY),)},
        {"sectors": (), "transactions": (paid(sectors=(Coded("32130", "1"),)),)},
        {"countries": (), "transactions": (paid(countries=(Coded("IN"),)),)},
        {"sectors": (Coded("32130", "1", "100"),)},
        {"sectors": (Coded("32130"), Coded("leather", "99", name="Leather"))},
        {"budgets": (planned(last=dt.date(2011, 1, 1)),)},  # a year to the day
        {"aid_types": (Coded("D02", "1"), Coded("1", "2"))},
        with_values("5", actual=Value("", comment="5 – 10 %")),
        {"tags": (Coded("9", "2"), Coded("8.2", "3"))},
    ],
)
def test_what_is_allowed_breaks_no_rule(changes: dict[str, Any]) -> None:
    assert rules_of(sound(**changes)) == set()


@given(st.lists(st.decimals(min_value=1, max_value=99, places=2), min_size=1, max_size=6))
def test_shares_that_make_a_hundred_are_sound_and_no_others(shares: list[Decimal]) -> None:
    rest = Decimal(100) - sum(shares, Decimal(0))
    whole = [*shares, rest] if rest > 0 else shares
    sectors = tuple(Coded(f"3213{i}", "1", format(share, "f")) for i, share in enumerate(whole))
    fits = abs(sum(whole, Decimal(0)) - 100) <= Decimal("0.0101") or (len(whole) == 1 and whole[0] == 100)
    assert (rules_of(sound(sectors=sectors)) == set()) is fits


@given(st.text(max_size=30))
def test_any_identifier_is_judged(identifier: str) -> None:
    found = rules_of(sound(identifier=identifier))
    if not identifier.startswith("XM-EXAMPLE-"):
        assert found & {"own.1", "1.1.3", "1.1.21"}


def test_a_problem_points_to_the_record_that_is_to_be_mended() -> None:
    budget = iati.Source("budget", 7, "2010")
    activity = sound(budgets=(planned(last=dt.date(2012, 1, 1), source=budget),))
    (problem,) = iati.check(activity, TODAY)
    assert (problem.source, problem.field, problem.is_error) == (budget, "budgets", True)
    assert dataclasses.replace(problem, detail="").message == str(RULES["7.5.3"].words)
