from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, obj: models.Model) -> Self:
        """The changes of one record, newest first."""
        content_type = ContentType.objects.get_for_model(obj)
        return self.filter(content_type=content_type, object_id=obj.pk).select_related("actor")


class Change(models.Model):
    """Who changed which record when, and what stood there before. Never edited, never deleted.

    ``fields`` is {name: [before, after]}; a reference is {"id": …, "text": …}. A row that was added or removed
    with its parent (a signatory, a role) is written as a change of that row; ``parent`` points to the record on
    whose page it is read.
    """

    class Action(models.TextChoices):
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")

    at = models.DateTimeField(_("when"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    action = models.CharField(_("what"), max_length=8, choices=Action.choices)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    object_text = models.CharField(_("record"), max_length=255)
    parent_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    parent_id = models.BigIntegerField(null=True)
    programme_id = models.BigIntegerField(null=True)
    fields = models.JSONField(default=dict)
    reason = models.TextField(_("why"), blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="change_of_record"),
            models.Index(fields=["parent_type", "parent_id"], name="change_of_parent"),
            models.Index(fields=["programme_id", "id"], name="change_of_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.object_text}: {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A change that was recorded is not edited.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A change that was recorded is not deleted.")
