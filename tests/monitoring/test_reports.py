"""The life of a report: asked for, built, issued, withdrawn."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from activities.services import log_activity
from monitoring import services
from monitoring.models import BUILD, Report
from monitoring.reports.files import imprint_of
from tests.conftest import fresh
from tests.monitoring.reporting import ask, built, files, full_disk, issued, job_of, url, work
from twinning.core import jobs
from twinning.core.access import DomainError, PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Attachment, Change, Job
from twinning.core.reports import digest, kind_of

__all__ = ["built", "issued"]


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
    monkeypatch.setattr("monitoring.services.reports._note_build", full_disk)
    report = work(ask(world))
    assert job_of(report).status == Job.Status.FAILED
    store = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    assert [path for path in store.glob("**/*") if path.is_file()] == []


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
