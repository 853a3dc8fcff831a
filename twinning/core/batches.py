"""What every import of a file does alike: it keeps the file, goes from stage to stage, and says where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from twinning.core import history
from twinning.core.access import DomainError, WrongState
from twinning.core.models import Attachment, Batch, User

_B = TypeVar("_B", bound=Batch)

Progress = Callable[[int, int, str], None]
Effect = Callable[[], dict[str, Any]]
# The mark of each stage beside its word; see docs/look.md.
STAGE_KINDS = {
    Batch.Status.UPLOADED: "plan",
    Batch.Status.READING: "busy",
    Batch.Status.READY: "plan",
    Batch.Status.APPLYING: "busy",
    Batch.Status.APPLIED: "good",
    Batch.Status.UNDONE: "off",
    Batch.Status.FAILED: "bad",
}


class Refused(DomainError):
    """The import does not go in as a whole; nothing of it did."""

    code = "import_refused"
    status = 409


class ChangedMeanwhile(DomainError):
    """Somebody worked on the import between the reading of its rows and their writing. Nothing was written."""

    code = "import_changed_meanwhile"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody worked on this import at the same moment, so its rows or their answers are no longer"
                " those that were read. Nothing was written. Look at it again, then repeat this."
            )
        )


def nothing_to_say(done: int, total: int, message: str) -> None:
    """The progress of work that nobody watches."""


def other_stage(batch: Batch) -> WrongState:
    return WrongState(_("This import is at another stage by now: %(stage)s.") % {"stage": batch.stage.label})


def at(allowed: Iterable[str], batch: _B) -> _B:
    """The import. Raises WrongState where it is at none of the ``allowed`` stages."""
    if batch.stage not in allowed:
        raise other_stage(batch)
    return batch


def held(batch: _B, allowed: Iterable[str], *, as_seen: bool) -> _B:
    """The import as it stands now, held until the transaction ends.

    Raises WrongState where it is at none of the ``allowed`` stages, and with ``as_seen`` ChangedMeanwhile where
    its version is no longer that of ``batch``.
    """
    rows = type(batch)._base_manager.select_for_update(of=("self",)).select_related("job")
    current = at(allowed, rows.get(pk=batch.pk))
    if as_seen and current.version != batch.version:
        raise ChangedMeanwhile
    return current


def move(actor: User, batch: _B, allowed: Iterable[str], **values: Any) -> _B:
    """Bring an import from one of the ``allowed`` stages to another, inside the caller's transaction.

    The caller has checked that the actor may work on it. Raises WrongState from any other stage.
    """
    current = held(batch, allowed, as_seen=False)
    return history.change(current, values, actor=actor, version=current.version)


def kept_file(batch: Batch) -> bytes:
    """The file of an import. Raises DomainError when it is gone from the store."""
    attachment = Attachment.objects.of(batch).first()
    try:
        if attachment is not None:
            with attachment.file.open("rb") as stream:
                data: bytes = stream.read()
                return data
    except OSError:
        pass
    raise DomainError(_("The file of this import is no longer kept. Upload it again."), code="no_file")


def kept_size(batch: Batch) -> int:
    """Bytes of the kept file; 0 where there is none."""
    attachment = Attachment.objects.of(batch).first()
    return attachment.size if attachment else 0
