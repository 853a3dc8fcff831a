"""Pages of the activity log: they must cost the same however long the log grows."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.database import connect, scaled
from bench.rows import Row

PAGES = {
    "activity list": "/p/scale/activities",
    "activity list, one cluster": "/p/scale/activities?cluster=scale-3",
    "activity list, by status": "/p/scale/activities?status=planned&on=2011-07-31",
    "activity list, by period": "/p/scale/activities?from=2010-01-01&to=2010-01-31",
    "activity list, by text": "/p/scale/activities?q=Workshop+77",
    "programme": "/p/scale/",
    "cluster": "/p/scale/clusters/scale-3",
}
# What an agent asks of his own list, a twentieth of the log, and what matches seldom: measured without a goal.
FAR = {
    "activity list, seldom type": ("scale", "/p/scale/activities?kind=LR"),
    "activity list, seldom format": ("scale", "/p/scale/activities?format=technology-show"),
    "activity list, an agent": ("scale.cda.3", "/p/scale/activities"),
    "joint events, an agent without any": ("scale.cda.3", "/p/scale/activities?joint=on"),
    "activity list, by text, an agent": ("scale.cda.3", "/p/scale/activities?q=Workshop+77"),
    "activity list, seldom type, an agent": ("scale.cda.3", "/p/scale/activities?kind=LR"),
}
ALL = {name: ("scale", path) for name, path in PAGES.items()} | FAR
RUNS = 11
MOST_QUERIES = 15


def visiting(who: str, path: str) -> Callable[[], None]:
    from django.test import Client

    from twinning.core.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    user = User.objects.get(email=f"{who}@demo.example")
    client.force_login(user, "twinning.core.accounts.KnownPeopleBackend")

    def visit() -> None:
        response = client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")

    return visit


@dataclass(frozen=True)
class Cost:
    """Seconds of a page at the smaller and at the larger size, and its queries at the larger."""

    few: float
    many: float
    queries: int


def _cost(who: str, path: str, few: str, many: str) -> Cost:
    """Measured at both sizes in turn, so that a busy moment of the machine falls on both."""
    visits: dict[str, Callable[[], None]] = {}
    times: dict[str, list[float]] = {few: [], many: []}
    for url in times:
        connect(url)
        visits[url] = visiting(who, path)
    for _unused in range(RUNS):
        for url, taken in times.items():
            connect(url)
            visits[url]()  # a new connection has everything to read for the first time
            gc.collect()
            start = time.perf_counter()
            visits[url]()
            taken.append(time.perf_counter() - start)
    with CaptureQueriesContext(connection) as queries:
        visits[many]()
    return Cost(statistics.median(times[few]), statistics.median(times[many]), len(queries))


def run(*, small: bool) -> list[Row]:
    few, many = (1_000, 10_000) if small else (10_000, 1_000_000)
    rows = []
    with scaled(few) as at_few, scaled(many) as at_many:
        # Pages name static files by their hashes, as on a server.
        call_command("collectstatic", interactive=False, verbosity=0)
        for name, (who, path) in ALL.items():
            cost = _cost(who, path, at_few, at_many)
            more = "" if cost.queries <= MOST_QUERIES else f", more than {MOST_QUERIES}: MISSED"
            rows.append(
                Row(
                    f"page: {name}, {many:,} beside {few:,}",
                    cost.many,
                    cost.few,
                    1.2 if name in PAGES else None,
                    note=f"{cost.queries} queries{more}",
                )
            )
    return rows
