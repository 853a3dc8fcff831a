from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import Batch, BatchRow, User


class ImportBatchQuerySet(ScopedQuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> Self:
        grants = grants_of(user)
        return self.filter(
            Q(programme__in=grants.in_programmes(Can.IMPORT)) | Q(cluster__in=grants.in_clusters(Can.IMPORT))
        )

    def history_near(self, user: User) -> Self:
        return self.visible_to(user).filter(cluster__in=grants_of(user).in_clusters(Can.READ_HISTORY))

    def for_list(self) -> Self:
        return self.select_related("cluster", "created_by")


class ImportBatch(Batch):
    """One sheet on its way into the activity log of a cluster, from upload to applied, or undone again."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="imports")
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="imports")
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    header_row = models.PositiveIntegerField(_("header row"), null=True, blank=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    status_date = models.DateField(_("status as of"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        ordering = ["-id"]


class ImportRow(BatchRow):
    """What the dry run says of one row of the sheet, what a person decided on it, and what it did."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField(_("row"), help_text=_("As the spreadsheet numbers it."))
    values = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    flags = models.JSONField(default=list)
    proposals = models.JSONField(default=list)
    decision = models.JSONField(default=dict)
    needs_answer = models.BooleanField(default=False)
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("row of an import")
        ordering = ["batch_id", "row", "id"]
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "action"], name="import_row_by_action")]

    def __str__(self) -> str:
        return f"{self.batch}: {self.row}"


class ColumnMapping(models.Model):
    """Which columns a person chose for a sheet with these heads, proposed again for the next such sheet."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    heads_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("remembered columns")
        constraints = [
            models.UniqueConstraint(fields=["programme", "heads_sha256"], name="column_mapping_once")
        ]

    def __str__(self) -> str:
        return self.heads_sha256[:8]
