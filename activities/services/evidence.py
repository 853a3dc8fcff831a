from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import Activity
from activities.permissions import can_change
from twinning.core import attachments
from twinning.core.access import DomainError, require
from twinning.core.models import Attachment, User


@transaction.atomic
def add_evidence(
    *, actor: User, activity: Activity, upload: UploadedFile[Any], description: str = ""
) -> Attachment:
    """Keep a file with the activity. Raises UnfitFile (field ``file``) for what is not kept."""
    require(can_change(actor, activity))
    return attachments.attach(
        actor=actor,
        owner=activity,
        name=upload.name or "",
        data=attachments.read_upload(upload),
        description=description,
    )


@transaction.atomic
def remove_evidence(*, actor: User, activity: Activity, attachment: Attachment) -> None:
    """Take a file off the activity; it stays in the store, since a report may have counted it."""
    require(can_change(actor, activity))
    if not Attachment.objects.of(activity).filter(pk=attachment.pk).exists():
        raise DomainError(_("This file belongs to another record."), code="other_record")
    attachments.detach(actor=actor, attachment=attachment)
