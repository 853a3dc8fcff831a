"""The life of an evaluation: written, handed in, made final by somebody else, opened again with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Programme
from monitoring.models import ComparisonRow, CriterionAssessment, Evaluation
from monitoring.permissions import can_evaluate, can_make_final, can_take_back
from monitoring.queries.evaluations import unfinished
from monitoring.rules.evaluation import EVALUATION_MOVES, QUESTIONS, Table11, may_become
from twinning.core import history
from twinning.core.access import DomainError, PermissionRefused, StaleVersion, WrongState, require
from twinning.core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Status = Evaluation.Status


def refused(field: str, message: StrOrPromise, code: str) -> DomainError:
    return DomainError(message, code=code, fields={field: [message]})


def held_draft(evaluation: Evaluation) -> Evaluation:
    """The evaluation, kept from other writers until the transaction ends. WrongState unless it is a draft."""
    current = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if not current.is_draft:
        raise WrongState(
            _("This evaluation is %(status)s. To change it, make it a draft again.")
            % {"status": current.get_status_display()}
        )
    return current


@transaction.atomic
def open_evaluation(*, actor: User, programme: Programme, kind: str, title: str, **values: Any) -> Evaluation:
    """Begin a draft with a question for each of the six criteria and the six rows of Table 11."""
    require(can_evaluate(actor, programme))
    opened = history.create(
        Evaluation(programme=programme, kind=kind, title=title, author=actor, **values), actor=actor
    )
    for order, (criterion, aspect, question, weight) in enumerate(QUESTIONS, start=1):
        asked = CriterionAssessment(
            evaluation=opened,
            criterion=criterion,
            aspect=aspect,
            question=str(question),
            weight=weight,
            order=order,
        )
        history.create(asked, actor=actor, parent=opened)
    for order, row in enumerate(Table11.values, start=1):
        history.create(ComparisonRow(evaluation=opened, aspect=row, order=order), actor=actor, parent=opened)
    return opened


@transaction.atomic
def update_evaluation(
    *, actor: User, evaluation: Evaluation, version: int | None, **values: Any
) -> Evaluation:
    """Raises WrongState unless it is a draft, StaleVersion, ValidationError by field."""
    require(can_evaluate(actor, evaluation.programme))
    return history.change(held_draft(evaluation), values, actor=actor, version=version)


@transaction.atomic
def submit_evaluation(*, actor: User, evaluation: Evaluation, version: int | None) -> Evaluation:
    """Hand a draft in. Raises DomainError where a question has no rating: 0 says that it cannot be assessed."""
    require(can_evaluate(actor, evaluation.programme))
    current = held_draft(evaluation)
    if hinders := unfinished(current).hinders:
        raise DomainError(hinders, code="not_rated")
    values = {"status": Status.SUBMITTED, "submitted_by": actor, "submitted_at": timezone.now()}
    return history.change(current, values, actor=actor, version=version)


@transaction.atomic
def finalise_evaluation(*, actor: User, evaluation: Evaluation, version: int | None) -> Evaluation:
    """Make an evaluation final, for all who read results. Raises PermissionRefused for its author and for who
    handed it in, WrongState unless it is handed in.
    """
    current = _moving(evaluation, version, Status.FINAL)
    if not can_make_final(actor, current):
        own = actor.pk in (current.author_id, current.submitted_by_id)
        raise PermissionRefused(
            _("Somebody else makes it final: you wrote it or handed it in.")
            if own
            else _("You may not do this.")
        )
    values = {"status": Status.FINAL, "decided_by": actor, "decided_at": timezone.now()}
    return history.change(current, values, actor=actor, version=None)


@transaction.atomic
def reopen_evaluation(*, actor: User, evaluation: Evaluation, version: int | None, reason: str) -> Evaluation:
    """Make what was handed in or final a draft again; others than its writers no longer see it.

    Raises DomainError at ``reason`` where there is none. What recommendations have become stays.
    """
    current = _moving(evaluation, version, Status.DRAFT)
    require(can_take_back(actor, current))
    if not reason.strip():
        raise refused("reason", _("Say why it is opened again; its history keeps it."), "no_reason")
    values = {
        "status": Status.DRAFT,
        "submitted_by": None,
        "submitted_at": None,
        "decided_by": None,
        "decided_at": None,
    }
    return history.change(current, values, actor=actor, version=None, reason=reason)


def _moving(evaluation: Evaluation, version: int | None, to: str) -> Evaluation:
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("programme")
    current = rows.get(pk=evaluation.pk)
    if version is not None and current.version != version:
        raise StaleVersion(current)
    if not may_become(EVALUATION_MOVES, current.status, to):
        raise WrongState(
            _("An evaluation that is %(status)s cannot become that.")
            % {"status": current.get_status_display()}
        )
    return current
