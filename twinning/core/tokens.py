"""Tokens with which partner systems call the API: made, shown once, and afterwards known only by a digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from twinning.core.access import DomainError, require
from twinning.core.models import ApiToken, User
from twinning.core.models.token import Scope

LONGEST_DAYS = 365
MOST_TOKENS = 50
_PREFIX = 12
_USE_NOTED_EVERY = timedelta(minutes=1)


def _digest(token: str) -> str:
    # The token is 256 random bits, so there is nothing to guess and a slow hash would protect nothing.
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue_token(*, actor: User, name: str, scopes: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """Make a token of the actor's own; returns its row and its text, which is never to be had again.

    ``scopes`` are of read and write, ``days`` is 1 to 365. Raises DomainError and ValidationError by field.
    """
    require(actor.is_active)
    wanted = set(scopes)
    if not wanted or not wanted <= set(Scope.values):
        raise DomainError(_("Say whether it may read, write or both."), fields={"scopes": [_("Choose one.")]})
    if not 1 <= days <= LONGEST_DAYS:
        message = _("A token lasts from one day to one year.")
        raise DomainError(message, fields={"days": [message]})
    if ApiToken.objects.usable().filter(user=actor).count() >= MOST_TOKENS:
        raise DomainError(_("You have too many tokens; revoke one that is no longer used."), code="too_many")
    text = f"twn_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        user=actor,
        name=name,
        prefix=text[:_PREFIX],
        digest=_digest(text),
        scopes=[scope for scope in Scope.values if scope in wanted],
        expires_at=timezone.now() + timedelta(days=days),
    )
    token.full_clean(exclude={"revoked_at", "last_used_at"})
    token.save(force_insert=True)
    return token, text


def revoke_token(*, actor: User, token: ApiToken) -> None:
    """End a token of the actor's own at once; revoking it again changes nothing."""
    require(token.user_id == actor.pk)
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def find_token(text: str) -> ApiToken | None:
    """The usable token with this text and its user, or None."""
    token = ApiToken.objects.usable().select_related("user").filter(prefix=text[:_PREFIX]).first()
    return token if token is not None and hmac.compare_digest(token.digest, _digest(text)) else None


def note_use(token: ApiToken) -> None:
    """Remember when a token was last used, to the minute, so that reading does not become writing."""
    now = timezone.now()
    stale = now - _USE_NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > stale:
        return
    rows = ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=stale), pk=token.pk)
    try:
        with transaction.atomic():
            rows.update(last_used_at=now)
    except OperationalError:
        # A database that is busy writing for long must not refuse those who read.
        return


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer TOKEN``: acts as the token's user, as far as its scopes reach."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        try:
            token = find_token(parts[1].decode("ascii")) if len(parts) == 2 else None
        except UnicodeError:
            token = None
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        wrong = get_authorization_header(request).lower().startswith(b"bearer")
        return 'Bearer realm="api", error="invalid_token"' if wrong else 'Bearer realm="api"'


class ScopePermission(BasePermission):
    """Somebody is signed in, and a token has the scope: read for what reads, write for the rest."""

    message: Any = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        needed = Scope.READ if request.method in SAFE_METHODS else Scope.WRITE
        if isinstance(request.auth, ApiToken) and needed not in request.auth.scopes:
            self.message = _("This token has not the scope %(scope)s.") % {"scope": needed.value}
            return False
        return True
