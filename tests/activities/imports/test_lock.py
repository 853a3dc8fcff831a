"""While an import is written nobody else can write on SQLite, so only what must be done then is done then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import services, tasks
from activities.models import Activity, ImportBatch
from tests.activities.importing import Importer
from tests.conftest import World
from twinning.core.models import Change

pytestmark = pytest.mark.django_db
HEAD = ["No", "Activity", "Date", "Venue", "Organiser"]


def rows(count: int, venue: str = "Ambur", organiser: str = "") -> list[list[str]]:
    months = ["Jan-08", "Feb 2009", "Ongoing", "9/5/2010", ""]
    return [[str(n), f"Workshop no {n}", months[n % 5], venue, organiser] for n in range(1, count + 1)]


def statements(call: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        call()
    return [str(query["sql"]).lstrip('( "') for query in found]


def writes(said: list[str]) -> list[str]:
    return [sql for sql in said if not sql.startswith(("SELECT", "DECLARE", "FETCH"))]


def ready(world: World, batch: ImportBatch) -> Callable[[], Any]:
    return services.prepare_apply(actor=world.manager, batch=batch, mode="all")


def test_making_ready_writes_nothing(importer: Importer, world: World) -> None:
    importer.applied(rows(20), head=HEAD)
    sheet = [*rows(20, "Chennai", "Leather Research Institute"), ["99", "Fair", "Jul-08", "", ""]]
    batch = importer.tried(sheet, head=HEAD)
    before = Change.objects.count(), list(Activity.objects.values())
    assert writes(statements(lambda: tasks.dry_run(actor=world.manager, batch=batch))) == []
    assert writes(statements(lambda: ready(world, batch))) == []
    assert (Change.objects.count(), list(Activity.objects.values())) == before
    batch = importer.apply(batch)
    assert (batch.counts["created"], batch.counts["updated"]) == (1, 20)
    assert writes(statements(lambda: services.prepare_undo(actor=world.manager, batch=batch))) == []


def test_what_is_left_to_the_lock_does_not_grow_with_the_rows(importer: Importer, world: World) -> None:
    """Three imports, each of few and of many rows: new ones, changed ones with organisers, and their undoing."""
    told: dict[int, list[int]] = {}
    for cluster, count in ((world.leather, 20), (world.footwear, 450)):
        new = importer.tried(rows(count), head=HEAD, cluster=cluster)
        keep = tasks.dry_run(actor=world.manager, batch=new)[1]
        found = [len(statements(keep)), len(statements(ready(world, new)))]
        sheet = rows(count, "Chennai", "Leather Research Institute")
        changed = importer.tried(sheet, head=HEAD, cluster=cluster)
        found.append(len(statements(ready(world, changed))))
        for batch in (changed, new):
            undo = services.prepare_undo(actor=world.manager, batch=batch)
            found.append(len(statements(undo)))
        told[count] = found
    assert told[450] == told[20]
    assert max(told[450]) < 40


def test_a_thousand_changed_rows_cost_few_statements(importer: Importer, world: World) -> None:
    count = 1200
    importer.applied(rows(count), head=HEAD)
    batch = importer.tried(rows(count, "Chennai"), head=HEAD)
    assert batch.counts["changed"] == count
    assert len(statements(ready(world, batch))) < 60
    batch.refresh_from_db()
    assert batch.counts["updated"] == count
    assert Activity.objects.filter(venue="Chennai", version=2).count() == count
    undo = services.prepare_undo(actor=world.manager, batch=batch)
    assert len(statements(undo)) < 60
    assert Activity.objects.filter(venue="Ambur", version=3).count() == count
