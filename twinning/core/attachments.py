"""Files that belong to records: taken in with care, given out to those who may see the record."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

import puremagic
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from twinning.core.access import DomainError, ScopedQuerySet
from twinning.core.models import Attachment, Change, User

_OFFICE = "application/vnd.openxmlformats-officedocument."
# What may be kept, by the ending of its name, and the media type under which it is served.
ACCEPTED = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv",
    ".txt": "text/plain",
}
# What an import keeps beside these, as the file that it was made from.
COLLECTED = {".zip": "application/zip", ".json": "application/json"}
_IMAGES = {"image/png", "image/jpeg", "image/webp"}
_TEXTS = {"text/csv", "text/plain", "application/json"}
MAX_PIXELS = 50_000_000


class UnfitFile(DomainError):
    code = "unfit_file"

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={"file": [message]})


def clean_name(name: str) -> str:
    """The person's own file name without folders, control characters or anything a shell or header minds."""
    plain = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    kept = "".join(c for c in plain if unicodedata.category(c)[0] != "C" and c not in '<>:"/|?*')
    return kept.strip(" .")[-150:] or "file"


def _check_image(data: bytes) -> None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise UnfitFile(_("The picture has too many pixels; make it smaller and try again."))
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnfitFile(_("This file is named as a picture but is not one.")) from error


def sniff(name: str, data: bytes, also: Mapping[str, str] = MappingProxyType({})) -> str:
    """The media type under which this content is kept. Raises UnfitFile when name and content disagree.

    ``also``: endings that are accepted here beside the usual ones, with their types.
    """
    ending = PurePath(name).suffix.lower()
    media_type = ACCEPTED.get(ending) or also.get(ending)
    if media_type is None:
        raise UnfitFile(
            _("Files of this kind are not kept. Accepted are: %(endings)s.")
            % {"endings": ", ".join(sorted(e.removeprefix(".") for e in ACCEPTED))}
        )
    if media_type in _IMAGES:
        _check_image(data)
    elif media_type in _TEXTS:
        if b"\x00" in data:
            raise UnfitFile(_("This file is named as text but is not text."))
    else:
        try:
            found = {match.extension for match in puremagic.magic_string(data)}
        except puremagic.PureError:
            found = set()
        if ending not in found and not (ending != ".pdf" and data[:4] == b"PK\x03\x04"):
            raise UnfitFile(_("The content of this file is not what its name says."))
    return media_type


@transaction.atomic
def attach(
    *,
    actor: User,
    owner: models.Model,
    name: str,
    data: bytes,
    description: str = "",
    also: Mapping[str, str] = MappingProxyType({}),
) -> Attachment:
    """Keep ``data`` with ``owner``; the caller has checked that the actor may change the owner.

    ``also``: see ``sniff``. Raises UnfitFile (field ``file``) for what is empty, too large, or not what its name says.
    """
    if not data:
        raise UnfitFile(_("The file is empty."))
    if len(data) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UnfitFile(_("The file is larger than %(limit)d MB.") % {"limit": limit})
    name = clean_name(name)
    attachment = Attachment(
        name=name,
        media_type=sniff(name, data, also),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        description=description,
        content_type=ContentType.objects.get_for_model(owner),
        object_id=owner.pk,
        uploaded_by=actor,
    )
    attachment.file.save(name, ContentFile(data), save=True)
    _record(attachment, Change.Action.CREATED, actor, owner, [None, name])
    return attachment


@transaction.atomic
def attach_made(
    *, actor: User, owner: models.Model, name: str, data: bytes, media_type: str, key: str
) -> Attachment:
    """Keep a file that a worker made, in the effect of its job.

    ``key`` names this making and no other. Bytes that an attempt stored before it was killed lie under the
    same key and give way to these, so that nothing unreferenced piles up.
    """
    token = salted_hmac("twinning.core.attachments.made", key).hexdigest()[:32]
    path = f"{token[:2]}/{token}"
    attachment = Attachment(
        name=clean_name(name),
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        content_type=ContentType.objects.get_for_model(owner),
        object_id=owner.pk,
        uploaded_by=actor,
    )
    storage = attachment.file.storage
    storage.delete(path)
    attachment.file.name = storage.save(path, ContentFile(data))
    try:
        attachment.save(force_insert=True)
        _record(attachment, Change.Action.CREATED, actor, owner, [None, attachment.name])
    except BaseException:
        storage.delete(path)
        raise
    return attachment


def read_upload(upload: File[bytes]) -> bytes:
    """The bytes of an upload, never more than one beyond the limit, so that ``attach`` can refuse it."""
    upload.seek(0)
    data: bytes = upload.read(settings.UPLOAD_MAX_BYTES + 1)
    return data


def read_kept(owner: models.Model) -> bytes | None:
    """The first file of a record; None where it has none, or the file is gone from the store."""
    attachment = Attachment.objects.of(owner).first()
    if attachment is None:
        return None
    try:
        with attachment.file.open("rb") as stream:
            data: bytes = stream.read()
            return data
    except OSError:
        return None


@transaction.atomic
def detach(*, actor: User, attachment: Attachment) -> None:
    """Take a file off its record. It stays in the store, since a report may have counted it as evidence."""
    if Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=timezone.now()):
        _record(attachment, Change.Action.REMOVED, actor, attachment.owner, [attachment.name, None])


def _record(
    attachment: Attachment, action: Change.Action, actor: User, owner: models.Model, name: list[Any]
) -> None:
    Change.objects.create(
        actor=actor,
        action=action,
        content_type=ContentType.objects.get_for_model(Attachment),
        object_id=attachment.pk,
        object_text=attachment.name,
        parent_type=attachment.content_type,
        parent_id=owner.pk,
        programme_id=getattr(owner, "history_programme_id", None),
        fields={"file": name},
    )


def visible_attachment(user: User, pk: int) -> Attachment | None:
    """The attachment if the user may open the files of the record it belongs to, else None."""
    attachment = Attachment.objects.filter(pk=pk, removed_at=None).select_related("content_type").first()
    model = attachment.content_type.model_class() if attachment else None
    if attachment is None or model is None:
        return None
    rows = model._default_manager.get_queryset()
    if not isinstance(rows, ScopedQuerySet):
        return None
    return attachment if rows.files_visible_to(user).filter(pk=attachment.object_id).exists() else None
