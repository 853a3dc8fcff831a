"""Tables in and out: XLSX, ODS and CSV read with care, CSV and XLSX out, with no cell a formula."""

from twinning.core.tabular.guard import Archive, media
from twinning.core.tabular.model import LIMITS, Cell, Kind, Limits, Row, Sheet, Table, UnfitSheet, Workbook
from twinning.core.tabular.ods import is_ods, open_ods
from twinning.core.tabular.text import DELIMITERS, ENCODINGS, open_text
from twinning.core.tabular.writing import (
    LONGEST_CELL,
    MEDIA_TYPES,
    SheetOut,
    escape,
    write_csv,
    write_workbook,
    write_xlsx,
)
from twinning.core.tabular.xlsx import open_xlsx

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "LIMITS",
    "LONGEST_CELL",
    "MEDIA_TYPES",
    "Archive",
    "Cell",
    "Kind",
    "Limits",
    "Row",
    "Sheet",
    "SheetOut",
    "Table",
    "UnfitSheet",
    "Workbook",
    "escape",
    "media",
    "open_sheet",
    "write_csv",
    "write_workbook",
    "write_xlsx",
]


def open_sheet(data: bytes, filename: str = "", *, limits: Limits = LIMITS, encoding: str = "") -> Workbook:
    """Open a file by what it holds, not by its name. Raises UnfitSheet with what a person can do about it.

    ``encoding`` is the one that a person chose for a CSV file; "" guesses.
    """
    if media(data) == "text":
        return open_text(data, limits, encoding=encoding)
    archive = Archive(data, limits)
    return open_ods(archive) if is_ods(archive) else open_xlsx(archive)
