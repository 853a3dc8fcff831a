"""Pages follow the reader's language and clock, and errors are pages too."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from tests.conftest import make_user
from twinning.core.middleware import ReaderMiddleware


def clock(user: Any, cookie: str = "") -> str:
    """What 12:00 UTC on a summer's day reads for this reader."""
    noon = dt.datetime(2011, 7, 31, 12, tzinfo=dt.UTC)
    request = RequestFactory().get("/")
    request.user = user
    request.COOKIES["timezone"] = cookie

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(timezone.localtime(noon).strftime("%H:%M"))

    return ReaderMiddleware(view)(request).content.decode()


@pytest.mark.django_db
def test_the_clock_is_the_persons_else_the_browsers_else_utc() -> None:
    assert clock(make_user("a", timezone="Asia/Kolkata"), cookie="Europe/Rome") == "17:30"
    assert clock(make_user("b"), cookie="Europe/Rome") == "14:00"
    assert clock(make_user("c"), cookie="../../etc/passwd") == "12:00"


@pytest.mark.django_db
def test_the_language_is_the_persons_else_the_browsers(client: Client) -> None:
    reader = make_user("reader", language="it")
    client.force_login(reader, backend="twinning.core.accounts.KnownPeopleBackend")
    page = client.get("/accounts/2fa/", headers={"Accept-Language": "fr"})
    assert page.headers["Content-Language"] == "it"
    assert '<html lang="it"' in page.text
    stranger = Client().get("/accounts/login/", headers={"Accept-Language": "fr"})
    assert stranger.headers["Content-Language"] == "fr"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "words"),
    [("404", "Page not found"), ("403", "You may not do this"), ("500", "Something went wrong")],
)
def test_errors_are_pages_that_say_what_to_do(how: str, words: str) -> None:
    page = Client(raise_request_exception=False).get(f"/refuse/{how}/")
    assert page.status_code == int(how)
    assert words in page.text
    assert 'href="/"' in page.text


@pytest.mark.django_db
def test_an_expired_form_says_that_nothing_is_lost() -> None:
    page = Client(enforce_csrf_checks=True).post("/note/", {"title": "x"})
    assert page.status_code == 403
    assert "This form had expired" in page.text


def test_no_page_of_ours_breaks_the_security_policy() -> None:
    """Nothing inline: the policy would refuse it in the browser, silently for the reader."""
    root = Path(__file__).parents[2] / "templates"
    inline = re.compile(r"""\sstyle=["']|\son[a-z]+=["']|<script(?![^>]*\bsrc=)|<style""")
    # A report as one file is written to disk, and as paper is set as a PDF; neither is served, so they carry styles.
    unserved = {root / "reports" / "standalone.html", root / "reports" / "paper.html"}
    pages = [path for path in root.rglob("*.html") if path not in unserved]
    guilty = [str(path.relative_to(root)) for path in pages if inline.search(path.read_text())]
    assert guilty == []
