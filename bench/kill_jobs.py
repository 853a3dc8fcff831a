"""``python -m bench.kill_jobs [N]``: N jobs (500) while workers are killed; what was lost, what done twice.

It measures no speed, so it is not in the table of ``make bench``; a smaller one runs with the tests.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.workers import yard


def main(count: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
    with tempfile.TemporaryDirectory(prefix="twinning-kill-") as folder, yard(Path(folder)) as place:
        place.worker(beat=True)
        workers = [place.worker(), place.worker()]
        place.run("-m", "tests.worker_jobs", "ask", str(count), "0.05")
        started, killed = time.monotonic(), 0
        over = "SELECT count(*) FROM core_job WHERE status NOT IN ('queued', 'running')"
        while place.look(over)[0][0] < count and time.monotonic() - started < 1800:
            time.sleep(random.uniform(2, 6))
            place.kill(workers.pop(0))
            killed += 1
            workers.append(place.worker())
        took = time.monotonic() - started
        states = dict(place.look("SELECT status, count(*) FROM core_job GROUP BY status"))
        marks = place.look(
            "SELECT count(*), count(DISTINCT object_id) FROM core_change WHERE object_text = 'mark'"
        )
        effects, jobs = marks[0]
    print(f"{count} jobs, {killed} workers killed, {took:.0f} s: {states}")
    print(f"lost {count - jobs}, done twice {effects - jobs}")
    return int(jobs != count or effects != jobs)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
