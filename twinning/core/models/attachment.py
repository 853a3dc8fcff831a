from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


def stored_name(attachment: Attachment, filename: str) -> str:
    """A name nobody can guess and that no upload can choose; the person's own name is in ``name``."""
    token = uuid.uuid4().hex
    return f"{token[:2]}/{token}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, obj: models.Model) -> Self:
        return self.filter(
            content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk, removed_at=None
        ).select_related("uploaded_by")


class Attachment(models.Model):
    """A file that belongs to a record and is seen by exactly those who see the record."""

    file = models.FileField(upload_to=stored_name, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("bytes"))
    sha256 = models.CharField(max_length=64)
    description = models.CharField(_("description"), max_length=200, blank=True)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        ordering = ["id"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="attachment_of_record")]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Any:
        model = self.content_type.model_class()
        return model._base_manager.filter(pk=self.object_id).first() if model else None
