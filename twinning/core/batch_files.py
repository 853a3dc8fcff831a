"""The file of an import, and what of it is given back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from twinning.core import history
from twinning.core.access import DomainError
from twinning.core.attachments import attach, clean_name, read_kept
from twinning.core.models import Attachment, Batch, User
from twinning.core.tabular import write_csv, write_xlsx
from twinning.core.tabular.writing import Value

_B = TypeVar("_B", bound=Batch)


def take_in(actor: User, batch: _B, data: bytes, kind: str, **more: Any) -> _B:
    """Keep an import that is not saved yet, and its file, inside the caller's transaction. Raises UnfitFile.

    ``kind``: as what the caller could open it, which becomes its ending; ``more``: as ``attach`` takes it.
    """
    batch.filename, batch.created_by = clean_name(batch.filename), actor
    history.create(batch, actor=actor)
    attach(actor=actor, owner=batch, name=f"{PurePath(batch.filename).stem}.{kind}", data=data, **more)
    return batch


def kept_file(batch: Batch) -> bytes:
    """The file of an import. Raises DomainError when it is gone from the store."""
    data = read_kept(batch)
    if data is None:
        raise DomainError(_("The file of this import is no longer kept. Upload it again."), code="no_file")
    return data


def kept_size(batch: Batch) -> int:
    """Bytes of the kept file; 0 where there is none."""
    attachment = Attachment.objects.of(batch).first()
    return attachment.size if attachment else 0


def refused_heads() -> tuple[str, str]:
    """The two columns that a sheet of refused rows has behind those of its file."""
    return _("Why it was refused"), _("Row in the sheet")


def refused_sheet(
    kind: str, heads: Sequence[str], rows: Iterable[Sequence[Value]], widths: Sequence[int]
) -> bytes:
    """Refused rows with the columns of their file, ``heads``, and behind these the reason and the row.

    ``kind``: xlsx or csv. To be mended and imported again.
    """
    head = [*heads, *refused_heads()]
    if kind == "csv":
        return write_csv(head, rows)
    return write_xlsx(head, rows, sheet=_("Refused rows"), widths=[*widths, 50, 10])
