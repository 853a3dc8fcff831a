"""An import, dry run and all, beside the reading of its sheet by openpyxl and by our own reader."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import django
import openpyxl
from django.conf import settings

from bench.database import embedded, scaled
from bench.rows import Row

ROWS = 100_000


def _sheet(rows: int) -> bytes:
    """A status sheet of this many rows in six columns, periods written in several ways."""
    import xlsxwriter

    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    forms = ["{m}-{y:02}", "{d} {m} 20{y:02}", "{m} 20{y:02} - {n} 20{y:02}", "20{y:02}", "Ongoing"]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet("Status")
        page.write_row(0, 0, ["#", "Activity", "Completion date", "Type", "Venue", "Note"])
        for index in range(rows):
            first = index % 11
            period = forms[index % 5].format(
                m=months[first], n=months[first + 1], y=6 + index % 15, d=1 + index % 28
            )
            title = f"Workshop {index} on best practices in tannery {index % 977}"
            page.write_row(index + 1, 0, [index + 1, title, period, "TB", f"Hall {index % 97}", "as planned"])
    return out.getvalue()


def _seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _by_openpyxl(data: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            _unused = cell.value


def _by_us(data: bytes) -> None:
    from twinning.core.tabular import open_sheet

    workbook = open_sheet(data, "sheet.xlsx")
    workbook.sheets[0].read()


def _import(data: bytes) -> dict[str, float]:
    """Seconds of the whole import up to the log, and of its three transactions; undoing it is the third."""
    from activities import services, tasks
    from clusters.models import Cluster
    from twinning.core.models import User

    actor = User.objects.get(email="scale@demo.example")
    cluster = Cluster.objects.get(slug="scale-0")
    found: dict[str, float] = {}

    def timed(name: str, call: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = call()
        found[name] = time.perf_counter() - start
        return result

    def into_the_log() -> Any:
        batch = tasks.begin(actor=actor, cluster=cluster, filename="sheet.xlsx", data=data)
        _found, keep = tasks.dry_run(actor=actor, batch=batch)
        batch = timed("keep", keep)
        counts = timed("apply", services.prepare_apply(actor=actor, batch=batch, mode="all"))
        if not counts["created"]:
            raise RuntimeError(f"nothing was imported: {counts}")
        return batch

    batch = timed("whole", into_the_log)
    counts = timed("undo", services.prepare_undo(actor=actor, batch=batch))
    if not counts["undone"]:
        raise RuntimeError(f"nothing was undone: {counts}")
    return found


def _embedded(rows: int) -> dict[str, float]:
    """The same on SQLite, in a process of its own, with what it is compared with: reading, and patience."""
    with embedded(100) as environment:
        command = [sys.executable, "-m", "bench.imports", str(rows)]
        said = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, float] = json.loads(said.splitlines()[-1])
    return result


def _print(rows: int) -> None:
    django.setup()
    data = _sheet(rows)
    plain = _seconds(lambda: _by_openpyxl(data))
    busy = settings.DATABASES["default"]["OPTIONS"]["timeout"]
    print(json.dumps(_import(data) | {"plain": plain, "busy": busy}))


def run(*, small: bool) -> list[Row]:
    rows = ROWS // 100 if small else ROWS
    data = _sheet(rows)
    with scaled(100):
        plain, ours = _seconds(lambda: _by_openpyxl(data)), _seconds(lambda: _by_us(data))
        whole = _import(data)["whole"]
    here = _embedded(rows)
    note = "dry run, keeping it, and applying it with the history of every record"
    held = "the write lock of SQLite, beside the seconds for which another person's save waits"
    return [
        Row(f"import of {rows:,} rows on PostgreSQL, beside openpyxl", whole, plain, 3.0, note=note),
        Row(f"import of {rows:,} rows on SQLite, beside openpyxl", here["whole"], here["plain"], 3.0),
        Row(f"import of {rows:,} rows, beside reading by our reader", whole, ours, None),
        Row(f"reading of {rows:,} rows, beside openpyxl", ours, plain, 1.0),
        Row(f"lock while {rows:,} rows are applied", here["apply"], here["busy"], 0.5, note=held),
        Row(f"lock while a dry run of {rows:,} rows is kept", here["keep"], here["busy"], 0.5),
        Row(f"lock while {rows:,} rows are undone", here["undo"], here["busy"], 0.5),
    ]


if __name__ == "__main__":
    _print(int(sys.argv[1]))
