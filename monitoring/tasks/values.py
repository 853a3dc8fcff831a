"""Imports of values as work: what a page does at once for a few rows, and a worker for many."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clusters.models import Programme
from monitoring import services
from monitoring.importers.value_plan import ValuePlan, plan_values
from monitoring.importers.values import Read, read_values
from monitoring.models import ValueBatch
from monitoring.services.value_imports import APPLY, DRY_RUN, UNDO
from twinning.core.batches import Progress, kept_file, nothing_to_say
from twinning.core.jobs import Effect, Result, Run, job
from twinning.core.models import Job, User
from twinning.core.tabular import open_sheet

# Above this, a worker does it: about what one second is enough for.
_MOST_ROWS_AT_ONCE = 40


def begin_values(*, actor: User, programme: Programme, holds: str, filename: str, data: bytes) -> ValueBatch:
    """Take in a sheet and try it out. Raises UnfitSheet or UnfitFile, and then keeps nothing."""
    book = open_sheet(data, filename)
    read = read_values(book, holds)
    batch = services.take_in_values(
        actor=actor, programme=programme, holds=holds, filename=filename, data=data, kind=book.kind
    )
    if len(read.lines) > _MOST_ROWS_AT_ONCE:
        services.queue_values(actor=actor, batch=batch, kind=DRY_RUN)
        batch.refresh_from_db()
        return batch
    found = plan_values(actor=actor, batch=batch, read=read)
    return services.keep_values_plan(actor=actor, batch=batch, rows=found.rows, counts=found.counts)


def import_values(*, actor: User, programme: Programme, holds: str, filename: str, data: bytes) -> ValueBatch:
    """Take in a sheet and try it out, however many rows it has."""
    book = open_sheet(data, filename)
    read = read_values(book, holds)
    batch = services.take_in_values(
        actor=actor, programme=programme, holds=holds, filename=filename, data=data, kind=book.kind
    )
    found = plan_values(actor=actor, batch=batch, read=read)
    return services.keep_values_plan(actor=actor, batch=batch, rows=found.rows, counts=found.counts)


def enter_values(*, actor: User, batch: ValueBatch, mode: str) -> None:
    """Bring the rows in, however many there are."""
    services.prepare_values(actor=actor, batch=batch, mode=mode)()


def start_values(*, actor: User, batch: ValueBatch, mode: str) -> Job | None:
    """Bring the rows in at once, or by a worker if they are many; returns the worker's job."""
    if batch.counts.get("rows", 0) > _MOST_ROWS_AT_ONCE:
        return services.queue_values(actor=actor, batch=batch, kind=APPLY, mode=mode)
    enter_values(actor=actor, batch=batch, mode=mode)
    return None


def start_undo_values(*, actor: User, batch: ValueBatch) -> Job | None:
    """Undo the import at once, or by a worker if it brought many; returns the worker's job."""
    if batch.counts.get("rows", 0) > _MOST_ROWS_AT_ONCE:
        return services.queue_values(actor=actor, batch=batch, kind=UNDO)
    services.prepare_undo_values(actor=actor, batch=batch)()
    return None


def _batch_of(run: Run) -> ValueBatch:
    return ValueBatch.objects.for_list().get(pk=run.job.params["batch"])


def _read(batch: ValueBatch) -> Read:
    return read_values(open_sheet(kept_file(batch), batch.filename), batch.holds)


def _result(batch: ValueBatch, data: dict[str, Any]) -> Result:
    url = reverse("value_batch", args=[batch.programme.slug, batch.pk])
    return Result(data={"values": batch.pk, **data}, url=url)


def _planned(run: Run, batch: ValueBatch, progress: Progress = nothing_to_say) -> ValuePlan:
    return plan_values(actor=run.job.created_by, batch=batch, read=_read(batch), progress=progress)


@job(DRY_RUN)
def dry_run_job(run: Run) -> Effect:
    batch = _batch_of(run)
    # Progress is not told: what is written while rows are tried is taken back with them.
    found = _planned(run, batch)

    def effect() -> Result:
        services.keep_values_plan(actor=run.job.created_by, batch=batch, rows=found.rows, counts=found.counts)
        counts = found.counts
        return _result(batch, {name: counts[name] for name in ("new", "changed", "unchanged", "refused")})

    return effect


@job(APPLY)
def apply_job(run: Run) -> Effect:
    batch = _batch_of(run)
    write = services.prepare_values(
        actor=run.job.created_by,
        batch=batch,
        mode=run.job.params["mode"] or batch.mode,
        progress=run.progress,
    )
    return lambda: _result(batch, write())


@job(UNDO)
def undo_job(run: Run) -> Effect:
    batch = _batch_of(run)
    write = services.prepare_undo_values(actor=run.job.created_by, batch=batch, progress=run.progress)
    return lambda: _result(batch, write())
