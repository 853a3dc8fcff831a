"""Imports of filled forms as work: what a page does at once for a few, and a worker for many."""

from __future__ import annotations

from collections.abc import Callable

from clusters.models import Cluster, Programme
from diagnostics import services
from diagnostics.importers.returns.dry_run import plan
from diagnostics.importers.returns.files import Opened, open_returns
from diagnostics.models import Questionnaire, QuestionnaireVersion, ReturnBatch, ReturnRow
from diagnostics.services.returns import WAY
from twinning.core.batch_files import kept_file, kept_size
from twinning.core.batches import OPEN, Effect, Plan, Progress, Work, at, handle, nothing_to_say
from twinning.core.models import Job, User

# Above this, too, a worker does it: about what one second is enough for.
_MOST_BYTES_AT_ONCE = 200_000


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
    if len(data) > _MOST_BYTES_AT_ONCE or len(opened.returns) > RETURNS.most_rows:
        services.queue_returns(actor=actor, batch=batch, kind=WAY.dry_run)
        batch.refresh_from_db()
        return batch
    return dry_run_of(actor=actor, batch=batch, opened=opened)[1]()


def dry_run_of(
    *, actor: User, batch: ReturnBatch, opened: Opened | None = None, progress: Progress = nothing_to_say
) -> tuple[Plan[ReturnRow], Callable[[], ReturnBatch]]:
    """Try the import out; returns what it would do, and the function that keeps that with the import."""
    found = plan(actor=actor, batch=batch, opened=opened or _opened(batch), progress=progress)
    return found, lambda: services.keep_plan(actor=actor, batch=batch, rows=found.rows, counts=found.counts)


def start_dry_run_again(*, actor: User, batch: ReturnBatch) -> Job | None:
    """Try the import out once more: after an undo, or when forms changed since."""
    large = kept_size(at(OPEN, batch)) > _MOST_BYTES_AT_ONCE or RETURNS.is_large(batch)
    return RETURNS.start_dry_run(actor=actor, batch=batch, large=large)


def start_returns(*, actor: User, batch: ReturnBatch, mode: str) -> Job | None:
    """Bring the forms in at once, or by a worker if they are many; returns the worker's job."""
    if kept_size(batch) > _MOST_BYTES_AT_ONCE:
        return services.queue_returns(actor=actor, batch=batch, kind=WAY.apply, mode=mode)
    return RETURNS.start_apply(actor=actor, batch=batch, mode=mode)


def _prepared(*, actor: User, batch: ReturnBatch, mode: str, progress: Progress) -> Effect:
    find = _opened(batch).media.find
    return services.prepare_returns(actor=actor, batch=batch, mode=mode, find=find, progress=progress)


def _opened(batch: ReturnBatch) -> Opened:
    return open_returns(kept_file(batch), batch.filename)


RETURNS = handle(
    Work(
        way=WAY,
        most_rows=10,
        find=ReturnBatch.objects.select_related(
            "cluster", "programme", "questionnaire", "read_as", "job"
        ).get,
        try_out=dry_run_of,
        bring_in=_prepared,
        take_back=services.prepare_undo_returns,
        page="return_batch",
        name="returns",
    )
)
start_undo_returns = RETURNS.start_undo
