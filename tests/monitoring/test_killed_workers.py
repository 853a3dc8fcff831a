"""kill -9 of workers while they work: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.demonstration import keep_demo
from tests.prepared import SHELF
from tests.workers import Yard, eventually, yard

pytestmark = pytest.mark.worker
JOBS = 60


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Yard]:
    """With the demonstration programme."""
    with django_db_blocker.unblock():
        keep_demo()
    with yard(tmp_path_factory.mktemp("yard"), SHELF.databases["demo"]) as made:
        made.worker(beat=True)
        yield made


def stored_files(place: Yard) -> list[Path]:
    return [path for path in (place.folder / "files").glob("**/*") if path.is_file()]


def test_a_report_comes_once_though_its_worker_was_killed(place):
    worker = place.worker()
    report = int(place.run("-m", "tests.worker_jobs", "report").splitlines()[-1])
    building = "SELECT 1 FROM core_job WHERE status = 'running' AND message = 'setting the pages'"
    eventually(lambda: place.look(building), place.said)
    place.kill(worker)
    assert place.look("SELECT status, attempts FROM core_job") == [("running", 1)]

    place.worker()
    eventually(lambda: place.look("SELECT 1 FROM core_job WHERE status = 'done'"), place.said)
    assert place.look("SELECT attempts FROM core_job") == [(2,)]
    files = place.look(
        "SELECT name, file FROM core_attachment WHERE object_id = %s AND removed_at IS NULL", report
    )
    assert sorted(Path(name).suffix for name, _file in files) == [".csv", ".json", ".pdf", ".xlsx"]
    # Exactly these bytes lie in the store: nothing unreferenced was left by the one that was killed.
    kept = {path.relative_to(place.folder / "files").as_posix() for path in stored_files(place)}
    assert kept == {file for (file,) in place.look("SELECT file FROM core_attachment")}
    (snapshot,) = [file for name, file in files if name.endswith(".json")]
    assert json.loads((place.folder / "files" / snapshot).read_bytes())["kind"] == "activity-status"


def test_many_jobs_survive_many_killed_workers(place):
    workers = [process for process in place.processes[2:] if process.poll() is None] or [place.worker()]
    place.run("-m", "tests.worker_jobs", "ask", str(JOBS), "0.15")
    ours = "FROM core_job WHERE kind = 'tests.counted'"

    def done() -> int:
        count: int = place.look(f"SELECT count(*) {ours} AND status = 'done'")[0][0]
        return count

    for _round in range(4):
        before = done()
        time.sleep(random.uniform(0, 0.3))
        place.kill(workers.pop())
        workers.append(place.worker())
        eventually(lambda: done() >= min(JOBS, before + 5), place.said)  # noqa: B023
    eventually(
        lambda: done() == JOBS,
        lambda: (place.look(f"SELECT status, count(*) {ours} GROUP BY status"), place.said()),
    )
    marks = place.look(
        "SELECT object_id, count(*) FROM core_change WHERE object_text = 'mark' GROUP BY object_id"
    )
    assert len(marks) == JOBS
    assert {count for _job, count in marks} == {1}
    assert place.look(f"SELECT max(attempts) {ours}")[0][0] > 1
