"""Activities as the API shows them, read as plain values: three queries for any number of them.

A list of a hundred is what partner systems ask for most, and building model instances for it would cost more
than reading it. ``ActivitySerializer`` says the same shape to the schema; a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from activities.models import ActivityCluster, ActivityOrganisation
from activities.rules import status_on
from clusters.models import Organisation
from twinning.core.models import User

PLAIN = (
    "id",
    "title",
    "kind",
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
    "confirmed_at": "period_confirmed_at",
}
COLUMNS = (*PLAIN, *PERIOD.values(), "programme__slug")


def activity_rows(values: Iterable[Mapping[str, Any]], reader: User, day: dt.date) -> list[dict[str, Any]]:
    """Rows of ``.values(*COLUMNS)`` in the shape of ``ActivitySerializer``; ``status`` is that of ``day``."""
    found = list(values)
    ids = [row["id"] for row in found]
    clusters, organisations = _clusters_of(ids), _organisations_of(ids, reader)
    return [
        {
            **{name: row[name] for name in PLAIN},
            "programme": row["programme__slug"],
            "status": status_on(
                day,
                start=row["period_start"],
                end=row["period_end"],
                is_open=row["period_open"],
                status_set=row["status_set"],
            ),
            "period": {name: row[column] for name, column in PERIOD.items()},
            "clusters": clusters.get(row["id"], []),
            "organisations": organisations.get(row["id"], []),
        }
        for row in found
    ]


def _clusters_of(ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    links = ActivityCluster.objects.filter(activity__in=ids).order_by("cluster_id", "number", "id")
    found = defaultdict(list)
    for activity, slug, name, number, source, title, period in links.values_list(
        "activity_id",
        "cluster__slug",
        "cluster__name",
        "number",
        "number_source",
        "printed_title",
        "printed_period",
    ):
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
    links = ActivityOrganisation.objects.filter(
        activity__in=ids, organisation__in=Organisation.objects.visible_to(reader).values("pk")
    ).order_by("role", "id")
    found = defaultdict(list)
    for activity, pk, name, short_name, role in links.values_list(
        "activity_id", "organisation_id", "organisation__name", "organisation__short_name", "role"
    ):
        found[activity].append({"id": pk, "name": short_name or name, "role": role})
    return found
