"""The way of a filed form: draft, submitted, returned or approved, revised."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    SUPERSEDED = "superseded", _("superseded")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN = (Status.DRAFT, Status.RETURNED)  # being filled

MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.WITHDRAWN}),
    Status.RETURNED: frozenset({Status.SUBMITTED, Status.WITHDRAWN}),
    Status.SUBMITTED: frozenset({Status.RETURNED, Status.APPROVED, Status.DRAFT}),
    Status.APPROVED: frozenset({Status.SUPERSEDED}),
    Status.SUPERSEDED: frozenset(),
    Status.WITHDRAWN: frozenset({Status.DRAFT}),
}


def may_move(status: str, to: str) -> bool:
    return Status(to) in MOVES[Status(status)]


def froms(to: Status) -> list[Status]:
    """The states from which one gets to ``to``."""
    return [status for status, ways in MOVES.items() if to in ways]
