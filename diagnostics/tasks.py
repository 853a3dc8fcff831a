"""Imports of filled forms as work: what a page does at once for a few, and a worker for many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from clusters.models import Cluster, Programme
from diagnostics import services
from diagnostics.importers.returns.dry_run import Plan, plan
from diagnostics.importers.returns.files import Opened, open_returns
from diagnostics.models import Questionnaire, QuestionnaireVersion, ReturnBatch
from diagnostics.services.returns import WORK
from twinning.core.batches import OPEN, Progress, Work, at, handle, kept_file, kept_size, nothing_to_say
from twinning.core.models import Job, User

# Above either, a worker does it: about what one second is enough for.
_MOST_BYTES_AT_ONCE = 200_000
_MOST_ROWS_AT_ONCE = 10


def begin_returns(
    *,
    actor: User,
    programme: Programme,
    questionnaire: Questionnaire,
    cluster: Cluster | None,
    filename: str,
    data: bytes,
    read_as: QuestionnaireVersion | None = None,
) -> ReturnBatch:
    """Take in a file and try it out. Raises UnfitSheet or UnfitFile, and then keeps nothing."""
    opened = open_returns(data, filename)
    batch = services.take_in(
        actor=actor,
        programme=programme,
        questionnaire=questionnaire,
        cluster=cluster,
        filename=filename,
        data=data,
        kind=opened.kind,
        read_as=read_as,
    )
    if len(data) > _MOST_BYTES_AT_ONCE or len(opened.returns) > _MOST_ROWS_AT_ONCE:
        services.queue_returns(actor=actor, batch=batch, kind=WORK.dry_run)
        batch.refresh_from_db()
        return batch
    return dry_run_of(actor=actor, batch=batch, opened=opened)[1]()


def dry_run_of(
    *, actor: User, batch: ReturnBatch, opened: Opened, progress: Progress = nothing_to_say
) -> tuple[Plan, Callable[[], ReturnBatch]]:
    """Try the import out; returns what it would do, and the function that keeps that with the import."""
    found = plan(actor=actor, batch=batch, opened=opened, progress=progress)
    return found, lambda: services.keep_plan(actor=actor, batch=batch, rows=found.rows, counts=found.counts)


def start_dry_run_again(*, actor: User, batch: ReturnBatch) -> Job | None:
    """Try the import out once more: after an undo, or when forms changed since."""
    at(OPEN, batch)
    if kept_size(batch) > _MOST_BYTES_AT_ONCE or batch.counts.get("rows", 0) > _MOST_ROWS_AT_ONCE:
        return services.queue_returns(actor=actor, batch=batch, kind=WORK.dry_run)
    dry_run_of(actor=actor, batch=batch, opened=_opened(batch))[1]()
    return None


def start_returns(*, actor: User, batch: ReturnBatch, mode: str) -> Job | None:
    """Bring the forms in at once, or by a worker if they are many; returns the worker's job."""
    if kept_size(batch) > _MOST_BYTES_AT_ONCE or batch.counts.get("rows", 0) > _MOST_ROWS_AT_ONCE:
        return services.queue_returns(actor=actor, batch=batch, kind=WORK.apply, mode=mode)
    services.prepare_returns(actor=actor, batch=batch, mode=mode, find=_opened(batch).media.find)()
    return None


def start_undo_returns(*, actor: User, batch: ReturnBatch) -> Job | None:
    """Undo the import at once, or by a worker if it brought many; returns the worker's job."""
    if batch.counts.get("rows", 0) > _MOST_ROWS_AT_ONCE:
        return services.queue_returns(actor=actor, batch=batch, kind=WORK.undo)
    services.prepare_undo_returns(actor=actor, batch=batch)()
    return None


def _opened(batch: ReturnBatch) -> Opened:
    return open_returns(kept_file(batch), batch.filename)


# The same by a worker -----------------------------------------------------------------------------------------


def _find(pk: int) -> ReturnBatch:
    rows = ReturnBatch.objects.select_related("cluster", "programme", "questionnaire", "read_as", "job")
    return rows.get(pk=pk)


def _try_out(
    actor: User, batch: ReturnBatch, progress: Progress
) -> tuple[dict[str, Any], Callable[[], ReturnBatch]]:
    found, keep = dry_run_of(actor=actor, batch=batch, opened=_opened(batch), progress=progress)
    return found.counts, keep


handle(
    WORK,
    Work(
        find=_find,
        try_out=_try_out,
        bring_in=lambda actor, batch, mode, progress: services.prepare_returns(
            actor=actor, batch=batch, mode=mode, find=_opened(batch).media.find, progress=progress
        ),
        take_back=lambda actor, batch, progress: services.prepare_undo_returns(
            actor=actor, batch=batch, progress=progress
        ),
        url=lambda batch: reverse("return_batch", args=[batch.programme.slug, batch.pk]),
        name="returns",
    ),
)
