from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from twinning.core.access import ScopedQuerySet
from twinning.core.models.attachment import Attachment
from twinning.core.models.user import User


class LetterQuerySet(ScopedQuerySet["Letter"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(to=user.pk)


class Letter(models.Model):
    """An e-mail to one person, written with the change that it tells of. This row is the truth about it.

    ``key`` names what it tells to whom, so that nothing is told twice. ``about`` are the ids that the room which
    wrote it needs to say, when it is to be sent, whether it is still true (``twinning.core.letters``).
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("reminder")
        REPORT = "report", _("report that is sent regularly")
        NOTICE = "notice", _("notice")

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("no longer wanted")

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=8)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    about = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.QUEUED)
    queued_at = models.DateTimeField(auto_now_add=True)
    send_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    is_retaken = models.BooleanField(default=False)
    failure = models.CharField(max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["status", "send_after"],
                name="letter_open",
                condition=models.Q(status__in=["queued", "sending"]),
            ),
            models.Index(fields=["queued_at"], name="letter_age"),
        ]

    def __str__(self) -> str:
        return self.key
