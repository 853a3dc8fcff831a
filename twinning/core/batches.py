"""What every import of a file does alike: it goes from stage to stage, and says where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twinning.core import history, jobs
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import Batch, BatchRow, Job, User

_B = TypeVar("_B", bound=Batch)
_R = TypeVar("_R", bound=BatchRow)
_B_contra = TypeVar("_B_contra", bound=Batch, contravariant=True)

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
# The same of what happens with a row.
ROW_KINDS = {
    BatchRow.Action.NEW: "good",
    BatchRow.Action.CHANGED: "warn",
    BatchRow.Action.UNCHANGED: "none",
    BatchRow.Action.REFUSED: "bad",
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


def at(allowed: Iterable[str], batch: _B) -> _B:
    """The import. Raises WrongState where it is at none of the ``allowed`` stages."""
    if batch.stage not in allowed:
        raise WrongState(
            _("This import is at another stage by now: %(stage)s.") % {"stage": batch.stage.label}
        )
    return batch


# The way of an import ------------------------------------------------------------------------------------------


def _before(status: str) -> tuple[str, str]:
    """The stages from which an import comes to be applied, or undone."""
    return (Stage.READY if status == Stage.APPLIED else Stage.APPLIED), Stage.APPLYING


@dataclass(frozen=True, slots=True)
class Way(Generic[_B]):
    """The way of a room's imports: the kinds of job that they are worked on by, and who ``may`` work on one.

    Each step asks that, and raises WrongState where the import is at none of the stages for it. A step that
    writes is in the caller's transaction, where it does not say that it has its own.
    """

    dry_run: str
    apply: str
    undo: str
    may: Callable[[User, _B], bool]

    def held(self, actor: User, batch: _B, allowed: Iterable[str], *, as_seen: bool) -> _B:
        """The import as it stands now, held until the transaction ends.

        With ``as_seen`` raises ChangedMeanwhile where its version is no longer that of ``batch``. Every write to
        the rows of an import raises its version, so that an effect that was prepared from them notices.
        """
        require(self.may(actor, batch))
        rows = type(batch)._base_manager.select_for_update(of=("self",)).select_related("job")
        current = at(allowed, rows.get(pk=batch.pk))
        if as_seen and current.version != batch.version:
            raise ChangedMeanwhile
        return current

    def move(self, actor: User, batch: _B, allowed: Iterable[str], **values: Any) -> _B:
        """Bring an import from one of the ``allowed`` stages to another."""
        current = self.held(actor, batch, allowed, as_seen=False)
        return history.change(current, values, actor=actor, version=current.version)

    @transaction.atomic
    def queue(self, *, actor: User, batch: _B, kind: str, mode: str = "") -> Job:
        """Let a worker do the dry run, apply it or undo it, in a transaction; returns the job to watch."""
        require(self.may(actor, batch))
        titles = {
            self.dry_run: _("Dry run of %(file)s"),
            self.apply: _("Import of %(file)s"),
            self.undo: _("Undoing the import of %(file)s"),
        }
        allowed = {self.dry_run: OPEN, self.apply: (Stage.READY,), self.undo: (Stage.APPLIED,)}[kind]
        job = jobs.enqueue(
            kind,
            actor=actor,
            title=titles[kind] % {"file": batch.filename},
            params={"batch": batch.pk, "mode": mode},
            programme_id=batch.programme_id,
        )
        status = Stage.READING if kind == self.dry_run else Stage.APPLYING
        self.move(actor, batch, allowed, status=status, job=job, error="", **({"mode": mode} if mode else {}))
        return job

    def now_ready(self, actor: User, batch: _B, counts: dict[str, Any]) -> _B:
        """The last step of keeping a dry run."""
        values = {"status": Stage.READY, "counts": counts, "error": "", "undone_at": None}
        current = self.held(actor, batch, (*OPEN, Stage.READING), as_seen=False)
        kept = history.change(current, values, actor=actor, version=current.version)
        # The same counts once more are no change that history tells, but the rows are others.
        return kept if kept.version > current.version else history.touch(kept, version=None)

    @transaction.atomic
    def keep_plan(self, *, actor: User, batch: _B, rows: Iterable[BatchRow], counts: dict[str, Any]) -> _B:
        """Keep what a dry run says, in the place of what an earlier one said, in a transaction.

        ``rows`` are unsaved, of the room's model of rows.
        """
        kept = self.now_ready(actor, batch, counts)
        batch.rows.all().delete()
        made = list(rows)
        for row in made:
            row.batch = batch
        batch.rows.bulk_create(made, batch_size=200)
        return kept

    def prepared(self, actor: User, batch: _B, status: str) -> _B:
        """Begins to prepare an effect that leads to ``status``, applied or undone; returns the import."""
        require(self.may(actor, batch))
        return at(_before(status), batch)

    def effect(
        self, actor: User, batch: _B, status: str, write: Callable[[], dict[str, Any]], mode: str = ""
    ) -> Effect:
        """The function that does what was prepared, all of it or nothing: ``write`` returns what is counted.

        It raises ChangedMeanwhile where the rows are no longer those that it was prepared from.
        """

        @transaction.atomic
        def carried_out() -> dict[str, Any]:
            self.held(actor, batch, _before(status), as_seen=True)
            counts = write()
            applied = status == Stage.APPLIED
            self.move(
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
            return counts

        return carried_out


def refuse_if_rows_are(count: int) -> None:
    """Raises Refused where all rows are wanted and ``count`` of them are refused."""
    if count:
        words = ngettext(
            "%(count)d row is refused, so nothing was imported. Mend it, or import only the good rows.",
            "%(count)d rows are refused, so nothing was imported. Mend them, or import only the good rows.",
            count,
        )
        raise Refused(words % {"count": count})


@dataclass(slots=True)
class Plan(Generic[_R]):
    """A whole dry run, its rows unsaved and without their import; ``notes`` concern the file as a whole."""

    rows: list[_R]
    notes: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, Any]:
        actions = Counter(row.action for row in self.rows)
        found: dict[str, Any] = {action: actions[action] for action in BatchRow.Action.values}
        return found | {"rows": len(self.rows), "notes": self.notes}


def settle_late(
    late: Sequence[tuple[_R, str]], mode: str, words: Callable[[Sequence[tuple[_R, str]]], str]
) -> None:
    """What becomes of rows, each with its reason, that no longer fit what stands: they are refused.

    Raises Refused, in these ``words``, where all rows are wanted.
    """
    if late and mode == Batch.Mode.ALL_OR_NOTHING:
        raise Refused(words(late))
    for row, why in late:
        rows = type(row)._base_manager.filter(pk=row.pk)
        rows.update(action=BatchRow.Action.REFUSED, reason=why, undo={})


def take_back_each(rows: Iterable[_R], take_back: Callable[[_R], str]) -> dict[str, Any]:
    """Take back what each row did; ``take_back`` returns why it stays, "" where it went. Returns what to count."""
    undone = kept = 0
    for row in rows:
        if why := take_back(row):
            kept += 1
            type(row)._base_manager.filter(pk=row.pk).update(reason=why)
        else:
            undone += 1
    return {"undone": undone, "kept": kept}


# Its work ------------------------------------------------------------------------------------------------------


class Counted(Protocol):
    """What a dry run found."""

    @property
    def counts(self) -> dict[str, Any]: ...


class _TryOut(Protocol[_B_contra]):
    def __call__(
        self, *, actor: User, batch: _B_contra, progress: Progress
    ) -> tuple[Counted, Callable[[], object]]: ...


class _BringIn(Protocol[_B_contra]):
    def __call__(self, *, actor: User, batch: _B_contra, mode: str, progress: Progress) -> Effect: ...


class _TakeBack(Protocol[_B_contra]):
    def __call__(self, *, actor: User, batch: _B_contra, progress: Progress) -> Effect: ...


@dataclass(frozen=True, slots=True)
class Work(Generic[_B]):
    """What a room does with an import, for a page or for the worker.

    ``most_rows``: up to so many are done at once; about what one second is enough for. ``find`` takes the ``pk``.
    ``try_out`` returns what it found and the function that keeps it, ``bring_in`` and ``take_back`` the function
    that writes. ``page``: the name of the address of the import; ``name``: how results call it.
    """

    way: Way[_B]
    most_rows: int
    find: Callable[..., _B]
    try_out: _TryOut[_B]
    bring_in: _BringIn[_B]
    take_back: _TakeBack[_B]
    page: str
    name: str

    def is_large(self, batch: _B) -> bool:
        """Whether it has more rows than are done at once, by its dry run."""
        return int(batch.counts.get("rows", 0)) > self.most_rows

    def start_dry_run(self, *, actor: User, batch: _B, large: bool) -> Job | None:
        """Try the import out at once, or by a worker if it is ``large``; returns the worker's job."""
        if large:
            return self.way.queue(actor=actor, batch=batch, kind=self.way.dry_run)
        _found, keep = self.try_out(actor=actor, batch=batch, progress=nothing_to_say)
        keep()
        return None

    def start_apply(self, *, actor: User, batch: _B, mode: str) -> Job | None:
        """Apply the import at once, or by a worker if it is large; returns the worker's job."""
        if self.is_large(batch):
            return self.way.queue(actor=actor, batch=batch, kind=self.way.apply, mode=mode)
        self.bring_in(actor=actor, batch=batch, mode=mode, progress=nothing_to_say)()
        return None

    def start_undo(self, *, actor: User, batch: _B) -> Job | None:
        """Undo the import at once, or by a worker if it is large; returns the worker's job."""
        if self.is_large(batch):
            return self.way.queue(actor=actor, batch=batch, kind=self.way.undo)
        self.take_back(actor=actor, batch=batch, progress=nothing_to_say)()
        return None

    def result(self, batch: _B, data: dict[str, Any]) -> jobs.Result:
        address = reverse(self.page, args=[batch.programme.slug, batch.pk])
        return jobs.Result(data={self.name: batch.pk, **data}, url=address)


_TOLD = ("new", "changed", "unchanged", "refused")


def handle(work: Work[_B]) -> Work[_B]:
    """Register the jobs of a room's imports."""

    @jobs.job(work.way.dry_run)
    def dry_run(run: jobs.Run) -> jobs.Effect:
        batch = work.find(pk=run.job.params["batch"])
        found, keep = work.try_out(actor=run.job.created_by, batch=batch, progress=run.progress)
        counts = found.counts

        def effect() -> jobs.Result:
            keep()
            return work.result(batch, {name: counts[name] for name in _TOLD})

        return effect

    @jobs.job(work.way.apply)
    def apply(run: jobs.Run) -> jobs.Effect:
        batch = work.find(pk=run.job.params["batch"])
        mode = run.job.params["mode"] or batch.mode
        write = work.bring_in(actor=run.job.created_by, batch=batch, mode=mode, progress=run.progress)
        return lambda: work.result(batch, write())

    @jobs.job(work.way.undo)
    def undo(run: jobs.Run) -> jobs.Effect:
        batch = work.find(pk=run.job.params["batch"])
        write = work.take_back(actor=run.job.created_by, batch=batch, progress=run.progress)
        return lambda: work.result(batch, write())

    return work
