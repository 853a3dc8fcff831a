"""Sheets of values over the API: tried out, entered, taken back, by the rules of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from monitoring import services
from monitoring.models import Indicator, Measurement, ReportingPeriod, ValueBatch
from tests.api.conftest import Partner
from tests.api.test_problems import is_problem
from tests.api.test_results import manager, quarter
from tests.conftest import World
from tests.monitoring.results import tables

__all__ = ["manager", "quarter"]


@pytest.fixture
def typed(world: World, quarter: ReportingPeriod) -> Indicator:
    result = tables(world)["T9.1"].result
    return services.add_indicator(actor=world.manager, result=result, code="EMP", name="Employed")


def send(partner: Partner, *rows: str, name: str = "values.csv", holds: str = "values") -> Any:
    text = "\n".join(["indicator,period,cluster,value,source", *rows])
    file = SimpleUploadedFile(name, text.encode(), content_type="text/csv")
    return partner.post("value-imports/", {"programme": "tanning", "holds": holds, "file": file})


def row(quarter: ReportingPeriod, value: object, cluster: str = "leather") -> str:
    return f"EMP,{quarter.title},{cluster},{value},Survey"


def test_a_sheet_is_tried_out_entered_and_taken_back(
    manager: Partner, typed: Indicator, quarter: ReportingPeriod
) -> None:
    sent = send(manager, row(quarter, 12), row(quarter, "many", "footwear"))
    assert sent.status_code == 201, sent.content
    batch = sent.json()
    assert (batch["stage"], batch["counts"]["new"], batch["counts"]["refused"]) == ("ready", 1, 1)
    assert not Measurement.objects.exists()
    here = f"value-imports/{batch['id']}/"
    assert sent["Location"].endswith(here)
    (refused,) = manager.get(f"{here}rows/", action="refused").json()["results"]
    assert (refused["place"], "not a number" in refused["reason"]) == (3, True)

    is_problem(manager.send("post", f"{here}apply/", {"mode": "all"}), 409, "conflict")
    applied = manager.send("post", f"{here}apply/", {"mode": "good"})
    assert (applied.status_code, applied.json()["stage"]) == (200, "applied")
    assert Measurement.objects.get().value == 12
    (entered,) = manager.get(f"{here}rows/", action="new").json()["results"]
    assert entered["record"] == Measurement.objects.get().pk
    assert manager.send("post", f"{here}apply/").status_code == 409

    assert manager.send("post", f"{here}undo/").json()["stage"] == "undone"
    assert not Measurement.objects.exists()
    again = manager.send("post", f"{here}again/")
    assert (again.status_code, again.json()["stage"]) == (200, "ready")


def test_an_old_view_does_not_enter_what_was_tried_out_since(
    manager: Partner, typed: Indicator, quarter: ReportingPeriod
) -> None:
    sent = send(manager, row(quarter, 12))
    here = f"value-imports/{sent.json()['id']}/"
    manager.send("post", f"{here}apply/", {"mode": "all"})
    stale = manager.send("post", f"{here}undo/", If_Match=sent["ETag"])
    assert stale.status_code == 412
    assert Measurement.objects.exists()


def test_what_is_no_sheet_is_refused_and_not_kept(manager: Partner, typed: Indicator) -> None:
    file = SimpleUploadedFile("values.xlsx", b"PK\x03\x04 nothing")
    broken = manager.post("value-imports/", {"programme": "tanning", "holds": "values", "file": file})
    assert (broken.status_code, broken.json()["errors"][0]["pointer"]) == (400, "#/file")
    refused = manager.post("value-imports/", {"programme": "tanning", "holds": "values"})
    assert [one["pointer"] for one in refused.json()["errors"]] == ["#/file"]
    assert not ValueBatch.objects.exists()


def test_an_agent_enters_for_their_cluster_and_sees_their_own_sheets(
    world: World, manager: Partner, typed: Indicator, quarter: ReportingPeriod
) -> None:
    theirs = send(manager, row(quarter, 1)).json()["id"]
    agent = Partner(world.cda)
    own = send(agent, row(quarter, 12), row(quarter, 5, "footwear")).json()
    assert (own["counts"]["new"], own["counts"]["refused"]) == (1, 1)
    assert [one["id"] for one in agent.get("value-imports/").json()["results"]] == [own["id"]]
    assert agent.get(f"value-imports/{theirs}/rows/").status_code == 404
    assert send(agent, holds="targets").status_code == 403
