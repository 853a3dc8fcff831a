"""The activity status report as data: a workbook with a sheet for each cluster, and one table as CSV."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from activities.reports.activity_status import ActivityStatus, ClusterTable, Line, month_of
from twinning.core import tabular
from twinning.core.periods import display
from twinning.core.reports import Imprint

CSV_COLUMNS = [
    "cluster",
    "number",
    "activity",
    "date_as_printed",
    "edtf",
    "start",
    "end",
    "status",
    "confirmed",
    "doubts",
    "also_listed_in",
]


def write_csv(snapshot: ActivityStatus) -> bytes:
    """All activities as CSV. Dates are YYYY, YYYY-MM or YYYY-MM-DD; codes are not translated.

    Several periods in one cell are parted by "; ", as are doubts and other lists.
    """
    return tabular.write_csv(CSV_COLUMNS, _records(snapshot))


def _records(snapshot: ActivityStatus) -> Iterator[list[Any]]:
    for table in snapshot.tables:
        for line in table.lines:
            yield [
                table.slug,
                line.number,
                line.title,
                line.date_text,
                line.edtf,
                "; ".join(segment.start_text or "" for segment in line.segments),
                "; ".join(segment.end_text or "" for segment in line.segments),
                str(line.status),
                "yes" if line.confirmed else "no",
                "; ".join(line.doubts),
                "; ".join(f"{name} {number}" for name, number in line.joint),
            ]


def write_xlsx(data: dict[str, Any], imprint: Imprint) -> bytes:
    """The workbook: a sheet about the report, then one for each cluster. Same input, same bytes."""
    snapshot = ActivityStatus.from_json(data)
    target = io.BytesIO()
    # What people wrote stays text, whatever it begins with.
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, settings)
    with translation.override(imprint.language):
        title = _("Activity status %(month)s") % {"month": month_of(snapshot.as_of)}
        book.set_properties(
            {
                "title": f"{snapshot.programme_title}: {title}",
                "author": imprint.made_by,
                "created": imprint.made_at.replace(tzinfo=None),
            }
        )
        styles = {
            "head": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#e6f0f2"}
            ),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "marked": book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
            "top": book.add_format({"valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
        }
        _about(book.add_worksheet(_("About")), snapshot, imprint, title, styles)
        names: set[str] = {_("About").casefold()}
        for table in snapshot.tables:
            name = _sheet_name(table.name, names)
            _list(book.add_worksheet(name), table, imprint, styles)
    book.close()
    return target.getvalue()


def _about(
    sheet: Worksheet, snapshot: ActivityStatus, imprint: Imprint, title: str, styles: dict[str, Any]
) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 70)
    sheet.write_string(0, 0, title, styles["title"])
    issued = date_format(imprint.issued_on) if imprint.issued_on else _("Draft, not issued")
    facts = [
        (_("Programme"), " ".join(filter(None, [snapshot.programme_title, snapshot.programme_code]))),
        (_("As of"), date_format(snapshot.as_of)),
        (_("Made by"), imprint.made_by),
        (_("Made on"), f"{imprint.made_at:%Y-%m-%d %H:%M} UTC"),
        (_("Issued on"), issued),
        (_("Snapshot"), f"SHA-256 {imprint.sha256}"),
        *imprint.verification,
    ]
    for row, (label, value) in enumerate(facts, start=2):
        sheet.write_string(row, 0, label, styles["top"])
        sheet.write_string(row, 1, value, styles["text"])
    row = len(facts) + 3
    sheet.write_row(row, 0, [_("Cluster"), _("Activities")], styles["head"])
    for table in snapshot.tables:
        row += 1
        counts = ", ".join(f"{status.label} {count}" for status, count in table.counts().items() if count)
        sheet.write_string(row, 0, table.name, styles["text"])
        sheet.write_string(row, 1, f"{len(table.lines)} ({counts})" if counts else "0", styles["text"])


def _list(sheet: Worksheet, table: ClusterTable, imprint: Imprint, styles: dict[str, Any]) -> None:
    heads = [
        (_("No."), 6),
        (_("Activity"), 60),
        (_("Date as printed"), 24),
        (_("Read as"), 24),
        (_("First day"), 12),
        (_("Last day"), 12),
        (_("Status"), 12),
        (_("Doubts"), 50),
    ]
    for column, (label, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, label, styles["head"])
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if table.lines:
        sheet.autofilter(0, 0, len(table.lines), len(heads) - 1)
    for row, line in enumerate(table.lines, start=1):
        _line(sheet, row, line, imprint, styles)


def _line(sheet: Worksheet, row: int, line: Line, imprint: Imprint, styles: dict[str, Any]) -> None:
    sheet.write_number(row, 0, line.number, styles["top"])
    for column, text in ((1, line.title), (2, line.date_text)):
        # What looks like a formula is marked as text, so that editing the cell does not make it one either.
        style = "marked" if tabular.escape(text) != text else "text"
        sheet.write_string(row, column, text, styles[style])
    sheet.write_string(row, 3, display(line.segments, imprint.language), styles["text"])
    valid = [segment for segment in line.segments if not segment.invalid]
    first = min((segment.start for segment in valid if segment.start), default=None)
    is_open = any(segment.end is None for segment in valid)
    last = None if is_open else max((segment.end for segment in valid if segment.end), default=None)
    _day(sheet, row, 4, first, styles)
    _day(sheet, row, 5, last, styles)
    sheet.write_string(row, 6, capfirst(str(line.status.label)), styles["top"])
    sheet.write_string(row, 7, "; ".join(doubt.translated(_) for doubt in line.doubts), styles["text"])


def _day(sheet: Worksheet, row: int, column: int, day: dt.date | None, styles: dict[str, Any]) -> None:
    # Spreadsheets know no day before 1900.
    if day is not None and day.year >= 1900:
        sheet.write_datetime(row, column, day, styles["date"])
    elif day is not None:
        sheet.write_string(row, column, day.isoformat(), styles["top"])


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a workbook accepts: 31 characters at most, none of []:*?/\\, each once."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:31].strip() or "-"
    free, count = plain, 1
    while free.casefold() in taken or free.casefold() == "history":
        count += 1
        free = f"{plain[: 30 - len(str(count))]} {count}"
    taken.add(free.casefold())
    return free
