"""Activities of two lists that are perhaps one event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from activities.models import (
    Activity,
    AnotherEvent,
)
from activities.queries.log import LogRow, log_row, segments_of, with_places
from activities.rules import SAME_EVENT, SAME_ROW, same_event_score
from twinning.core.models import User


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another activity that may be the same event: joint when other clusters list it, else a duplicate."""

    row: LogRow
    score: float
    is_joint: bool


_NEIGHBOURS = 300
_AROUND = dt.timedelta(days=400)


def same_events(user: User, activity: Activity, day: dt.date, limit: int = 3) -> list[Proposal]:
    """What may be the same event as ``activity``, the likeliest first, among what the user may change.

    Looks at no more than the _NEIGHBOURS that start near it, so that it costs the same in any log.
    """
    other_events = AnotherEvent.objects.filter(activity=activity).values("other")
    rows = (
        Activity.objects.changeable_by(user)
        .filter(programme=activity.programme_id)
        .exclude(Q(pk=activity.pk) | Q(pk__in=other_events))
    )
    if activity.period_start is None:
        rows = rows.filter(period_start=None).order_by("-pk")
    else:
        latest = activity.period_end or activity.period_start + _AROUND
        near = Q(period_start__gte=activity.period_start - _AROUND, period_start__lte=latest)
        rows = rows.filter(near).order_by("period_start", "pk")
    mine = {link.cluster_id for link in activity.cluster_links.all()}
    segments = segments_of(activity)
    found = []
    for other in with_places(rows)[:_NEIGHBOURS]:
        score = same_event_score(activity.title, segments, other.title, segments_of(other))
        is_joint = mine.isdisjoint(link.cluster_id for link in other.cluster_links.all())
        if score >= (SAME_EVENT if is_joint else SAME_ROW):
            found.append(Proposal(log_row(other, day), score, is_joint))
    return sorted(found, key=lambda proposal: (-proposal.score, proposal.row.id))[:limit]


def told_apart(user: User, activity: Activity, day: dt.date, limit: int = 20) -> list[LogRow]:
    """Those of which a person said that they are other events, as far as the user may say otherwise."""
    said = AnotherEvent.objects.filter(activity=activity).values("other")
    rows = Activity.objects.changeable_by(user).filter(pk__in=said).order_by("pk")
    return [log_row(other, day) for other in with_places(rows)[:limit]]
