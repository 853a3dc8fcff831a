"""The life of a report: asked for, built by a worker, issued to the donors, perhaps withdrawn.

All files of a report are made from its snapshot. Issuing makes them again: another cover, the same data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from monitoring.models import BUILD, ISSUE, REDRAFT, Report, ReportSchedule
from monitoring.permissions import can_issue, can_request
from monitoring.queries.setup import usual_language
from twinning.core import attachments, history, jobs
from twinning.core.access import DomainError, StaleVersion, WrongState, require
from twinning.core.models import Attachment, Job, User
from twinning.core.reports import Made, ReportRequest, kind_of

JOB = "monitoring.report"
_LONGEST_TITLE = 150  # which leaves room for its day and number


def _refuse(field: str, message: str, code: str) -> DomainError:
    return DomainError(message, code=code, fields={field: [message]})


def request_of(
    *,
    programme: Programme,
    cluster: Cluster | None,
    as_of: dt.date,
    actor: User | None,
    options: Mapping[str, Any] | None = None,
) -> ReportRequest:
    """What a kind of report is built from: the cluster, or all of the programme in the order of their names.

    Raises DomainError at ``as_of`` for a day to come.
    """
    if as_of > timezone.localdate():
        raise _refuse(
            "as_of", _("A report tells how things stand: choose today or an earlier day."), "future"
        )
    clusters = [cluster] if cluster else list(Cluster.objects.filter(programme=programme))
    return ReportRequest(
        programme=programme,
        clusters=tuple(clusters),
        whole=cluster is None,
        as_of=as_of,
        actor=actor,
        options=options or {},
    )


def checked_options(
    programme: Programme, cluster: Cluster | None, kind: str, options: Mapping[str, Any]
) -> dict[str, Any]:
    """The options as they are kept, of a report that can be asked for; DomainError by field where it cannot."""
    what = kind_of(kind)
    if cluster is not None and cluster.programme_id != programme.pk:
        raise _refuse("cluster", _("This cluster belongs to another programme."), "other_programme")
    if cluster is None and what.needs_cluster:
        raise _refuse("cluster", _("This kind of report is about one cluster: choose it."), "no_cluster")
    return what.clean_options(options)


@transaction.atomic
def request_report(
    *,
    actor: User,
    programme: Programme,
    kind: str,
    as_of: dt.date,
    cluster: Cluster | None = None,
    language: str = "",
    options: Mapping[str, Any] | None = None,
    schedule: ReportSchedule | None = None,
) -> Report:
    """Ask for a report on one cluster or the whole programme; a worker builds it.

    ``language`` is the programme's usual one for such reports, else English, unless given.
    ``schedule``: where it is asked for regularly. The report that is returned has a ``job``. Raises
    PermissionRefused, DomainError and ValidationError, the latter two with messages by field.
    """
    require(can_request(actor, programme, cluster, kind))
    chosen = checked_options(programme, cluster, kind, options or {})
    language = language or usual_language(programme, kind) or "en"
    asked = request_of(programme=programme, cluster=cluster, as_of=as_of, actor=actor, options=chosen)
    with translation.override(language):
        title = _title(asked, kind)
    report = Report(
        programme=programme,
        cluster=cluster,
        kind=kind,
        title=title,
        as_of=as_of,
        language=language,
        options=chosen,
        schedule=schedule,
        created_by=actor,
    )
    history.create(report, actor=actor)
    return _enqueue(report, actor, BUILD)


def _title(asked: ReportRequest, kind: str) -> str:
    """What the report is about, with its day; and which one it is where there is such a report already."""
    day = date_format(asked.as_of, "DATE_FORMAT")
    about = _("%(title)s, as of %(day)s") % {"title": kind_of(kind).title(asked)[:_LONGEST_TITLE], "day": day}
    alike = Report.objects.filter(programme=asked.programme.pk, kind=kind, as_of=asked.as_of)
    taken = set(alike.values_list("title", flat=True))
    title, number = about, 1
    while title in taken:
        number += 1
        title = _("%(title)s, version %(number)d") % {"title": about, "number": number}
    return title


def _enqueue(report: Report, actor: User, what: str, **params: Any) -> Report:
    report.job = jobs.enqueue(
        JOB,
        actor=actor,
        title=report.title,
        params={"report": report.pk, "what": what, **params},
        programme_id=report.programme_id,
    )
    # Which job works on a report is bookkeeping, not a change of what the report says.
    Report.objects.filter(pk=report.pk).update(job=report.job)
    return report


def _locked(report: Report, version: int | None) -> Report:
    """The report, held until the transaction ends. Raises StaleVersion, and WrongState while a job runs."""
    current = Report.objects.select_for_update(of=("self",)).select_related("job").get(pk=report.pk)
    if version is not None and current.version != version:
        raise StaleVersion(current)
    if current.job is not None and not current.job.is_over:
        raise WrongState(_("A worker is busy with this report. Wait until it has finished."))
    return current


@transaction.atomic
def retry_report(*, actor: User, report: Report) -> Report:
    """Do again the work that failed or was cancelled. Raises WrongState for a report whose work is done.

    Files that say "issued" of a report that was withdrawn are made anew by who may issue.
    """
    require(can_request(actor, report.programme, report.cluster, report.kind))
    current = _locked(report, None)
    if current.built_at is not None:
        left = current.job
        if left is not None and left.status != Job.Status.DONE and left.params.get("what") == REDRAFT:
            require(can_issue(actor, report.programme))
            return _enqueue(current, actor, REDRAFT)
        raise WrongState(_("This report is built already. Ask for a new one to see newer records."))
    return _enqueue(current, actor, BUILD)


@transaction.atomic
def issue_report(*, actor: User, report: Report, version: int | None) -> Report:
    """Publish a built report to everybody in the programme. From then on it does not change.

    A worker makes the files again with the day of issue on the cover; then the report is issued.
    """
    require(can_issue(actor, report.programme))
    current = _locked(report, version)
    if current.built_at is None:
        raise WrongState(_("This report is not built yet."))
    if current.issued_at is not None:
        raise WrongState(_("This report is issued already."))
    return _enqueue(current, actor, ISSUE, issued_at=timezone.now().isoformat())


@transaction.atomic
def withdraw_report(*, actor: User, report: Report, version: int | None, reason: str) -> Report:
    """Take an issued report back: it is a draft again at once, and a worker makes files that say so."""
    require(can_issue(actor, report.programme))
    current = _locked(report, version)
    if current.issued_at is None:
        raise WrongState(_("This report is not issued."))
    if not reason.strip():
        raise _refuse("reason", _("Say why the report is withdrawn; its history keeps it."), "no_reason")
    current = history.change(
        current, {"issued_at": None, "issued_by": None}, actor=actor, version=None, reason=reason
    )
    return _enqueue(current, actor, REDRAFT)


def keep_build(
    *,
    job: Job,
    report: Report,
    snapshot: dict[str, Any] | None,
    sha256: str,
    made_at: dt.datetime,
    issued_at: dt.datetime | None,
    files: Iterable[Made],
) -> None:
    """The effect of a report job: keep the files, and with them what they were made from.

    ``snapshot`` None leaves the one that stands. Called inside the transaction that ends the job. Raises
    WrongState when the report was issued in between, which nothing may overwrite.
    """
    actor = job.created_by
    current = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if current.issued_at is not None:
        raise WrongState(_("This report is issued; it does not change any more."))
    for old in Attachment.objects.of(current):
        attachments.detach(actor=actor, attachment=old)
    kept: list[Attachment] = []
    try:
        for made in files:
            kept.append(_keep(made, current, job))
        _note_build(current, snapshot, sha256, made_at, issued_at, actor)
    except BaseException:
        # The rows are rolled back; the bytes would stay.
        for attachment in kept:
            attachment.file.storage.delete(str(attachment.file.name))
        raise


def _keep(made: Made, report: Report, job: Job) -> Attachment:
    return attachments.attach_made(
        actor=job.created_by,
        owner=report,
        name=made.name,
        data=made.data,
        media_type=made.media_type,
        key=f"report {report.pk} job {job.pk} {made.ending}",
    )


def _note_build(
    report: Report,
    snapshot: dict[str, Any] | None,
    sha256: str,
    made_at: dt.datetime,
    issued_at: dt.datetime | None,
    actor: User,
) -> None:
    if snapshot is not None:
        # Not through history: the snapshot is the report itself, and its hash stands for it there.
        Report.objects.filter(pk=report.pk).update(snapshot=snapshot)
    values: dict[str, Any] = {"snapshot_sha256": sha256, "built_at": made_at}
    if issued_at is not None:
        values |= {"issued_at": issued_at, "issued_by": actor}
    history.change(report, values, actor=actor, version=None)
