"""An import, dry run and all, beside the reading of its sheet by openpyxl and by our own reader."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from bench.database import scaled
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
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            _unused = cell.value


def _by_us(data: bytes) -> None:
    from twinning.core.tabular import open_sheet

    workbook = open_sheet(data, "sheet.xlsx")
    workbook.sheets[0].read()


def _import(data: bytes) -> None:
    from activities import services, tasks
    from clusters.models import Cluster
    from twinning.core.models import User

    actor = User.objects.get(email="scale@demo.example")
    cluster = Cluster.objects.get(slug="scale-0")
    batch = tasks.begin(actor=actor, cluster=cluster, filename="sheet.xlsx", data=data)
    _found, keep = tasks.dry_run(actor=actor, batch=batch)
    batch = keep()
    counts = services.prepare_apply(actor=actor, batch=batch, mode="all")()
    if not counts["created"]:
        raise RuntimeError(f"nothing was imported: {counts}")


def run(*, small: bool) -> list[Row]:
    rows = ROWS // 100 if small else ROWS
    data = _sheet(rows)
    with scaled(100):
        plain, ours = _seconds(lambda: _by_openpyxl(data)), _seconds(lambda: _by_us(data))
        whole = _seconds(lambda: _import(data))
    note = "dry run, keeping it, and applying it with the history of every record"
    return [
        Row(f"import of {rows:,} rows, beside reading by openpyxl", whole, plain, 3.0, note=note),
        Row(f"import of {rows:,} rows, beside reading by our reader", whole, ours, None),
        Row(f"reading of {rows:,} rows, beside openpyxl", ours, plain, 1.0),
    ]
