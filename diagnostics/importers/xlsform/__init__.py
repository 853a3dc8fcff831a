"""An XLSForm as the definition of a questionnaire, with a list of all that it says and a definition cannot hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.importers.xlsform.survey import Survey
from diagnostics.importers.xlsform.tables import LIMITS, Book, Remark, Remarks
from diagnostics.rules.plain import plain
from diagnostics.rules.soundness import problems_of
from diagnostics.rules.xlsform import TEXTS, unshown
from twinning.core.tabular import open_sheet

__all__ = ["LIMITS", "Found", "Remark", "read_xlsform"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was read. ``rows``: the row of the sheet "survey" by the place that a problem of the definition names."""

    definition: dict[str, Any]
    form_id: str
    remarks: list[Remark] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def loses(self) -> bool:
        """Whether something of the XLSForm is not in the definition."""
        return any(remark.lost for remark in self.remarks)


def read_xlsform(data: bytes, filename: str = "") -> Found:
    """Read an XLSForm (XLSX or ODS). What it makes may still be unsound: ``rules.forms.problems_of`` says so.

    Raises UnfitSheet for a file that is no workbook, is hostile or too large, or has no sheet "survey".
    """
    remarks = Remarks()
    book = Book(open_sheet(data, filename, limits=LIMITS), remarks)
    settings = book.settings
    survey = Survey(book, remarks)
    language = book.language
    title = {language: settings.get("form_title") or settings.get("form_id") or _("Questionnaire")}
    pillars: dict[str, dict[str, str]] = {}
    for line in book.lines(TEXTS):
        if line.cells.get("what") == "pillar" and line.cells.get("name"):
            pillars[line.cells["name"]] = line.texts.get("label", {})
        elif line.cells.get("what") == "title":
            title |= line.texts.get("label", {})
    definition: dict[str, Any] = {
        "title": {code: unshown(text) for code, text in title.items()},
        "language": language,
        "languages": book.languages,
        "sections": survey.sections,
    }
    if survey.choices:
        definition["choices"] = survey.choices
    if pillars:
        definition["pillars"] = pillars
    if not problems_of(definition):
        definition = plain(definition)
    return Found(definition, settings.get("form_id", ""), remarks.all(), survey.rows)
