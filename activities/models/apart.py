from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User


class AnotherEventQuerySet(ScopedQuerySet["AnotherEvent"]):
    def visible_to(self, user: User) -> Self:
        seen = Activity.objects.visible_to(user).values("pk")
        return self.filter(activity__in=seen, other__in=seen)


class AnotherEvent(models.Model):
    """A person said that ``other`` is another event than ``activity``, so the two are not proposed as one.

    Written from both sides, so that the history of each activity tells it.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="other_events")
    other = models.ForeignKey(
        Activity, models.PROTECT, related_name="+", verbose_name=_("another event than")
    )

    objects = AnotherEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("told apart")
        ordering = ["activity_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "other"], name="activity_told_apart_once"),
            models.CheckConstraint(
                condition=~Q(activity=F("other")), name="activity_told_apart_from_another"
            ),
        ]

    def __str__(self) -> str:
        return self.other.title

    @property
    def history_programme_id(self) -> int | None:
        return self.activity.programme_id
