"""Who may come in: people who were invited, and nobody else."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from twinning.core.models import User


class KnownPeopleBackend(AuthenticationBackend):
    """Signs in by e-mail and password, and knows no demonstration users where they are not allowed.

    Their password is in the README, and a database that was tried out may be taken into production later.
    """

    def user_can_authenticate(self, user: User) -> bool:
        return bool(super().user_can_authenticate(user)) and not user.is_refused_demo

    def get_user(self, user_id: Any) -> User | None:
        user: User | None = super().get_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class ClosedAccountAdapter(DefaultAccountAdapter):
    """People are invited by those who run a programme; there is no open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class KnownPeopleAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect signs in only a person whose e-mail the provider has verified and whom we know by it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse, with a page that says why, any identity that is not exactly one person's.

        Asked at every sign-in, not only at the first: a link made once does not outlive the address.
        """
        # Some providers write the claim as text, and the text "false" would pass for true.
        verified = [a.email.lower() for a in sociallogin.email_addresses if str(a.verified).lower() == "true"]
        known = User.objects.filter(email__in=verified, is_active=True).first()
        linked = sociallogin.user if sociallogin.is_existing else known
        here = request.user if request.user.is_authenticated else known
        if known is None or known != linked or known != here:
            raise ImmediateHttpResponse(render(request, "socialaccount/not_known.html", status=403))


class SealedSecretsAdapter(DefaultMFAAdapter):
    """Keeps the secrets of the second step unreadable in a copy of the database, under a key from SECRET_KEY."""

    @property
    def _seal(self) -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        digests = [hashlib.sha256(f"second step:{key}".encode()).digest() for key in keys]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

    def encrypt(self, text: str) -> str:
        return self._seal.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._seal.decrypt(encrypted_text.encode()).decode()
