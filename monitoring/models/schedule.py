from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.rules.schedules import MOST_DAYS_AFTER, Every
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel


class ReportScheduleQuerySet(ScopedQuerySet["ReportSchedule"]):
    def visible_to(self, user: User) -> Self:
        """Seen by who may ask for such a report, and by whose it is; what was ended is history."""
        grants = grants_of(user)
        near = Q(cluster__in=grants.in_clusters(Can.REPORT))
        own = Q(owner=user.pk, programme__in=grants.programmes)
        return self.filter(Q(programme__in=grants.in_programmes(Can.REPORT)) | near | own, ended_at=None)

    def history_near(self, user: User) -> Self:
        return self.filter(cluster__in=grants_of(user).in_clusters(Can.READ_HISTORY))

    def for_list(self) -> Self:
        return self.select_related("programme", "cluster", "owner").prefetch_related("recipients")

    def running(self) -> Self:
        return self.filter(paused_at=None, ended_at=None)


class ReportSchedule(VersionedModel):
    """A report that is asked for again and again in the name of its owner, and sent to people by e-mail.

    ``next_on`` is the day on which it is made next; with Every.CLOSING, the day of a closing that is to be looked at.
    ``watched_since``: only periods closed later count. ``failures``: how often in a row it could not even be asked for,
    so that it is tried again at ``retry_at``. All are bookkeeping, not told by history.
    """

    unrecorded = frozenset({"next_on", "watched_since", "failures", "retry_at"})

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="report_schedules")
    cluster = models.ForeignKey(
        Cluster,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="report_schedules",
        verbose_name=_("cluster"),
    )
    kind = models.CharField(_("kind"), max_length=20)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    options = models.JSONField(_("options"), default=dict, blank=True)
    every = models.CharField(_("when"), max_length=9, choices=Every.choices)
    days_after = models.PositiveSmallIntegerField(
        _("days after the last day"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS_AFTER)],
    )
    issue_at_once = models.BooleanField(_("issue it at once"), default=False)
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("sent to"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("owner")
    )
    next_on = models.DateField(_("next"), null=True, editable=False)
    watched_since = models.DateTimeField(editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    retry_at = models.DateTimeField(null=True, editable=False)
    paused_at = models.DateTimeField(_("paused"), null=True, editable=False)
    paused_because = models.CharField(_("paused because"), max_length=300, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("report that is sent regularly")
        ordering = ["programme_id", "id"]
        indexes = [
            models.Index(fields=["next_on"], name="schedule_due", condition=Q(paused_at=None, ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.get_every_display()}"


class Reminded(models.Model):
    """Up to which day somebody was looked at, to be reminded of what they owe."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminded")
    until = models.DateField()

    class Meta:
        verbose_name = _("reminded until")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.until}"
