"""Pages of the activity log: they must cost the same however long the log grows."""

from __future__ import annotations

from collections.abc import Callable

from bench.database import scaled
from bench.rows import Row, median_seconds

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
MOST_QUERIES = 15


def _visit(who: str, path: str) -> Callable[[], None]:
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


def _measure(activities: int) -> dict[str, tuple[float, int]]:
    """Seconds and number of queries of each page at this size."""
    with scaled(activities):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        measured = {}
        for name, (who, path) in ALL.items():
            visit = _visit(who, path)
            seconds = median_seconds(visit)
            with CaptureQueriesContext(connection) as queries:
                visit()
            measured[name] = (seconds, len(queries))
        return measured


def run(*, small: bool) -> list[Row]:
    few, many = (1_000, 10_000) if small else (10_000, 1_000_000)
    base, full = _measure(few), _measure(many)
    rows = []
    for name in ALL:
        queries = full[name][1]
        note = f"{queries} queries" + (
            "" if queries <= MOST_QUERIES else f", more than {MOST_QUERIES}: MISSED"
        )
        rows.append(
            Row(
                f"page: {name}, {many:,} beside {few:,}",
                full[name][0],
                base[name][0],
                1.2 if name in PAGES else None,
                note=note,
            )
        )
    return rows
