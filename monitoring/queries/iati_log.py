"""Single activities of the log as activities of IATI: read in chunks, so that their number costs no memory.

They are very many: plain columns are read, and the places of each combination of clusters are made once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from activities.models import Activity, ActivityCluster
from activities.rules import Status, status_on
from clusters.models import Cluster
from monitoring.queries import iati_parts as parts
from monitoring.queries.iati_records import Records
from monitoring.rules import iati
from monitoring.rules.iati import codes

_CHUNK = 1000


class _Row(NamedTuple):
    pk: int
    title: str
    status_set: str
    period_text: str
    period_segments: list[dict[str, Any]]
    period_start: dt.date
    period_end: dt.date | None
    period_open: bool
    period_tentative: bool


def logged(records: Records, shared: dict[str, Any]) -> Iterator[iati.Activity]:
    """Those whose start is known beyond doubt. ``shared``: what they say as the programme does."""
    related = ((records.base, codes.PARENT),)
    shared = shared | {"participating": records.partners, "related": related}
    clusters = {cluster.pk: cluster for cluster in Cluster.objects.filter(programme=records.programme)}
    placed: dict[tuple[int, ...], dict[str, Any]] = {}
    for rows, links in _chunks(records):
        for row in rows:
            of = tuple(links.get(row.pk, ()))
            if of not in placed:
                found = [clusters[pk] for pk in of] or records.clusters[None]
                placed[of] = shared | parts.placed(shared, found)
            yield _activity(records, row, placed[of])


def _chunks(records: Records) -> Iterator[tuple[list[_Row], dict[int, list[int]]]]:
    """Rows by id, and the clusters of each."""
    rows = Activity.objects.filter(
        programme=records.programme, removed_at=None, period_start__isnull=False, period_doubtful=False
    ).order_by("pk")
    last = 0
    while chunk := [_Row(*row) for row in rows.filter(pk__gt=last).values_list(*_Row._fields)[:_CHUNK]]:
        # By range: a list of a thousand ids would cost more than the rows of other programmes between them.
        of = ActivityCluster.objects.filter(activity__gte=chunk[0].pk, activity__lte=chunk[-1].pk)
        links: dict[int, list[int]] = {}
        for activity, cluster in of.order_by("activity", "cluster").values_list("activity", "cluster"):
            links.setdefault(activity, []).append(cluster)
        yield chunk, links
        last = chunk[-1].pk


def _activity(records: Records, row: _Row, shared: dict[str, Any]) -> iati.Activity:
    status = status_on(
        records.today,
        start=row.period_start,
        end=row.period_end,
        is_open=row.period_open,
        status_set=row.status_set,
        tentative=row.period_tentative,
    )
    known_to_the_day = all(segment["precision"] == "day" for segment in row.period_segments)
    text = "" if known_to_the_day else row.period_text
    start = parts.Edge(row.period_start, text)
    end = parts.Edge(row.period_end, text) if row.period_end and not row.period_open else None
    over = status == Status.DONE
    begun = over or status == Status.ONGOING
    return iati.Activity(
        **shared,
        identifier=f"{records.base}-A-{row.pk}",
        title=row.title,
        description=f"{records.programme.title}: {row.title}",
        status=codes.STATUS_OF_ACTIVITY.get(status, codes.IDEA),
        hierarchy=codes.ACTIVITY,
        source=iati.Source("activity", row.pk, row.title),
        dates=parts.dates(start, end, records.today, begun=begun, over=over),
    )
