"""Imports, reports and their files over the API, with the worker that a test is itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.models import Activity, ImportBatch
from tests.api.conftest import Partner
from tests.conftest import World
from twinning.core import jobs
from twinning.core.models import Job

SHEET = """No,Activity,Date
1,Study visit to Italy,5-9 March 2010
2,Workshop on finishing,Sep 2010
3,Meeting of associations,5/9/2009
"""


def send(partner: Partner, text: str = SHEET, name: str = "status.csv", key: str = "") -> Any:
    file = SimpleUploadedFile(name, text.encode(), content_type="text/csv")
    headers = {"Idempotency-Key": key} if key else None
    return partner.post("imports/", {"cluster": "leather", "file": file}, headers=headers)


def test_a_sheet_is_tried_out_answered_applied_and_undone(world: World, partner: Partner) -> None:
    sent = send(partner)
    assert sent.status_code == 201, sent.content
    batch = sent.json()
    assert (batch["stage"], batch["counts"]["new"], batch["columns"]["title"]) == ("ready", 3, 1)
    assert not Activity.objects.exists()
    here = f"imports/{batch['id']}/"

    rows = partner.get(f"{here}rows/").json()["results"]
    assert [row["action"] for row in rows] == ["new", "new", "new"]
    (asked,) = partner.get(f"{here}rows/", needs_answer="true").json()["results"]
    answer = {"answers": [{"row": asked["id"], "text": "5 Sep 2009"}]}
    assert partner.send("post", f"{here}answers/", answer).status_code == 200

    applied = partner.send("post", f"{here}apply/", {"mode": "all"})
    assert (applied.status_code, applied.json()["stage"]) == (200, "applied")
    assert Activity.objects.get(title="Meeting of associations").period_edtf == "2009-09-05"
    assert partner.send("post", f"{here}apply/").status_code == 409

    undone = partner.send("post", f"{here}undo/")
    assert undone.json()["stage"] == "undone"
    assert partner.get("activities/").json()["results"] == []


def test_a_sheet_without_plain_columns_waits_for_them(partner: Partner) -> None:
    batch = send(partner, "a,b\nx,2010\nStudy visit,2011\n").json()
    assert batch["stage"] in ("uploaded", "ready")
    told = partner.send("post", f"imports/{batch['id']}/columns/", {"columns": {"title": 0, "period": 1}})
    assert (told.status_code, told.json()["columns"]) == (200, {"title": 0, "period": 1})
    assert told.json()["stage"] == "ready"


def test_a_wrong_answer_points_to_itself(partner: Partner) -> None:
    here = f"imports/{send(partner).json()['id']}/"
    (asked,) = partner.get(f"{here}rows/", needs_answer="true").json()["results"]
    wrong = partner.send("post", f"{here}answers/", {"answers": [{"row": asked["id"], "period": 99}]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "#/answers/0/period")


def test_what_is_no_sheet_is_refused_and_not_kept(partner: Partner) -> None:
    refused = send(partner, "PK\x03\x04 nothing", name="status.xlsx")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "#/file"
    assert not ImportBatch.objects.exists()


def test_a_sheet_sent_twice_under_one_key_is_one_import(partner: Partner) -> None:
    first = send(partner, key="july")
    second = send(partner, key="july")
    assert second["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()
    assert ImportBatch.objects.count() == 1
    other = send(partner, SHEET + "4,Another,2011\n", key="july")
    assert other.status_code == 422


def test_who_imports_where(world: World, partner: Partner) -> None:
    batch = send(partner).json()
    for who in ("cda_other", "donor", "stranger"):
        visitor = Partner(getattr(world, who))
        assert visitor.get(f"imports/{batch['id']}/").status_code == 404
        assert visitor.get(f"imports/{batch['id']}/rows/").status_code == 404
        assert visitor.get("imports/").json()["results"] == []
    assert send(Partner(world.cda_other)).status_code == 403
    assert send(Partner(world.cda)).status_code == 201


def work() -> None:
    for job in Job.objects.filter(status=Job.Status.QUEUED):
        jobs.work(job.pk, heartbeat=False)


@pytest.fixture
def report(world: World, partner: Partner, visit: Activity) -> dict[str, Any]:
    body = {"programme": "tanning", "cluster": "leather", "kind": "activity-status", "as_of": "2011-07-31"}
    asked = partner.send("post", "reports/", body)
    assert asked.status_code == 202, asked.content
    assert (asked.json()["state"], asked.json()["job"]["status"]) == ("working", "queued")
    return dict(asked.json())


def test_a_report_is_asked_for_and_fetched(world: World, partner: Partner, report: dict[str, Any]) -> None:
    here = f"reports/{report['id']}/"
    work()
    built = partner.get(here).json()
    assert (built["state"], built["job"]["status"]) == ("draft", "done")
    assert [file["name"].rpartition(".")[2] for file in built["files"]] == ["pdf", "xlsx", "csv", "json"]
    pdf = built["files"][0]
    answer = partner.get(pdf["url"], headers={"Accept": "application/pdf"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    content = b"".join(answer.streaming_content)
    assert (content[:5], len(content)) == (b"%PDF-", pdf["size"])
    assert partner.get(pdf["url"], headers={"If-None-Match": answer["ETag"]}).status_code == 304

    donor = Partner(world.donor)
    assert donor.get(here).status_code == 404
    refused = donor.get(pdf["url"], headers={"Accept": "application/pdf"})
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")

    manager = Partner(world.manager)
    assert partner.send("post", f"{here}issue/").status_code == 403
    assert manager.send("post", f"{here}issue/", If_Match=manager.get(here)["ETag"]).status_code == 202
    work()
    assert donor.get(here).json()["state"] == "issued"
    assert donor.get(here).json()["job"] is None
    assert manager.send("post", f"{here}withdraw/", {"reason": "a mistake"}).status_code == 202
    assert donor.get(here).status_code == 404


def test_a_job_that_was_cancelled_is_tried_again(partner: Partner, report: dict[str, Any]) -> None:
    assert partner.send("post", f"jobs/{report['job']['id']}/cancel/").json()["status"] == "cancelled"
    assert partner.get(f"reports/{report['id']}/").json()["state"] == "failed"
    again = partner.send("post", f"reports/{report['id']}/retry/")
    assert (again.status_code, again.json()["state"]) == (202, "working")


def test_a_report_of_no_kind_or_of_tomorrow_is_refused(partner: Partner) -> None:
    body = {"programme": "tanning", "kind": "poetry"}
    assert partner.send("post", "reports/", body).json()["errors"][0]["pointer"] == "#/kind"
    body = {"programme": "tanning", "kind": "activity-status", "as_of": "2999-01-01"}
    assert partner.send("post", "reports/", body).json()["errors"][0]["pointer"] == "#/as_of"
