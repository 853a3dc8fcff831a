"""Who gets which answer from the pages of imports."""

from __future__ import annotations

from typing import Any

from activities import services, tasks
from activities.models import ImportBatch
from clusters.models import Cluster
from tests.access.rows import MEMBERS, OUTSIDE, Row, but, by, in_programme
from tests.conftest import World
from twinning.core.models import User
from twinning.core.tabular import write_csv

# Who may import somewhere in the programme, and who into the list of the leather cluster.
IMPORTERS = ("manager", "coordinator", "cda", "cda_other", "cda_advanced", "partner")
INTO_LEATHER = ("manager", "coordinator", "cda", "partner")


def prepare(world: World) -> None:
    def made(actor: User, cluster: Cluster, rows: list[list[str]]) -> ImportBatch:
        data = write_csv(["No", "Activity", "Date"], rows)
        return tasks.begin(actor=actor, cluster=cluster, filename="sheet.csv", data=data)

    def tried(actor: User, cluster: Cluster, rows: list[list[str]]) -> ImportBatch:
        batch = made(actor, cluster, rows)
        return tasks.dry_run(actor=actor, batch=batch)[1]()

    rows = [["1", "Fair for the imports", "Sep-07"], ["2", "", "Sep-07"]]
    world.import_new = made(world.manager, world.leather, rows)
    world.import_ready = tried(world.manager, world.leather, rows)
    world.import_applied = tried(world.manager, world.leather, rows)
    services.prepare_apply(actor=world.manager, batch=world.import_applied, mode="good")()
    world.import_queued = tried(world.manager, world.leather, rows)
    services.queue(actor=world.manager, batch=world.import_queued, kind="activities.import", mode="good")
    world.import_elsewhere = tried(world.neighbour, world.other_cluster, rows)


def of(name: str) -> Any:
    def kwargs(world: World) -> dict[str, Any]:
        return in_programme(world) | {"pk": getattr(world, name).pk}

    return kwargs


def elsewhere(world: World) -> dict[str, Any]:
    return {"programme_slug": world.other_programme.slug, "pk": world.import_elsewhere.pk}


NOT_IMPORTERS = but(MEMBERS, *IMPORTERS)


def programme_row(name: str, method: str = "get", ok: int = 200) -> Row:
    status = {**by(ok, *IMPORTERS), **by(403, *NOT_IMPORTERS), **by(404, *OUTSIDE)}
    return Row(name, in_programme, method, status=status)


def batch_row(name: str, batch: str, method: str = "get", ok: int = 200, **more: Any) -> Row:
    return Row(
        name, of(batch), method, status=by(ok, *INTO_LEATHER), default=404, elsewhere=elsewhere, **more
    )


ROWS = [
    programme_row("imports"),
    programme_row("import_new"),
    programme_row("import_new", "post", 422),
    batch_row("import", "import_ready"),
    batch_row("import_columns", "import_new"),
    batch_row("import_columns", "import_new", "post", 422),
    batch_row("import_sheet", "import_new", "post", 302),
    batch_row("import_answers", "import_ready", "post", 302),
    batch_row("import_apply", "import_ready", "post", 302),
    batch_row("import_progress", "import_queued"),
    batch_row("import_corrections", "import_ready"),
    batch_row("import_undo", "import_applied"),
    batch_row("import_undo", "import_applied", "post", 302),
]
