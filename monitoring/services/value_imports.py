"""The way of a sheet of values or targets: taken in, tried out, applied, undone.

Each row is written by the service that serves the page, so that one rule holds for both, in the same words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from monitoring.models import Indicator, Measurement, ReportingPeriod, Target, ValueBatch, ValueRow
from monitoring.permissions import can_measure_somewhere, can_shape_results, can_work_on_values
from monitoring.services.periods import record_measurement, remove_measurement, update_measurement
from monitoring.services.results import remove_target, set_target, update_target
from twinning.core.access import DomainError, StaleVersion, require
from twinning.core.batch_files import take_in
from twinning.core.batches import (
    Effect,
    Progress,
    Way,
    nothing_to_say,
    refuse_if_rows_are,
    settle_late,
    take_back_each,
)
from twinning.core.models import User

Stage, Action, Holds = ValueBatch.Status, ValueRow.Action, ValueBatch.Holds
WAY = Way("monitoring.values-dry-run", "monitoring.values", "monitoring.values-undo", can_work_on_values)
queue_values, keep_values_plan = WAY.queue, WAY.keep_plan
NUMBERS = ("value", "low", "high", "amount")
_DAYS = ("first", "last")
_MOST_NAMED = 20
Record = Measurement | Target


@transaction.atomic
def take_in_values(
    *, actor: User, programme: Programme, holds: str, filename: str, data: bytes, kind: str
) -> ValueBatch:
    """Keep a sheet that the caller could open as ``kind``: xlsx, ods or csv. Raises UnfitFile."""
    targets = holds == Holds.TARGETS
    require((can_shape_results if targets else can_measure_somewhere)(actor, programme))
    return take_in(actor, ValueBatch(programme=programme, holds=holds, filename=filename), data, kind)


# One row --------------------------------------------------------------------------------------------------


def write_value(
    *, actor: User, holds: str, call: Mapping[str, Any], record: int | None, version: int | None
) -> Record:
    """Enter what a row says, or change the ``record`` that stands there. Raises as the services of the pages do."""
    values = told(call["values"])
    if holds == Holds.TARGETS and record:
        target = Target.objects.select_related("indicator__programme").get(pk=record)
        return update_target(actor=actor, target=target, version=version, **values)
    if record:
        rows = Measurement.objects.select_related("indicator__programme", "period", "cluster")
        return update_measurement(actor=actor, measurement=rows.get(pk=record), version=version, **values)
    indicator = Indicator.objects.select_related("programme").get(pk=call["indicator"])
    cluster = Cluster.objects.get(pk=call["cluster"]) if call["cluster"] else None
    if holds == Holds.TARGETS:
        return set_target(actor=actor, indicator=indicator, cluster=cluster, **values)
    period = ReportingPeriod.objects.get(pk=call["period"])
    return record_measurement(actor=actor, indicator=indicator, period=period, cluster=cluster, **values)


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the services take them, of what JSON keeps: numbers and days of texts."""
    found = dict(values)
    for name in NUMBERS:
        if isinstance(text := found.get(name), str):
            try:
                found[name] = Decimal(text)
            except InvalidOperation:
                found[name] = text  # refused by the service
    for name in _DAYS:
        if found.get(name):
            found[name] = dt.date.fromisoformat(found[name])
    return found


def why_refused(error: DomainError | ValidationError) -> str:
    """What the services say against a row."""
    if isinstance(error, ValidationError):
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        return " ".join(
            message if name == NON_FIELD_ERRORS else f"{name}: {message}"
            for name, messages in by_field.items()
            for message in messages
        )
    said = [str(message) for messages in error.fields.values() for message in messages]
    return " ".join(said) or str(error.message)


# All of them ----------------------------------------------------------------------------------------------


def prepare_values(
    *, actor: User, batch: ValueBatch, mode: str, progress: Progress = nothing_to_say
) -> Effect:
    """Return the function that brings the rows in.

    Raises Refused when all are wanted and some are refused. The function raises Refused when, with all wanted, what
    stands changed since the dry run; else such a row is left out and says so. It raises ChangedMeanwhile when the rows
    are no longer those that were read.
    """
    WAY.prepared(actor, batch, Stage.APPLIED)
    rows = ValueRow.objects.filter(batch=batch)
    refused = rows.filter(action=Action.REFUSED).count()
    if mode == ValueBatch.Mode.ALL_OR_NOTHING:
        refuse_if_rows_are(refused)
    wanted = list(rows.filter(action__in=[Action.NEW, Action.CHANGED]))
    progress(0, len(wanted), _("writing"))

    def write() -> dict[str, Any]:
        late = [(row, why) for row in wanted if (why := _bring(actor, batch, row))]
        settle_late(late, mode, _named)
        done = [row for row in wanted if row.undo]
        return {
            "created": sum(row.action == Action.NEW for row in done),
            "updated": sum(row.action == Action.CHANGED for row in done),
            "not_imported": refused + len(late),
        }

    return WAY.effect(actor, batch, Stage.APPLIED, write, mode)


def _bring(actor: User, batch: ValueBatch, row: ValueRow) -> str:
    """One row, wholly or not at all; why not, "" where it went in."""
    row.undo = {}
    before = _as_kept(row, batch.holds) if row.action == Action.CHANGED else None
    try:
        with transaction.atomic():
            made = write_value(
                actor=actor, holds=batch.holds, call=row.call, record=row.record, version=row.seen_version
            )
    except StaleVersion:
        return _("Somebody changed it since the dry run.")
    except (Measurement.DoesNotExist, Target.DoesNotExist):
        return _("Somebody took it back since the dry run.")
    except (DomainError, ValidationError) as error:
        return why_refused(error)
    version = type(made)._base_manager.values_list("version", flat=True).get(pk=made.pk)
    row.undo = {"version": version, **({"created": True} if before is None else {"before": before})}
    ValueRow.objects.filter(pk=row.pk).update(record=made.pk, undo=row.undo)
    return ""


def _as_kept(row: ValueRow, holds: str) -> dict[str, Any] | None:
    """What the record says in the fields that the row changes, as JSON keeps it."""
    model: type[Record] = Target if holds == Holds.TARGETS else Measurement
    record = model._base_manager.filter(pk=row.record or 0).first()
    if record is None:
        return {}
    names = [*row.call["values"], *(("currency",) if holds == Holds.VALUES else ())]
    found = {name: getattr(record, name) for name in names}
    return {
        name: str(value) if isinstance(value, Decimal | dt.date) else value for name, value in found.items()
    }


def _named(late: Sequence[tuple[ValueRow, str]]) -> str:
    shown = "; ".join(
        _("row %(row)d: %(why)s") % {"row": row.place, "why": why} for row, why in late[:_MOST_NAMED]
    )
    return _("Nothing was imported, since something changed after the dry run. Upload it again. %(rows)s") % {
        "rows": shown
    }


def prepare_undo_values(*, actor: User, batch: ValueBatch, progress: Progress = nothing_to_say) -> Effect:
    """Return the function that takes an applied import back: what it entered goes, what it changed is as before.

    What somebody changed since, or what is closed by now, is left as it is, and its row says so.
    """
    WAY.prepared(actor, batch, Stage.UNDONE)
    rows = list(ValueRow.objects.filter(batch=batch).exclude(undo={}))
    progress(0, len(rows), _("writing"))

    def write() -> dict[str, Any]:
        return take_back_each(rows, lambda row: _take_back(actor, batch, row))

    return WAY.effect(actor, batch, Stage.UNDONE, write)


def _take_back(actor: User, batch: ValueBatch, row: ValueRow) -> str:
    """Why what the row did stays, "" where it is taken back."""
    model: type[Record] = Target if batch.holds == Holds.TARGETS else Measurement
    record = model._base_manager.select_for_update().filter(pk=row.record or 0).first()
    if record is None or record.version != row.undo["version"]:
        return _("Left as it is: somebody changed it after the import.")
    reason = _("import of %(file)s undone") % {"file": batch.filename}
    try:
        with transaction.atomic():
            if "before" in row.undo:
                call = {"values": row.undo["before"]}
                write_value(
                    actor=actor, holds=batch.holds, call=call, record=record.pk, version=record.version
                )
            elif isinstance(record, Target):
                remove_target(actor=actor, target=record, reason=reason)
            else:
                remove_measurement(actor=actor, measurement=record, reason=reason)
    except (DomainError, ValidationError) as error:
        return _("Left as it is: %(why)s") % {"why": why_refused(error)}
    return ""
