"""Rows of the analysis of business operation, one by one: written as answers, by the rules of answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from diagnostics.models import AOBOItem, Submission
from diagnostics.rules.answers import Change, rows_of
from diagnostics.services.submissions import save_answers
from twinning.core.access import DomainError, StaleVersion
from twinning.core.models import User

REPEAT = "aobo"
# The question of the form that each member of a row answers; ``services.parts`` reads them back.
QUESTIONS = {
    "firms": "aobo_firms",
    "item": "aobo_item",
    "issue": "aobo_issue",
    "where": "aobo_where",
    "stakeholders": "aobo_stakeholders",
    "countries": "aobo_countries",
    "stakeholder_kind": "aobo_kind",
    "entry_points": "aobo_entry",
    "standing": "aobo_status",
    "reason": "aobo_reason",
}


def add_aobo_row(*, actor: User, submission: Submission, **values: Any) -> AOBOItem:
    """Add a row at the end. Raises FormNotOpen, and DomainError by member for what the form does not take."""
    row = uuid.uuid4().hex
    place = len(rows_of(submission.answers, REPEAT))
    answers = {f"{REPEAT}/{row}": place} | _answers(row, values)
    _save(actor, submission, answers)
    made: AOBOItem = AOBOItem.objects.get(submission=submission, row=row)
    return made


def update_aobo_row(*, actor: User, aobo_row: AOBOItem, submission: Submission, **values: Any) -> AOBOItem:
    """Change members of a row. ``submission``: as it stood when the row was read.

    Raises FormNotOpen, DomainError by member, and StaleVersion where one of them was changed since.
    """
    _save(actor, submission, _answers(aobo_row.row, values), aobo_row)
    changed: AOBOItem = AOBOItem.objects.get(pk=aobo_row.pk)
    return changed


def remove_aobo_row(*, actor: User, aobo_row: AOBOItem, submission: Submission) -> None:
    """Take a row away with its answers; history keeps them. Raises as ``update_aobo_row``."""
    _save(actor, submission, {f"{REPEAT}/{aobo_row.row}": None}, aobo_row)


def _answers(row: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{REPEAT}/{row}/{QUESTIONS[name]}": " ".join(value) if name == "countries" else value
        for name, value in values.items()
    }


@transaction.atomic
def _save(
    actor: User, submission: Submission, answers: Mapping[str, Any], aobo_row: AOBOItem | None = None
) -> None:
    """All of these answers or none."""
    changes = [Change(path, value, submission.version) for path, value in answers.items()]
    saved = save_answers(actor=actor, submission=submission, changes=changes)
    if saved.refused:
        names = {question: name for name, question in QUESTIONS.items()}
        fields: dict[str, list[Any]] = {
            names.get(path.rpartition("/")[2], "row"): [why] for path, why in saved.refused.items()
        }
        raise DomainError(next(iter(saved.refused.values())), code="refused_answer", fields=fields)
    gone = [path for path, value in answers.items() if value is None and path in saved.submission.answers]
    if aobo_row is not None and (saved.clashes or gone):
        raise StaleVersion(AOBOItem.objects.filter(pk=aobo_row.pk).first() or aobo_row)
