"""Every URL x method x member of the cast, on pages and API: the answer is the one the tables say."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.access
from clusters.services import move_twinning
from tests.access.rows import ANONYMOUS, PEOPLE, Row
from tests.conftest import World, build_world
from tests.prepared import EMPTY, SHELF

pytestmark = pytest.mark.django_db

TABLES = [
    importlib.import_module(f"tests.access.{module.name}")
    for module in pkgutil.iter_modules(tests.access.__path__)
    if module.name.startswith("table_")
]
ROWS: list[Row] = [row for table in TABLES for row in table.ROWS]
# Its answer depends on the broker, so tests/ops/test_health.py asks it.
ASKED_ELSEWHERE = {"readyz"}
OURS = ("twinning", "clusters", "diagnostics", "activities", "monitoring")


def routes(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern
        else:  # a library may redirect an old address of its own
            assert not pattern.callback.__module__.startswith(OURS), f"{pattern.pattern} has no name."


ROUTES = dict(routes(get_resolver().url_patterns))


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole table; what a row writes is rolled back, and so is the world in the end."""
    with django_db_blocker.unblock(), SHELF.opened(EMPTY), transaction.atomic():
        world = build_world()
        # A pair that is only looked at shares nothing; the table asks of one at work.
        world.twinning = move_twinning(actor=world.manager, twinning=world.twinning, to="study", version=None)
        for table in TABLES:
            if hasattr(table, "prepare"):
                table.prepare(world)
        world.sessions = {who: session_of(getattr(world, who)) for who in PEOPLE}
        yield world
        transaction.set_rollback(True)


def session_of(user: Any) -> str:
    client = Client()
    client.force_login(user, backend="twinning.core.accounts.KnownPeopleBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Browser(RequestFactory):
    """Sends requests through one chain of middleware and keeps nothing but the answer.

    The client of Django makes the chain anew and copies the context of each template, which would be most of
    the time that these thousands of requests take.
    """

    handler = ClientHandler(enforce_csrf_checks=False)

    def __init__(self, session: str) -> None:
        super().__init__()
        self.cookies[settings.SESSION_COOKIE_NAME] = session

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))  # type: ignore[attr-defined]


def ask(world: World, who: str, row: Row, url: str, method: str = "") -> Any:
    client = Browser(world.sessions.get(who, ""))
    data = row.data(world) if row.data else {}
    json: dict[str, Any] = {}
    if is_api(url) and row.method != "get":
        json = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    with transaction.atomic():
        if method:
            response = client.generic(method, url)
        else:
            response = getattr(client, row.method)(f"{url}{row.query}", data, **json)
        transaction.set_rollback(True)
    return response


def is_api(url: str) -> bool:
    return url.startswith("/api/")


def label(row: Row) -> str:
    return f"{row.method} {row.name}{row.query}"


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_everybody_gets_the_answer_of_the_table(stage: World, row: Row) -> None:
    url = reverse(row.name, kwargs=row.kwargs(stage))
    cast = (ANONYMOUS, *PEOPLE)
    wanted = {who: row.expected(who, api=is_api(url)) for who in cast}
    assert None not in wanted.values(), f"Nothing is said of {[who for who in cast if wanted[who] is None]}."
    found = {who: ask(stage, who, row, url).status_code for who in cast}
    assert found == wanted


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in ROUTES], ids=label)
def test_the_record_of_another_programme_does_not_exist(stage: World, row: Row) -> None:
    kwargs = row.kwargs(stage)
    if not kwargs or row.own:
        assert row.elsewhere is None, "A row without a record of a programme has none elsewhere."
        return
    if set(kwargs) == {"programme_slug"}:
        elsewhere = {"programme_slug": stage.other_programme.slug}
    else:
        assert row.elsewhere, "Say how the address looks with a record of the other programme."
        elsewhere = row.elsewhere(stage)
    url = reverse(row.name, kwargs=elsewhere)
    assert ask(stage, "manager", row, url).status_code == 404


def test_every_route_and_each_of_its_methods_stands_in_a_table(stage: World) -> None:
    told: dict[str, set[str]] = {}
    for row in ROWS:
        told.setdefault(row.name, set()).add(row.method.upper())
    missing = [name for name in ROUTES if name not in told and name not in ASKED_ELSEWHERE]
    unknown = [name for name in told if name not in ROUTES]
    assert (missing, unknown) == ([], [])

    first = {row.name: row for row in reversed(ROWS)}
    untold = {}
    for name, row in first.items():
        if not ROUTES[name].callback.__module__.startswith(OURS):
            continue  # a library's page, which knows nothing of programmes
        url = reverse(name, kwargs=row.kwargs(stage))
        refused = ask(stage, "manager", row, url, method="PROBE")
        assert refused.status_code == 405, f"{name} answers any method; say which it takes."
        takes = {method.strip() for method in refused.headers["Allow"].split(",")} - {"HEAD", "OPTIONS"}
        if takes != told[name]:
            untold[name] = takes ^ told[name]
    assert untold == {}
