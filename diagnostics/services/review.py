"""What becomes of a filled form: submitted, returned with remarks, approved by somebody else, revised."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diagnostics.models import Remark, Submission
from diagnostics.permissions import can_change, can_decide, can_remark
from diagnostics.queries.hindrances import CLASH, HIDDEN, RETIRED, hindrances_for
from diagnostics.rules.answers import place_of
from diagnostics.rules.review import Status, froms
from diagnostics.services.parts import write_parts
from twinning.core import history
from twinning.core.access import DomainError, PermissionRefused, WrongState, require
from twinning.core.models import User


class NotReady(DomainError):
    """It cannot be submitted yet; ``fields`` names each answer by its path."""

    code = "not_ready"
    status = 409


def _move(
    actor: User,
    submission: Submission,
    to: Status,
    *,
    reason: str = "",
    version: int | None = None,
    **values: Any,
) -> Submission:
    """Bring a form to another state. Of two who decide at once the second is told what the first decided."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related(
        "questionnaire_version__questionnaire", "cluster", "organisation", "programme"
    )
    current = rows.get(pk=submission.pk)
    if current.stage not in froms(to):
        raise WrongState(
            _("This form is %(status)s by now, so that this cannot be done.")
            % {"status": current.stage.label}
        )
    seen = current.version if version is None else version
    return history.change(current, {"status": to, **values}, actor=actor, version=seen, reason=reason)


@transaction.atomic
def submit(*, actor: User, submission: Submission) -> Submission:
    """Hand a form in. Raises NotReady with what is missing or not allowed, by path."""
    require(can_change(actor, submission))
    moved = _move(
        actor,
        submission,
        Status.SUBMITTED,
        submitted_by=actor,
        submitted_at=timezone.now(),
        decided_by=None,
        decided_at=None,
    )
    _check_ready(actor, moved)
    return moved


def _check_ready(actor: User, submission: Submission) -> None:
    found = hindrances_for(actor, submission)
    if not found:
        return
    first = found[0]
    if first.code in (RETIRED, HIDDEN):
        raise NotReady(first.message, code=first.code)
    if first.code == CLASH:
        raise NotReady(first.message, fields={one.path: [one.message] for one in found if one.code == CLASH})
    by_path: dict[str, list[Any]] = {}
    for one in found:
        by_path.setdefault(one.path, []).append(one.message)
    message = ngettext(
        "One answer must be mended first.", "%(count)d answers must be mended first.", len(found)
    ) % {"count": len(found)}
    raise NotReady(message, fields=by_path)


@transaction.atomic
def take_back(*, actor: User, submission: Submission) -> Submission:
    """Go on filling what was submitted and not decided on yet."""
    require(can_change(actor, submission))
    return _move(actor, submission, Status.DRAFT, submitted_by=None, submitted_at=None)


def _require_decider(actor: User, submission: Submission) -> None:
    if actor.pk in (submission.created_by_id, submission.submitted_by_id):
        raise PermissionRefused(_("Somebody else decides on what you filed."))
    require(can_decide(actor, submission))


@transaction.atomic
def return_(
    *,
    actor: User,
    submission: Submission,
    remarks: Mapping[str, str],
    reason: str = "",
    version: int | None = None,
) -> Submission:
    """Give a form back with remarks by path ("" for the whole). At least one is needed. DomainError by path.

    ``version``: the one that was looked at; StaleVersion where it changed since.
    """
    _require_decider(actor, submission)
    said = {path: text.strip() for path, text in remarks.items() if text.strip()}
    if reason.strip():
        said[""] = reason.strip()
    if not said and not submission.remarks.filter(closed_at=None).exists():
        message = _("Say what is to be mended.")
        raise DomainError(message, code="no_remark", fields={"reason": [message]})
    moved = _move(
        actor,
        submission,
        Status.RETURNED,
        reason=reason,
        version=version,
        decided_by=actor,
        decided_at=timezone.now(),
    )
    for path, text in said.items():
        _remark(actor, moved, path, text)
    return moved


@transaction.atomic
def approve(*, actor: User, submission: Submission, version: int | None = None) -> Submission:
    """Approve what somebody else filed. The edition that it revises is superseded in the same moment.

    ``version``: the one that was looked at; StaleVersion where it changed since.
    """
    _require_decider(actor, submission)
    moved = _move(
        actor, submission, Status.APPROVED, version=version, decided_by=actor, decided_at=timezone.now()
    )
    for remark in moved.remarks.filter(closed_at=None):
        _close(actor, remark)
    if moved.revises is not None and moved.revises.stage is Status.APPROVED:
        _move(actor, moved.revises, Status.SUPERSEDED)
    return moved


@transaction.atomic
def revise(*, actor: User, submission: Submission) -> Submission:
    """Begin a new edition of an approved form, with its answers. The approved one holds until this is approved.

    Raises WrongState where a revision was begun already.
    """
    require(can_change(actor, submission))
    current = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if current.stage is not Status.APPROVED:
        raise WrongState(_("Only what was approved is revised."))
    if Submission.objects.filter(revises=current).exists():
        raise WrongState(_("A revision of this form was begun already."))
    copied = ("programme", "questionnaire_version", "kind", "cluster", "organisation", "title", "held_on")
    values = {
        name: getattr(current, name) for name in (*copied, "answers", "answered", "asked", "illustrative")
    }
    revision = Submission(
        **values,
        key=uuid.uuid4(),
        edition=current.edition + 1,
        revises=current,
        revisions=dict.fromkeys(current.answers, 1),
        created_by=actor,
    )
    history.create(revision, actor=actor)
    write_parts(revision)
    return revision


@transaction.atomic
def withdraw(*, actor: User, submission: Submission, reason: str) -> Submission:
    """Put a draft aside; it can be taken up again."""
    require(can_change(actor, submission))
    return _move(actor, submission, Status.WITHDRAWN, reason=reason)


@transaction.atomic
def take_up(*, actor: User, submission: Submission) -> Submission:
    """Go on with a draft that was put aside."""
    require(can_change(actor, submission))
    if submission.stage is not Status.WITHDRAWN:
        raise WrongState(_("This form was not put aside."))
    return _move(actor, submission, Status.DRAFT)


@transaction.atomic
def remark(*, actor: User, submission: Submission, path: str, text: str) -> Remark:
    """Say something of an answer. DomainError for a path that is not in the form."""
    require(can_remark(actor, submission))
    return _remark(actor, submission, path, text)


def _remark(actor: User, submission: Submission, path: str, text: str) -> Remark:
    if path and place_of(submission.questionnaire_version.form, path) is None:
        message = _("This question is not in the form.")
        raise DomainError(message, code="no_such_question", fields={path: [message]})
    made = Remark(submission=submission, path=path, text=text.strip(), created_by=actor)
    return history.create(made, actor=actor, parent=submission)


@transaction.atomic
def close_remark(*, actor: User, remark: Remark) -> Remark:
    """Say that a remark was seen to. A second one who says so changes nothing."""
    require(can_remark(actor, remark.submission))
    return remark if remark.closed_at else _close(actor, remark)


def _close(actor: User, remark: Remark) -> Remark:
    values = {"closed_at": timezone.now(), "closed_by": actor}
    return history.change(remark, values, actor=actor, version=None, parent=remark.submission)
