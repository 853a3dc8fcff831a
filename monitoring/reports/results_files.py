"""The files of a results report, all from its snapshot."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from monitoring.reports.results_document import document_of
from twinning.core import tabular
from twinning.core.documents import body_of, paper_of, sheets_of
from twinning.core.docx import write_docx
from twinning.core.pdf import Embedded, html_to_pdf
from twinning.core.reports import Imprint, canonical


def html(data: dict[str, Any], imprint: Imprint) -> str:
    with translation.override(imprint.language):
        return body_of(document_of(data, imprint, inked=False), imprint)


def paper_html(data: dict[str, Any], imprint: Imprint) -> str:
    """The whole document that is set as a PDF."""
    with translation.override(imprint.language):
        return paper_of(document_of(data, imprint, inked=True), imprint)


def pdf(data: dict[str, Any], imprint: Imprint) -> bytes:
    """The report on paper, with the list of its evidence and its snapshot inside."""
    with translation.override(imprint.language):
        as_table, as_records = (
            _("The evidence of this report as a table"),
            _("The records behind this report"),
        )
    embedded = [
        Embedded("evidence.csv", evidence_csv(data), "text/csv", as_table),
        Embedded("snapshot.json", canonical(data), "application/json", as_records),
    ]
    return html_to_pdf(paper_html(data, imprint), made_at=imprint.made_at, attachments=embedded)


def docx(data: dict[str, Any], imprint: Imprint) -> bytes:
    with translation.override(imprint.language):
        return write_docx(document_of(data, imprint, inked=True), imprint)


def xlsx(data: dict[str, Any], imprint: Imprint) -> bytes:
    with translation.override(imprint.language):
        return sheets_of(document_of(data, imprint, inked=True), imprint)


def evidence_csv(data: dict[str, Any]) -> bytes:
    """Every record that a figure to date counts: code of the indicator, record, when, counts, note."""
    names = ("code", "record", "when", "counts", "note")
    return tabular.write_csv(list(names), ([row[name] for name in names] for row in data["evidence"]))
