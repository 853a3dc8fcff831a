"""Writing tables that other programs open, without any cell becoming a formula there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import xlsxwriter

# A cell that starts so is a formula to a spreadsheet, or becomes one after the tab or line end is dropped.
_DANGEROUS = re.compile(r"[=+\-@\t\r]")
_WOULD_BE_ESCAPED = re.compile(r"'*[=+\-@\t\r]")
LONGEST_CELL = 32_767
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}

Value = str | int | float | None


def escape(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before it, the spreadsheets' own mark.

    Texts that start with apostrophes and then a formula get one more, so that reading takes exactly one off.
    """
    return f"'{text}" if _WOULD_BE_ESCAPED.match(text) else text


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with its mark, as spreadsheets on Windows need it; commas; CRLF; every text quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    for row in (head, *rows) if head else rows:
        writer.writerow([escape(value) if isinstance(value, str) else value for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class SheetOut:
    """One sheet with a bold head. ``before``: rows above the head. ``widths`` in characters."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = ()
    before: Sequence[Sequence[Value]] = ()


def write_xlsx(
    head: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    sheet: str = "Sheet1",
    widths: Sequence[int] = (),
    before: Sequence[Sequence[Value]] = (),
) -> bytes:
    """A workbook of one sheet; see ``write_workbook``."""
    return write_workbook([SheetOut(sheet, head, rows, widths, before)])


def write_workbook(sheets: Iterable[SheetOut]) -> bytes:
    """Sheets with bold heads, one after the other; their names differ.

    Rows are written as they come and not kept. Text is written as text: a leading "=" is marked as such
    (the "quote prefix" of the format), so that editing the cell makes no formula of it either. A text is
    cut at the 32,767 characters that a cell can hold.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    marked = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name))
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        page.freeze_panes(len(sheet.before) + 1, 0)
        heads = [sheet.head] if sheet.head else []
        for number, row in enumerate(chain(sheet.before, heads, sheet.rows)):
            is_head = bool(heads) and number == len(sheet.before)
            for column, value in enumerate(row):
                if isinstance(value, str):
                    if value:
                        style = bold if is_head else marked if _DANGEROUS.match(value) else plain
                        page.write_string(number, column, _printable(value), style)
                elif value is not None:
                    page.write_number(number, column, value, plain)
    book.close()
    return out.getvalue()


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:LONGEST_CELL]


def _sheet_name(name: str) -> str:
    """Spreadsheets allow 31 characters and forbid some."""
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "Sheet1"
