"""Reports that are sent regularly: made when their day has come, and sent to who may see them then."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import get_language

from clusters.models import Membership
from monitoring import services
from monitoring.models import Report, ReportSchedule
from monitoring.rules.schedules import Every, next_day, reported_until
from monitoring.services.schedules import WAITS, note_closed
from tests.monitoring.scheduling import DAY, due, letters, now, run, schedule, work
from tests.monitoring.test_closings import closed, quarter
from twinning.core.access import DomainError
from twinning.core.letters import send_letters
from twinning.core.models import Attachment, Change, Job, Letter

__all__ = ["quarter"]


def test_a_draft_goes_to_readers_of_drafts_and_the_report_to_all_once_it_is_issued(world):
    report = run(schedule(world))
    today = timezone.localdate()
    assert report.as_of == reported_until(Every.QUARTER, 10, today)
    assert report.created_by == world.manager
    assert set(letters()) == {"Coordinator"}
    assert letters()["Coordinator"].attachment is None
    assert f"/p/tanning/reports/{report.pk}" in letters()["Coordinator"].body

    services.issue_report(actor=world.manager, report=report, version=None)
    work()
    written = {(letter.to.name, letter.about["issued"]) for letter in Letter.objects.all()}
    assert written == {("Coordinator", False), ("Coordinator", True), ("Donor", True)}
    # The draft is no draft any more, so its letter is not sent.
    assert send_letters() == 2
    assert {message.to[0] for message in mail.outbox} == {world.coordinator.email, world.donor.email}
    for message in mail.outbox:
        ((name, data, media_type),) = message.attachments
        assert name.endswith(".pdf")
        assert media_type == "application/pdf"
        assert data[:5] == b"%PDF-"


def test_one_that_is_issued_at_once_is_sent_when_it_is(world):
    report = run(schedule(world, issue_at_once=True))
    assert report.issued_at is not None
    assert {letter.about["issued"] for letter in Letter.objects.all()} == {True}
    assert set(letters()) == {"Coordinator", "Donor"}
    assert Job.objects.filter(params__report=report.pk).count() == 2


def test_two_beats_make_one_report(world):
    made = schedule(world)
    due(made)
    assert [services.run_schedules(), services.run_schedules()] == [1, 0]
    assert Report.objects.count() == 1
    assert now(made).next_on == next_day(Every.QUARTER, 10, timezone.localdate())


def test_after_days_without_a_worker_one_report_is_made(world):
    made = schedule(world, every=Every.MONTH)
    ReportSchedule.objects.filter(pk=made.pk).update(next_on=timezone.localdate() - 400 * DAY)
    assert services.run_schedules() == 1
    assert Report.objects.get().as_of == reported_until(Every.MONTH, 10, timezone.localdate())


def test_who_left_meanwhile_gets_nothing(world):
    made = schedule(world, issue_at_once=True)
    run(made)
    Membership.objects.filter(user=world.donor).update(valid_to=timezone.localdate() - DAY)
    assert send_letters() == 1
    assert letters()["Donor"].status == Letter.Status.DROPPED
    Letter.objects.all().delete()
    Report.objects.filter(schedule=made).update(schedule=None)
    run(made)
    assert set(letters()) == {"Coordinator"}


def test_a_report_that_was_withdrawn_before_its_letter_went_is_not_sent(world):
    report = run(schedule(world, issue_at_once=True))
    services.withdraw_report(actor=world.manager, report=report, version=None, reason="Wrong.")
    work()
    assert send_letters() == 0
    assert Report.objects.get().issued_at is None  # and it is not issued again by itself


def test_rights_that_the_owner_lost_stop_it_and_the_owner_is_told(world):
    made = schedule(world, actor=world.coordinator, recipients=[world.coordinator.pk])
    Membership.objects.filter(user=world.coordinator).update(role="donor")
    due(made)
    assert services.run_schedules() == 0
    stopped = now(made)
    assert stopped.paused_because == "Coordinator may not ask for this report."
    assert not Report.objects.exists()
    assert letters()["Coordinator"].subject.startswith("Stopped: ")
    assert send_letters() == 1
    assert Change.objects.of(stopped)[0].actor is None
    with pytest.raises(DomainError, match="may not ask"):
        services.resume_schedule(actor=world.manager, schedule=stopped, version=None)


def test_the_owner_is_told_in_their_own_language_why_it_stopped(world):
    world.coordinator.language = "it"
    world.coordinator.save(update_fields=["language"])
    made = schedule(world, actor=world.coordinator, recipients=[world.coordinator.pk])
    Membership.objects.filter(user=world.coordinator).update(role="donor")
    due(made)
    with patch("monitoring.services.schedules._", lambda text: f"{get_language()}: {text}"):
        services.run_schedules()
    assert now(made).paused_because.startswith("it: Coordinator")


def test_an_owner_who_left_altogether_is_not_written_to(world):
    made = schedule(world, actor=world.coordinator, recipients=[world.coordinator.pk])
    Membership.objects.filter(user=world.coordinator).update(valid_to=timezone.localdate() - DAY)
    due(made)
    services.run_schedules()
    assert now(made).paused_at is not None
    assert send_letters() == 0


def test_an_owner_who_may_not_issue_any_more_keeps_a_draft(world):
    made = schedule(world, actor=world.cta, issue_at_once=True)
    due(made)
    services.run_schedules()
    Membership.objects.filter(user=world.cta).update(role="coordinator")
    (report,) = work()
    assert report.built_at
    assert not report.issued_at
    assert now(made).paused_because
    assert set(letters()) == {"Cta"}


def test_one_that_cannot_be_made_does_not_hold_up_the_others(world, monkeypatch):
    bad, good = schedule(world), schedule(world, every=Every.MONTH)
    for made in (bad, good):
        due(made)
    real = services.request_report

    def fails(**values: Any) -> Report:
        if values["schedule"] == bad:
            raise ValueError
        return real(**values)

    monkeypatch.setattr("monitoring.services.schedules.request_report", fails)
    assert services.run_schedules() == 1
    assert now(bad).next_on == timezone.localdate()


def test_what_nobody_foresaw_is_tried_again_ever_later_and_then_stopped_and_told(world, monkeypatch):
    made, tries = schedule(world), []

    def fails(**_values: Any) -> Report:
        tries.append(timezone.now())
        raise ValueError("no such column")

    monkeypatch.setattr("monitoring.services.schedules.request_report", fails)
    due(made)
    waits = []
    for _try in WAITS:
        services.run_schedules()
        services.run_schedules()  # it is not its time yet
        again = now(made).retry_at
        assert again is not None
        waits.append(again - timezone.now())
        ReportSchedule.objects.filter(pk=made.pk).update(retry_at=timezone.now())
    assert len(tries) == len(WAITS)
    assert waits == sorted(waits)
    assert now(made).paused_at is None
    services.run_schedules()
    assert "An error of the system" in now(made).paused_because
    assert set(letters()) == {"Manager"}
    assert "no such column" not in letters()["Manager"].body
    services.resume_schedule(actor=world.manager, schedule=made, version=None)
    assert (now(made).failures, now(made).retry_at) == (0, None)


def test_what_succeeds_again_begins_anew(world):
    made = schedule(world)
    ReportSchedule.objects.update(failures=3, retry_at=timezone.now())
    run(made)
    assert (now(made).failures, now(made).retry_at) == (0, None)


def test_its_language_is_the_usual_one_of_such_reports_unless_given(world):
    assert schedule(world, kind="results").language == "en"
    services.lay_out_report(
        actor=world.manager, programme=world.programme, kind="results", version=None, language="it"
    )
    assert schedule(world, kind="results").language == "it"
    assert schedule(world, kind="results", language="fr").language == "fr"


def test_older_failures_are_told_of_behind_many_that_were(world, monkeypatch):
    monkeypatch.setattr("monitoring.services.schedules.AT_ONCE", 2)
    made = schedule(world)
    gone = schedule(world, actor=world.coordinator, recipients=[world.coordinator.pk])
    for number in range(5):
        owner = made.owner if number else gone.owner
        services.request_report(
            actor=owner,
            programme=world.programme,
            kind="activity-status",
            as_of=world.today - number * DAY,
            schedule=made if number else gone,
        )
    type(world.coordinator).objects.filter(pk=world.coordinator.pk).update(is_active=False)
    Job.objects.update(status=Job.Status.FAILED, error="No paper.", ended_at=timezone.now())
    assert [services.tell_failed() for _run in range(4)] == [2, 2, 0, 0]


def test_the_owner_is_told_once_of_a_report_that_was_not_built(world):
    due(schedule(world))
    services.run_schedules()
    Job.objects.update(status=Job.Status.FAILED, error="No paper.", ended_at=timezone.now())
    assert [services.tell_failed(), services.tell_failed()] == [1, 0]
    assert "No paper." in letters()["Manager"].body


# Closings ---------------------------------------------------------------------------------------------------


def test_it_is_made_when_the_last_closing_of_a_period_is_approved(world, quarter):
    made = schedule(world, every=Every.CLOSING)
    assert made.next_on is None
    for cluster in (world.leather, world.footwear):
        closed(world, quarter, cluster)
        assert services.run_schedules() == 0
    assert now(made).next_on is None
    closed(world, quarter, None)
    assert [services.run_schedules(), services.run_schedules()] == [1, 0]
    assert Report.objects.get().as_of == quarter.last
    # Another closing does not bring the same period again.
    note_closed(quarter)
    assert services.run_schedules() == 0


def test_periods_that_were_closed_before_do_not_count(world, quarter):
    for cluster in (world.leather, world.footwear, None):
        closed(world, quarter, cluster)
    schedule(world, every=Every.CLOSING)
    note_closed(quarter)
    assert services.run_schedules() == 0
    assert not Report.objects.exists()


def test_the_files_of_a_scheduled_report_are_those_of_any_other(world):
    report = run(schedule(world, options={"parsed": True}))
    assert report.options["parsed"] is True
    assert Attachment.objects.of(report).count() == 4
