"""The way of a sheet into the log: taken in, its columns chosen, tried out, decided on, applied, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from activities.models import Activity, ColumnMapping, ImportBatch, ImportRow
from activities.permissions import can_import_into, can_work_on
from activities.services.periods import AS_PROPOSED, choose
from clusters.models import Cluster
from twinning.core import history
from twinning.core.access import DomainError, require
from twinning.core.attachments import UnfitFile
from twinning.core.batch_files import kept_file, take_in
from twinning.core.batches import OPEN, Way, at
from twinning.core.models import User
from twinning.core.periods import Reading
from twinning.core.tabular import Workbook, open_sheet

Stage = ImportBatch.Status
# The fields of an activity that a row may fill, with the number and the period beside them.
FIELDS = ("title", "kind", "format", "venue", "note", "tags", "status_set")
WAY = Way("activities.import-dry-run", "activities.import", "activities.import-undo", can_work_on)
queue = WAY.queue


def field_problem(name: str, value: Any) -> list[str]:
    """What the model's own rules say against a value of a row, with the name of its field."""
    field = cast("models.Field[Any, Any]", Activity._meta.get_field(name))
    try:
        field.clean(value, None)
    except ValidationError as error:
        return [f"{field.verbose_name}: {message}" for message in error.messages]
    return []


@transaction.atomic
def start_import(
    *,
    actor: User,
    cluster: Cluster,
    filename: str,
    data: bytes,
    status_date: dt.date | None = None,
    encoding: str = "",
) -> ImportBatch:
    """Take in a sheet. Raises UnfitSheet or UnfitFile (field ``file``); then nothing of it is kept."""
    require(can_import_into(actor, cluster))
    if len(data) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UnfitFile(_("The file is larger than %(limit)d MB.") % {"limit": limit})
    workbook = open_sheet(data, filename, encoding=encoding)
    sheet = workbook.sheet()
    kept, encoding = _as_kept(data, workbook)
    batch = ImportBatch(
        programme_id=cluster.programme_id,
        cluster=cluster,
        filename=filename,
        sheet=sheet.name[:100],
        status_date=status_date,
        mapping={"kind": workbook.kind, "found": workbook.encoding, "encoding": encoding},
    )
    return take_in(actor, batch, kept, workbook.kind)


def _as_kept(data: bytes, workbook: Workbook) -> tuple[bytes, str]:
    """The bytes to keep and their encoding. Text with zero bytes (UTF-16) is kept as UTF-8."""
    if workbook.kind == "csv" and b"\x00" in data:
        return data.decode(workbook.encoding).removeprefix("\ufeff").encode(), "utf-8"
    return data, workbook.encoding


def sheet_of(batch: ImportBatch) -> Workbook:
    """The file of the import, opened again. Raises DomainError when it is gone from the store."""
    return open_sheet(kept_file(batch), batch.filename, encoding=batch.mapping.get("encoding", ""))


def current_import(actor: User, batch: ImportBatch, allowed: Iterable[str]) -> ImportBatch:
    """The import as it stands now. Raises WrongState where it is at none of the ``allowed`` stages."""
    require(can_work_on(actor, batch))
    current = ImportBatch.objects.select_related("job", "cluster", "programme").get(pk=batch.pk)
    return at(allowed, current)


@transaction.atomic
def choose_columns(
    *,
    actor: User,
    batch: ImportBatch,
    layout: Mapping[str, Any],
    digest: str = "",
    sheet: str | None = None,
    status_date: dt.date | None = None,
    encoding: str | None = None,
) -> ImportBatch:
    """Keep which column holds what. With ``digest`` (of the heads) it is proposed for the next such sheet
    too.

    ``layout``: columns, heads, head_rows, titles, source. What an earlier dry run said is dropped.
    """
    mapping = {**batch.mapping, **layout}
    if encoding is not None:
        mapping["encoding"] = encoding
    batch = WAY.move(
        actor,
        batch,
        OPEN,
        status=Stage.UPLOADED,
        mapping=mapping,
        sheet=batch.sheet if sheet is None else sheet[:100],
        header_row=max(layout.get("head_rows", []), default=None),
        status_date=status_date or batch.status_date,
        counts={},
        error="",
        job=None,
    )
    ImportRow.objects.filter(batch=batch).delete()
    if digest:
        ColumnMapping.objects.update_or_create(
            programme_id=batch.programme_id, heads_sha256=digest, defaults={"mapping": layout["columns"]}
        )
    return batch


@transaction.atomic
def decide(*, actor: User, batch: ImportBatch, decisions: Mapping[int, Mapping[str, Any]]) -> ImportBatch:
    """Keep what a person decided, by id of the row; returns the import with its next version.

    ``leave``: true leaves the row out. ``same``: "row" (a repeat of an earlier row), "other" (another event
    than the one proposed), or the id of the activity of another cluster that this is. ``period``:
    AS_PROPOSED or the place of an alternative. ``text``: how the period is to be read, in the person's
    words. Raises DomainError with the rows that cannot stand so in ``fields``, by "row id-name".
    """
    batch = WAY.held(actor, batch, (Stage.READY,), as_seen=False)
    rows = list(ImportRow.objects.filter(batch=batch, pk__in=decisions))
    wrong: dict[str, list[Any]] = {}
    for row in rows:
        decision = {
            key: value
            for key, value in decisions[row.pk].items()
            if value is not False and value not in ("", None)
        }
        try:
            check_decision(row, decision)
        except ValidationError as error:
            wrong[f"{row.pk}-text"] = list(error.messages)
        except DomainError as error:
            wrong[f"{row.pk}-period"] = [error.message]
        row.decision = decision
    if wrong:
        raise DomainError(_("Some answers cannot be read."), code="unreadable", fields=wrong)
    ImportRow.objects.bulk_update(rows, ["decision"], batch_size=200)
    return history.touch(batch, version=None)


def check_decision(row: ImportRow, decision: Mapping[str, Any]) -> None:
    """Raise ValidationError or DomainError where a decision does not fit its row."""
    if decision.get("text") or "period" in decision:
        choose(Reading.from_json(row.reading), decision.get("period"), str(decision.get("text", "")))
    same = decision.get("same")
    offered = {proposal.get("activity") for proposal in row.proposals if proposal["kind"] == "joint"}
    if same not in (None, "row", "other") and same not in offered:
        raise DomainError(_("There is no such event among those proposed."), code="no_such_event")


__all__ = [
    "AS_PROPOSED",
    "OPEN",
    "WAY",
    "check_decision",
    "choose_columns",
    "current_import",
    "decide",
    "field_problem",
    "queue",
    "sheet_of",
    "start_import",
]
