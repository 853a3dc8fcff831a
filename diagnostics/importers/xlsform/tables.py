"""The sheets of an XLSForm as lines: what stands under which head, in which language, in which row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from diagnostics.rules.xlsform import TEXTS, language_code, unshown
from twinning.core.tabular import Kind, Limits, Table, UnfitSheet, Workbook

LIMITS = Limits(
    rows=10_000,
    columns=150,
    cells=500_000,
    entries=500,
    declared=100 * 1024**2,
    inflated=60 * 1024**2,
)
_TRANSLATED = ("label", "hint", "constraint_message")
_ALIASES = {
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "relevance": "relevant",
    "constraining_message": "constraint_message",
    "calculate": "calculation",
    "readonly": "read_only",
    "list name": "list_name",
    "set_form_title": "form_title",
    "set_form_id": "form_id",
}
_MOST_ROWS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person must know of how the form was read. ``lost``: something of it is not in what was made."""

    sheet: str
    rows: tuple[int, ...]
    text: str
    lost: bool

    @property
    def where(self) -> str:
        shown = ", ".join(map(str, self.rows[:_MOST_ROWS_NAMED]))
        more = " …" if len(self.rows) > _MOST_ROWS_NAMED else ""
        return (
            _("%(sheet)s, row %(rows)s") % {"sheet": self.sheet, "rows": shown + more}
            if shown
            else self.sheet
        )


class Remarks:
    """Collects remarks; the same one in several rows is said once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, bool], dict[int, None]] = {}

    def lost(self, sheet: str, row: int, text: str) -> None:
        self._say(sheet, row, text, lost=True)

    def noted(self, sheet: str, row: int, text: str) -> None:
        self._say(sheet, row, text, lost=False)

    def _say(self, sheet: str, row: int, text: str, *, lost: bool) -> None:
        rows = self._found.setdefault((sheet, text, lost), {})
        if row:
            rows[row] = None

    def all(self) -> list[Remark]:
        """What was lost first, each in the order of the rows."""
        made = [Remark(sheet, tuple(rows), text, lost) for (sheet, text, lost), rows in self._found.items()]
        return sorted(made, key=lambda one: (not one.lost, one.sheet != "survey", one.rows[:1]))


@dataclass(slots=True)
class Line:
    """One row: ``cells`` by head, ``texts`` by head and language."""

    row: int
    cells: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


class Book:
    def __init__(self, workbook: Workbook, remarks: Remarks) -> None:
        self.remarks = remarks
        self.sheets = {sheet.name.strip().lower(): sheet for sheet in workbook.sheets}
        if workbook.kind == "csv" or "survey" not in self.sheets:
            raise UnfitSheet(_("This is not an XLSForm: it is a workbook with a sheet “survey”."))
        self._tables: dict[str, Table] = {}

    def table(self, sheet: str) -> Table:
        if sheet not in self._tables:
            self._tables[sheet] = self.sheets[sheet].read() if sheet in self.sheets else Table()
        return self._tables[sheet]

    @cached_property
    def settings(self) -> dict[str, str]:
        rows = self.table("settings").rows
        if len(rows) < 2:
            return {}
        heads = [_head(cell.text)[0] for cell in rows[0].cells]
        return {head: rows[1].cell(place).text.strip() for place, head in enumerate(heads) if head}

    @cached_property
    def language(self) -> str:
        """The code of the language in which the form opens."""
        if own := _code(self.settings.get("default_language", "")):
            return own
        heads = [_head(cell.text) for row in self.table("survey").rows[:1] for cell in row.cells]
        return "en" if ("label", "") in heads else next(iter(self._in_heads), "en")

    @cached_property
    def _in_heads(self) -> list[str]:
        """The languages of the heads, in their order."""
        found: dict[str, None] = {}
        for sheet in ("survey", "choices", TEXTS):
            for row in self.table(sheet).rows[:1]:
                for cell in row.cells:
                    column, language = _head(cell.text)
                    if column in _TRANSLATED and language and (code := _code(language)):
                        found[code] = None
        return list(found)

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys([self.language, *self._in_heads]))

    def lines(self, sheet: str) -> Iterator[Line]:
        """The rows below the heads that hold something."""
        rows = self.table(sheet).rows
        if not rows:
            return
        heads = [self._place_of(sheet, rows[0].number, cell.text) for cell in rows[0].cells]
        for row in rows[1:]:
            line = Line(row.number)
            for (column, language), cell in zip(heads, row.cells, strict=False):
                text = cell.text.strip()
                if not text or not column:
                    continue
                if cell.kind is Kind.ERROR:
                    self.remarks.lost(
                        sheet, row.number, _("A cell holds the error %(text)s.") % {"text": text}
                    )
                elif column in _TRANSLATED:
                    self._text(sheet, line, column, language, text)
                else:
                    line.cells[column] = text
            if line.cells or line.texts:
                yield line

    def _place_of(self, sheet: str, row: int, head: str) -> tuple[str, str]:
        """(column, code of the language) of a head."""
        column, language = _head(head)
        if column not in _TRANSLATED:
            return (f"{column}::{language}" if language else column), ""
        code = _code(language) if language else self.language
        if not code:
            self.remarks.lost(
                sheet,
                row,
                _("The language “%(name)s” is not known. Write its code behind it: “Italian (it)”.")
                % {"name": language},
            )
            return "", ""
        return column, code

    def _text(self, sheet: str, line: Line, column: str, language: str, text: str) -> None:
        if "${" in text:
            self.remarks.lost(
                sheet, line.row, _("Words that show an answer (${…}) stand as they are written.")
            )
        line.texts.setdefault(column, {})[language] = unshown(text)


def _head(text: str) -> tuple[str, str]:
    """("label", "Italian (it)") for ``label::Italian (it)``."""
    column, _colons, language = re.sub(r"\s*::?\s*", "::", text.strip(), count=1).partition("::")
    name = column.strip().lower()
    return _ALIASES.get(name, name), language.strip()


def _code(name: str) -> str:
    """The code of a language that a head names, by its code or by its name in English or in itself."""
    if code := language_code(name):
        return code
    wanted = name.strip().casefold()
    for code, info in LANG_INFO.items():
        if wanted and wanted in (
            code,
            info.get("name", "").casefold(),
            info.get("name_local", "").casefold(),
        ):
            return str(code)
    return ""
