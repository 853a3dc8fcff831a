"""The fixed cast of the tests: one small programme, a second one that must stay unseen, and its people.

Every fixture is made by calling services, so the tests walk the road that users walk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as settings_of_hypothesis

from clusters import services
from clusters.models import Cluster, Organisation, Programme
from clusters.rules import Role
from tests.prepared import EMPTY, SHELF, place_of_run, storages
from twinning.core.models import User

PASSWORD = "a-long-enough-pass-phrase"
CAST = {
    "manager": Role.MANAGER,
    "cta": Role.CTA,
    "coordinator": Role.COORDINATOR,
    "cda": Role.CDA,
    "cda_other": Role.CDA,
    "cda_advanced": Role.ADVANCED_CDA,
    "sc_member": Role.SC_MEMBER,
    "counterpart": Role.COUNTERPART,
    "donor": Role.DONOR,
    "evaluator": Role.EVALUATOR,
    "association": Role.ASSOCIATION,
    "institute": Role.INSTITUTE,
    "firm": Role.FIRM,
    "expert": Role.EXPERT,
    "broker": Role.BROKER,
    "laboratory": Role.LABORATORY,
    "partner": Role.PARTNER,
}


# A busy machine is no failure; what must be fast is measured in bench.
settings_of_hypothesis.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings_of_hypothesis.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The slowest files first, so that no worker is left alone with one of them in the end; of those the one that
    # prepares its own site, so that it does not wait while the other worker prepares that of the rest.
    def place(item: pytest.Item) -> tuple[bool, bool]:
        return item.get_closest_marker("browser") is None, item.path.name != "test_main_road.py"

    items.sort(key=place)


def pytest_configure() -> None:
    # Tests serve static files from their sources; the folder of collected ones need only be there.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


class World(SimpleNamespace):
    """Attributes: programme, leather, footwear, santa_croce, twinning, tanners, clri, tannery, and each of CAST,
    plus ``stranger`` (signed in, of no programme), ``neighbour`` (manager of ``other_programme``) with its
    ``other_cluster``."""

    programme: Programme
    leather: Cluster
    footwear: Cluster
    santa_croce: Cluster
    tanners: Organisation
    manager: User


def make_user(email: str, **extra: Any) -> User:
    user = User(email=f"{email}@test.example", name=email.replace("_", " ").title(), **extra)
    user.set_unusable_password()
    user.save()
    return user


def fresh(user: User) -> User:
    """The user as the next request would load it, without grants read earlier."""
    return User.objects.get(pk=user.pk)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    """Uploads of a test go to its own folder, and what it caches stays in the process."""
    settings.STORAGES = storages(tmp_path / "files")
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    # The process is that of all tests, and the cast is the same people in each: their requests are counted there.
    cache.clear()


def build_world() -> World:
    """The cast and its two programmes, in the database that is open; the fixture ``world`` for most tests."""
    people = {name: make_user(name) for name in [*CAST, "stranger", "neighbour"]}
    owner = make_user("owner", is_staff=True)
    programme = services.open_programme(
        actor=owner, manager=people["manager"], slug="tanning", title="Tanning programme", code="TAN1"
    )
    manager = fresh(people["manager"])
    clusters = {
        key: services.create_cluster(
            actor=manager, programme=programme, slug=slug, name=name, country=country, is_principal=principal
        )
        for key, slug, name, country, principal in [
            ("leather", "leather", "Chennai leather", "IN", True),
            ("footwear", "footwear", "Chennai footwear", "IN", True),
            ("santa_croce", "santa-croce", "Santa Croce", "IT", False),
        ]
    }
    twinning = services.propose_twinning(
        actor=manager, programme=programme, emerging=clusters["leather"], advanced=clusters["santa_croce"]
    )
    bodies = {
        key: services.create_organisation(
            actor=manager, programme=programme, cluster=clusters[where], role=role, name=name, kind=kind
        )
        for key, where, role, name, kind in [
            ("tanners", "leather", "intermediary", "Leather Manufacturers Association", "association"),
            ("conciatori", "santa_croce", "intermediary", "Associazione Conciatori", "association"),
            (
                "clri",
                "leather",
                "knowledge-repository",
                "Leather Research Institute",
                "technical-institution",
            ),
            ("tannery", "leather", "principal", "Pakkar Tannery", "principal-firm"),
            ("shoemaker", "footwear", "principal", "Shoemaker", "principal-firm"),
        ]
    }
    places: dict[str, dict[str, Any]] = {
        "cda": {"cluster": clusters["leather"]},
        "cda_other": {"cluster": clusters["footwear"]},
        "cda_advanced": {"cluster": clusters["santa_croce"]},
        "association": {"cluster": clusters["leather"], "organisation": bodies["tanners"]},
        "institute": {"cluster": clusters["leather"], "organisation": bodies["clri"]},
        "firm": {"organisation": bodies["tannery"]},
        "expert": {"organisation": bodies["tannery"]},
        "broker": {"organisation": bodies["clri"]},
        "laboratory": {"organisation": bodies["clri"]},
    }
    for name, role in CAST.items():
        if name != "manager":
            services.add_member(
                actor=manager, programme=programme, user=people[name], role=role, **places.get(name, {})
            )
    other = services.open_programme(
        actor=owner, manager=people["neighbour"], slug="other", title="Another programme"
    )
    neighbour = fresh(people["neighbour"])
    other_cluster = services.create_cluster(
        actor=neighbour, programme=other, slug="elsewhere", name="Elsewhere", country="TR"
    )
    return World(
        programme=programme,
        twinning=twinning,
        other_programme=other,
        other_cluster=other_cluster,
        owner=owner,
        today=dt.date(2011, 7, 31),
        **clusters,
        **bodies,
        **{name: fresh(user) for name, user in people.items()},
    )


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The empty database and the copies with contents, instead of the one that pytest-django makes for each worker.

    It also is there for tests that take it without the mark, which pytest-django leaves to the database of the
    application.
    """
    with django_db_blocker.unblock():
        SHELF.start(place_of_run(tmp_path_factory))
    yield
    with django_db_blocker.unblock():
        SHELF.finish()


# The scope makes it run before the fixtures of pytest-django, which begin the transaction of the test.
@pytest.fixture(autouse=True, scope="class")
def _database_of_the_test(request: pytest.FixtureRequest, django_db_blocker: Any) -> None:
    """A test of the cast opens the database with it; what a test may commit goes to the empty one."""
    names = set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    if not marker and not names & {"db", "transactional_db", "live_server"}:
        return
    request.getfixturevalue("django_db_setup")
    if connection.in_atomic_block:  # of the module
        return
    name, build = contents_of(request.node)
    commits = (marker and marker.kwargs.get("transaction")) or names & {"transactional_db", "live_server"}
    with django_db_blocker.unblock():
        if "world" in names and not commits:
            SHELF.keep(name, build)
            SHELF.open(name)
        else:
            SHELF.open(EMPTY)


def contents_of(node: pytest.Item) -> tuple[str, Callable[[], World]]:
    """What the database of a test of the cast has, and how it is built: more than the cast where the mark says so."""
    marker = node.get_closest_marker("contents")
    build: Callable[[], World] = marker.kwargs["build"] if marker else build_world
    return build.__name__, build


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> World:
    name, build = contents_of(request.node)
    # Where a module holds a transaction open, or a test may commit, the cast is built in place.
    return SHELF.take(name, tmp_path / "files") or build()


@pytest.fixture
def sign_in(client: Client) -> Any:
    """``sign_in(user)`` returns the test client as that user."""

    def as_(user: User) -> Client:
        client.force_login(user, backend="twinning.core.accounts.KnownPeopleBackend")
        return client

    return as_
