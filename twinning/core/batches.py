"""What every import of a file does alike: it keeps the file, goes from stage to stage, and says where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twinning.core import history, jobs
from twinning.core.access import DomainError, WrongState
from twinning.core.models import Attachment, Batch, Job, User

_B = TypeVar("_B", bound=Batch)

Progress = Callable[[int, int, str], None]
Effect = Callable[[], dict[str, Any]]
Stage = Batch.Status
# Where an import may be tried out: nothing of it stands in the records.
OPEN = (Stage.UPLOADED, Stage.READY, Stage.UNDONE, Stage.FAILED)
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


# The way of an import ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of job that the imports of a room are worked on by."""

    dry_run: str
    apply: str
    undo: str


def queue(kinds: Kinds, *, actor: User, batch: Batch, kind: str, mode: str = "") -> Job:
    """Let a worker do one of the ``kinds``, inside the caller's transaction; returns the job to watch.

    The caller has checked that the actor may work on it. Raises WrongState where it is not at the stage for that.
    """
    titles = {
        kinds.dry_run: _("Dry run of %(file)s"),
        kinds.apply: _("Import of %(file)s"),
        kinds.undo: _("Undoing the import of %(file)s"),
    }
    allowed = {kinds.dry_run: OPEN, kinds.apply: (Stage.READY,), kinds.undo: (Stage.APPLIED,)}[kind]
    job = jobs.enqueue(
        kind,
        actor=actor,
        title=titles[kind] % {"file": batch.filename},
        params={"batch": batch.pk, "mode": mode},
        programme_id=batch.programme_id,  # type: ignore[attr-defined]
    )
    status = Stage.READING if kind == kinds.dry_run else Stage.APPLYING
    move(actor, batch, allowed, status=status, job=job, error="", **({"mode": mode} if mode else {}))
    return job


def now_ready(actor: User, batch: _B, counts: dict[str, Any]) -> _B:
    """The last step of keeping a dry run, inside its transaction."""
    current = held(batch, (*OPEN, Stage.READING), as_seen=False)
    values = {"status": Stage.READY, "counts": counts, "error": "", "undone_at": None}
    kept = history.change(current, values, actor=actor, version=current.version)
    # The same counts once more are no change that history tells, but the rows are others.
    return kept if kept.version > current.version else history.touch(kept, version=None)


def keep_plan(actor: User, batch: _B, rows: Iterable[Any], counts: dict[str, Any]) -> _B:
    """Keep what a dry run says, in the place of what an earlier one said, inside the caller's transaction.

    ``rows`` are unsaved records of the room's model of rows, which names its import ``batch``.
    """
    kept = now_ready(actor, batch, counts)
    stand = batch.rows  # type: ignore[attr-defined]
    stand.all().delete()
    made = list(rows)
    for row in made:
        row.batch = batch
    stand.bulk_create(made, batch_size=200)
    return kept


def refuse_if_rows_are(count: int) -> None:
    """Raises Refused where all rows are wanted and ``count`` of them are refused."""
    if count:
        words = ngettext(
            "%(count)d row is refused, so nothing was imported. Mend it, or import only the good rows.",
            "%(count)d rows are refused, so nothing was imported. Mend them, or import only the good rows.",
            count,
        )
        raise Refused(words % {"count": count})


def _before(status: str) -> tuple[str, str]:
    """The stages from which an import comes to be applied, or undone."""
    return (Stage.READY if status == Stage.APPLIED else Stage.APPLIED), Stage.APPLYING


def held_for(batch: _B, status: str) -> _B:
    """Begins an effect that leads to ``status`` (applied or undone): the import, held until the transaction ends.

    Raises ChangedMeanwhile where its rows are no longer those that the effect was made ready from.
    """
    return held(batch, _before(status), as_seen=True)


def finish(actor: User, batch: _B, status: str, counts: dict[str, Any], mode: str = "") -> _B:
    """The last step of applying (status applied) or undoing (undone), inside its transaction."""
    applied = status == Stage.APPLIED
    return move(
        actor,
        batch,
        _before(status),
        status=status,
        counts=batch.counts | counts,
        applied_at=timezone.now() if applied else None,
        undone_at=None if applied else timezone.now(),
        error="",
        **({"mode": mode} if mode else {}),
    )


@dataclass(frozen=True, slots=True)
class Work(Generic[_B]):
    """What a room does with an import, for the worker.

    ``try_out`` returns what it counted and the function that keeps the dry run; ``bring_in`` (with a mode) and
    ``take_back`` return the function that writes. ``url``: the page of the import; ``name``: how results call it.
    """

    find: Callable[[int], _B]
    try_out: Callable[[User, _B, Progress], tuple[dict[str, Any], Callable[[], object]]]
    bring_in: Callable[[User, _B, str, Progress], Effect]
    take_back: Callable[[User, _B, Progress], Effect]
    url: Callable[[_B], str]
    name: str

    def result(self, batch: _B, data: dict[str, Any]) -> jobs.Result:
        return jobs.Result(data={self.name: batch.pk, **data}, url=self.url(batch))


_TOLD = ("new", "changed", "unchanged", "refused")


def handle(kinds: Kinds, work: Work[_B]) -> None:
    """Register the jobs of a room's imports."""

    @jobs.job(kinds.dry_run)
    def dry_run(run: jobs.Run) -> jobs.Effect:
        batch = work.find(run.job.params["batch"])
        counts, keep = work.try_out(run.job.created_by, batch, run.progress)

        def effect() -> jobs.Result:
            keep()
            return work.result(batch, {name: counts[name] for name in _TOLD})

        return effect

    @jobs.job(kinds.apply)
    def apply(run: jobs.Run) -> jobs.Effect:
        batch = work.find(run.job.params["batch"])
        mode = run.job.params["mode"] or batch.mode
        write = work.bring_in(run.job.created_by, batch, mode, run.progress)
        return lambda: work.result(batch, write())

    @jobs.job(kinds.undo)
    def undo(run: jobs.Run) -> jobs.Effect:
        batch = work.find(run.job.params["batch"])
        write = work.take_back(run.job.created_by, batch, run.progress)
        return lambda: work.result(batch, write())


# Its file ------------------------------------------------------------------------------------------------------


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
