from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import Batch, BatchRow, User


class ValueBatchQuerySet(ScopedQuerySet["ValueBatch"]):
    def visible_to(self, user: User) -> Self:
        """Of who enters values in the whole programme all; of who does so in some clusters their own."""
        grants = grants_of(user)
        own = Q(created_by=user, programme__in=grants.programmes)
        return self.filter(Q(programme__in=grants.in_programmes(Can.LOG)) | own)

    def for_list(self) -> Self:
        return self.select_related("programme", "created_by", "job")


class ValueBatch(Batch):
    """A sheet of typed values, or of targets, on its way in: tried out, applied, undone."""

    class Holds(models.TextChoices):
        VALUES = "values", _("values that were measured")
        TARGETS = "targets", _("targets")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="value_batches")
    holds = models.CharField(_("what it holds"), max_length=7, choices=Holds.choices)

    objects = ValueBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of values")
        ordering = ["-id"]


class ValueRow(BatchRow):
    """What the dry run says of one row of the sheet, and what was done with it.

    ``call``: what is told to the service, numbers as text; ``changes``: {field: [before, after]}; ``record``: id of
    the measurement or target, with the version that the dry run saw; ``undo``: what takes it back.
    """

    batch = models.ForeignKey(ValueBatch, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField(_("row"))
    title = models.CharField(max_length=300, blank=True)
    call = models.JSONField(default=dict)
    record = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("row of an import of values")
        ordering = ["batch_id", "place", "id"]
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="value_row_once")]
        indexes = [models.Index(fields=["batch", "action"], name="value_row_by_action")]

    def __str__(self) -> str:
        return f"{self.batch}: {self.place}"
