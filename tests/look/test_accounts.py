"""Coming in: by invitation only, with a second step if one wants, or by a provider that knows the address."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client, RequestFactory

from tests.conftest import PASSWORD, make_user
from twinning.core.accounts import KnownPeopleAdapter, SealedSecretsAdapter
from twinning.core.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def meena() -> User:
    user = make_user("meena")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": "Meena@test.example", "password": password})


def test_the_right_password_opens_and_a_wrong_one_says_so(client: Client, meena: User) -> None:
    assert "There is a problem" in sign_in(client, "wrong").text
    assert sign_in(client).headers["Location"] == "/"


def test_nobody_signs_up(client: Client) -> None:
    page = client.post("/accounts/signup/", {"email": "x@y.example", "password1": PASSWORD})
    assert "Accounts are made by invitation" in page.text
    assert User.objects.count() == 0


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client: Client, meena: User) -> None:
    client.post("/accounts/password/reset/", {"email": meena.email})
    link = re.search(r"http://testserver(\S+/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    new = {"password1": "a-wholly-new-pass-phrase", "password2": "a-wholly-new-pass-phrase"}
    assert "Your password is set" in client.post(form.request["PATH_INFO"], new, follow=True).text
    assert sign_in(client, new["password1"]).status_code == 302
    assert "This link no longer works" in Client().get(link[1]).text


def test_a_reset_does_not_tell_who_has_an_account(client: Client, meena: User) -> None:
    page = client.post("/accounts/password/reset/", {"email": "nobody@test.example"}, follow=True)
    assert "If there is an account with that address" in page.text
    assert mail.outbox == []


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_a_second_step_is_set_up_and_then_asked_for(client: Client, meena: User) -> None:
    sign_in(client)
    asked = client.get("/accounts/2fa/totp/activate/").headers["Location"]
    page = client.post(asked, {"password": PASSWORD}, follow=True)
    assert "Point it at this picture" in page.text
    secret = re.search(r"<code>(\w+)</code>", page.text)
    assert secret
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret[1])}, follow=True)
    assert "10 codes are left" in done.text

    elsewhere = Client()
    assert sign_in(elsewhere).headers["Location"] == "/accounts/2fa/authenticate/"
    assert elsewhere.get("/accounts/2fa/").status_code == 302
    recovery = Authenticator.objects.get(user=meena, type="recovery_codes").wrap().get_unused_codes()[0]
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": recovery}).headers["Location"] == "/"
    assert "9 codes are left" in elsewhere.get("/accounts/2fa/").text


@pytest.mark.parametrize("name", ["email", "password/change", "3rdparty", "2fa", "logout"])
def test_the_pages_of_an_account_open(client: Client, meena: User, name: str) -> None:
    sign_in(client)
    page = client.get(f"/accounts/{name}/")
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1


# OpenID Connect ------------------------------------------------------------------------------------------


def identity(email: str, *, verified: bool | str = True, linked_to: User | None = None) -> Any:
    """What the provider says about the person who comes back from it."""
    address = SimpleNamespace(email=email, verified=verified)
    return SimpleNamespace(email_addresses=[address], is_existing=linked_to is not None, user=linked_to)


def comes_in(login: Any, signed_in: Any = None) -> bool:
    request = RequestFactory().get("/accounts/oidc/callback/")
    request.user = signed_in or AnonymousUser()
    try:
        KnownPeopleAdapter().pre_social_login(request, login)
    except ImmediateHttpResponse as refusal:
        return "We do not know this account" not in refusal.response.content.decode()
    return True


def test_a_provider_brings_in_only_those_we_know_by_a_confirmed_address(meena: User) -> None:
    assert comes_in(identity("MEENA@test.example"))
    assert comes_in(identity("meena@test.example", linked_to=meena))
    assert not comes_in(identity("meena@test.example", verified=False))
    assert not comes_in(identity("meena@test.example", verified="false"))
    assert not comes_in(identity("stranger@test.example"))


def test_a_link_does_not_outlive_the_address_or_the_account(meena: User) -> None:
    other = make_user("other")
    assert not comes_in(identity("elsewhere@test.example", linked_to=meena))
    assert not comes_in(identity("meena@test.example", linked_to=other))
    assert not comes_in(identity("meena@test.example"), signed_in=other)
    User.objects.filter(pk=meena.pk).update(is_active=False)
    assert not comes_in(identity("meena@test.example", linked_to=meena))


class Provider(BaseHTTPRequestHandler):
    """The three answers of an OpenID Connect provider that signing in needs; ``person`` signs in there."""

    person: ClassVar[dict[str, Any]] = {}

    def answer(self) -> None:
        here = f"http://{self.headers['Host']}"
        bodies = {
            "/.well-known/openid-configuration": {
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "userinfo_endpoint": f"{here}/userinfo",
            },
            "/token": {"access_token": "t", "token_type": "Bearer"},
            "/userinfo": self.person,
        }
        body = json.dumps(bodies[self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def provider(settings: Any) -> Iterator[type[Provider]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = {"server_url": f"http://127.0.0.1:{server.server_address[1]}"}
    app = {"provider_id": "oidc", "name": "Ministry", "client_id": "c", "secret": "s", "settings": address}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield Provider
    server.shutdown()
    server.server_close()


def test_the_whole_way_through_a_provider_and_back(
    client: Client, meena: User, provider: type[Provider]
) -> None:
    assert "Ministry" in client.get("/accounts/login/").text

    def go() -> Any:
        away = client.post("/accounts/oidc/oidc/login/?process=login").headers["Location"]
        state = parse_qs(urlsplit(away).query)["state"][0]
        return client.get("/accounts/oidc/oidc/login/callback/", {"code": "x", "state": state})

    provider.person = {"sub": "7", "email": "eve@test.example", "email_verified": True}
    assert go().status_code == 403
    assert User.objects.count() == 1
    provider.person = {"sub": "8", "email": meena.email, "email_verified": True}
    assert go().headers["Location"] == "/"
    assert client.get("/accounts/2fa/").status_code == 200


def test_the_secret_of_the_second_step_is_unreadable_in_the_database() -> None:
    adapter = SealedSecretsAdapter()
    sealed = adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DP" not in sealed
    assert adapter.decrypt(sealed) == "JBSWY3DPEHPK3PXP"


def test_a_secret_outlives_a_new_key(settings: Any) -> None:
    sealed = SealedSecretsAdapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key"
    assert SealedSecretsAdapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"
