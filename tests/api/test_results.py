"""The results framework as a partner system meets it: what is measured, where it stands, on what it rests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clusters import services as bodies
from monitoring import services
from monitoring.models import Indicator, ReportingPeriod
from tests.api.conftest import Partner
from tests.api.test_problems import is_problem
from tests.conftest import World
from tests.monitoring.results import event, head_count, tables

WHOLE = {"first": "2010-01-01", "last": "2010-03-31", "due_on": "2010-04-15"}


@pytest.fixture
def manager(world: World) -> Partner:
    return Partner(world.manager)


@pytest.fixture
def quarter(world: World) -> ReportingPeriod:
    days = {name: dt.date.fromisoformat(day) for name, day in WHOLE.items()}
    return services.add_period(actor=world.manager, programme=world.programme, title="2010 Q1", **days)


@pytest.fixture
def rejects(world: World) -> Indicator:
    """Typed, in per cent."""
    result = services.add_result(
        actor=world.manager, programme=world.programme, level="outcome", title="Less waste"
    )
    return services.add_indicator(
        actor=world.manager, result=result, code="R1", name="Rejects", measure="percent", total="latest"
    )


@pytest.fixture
def jobs(world: World, rejects: Indicator) -> Indicator:
    """Typed, a number divided by sex, with money."""
    return services.add_indicator(
        actor=world.manager,
        result=rejects.result,
        code="J1",
        name="Jobs",
        dimensions=["sex", "firm-size"],
        has_amount=True,
    )


def pointers(answer: Any) -> dict[str, str]:
    said = is_problem(answer, 400, "validation")
    return {error["pointer"]: error["code"] for error in said["errors"]}


def test_a_partner_lays_down_a_framework(partner: Partner) -> None:
    result = partner.send(
        "post", "results/", {"programme": "tanning", "level": "outcome", "title": "Less waste"}
    )
    assert result.status_code == 201
    rule = {"count": "persons", "where": {"format": ["training"], "sex": ["f"]}}
    made = partner.send(
        "post",
        "indicators/",
        {"result": result.json()["id"], "code": "W1", "name": "Women trained", "rule": rule},
    )
    shown = made.json()
    assert (made.status_code, shown["level"], shown["rule"], shown["programme"]) == (
        201,
        "outcome",
        rule,
        "tanning",
    )
    target = {"indicator": shown["id"], "first": "2010-01-01", "last": "2010-12-31", "value": "40"}
    assert partner.send("post", "targets/", target | {"cluster": "leather"}).json()["value"] == "40.0000"
    period = partner.send("post", "reporting-periods/", {"programme": "tanning", "title": "Q1", **WHOLE})
    assert period.status_code == 201
    assert [row["id"] for row in partner.get("reporting-periods/", on="2010-02-01").json()["results"]] == [
        period.json()["id"]
    ]


def test_the_tables_of_the_method_are_brought_once(partner: Partner) -> None:
    first = partner.send("post", "indicators/tables/", {"programme": "tanning"}).json()["added"]
    assert [row["code"] for row in first][:2] == ["T9.1", "T9.2"]
    assert len(first) == 16
    assert partner.send("post", "indicators/tables/", {"programme": "tanning"}).json() == {"added": []}


def test_indicators_are_found_by_level_result_and_use(
    world: World, partner: Partner, rejects: Indicator
) -> None:
    tables(world)

    def codes(**query: Any) -> list[str]:
        return [row["code"] for row in partner.get("indicators/", **query).json()["results"]]

    assert codes(result=rejects.result_id) == ["R1"]
    assert "R1" in codes(level="outcome")
    assert "R1" not in codes(level="output")
    gone = partner.send("post", f"indicators/{rejects.pk}/retire/", {"reason": "Nobody measures it."})
    assert gone.json()["retired_on"] == f"{dt.date.today()}"
    assert "R1" not in codes(current="true")
    assert codes(current="false") == ["R1"]
    assert partner.send("post", f"indicators/{rejects.pk}/restore/").json()["retired_on"] is None


def test_figures_stand_beside_their_targets(world: World, partner: Partner, quarter: ReportingPeriod) -> None:
    trained = tables(world)["T9.8"]
    head_count(world, event(world, "Course", "Feb 2010", clusters=[world.leather, world.footwear]), 12)
    partner.send(
        "post",
        "targets/",
        {"indicator": trained.pk, "first": WHOLE["first"], "last": WHOLE["last"], "value": "48"},
    )
    said = partner.get(f"indicators/{trained.pk}/figures/", period=quarter.pk).json()
    assert said["indicator"] == {"id": trained.pk, "code": "T9.8", "name": "Persons (from firms) trained"}
    # A joint event counts in each of its clusters and once in the programme.
    places = {line["cluster"] and line["cluster"]["slug"]: line for line in said["figures"]}
    assert {place: line["value"] for place, line in places.items()} == {
        None: "12",
        "leather": "12",
        "footwear": "12",
    }
    assert (places[None]["target"], places[None]["achieved"], places["leather"]["target"]) == (
        "48",
        "25",
        None,
    )
    assert {line["frozen"] for line in said["figures"]} == {False}
    to_date = partner.get(f"indicators/{trained.pk}/figures/").json()
    assert (to_date["period"], to_date["figures"][0]["records"]) == (None, 1)


def test_evidence_says_what_is_counted_and_what_is_left_out(
    world: World, partner: Partner, quarter: ReportingPeriod
) -> None:
    workshops = tables(world)["T9.1"]
    for number in range(3):
        event(world, f"Workshop {number}", "Feb 2010", "workshop")
    event(world, "Later workshop", "May 2010", "workshop")
    path = f"indicators/{workshops.pk}/evidence/"
    first = partner.get(path, period=quarter.pk, cluster="leather", limit=2).json()
    assert (first["state"], first["total"], first["figure"]["value"]) == ("live", 3, "3")
    assert [line["title"] for line in first["lines"]] == ["Workshop 0", "Workshop 1"]
    assert first["lines"][0]["page"].startswith("http://testserver/")
    rest = partner.get(first["next"]).json()
    assert ([line["title"] for line in rest["lines"]], rest["next"]) == (["Workshop 2"], None)
    assert partner.get(rest["previous"]).json() == first
    ((why, reason, count),) = [tuple(one.values()) for one in first["left_out"]]
    assert (reason, count) == ("after the last day", 1)
    left = partner.get(path, period=quarter.pk, cluster="leather", why=why).json()
    assert (left["shown"], [line["title"] for line in left["lines"]]) == (why, ["Later workshop"])


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ({"cluster": "elsewhere"}, "cluster", "does_not_exist"),
        ({"period": "x"}, "period", "incorrect_type"),
        ({"period": "9" * 30}, "period", "does_not_exist"),
        ({"why": "99"}, "why", "choice"),
        ({"page": "0"}, "page", "min_value"),
        ({"limit": "201"}, "limit", "max_value"),
        ({"colour": "red"}, "colour", "unknown"),
    ],
)
def test_a_parameter_that_is_not_right_is_named(
    world: World, partner: Partner, query: dict[str, str], name: str, code: str
) -> None:
    indicator = tables(world)["T9.1"]
    said = is_problem(partner.get(f"indicators/{indicator.pk}/evidence/", **query), 400, "parameter")
    assert [(error["parameter"], error["code"]) for error in said["errors"]] == [(name, code)]


def test_a_figure_is_divided_by_two_things(world: World, partner: Partner, quarter: ReportingPeriod) -> None:
    trained = tables(world)["T9.8"]
    head_count(world, event(world, "Course", "Feb 2010"), 1, female=4)
    path = f"indicators/{trained.pk}/divided/"
    said = partner.get(path, by="sex", across="cluster", period=quarter.pk).json()
    assert (said["by"], said["across"], said["state"]) == ("sex", "cluster", "live")
    assert said["parts"] == [
        {"dims": dims, "state": "value", "value": value}
        for dims, value in (
            ({}, "5"),
            ({"cluster": "leather"}, "5"),
            ({"sex": "f"}, "4"),
            ({"sex": "f", "cluster": "leather"}, "4"),
            ({"sex": "u"}, "1"),
            ({"sex": "u", "cluster": "leather"}, "1"),
        )
    ]
    donor = Partner(world.donor).get(path, by="sex").json()["parts"]
    assert [part["state"] for part in donor] == ["value", "withheld", "withheld"]
    for query in ({"by": "height"}, {"by": "sex", "across": "sex"}, {"by": "cluster", "cluster": "leather"}):
        is_problem(partner.get(path, **query), 400, "parameter")


def test_typed_values_have_a_source_and_no_records(
    world: World, partner: Partner, rejects: Indicator, quarter: ReportingPeriod
) -> None:
    body = {"indicator": rejects.pk, "period": quarter.pk, "cluster": "leather", "low": "5", "high": "10"}
    made = partner.send("post", "measurements/", body | {"source": "Survey"})
    assert (made.status_code, made.json()["value"], made.json()["low"]) == (201, None, "5.0000")
    said = partner.get(f"indicators/{rejects.pk}/evidence/", period=quarter.pk, cluster="leather").json()
    figure = said["figure"]
    assert (said["state"], said["lines"], figure["source"]) == ("typed", [], "Survey")
    assert (figure["value"], figure["low"], figure["high"]) == (None, "5", "10")


def test_parts_make_the_value(partner: Partner, jobs: Indicator, quarter: ReportingPeriod) -> None:
    parts = [{"dims": {"sex": "f"}, "value": "12.50"}, {"dims": {"sex": "m"}, "value": 18}]
    body = {"indicator": jobs.pk, "period": quarter.pk, "value": "30.5", "parts": parts, "source": "Payroll"}
    made = partner.send("post", "measurements/", body)
    assert made.json()["parts"] == [
        {"dims": {"sex": "f"}, "value": "12.5"},
        {"dims": {"sex": "m"}, "value": "18"},
    ]
    refused = partner.change(f"measurements/{made.json()['id']}/", {"value": "31"})
    assert pointers(refused) == {"#/parts": "unsound"}
    assert "30.5" in refused.json()["detail"]


def test_parts_that_do_not_sum_are_refused(
    partner: Partner, jobs: Indicator, quarter: ReportingPeriod
) -> None:
    body = {"indicator": jobs.pk, "period": quarter.pk, "value": "30", "source": "Payroll"}
    parts = [{"dims": {"sex": "f"}, "value": "12"}, {"dims": {"sex": "m"}, "value": "17"}]
    assert pointers(partner.send("post", "measurements/", body | {"parts": parts})) == {"#/parts": "unsound"}


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"value": "many"}, "#/value"),
        ({"value": "3", "parts": [{"dims": {"sex": "f"}, "value": "three"}]}, "#/parts/0/value"),
        ({"value": "3", "amount": "a lot"}, "#/amount"),
    ],
)
def test_text_where_a_number_belongs_is_refused(
    partner: Partner, jobs: Indicator, quarter: ReportingPeriod, sent: dict[str, Any], pointer: str
) -> None:
    body = {"indicator": jobs.pk, "period": quarter.pk, "source": "Payroll"}
    assert pointers(partner.send("post", "measurements/", body | sent)) == {pointer: "invalid"}


@pytest.mark.parametrize("name", ["first", "last"])
def test_a_target_without_a_period_is_refused(partner: Partner, jobs: Indicator, name: str) -> None:
    body = {"indicator": jobs.pk, "first": "2010-01-01", "last": "2010-12-31", "value": "5"}
    del body[name]
    assert pointers(partner.send("post", "targets/", body)) == {f"#/{name}": "required"}


@pytest.mark.parametrize(
    ("rule", "pointer", "code", "word"),
    [
        ({"count": "persons", "where": {"colour": ["red"]}}, "#/rule", "unsound", "colour"),
        ({"count": "persons", "where": {"sex": ["x"]}}, "#/rule", "unsound", "sex"),
        ({"count": "secrets", "where": {}}, "#/rule", "unsound", "secrets"),
        ({"count": "persons", "python": "1"}, "#/rule/python", "unknown", "member"),
    ],
)
def test_a_rule_that_names_what_is_not_known_is_refused(
    partner: Partner, rejects: Indicator, rule: dict[str, Any], pointer: str, code: str, word: str
) -> None:
    body = {"result": rejects.result_id, "code": "X", "name": "X", "rule": rule}
    answer = partner.send("post", "indicators/", body)
    assert pointers(answer) == {pointer: code}
    assert word in answer.json()["detail"]


def test_the_same_name_at_the_same_level_is_refused(partner: Partner, rejects: Indicator) -> None:
    body = {"result": rejects.result_id, "code": "R2", "name": "REJECTS"}
    assert pointers(partner.send("post", "indicators/", body)) == {"#/name": "taken"}
    assert pointers(partner.send("post", "indicators/", body | {"code": "r1", "name": "X"})) == {
        "#/code": "taken"
    }
    again = {"programme": "tanning", "level": "outcome", "title": "less waste"}
    assert pointers(partner.send("post", "results/", again)) == {"#/title": "taken"}
    upper = partner.send("post", "results/", again | {"level": "impact"})
    assert upper.status_code == 201
    # At another level the name says something else.
    assert partner.send("post", "indicators/", body | {"result": upper.json()["id"]}).status_code == 201


def test_a_computed_indicator_takes_no_typed_value(
    world: World, partner: Partner, quarter: ReportingPeriod
) -> None:
    body = {"indicator": tables(world)["T9.1"].pk, "period": quarter.pk, "value": "3", "source": "x"}
    assert pointers(partner.send("post", "measurements/", body)) == {"#/indicator": "computed"}


def test_an_outcome_counts_once_somebody_else_has_verified_it(
    world: World, partner: Partner, manager: Partner
) -> None:
    machines = tables(world)["T10.7"]
    body = {
        "programme": "tanning",
        "cluster": "leather",
        "kind": "machinery-sold",
        "title": "Shaving machine",
        "happened": "2010-02",
        "amount": "42000",
        "currency": "EUR",
        "source": "Invoice",
        "parties": [{"organisation": world.tannery.pk, "role": "gains"}],
    }
    made = partner.send("post", "outcomes/", body)
    assert (made.status_code, made.json()["verified_by"]) == (201, None)
    assert made.json()["parties"][0]["organisation"]["name"] == "Pakkar Tannery"
    here = f"outcomes/{made.json()['id']}/"
    assert is_problem(partner.send("post", f"{here}verify/", {"note": "Seen"}), 403, "permission-refused")[
        "detail"
    ].startswith("You entered it")
    assert pointers(manager.send("post", f"{here}verify/")) == {"#/note": "no_note"}
    assert manager.send("post", f"{here}verify/", {"note": "Seen"}).json()["verified_by"] == "Manager"
    evidence = f"indicators/{machines.pk}/evidence/"
    (line,) = partner.get(evidence, cluster="leather").json()["lines"]
    assert (line["title"], line["money"]) == ("Shaving machine", "42000.00 EUR")
    # A change asks for another look.
    assert partner.change(here, {"quantity": 2}).json()["verified_by"] is None
    assert pointers(partner.send("post", f"{here}remove/")) == {"#/reason": "no_reason"}
    assert partner.send("post", f"{here}remove/", {"reason": "Sent back"}).status_code == 204
    assert partner.get(here).status_code == 404


def test_money_of_fewer_than_three_firms_stays_behind_the_wall(
    world: World, partner: Partner, manager: Partner, jobs: Indicator, quarter: ReportingPeriod
) -> None:
    machines = tables(world)["T10.7"]
    made = services.record_outcome(
        actor=world.partner,
        programme=world.programme,
        cluster=world.leather,
        kind="machinery-sold",
        title="Shaving machine for Pakkar",
        happened="2010-02",
        amount=42000,
        currency="EUR",
        source="Invoice",
        parties=[(world.tannery, "gains")],
    )
    services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen")
    services.record_measurement(
        actor=world.cda, indicator=jobs, period=quarter, cluster=world.leather, value=3, amount=9, source="x"
    )
    seen = {}
    for who in ("partner", "cda", "cda_other", "donor"):
        reader = Partner(getattr(world, who))
        (line,) = reader.get(f"indicators/{machines.pk}/evidence/", cluster="leather").json()["lines"]
        (row,) = reader.get("measurements/").json()["results"]
        leather = next(
            one
            for one in reader.get(f"indicators/{machines.pk}/figures/").json()["figures"]
            if one["cluster"] and one["cluster"]["slug"] == "leather"
        )
        seen[who] = (leather["spent"] != [], leather["walled"], line["title"], line["money"], row["amount"])
    shown = (True, False, "Shaving machine for Pakkar", "42000.00 EUR", "9.00")
    walled = (False, True, "a record that is not shown to you", "", None)
    assert seen == {"partner": shown, "cda": shown, "cda_other": walled, "donor": walled}


def test_an_agreement_between_firms_is_counted_without_its_name(world: World) -> None:
    letters = tables(world)["T9.4"]
    bodies.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind="loi",
        title="Letter of Pakkar",
        signed="2010-02-01",
        parties=[
            {"organisation": world.tannery, "side": "emerging"},
            {"organisation": world.shoemaker, "side": "advanced"},
        ],
    )
    told = {
        who: Partner(getattr(world, who)).get(f"indicators/{letters.pk}/evidence/").json()["lines"]
        for who in ("coordinator", "donor")
    }
    assert [line["title"] for line in told["coordinator"]] == ["Letter of Pakkar"]
    assert [(line["title"], line["counts"], line["page"]) for line in told["donor"]] == [
        ("a record that is not shown to you", 1, None)
    ]
