"""The life of a report: asked for, built, issued, withdrawn; and its pages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.services import log_activity
from monitoring import services
from monitoring.models import BUILD, Report
from monitoring.reports.files import imprint_of
from tests.conftest import World, fresh
from twinning.core import jobs
from twinning.core.access import DomainError, PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Attachment, Change, Job
from twinning.core.reports import digest, kind_of


def ask(world: World, **values: Any) -> Report:
    given = {
        "actor": world.manager,
        "programme": world.programme,
        "kind": "activity-status",
        "as_of": world.today,
    }
    return services.request_report(**(given | values))


def work(report: Report) -> Report:
    jobs.work(job_of(report).pk, heartbeat=False)
    return Report.objects.get(pk=report.pk)


def job_of(report: Report) -> Job:
    assert report.job is not None
    report.job.refresh_from_db()
    return report.job


@pytest.fixture
def built(world: World) -> Report:
    log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather],
        title="Fair",
        period_text="Sep-07",
    )
    return work(ask(world))


@pytest.fixture
def issued(world: World, built: Report) -> Report:
    services.issue_report(actor=world.manager, report=built, version=built.version)
    return work(Report.objects.get(pk=built.pk))


def url(name: str, world: World, report: Report) -> str:
    return reverse(name, args=[world.programme.slug, report.pk])


def files(report: Report) -> dict[str, Attachment]:
    return {Path(file.name).suffix: file for file in Attachment.objects.of(report)}


# Asking ---------------------------------------------------------------------------------------------------


def test_a_report_is_asked_for_and_built(world, built):
    assert job_of(built).status == Job.Status.DONE
    assert built.title == "Activity status July 2011: whole programme, as of 31 July 2011"
    assert set(files(built)) == {".pdf", ".xlsx", ".csv", ".json"}
    assert digest(built.snapshot) == built.snapshot_sha256 == files(built)[".json"].sha256
    assert job_of(built).result_url == url("report", world, built)
    changes = Change.objects.of(built)
    assert [change.action for change in changes] == ["changed", "created"]
    assert "snapshot" not in changes[0].fields


def test_reports_on_the_same_are_told_apart_by_their_titles(world):
    day = dt.date(2011, 3, 31)
    asked = [ask(world, kind="results", **more) for more in ({}, {"as_of": day}, {"as_of": day})]
    asked.append(ask(world, kind="results", as_of=day, cluster=world.leather))
    assert [report.title for report in asked] == [
        "Results of Tanning programme, as of 31 July 2011",
        "Results of Tanning programme, as of 31 March 2011",
        "Results of Tanning programme, as of 31 March 2011, version 2",
        "Results of Chennai leather, as of 31 March 2011",
    ]


def test_an_agent_reports_on_his_cluster_and_no_other(world):
    assert work(ask(world, actor=world.cda, cluster=world.leather)).built_at
    for cluster in (world.footwear, None):
        with pytest.raises(PermissionRefused):
            ask(world, actor=world.cda, cluster=cluster)
    with pytest.raises(PermissionRefused):
        ask(world, actor=world.donor)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "none"}, "kind"),
        ({"as_of": dt.date(2999, 1, 1)}, "as_of"),
        ({"options": {"colour": True}}, "options"),
    ],
)
def test_what_cannot_be_built_is_refused_beside_its_field(world, wrong, field):
    with pytest.raises(DomainError) as refused:
        ask(world, **wrong)
    assert list(refused.value.fields) == [field]
    assert not Report.objects.exists()
    assert not Job.objects.exists()


def test_a_cluster_of_another_programme_is_refused(world):
    with pytest.raises(DomainError) as refused:
        ask(world, cluster=world.other_cluster)
    assert "cluster" in refused.value.fields


def test_rights_that_ended_while_it_waited_are_noticed(world):
    from clusters.models import Membership

    report = ask(world, actor=world.cda, cluster=world.leather)
    Membership.objects.filter(user=world.cda).update(valid_to=dt.date(2000, 1, 1))
    report = work(report)
    assert job_of(report).status == Job.Status.FAILED
    assert job_of(report).error == "You may not do this."
    assert not files(report)


# Failing and trying again ---------------------------------------------------------------------------------


def test_a_report_that_failed_can_be_tried_again(world, monkeypatch):
    monkeypatch.setattr("activities.reports.activity_status.MAX_ROWS", -1)
    report = work(ask(world))
    assert "Ask for one cluster" in job_of(report).error
    monkeypatch.undo()
    again = services.retry_report(actor=world.manager, report=report)
    assert again.job_id != report.job_id
    assert work(again).built_at


def test_what_is_built_or_at_work_is_not_tried_again(world, built):
    with pytest.raises(WrongState, match="built already"):
        services.retry_report(actor=world.manager, report=built)
    with pytest.raises(WrongState, match="A worker is busy"):
        services.retry_report(actor=world.manager, report=ask(world))


def test_a_cancelled_report_leaves_nothing(world):
    report = ask(world)
    jobs.cancel(actor=world.manager, job_id=job_of(report).pk)
    report = work(report)
    assert report.built_at is None
    assert not files(report)


def test_an_effect_that_fails_leaves_no_bytes(world, monkeypatch, settings):
    monkeypatch.setattr("monitoring.services.reports._note_build", _break)
    report = work(ask(world))
    assert job_of(report).status == Job.Status.FAILED
    store = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    assert [path for path in store.glob("**/*") if path.is_file()] == []


def _break(*args: Any) -> None:
    raise RuntimeError("the disk is full")


# Issuing --------------------------------------------------------------------------------------------------


def test_an_issued_report_says_so_and_keeps_its_data(world, built, issued):
    assert issued.issued_by == world.manager
    assert issued.snapshot_sha256 == built.snapshot_sha256
    assert issued.built_at == built.built_at
    assert imprint_of(issued).issued_on == timezone.now().date()
    now = files(issued)
    assert now[".json"].sha256 == now[".json"].sha256
    assert Attachment.objects.filter(object_id=issued.pk, removed_at__isnull=False).count() == 4
    kind = kind_of("activity-status")
    assert now[".pdf"].file.read() == kind.pdf(issued.snapshot, imprint_of(issued))


def test_later_records_do_not_change_it(world, issued):
    before = {ending: file.sha256 for ending, file in files(issued).items()}
    log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather],
        title="Later",
        period_text="2010",
    )
    with pytest.raises(WrongState):
        services.issue_report(actor=world.manager, report=issued, version=issued.version)
    services.reports._enqueue(issued, world.manager, BUILD)
    assert "does not change any more" in job_of(work(issued)).error
    assert {ending: file.sha256 for ending, file in files(issued).items()} == before


def test_only_what_is_built_is_issued_and_only_by_the_management(world, built):
    with pytest.raises(WrongState, match="A worker is busy"):
        services.issue_report(actor=world.manager, report=ask(world), version=None)
    with pytest.raises(PermissionRefused):
        services.issue_report(actor=world.coordinator, report=built, version=built.version)
    with pytest.raises(StaleVersion):
        services.issue_report(actor=world.manager, report=built, version=built.version - 1)


def test_records_that_were_tampered_with_are_not_issued(world, built):
    Report.objects.filter(pk=built.pk).update(snapshot=built.snapshot | {"whole": False})
    services.issue_report(actor=world.manager, report=built, version=None)
    report = work(Report.objects.get(pk=built.pk))
    assert report.issued_at is None
    assert "not those that it was made from" in job_of(report).error


def test_donors_see_it_from_the_issue_to_the_withdrawal(world, built):
    def seen() -> bool:
        return Report.objects.visible_to(fresh(world.donor)).filter(pk=built.pk).exists()

    assert not seen()
    services.issue_report(actor=world.manager, report=built, version=None)
    assert not seen()
    report = work(Report.objects.get(pk=built.pk))
    assert seen()
    with pytest.raises(DomainError) as refused:
        services.withdraw_report(actor=world.manager, report=report, version=report.version, reason=" ")
    assert "reason" in refused.value.fields
    report = services.withdraw_report(
        actor=world.manager, report=report, version=report.version, reason="Wrong month"
    )
    assert not seen()
    report = work(report)
    assert (report.issued_at, job_of(report).status) == (None, Job.Status.DONE)
    assert "Wrong month" in [change.reason for change in Change.objects.of(report)]
    assert len(files(report)) == 4


# Pages ----------------------------------------------------------------------------------------------------


def test_asking_on_the_page(world, sign_in):
    client = sign_in(world.manager)
    address = reverse("report_new", args=["tanning"])
    assert b"The whole programme" in client.get(address).content
    sent = {"cluster": "leather", "as_of": "2011-07-31", "language": "it", "option_parsed": "on"}
    answer = client.post(address, sent)
    report = Report.objects.get()
    assert answer["Location"] == url("report", world, report)
    assert (report.cluster, report.language) == (world.leather, "it")
    assert report.options == {"status": False, "parsed": True, "timeline": False}
    assert report.title == "Stato delle attività, luglio 2011: Chennai leather, al 31 Luglio 2011"


def test_a_page_with_mistakes_shows_them_beside_the_field(world, sign_in):
    client = sign_in(world.cda)
    address = reverse("report_new", args=["tanning"])
    assert b"The whole programme" not in client.get(address).content
    answer = client.post(address, {"cluster": "footwear", "as_of": "2999-01-01", "language": "en"})
    assert answer.status_code == 422
    assert b"not one of the available choices" in answer.content
    answer = client.post(address, {"cluster": "leather", "as_of": "2999-01-01", "language": "en"})
    assert answer.status_code == 422
    assert b"choose today or an earlier day" in answer.content
    assert client.get(address, {"kind": "none"}).status_code == 404


def test_the_page_shows_progress_and_then_the_files(world, sign_in):
    client = sign_in(world.manager)
    report = ask(world)
    page = client.get(url("report", world, report))
    assert b'http-equiv="refresh"' in page.content
    assert reverse("job_cancel", args=[report.job_id]).encode() in page.content
    part = client.get(url("report", world, report), headers={"HX-Request": "true"})
    assert "HX-Refresh" not in part
    assert b"<html" not in part.content
    work(report)
    part = client.get(url("report", world, report), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    page = client.get(url("report", world, report)).content.decode()
    assert "activity-status_tanning_2011-07-31.pdf" in page
    assert url("report_issue", world, report) in page


def test_a_failure_is_said_in_plain_words_with_a_way_on(world, sign_in, monkeypatch):
    monkeypatch.setattr("activities.reports.activity_status.MAX_ROWS", -1)
    report = work(ask(world))
    client = sign_in(world.manager)
    page = client.get(url("report", world, report)).content.decode()
    assert "Ask for one cluster at a time." in page
    assert "Try again" in page
    answer = client.post(url("report_retry", world, report))
    assert answer["Location"] == url("report", world, report)
    assert Report.objects.get().job_id != report.job_id


def test_reading_it_on_a_page(world, sign_in, built):
    page = sign_in(world.manager).get(url("report_read", world, built)).content.decode()
    assert "Chennai leather Activity Status July 2011" in page
    assert "css/report.css" in page
    assert sign_in(world.manager).get(url("report_read", world, ask(world))).status_code == 404


def test_issuing_and_withdrawing_on_pages(world, sign_in, built):
    client = sign_in(world.manager)
    assert b"Issue this report?" in client.get(url("report_issue", world, built)).content
    assert client.post(url("report_issue", world, built), {"version": built.version - 1}).status_code == 409
    assert client.post(url("report_issue", world, built), {"version": built.version}).status_code == 302
    report = work(Report.objects.get(pk=built.pk))
    answer = client.post(url("report_withdraw", world, report), {"version": report.version, "reason": ""})
    assert answer.status_code == 422
    sent = {"version": report.version, "reason": "Wrong month"}
    assert client.post(url("report_withdraw", world, report), sent).status_code == 302
    assert Report.objects.get(pk=built.pk).issued_at is None


def test_the_list_is_filtered_by_kind_cluster_and_state(world, sign_in, built):
    on_leather = ask(world, cluster=world.leather)
    client = sign_in(world.manager)

    def shown(**query: str) -> set[int]:
        page = client.get(reverse("reports", args=["tanning"]), query)
        return {report.pk for report, _kind, _state in page.context["lines"]}

    assert shown() == {built.pk, on_leather.pk}
    assert shown(state="draft") == {built.pk}
    assert shown(state="working") == {on_leather.pk}
    assert shown(cluster="leather") == {on_leather.pk}
    assert shown(kind="activity-status", state="issued") == set()
    assert shown(kind="nonsense") == {built.pk, on_leather.pk}


def test_ten_reports_cost_as_many_queries_as_twenty(world, sign_in):
    from django.db import connection

    client = sign_in(world.manager)
    counts = []
    for _round in range(2):
        for _report in range(10):
            ask(world, cluster=world.leather)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("reports", args=["tanning"]))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_the_page_says_at_each_stage_what_the_report_is(world, sign_in, built):
    client = sign_in(world.manager)

    def page() -> str:
        return " ".join(client.get(url("report", world, built)).content.decode().split())

    def in_list() -> str:
        return str(client.get(reverse("reports", args=["tanning"])).context["lines"][0][2][0])

    assert "Being built" in client.get(url("report", world, ask(world))).content.decode()
    Report.objects.exclude(pk=built.pk).delete()
    assert (in_list(), "Being" in page()) == ("draft", False)

    client.post(url("report_issue", world, built), {"version": built.version})
    assert ("Being issued" in page(), in_list()) == (True, "being issued")
    report = work(Report.objects.get(pk=built.pk))
    assert ("being issued" in page().lower(), in_list()) == (False, "issued")

    client.post(url("report_withdraw", world, built), {"version": report.version, "reason": "Wrong month"})
    assert ("Being made a draft again" in page(), in_list()) == (True, "draft")
    work(Report.objects.get(pk=built.pk))
    assert "Being" not in page()


def test_what_came_to_nothing_is_named_and_may_be_tried_again(world, sign_in, issued, monkeypatch):
    client = sign_in(world.manager)
    sent = {"version": issued.version, "reason": "Wrong month"}
    client.post(url("report_withdraw", world, issued), sent)
    monkeypatch.setattr("monitoring.tasks.make_files", _break)
    work(Report.objects.get(pk=issued.pk))
    page = client.get(url("report", world, issued)).content.decode()
    assert "its files still say that it is issued" in page
    assert "Try again" in page

    client.post(url("report_retry", world, issued))
    monkeypatch.undo()
    report = work(Report.objects.get(pk=issued.pk))
    client.post(url("report_issue", world, issued), {"version": report.version})
    jobs.cancel(actor=world.manager, job_id=job_of(Report.objects.get(pk=issued.pk)).pk)
    page = client.get(url("report", world, issued)).content.decode()
    assert "Issuing was cancelled: the report is still a draft" in page
    assert url("report_issue", world, report) in page
    assert "Try again" not in page
