"""The snapshot of an evaluation: what it says, and what the records say beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import (
    AgreementParty,
    CDAEngagement,
    Cluster,
    Decision,
    Organisation,
    Programme,
    SteeringMeeting,
    Twinning,
)
from clusters.queries import without_agent_in
from monitoring.models import AssessmentEvidence, Evaluation
from monitoring.queries.evaluations import TrainingDays, evaluated_until, training_days
from monitoring.queries.evidence import shown_evidence
from monitoring.queries.pages import clusters_of
from monitoring.queries.portfolio import agreements_between_bodies
from monitoring.reports.figures import results_to_date
from monitoring.reports.trust import trust_of
from twinning.core.access import DomainError
from twinning.core.models import User
from twinning.core.periods import bounds, from_edtf
from twinning.core.reports import ReportRequest, steady_view

# 3: what the records say is of the evaluated period, not of the day of the report.
# 2: results to date, frameworks over time.
FORMAT = 3
MOST_FRAMEWORKS = 200
_SIGNED = AgreementParty.Role.SIGNATORY
_INSTITUTIONS = (Organisation.Kind.TECHNICAL, Organisation.Kind.RESEARCH)
_NARRATIVES = ("scope", "evaluators", "summary", "background", "planning", "partners", "steering")


def chosen(request: ReportRequest) -> Evaluation:
    """The evaluation asked for; where none is named the newest final one, else the newest. DomainError for none
    that the reader may see.
    """
    rows = Evaluation.objects.filter(programme=cast(Programme, request.programme))
    if request.actor is not None:
        rows = rows.visible_to(request.actor)
    wanted = request.options.get("evaluation")
    if wanted:
        found = rows.filter(pk=wanted).first()
    else:
        final = rows.filter(status=Evaluation.Status.FINAL).order_by("-decided_at", "-pk").first()
        found = final or rows.order_by("-pk").first()
    if found is None:
        raise DomainError(_("There is no such evaluation in this programme."), code="no_evaluation")
    return found


def offered(programme: Any, reader: User) -> Mapping[str, list[tuple[Any, str]]]:
    rows = Evaluation.objects.visible_to(reader).filter(programme=programme)[:100]
    return {"evaluation": [("", str(_("The newest"))), *((row.pk, str(row)) for row in rows)]}


def title(request: ReportRequest) -> str:
    return _("Evaluation: %(title)s") % {"title": chosen(request).title}


def take(request: ReportRequest) -> dict[str, Any]:
    """Read the evaluation and the records once. Firms are named nowhere but in what evaluators wrote."""
    programme = cast(Programme, request.programme)
    clusters = None if request.whole else [cast(Cluster, cluster) for cluster in request.clusters]
    with steady_view():
        evaluation = chosen(request)
        # Nothing of the records is told that came after what was evaluated.
        until = evaluated_until(evaluation, request.as_of)
        return {
            "report": "evaluation",
            "format": FORMAT,
            "programme_title": programme.title,
            "programme_code": programme.code,
            "as_of": request.as_of.isoformat(),
            "until": until.isoformat(),
            "clusters": [str(cluster) for cluster in request.clusters],
            "evaluation": _evaluation(evaluation),
            "criteria": _criteria(evaluation, programme),
            "comparison": [
                {"aspect": row.aspect, "planned": row.planned, "observed": row.observed, "judged": row.judged}
                for row in evaluation.comparison.all()
            ],
            "recommendations": _recommendations(evaluation),
            "lessons": [{"text": row.text, "applies_to": row.applies_to} for row in evaluation.lessons.all()],
            "decisions": _decisions(request, programme, until),
            "agents": _agents(programme, clusters, until),
            "gaps": _gaps(programme, min(evaluation.first or until, until), until, clusters),
            "training": [
                _training(found) for found in training_days(programme, clusters, until, request.actor)
            ],
            "trust": trust_of(programme, clusters, until, request.actor),
            "results": results_to_date(
                programme,
                clusters_of(programme) if clusters is None else clusters,
                until,
                whole=request.whole,
            ).data,
            "frameworks": _frameworks(programme, until, clusters),
        }


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def _evaluation(evaluation: Evaluation) -> dict[str, Any]:
    decided = timezone.localtime(evaluation.decided_at).date() if evaluation.decided_at else None
    return {
        "number": evaluation.pk,
        "kind": evaluation.kind,
        "title": evaluation.title,
        "illustrative": evaluation.illustrative,
        "status": evaluation.status,
        "first": _day(evaluation.first),
        "last": _day(evaluation.last),
        "decided_on": _day(decided),
        **{name: getattr(evaluation, name) for name in _NARRATIVES},
    }


def _criteria(evaluation: Evaluation, programme: Programme) -> list[dict[str, Any]]:
    assessments = list(evaluation.criteria.all())
    rows = AssessmentEvidence.objects.filter(assessment__in=assessments)
    evidence = shown_evidence(rows, None, programme)
    return [
        {
            "criterion": row.criterion,
            "aspect": row.aspect,
            "question": row.question,
            "finding": row.finding,
            "rating": row.rating,
            "justification": row.justification,
            "weight": format(row.weight.normalize(), "f"),
            "evidence": [
                {"kind": one.evidence.kind, "label": one.label, "text": one.evidence.text}
                for one in evidence.get(row.pk, [])
            ],
        }
        for row in assessments
    ]


def _recommendations(evaluation: Evaluation) -> list[dict[str, Any]]:
    rows = evaluation.recommendations.select_related("owner").prefetch_related("follow_ups")
    return [
        {
            "number": row.number,
            "text": row.text,
            "addressed_to": row.addressed_to,
            "owner": str(row.owner) if row.owner else "",
            "owner_role": row.owner_role,
            "due": _day(row.due),
            "state": row.state,
            "response": row.response,
            "follow_ups": [
                {
                    "day": timezone.localtime(note.created_at).date().isoformat(),
                    "note": note.note,
                    "state": note.state,
                }
                for note in row.follow_ups.all()
            ],
        }
        for row in rows
    ]


def _decisions(request: ReportRequest, programme: Programme, until: dt.date) -> list[dict[str, Any]]:
    """The log of the committee up to a day, of which the reader sees papers.

    A decision that was superseded by then says by which. Only meetings that were surely held after that day are left
    out: one "of 2009", or of no stated day, stays.
    """
    rows = Decision.objects.filter(meeting__programme=programme).select_related("meeting", "cluster")
    if request.actor is not None:
        rows = rows.visible_to(request.actor)
    told = [row for row in rows if _was_held(row.meeting, until)]
    meeting_of = {row.supersedes_id: row.meeting.number for row in told if row.supersedes_id}
    return [
        {
            "meeting": row.meeting.number,
            "held": row.meeting.held,
            "held_text": row.meeting.held_text,
            "text": row.text,
            "cluster": str(row.cluster) if row.cluster else "",
            "reason": row.reason,
            "superseded_at": meeting_of.get(row.pk),
        }
        for row in told
    ]


def _was_held(meeting: SteeringMeeting, until: dt.date) -> bool:
    first, _last = bounds(from_edtf(meeting.held))
    return first is None or first <= until


def _agents(programme: Programme, clusters: list[Cluster] | None, until: dt.date) -> list[dict[str, Any]]:
    """The posts, but for those that begin after a day; one that states no beginning stays."""
    rows = CDAEngagement.objects.filter(programme=programme).select_related("cluster")
    rows = rows.exclude(valid_from__gt=until)
    if clusters is not None:
        rows = rows.filter(cluster__in=clusters)
    return [
        {
            "cluster": str(row.cluster),
            "post": row.post,
            "side": row.side,
            "function": row.function,
            "qualified": row.technical_qualification,
            "trained_on": _day(row.trained_on),
            "first": _day(row.valid_from),
            "last": _day(row.valid_to),
        }
        for row in rows.order_by("cluster__name", "valid_from", "pk")
    ]


def _gaps(programme: Programme, first: dt.date, last: dt.date, clusters: list[Cluster] | None) -> list[str]:
    """The twinnings that had no agent on the advanced side in the evaluated period (R2.1)."""
    rows = Twinning.objects.filter(programme=programme).for_list()
    if clusters is not None:
        rows = rows.filter(emerging__in=clusters) | rows.filter(advanced__in=clusters)
    return [str(row) for row in without_agent_in(rows, first, last)]


def _training(found: TrainingDays) -> dict[str, Any]:
    return {
        "how": found.how.value,
        "activities": found.activities,
        "days": found.days,
        "unstated": found.unstated,
        "lines": [
            {
                "title": line.activity.title,
                "format": line.activity.format,
                "period": line.activity.period_text,
                "days": line.days,
                "whole": line.whole,
            }
            for line in found.lines
        ],
    }


def _frameworks(programme: Programme, until: dt.date, clusters: list[Cluster] | None) -> list[dict[str, Any]]:
    """Agreements between bodies of a twinning that were signed by a day, on which its scope rests (Table 8)."""
    rows = agreements_between_bodies(programme).filter(twinning__isnull=False, attempted_only=False)
    if clusters is not None:
        rows = rows.filter(twinning__emerging__in=clusters) | rows.filter(twinning__advanced__in=clusters)
    rows = rows.exclude(signed_first__gt=until)
    twinned = rows.select_related("twinning__emerging", "twinning__advanced")
    return [
        {
            "title": row.title,
            "twinning": str(row.twinning),
            "kind": row.kind,
            "between": _between(
                [party.organisation.kind for party in row.parties.all() if party.role == _SIGNED]
            ),
            "signed": row.signed,
            "first": _day(row.valid_from or row.signed_first),
            "first_known": row.valid_from is not None or row.signed_first == row.signed_last,
            "last": _day(row.ended_on or row.valid_to),
            "force": row.force_on(until).value,
        }
        for row in twinned.order_by(
            "twinning__emerging__name", "twinning__advanced__name", "signed_first", "pk"
        ).prefetch_related("parties__organisation")[:MOST_FRAMEWORKS]
    ]


def _between(kinds: list[str]) -> str:
    associations = kinds.count(Organisation.Kind.ASSOCIATION)
    institutions = sum(kind in _INSTITUTIONS for kind in kinds)
    if associations > 1 and not institutions:
        return "associations"
    if associations and institutions:
        return "association-institution"
    return "institutions" if institutions > 1 else ""
