from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from twinning.core.access import ScopedQuerySet
from twinning.core.models.base import VersionedModel
from twinning.core.models.job import Job

if TYPE_CHECKING:
    from twinning.core.models.user import User
    from twinning.core.pages import Slugged

    class Rows(Protocol):
        """The rows of an import, of whichever room's model."""

        def all(self) -> models.QuerySet[Any]: ...

        def bulk_create(self, objs: list[Any], *, batch_size: int) -> list[Any]: ...


_R = TypeVar("_R", bound=models.Model)


class Batch(VersionedModel):
    """A file on its way into the records of a room, from upload to applied, or undone again.

    A room's model adds where it goes, who sees it, and its rows. ``core.batches`` moves it from stage to stage.
    """

    if TYPE_CHECKING:
        # Of the room's model: its programme, and the rows that name it ``batch``.
        programme_id: int

        @property
        def programme(self) -> Slugged: ...

        @property
        def rows(self) -> Rows: ...

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


class BatchRowQuerySet(ScopedQuerySet[_R]):
    def visible_to(self, user: User) -> Self:
        """Who sees an import sees its rows."""
        imports: Any = self.model._meta.get_field("batch").related_model
        return self.filter(batch__in=imports.objects.visible_to(user).values("pk"))


class BatchRow(models.Model):
    """What the dry run says of one row of a file, and what was done with it.

    A room's model adds its import, ``batch``, and what the row says. ``seen_version``: of the record that it is
    about, as the dry run saw it; ``undo``: what takes back what was done.
    """

    class Action(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        REFUSED = "refused", _("refused")

    if TYPE_CHECKING:
        batch: Any

    action = models.CharField(_("what will happen"), max_length=9, choices=Action.choices)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    seen_version = models.PositiveIntegerField(null=True)
    undo = models.JSONField(default=dict)

    objects = BatchRowQuerySet.as_manager()

    class Meta:
        abstract = True
