"""A report as PDF, from its snapshot to its bytes, beside what WeasyPrint alone takes for the same HTML."""

from __future__ import annotations

import datetime as dt
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
import pikepdf

from bench.rows import Row, interleaved

MADE_AT = dt.datetime(2011, 8, 2, tzinfo=dt.UTC)
ROWS = 1500


def _prepared(rows: int) -> tuple[Any, Any, Any]:
    """A snapshot of ``rows`` activities in three clusters, its JSON, and an imprint."""
    from activities.reports.activity_status import ActivityStatus, ClusterTable, Line
    from activities.rules import Status
    from twinning.core.periods import read
    from twinning.core.reports import Imprint, digest

    texts = ["Sep-07", "March-April 2009", "30 Jan- 3 Feb 2010", "Ongoing", "Dec and Feb 2010", ""]
    readings = [read(text) for text in texts]
    statuses = list(Status)

    def line(number: int) -> Line:
        reading = readings[number % len(readings)]
        return Line(
            number=number,
            title=f"Training {number} on best practices in manufacturing by two experts, with a workshop",
            date_text=reading.raw,
            status=statuses[number % len(statuses)],
            edtf=reading.edtf,
            segments=reading.segments,
            doubts=reading.reasons if not reading.is_certain else (),
        )

    tables = tuple(
        ClusterTable(f"cluster-{index}", f"Cluster {index}", tuple(map(line, range(1, rows // 3 + 1))))
        for index in range(3)
    )
    snapshot = ActivityStatus("bench", "B1", "Bench programme", dt.date(2011, 7, 31), True, tables)
    data = snapshot.to_json()
    options = {"status": True, "parsed": True, "timeline": True}
    return snapshot, data, Imprint("Bench", MADE_AT, "en", digest(data), options)


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
    django.setup()


def _memory(rows: int) -> tuple[int, int]:
    """(pages, bytes at the peak) of one report in a process of its own, whose peak is that of no other."""
    command = [sys.executable, "-m", "bench.report_pdf", str(rows)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(said[-2]), int(said[-1])


def _weigh(rows: int) -> None:
    _setup()
    from activities.reports import ACTIVITY_STATUS

    _snapshot, data, imprint = _prepared(rows)
    with pikepdf.open(io.BytesIO(ACTIVITY_STATUS.pdf(data, imprint))) as made:
        print(len(made.pages), _peak())


def _peak() -> int:
    """Bytes. From the kernel's page for this process, since getrusage also counts what the parent had."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def run(*, small: bool = False) -> list[Row]:
    _setup()
    from weasyprint import HTML

    from activities.reports import ACTIVITY_STATUS
    from activities.reports.status_paper import paper_html
    from twinning.core.pdf import OwnFiles

    rows = ROWS // 10 if small else ROWS
    snapshot, data, imprint = _prepared(rows)
    page = paper_html(snapshot, imprint)

    def alone(**options: Any) -> bytes:
        made: bytes = HTML(string=page, base_url="static:", url_fetcher=OwnFiles()).write_pdf(**options)
        return made

    ours, plain = interleaved(lambda: ACTIVITY_STATUS.pdf(data, imprint), alone, runs=3)
    again, tagged = interleaved(
        lambda: ACTIVITY_STATUS.pdf(data, imprint), lambda: alone(pdf_variant="pdf/a-3a"), runs=3
    )
    (few, at_few), (many, at_many) = _memory(rows // 3), _memory(rows)
    return [
        Row(f"report PDF, {rows} rows: WeasyPrint alone, neither tagged nor archivable", ours, plain, 1.15),
        Row(f"report PDF, {rows} rows: WeasyPrint alone, as PDF/A-3a", again, tagged, 1.15),
        Row(
            f"memory of a report of {many} pages: that of {few} pages, for each page",
            at_many / many / 2**20,
            at_few / few / 2**20,
            1.0,
            unit="MB",
        ),
    ]


if __name__ == "__main__":
    _weigh(int(sys.argv[1]))
