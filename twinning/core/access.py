"""The words in which access is spoken of, and the refusals that every service may raise.

Roles and what they may do are data in ``clusters.rules``; here stand only the things that all rooms share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from twinning.core.models import User

_M = TypeVar("_M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[_M]):
    """Rows of a tenant. Every read begins with ``visible_to``; what is not visible does not exist (404)."""

    def visible_to(self, user: User) -> Self:
        raise NotImplementedError(f"{type(self).__name__} must say who sees its rows")

    def files_visible_to(self, user: User) -> Self:
        """The rows whose files the user may open; a model whose files say more than its rows narrows it."""
        return self.visible_to(user)

    def history_near(self, user: User) -> Self:
        """The rows whose history a role near to them (of one of their clusters) lets the user read.

        None unless a model says so. Rows taken out of use are among them: that is part of their history.
        """
        return self.none()

    def for_list(self) -> Self:
        """The rows with all that a list of them shows, in a number of queries that does not grow with them."""
        return self


class DomainError(Exception):
    """Something the rules do not allow. ``str()`` is a sentence for a person; ``code`` is for machines.

    ``fields`` maps a field name to messages, so that a page or the API can show each beside its cause.
    """

    code = "refused"
    status = 400

    def __init__(
        self, message: StrOrPromise, *, code: str = "", fields: dict[str, list[StrOrPromise]] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = fields or {}


class PermissionRefused(DomainError, PermissionDenied):
    """Django answers it with the 403 page, the API with a problem document."""

    code = "permission_refused"
    status = 403

    def __init__(self, message: StrOrPromise = _("You may not do this.")) -> None:
        super().__init__(message)


class WrongState(DomainError):
    """The record is no longer in a state in which this can be done."""

    code = "wrong_state"
    status = 409


class StaleVersion(DomainError):
    """Somebody else saved since the caller read the record; ``current`` is what stands now."""

    code = "stale_version"
    status = 412

    def __init__(self, current: Any) -> None:
        super().__init__(_("Somebody else changed this record meanwhile. Nothing of yours was saved yet."))
        self.current = current


def require(allowed: bool, message: StrOrPromise = _("You may not do this.")) -> None:
    """Raise PermissionRefused unless ``allowed``; the first line of every service."""
    if not allowed:
        raise PermissionRefused(message)
