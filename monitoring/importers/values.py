"""A sheet of values or targets as rows: which columns it has, and what each row says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from monitoring.models import ValueBatch
from monitoring.rules.values import DIMENSIONS
from twinning.core.batch_files import refused_heads
from twinning.core.tabular import Cell, Kind, Row, Table, UnfitSheet, Workbook
from twinning.core.tabular.writing import Value

MOST_ROWS = 2000
_HEAD_WITHIN = 20
KEYS = ("indicator", "period", "cluster")
VALUES = ("value", "low", "high", "word", "amount", "currency", "source", "note", "does not apply")
TARGETS = ("from", "to", "value", "amount", "note")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    ValueBatch.Holds.VALUES: (*KEYS, *VALUES),
    ValueBatch.Holds.TARGETS: (*KEYS, *TARGETS),
}
_PART = re.compile(r"([a-z-]+)\s*:\s*(.+)")
_YES, _NO = {"yes", "x", "true", "1"}, {"", "no", "false", "0"}
_EXCEL_DAY = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet: its keys as written, its values as the services take them (numbers and days as text),
    and what cannot be read.
    """

    place: int
    keys: Mapping[str, str]
    values: dict[str, Any]
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Read:
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_values(book: Workbook, holds: str) -> Read:
    """The rows that say a value. Raises UnfitSheet where no row names the columns, or there are too many."""
    table = book.sheet().read(MOST_ROWS + _HEAD_WITHIN + 1)
    head, columns = _head(table)
    rows = [row for row in table.rows if row.number > head.number]
    if len(rows) > MOST_ROWS:
        raise UnfitSheet(_("The file has more than %(most)d rows. Divide it.") % {"most": MOST_ROWS})
    known = {name: at for name, at in columns.items() if name in COLUMNS[holds] or _is_part(name, holds)}
    read = Read(notes=list(table.notes))
    if strange := [name for name in columns if name not in known and name not in _added()]:
        read.notes.append(_("Columns that are not read: %(names)s") % {"names": ", ".join(strange[:20])})
    blank = 0
    for row in rows:
        cells = {name: row.cell(at) for name, at in known.items()}
        if not any(cell.text.strip() for name, cell in cells.items() if name not in (*KEYS, "from", "to")):
            blank += 1
            continue
        read.lines.append(_line(row.number, cells, holds, date1904=table.date1904))
    if blank:
        read.notes.append(_("Rows without a value, passed over: %(count)d") % {"count": blank})
    return read


def _head(table: Table) -> tuple[Row, dict[str, int]]:
    """The row that names the columns, and where each is."""
    for row in table.rows[:_HEAD_WITHIN]:
        columns = _columns(row)
        if "indicator" in columns:
            return row, columns
    raise UnfitSheet(
        _("No row names the columns. One of them is “indicator”; the file to fill in has them all.")
    )


def rows_again(book: Workbook, places: Collection[int]) -> tuple[list[str], dict[int, list[Value]]]:
    """The heads of a sheet that ``read_values`` took, and the cells of the rows ``places``, fit to be read again."""
    table = book.sheet().read(MOST_ROWS + _HEAD_WITHIN + 1)
    head, _columns = _head(table)
    found = {row.number: row for row in table.rows if row.number in places}
    width = max(len(row.cells) for row in (head, *found.values()))
    heads = [head.cell(at).text for at in range(width)]
    return heads, {
        number: [_again(row.cell(at), date1904=table.date1904) for at in range(width)]
        for number, row in found.items()
    }


def _again(cell: Cell, *, date1904: bool) -> Value:
    """What a cell holds, not how its sheet shows it."""
    if cell.kind is Kind.DATE:
        try:
            return _day(cell, date1904=date1904) or ""
        except ValueError:
            return cell.text
    return cell.value if cell.kind is Kind.NUMBER and cell.value is not None else cell.text


def _added() -> set[str]:
    return {head.lower() for head in refused_heads()}


def _columns(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row.cells):
        name = " ".join(cell.text.lower().replace("_", " ").split())
        if name:
            found.setdefault(name, at)
    return found


def _is_part(name: str, holds: str) -> bool:
    return holds == ValueBatch.Holds.VALUES and bool(dims_of(name))


def dims_of(head: str) -> dict[str, str]:
    """The part that a column is of: "sex:f, firm-size:small"; none where the head names no part."""
    found: dict[str, str] = {}
    for one in head.split(","):
        match = _PART.fullmatch(one.strip())
        if match is None or match[1] not in DIMENSIONS:
            return {}
        found[match[1]] = match[2]
    return found


def _line(place: int, cells: Mapping[str, Cell], holds: str, *, date1904: bool) -> Line:
    values: dict[str, Any] = {}
    problems: list[str] = []
    parts: list[dict[str, Any]] = []
    for name, cell in cells.items():
        try:
            if name in ("value", "low", "high", "amount"):
                values[name] = _number(cell)
            elif name in ("from", "to"):
                values[{"from": "first", "to": "last"}[name]] = _day(cell, date1904=date1904)
            elif name == "does not apply":
                values["applies"] = _applies(cell)
            elif dims := dims_of(name):
                number = _number(cell)
                if number is not None:
                    parts.append({"dims": dims, "value": number})
            elif name not in KEYS:
                values[name] = _text(cell)
        except ValueError as error:
            problems.append(f"{name}: {error}")
    if any(dims_of(name) for name in cells):
        values["parts"] = parts
    if not values.get("currency"):
        values.pop("currency", None)
    keys = {name: cells[name].text.strip() if name in cells else "" for name in KEYS}
    return Line(place, keys, values, tuple(problems))


def _text(cell: Cell) -> str:
    if cell.kind is Kind.ERROR:
        raise ValueError(_("“%(text)s” is an error of the spreadsheet.") % {"text": cell.text[:40]})
    return cell.text.strip()


def _number(cell: Cell) -> str | None:
    """A number as text; None for a blank cell. Of a number it is what is stored, not what is shown."""
    text = _text(cell).replace("\u00a0", "").replace(" ", "")
    if not text:
        return None
    if cell.kind is Kind.NUMBER and cell.value is not None:
        text = repr(cell.value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(_("“%(text)s” is not a number.") % {"text": cell.text.strip()[:40]})
    # Not by normalize(), which rounds to the precision of the context.
    shown = format(number, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _day(cell: Cell, *, date1904: bool) -> str | None:
    text = _text(cell)
    if not text:
        return None
    try:
        if cell.kind is Kind.DATE and cell.value is not None:
            return (_EXCEL_DAY[date1904] + dt.timedelta(days=int(cell.value))).isoformat()
        return dt.date.fromisoformat(text).isoformat()
    except (ValueError, OverflowError):
        raise ValueError(_("“%(text)s” is not a day such as 2010-03-31.") % {"text": text[:40]}) from None


def _applies(cell: Cell) -> bool:
    text = _text(cell).lower()
    if text not in _YES | _NO:
        raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]})
    return text not in _YES


def part_heads(parts: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The column of each part, and its value."""
    for part in parts:
        yield ", ".join(f"{name}:{value}" for name, value in part["dims"].items()), str(part["value"])
