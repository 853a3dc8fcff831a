"""Activities as bars over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from activities.models import (
    Activity,
)
from activities.queries.log import LogRow, log_row, segments_of
from activities.rules import Status
from clusters.models import Cluster
from twinning.core.charts import Bar, Stretch
from twinning.core.periods import Precision


@dataclass(frozen=True, slots=True)
class ClusterBars:
    """The picture of one cluster: its rows, and the bars of those that have a place in time."""

    cluster: Cluster
    rows: tuple[LogRow, ...]
    bars: tuple[Bar, ...]
    first: dt.date
    last: dt.date
    undated: tuple[LogRow, ...]
    more: bool


def bar_of(activity: Activity, row: LogRow) -> Bar:
    """Its segments as they are drawn; one that ends before it starts cannot be."""
    stretches = tuple(
        Stretch(
            first=segment.start,
            last=segment.end,
            first_known=segment.precision is Precision.DAY,
            last_known=(segment.end_precision or segment.precision) is Precision.DAY,
            doubtful=activity.period_doubtful or segment.approximate or segment.uncertain,
        )
        for segment in segments_of(activity)
        if not segment.invalid
    )
    return Bar(
        label=row.title,
        stretches=stretches,
        number=str(row.place.number) if row.place else "",
        words=" · ".join(part for part in (row.period, row.reading) if part),
        faint=row.status is Status.CANCELLED,
    )


def cluster_bars(
    cluster: Cluster,
    activities: Sequence[Activity],
    *,
    day: dt.date,
    first: dt.date | None,
    last: dt.date | None,
    more: bool = False,
) -> ClusterBars:
    """The rows of one cluster as bars, over whole years around what they span and ``day``, or over
    first..last.
    """
    rows = [log_row(activity, day, cluster.pk) for activity in activities]
    bars = [bar_of(activity, row) for activity, row in zip(activities, rows, strict=True)]
    days = [day]
    for bar in bars:
        days += [edge for stretch in bar.stretches for edge in (stretch.first, stretch.last) if edge]
    begin = first or dt.date(min(days).year, 1, 1)
    end = last or dt.date(max(days).year, 12, 31)
    return ClusterBars(
        cluster=cluster,
        rows=tuple(rows),
        bars=tuple(bar for bar in bars if bar.stretches),
        first=min(begin, end),
        last=max(begin, end),
        undated=tuple(row for row, bar in zip(rows, bars, strict=True) if not bar.stretches),
        more=more,
    )
