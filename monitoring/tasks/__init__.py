"""The job that builds reports: records to snapshot, snapshot to files; and what beat rings for in this room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from monitoring import services
from monitoring.models import BUILD, ISSUE, REDRAFT, Report
from monitoring.permissions import can_issue, can_request
from monitoring.reports.files import imprint_of, make_files
from monitoring.reports.setup import take
from monitoring.tasks.values import (
    VALUES,
    begin_values,
    enter_values,
    import_values,
    start_undo_values,
    start_values,
    start_values_again,
)
from twinning.core.access import WrongState, require
from twinning.core.jobs import Effect, Result, Run, job
from twinning.core.reports import digest, kind_of

__all__ = [
    "VALUES",
    "begin_values",
    "enter_values",
    "import_values",
    "start_undo_values",
    "start_values",
    "start_values_again",
]

_STEPS = 4


@job(services.JOB)
def build(run: Run) -> Effect:
    """Build, issue or redraft a report. ``params``: report (id), what, and issued_at for issuing."""
    params = run.job.params
    report = Report.objects.select_related("programme", "cluster", "created_by").get(pk=params["report"])
    actor, what = run.job.created_by, params["what"]
    with translation.override(actor.language or settings.LANGUAGE_CODE):
        # Rights may have ended while the job waited.
        if what == BUILD:
            require(can_request(actor, report.programme, report.cluster, report.kind))
        else:
            require(can_issue(actor, report.programme))
        if report.issued_at is not None:
            raise WrongState(_("This report is issued; it does not change any more."))
        run.progress(0, _STEPS, _("reading the records"))
        # Before the records are read: what changes meanwhile counts as changed since.
        began = timezone.now()
        snapshot = _snapshot(report, run) if what == BUILD else report.snapshot
        if what != BUILD and digest(snapshot) != report.snapshot_sha256:
            raise WrongState(_("The kept records of this report are not those that it was made from."))
        issued_at = dt.datetime.fromisoformat(params["issued_at"]) if what == ISSUE else None
        if what == BUILD:
            report.built_at, report.snapshot_sha256 = began, digest(snapshot)
        report.issued_at = issued_at
        imprint = imprint_of(report)
        name = f"{report.kind}_{(report.cluster or report.programme).slug}_{report.as_of.isoformat()}"
        files = make_files(
            kind_of(report.kind),
            snapshot,
            imprint,
            name,
            lambda done, message: run.progress(done, _STEPS, message),
        )
    url = reverse("report", args=[report.programme.slug, report.pk])

    def effect() -> Result:
        services.keep_build(
            job=run.job,
            report=report,
            snapshot=snapshot if what == BUILD else None,
            sha256=imprint.sha256,
            made_at=imprint.made_at,
            issued_at=issued_at,
            files=files,
        )
        if what != REDRAFT:
            built = Report.objects.select_related("programme", "schedule__owner").get(pk=report.pk)
            services.deliver(report=built, was_issued=what == ISSUE)
        return Result({"report": report.pk, "snapshot_sha256": imprint.sha256}, url)

    return effect


def _snapshot(report: Report, run: Run) -> dict[str, Any]:
    request = services.request_of(
        programme=report.programme,
        cluster=report.cluster,
        as_of=report.as_of,
        actor=run.job.created_by,
        options=report.options,
    )
    # In the words of the report, not in those of who asked for it.
    return take(kind_of(report.kind), request, report.language)


@shared_task(name="monitoring.remind", ignore_result=True, expires=600)
def remind() -> int:
    return services.remind_people()


@shared_task(name="monitoring.run_schedules", ignore_result=True, expires=600)
def run_schedules() -> int:
    services.tell_failed()
    return services.run_schedules()
