"""Activities as the API shows them, read as plain values: four queries for any number of them.

A list of a hundred is what partner systems ask for most, and building model instances for it would cost more
than reading it. ``ActivitySerializer`` says the same shape to the schema; a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from activities.rules import status_on
from clusters.models import Organisation
from clusters.models.membership import grants_of
from clusters.rules import FIRM_KINDS, Can
from twinning.core.models import User

PLAIN = (
    "id",
    "title",
    "kind",
    "format",
    "tags",
    "side",
    "link_class",
    "objective",
    "venue",
    "support_share",
    "status_set",
    "note",
    "origin",
    "version",
    "created_at",
    "updated_at",
)
PERIOD = {
    "text": "period_text",
    "edtf": "period_edtf",
    "start": "period_start",
    "end": "period_end",
    "open": "period_open",
    "segments": "period_segments",
    "flags": "period_flags",
    "doubtful": "period_doubtful",
    "tentative": "period_tentative",
    "confirmed_at": "period_confirmed_at",
}
# The slug of the programme is looked up beside it: joined, it may make a database forget the order of the list.
COLUMNS = (*PLAIN, *PERIOD.values(), "programme_id")


def activity_rows(values: Iterable[Mapping[str, Any]], reader: User, day: dt.date) -> list[dict[str, Any]]:
    """Rows of ``.values(*COLUMNS)`` in the shape of ``ActivitySerializer``; ``status`` is that of ``day``."""
    found = list(values)
    ids = [row["id"] for row in found]
    slugs = dict(_linked(_PROGRAMMES, list({row["programme_id"] for row in found})))
    clusters, organisations = _clusters_of(ids), _organisations_of(ids, reader)
    return [
        {
            **{name: row[name] for name in PLAIN},
            "programme": slugs[row["programme_id"]],
            "status": status_on(
                day,
                start=row["period_start"],
                end=row["period_end"],
                is_open=row["period_open"],
                status_set=row["status_set"],
                tentative=row["period_tentative"],
            ),
            "period": {name: row[column] for name, column in PERIOD.items()},
            "clusters": clusters.get(row["id"], []),
            "organisations": organisations.get(row["id"], []),
        }
        for row in found
    ]


# Written out, since working out the same SQL from the models takes longer than the database takes to answer it.
_PROGRAMMES = "SELECT id, slug FROM clusters_programme WHERE id IN ({marks})"
_CLUSTERS = """
    SELECT l.activity_id, c.slug, c.name, l.number, l.number_source, l.printed_title, l.printed_period
      FROM activities_activitycluster l JOIN clusters_cluster c ON c.id = l.cluster_id
     WHERE l.activity_id IN ({marks}) ORDER BY l.cluster_id, l.number, l.id"""
_ORGANISATIONS = """
    SELECT l.activity_id, o.id, o.name, o.short_name, l.role, o.programme_id, o.kind
      FROM activities_activityorganisation l JOIN clusters_organisation o ON o.id = l.organisation_id
     WHERE l.activity_id IN ({marks}) ORDER BY l.role, l.id"""


def _linked(sql: str, ids: list[int]) -> list[Any]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(marks=", ".join(["%s"] * len(ids))), ids)
        return list(cursor.fetchall())


def _clusters_of(ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    for activity, slug, name, number, source, title, period in _linked(_CLUSTERS, ids):
        found[activity].append(
            {
                "slug": slug,
                "name": name,
                "number": number,
                "number_source": source,
                "printed_title": title,
                "printed_period": period,
            }
        )
    return found


def _organisations_of(ids: list[int], reader: User) -> dict[int, list[dict[str, Any]]]:
    """Organisations with their part, as far as the reader may see them (firms are not seen by all)."""
    links = _linked(_ORGANISATIONS, ids)
    # Whoever reads firm data of the whole programme, and anybody a body that is no firm, need not be asked about.
    wide = grants_of(reader).in_programmes(Can.READ_FIRMS)
    asked = {link[1] for link in links if link[6] in FIRM_KINDS and link[5] not in wide}
    hidden = asked and asked - set(
        Organisation.objects.visible_to(reader).filter(pk__in=asked).values_list("pk", flat=True)
    )
    found = defaultdict(list)
    for activity, pk, name, short_name, role, _programme, _kind in links:
        if pk not in hidden:
            found[activity].append({"id": pk, "name": short_name or name, "role": role})
    return found
