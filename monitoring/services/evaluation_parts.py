"""The parts of a draft evaluation: assessments with their evidence, rows of Table 11, lessons."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from monitoring.models import (
    AssessmentEvidence,
    ComparisonRow,
    CriterionAssessment,
    Evaluation,
    Lesson,
)
from monitoring.permissions import can_evaluate
from monitoring.queries.evidence import SOURCES
from monitoring.services.evaluations import held_draft, refused
from twinning.core import history
from twinning.core.access import DomainError, require
from twinning.core.models import User

MOST_QUESTIONS = 40
MOST_LESSONS = 40
MOST_EVIDENCE = 40


def _held(actor: User, evaluation: Evaluation) -> Evaluation:
    require(can_evaluate(actor, evaluation.programme))
    return held_draft(evaluation)


def _next_order(model: type[CriterionAssessment] | type[Lesson], evaluation: Evaluation) -> int:
    last: int | None = model.objects.filter(evaluation=evaluation).aggregate(last=Max("order"))["last"]
    return (last or 0) + 1


@transaction.atomic
def add_assessment(*, actor: User, evaluation: Evaluation, **values: Any) -> CriterionAssessment:
    """Ask a further question under a criterion. Raises WrongState unless the evaluation is a draft."""
    current = _held(actor, evaluation)
    if CriterionAssessment.objects.filter(evaluation=current).count() >= MOST_QUESTIONS:
        raise DomainError(_("An evaluation has at most %(most)d questions.") % {"most": MOST_QUESTIONS})
    values = {"order": _next_order(CriterionAssessment, current), **values}
    return history.create(CriterionAssessment(evaluation=current, **values), actor=actor, parent=current)


@transaction.atomic
def update_assessment(
    *, actor: User, assessment: CriterionAssessment, version: int | None, **values: Any
) -> CriterionAssessment:
    """Find, rate and justify. Raises ValidationError for a rating that is not justified."""
    current = _held(actor, assessment.evaluation)
    return history.change(assessment, values, actor=actor, version=version, parent=current)


@transaction.atomic
def remove_assessment(*, actor: User, assessment: CriterionAssessment) -> None:
    """Take a question out, with its evidence; history keeps what both said."""
    current = _held(actor, assessment.evaluation)
    for evidence in AssessmentEvidence.objects.filter(assessment=assessment):
        history.remove(evidence, actor=actor, parent=current)
    history.remove(assessment, actor=actor, parent=current)


@transaction.atomic
def add_evidence(
    *,
    actor: User,
    assessment: CriterionAssessment,
    kind: str,
    text: str,
    record_id: int | None = None,
    source: str = "",
) -> AssessmentEvidence:
    """Rest a finding on a record of the programme that the actor may see, or on a document.

    Raises DomainError at ``record_id`` for a record that does not exist for the actor.
    """
    current = _held(actor, assessment.evaluation)
    if AssessmentEvidence.objects.filter(assessment=assessment).count() >= MOST_EVIDENCE:
        raise DomainError(_("A question has at most %(most)d pieces of evidence.") % {"most": MOST_EVIDENCE})
    if kind in SOURCES and record_id is not None:
        rows = SOURCES[kind].rows(actor, current.programme)
        if not rows.filter(pk=record_id).exists():
            raise refused("record_id", _("There is no such record in this programme."), "no_such_record")
    evidence = AssessmentEvidence(
        assessment=assessment, kind=kind, record_id=record_id, source=source, text=text
    )
    return history.create(evidence, actor=actor, parent=current)


@transaction.atomic
def remove_evidence(*, actor: User, evidence: AssessmentEvidence) -> None:
    current = _held(actor, evidence.assessment.evaluation)
    history.remove(evidence, actor=actor, parent=current)


@transaction.atomic
def update_comparison(
    *, actor: User, row: ComparisonRow, version: int | None, **values: Any
) -> ComparisonRow:
    """Say what was planned and observed in an aspect of Table 11."""
    current = _held(actor, row.evaluation)
    return history.change(row, values, actor=actor, version=version, parent=current)


@transaction.atomic
def add_lesson(*, actor: User, evaluation: Evaluation, **values: Any) -> Lesson:
    current = _held(actor, evaluation)
    if Lesson.objects.filter(evaluation=current).count() >= MOST_LESSONS:
        raise DomainError(_("An evaluation has at most %(most)d lessons.") % {"most": MOST_LESSONS})
    values = {"order": _next_order(Lesson, current), **values}
    return history.create(Lesson(evaluation=current, **values), actor=actor, parent=current)


@transaction.atomic
def update_lesson(*, actor: User, lesson: Lesson, version: int | None, **values: Any) -> Lesson:
    current = _held(actor, lesson.evaluation)
    return history.change(lesson, values, actor=actor, version=version, parent=current)


@transaction.atomic
def remove_lesson(*, actor: User, lesson: Lesson) -> None:
    current = _held(actor, lesson.evaluation)
    history.remove(lesson, actor=actor, parent=current)
