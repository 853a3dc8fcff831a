"""Reading XLSX, streamed: what a cell shows, which ones are formulas, and which are merged.

Our own reading of the XML, since the libraries give either the formulas or their values, lose merged cells
when they stream, and turn "Sep-07" into a date of a day.
"""

from __future__ import annotations

import posixpath
import re
from functools import partial

from django.utils.translation import gettext as _

from twinning.core.periods import serial_text
from twinning.core.periods.spreadsheets import date_codes
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

# Number formats that files name by number alone (ECMA-376, 18.8.30): those that show dates.
_BUILT_IN = {
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    27: "yyyy-mm",
    30: "m/d/yy",
    31: "yyyy-mm-dd",
    36: "yyyy-mm",
    50: "yyyy-mm",
    57: "yyyy-mm",
}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?$")
_MOST_MERGED = 20_000


def open_xlsx(archive: Archive) -> Workbook:
    """The workbook, its sheets not read yet. Raises UnfitSheet."""
    _refuse_others(archive)
    path = _main_part(archive)
    book = _Book()
    for _piece in parse_xml(iter([archive.text(path)]), book.start):
        pass
    targets = _relations(archive, path)
    found = _Lazy(archive, targets)
    sheets = [
        Sheet(
            name=name,
            hidden=state != "visible",
            reader=partial(_read, archive, targets[relation][1], found, book.date1904),
        )
        for name, relation, state in book.sheets
        if relation in targets and targets[relation][0].endswith("/worksheet")
    ]
    if not sheets:
        raise UnfitSheet(_("The workbook has no sheet with cells."))
    return Workbook(kind="xlsx", sheets=sheets)


def _refuse_others(archive: Archive) -> None:
    types = archive.text("[Content_Types].xml")
    names = {name.lower() for name in archive.names}
    if any(name.endswith("workbook.bin") for name in names):
        raise UnfitSheet(
            _("This is a binary workbook (.xlsb). Open it and save it as .xlsx, then import that.")
        )
    if b"macroEnabled" in types or any(name.endswith("vbaproject.bin") for name in names):
        raise UnfitSheet(_("The workbook contains macros. Save it as .xlsx, without them, and import that."))
    if b"wordprocessingml" in types or b"presentationml" in types:
        raise UnfitSheet(
            _("This is a text or a presentation, not a sheet. Copy its table into a spreadsheet.")
        )
    if any("/externallinks/" in f"/{name}" for name in names):
        raise UnfitSheet(_("The workbook takes values from other files. Break its links and save it again."))
    if b"spreadsheetml" not in types:
        raise UnfitSheet(_("This is not a sheet. Files of the kinds XLSX, ODS and CSV can be imported."))


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Type and path of what a part points to, by id."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/" + folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), target.lstrip("/"))

    relations = archive.text(posixpath.join(folder, "_rels", f"{name}.rels"))
    for _piece in parse_xml(iter([relations or b"<none/>"]), start):
        pass
    return found


def _main_part(archive: Archive) -> str:
    for kind, target in _relations(archive, "").values():
        if kind.endswith("/officeDocument") and target in archive.names:
            return target
    raise UnfitSheet(_("The file is damaged. Open it in your spreadsheet, save it again and retry."))


class _Book:
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.date1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith("|id")), "")
            self.sheets.append((attributes.get("name", ""), relation, attributes.get("state", "visible")))
        elif tag == "workbookPr":
            self.date1904 = attributes.get("date1904") in ("1", "true")


class _Lazy:
    """Shared texts and number formats, read when the first sheet is."""

    def __init__(self, archive: Archive, targets: dict[str, tuple[str, str]]) -> None:
        self.archive = archive
        self.paths = {kind.rpartition("/")[2]: path for kind, path in targets.values()}
        self._strings: list[str] | None = None
        self._formats: list[tuple[str, bool]] | None = None

    @property
    def strings(self) -> list[str]:
        if self._strings is None:
            self._strings = _strings(self.archive, self.paths.get("sharedStrings", ""))
        return self._strings

    @property
    def formats(self) -> list[tuple[str, bool]]:
        if self._formats is None:
            self._formats = _formats(self.archive, self.paths.get("styles", ""))
        return self._formats


def _unescape(text: str) -> str:
    """Characters that XML cannot hold are written _x0007_; halves of pairs belong to no text."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _strings(archive: Archive, path: str) -> list[str]:
    found: list[str] = []
    if path not in archive.names:
        return found
    parts: list[str] = []
    state = {"in_text": False, "in_reading_aid": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            parts.clear()
        elif tag == "rPh":
            state["in_reading_aid"] = True
        elif tag == "t":
            state["in_text"] = not state["in_reading_aid"]

    def end(tag: str) -> None:
        if tag == "t":
            state["in_text"] = False
        elif tag == "rPh":
            state["in_reading_aid"] = False
        elif tag == "si":
            found.append(_unescape("".join(parts)))

    def text(piece: str) -> None:
        if state["in_text"]:
            parts.append(piece)

    for _piece in parse_xml(archive.chunks(path), start, end, text):
        pass
    return found


def _formats(archive: Archive, path: str) -> list[tuple[str, bool]]:
    """For each cell style its number format, and whether that shows a date."""
    own: dict[int, str] = {}
    styles: list[int] = []
    inside = {"cells": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            own[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside["cells"] = True
        elif tag == "xf" and inside["cells"]:
            styles.append(_number(attributes.get("numFmtId")))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside["cells"] = False

    if path in archive.names:
        for _piece in parse_xml(archive.chunks(path), start, end):
            pass
    codes = {number: own.get(number) or _BUILT_IN.get(number, "General") for number in {*styles}}
    shows = {number: bool(date_codes(code)) for number, code in codes.items()}
    return [(codes[number], shows[number]) for number in styles]


def _number(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def column_index(letters: str) -> int:
    """0 for A, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class _SheetParser:
    def __init__(self, found: _Lazy, collector: Collector) -> None:
        self.strings, self.formats = found.strings, found.formats
        self.collector = collector
        self.columns: dict[str, int] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.row, self.cells = 0, list[Cell]()
        self.column, self.type, self.style = -1, "n", ""
        self.formula = False
        self.parts: list[str] = []
        self.collecting = self.in_reading_aid = False
        self.stopped = 0  # row at which reading stopped
        self.more_at = 0  # the first row with content below that

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.column = self._column(attributes.get("r", ""))
            self.type, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.formula = False
            self.parts = []
        elif tag == "v":
            self.collecting = True
        elif tag == "t":
            self.collecting = not self.in_reading_aid
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self.row = _number(attributes.get("r"), self.row + 1)
            self.cells, self.column = [], -1
            if not self.stopped and self.collector.too_blank(self.row):
                self.stopped = self.row
        elif tag == "mergeCell" and len(self.merges) < _MOST_MERGED:
            self._merge(attributes.get("ref", ""))
        elif tag == "rPh":
            self.in_reading_aid = True

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        index = self.columns.get(letters)
        if index is None:
            if not letters:
                return self.column + 1
            index = column_index(letters) if letters.isascii() and letters.isalpha() else self.column + 1
            self.columns[letters] = index
        return index

    def _merge(self, reference: str) -> None:
        if match := _REFERENCE.match(reference):
            left, top, right, bottom = match.groups()
            if right:
                self.merges.append((int(top), column_index(left), int(bottom), column_index(right)))

    def text(self, piece: str) -> None:
        if self.collecting:
            self.parts.append(piece)

    def end(self, tag: str) -> None:
        if tag == "v" or tag == "t":
            self.collecting = False
        elif tag == "c":
            if self.parts or self.formula:
                self._place(self._cell("".join(self.parts)))
        elif tag == "row":
            if self.cells and not self.stopped and not self.collector.full:
                self.collector.add(self.row, self.cells)
            elif self.cells and self.stopped and not self.more_at:
                self.more_at = self.row
        elif tag == "rPh":
            self.in_reading_aid = False

    def _place(self, cell: Cell) -> None:
        cells, column = self.cells, self.column
        if cell.kind is Kind.BLANK:
            return
        if column > self.collector.limits.columns:
            column = self.collector.limits.columns  # one too many: the row is refused as a whole
        if column == len(cells):
            cells.append(cell)
        elif column > len(cells):
            cells.extend([EMPTY] * (column - len(cells)))
            cells.append(cell)
        elif column >= 0:
            cells[column] = cell

    def _cell(self, raw: str) -> Cell:
        formula, kind = self.formula, self.type
        if kind == "s":
            index = _number(raw, -1)
            text = self.strings[index] if 0 <= index < len(self.strings) else ""
            return Cell(text, Kind.TEXT if text.strip() else Kind.BLANK, "", None, formula)
        if kind == "inlineStr" or kind == "str":
            text = _unescape(raw)
            # A formula that gave an empty text was computed; that is not the same as one without a value.
            return Cell(text, Kind.TEXT if text.strip() else Kind.BLANK, "", None, formula)
        if not raw:
            return Cell(NO_VALUE, Kind.ERROR, "", None, True) if formula else EMPTY
        if kind == "e":
            return Cell(raw, Kind.ERROR, "", None, formula)
        if kind == "b":
            return Cell("TRUE" if raw == "1" else "FALSE", Kind.BOOLEAN, "", None, formula)
        if kind == "d":
            return Cell(raw.removesuffix("T00:00:00"), Kind.DATE, "", None, formula)
        return self._numeric(raw, formula)

    def _numeric(self, raw: str, formula: bool) -> Cell:
        try:
            value = float(raw)
        except ValueError:
            return Cell(raw, Kind.TEXT, "", None, formula)
        number_format, is_date = "General", False
        if self.style:
            index = _number(self.style, -1)
            if 0 <= index < len(self.formats):
                number_format, is_date = self.formats[index]
        if is_date:
            text = serial_text(value, number_format, self.collector.table.date1904)
            return Cell(text, Kind.DATE, number_format, value, formula)
        text = raw if raw.isdigit() else serial_text(value)
        return Cell(text, Kind.NUMBER, number_format, value, formula)


def _read(archive: Archive, path: str, found: _Lazy, date1904: bool, limit: int | None) -> Table:
    collector = Collector(archive.limits, limit, date1904)
    parser = _SheetParser(found, collector)
    archive.read_so_far = 0
    budget = archive.limits.inflated // 2
    pieces = parse_xml(archive.chunks(path), parser.start, parser.end, parser.text)
    for _piece in pieces:
        if collector.full or (parser.stopped and (parser.more_at or archive.read_so_far > budget)):
            break
    if parser.stopped:
        collector.stopped_below(parser.more_at, more=bool(parser.more_at))
    fill_merged(collector.table, parser.merges)
    return collector.table
