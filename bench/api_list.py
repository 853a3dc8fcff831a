"""The API's list of a hundred activities, beside what nobody can do without: an empty authenticated request,
and the same rows by the bare driver written by orjson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.database import scaled
from bench.rows import Row, interleaved

LISTS = {
    "first page": "activities/?programme=scale",
    "page in the middle": "activities/?programme=scale&cursor={middle}",
    "one cluster": "activities/?cluster=scale-3",
    "changed last": "activities/?programme=scale&sort=-updated_at",
}
RUNS = 41
ACTIVITIES = """
    SELECT a.id, p.slug AS programme, a.title, a.kind, a.tags, a.side, a.link_class, a.objective, a.venue,
           a.support_share::text, a.status_set, a.note, a.origin, a.period_text, a.period_edtf,
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
    api_settings.DEFAULT_THROTTLE_RATES |= {"client": "1000000/s"}
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


def _measure(activities: int) -> tuple[dict[str, float], float, float]:
    """Seconds of each list, of an empty request and of the rows by hand, at this size."""
    with scaled(activities):
        asking = _asking()
        empty, listed = (
            asking(""),
            {name: asking(path.format(middle=_middle())) for name, path in LISTS.items()},
        )
        if len(listed["first page"]().json()["results"]) != 100:
            raise RuntimeError("the list is not a hundred long")
        nothing, by_hand = interleaved(empty, _by_hand, runs=RUNS)
        times = {name: interleaved(ask, empty, runs=RUNS)[0] for name, ask in listed.items()}
        return times, nothing, by_hand


def run(*, small: bool) -> list[Row]:
    few, many = (1_000, 10_000) if small else (10_000, 1_000_000)
    base, _nothing, _by_hand_few = _measure(few)
    full, nothing, by_hand = _measure(many)
    note = f"empty request {nothing * 1000:.2f} ms, rows by hand {by_hand * 1000:.2f} ms"
    rows = [Row(f"API: 100 of {many:,} activities", full["first page"], nothing + by_hand, 2.0, note=note)]
    rows += [Row(f"API: {name}, {many:,} beside {few:,}", full[name], base[name], 1.2) for name in LISTS]
    return rows
