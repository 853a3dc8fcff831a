"""The road of a sheet into the log, as tests walk it."""

from __future__ import annotations

from typing import Any

from activities import services, tasks
from activities.importers.dry_run import Plan
from activities.models import ImportBatch
from tests.activities.imports import sheets
from tests.conftest import World
from twinning.core.tabular import write_csv

Rows = list[list[str]]


class Importer:
    """Walks the whole road for a sheet: ``tried`` up to its dry run, ``applied`` into the log."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plan: Plan | None = None

    def tried(
        self, rows: Rows, *, head: list[str] | None = None, actor: Any = None, **options: Any
    ) -> ImportBatch:
        return self.tried_file(write_csv(head or sheets.HEAD, rows), "status.csv", actor=actor, **options)

    def tried_file(self, data: bytes, name: str, *, actor: Any = None, **options: Any) -> ImportBatch:
        user = actor or self.world.manager
        options.setdefault("cluster", self.world.leather)
        batch = tasks.begin(actor=user, filename=name, data=data, **options)
        self.plan, keep = tasks.dry_run(actor=user, batch=batch)
        return keep()

    def apply(self, batch: ImportBatch, *, mode: str = "all", actor: Any = None) -> ImportBatch:
        services.prepare_apply(actor=actor or self.world.manager, batch=batch, mode=mode)()
        return ImportBatch.objects.get(pk=batch.pk)

    def applied(self, rows: Rows, **options: Any) -> ImportBatch:
        mode = options.pop("mode", "all")
        return self.apply(self.tried(rows, **options), mode=mode)

    def undo(self, batch: ImportBatch) -> ImportBatch:
        services.prepare_undo(actor=self.world.manager, batch=batch)()
        return ImportBatch.objects.get(pk=batch.pk)
