"""The API's list of a hundred activities, beside what nobody can do without: an empty authenticated request,
and the same rows by the bare driver written by orjson."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.database import scaled
from bench.rows import Row, interleaved

LISTS = {
    "first page": "activities/?programme=scale",
    "page in the middle": "activities/?programme=scale&cursor={middle}",
    "one cluster": "activities/?cluster=scale-3",
    "changed last": "activities/?programme=scale&sort=-updated_at",
}
# What matches seldom: measured without a goal.
SELDOM = {
    "seldom type": "activities/?programme=scale&kind=LR",
    "seldom format": "activities/?programme=scale&format=technology-show",
    "seldom status": "activities/?programme=scale&status=cancelled",
    "seldom status from the period": "activities/?programme=scale&status=ongoing&on=2025-12-28",
    "seldom type, one cluster": "activities/?cluster=scale-3&kind=LR",
}
RUNS = 41
ACTIVITIES = """
    SELECT a.id, p.slug AS programme, a.title, a.kind, a.format, a.tags, a.side, a.link_class, a.objective,
           a.venue, a.support_share::text, a.status_set, a.note, a.origin, a.period_text, a.period_edtf,
           a.period_start, a.period_end, a.period_open, a.period_segments, a.period_flags, a.period_doubtful,
           a.period_confirmed_at, a.version, a.created_at, a.updated_at
      FROM activities_activity a JOIN clusters_programme p ON p.id = a.programme_id
     WHERE a.programme_id = %s AND a.removed_at IS NULL ORDER BY a.id LIMIT 101"""
CLUSTERS = """
    SELECT l.activity_id, c.slug, c.name, l.number, l.number_source, l.printed_title, l.printed_period
      FROM activities_activitycluster l JOIN clusters_cluster c ON c.id = l.cluster_id
     WHERE l.activity_id = ANY(%s) ORDER BY l.cluster_id, l.number"""
ORGANISATIONS = """
    SELECT l.activity_id, o.id, o.name, l.role
      FROM activities_activityorganisation l JOIN clusters_organisation o ON o.id = l.organisation_id
     WHERE l.activity_id = ANY(%s) ORDER BY l.role, l.id"""


def _asking() -> Callable[[str], Callable[[], Any]]:
    from django.test import Client
    from rest_framework.settings import api_settings

    from twinning.core.models import User
    from twinning.core.tokens import issue_token

    # The counter of the throttle is part of a request, its refusals are not part of a measurement.
    rates: dict[str, Any] = api_settings.DEFAULT_THROTTLE_RATES
    rates["client"] = "1000000/s"
    user = User.objects.get(email="scale@demo.example")
    _token, secret = issue_token(actor=user, name="bench", scopes=["read"], days=1)
    client = Client(headers={"Authorization": f"Bearer {secret}"}, SERVER_NAME="127.0.0.1")

    def asking(path: str) -> Callable[[], Any]:
        def ask() -> Any:
            response = client.get(f"/api/v1/{path}")
            if response.status_code != 200:
                raise RuntimeError(f"{path} answered {response.status_code}: {response.content[:200]!r}")
            return response

        return ask

    return asking


def _dicts(cursor: Any, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor.execute(sql, values)
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _by_hand() -> bytes:
    """The same rows, as short as they can be fetched and written."""
    import orjson
    from django.db import connection

    from clusters.models import Programme

    connection.ensure_connection()
    programme = Programme.objects.values_list("pk").get(slug="scale")[0]
    with connection.connection.cursor() as cursor:
        rows = _dicts(cursor, ACTIVITIES, programme)[:100]
        found = {row["id"]: row | {"clusters": [], "organisations": []} for row in rows}
        for name, sql in (("clusters", CLUSTERS), ("organisations", ORGANISATIONS)):
            for part in _dicts(cursor, sql, list(found)):
                found[part.pop("activity_id")][name].append(part)
    return orjson.dumps(list(found.values()))


def _middle() -> str:
    from activities.models import Activity
    from twinning.core.api.pagination import encode

    first, last = (
        Activity.objects.order_by(order).values_list("pk", flat=True)[0] for order in ("pk", "-pk")
    )
    return encode("id", False, None, (first + last) // 2)


@dataclass(frozen=True)
class Times:
    """Medians in seconds. ``lists``: each list and the empty requests made in turn with it."""

    lists: dict[str, tuple[float, float]]
    empty: float
    by_hand: float


def _measure(activities: int) -> Times:
    with scaled(activities):
        asking = _asking()
        empty, first = asking(""), asking(LISTS["first page"])
        if len(first().json()["results"]) != 100:
            raise RuntimeError("the list is not a hundred long")
        nothing, by_hand = interleaved(empty, _by_hand, runs=RUNS)
        middle = _middle()
        lists = {
            name: interleaved(asking(path.format(middle=middle)), empty, runs=RUNS)
            for name, path in (LISTS | SELDOM).items()
        }
        return Times(lists, nothing, by_hand)


def run(*, small: bool) -> list[Row]:
    """The two sizes are measured one after the other, so the time at the smaller is brought to the pace that the
    machine had at the larger: by the empty requests made in turn with each, which know nothing of size."""
    few, many = (1_000, 10_000) if small else (10_000, 1_000_000)
    base, full = _measure(few), _measure(many)
    seconds, _empty = full.lists["first page"]
    note = f"empty request {full.empty * 1000:.2f} ms, rows by hand {full.by_hand * 1000:.2f} ms"
    rows = [Row(f"API: 100 of {many:,} activities", seconds, full.empty + full.by_hand, 2.0, note=note)]
    for name, (slow, pace) in full.lists.items():
        quick, base_pace = base.lists[name]
        goal = 1.2 if name in LISTS else None
        rows.append(Row(f"API: {name}, {many:,} beside {few:,}", slow, quick * pace / base_pace, goal))
    return rows
