"""Imports of values as work: what a page does at once for a few rows, and a worker for many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from clusters.models import Programme
from monitoring import services
from monitoring.importers.value_plan import plan_values
from monitoring.importers.values import Read, read_values
from monitoring.models import ValueBatch, ValueRow
from monitoring.services.value_imports import WAY
from twinning.core.batch_files import kept_file
from twinning.core.batches import OPEN, Plan, Progress, Work, at, handle, nothing_to_say
from twinning.core.models import Job, User
from twinning.core.tabular import open_sheet


def begin_values(*, actor: User, programme: Programme, holds: str, filename: str, data: bytes) -> ValueBatch:
    """Take in a sheet and try it out. Raises UnfitSheet or UnfitFile, and then keeps nothing."""
    batch, read = _taken_in(actor, programme, holds, filename, data)
    if len(read.lines) > VALUES.most_rows:
        services.queue_values(actor=actor, batch=batch, kind=WAY.dry_run)
        batch.refresh_from_db()
        return batch
    return _dry_run(actor=actor, batch=batch, read=read)[1]()


def import_values(*, actor: User, programme: Programme, holds: str, filename: str, data: bytes) -> ValueBatch:
    """Take in a sheet and try it out, however many rows it has."""
    batch, read = _taken_in(actor, programme, holds, filename, data)
    return _dry_run(actor=actor, batch=batch, read=read)[1]()


def start_values_again(*, actor: User, batch: ValueBatch) -> Job | None:
    """Try the import out once more: after an undo, or when values changed since; returns the worker's job."""
    read = read_again(at(OPEN, batch))
    if len(read.lines) > VALUES.most_rows:
        return services.queue_values(actor=actor, batch=batch, kind=WAY.dry_run)
    _dry_run(actor=actor, batch=batch, read=read)[1]()
    return None


def enter_values(*, actor: User, batch: ValueBatch, mode: str) -> None:
    """Bring the rows in, however many there are."""
    services.prepare_values(actor=actor, batch=batch, mode=mode)()


def read_again(batch: ValueBatch) -> Read:
    """The rows of the kept file. Raises DomainError where it is gone."""
    return read_values(open_sheet(kept_file(batch), batch.filename), batch.holds)


def _taken_in(
    actor: User, programme: Programme, holds: str, filename: str, data: bytes
) -> tuple[ValueBatch, Read]:
    book = open_sheet(data, filename)
    read = read_values(book, holds)
    batch = services.take_in_values(
        actor=actor, programme=programme, holds=holds, filename=filename, data=data, kind=book.kind
    )
    return batch, read


def _dry_run(
    *, actor: User, batch: ValueBatch, read: Read | None = None, progress: Progress = nothing_to_say
) -> tuple[Plan[ValueRow], Callable[[], ValueBatch]]:
    """What it would do, and the function that keeps that with the import.

    Progress is not told: what is written while rows are tried is taken back with them.
    """
    found = plan_values(actor=actor, batch=batch, read=read or read_again(batch))
    return found, partial(
        services.keep_values_plan, actor=actor, batch=batch, rows=found.rows, counts=found.counts
    )


VALUES = handle(
    Work(
        way=WAY,
        most_rows=40,
        find=ValueBatch.objects.for_list().get,
        try_out=_dry_run,
        bring_in=services.prepare_values,
        take_back=services.prepare_undo_values,
        page="value_batch",
        name="values",
    )
)
start_values, start_undo_values = VALUES.start_apply, VALUES.start_undo
