"""The snapshot of a diagnostic study: its questionnaire, its answers, and what the method derives from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from diagnostics.models import AOBOItem, Submission
from diagnostics.queries import candidates_of, study_state
from diagnostics.queries.answers import open_answers
from diagnostics.rules.forms import Form, form_of
from diagnostics.rules.review import Status
from twinning.core.access import DomainError
from twinning.core.layouts import SETUP
from twinning.core.reports import ReportRequest, steady_view

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that the study points to. ``rows``: (item, issue, why as basis, words that say so)."""

    kind: str
    name: str
    country: str
    known: bool
    stakeholder_kinds: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Study:
    """The snapshot, read. ``coverage``: (group, firms, rows); ``gaps``: (rule, what it is about)."""

    programme_title: str
    programme_code: str
    as_of: dt.date
    cluster: str
    country: str
    kind: str
    study_title: str
    status: str
    edition: int
    approved_on: dt.date | None
    illustrative: bool
    questionnaire: str
    questionnaire_version: int
    definition: Mapping[str, Any]
    answers: Mapping[str, Any]
    coverage: tuple[tuple[str, int, int], ...]
    gaps: tuple[tuple[str, tuple[str, ...]], ...]
    candidates: tuple[Candidate, ...]
    nowhere: tuple[str, ...]

    @cached_property
    def form(self) -> Form:
        return form_of(self.definition)

    def to_json(self) -> dict[str, Any]:
        plain = asdict(self)
        plain["as_of"] = self.as_of.isoformat()
        plain["approved_on"] = self.approved_on.isoformat() if self.approved_on else None
        return {"report": "diagnostic-study", "format": FORMAT, **plain}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Study:
        values = {name: value for name, value in data.items() if name not in ("report", "format", SETUP)}
        values["as_of"] = dt.date.fromisoformat(data["as_of"])
        values["approved_on"] = dt.date.fromisoformat(data["approved_on"]) if data["approved_on"] else None
        values["coverage"] = tuple((group, firms, rows) for group, firms, rows in data["coverage"])
        values["gaps"] = tuple((rule, tuple(about)) for rule, about in data["gaps"])
        values["nowhere"] = tuple(data["nowhere"])
        values["candidates"] = tuple(
            Candidate(
                **{
                    **one,
                    "stakeholder_kinds": tuple(one["stakeholder_kinds"]),
                    "rows": tuple(tuple(row) for row in one["rows"]),
                }
            )
            for one in data["candidates"]
        )
        return cls(**values)


def title(request: ReportRequest) -> str:
    return _("Diagnostic study: %(cluster)s") % {"cluster": request.clusters[0]}


def take(request: ReportRequest) -> dict[str, Any]:
    """Read the study once. DomainError where the cluster has none that the reader may see."""
    cluster = cast(Cluster, request.clusters[0])
    programme = cast(Programme, request.programme)
    with steady_view():
        submission = _study_of(request, cluster)
        state = study_state(submission)
        # Closed topics are left out whoever asks: a report is made to be passed on.
        answers = open_answers(submission)
        lines, nowhere = candidates_of(request.actor, cluster, submission)
        version = submission.questionnaire_version
        return Study(
            programme_title=programme.title,
            programme_code=programme.code,
            as_of=request.as_of,
            cluster=cluster.name,
            country=cluster.country,
            kind=submission.kind,
            study_title=submission.title,
            status=submission.status,
            edition=submission.edition,
            approved_on=_day(submission),
            illustrative=submission.illustrative,
            questionnaire=version.questionnaire.title,
            questionnaire_version=version.number,
            definition=version.definition,
            answers=answers,
            coverage=tuple((one.group, one.firms, one.rows) for one in state.coverage) if state else (),
            gaps=tuple((str(one.gap), one.about) for one in state.remarks) if state else (),
            candidates=tuple(
                Candidate(
                    kind=str(line.kind),
                    name=line.name,
                    country=line.country,
                    known=line.cluster is not None,
                    stakeholder_kinds=line.stakeholder_kinds,
                    rows=tuple(
                        (item.item, item.issue, str(basis), words) for item, basis, words in line.reasons
                    ),
                )
                for line in lines
            ),
            nowhere=tuple(_row(item) for item in nowhere),
        ).to_json()


def _study_of(request: ReportRequest, cluster: Cluster) -> Submission:
    """The study that was in force on the day: approved by then; else the newest that was begun by then."""
    rows = (
        Submission.objects.studies()
        .filter(cluster=cluster)
        .select_related("questionnaire_version__questionnaire", "cluster")
    )
    if request.actor is not None:
        rows = rows.visible_to(request.actor)
    end = timezone.make_aware(dt.datetime.combine(request.as_of, dt.time.max))
    approved = rows.filter(decided_at__lte=end, status__in=[Status.APPROVED, Status.SUPERSEDED])
    begun = rows.filter(created_at__lte=end).exclude(status=Status.WITHDRAWN)
    found = approved.order_by("-decided_at", "-id").first() or begun.order_by("-id").first()
    if found is None:
        raise DomainError(
            _("%(cluster)s has no diagnostic study on that day.") % {"cluster": cluster}, code="no_study"
        )
    return found


def _day(submission: Submission) -> dt.date | None:
    approved = submission.status in (Status.APPROVED, Status.SUPERSEDED) and submission.decided_at
    return timezone.localtime(submission.decided_at).date() if approved else None


def _row(item: AOBOItem) -> str:
    return f"{item.item}: {item.issue}"
