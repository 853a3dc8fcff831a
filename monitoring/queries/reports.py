"""Reads about reports, for pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.models import BUILD, ISSUE, REDRAFT, Report, ReportQuerySet
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


@dataclass(frozen=True, slots=True)
class Work:
    """The last work on a report: what it is while it is under way, and what is so when it came to nothing."""

    heading: str
    meaning: str
    failed: str
    cancelled: str


_WORDS = {
    BUILD: (
        _("Being built"),
        _("A worker makes it from the records as they stand now."),
        _("The report could not be built"),
        _("Building the report was cancelled"),
    ),
    ISSUE: (
        _("Being issued"),
        _("A worker writes the day of issue on its cover. Then everybody in the programme sees it."),
        _("The report could not be issued: it is still a draft"),
        _("Issuing was cancelled: the report is still a draft"),
    ),
    REDRAFT: (
        _("Being made a draft again"),
        _("It is withdrawn already. A worker makes files that say so."),
        _("It is a draft again, but its files still say that it is issued"),
        _("It is a draft again, but its files still say that it is issued"),
    ),
}


def work_on(report: Report) -> Work | None:
    if report.job is None:
        return None
    return Work(*(str(words) for words in _WORDS[report.job.params.get("what", BUILD)]))


def state_word(report: Report) -> tuple[str, str]:
    """What a report is, in words, and the mark that goes with them; a draft may be on its way out."""
    if report.is_being_issued:
        return str(_("being issued")), "busy"
    word, mark, _rows = STATES[state_of(report)]
    return str(word), mark


def in_state(rows: ReportQuerySet, state: str) -> ReportQuerySet:
    return rows.filter(STATES[state][2]) if state in STATES else rows
