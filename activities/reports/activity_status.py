"""The records of an activity status report: what the annexes print, and beside it how it is read.

Number, title and date text are exactly those of each cluster's list (DOMAIN part 4, report 3).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.models import ActivityCluster
from activities.rules import Status
from clusters.models import Cluster, Programme
from twinning.core.access import DomainError
from twinning.core.periods import Alternative, Reading, Reason, Segment
from twinning.core.reports import ReportRequest, steady_view

FORMAT = 1
# As people read progress: what is behind us first.
ORDER = (
    Status.DONE,
    Status.ONGOING,
    Status.DUE,
    Status.PLANNED,
    Status.UNDATED,
    Status.CANCELLED,
)
# What one worker reads, keeps and writes in minutes; a larger programme is reported cluster by cluster.
MAX_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Line:
    """One activity in the list of one cluster.

    ``doubts`` are the reasons of a reading that nobody has confirmed yet, ``alternatives`` what it may mean
    instead. ``joint`` are the other clusters' names and the numbers under which they list the same event.
    """

    number: int
    title: str
    date_text: str
    status: Status
    edtf: str
    segments: tuple[Segment, ...]
    doubts: tuple[Reason, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    confirmed: bool = False
    tentative: bool = False
    joint: tuple[tuple[str, int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "title": self.title,
            "date_text": self.date_text,
            "status": str(self.status),
            "edtf": self.edtf,
            "segments": [segment.to_json() for segment in self.segments],
            "doubts": [reason.to_json() for reason in self.doubts],
            "alternatives": [alternative.to_json() for alternative in self.alternatives],
            "confirmed": self.confirmed,
            "tentative": self.tentative,
            "joint": [list(pair) for pair in self.joint],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Line:
        return cls(
            number=data["number"],
            title=data["title"],
            date_text=data["date_text"],
            status=Status(data["status"]),
            edtf=data["edtf"],
            segments=tuple(Segment.from_json(item) for item in data["segments"]),
            doubts=tuple(Reason.from_json(item) for item in data["doubts"]),
            alternatives=tuple(Alternative.from_json(item) for item in data["alternatives"]),
            confirmed=data["confirmed"],
            tentative=data["tentative"],
            joint=tuple((name, number) for name, number in data["joint"]),
        )


@dataclass(frozen=True, slots=True)
class ClusterTable:
    slug: str
    name: str
    lines: tuple[Line, ...]

    def counts(self) -> dict[Status, int]:
        """How many activities are in each status, with those that have none."""
        found = Counter(line.status for line in self.lines)
        return {status: found[status] for status in ORDER}

    def to_json(self) -> dict[str, Any]:
        return {"slug": self.slug, "name": self.name, "lines": [line.to_json() for line in self.lines]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ClusterTable:
        return cls(data["slug"], data["name"], tuple(Line.from_json(line) for line in data["lines"]))


@dataclass(frozen=True, slots=True)
class ActivityStatus:
    """The snapshot of the report."""

    programme_slug: str
    programme_code: str
    programme_title: str
    as_of: dt.date
    whole: bool
    tables: tuple[ClusterTable, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "activity-status",
            "format": FORMAT,
            "programme": {
                "slug": self.programme_slug,
                "code": self.programme_code,
                "title": self.programme_title,
            },
            "as_of": self.as_of.isoformat(),
            "whole": self.whole,
            "tables": [table.to_json() for table in self.tables],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ActivityStatus:
        programme = data["programme"]
        return cls(
            programme_slug=programme["slug"],
            programme_code=programme["code"],
            programme_title=programme["title"],
            as_of=dt.date.fromisoformat(data["as_of"]),
            whole=data["whole"],
            tables=tuple(ClusterTable.from_json(table) for table in data["tables"]),
        )

    def counts(self) -> dict[Status, int]:
        """Over all tables; a joint event counts in each of its clusters."""
        found: Counter[Status] = Counter()
        for table in self.tables:
            found.update(table.counts())
        return {status: found[status] for status in ORDER}


def month_of(day: dt.date) -> str:
    """The month in the active language, as titles name it: "July 2011", "luglio 2011"."""
    text = date_format(day, "F Y")
    # Django begins months with a capital in every language; of ours only English does so.
    return text if get_language() == "en" else text.lower()


def title(request: ReportRequest) -> str:
    whose = _("whole programme") if request.whole else str(request.clusters[0])
    return _("Activity status %(month)s: %(whose)s") % {"month": month_of(request.as_of), "whose": whose}


def take(request: ReportRequest) -> dict[str, Any]:
    """Read what the report says, once. Raises DomainError when that is more than MAX_ROWS activities."""
    programme = cast(Programme, request.programme)
    clusters = cast("tuple[Cluster, ...]", request.clusters)
    with steady_view():
        by_cluster = _read_lines(request, clusters)
    # A programme's clusters without activities, such as the advanced ones, need no empty table.
    shown = [cluster for cluster in clusters if by_cluster[cluster.pk] or not request.whole]
    return ActivityStatus(
        programme_slug=programme.slug,
        programme_code=programme.code,
        programme_title=programme.title,
        as_of=request.as_of,
        whole=request.whole,
        tables=tuple(ClusterTable(c.slug, c.name, tuple(by_cluster[c.pk])) for c in shown),
    ).to_json()


def _read_lines(request: ReportRequest, clusters: Sequence[Cluster]) -> dict[int, list[Line]]:
    links = ActivityCluster.objects.filter(cluster__in=clusters, activity__removed_at=None)
    if request.actor is not None:
        links = links.visible_to(request.actor)
    if links.order_by()[: MAX_ROWS + 1].count() > MAX_ROWS:
        raise DomainError(
            _("This report would list more than %(limit)d activities. Ask for one cluster at a time.")
            % {"limit": MAX_ROWS},
            code="too_large",
        )
    lists: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for activity, cluster, name, number in (
        ActivityCluster.objects.filter(activity__in=links.order_by().values("activity"))
        .order_by("cluster__name", "cluster_id")
        .values_list("activity_id", "cluster_id", "cluster__name", "number")
    ):
        lists[activity].append((cluster, name, number))
    lines: dict[int, list[Line]] = defaultdict(list)
    ordered = links.select_related("activity").order_by("cluster_id", "number", "id")
    for link in ordered.iterator(chunk_size=1000):
        others = [(name, number) for pk, name, number in lists[link.activity_id] if pk != link.cluster_id]
        lines[link.cluster_id].append(_line(link, request.as_of, others))
    return lines


def _line(link: ActivityCluster, day: dt.date, joint: list[tuple[str, int]]) -> Line:
    activity = link.activity
    reading = activity.reading if activity.period_reading else Reading(activity.period_text)
    doubtful = activity.period_doubtful
    return Line(
        number=link.number,
        title=link.printed_title or activity.title,
        date_text=link.printed_period or activity.period_text,
        status=activity.status_on(day),
        edtf=activity.period_edtf,
        segments=tuple(Segment.from_json(item) for item in activity.period_segments),
        doubts=reading.reasons if doubtful else (),
        alternatives=reading.alternatives if doubtful else (),
        confirmed=activity.period_confirmed_at is not None,
        tentative=activity.period_tentative,
        joint=tuple(joint),
    )
