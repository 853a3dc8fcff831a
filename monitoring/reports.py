"""The job that builds reports: records to snapshot, snapshot to files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from monitoring import services
from monitoring.models import BUILD, ISSUE, Report
from monitoring.permissions import can_issue, can_request
from twinning.core.access import WrongState, require
from twinning.core.jobs import Effect, Result, Run, job
from twinning.core.reports import Imprint, Made, ReportKind, canonical, digest, kind_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STEPS = 4


def imprint_of(report: Report) -> Imprint:
    """What the copies of a built report say about themselves."""
    return Imprint(
        made_by=str(report.created_by),
        made_at=cast(dt.datetime, report.built_at),
        language=report.language,
        sha256=report.snapshot_sha256,
        options=report.options,
        issued_on=report.issued_at.date() if report.issued_at else None,
    )


def make_files(
    kind: ReportKind,
    snapshot: dict[str, Any],
    imprint: Imprint,
    name: str,
    progress: Callable[[int, str], None] = lambda done, message: None,
) -> list[Made]:
    """All files of a report. ``progress`` is told how many steps are done and what comes next."""
    progress(1, _("setting the pages"))
    pdf = kind.pdf(snapshot, imprint)
    progress(2, _("writing the spreadsheet"))
    xlsx = kind.xlsx(snapshot, imprint)
    progress(3, _("keeping the files"))
    word = [Made("docx", f"{name}.docx", kind.docx(snapshot, imprint), _DOCX)] if kind.docx else []
    return [
        Made("pdf", f"{name}.pdf", pdf, "application/pdf"),
        *word,
        Made("xlsx", f"{name}.xlsx", xlsx, _XLSX),
        Made("csv", f"{name}.csv", kind.data(snapshot), "text/csv"),
        Made("json", f"{name}.json", canonical(snapshot), "application/json"),
    ]


@job(services.JOB)
def build(run: Run) -> Effect:
    """Build, issue or redraft a report. ``params``: report (id), what, and issued_at for issuing."""
    params = run.job.params
    report = Report.objects.select_related("programme", "cluster", "created_by").get(pk=params["report"])
    actor, what = run.job.created_by, params["what"]
    with translation.override(actor.language or settings.LANGUAGE_CODE):
        # Rights may have ended while the job waited.
        if what == BUILD:
            require(can_request(actor, report.programme, report.cluster))
        else:
            require(can_issue(actor, report.programme))
        if report.issued_at is not None:
            raise WrongState(_("This report is issued; it does not change any more."))
        run.progress(0, _STEPS, _("reading the records"))
        snapshot = _snapshot(report, run) if what == BUILD else report.snapshot
        if what != BUILD and digest(snapshot) != report.snapshot_sha256:
            raise WrongState(_("The kept records of this report are not those that it was made from."))
        issued_at = dt.datetime.fromisoformat(params["issued_at"]) if what == ISSUE else None
        if what == BUILD:
            report.built_at, report.snapshot_sha256 = timezone.now(), digest(snapshot)
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
        return Result({"report": report.pk, "snapshot_sha256": imprint.sha256}, url)

    return effect


def _snapshot(report: Report, run: Run) -> dict[str, Any]:
    request = services.request_of(
        programme=report.programme, cluster=report.cluster, as_of=report.as_of, actor=run.job.created_by
    )
    return kind_of(report.kind).take(request)
