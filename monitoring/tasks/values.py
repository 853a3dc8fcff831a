"""Imports of values as work: what a page does at once for a few rows, and a worker for many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.urls import reverse

from clusters.models import Programme
from monitoring import services
from monitoring.importers.value_plan import plan_values
from monitoring.importers.values import Read, read_values
from monitoring.models import ValueBatch
from monitoring.services.value_imports import WORK
from twinning.core.batches import OPEN, Progress, Work, at, handle, kept_file, nothing_to_say
from twinning.core.models import Job, User
from twinning.core.tabular import open_sheet

# Above this, a worker does it: about what one second is enough for.
_MOST_ROWS_AT_ONCE = 40


def begin_values(*, actor: User, programme: Programme, holds: str, filename: str, data: bytes) -> ValueBatch:
    """Take in a sheet and try it out. Raises UnfitSheet or UnfitFile, and then keeps nothing."""
    batch, read = _taken_in(actor, programme, holds, filename, data)
    if len(read.lines) > _MOST_ROWS_AT_ONCE:
        services.queue_values(actor=actor, batch=batch, kind=WORK.dry_run)
        batch.refresh_from_db()
        return batch
    return _tried(actor, batch, read)[1]()


def import_values(*, actor: User, programme: Programme, holds: str, filename: str, data: bytes) -> ValueBatch:
    """Take in a sheet and try it out, however many rows it has."""
    batch, read = _taken_in(actor, programme, holds, filename, data)
    return _tried(actor, batch, read)[1]()


def start_values_again(*, actor: User, batch: ValueBatch) -> Job | None:
    """Try the import out once more: after an undo, or when values changed since; returns the worker's job."""
    read = read_again(at(OPEN, batch))
    if len(read.lines) > _MOST_ROWS_AT_ONCE:
        return services.queue_values(actor=actor, batch=batch, kind=WORK.dry_run)
    _tried(actor, batch, read)[1]()
    return None


def enter_values(*, actor: User, batch: ValueBatch, mode: str) -> None:
    """Bring the rows in, however many there are."""
    services.prepare_values(actor=actor, batch=batch, mode=mode)()


def start_values(*, actor: User, batch: ValueBatch, mode: str) -> Job | None:
    """Bring the rows in at once, or by a worker if they are many; returns the worker's job."""
    if batch.counts.get("rows", 0) > _MOST_ROWS_AT_ONCE:
        return services.queue_values(actor=actor, batch=batch, kind=WORK.apply, mode=mode)
    enter_values(actor=actor, batch=batch, mode=mode)
    return None


def start_undo_values(*, actor: User, batch: ValueBatch) -> Job | None:
    """Undo the import at once, or by a worker if it brought many; returns the worker's job."""
    if batch.counts.get("rows", 0) > _MOST_ROWS_AT_ONCE:
        return services.queue_values(actor=actor, batch=batch, kind=WORK.undo)
    services.prepare_undo_values(actor=actor, batch=batch)()
    return None


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


def _tried(
    actor: User, batch: ValueBatch, read: Read, progress: Progress = nothing_to_say
) -> tuple[dict[str, Any], Callable[[], ValueBatch]]:
    """What a dry run counts, and the function that keeps it."""
    found = plan_values(actor=actor, batch=batch, read=read, progress=progress)
    keep = partial(services.keep_values_plan, actor=actor, batch=batch, rows=found.rows, counts=found.counts)
    return found.counts, keep


# The same by a worker -----------------------------------------------------------------------------------------

handle(
    WORK,
    Work(
        find=lambda pk: ValueBatch.objects.for_list().get(pk=pk),
        # Progress is not told: what is written while rows are tried is taken back with them.
        try_out=lambda actor, batch, _progress: _tried(actor, batch, read_again(batch)),
        bring_in=lambda actor, batch, mode, progress: services.prepare_values(
            actor=actor, batch=batch, mode=mode, progress=progress
        ),
        take_back=lambda actor, batch, progress: services.prepare_undo_values(
            actor=actor, batch=batch, progress=progress
        ),
        url=lambda batch: reverse("value_batch", args=[batch.programme.slug, batch.pk]),
        name="values",
    ),
)
