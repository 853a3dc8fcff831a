from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from twinning.core.models.base import VersionedModel
from twinning.core.models.job import Job


class Batch(VersionedModel):
    """A file on its way into the records of a room, from upload to applied, or undone again.

    A room's model adds where it goes, who sees it, and its rows. ``core.batches`` moves it from stage to stage.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("waits for its columns")
        READING = "reading", _("being read")
        READY = "ready", _("dry run ready")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("refused")

    class Mode(models.TextChoices):
        ALL_OR_NOTHING = "all", _("all rows or none")
        GOOD_ROWS = "good", _("the good rows only")

    filename = models.CharField(_("file"), max_length=200)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.UPLOADED)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode.choices, default=Mode.ALL_OR_NOTHING)
    counts = models.JSONField(default=dict, blank=True)
    error = models.TextField(_("why it was refused"), blank=True)
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.filename

    @property
    def stage(self) -> Status:
        """Where the import stands: work that failed or was cancelled left it where it was before."""
        working = self.status in (self.Status.READING, self.Status.APPLYING)
        if not (working and self.job and self.job.is_over and self.job.status != Job.Status.DONE):
            return self.Status(self.status)
        if self.applied_at:
            return self.Status.APPLIED
        if self.undone_at:
            return self.Status.UNDONE
        return self.Status.READY if self.counts else self.Status.UPLOADED
