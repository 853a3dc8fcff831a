"""From the cells of a sheet to the values of activities, each row with what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from activities.importers.mapping import Layout, left_out
from activities.importers.words import STATES, TOTALS, format_of, kind_of, normal
from activities.models import ActivityCluster
from twinning.core.tabular import Cell, Kind, Row, Table

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile(r"\D{0,3}?([0-9]{1,7})(?:\.0+)?[.)]?")
_PAGE = re.compile(r"(page|pagina|p)\s*\d+(\s*(of|di|de|sur|/)\s*\d+)?", re.IGNORECASE)


@dataclass(slots=True)
class SheetRow:
    """One activity as a sheet states it. ``problems`` are reasons to refuse it."""

    row: int
    number: int
    number_source: str
    title: str
    period_text: str
    date_cell: Cell | None
    source: Row
    kind: str = ""
    format: str = ""
    status: str | None = None
    organiser: str = ""
    venue: str = ""
    note: str = ""
    tags: str = ""
    problems: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Extracted:
    rows: list[SheetRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def clean(text: str) -> str:
    """One line without control characters, which no database keeps alike."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_CONTROL.sub(" ", text).split())


def extract(table: Table, layout: Layout) -> Extracted:
    """The rows below the heads. Repeated heads, totals, page numbers and columns that hold nothing of an
    activity are left out and noted.
    """
    found = Extracted(notes=list(table.notes))
    first = layout.first_row
    heads = [normal(head) for head in layout.heads]
    passed_over: dict[str, list[int]] = {}
    held = set(layout.columns.values())
    filled: set[int] = set()
    for row in table.rows:
        if row.number <= first:
            continue
        why = _no_activity(row, layout.columns, heads)
        if why:
            passed_over.setdefault(why, []).append(row.number)
            continue
        if len(row.cells) > len(held) + len(filled):
            filled |= {place for place, cell in enumerate(row.cells) if cell.text.strip()} - held
        found.rows.append(_sheet_row(row, layout.columns, found.rows))
    if names := left_out(layout.heads, held, filled):
        found.notes.append(_("Not imported: %(columns)s") % {"columns": ", ".join(names)})
    for why, numbers in passed_over.items():
        shown = ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
        found.notes.append(f"{why}: {shown}")
    return found


def _no_activity(row: Row, columns: Mapping[str, int], heads: Sequence[str]) -> str:
    """Why a row is no activity, or ""."""
    texts = [(index, cell.text.strip()) for index, cell in enumerate(row.cells) if cell.text.strip()]
    words = {index: normal(text) for index, text in texts}
    same = sum(
        index < len(heads) and heads[index] != "" and heads[index] == word for index, word in words.items()
    )
    if same >= 2 or (same and same == len(words)):
        return _("Repeated heads, left out: row")
    leading = next(iter(words.values()))
    title = row.cell(columns.get("title")).text.strip()
    if leading in TOTALS or (normal(title) in TOTALS):
        return _("Totals, left out: row")
    if len(set(words.values())) == 1 and _PAGE.fullmatch(texts[0][1]):
        return _("Page numbers, left out: row")
    covered = sum(row.cells[index].merged for index, _text in texts)
    if covered and len(set(words.values())) == 1:
        return _("Headings across the table, left out: row")
    return ""


def _sheet_row(row: Row, columns: Mapping[str, int], before: Sequence[SheetRow]) -> SheetRow:
    cells = {name: row.cell(index) for name, index in columns.items()}
    texts = {name: clean(cell.text) for name, cell in cells.items()}
    flags, problems = _remarks(cells)
    number, source = _number(texts, before, flags, problems, mapped="number" in columns)
    period, date_cell = _period(cells, texts)
    found = SheetRow(
        row=row.number,
        number=number,
        number_source=source,
        title=texts.get("title", ""),
        period_text=period,
        date_cell=date_cell,
        organiser=texts.get("organiser", ""),
        venue=texts.get("venue", ""),
        note=_CONTROL.sub(" ", cells["note"].text).strip() if "note" in cells else "",
        tags=texts.get("tags", ""),
        problems=problems,
        flags=flags,
        source=row,
    )
    _choices(found, texts)
    if not found.title:
        problems.append(_("There is no title."))
    return found


def _remarks(cells: Mapping[str, Cell]) -> tuple[list[str], list[str]]:
    flags, problems = [], []
    if any(cell.formula for cell in cells.values()):
        flags.append("formula")
    if any(cell.merged for cell in cells.values()):
        flags.append("merged")
    for cell in cells.values():
        if cell.kind is Kind.ERROR and cell.formula and cell.text == "=?":
            problems.append(
                _("A formula has no stored value. Open the sheet in a spreadsheet, save it, and import that.")
            )
        elif cell.kind is Kind.ERROR:
            problems.append(_("A cell holds the error %(text)s.") % {"text": cell.text})
    return flags, problems


def _number(
    texts: Mapping[str, str],
    before: Sequence[SheetRow],
    flags: list[str],
    problems: list[str],
    *,
    mapped: bool,
) -> tuple[int, str]:
    """The printed number; where the sheet prints none, the order of the rows."""
    following = before[-1].number + 1 if before else 1
    text = texts.get("number", "")
    if not text:
        if mapped:
            flags.append("number_missing")
        return following, ActivityCluster.NumberSource.ROW_ORDER
    match = _NUMBER.fullmatch(text)
    if not match or int(match[1]) < 1:
        problems.append(_("“%(text)s” is not a number of an activity.") % {"text": text[:50]})
        return following, ActivityCluster.NumberSource.ROW_ORDER
    return int(match[1]), ActivityCluster.NumberSource.PRINTED


def _period(cells: Mapping[str, Cell], texts: Mapping[str, str]) -> tuple[str, Cell | None]:
    """The period as printed. Two columns, from and to, are one text; a date cell is kept beside its text."""
    start, end = texts.get("period", ""), texts.get("period_end", "")
    if start and end and normal(start) != normal(end):
        return f"{start} - {end}", None
    cell = cells.get("period" if start else "period_end")
    return start or end, cell if cell and cell.kind is Kind.DATE else None


def _choices(row: SheetRow, texts: Mapping[str, str]) -> None:
    kind, form, status = (texts.get(name, "") for name in ("kind", "format", "status"))
    if kind:
        row.kind = kind_of(kind)
        if not row.kind:
            row.problems.append(
                _("“%(text)s” is not a type. Known are TB, PR, NT, LH and LR.") % {"text": kind[:50]}
            )
    if form:
        row.format = format_of(form)
        if not row.format:
            row.problems.append(
                _(
                    "“%(text)s” is not a format. Known are workshop, training, on site, visit, fair, technology"
                    " show, meeting, study and other."
                )
                % {"text": form[:50]}
            )
    if status:
        row.status = STATES.get(normal(status))
        if row.status is None:
            row.problems.append(
                _("“%(text)s” is not a status. Known are planned, ongoing, done and cancelled.")
                % {"text": status[:50]}
            )
