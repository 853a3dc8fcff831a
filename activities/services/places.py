"""The places of an activity in the lists of clusters: the only way in which one is made or taken off.

Each keeps ``Activity.cluster_count`` in the same transaction, which the log filters joint events by.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import F

from activities.models import Activity, ActivityCluster
from twinning.core import history
from twinning.core.models import User


@transaction.atomic
def list_in(activity: Activity, *, actor: User, reason: str = "", **place: Any) -> ActivityCluster:
    """List the activity in one more cluster. ``place``: the columns of the link, its cluster among them."""
    link = history.create(
        ActivityCluster(activity=activity, **place), actor=actor, reason=reason, parent=activity
    )
    _count(activity, 1)
    return link


@transaction.atomic
def take_off(activity: Activity, link: ActivityCluster, *, actor: User, reason: str = "") -> None:
    """Take the activity off one cluster's list. That it stays in one is for the caller to see to."""
    history.remove(link, actor=actor, reason=reason, parent=activity)
    _count(activity, -1)


def count_lists(activities: Collection[int], step: int) -> None:
    """Count ``step`` lists more for each of these, whose places are made or taken off in one go."""
    # Added to what stands, so that two who do so at once are both counted.
    Activity.objects.filter(pk__in=activities).update(cluster_count=F("cluster_count") + step)


def _count(activity: Activity, step: int) -> None:
    count_lists([activity.pk], step)
    activity.cluster_count += step
