from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import Job, User, VersionedModel
from twinning.core.report_codes import new_code

# What a worker is asked to do with a report.
BUILD, ISSUE, REDRAFT = "build", "issue", "redraft"


class ReportQuerySet(ScopedQuerySet["Report"]):
    def visible_to(self, user: User) -> Self:
        """Issued reports are seen by the whole programme; drafts by roles that read them and by who asked."""
        grants = grants_of(user)
        drafts = Q(programme__in=grants.in_programmes(Can.READ_DRAFTS)) | Q(created_by=user.pk)
        if near := grants.in_clusters(Can.READ_DRAFTS):
            drafts |= Q(cluster__in=near)
        return self.filter(Q(programme__in=grants.programmes) & (Q(issued_at__isnull=False) | drafts))

    def history_near(self, user: User) -> Self:
        return self.visible_to(user).filter(cluster__in=grants_of(user).in_clusters(Can.READ_HISTORY))

    def for_list(self) -> Self:
        """Without the snapshot, which is as long as the report."""
        return self.select_related("cluster", "created_by", "job").defer("snapshot")


class Report(VersionedModel):
    """A report as it was asked for, and once built, the files made from one snapshot of the records."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="reports")
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("cluster")
    )
    kind = models.CharField(_("kind"), max_length=20)
    code = models.CharField(max_length=12, unique=True, editable=False, default=new_code)
    title = models.CharField(_("title"), max_length=200)
    as_of = models.DateField(_("as of"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    options = models.JSONField(default=dict, blank=True)
    snapshot = models.JSONField(default=dict, blank=True, editable=False)
    snapshot_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    built_at = models.DateTimeField(_("built"), null=True, editable=False)
    issued_at = models.DateTimeField(_("issued"), null=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    job = models.ForeignKey(Job, models.PROTECT, null=True, editable=False, related_name="+")
    schedule = models.ForeignKey(
        "monitoring.ReportSchedule",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="reports",
        verbose_name=_("sent regularly"),
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_being_issued(self) -> bool:
        """Whether a worker makes, or is about to make, the files with which it becomes an issued one."""
        job = self.job
        under_way = job is not None and not job.is_over and job.params.get("what") == ISSUE
        return under_way and self.issued_at is None
