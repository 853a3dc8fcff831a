from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Organisation, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from diagnostics.models.questionnaire import Questionnaire, QuestionnaireVersion
from diagnostics.models.submission import Submission
from twinning.core.access import ScopedQuerySet
from twinning.core.models import Batch, BatchRow, User


class ReturnBatchQuerySet(ScopedQuerySet["ReturnBatch"]):
    def visible_to(self, user: User) -> Self:
        """Where forms are filled: an import says as much as the forms that it brings."""
        grants = grants_of(user)
        return self.filter(
            Q(programme__in=grants.in_programmes(Can.FILE)) | Q(cluster__in=grants.in_clusters(Can.FILE))
        )

    def for_list(self) -> Self:
        return self.select_related("questionnaire", "cluster", "created_by", "job")


class ReturnBatch(Batch):
    """Forms that were filled in KoboToolbox or ODK, on their way in: tried out, applied, undone.

    ``read_as``: the version that a person says they are of, where the file does not say it in our numbers.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="returns")
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="returns", verbose_name=_("questionnaire")
    )
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("cluster")
    )
    read_as = models.ForeignKey(
        QuestionnaireVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version"),
    )

    objects = ReturnBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of filled forms")
        ordering = ["-id"]


class ReturnRow(BatchRow):
    """What the dry run says of one filled form of the file, and what was done with it.

    ``values``: {path: answer} as it would be kept; ``photos``: {path: [[name, SHA-256]]}; ``problems``: [path or what
    the file calls it, why]; ``changes``: {path: [before, after]}, photos by the names of their files; ``undo``: what
    takes it back.
    """

    batch = models.ForeignKey(ReturnBatch, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField(_("row"), help_text=_("Its row in the file, or its number."))
    key = models.UUIDField(null=True)
    ident = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    held_on = models.DateField(null=True)
    values = models.JSONField(default=dict)
    photos = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    leave = models.BooleanField(default=False)
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("form of an import")
        ordering = ["batch_id", "place", "id"]
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="return_row_once")]
        indexes = [models.Index(fields=["batch", "action"], name="return_row_by_action")]

    def __str__(self) -> str:
        return f"{self.batch}: {self.place}"
