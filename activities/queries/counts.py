"""How many activities there are, by status."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from activities.models import (
    Activity,
    ActivityCluster,
)
from activities.models.activity import ActivityQuerySet
from activities.rules import Status
from twinning.core.pages import COUNT_LIMIT


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """Activities by status on a day; ``counts`` is None where there are more than COUNT_LIMIT."""

    total: int
    counts: tuple[tuple[Status, int], ...] | None

    @property
    def is_capped(self) -> bool:
        return self.counts is None


def capped_count(rows: QuerySet[Activity] | QuerySet[ActivityCluster]) -> int:
    """How many rows, counted no further than one beyond COUNT_LIMIT."""
    return rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()


def status_counts(rows: ActivityQuerySet, day: dt.date, total: int | None = None) -> StatusCounts:
    """``total`` is their number as ``capped_count`` gives it, where the caller has a cheaper way to know
    it.
    """
    total = capped_count(rows) if total is None else total
    if total > COUNT_LIMIT:
        return StatusCounts(COUNT_LIMIT, None)
    statuses: QuerySet[Any] = rows.with_status(day).order_by()
    found = dict(statuses.values_list("status_now").annotate(n=Count("pk", distinct=True)))
    return StatusCounts(total, tuple((status, found.get(status.value, 0)) for status in Status))
