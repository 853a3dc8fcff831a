"""What every kind of sheet is read into, and how much of one is read at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from twinning.core.access import DomainError


class UnfitSheet(DomainError):
    """The file cannot be read as a table. The message says why and what to do, for the field ``file``."""

    code = "unfit_sheet"

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={"file": [message]})


class Kind(StrEnum):
    BLANK = "blank"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    ERROR = "error"  # an error of the spreadsheet, such as #REF!


class Cell(NamedTuple):
    """One cell as the spreadsheet shows it.

    text: what a reader of the sheet sees ("Sep-07", not 39326). value: the stored number or date.
    formula: computed, and ``text`` is the value stored last; a formula without a stored value is an ERROR.
    merged: the cell is covered by a merged one, whose text it repeats.
    """

    text: str = ""
    kind: Kind = Kind.BLANK
    number_format: str = ""
    value: float | None = None
    formula: bool = False
    merged: bool = False


EMPTY = Cell()
NO_VALUE = "=?"


class Row(NamedTuple):
    """A row with at least one cell that is not blank, numbered from 1 as the spreadsheet numbers it."""

    number: int
    cells: list[Cell]

    def cell(self, column: int | None) -> Cell:
        """The cell of a column counted from 0; a blank one where the row is shorter, or for None."""
        return self.cells[column] if column is not None and 0 <= column < len(self.cells) else EMPTY


@dataclass(frozen=True, slots=True)
class Limits:
    """No more than this is read of a file, whatever the file says of itself. Sizes in bytes."""

    rows: int = 100_000
    columns: int = 200
    cells: int = 3_000_000
    blank_run: int = 1_000
    entries: int = 2_000
    declared: int = 1024**3
    inflated: int = 300 * 1024**2
    ratio: int = 400


LIMITS = Limits()
# Rows with titles and heads, which do not count as rows of the table.
_HEADS = 100


@dataclass(slots=True)
class Table:
    """The rows of one sheet that hold something, with what a person should know about how it was read."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    date1904: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    hidden: bool
    reader: Callable[[int | None], Table]

    def read(self, limit: int | None = None) -> Table:
        """All rows, or the first ``limit`` that hold something. Raises UnfitSheet."""
        return self.reader(limit)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was opened. ``encoding`` and ``delimiter`` are those of a CSV file, else ""."""

    kind: str
    sheets: list[Sheet]
    encoding: str = ""
    delimiter: str = ""

    def sheet(self, name: str = "") -> Sheet:
        """The sheet of that name; for "" the first visible one that holds something. Raises UnfitSheet."""
        if name:
            for sheet in self.sheets:
                if sheet.name == name:
                    return sheet
            raise UnfitSheet(
                _("There is no sheet “%(name)s” in this file. It has: %(names)s.")
                % {"name": name, "names": ", ".join(sheet.name for sheet in self.sheets)}
            )
        for sheet in self.sheets:
            if not sheet.hidden and sheet.read(1).rows:
                return sheet
        raise UnfitSheet(_("The file holds no rows."))


class Collector:
    """Takes the rows of a sheet one by one and watches the limits."""

    def __init__(self, limits: Limits, limit: int | None, date1904: bool = False) -> None:
        self.limits, self.limit = limits, limit
        self.table = Table(date1904=date1904)
        self.cells = 0
        self.last = 0

    @property
    def full(self) -> bool:
        """Whether the caller asked for no more rows."""
        return self.limit is not None and len(self.table.rows) >= self.limit

    def too_blank(self, number: int) -> bool:
        """Whether ``number`` lies so far below the last row with content that reading stops."""
        return number - self.last > self.limits.blank_run

    def add(self, number: int, cells: list[Cell]) -> None:
        limits = self.limits
        if len(self.table.rows) >= limits.rows + _HEADS:
            raise UnfitSheet(
                _("The sheet has more than %(rows)d rows. Split it and import the parts in turn.")
                % {"rows": limits.rows}
            )
        if len(cells) > limits.columns:
            raise UnfitSheet(
                _("The sheet has more than %(columns)d columns. Remove those outside the table.")
                % {"columns": limits.columns}
            )
        self.cells += len(cells)
        if self.cells > limits.cells:
            raise UnfitSheet(_("The sheet has too many cells. Split it and import the parts in turn."))
        self.last = number
        self.table.rows.append(Row(number, cells))

    def stopped_below(self, number: int, *, more: bool) -> None:
        """Note that reading stopped under a long blank stretch, and whether anything stands below it."""
        self.table.notes.append(
            _("Reading stopped after row %(row)d: %(count)d blank rows follow it.")
            % {"row": self.last, "count": self.limits.blank_run}
        )
        if more:
            self.table.notes.append(
                _("From row %(row)d on there is something again, which was not read. Remove the blank rows.")
                % {"row": number}
            )


def fill_merged(table: Table, ranges: Iterable[tuple[int, int, int, int]]) -> None:
    """Repeat the text of a merged cell in the cells that it covers, marked as merged.

    ``ranges``: (first row, first column, last row, last column), rows from 1, columns from 0. Rows that hold
    nothing of their own stay out.
    """
    at = {row.number: index for index, row in enumerate(table.rows)}
    widest = max((len(row.cells) for row in table.rows), default=0)
    merged = 0
    for top, left, bottom, right in ranges:
        index = at.get(top)
        if index is None:
            continue
        source = table.rows[index].cell(left)
        merged += 1
        while index < len(table.rows) and table.rows[index].number <= bottom:
            row = table.rows[index]
            width = max(len(row.cells), min(right + 1, widest))
            row.cells.extend([EMPTY] * (width - len(row.cells)))
            for column in range(left, min(right + 1, width)):
                if (row.number, column) != (top, left) and row.cells[column].kind is Kind.BLANK:
                    row.cells[column] = source._replace(merged=True)
            index += 1
    if merged:
        table.notes.append(
            _("The sheet has merged cells: each row that one covers was given its text. Compare them.")
        )
