"""Reading ODS, streamed. The file holds what a cell shows beside what it stores, and both are taken."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

from django.utils.translation import gettext as _

from twinning.core.tabular.guard import Archive, parse_xml
from twinning.core.tabular.model import (
    EMPTY,
    NO_VALUE,
    Cell,
    Collector,
    Kind,
    Sheet,
    Table,
    UnfitSheet,
    Workbook,
    fill_merged,
)

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_KINDS = {
    "float": Kind.NUMBER,
    "percentage": Kind.NUMBER,
    "currency": Kind.NUMBER,
    "date": Kind.DATE,
    "time": Kind.DATE,
    "boolean": Kind.BOOLEAN,
}
# Shown as three numbers, a date was stored as a day; what else is shown ("Sep-07") is read as a text.
_THREE_NUMBERS = re.compile(r"\d{1,4}\D\d{1,2}\D\d{2,4}")
_EPOCH = dt.date(1899, 12, 30)


def is_ods(archive: Archive) -> bool:
    return archive.text("mimetype", 200).startswith(b"application/vnd.oasis.opendocument")


def open_ods(archive: Archive) -> Workbook:
    """The workbook, its sheets not read yet. Raises UnfitSheet."""
    if not archive.text("mimetype", 200).startswith(_SPREADSHEET):
        raise UnfitSheet(_("This is a text or a presentation. Copy its table into a spreadsheet."))
    if b"encryption-data" in archive.text("META-INF/manifest.xml"):
        raise UnfitSheet(_("The workbook is protected with a password. Save it without one first."))
    names: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            names.append(_local(attributes).get("name", ""))

    for _piece in parse_xml(archive.chunks("content.xml"), start):
        pass
    if not names:
        raise UnfitSheet(_("The workbook has no sheet with cells."))
    sheets = [
        Sheet(name=name, hidden=False, reader=partial(_read, archive, position))
        for position, name in enumerate(names)
    ]
    return Workbook(kind="ods", sheets=sheets)


def _local(attributes: dict[str, str]) -> dict[str, str]:
    return {key.rpartition("|")[2]: value for key, value in attributes.items()}


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


class _SheetParser:
    def __init__(self, position: int, collector: Collector) -> None:
        self.position, self.collector = position, collector
        self.table = -1
        self.row, self.rows = 1, 1  # number of the current row, and how often it is repeated
        self.cells: list[Cell] = []
        self.blanks = 0  # blank cells since the last one with content
        self.attributes: dict[str, str] = {}
        self.paragraphs: list[str] = []
        self.annotation = 0
        self.in_paragraph = 0
        self.merges: list[tuple[int, int, int, int]] = []
        self.over = False
        self.stopped = self.more_at = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self.table += 1
        if self.table != self.position or self.over:
            return
        if tag == "table-row":
            self.rows = _count(_local(attributes), "number-rows-repeated")
            self.cells, self.blanks = [], 0
        elif tag == "table-cell" or tag == "covered-table-cell":
            self.attributes, self.paragraphs = _local(attributes), []
        elif tag == "annotation":
            self.annotation += 1
        elif self.annotation:
            return
        elif tag == "p":
            self.in_paragraph += 1
            self.paragraphs.append("")
        elif self.in_paragraph and tag == "s":
            self.text(" " * min(_count(_local(attributes), "c"), 1000))
        elif self.in_paragraph and tag == "tab":
            self.text("\t")
        elif self.in_paragraph and tag == "line-break":
            self.text("\n")

    def text(self, piece: str) -> None:
        if self.in_paragraph and not self.annotation:
            self.paragraphs[-1] += piece

    def end(self, tag: str) -> None:
        if self.table != self.position or self.over:
            return
        if tag == "table":
            self.over = True
        elif tag == "annotation":
            self.annotation -= 1
        elif tag == "p":
            self.in_paragraph = max(0, self.in_paragraph - (not self.annotation))
        elif tag == "table-cell" or tag == "covered-table-cell":
            self._place(self._cell())
        elif tag == "table-row":
            self._end_row()

    def _end_row(self) -> None:
        if not self.stopped and self.collector.too_blank(self.row):
            self.stopped = self.row
        if self.cells and self.stopped:
            self.more_at, self.over = self.row, True
        elif self.cells:
            for repeat in range(self.rows):
                if self.collector.full:
                    break
                self.collector.add(self.row + repeat, list(self.cells))
        self.row += self.rows

    def _cell(self) -> Cell:
        text = "\n".join(self.paragraphs)
        found = self.attributes
        formula = "formula" in found
        kind = _KINDS.get(found.get("value-type", ""), Kind.TEXT)
        if formula and (found.get("calcext:value-type") == "error" or text.startswith("#")):
            return Cell(text, Kind.ERROR, "", None, True)
        if not text.strip():
            return Cell(NO_VALUE, Kind.ERROR, "", None, True) if formula and "value" not in found else EMPTY
        if kind is Kind.DATE:
            number_format = "yyyy-mm-dd" if _THREE_NUMBERS.fullmatch(text.strip()) else ""
            return Cell(text, kind, number_format, _serial(found.get("date-value", "")), formula)
        value = None
        if kind is Kind.NUMBER:
            try:
                value = float(found.get("value", ""))
            except ValueError:
                kind = Kind.TEXT
        return Cell(text, kind, "", value, formula)

    def _place(self, cell: Cell) -> None:
        repeated = _count(self.attributes, "number-columns-repeated")
        down = _count(self.attributes, "number-rows-spanned")
        across = _count(self.attributes, "number-columns-spanned")
        column = len(self.cells) + self.blanks
        if down > 1 or across > 1:
            self.merges.append((self.row, column, self.row + down - 1, column + across - 1))
        if cell.kind is Kind.BLANK:
            self.blanks += repeated
            return
        width = self.collector.limits.columns + 1
        self.cells.extend([EMPTY] * min(self.blanks, width))
        self.cells.extend([cell] * min(repeated, width))
        self.blanks = 0


def _serial(text: str) -> float | None:
    try:
        return float((dt.date.fromisoformat(text[:10]) - _EPOCH).days)
    except ValueError:
        return None


def _read(archive: Archive, position: int, limit: int | None) -> Table:
    collector = Collector(archive.limits, limit)
    parser = _SheetParser(position, collector)
    archive.read_so_far = 0
    for _piece in parse_xml(archive.chunks("content.xml"), parser.start, parser.end, parser.text):
        if parser.over or collector.full:
            break
    if parser.more_at:
        collector.stopped_below(parser.more_at, more=True)
    fill_merged(collector.table, parser.merges)
    return collector.table
