"""The files of an evaluation, all from its snapshot."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from monitoring.reports.evaluation.document import document_of
from twinning.core import tabular
from twinning.core.documents import body_of, paper_of, sheets_of
from twinning.core.docx import write_docx
from twinning.core.pdf import Embedded, html_to_pdf
from twinning.core.reports import Imprint, canonical


def html(data: dict[str, Any], imprint: Imprint) -> str:
    with translation.override(imprint.language):
        return body_of(document_of(data, imprint, inked=False), imprint)


def pdf(snapshot: dict[str, Any], imprint: Imprint) -> bytes:
    """The evaluation on paper, with its ratings as a table and its snapshot inside."""
    with translation.override(imprint.language):
        as_table, as_records = _("The ratings as a table"), _("The records behind this report")
        paper = paper_of(document_of(snapshot, imprint, inked=True), imprint)
    embedded = [
        Embedded("assessment.csv", data(snapshot), "text/csv", as_table),
        Embedded("snapshot.json", canonical(snapshot), "application/json", as_records),
    ]
    return html_to_pdf(paper, made_at=imprint.made_at, attachments=embedded)


def docx(data: dict[str, Any], imprint: Imprint) -> bytes:
    with translation.override(imprint.language):
        return write_docx(document_of(data, imprint, inked=True), imprint)


def xlsx(data: dict[str, Any], imprint: Imprint) -> bytes:
    with translation.override(imprint.language):
        return sheets_of(document_of(data, imprint, inked=True), imprint)


def data(snapshot: dict[str, Any]) -> bytes:
    """The assessment as CSV, a row for each question; a question that is not rated has an empty rating."""
    names = ["criterion", "aspect", "question", "rating", "weight", "justification", "finding"]
    rows = ([row[name] for name in names] for row in snapshot["criteria"])
    return tabular.write_csv(names, rows)
