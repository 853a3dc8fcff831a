"""What a dry run found, made ready before anything is locked, and kept with the decisions that still fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson
from django.db import transaction

from activities.models import ImportBatch, ImportRow
from activities.services.imports import OPEN, WAY
from twinning.core.bulk import Table, Values
from twinning.core.memory import rare_collections
from twinning.core.models import User
from twinning.core.periods import Reading

_NONE = "{}"


class _Found(NamedTuple):
    number: int
    values: str
    row: Values


class FoundRows:
    """The rows of a dry run.

    ``rows``: for each its columns by name, the period as a Reading under ``reading``; their batch and what a
    person decided on them are added when they are kept. They may be made as they are asked for.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]], counts: dict[str, Any]) -> None:
        self._counts = counts
        self._table = Table(ImportRow(), late=["batch_id", "decision"])
        self._readings: dict[int, tuple[Reading, str]] = {}
        with rare_collections():
            self._found = [self._ready(row) for row in rows]

    def _ready(self, row: Mapping[str, Any]) -> _Found:
        columns = dict(row)
        reading = self._text(columns.pop("reading"))
        ready = self._table.ready(columns) | {"reading": reading}
        return _Found(columns["row"], ready["values"], self._table.row(ready))

    def _text(self, reading: Reading) -> str:
        """The JSON of a reading. Rows with the same text and nothing else to go by share one."""
        known = self._readings.get(id(reading))
        if known is None:
            # The reading is kept beside its text, so that no other one can take its place in memory.
            known = self._readings[id(reading)] = reading, orjson.dumps(reading.to_json()).decode()
        return known[1]

    @transaction.atomic
    def keep(self, *, actor: User, batch: ImportBatch) -> ImportBatch:
        """Keep them instead of those of an earlier run. Decisions stay with rows that say the same as then.

        Raises ChangedMeanwhile where somebody worked on the import since ``batch`` was read.
        """
        batch = WAY.held(actor, batch, (*OPEN, ImportBatch.Status.READING), as_seen=True)
        decisions = self._decisions(batch)
        ImportRow.objects.filter(batch=batch).delete()
        self._table.insert(
            [found.row for found in self._found],
            [(batch.pk, decisions.get(found.number, _NONE)) for found in self._found],
        )
        return WAY.now_ready(actor, batch, self._counts)

    def _decisions(self, batch: ImportBatch) -> dict[int, str]:
        decided = ImportRow.objects.filter(batch=batch).exclude(decision={})
        before = {
            row: (values, decision)
            for row, values, decision in decided.values_list("row", "values", "decision")
        }
        if not before:
            return {}
        return {
            found.number: orjson.dumps(before[found.number][1]).decode()
            for found in self._found
            if found.number in before and before[found.number][0] == orjson.loads(found.values)
        }
