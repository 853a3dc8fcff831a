"""Recommendations: written with a draft, answered by the management, followed up until they are done."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clusters.models.membership import grants_of
from monitoring.models import Evaluation, FollowUp, Recommendation
from monitoring.permissions import can_evaluate, can_follow_up, can_respond
from monitoring.rules.evaluation import ADVICE_MOVES, Advice, may_become
from monitoring.services.evaluations import held_draft, refused
from twinning.core import history
from twinning.core.access import DomainError, StaleVersion, WrongState, require
from twinning.core.models import User

MOST_RECOMMENDATIONS = 60


@transaction.atomic
def add_recommendation(*, actor: User, evaluation: Evaluation, **values: Any) -> Recommendation:
    """Recommend something in a draft; it gets the next number."""
    require(can_evaluate(actor, evaluation.programme))
    current = held_draft(evaluation)
    there = Recommendation.objects.filter(evaluation=current)
    if there.count() >= MOST_RECOMMENDATIONS:
        raise DomainError(
            _("An evaluation has at most %(most)d recommendations.") % {"most": MOST_RECOMMENDATIONS}
        )
    _check_owner(current, values)
    number = (there.aggregate(last=Max("number"))["last"] or 0) + 1
    return history.create(
        Recommendation(evaluation=current, number=number, **values), actor=actor, parent=current
    )


@transaction.atomic
def update_recommendation(
    *, actor: User, recommendation: Recommendation, version: int | None, **values: Any
) -> Recommendation:
    """Change what a draft recommends. Who owns it and by when, the management may set later as well."""
    only_plan = set(values) <= {"owner", "owner_role", "due"}
    evaluation = recommendation.evaluation
    if evaluation.is_final and only_plan:
        require(can_respond(actor, evaluation.programme))
    else:
        require(can_evaluate(actor, evaluation.programme))
        evaluation = held_draft(evaluation)
    _check_owner(evaluation, values)
    return history.change(recommendation, values, actor=actor, version=version, parent=evaluation)


@transaction.atomic
def remove_recommendation(*, actor: User, recommendation: Recommendation) -> None:
    """Take a recommendation out of a draft. Raises WrongState where it was answered already."""
    require(can_evaluate(actor, recommendation.evaluation.programme))
    current = held_draft(recommendation.evaluation)
    if recommendation.follow_ups.exists():
        raise WrongState(_("It was answered already: its story stays."))
    history.remove(recommendation, actor=actor, parent=current)


def _check_owner(evaluation: Evaluation, values: dict[str, Any]) -> None:
    owner = values.get("owner")
    if owner is not None and evaluation.programme_id not in grants_of(owner).programmes:
        raise refused("owner", _("The owner is nobody of this programme."), "not_of_programme")


@transaction.atomic
def respond(
    *, actor: User, recommendation: Recommendation, version: int | None, state: str, response: str
) -> Recommendation:
    """Accept or reject it for the management. Raises DomainError at ``response`` for a rejection without reason."""
    require(can_respond(actor, recommendation.evaluation.programme))
    if state not in (Advice.ACCEPTED, Advice.REJECTED):
        raise refused("state", _("Accept it or reject it."), "no_answer")
    if state == Advice.REJECTED and not response.strip():
        raise refused("response", _("Say why it is rejected."), "no_reason")
    current = _held(recommendation, version)
    values = {"state": state, "response": response}
    return _moved(actor, current, state, values, response)


@transaction.atomic
def follow_up(
    *, actor: User, recommendation: Recommendation, version: int | None, note: str, state: str = ""
) -> Recommendation:
    """Note what was done about it, and perhaps that it is done. ``state`` "" leaves it as it is.

    Raises DomainError at ``note`` where there is none, at ``state`` for a course that does not exist: accepting
    and rejecting are the management's (``respond``).
    """
    current = _held(recommendation, version)
    require(can_follow_up(actor, current))
    if not note.strip():
        raise refused("note", _("Say what was done or found."), "no_note")
    to = state or current.state
    if to != current.state:
        reopened = current.state == Advice.DONE and to == Advice.ACCEPTED
        if to != Advice.DONE and not reopened:
            raise refused("state", _("Accepting and rejecting are the management’s answer."), "no_course")
        return _moved(actor, current, to, {"state": to}, note)
    _note(actor, current, note, to)
    return history.touch(current, version=None)


def _held(recommendation: Recommendation, version: int | None) -> Recommendation:
    rows = Recommendation.objects.select_for_update(of=("self",)).select_related("evaluation__programme")
    current = rows.get(pk=recommendation.pk)
    if version is not None and current.version != version:
        raise StaleVersion(current)
    if not current.evaluation.is_final:
        raise WrongState(_("It is answered and followed up once its evaluation is final."))
    return current


def _moved(
    actor: User, current: Recommendation, to: str, values: dict[str, Any], note: str
) -> Recommendation:
    if not may_become(ADVICE_MOVES, current.state, to):
        raise refused(
            "state",
            _("A recommendation that is %(state)s cannot become that.")
            % {"state": current.get_state_display()},
            "no_course",
        )
    changed = history.change(current, values, actor=actor, version=None, parent=current.evaluation)
    _note(actor, changed, note, to)
    return changed


def _note(actor: User, recommendation: Recommendation, note: str, state: str) -> None:
    written = FollowUp(
        recommendation=recommendation,
        note=note.strip() or _("Accepted without a word."),
        state=state,
        author=actor,
    )
    history.create(written, actor=actor, parent=recommendation)
