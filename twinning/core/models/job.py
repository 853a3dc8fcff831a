from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from twinning.core.access import ScopedQuerySet
from twinning.core.models.user import User


class JobQuerySet(ScopedQuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """A job is seen by the one who asked for it; its result has its own rules."""
        return self.filter(created_by=user.pk)

    def for_list(self) -> Self:
        return self.select_related("created_by")


class Job(models.Model):
    """A piece of work for a worker. This row is the truth about it; the broker only rings a bell.

    A worker holds a job by a lease (``lease`` names the holder, ``lease_until`` ends it unless renewed). Its
    effect is committed in the transaction that ends the lease, so it happens once however often it is run.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.QUEUED)
    progress = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    message = models.CharField(_("what it is doing"), max_length=200, blank=True)
    error = models.TextField(_("why it failed"), blank=True)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result_url = models.CharField(max_length=200, blank=True)
    programme_id = models.BigIntegerField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    rung_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_by", "-id"], name="job_of_user"),
            models.Index(
                fields=["status", "lease_until"],
                name="job_open",
                condition=models.Q(status__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED)

    @property
    def percent(self) -> int | None:
        return min(100, round(100 * self.progress / self.total)) if self.total else None
