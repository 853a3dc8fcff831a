"""The activity log as lists and pages show it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.models import (
    Activity,
    ActivityCluster,
)
from activities.models.activity import ActivityQuerySet
from activities.rules import Status
from twinning.core.periods import Flag, Reason, Segment, display

STATUS_KINDS = {
    Status.DONE: "good",
    Status.DUE: "warn",
    Status.ONGOING: "busy",
    Status.PLANNED: "plan",
    Status.CANCELLED: "off",
    Status.UNDATED: "none",
}
# Flags that do not make the reading say more than the text beside it.
_PLAIN = {
    Flag.ONGOING,
    Flag.BLANK,
    Flag.UNKNOWN,
    Flag.YEAR_SHARED,
    Flag.TENTATIVE,
    Flag.AT_OR_AFTER_STATUS_DATE,
}


@dataclass(frozen=True, slots=True)
class Place:
    """The activity in one cluster's list, with the words of that list where they are its own."""

    cluster_id: int
    slug: str
    name: str
    number: int
    title: str
    period: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log. ``reading`` is "" where the text says the same by itself."""

    id: int
    title: str
    places: tuple[Place, ...]
    place: Place | None  # the one whose list is shown
    kind: str
    kind_label: str
    format_label: str
    period: str
    reading: str
    doubtful: bool
    status: Status
    status_kind: str

    @property
    def is_joint(self) -> bool:
        return len(self.places) > 1


def with_places(rows: ActivityQuerySet) -> ActivityQuerySet:
    """The activities with their clusters, in one query more."""
    links = ActivityCluster.objects.select_related("cluster")
    return rows.select_related(None).prefetch_related(Prefetch("cluster_links", links))


def log_row(activity: Activity, day: dt.date, cluster_id: int | None = None) -> LogRow:
    """One activity as the log of ``cluster_id`` (or of the programme) shows it, with its status on ``day``."""
    places = tuple(
        Place(
            link.cluster_id,
            link.cluster.slug,
            link.cluster.name,
            link.number,
            link.printed_title,
            link.printed_period,
        )
        for link in activity.cluster_links.all()
    )
    place = next((p for p in places if p.cluster_id == cluster_id), None)
    status = activity.status_on(day)
    return LogRow(
        id=activity.pk,
        title=(place and place.title) or activity.title,
        places=places,
        place=place,
        kind=activity.kind,
        kind_label=activity.get_kind_display(),
        format_label=activity.get_format_display(),
        period=(place and place.period) or activity.period_text,
        reading=reading_beside(activity),
        doubtful=activity.period_doubtful,
        status=status,
        status_kind=STATUS_KINDS[status],
    )


def segments_of(activity: Activity) -> tuple[Segment, ...]:
    return tuple(Segment.from_json(segment) for segment in activity.period_segments)


def in_words(segments: Sequence[Segment]) -> str:
    """Segments in the reader's language; "" for none."""
    return display(segments, get_language() or "en")


def reading_beside(activity: Activity) -> str:
    """How the period is read, in words, where that is not plain from the text: else ""."""
    flags = {Flag(flag) for flag in activity.period_flags}
    proposed = activity.period_reading.get("segments", activity.period_segments)
    plain = (
        flags <= _PLAIN
        and proposed == activity.period_segments
        and (
            re.search(r"[^\W\d]", activity.period_text) or re.fullmatch(r"\s*\d{4}\s*", activity.period_text)
        )
    )
    return "" if plain or not activity.period_text else in_words(segments_of(activity))


def reasons_in_words(reasons: Iterable[Reason | str]) -> list[str]:
    return [reason.translated(_) if isinstance(reason, Reason) else reason for reason in reasons]
