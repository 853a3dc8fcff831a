from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.api.conftest import Partner
from tests.conftest import World, fresh
from twinning.core.access import DomainError, PermissionRefused
from twinning.core.models import ApiToken
from twinning.core.tokens import find_token, issue_token, revoke_token


def test_without_a_token_nothing_is_read(world: World) -> None:
    answer = Client().get("/api/v1/clusters/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_opens_what_its_user_may_see(partner: Partner) -> None:
    assert partner.get("clusters/").status_code == 200
    partner.token.refresh_from_db()
    assert partner.token.last_used_at is not None


def test_only_a_digest_of_a_token_is_kept(partner: Partner) -> None:
    kept = [str(value) for value in ApiToken.objects.filter(pk=partner.token.pk).values_list()[0]]
    assert not any(partner.secret in value for value in kept)
    assert partner.secret.startswith(partner.token.prefix)


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer twn_00000000_no", "Bearer a b", "Bearer \N{LATIN SMALL LETTER E WITH ACUTE}"],
)
def test_what_is_no_token_is_told_so(world: World, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get("/api/v1/clusters/")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_a_wrong_ending_opens_nothing(partner: Partner) -> None:
    assert find_token(partner.secret) == partner.token
    assert find_token(partner.secret[:-1] + "~") is None


def test_an_expired_token_opens_nothing(partner: Partner) -> None:
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert partner.get("clusters/").status_code == 401


def test_a_revoked_token_opens_nothing(world: World, partner: Partner) -> None:
    revoke_token(actor=world.partner, token=partner.token)
    assert partner.get("clusters/").status_code == 401


def test_the_token_of_somebody_who_left_opens_nothing(world: World, partner: Partner) -> None:
    world.partner.is_active = False
    world.partner.save()
    assert partner.get("clusters/").status_code == 401


def test_a_reading_token_does_not_write(world: World) -> None:
    reader = Partner(world.manager, "read")
    assert reader.get("clusters/").status_code == 200
    answer = reader.send("post", "programmes/", {"slug": "new", "title": "New"})
    assert answer.status_code == 403
    assert "write" in answer.json()["detail"]


def test_a_writing_token_alone_does_not_read(world: World) -> None:
    writer = Partner(world.manager, "write")
    assert writer.get("clusters/").status_code == 403


def test_use_is_noted_once_a_minute(world: World, partner: Partner) -> None:
    partner.get("clusters/")
    first = ApiToken.objects.get(pk=partner.token.pk).last_used_at
    partner.get("clusters/")
    assert ApiToken.objects.get(pk=partner.token.pk).last_used_at == first


@pytest.mark.parametrize(("scopes", "days"), [([], 30), (["admin"], 30), (["read"], 0), (["read"], 366)])
def test_a_token_has_scopes_and_an_end_within_a_year(world: World, scopes: list[str], days: int) -> None:
    with pytest.raises(DomainError):
        issue_token(actor=world.manager, name="ERP", scopes=scopes, days=days)


def test_nobody_revokes_a_token_of_somebody_else(world: World, partner: Partner) -> None:
    with pytest.raises(PermissionRefused):
        revoke_token(actor=fresh(world.manager), token=partner.token)


def test_a_session_writes_only_with_its_csrf_token(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.manager, "twinning.core.accounts.KnownPeopleBackend")
    assert browser.get("/api/v1/clusters/").status_code == 200
    refused = browser.post("/api/v1/programmes/", {}, content_type="application/json")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]


def test_who_asks_too_often_is_told_how_long_to_wait(partner: Partner, settings: object) -> None:
    rest = settings.REST_FRAMEWORK  # type: ignore[attr-defined]
    settings.REST_FRAMEWORK = rest | {"DEFAULT_THROTTLE_RATES": {"client": "2/hour"}}  # type: ignore[attr-defined]
    cache.clear()
    first = partner.get("clusters/")
    assert first["RateLimit-Policy"] == '"client";q=2;w=3600'
    assert first["RateLimit"].startswith('"client";r=1;t=')
    partner.get("clusters/")
    refused = partner.get("clusters/")
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert refused["RateLimit"].startswith('"client";r=0;')


def test_while_the_cache_is_away_nobody_is_held_back(partner: Partner, settings: object) -> None:
    settings.CACHES = {  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "twinning.core.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert partner.get("clusters/").status_code == 200
    answer = partner.send(
        "post", "programmes/tanning/components/", {"kind": "CT", "title": "One"}, Idempotency_Key="k"
    )
    assert answer.status_code == 403
