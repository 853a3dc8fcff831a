"""A person's own pages: who they are, and the tokens of their partner systems."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser

from tests.browsers import chromium, listen
from tests.conftest import World, build_world
from twinning.core.models import ApiToken
from twinning.core.tokens import find_token, issue_token

__all__ = ["chromium"]


def test_a_person_changes_name_language_and_clock(world: World, sign_in: Any) -> None:
    browser = sign_in(world.manager)
    sent = {"name": "Asha Rao", "language": "it", "timezone": "Asia/Kolkata"}
    assert browser.post("/account/", sent).status_code == 302
    page = browser.get("/account/")
    assert "Asha Rao" in page.content.decode()
    world.manager.refresh_from_db()
    assert world.manager.language == "it"
    # Reports are made in Italian; pages wait until their whole catalogue is there.
    assert page["Content-Language"] == "en"


def test_a_clock_that_is_none_is_refused(world: World, sign_in: Any) -> None:
    answer = sign_in(world.manager).post("/account/", {"name": "A", "timezone": "Mars/Phobos"})
    assert answer.status_code == 422
    world.manager.refresh_from_db()
    assert world.manager.name == "Manager"


def test_a_token_is_shown_once_and_works(world: World, sign_in: Any) -> None:
    browser = sign_in(world.manager)
    made = browser.post("/account/tokens/new", {"name": "ERP", "scopes": ["read"], "days": "30"})
    assert (made.status_code, made["Cache-Control"].count("no-store")) == (201, 1)
    text = made.content.decode().split("<code>")[1].split("</code>")[0]
    token = find_token(text)
    assert token is not None
    assert (token.user, token.scopes) == (world.manager, ["read"])
    assert Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/clusters/").status_code == 200
    listed = browser.get("/account/tokens/").content.decode()
    assert token.prefix in listed
    assert text not in listed


def test_what_is_left_out_is_asked_for(world: World, sign_in: Any) -> None:
    answer = sign_in(world.manager).post("/account/tokens/new", {"name": "ERP", "days": "9999"})
    assert answer.status_code == 422
    assert {"scopes", "days"} <= set(answer.context["form"].errors)
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_owner_alone(world: World, sign_in: Any) -> None:
    token, _text = issue_token(actor=world.manager, name="ERP", scopes=["read"], days=1)
    assert sign_in(world.donor).post(f"/account/tokens/{token.pk}/revoke").status_code == 404
    assert sign_in(world.manager).post(f"/account/tokens/{token.pk}/revoke").status_code == 302
    token.refresh_from_db()
    assert not token.is_usable
    assert sign_in(world.donor).get("/account/tokens/").context["page"].object_list.count() == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_pages_stand_in_a_real_browser(chromium: Browser, live_server: Any) -> None:
    """The documentation too, under the same content security policy as every page."""
    world = build_world()
    issue_token(actor=world.manager, name="ERP", scopes=["read", "write"], days=30)
    client = Client()
    client.force_login(world.manager, "twinning.core.accounts.KnownPeopleBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    complaints: list[str] = []
    for width in (360, 1280):
        context = chromium.new_context(viewport={"width": width, "height": 800}, base_url=live_server.url)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        listen(page, complaints)
        for path in ("/account/", "/account/tokens/", "/account/tokens/new"):
            page.goto(path)
            assert page.url.endswith(path)
            found = Axe().run(page)
            assert [violation["id"] for violation in found.response["violations"]] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") == width, path
        page.goto("/api/v1/docs/")
        page.get_by_text("List activities").first.wait_for()
        context.close()
    assert complaints == []
