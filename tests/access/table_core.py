"""Who gets which answer from jobs and files. A job is its asker's; a file is seen by who sees its record."""

from __future__ import annotations

from typing import Any

from tests.access.rows import Row, by
from tests.conftest import World
from twinning.core.attachments import attach
from twinning.core.models import Job


def prepare(world: World) -> None:
    world.job_of_manager = Job.objects.create(
        kind="core.nothing", title="Something", created_by=world.manager
    )


def job(world: World) -> dict[str, Any]:
    return {"pk": world.job_of_manager.pk}


def file(world: World) -> dict[str, Any]:
    # Made in the test itself, whose files have a folder of their own.
    kept = attach(actor=world.manager, owner=world.leather, name="notes.txt", data=b"Notes on the cluster")
    return {"pk": kept.pk}


def file_elsewhere(world: World) -> dict[str, Any]:
    kept = attach(actor=world.neighbour, owner=world.other_cluster, name="notes.txt", data=b"On another")
    return {"pk": kept.pk}


ROWS = [
    Row("jobs", default=200),
    Row("job", job, status=by(200, "manager"), default=404, own=True),
    Row("job_cancel", job, method="post", status=by(302, "manager"), default=404, own=True),
    Row(
        "attachment",
        file,
        status=by(404, "stranger", "neighbour"),
        default=200,
        elsewhere=file_elsewhere,
    ),
]
