"""Imports as work: what a page does at once for a small sheet, and a worker for a large one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from activities import services
from activities.importers.dry_run import Plan, Planned, plan
from activities.importers.mapping import Layout, heads_digest, propose, remembered
from activities.models import ImportBatch
from activities.services.imports import WAY
from clusters.models import Cluster
from twinning.core.batch_files import kept_size
from twinning.core.batches import Progress, Work, handle, nothing_to_say
from twinning.core.models import Job, User
from twinning.core.tabular import UnfitSheet, Workbook

# Above this, a worker does the dry run: about what one second is enough for.
_MOST_BYTES_AT_ONCE = {"xlsx": 40_000, "ods": 40_000, "csv": 120_000}
_ROWS_LOOKED_AT = 200


def begin(
    *,
    actor: User,
    cluster: Cluster,
    filename: str,
    data: bytes,
    status_date: dt.date | None = None,
    encoding: str = "",
) -> ImportBatch:
    """Take in a sheet and propose its columns. Raises UnfitSheet or UnfitFile, and then keeps nothing."""
    batch = services.start_import(
        actor=actor,
        cluster=cluster,
        filename=filename,
        data=data,
        status_date=status_date,
        encoding=encoding,
    )
    return look_again(actor=actor, batch=batch)


def look_again(
    *, actor: User, batch: ImportBatch, sheet: str | None = None, encoding: str | None = None
) -> ImportBatch:
    """Propose the columns of a sheet of the file, perhaps another sheet or in another encoding."""
    if encoding is not None:
        batch.mapping = batch.mapping | {"encoding": encoding}
    workbook = services.sheet_of(batch)
    name = batch.sheet if sheet is None else sheet
    layout, preview = look_at(workbook, name, batch.programme_id)
    return services.choose_columns(
        actor=actor,
        batch=batch,
        layout=layout.to_json() | {"preview": preview, "sheets": [one.name for one in workbook.sheets]},
        sheet=name,
        status_date=batch.status_date or layout.status_date,
        encoding=encoding,
    )


def look_at(workbook: Workbook, sheet: str, programme_id: int) -> tuple[Layout, list[list[Any]]]:
    """The proposed layout, and the first rows of data: [row number, [text of each cell]]."""
    table = workbook.sheet(sheet).read(_ROWS_LOOKED_AT)
    layout = remembered(programme_id, propose(table.rows))
    rows = [row for row in table.rows if row.number > layout.first_row][:5]
    return layout, [[row.number, [cell.text[:80] for cell in row.cells[:40]]] for row in rows]


def choose(*, actor: User, batch: ImportBatch, columns: dict[str, int]) -> ImportBatch:
    """Keep the columns that a person chose, and remember them for the next sheet with these heads."""
    if "title" not in columns:
        raise UnfitSheet(_("No column holds the activity. Choose the one that does."))
    heads = batch.mapping.get("heads", [])
    digest = heads_digest(heads, len(heads)) if heads else ""
    return services.choose_columns(
        actor=actor, batch=batch, layout={"columns": columns, "source": "chosen"}, digest=digest
    )


def dry_run(
    *, actor: User, batch: ImportBatch, progress: Progress = nothing_to_say
) -> tuple[Plan, Callable[[], ImportBatch]]:
    """Try the import out; returns what it would do, and the function that keeps that with the import.

    The function raises ChangedMeanwhile when somebody worked on the import since.
    """
    batch = services.current_import(actor, batch, (*services.OPEN, ImportBatch.Status.READING))
    found = plan(
        actor=actor,
        cluster=batch.cluster,
        workbook=services.sheet_of(batch),
        sheet=batch.sheet,
        layout=Layout.from_json(batch.mapping),
        status_date=batch.status_date,
        progress=progress,
    )
    rows = services.FoundRows(map(Planned.columns, found.rows), found.counts)
    return found, partial(rows.keep, actor=actor, batch=batch)


def start_dry_run(*, actor: User, batch: ImportBatch) -> Job | None:
    """Try the import out at once, or by a worker if it is large; returns the worker's job."""
    large = kept_size(batch) > _MOST_BYTES_AT_ONCE[batch.mapping["kind"]]
    return IMPORTS.start_dry_run(actor=actor, batch=batch, large=large)


IMPORTS = handle(
    Work(
        way=WAY,
        most_rows=300,
        find=ImportBatch.objects.select_related("cluster", "programme", "job").get,
        try_out=dry_run,
        bring_in=services.prepare_apply,
        take_back=services.prepare_undo,
        page="import",
        name="import",
    )
)
start_apply, start_undo = IMPORTS.start_apply, IMPORTS.start_undo
