"""Periods that are handed in, closed by another person and put right in the open, as a partner system does it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities import services as log
from activities.models import Participation
from monitoring import services
from monitoring.models import Indicator, ReportingPeriod
from tests.api.conftest import Partner
from tests.api.test_problems import is_problem
from tests.api.test_results import jobs, manager, pointers, quarter, rejects
from tests.conftest import World
from tests.monitoring.results import event, head_count, tables
from twinning.core.models import Change

__all__ = ["jobs", "manager", "quarter", "rejects"]

OF_RESULTS = {
    "result",
    "indicator",
    "target",
    "reportingperiod",
    "measurement",
    "outcome",
    "outcomeparty",
    "closing",
    "closingexception",
}


@pytest.fixture
def trained(world: World, quarter: ReportingPeriod) -> Indicator:
    head_count(world, event(world, "Course", "Feb 2010"), 12)
    return tables(world)["T9.8"]


def begun(partner: Partner, period: ReportingPeriod, cluster: str | None = "leather") -> str:
    made = partner.send("post", "closings/", {"period": period.pk, "cluster": cluster})
    assert made.status_code == 201
    return f"closings/{made.json()['id']}/"


def closed(
    partner: Partner, manager: Partner, period: ReportingPeriod, cluster: str | None = "leather"
) -> str:
    here = begun(partner, period, cluster)
    assert partner.send("post", f"{here}submit/").json()["status"] == "submitted"
    assert manager.send("post", f"{here}approve/").json()["status"] == "closed"
    return here


def value_of(closing: dict[str, Any], indicator: Indicator) -> tuple[str | None, str | None]:
    """What stands, and what the records say now where that is something else."""
    (line,) = [line for line in closing["figures"] if line["indicator"]["id"] == indicator.pk]
    return line["value"], line["now"] and line["now"]["value"]


def test_a_period_is_handed_in_returned_and_closed_by_somebody_else(
    partner: Partner, manager: Partner, quarter: ReportingPeriod, trained: Indicator
) -> None:
    here = begun(partner, quarter)
    assert begun(partner, quarter) == here
    assert value_of(partner.get(here).json(), trained) == ("12", None)
    partner.send("post", f"{here}submit/")
    assert pointers(manager.send("post", f"{here}return/")) == {"#/remark": "no_remark"}
    back = manager.send("post", f"{here}return/", {"remark": "Add the visit."}).json()
    assert (back["status"], back["remark"]) == ("open", "Add the visit.")
    partner.send("post", f"{here}submit/")
    seen = manager.get(here)["ETag"]
    done = manager.send("post", f"{here}approve/", If_Match=seen).json()
    assert (done["status"], done["revision"], done["submitted_by"], done["approved_by"]) == (
        "closed",
        1,
        "Partner",
        "Manager",
    )
    is_problem(manager.send("post", f"{here}approve/", If_Match=seen), 412, "stale-version")
    is_problem(manager.send("post", f"{here}approve/"), 409, "conflict")


def test_who_handed_in_does_not_approve(
    manager: Partner, quarter: ReportingPeriod, trained: Indicator
) -> None:
    here = begun(manager, quarter)
    manager.send("post", f"{here}submit/")
    said = is_problem(manager.send("post", f"{here}approve/"), 403, "permission-refused")
    assert (said["detail"], said["reason"]) == (
        "You handed it in: somebody else approves it.",
        "permission_refused",
    )


def test_a_value_for_a_closed_period_is_refused_until_an_exception_stands(
    partner: Partner, manager: Partner, quarter: ReportingPeriod, rejects: Indicator
) -> None:
    body = {"indicator": rejects.pk, "period": quarter.pk, "cluster": "leather", "source": "Survey"}
    made = partner.send("post", "measurements/", body | {"value": "7"}).json()
    here = closed(partner, manager, quarter)
    late = f"measurements/{made['id']}/"
    said = is_problem(partner.change(late, {"value": "8"}), 409, "conflict")
    assert (said["reason"], "closed" in said["detail"]) == ("wrong_state", True)
    other = body | {"indicator": rejects.pk, "value": "8"}
    is_problem(partner.send("post", "measurements/", other), 409, "conflict")
    assert pointers(manager.send("post", f"{here}exception/", {"until": "2011-01-01", "reason": "Slip"})) == {
        "#/until": "past"
    }
    assert pointers(manager.send("post", f"{here}exception/", {"until": "2999-01-01"})) == {
        "#/reason": "no_reason"
    }
    granted = manager.send("post", f"{here}exception/", {"until": "2999-01-01", "reason": "Slip"}).json()
    assert [(one["until"], one["granted_by"]) for one in granted["exceptions"]] == [("2999-01-01", "Manager")]
    assert partner.change(late, {"value": "8"}).json()["value"] == "8.0000"
    assert value_of(partner.get(here).json(), rejects) == ("7", "8")


def test_a_changed_record_is_restated_in_the_open(
    world: World, partner: Partner, manager: Partner, quarter: ReportingPeriod, trained: Indicator
) -> None:
    here = closed(partner, manager, quarter)
    log.update_participation(
        actor=world.cda, participation=Participation.objects.get(), version=None, unspecified=10
    )
    shown = partner.get(here).json()
    assert (shown["restatement_pending"], value_of(shown, trained)) == (True, ("12", "10"))
    assert [row["id"] for row in partner.get("closings/", restatement_pending="true").json()["results"]] == [
        shown["id"]
    ]
    figures = f"indicators/{trained.pk}/figures/"
    (leather,) = [
        line
        for line in partner.get(figures, period=quarter.pk).json()["figures"]
        if line["cluster"] and line["cluster"]["slug"] == "leather"
    ]
    assert (leather["value"], leather["frozen"], leather["restatement_pending"]) == ("12", True, True)
    evidence = f"indicators/{trained.pk}/evidence/"
    kept = partner.get(evidence, period=quarter.pk, cluster="leather").json()
    assert (kept["state"], [(line["title"], line["counts"]) for line in kept["lines"]]) == (
        "frozen",
        [("Course", 12)],
    )
    assert pointers(manager.send("post", f"{here}restate/")) == {"#/reason": "no_reason"}
    done = manager.send("post", f"{here}restate/", {"reason": "Two stood there twice."}).json()
    assert (done["revision"], value_of(done, trained)) == (2, ("10", None))
    (row,) = partner.get("restatements/", indicator=trained.pk).json()["results"]
    assert (row["before"]["value"], row["after"]["value"], row["actor"], row["closing"]) == (
        "12",
        "10",
        "Manager",
        shown["id"],
    )
    is_problem(manager.send("post", f"{here}restate/", {"reason": "x"}), 409, "conflict")


def test_many_are_closed_with_an_answer_for_each(
    world: World, partner: Partner, manager: Partner, quarter: ReportingPeriod
) -> None:
    tables(world)
    mine, theirs, stale = (
        begun(who, quarter, cluster)
        for who, cluster in ((manager, "leather"), (partner, "footwear"), (partner, None))
    )
    for who, here in ((manager, mine), (partner, theirs), (partner, stale)):
        who.send("post", f"{here}submit/")
    ids = [int(here.split("/")[1]) for here in (mine, theirs, stale)]
    body = {"closings": [{"id": ids[0]}, {"id": ids[1], "version": 2}, {"id": ids[2], "version": 1}]}
    found = manager.send("post", "closings/approve/", body).json()["results"]
    assert [(one["id"], one["approved"], one["code"]) for one in found] == [
        (ids[0], False, "permission_refused"),
        (ids[1], True, ""),
        (ids[2], False, "stale_version"),
    ]
    assert found[0]["problem"] == "You handed it in: somebody else approves it."
    assert pointers(manager.send("post", "closings/approve/", {"closings": [{"id": 999999}]})) == {
        "#/closings/0/id": "does_not_exist"
    }


def test_what_was_not_measured_when_it_was_closed_stays_so(
    world: World, partner: Partner, manager: Partner, quarter: ReportingPeriod
) -> None:
    closed(partner, manager, quarter)
    later = tables(world)["T9.1"]
    event(world, "Workshop", "Feb 2010", "workshop")
    said = partner.get(f"indicators/{later.pk}/evidence/", period=quarter.pk, cluster="leather").json()
    assert (said["state"], said["total"], said["figure"]["state"]) == ("frozen", 0, "not-reported")


def more(world: World, rejects: Indicator, start: int) -> None:
    """Five further records of each kind."""
    manager, programme = world.manager, world.programme
    for i in range(start, start + 5):
        result = services.add_result(actor=manager, programme=programme, level="impact", title=f"R {i}")
        services.add_indicator(actor=manager, result=result, code=f"N{i}", name=f"N {i}")
        year = {"first": dt.date(1990 + i, 1, 1), "last": dt.date(1990 + i, 12, 31)}
        period = services.add_period(
            actor=manager, programme=programme, title=f"{i}", due_on=dt.date(2000 + i, 1, 1), **year
        )
        services.set_target(actor=manager, indicator=rejects, cluster=world.leather, value=5, **year)
        value = services.record_measurement(
            actor=world.cda, indicator=rejects, period=period, cluster=world.leather, value=i, source="x"
        )
        outcome = services.record_outcome(
            actor=world.cda,
            programme=programme,
            cluster=world.leather,
            kind="investment",
            title=f"Mill {i}",
            happened="2010",
            source="Visit",
            parties=[(world.tannery, "gains"), (world.clri, "supports")],
        )
        services.verify_outcome(actor=manager, outcome=outcome, version=None, note="Seen")
        closing = services.open_closing(actor=manager, period=period, cluster=world.leather)
        services.submit_closing(actor=world.cda, closing=closing, version=None, as_not_reported=True)
        services.approve_closing(actor=manager, closing=closing, version=None)
        services.grant_exception(actor=manager, closing=closing, until=dt.date.today(), reason="Slip")
        services.update_measurement(actor=world.cda, measurement=value, version=None, value=i + 1)
        services.restate(actor=manager, closing=closing, version=None, reason="Slip")


def test_twenty_rows_cost_as_many_queries_as_ten(world: World, manager: Partner, rejects: Indicator) -> None:
    lists = [
        "results", "indicators", "targets", "reporting-periods", "measurements", "outcomes", "closings",
        "restatements",
    ]  # fmt: skip
    counted: list[dict[str, int]] = []
    for start in (0, 5):
        more(world, rejects, start)
        manager.get("clusters/")
        found = {}
        for name in lists:
            with CaptureQueriesContext(connection) as queries:
                answer = manager.get(f"{name}/", limit=200)
            assert len(answer.json()["results"]) >= start + 5, name
            found[name] = len(queries)
        counted.append(found)
    assert counted[0] == counted[1]
    assert max(counted[1].values()) <= 15


def test_the_feed_tells_of_results_whom_it_may(
    world: World, partner: Partner, manager: Partner, quarter: ReportingPeriod, rejects: Indicator
) -> None:
    more(world, rejects, 0)
    Change.objects.update(at=timezone.now() - dt.timedelta(minutes=1))

    def kinds(who: str) -> set[str]:
        rows = Partner(getattr(world, who)).get("changes/", limit=200).json()["results"]
        return {row["type"] for row in rows} & OF_RESULTS

    totals = {"result", "indicator", "target", "reportingperiod", "closing", "closingexception"}
    assert kinds("partner") == OF_RESULTS
    assert kinds("evaluator") == totals  # what is of single firms is not for the evaluator
    assert kinds("cda") == {"closing", "outcome", "outcomeparty", "closingexception"}
    assert kinds("cda_other") == kinds("donor") == set()
