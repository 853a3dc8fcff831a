"""Reads about reports, for pages."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.models import Report, ReportQuerySet
from twinning.core.models import Job

_OPEN = [Job.Status.QUEUED, Job.Status.RUNNING]
# What a report is to its reader: name, word, mark, and the rows that are so. The first that fits holds.
STATES = {
    "issued": (_("issued"), "good", Q(issued_at__isnull=False)),
    "draft": (_("draft"), "plan", Q(issued_at=None, built_at__isnull=False)),
    "working": (_("being built"), "busy", Q(built_at=None, job__status__in=_OPEN)),
    "failed": (_("not built"), "bad", Q(built_at=None) & ~Q(job__status__in=_OPEN)),
}


def state_of(report: Report) -> str:
    if report.issued_at is not None:
        return "issued"
    if report.built_at is not None:
        return "draft"
    return "working" if report.job is not None and not report.job.is_over else "failed"


def in_state(rows: ReportQuerySet, state: str) -> ReportQuerySet:
    return rows.filter(STATES[state][2]) if state in STATES else rows
