"""Static files as they are served outside of tests: only under the names that the production storage gives them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from twinning.settings import STORAGES
from twinning.urls import handler500
from twinning.urls import urlpatterns as pages

__all__ = ["handler500", "urlpatterns"]


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [path("fail", fail), *pages]


@pytest.fixture
def client(settings: Any, tmp_path: Any) -> Client:
    """Of a site whose static files were never collected."""
    settings.ROOT_URLCONF = __name__
    settings.STORAGES = settings.STORAGES | {"staticfiles": STORAGES["staticfiles"]}
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    return Client(raise_request_exception=False)


@pytest.fixture
def served(client: Client, settings: Any) -> Client:
    """Of one that has collected its own; those of libraries would take seconds."""
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    call_command("collectstatic", interactive=False, verbosity=0)
    return client


def test_the_page_of_a_fault_has_its_style_and_asks_no_database(served: Client) -> None:
    page = served.get("/fail")
    assert page.status_code == 500
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page.text)
    assert [re.sub(r"\.\w{12}\.", ".", sheet) for sheet in sheets] == [
        "/static/css/tokens.css",
        "/static/css/app.css",
    ]
    for sheet in sheets:
        answer = served.get(sheet)
        assert (answer.status_code, answer["Content-Type"]) == (200, 'text/css; charset="utf-8"')
        assert answer.getvalue()


def test_where_the_fault_is_that_of_the_static_files_the_page_goes_without(client: Client) -> None:
    page = client.get("/fail")
    assert page.status_code == 500
    assert "Something went wrong" in page.text
    assert "stylesheet" not in page.text


def test_a_browser_that_looks_for_the_mark_by_itself_finds_it(served: Client) -> None:
    answer = served.get("/favicon.ico", follow=True)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.getvalue()
