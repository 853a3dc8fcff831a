"""Filled forms as tables: a CSV, the sheets of a workbook, or the CSVs of ODK with one for each repeated group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from diagnostics.importers.returns.model import LIMITS, Cells, Returned, returned
from twinning.core.periods import serial_text
from twinning.core.tabular import Cell, Kind, UnfitSheet, open_sheet

# The column of a row that names its form, and the column of the form that it names: of ODK, and of KoboToolbox.
_LINKS = (("PARENT_KEY", "KEY"), ("_parent_index", "_index"), ("_submission__uuid", "_uuid"))


@dataclass(frozen=True, slots=True)
class NamedTable:
    name: str
    heads: frozenset[str]
    rows: list[tuple[int, Cells]]

    @property
    def link(self) -> tuple[str, str] | None:
        """How its rows name the form that they belong to; None for a table of forms."""
        return next((link for link in _LINKS if link[0] in self.heads), None)


def tables_of(data: bytes, filename: str) -> list[NamedTable]:
    """The sheets of a workbook, or the one table of a CSV under the name of its file. Raises UnfitSheet."""
    workbook = open_sheet(data, filename, limits=LIMITS)
    found = []
    for sheet in workbook.sheets:
        table = sheet.read()
        if not table.rows:
            continue
        heads = [cell.text.strip() for cell in table.rows[0].cells]
        rows: list[tuple[int, Cells]] = []
        for row in table.rows[1:]:
            if wrong := next((cell for cell in row.cells if cell.kind is Kind.ERROR), None):
                raise UnfitSheet(
                    _("Row %(row)d: a cell holds the error %(text)s, or a formula that was not worked out.")
                    % {"row": row.number, "text": wrong.text}
                )
            texts = [_text(cell, table.date1904) for cell in row.cells]
            cells = {head: text for head, text in zip(heads, texts, strict=False) if head and text.strip()}
            rows.append((row.number, cells))
        name = sheet.name or PurePosixPath(filename).stem
        found.append(NamedTable(name, frozenset(heads), rows))
    return found


def _text(cell: Cell, date1904: bool) -> str:
    """What stands in a cell; a date that the spreadsheet made of it by its day, however the cell shows it."""
    if cell.kind is Kind.DATE and cell.value is not None:
        return serial_text(cell.value, "yyyy-mm-dd", date1904)
    return cell.text


def returns_in_tables(tables: Sequence[NamedTable]) -> list[Returned]:
    """The forms of the one table that has some, with their rows from the others. Raises UnfitSheet."""
    main = [table for table in tables if table.link is None]
    if len(main) != 1:
        raise UnfitSheet(
            _(
                "One table holds the forms, the others the rows of repeated groups. Here forms are in: %(names)s."
            )
            % {"names": ", ".join(table.name for table in main) or "–"}
        )
    returns = [returned(number, cells) for number, cells in main[0].rows]
    for table in tables:
        if table.link is not None:
            _give_rows(returns, table, *table.link)
    return returns


def _give_rows(returns: Sequence[Returned], table: NamedTable, parent: str, own: str) -> None:
    by_key = {_key(one.values.get(own, "")): one for one in returns}
    for number, cells in table.rows:
        form = by_key.get(_key(cells.get(parent, "")))
        if form is None:
            raise UnfitSheet(
                _("Row %(row)d of “%(table)s” belongs to no form of the file.")
                % {"row": number, "table": table.name}
            )
        form.rows.setdefault(table.name, []).append(cells)


def _key(text: str) -> str:
    return text.strip().removeprefix("uuid:").removesuffix(".0")
