"""The files of a diagnostic study, all from its snapshot."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from diagnostics.reports.study import Study
from diagnostics.reports.study_document import document_of
from twinning.core import tabular
from twinning.core.documents import body_of, paper_of, sheets_of
from twinning.core.docx import write_docx
from twinning.core.pdf import Embedded, html_to_pdf
from twinning.core.reports import Imprint, canonical


def html(data: dict[str, Any], imprint: Imprint) -> str:
    with translation.override(imprint.language):
        return body_of(document_of(Study.from_json(data), imprint, inked=False), imprint)


def paper_html(data: dict[str, Any], imprint: Imprint) -> str:
    """The whole document that is set as a PDF."""
    with translation.override(imprint.language):
        return paper_of(document_of(Study.from_json(data), imprint, inked=True), imprint)


def pdf(data_: dict[str, Any], imprint: Imprint) -> bytes:
    """The study on paper, with its answers and its snapshot inside."""
    with translation.override(imprint.language):
        as_table, as_records = _("The answers of this study as a table"), _("The records behind this report")
    embedded = [
        Embedded("answers.csv", data(data_), "text/csv", as_table),
        Embedded("snapshot.json", canonical(data_), "application/json", as_records),
    ]
    return html_to_pdf(paper_html(data_, imprint), made_at=imprint.made_at, attachments=embedded)


def docx(data: dict[str, Any], imprint: Imprint) -> bytes:
    with translation.override(imprint.language):
        return write_docx(document_of(Study.from_json(data), imprint, inked=True), imprint)


def xlsx(data: dict[str, Any], imprint: Imprint) -> bytes:
    with translation.override(imprint.language):
        return sheets_of(document_of(Study.from_json(data), imprint, inked=True), imprint)


def data(data: dict[str, Any]) -> bytes:
    """Every answer as CSV: path, question in the questionnaire's own language, answer; lists parted by "; "."""
    study = Study.from_json(data)
    labels = {question.name: question.label.say() for question in study.form.questions()}
    rows = (
        [
            path,
            labels.get(path.rpartition("/")[2], ""),
            "; ".join(map(str, value)) if isinstance(value, list) else value,
        ]
        for path, value in sorted(study.answers.items())
    )
    return tabular.write_csv(["path", "question", "answer"], rows)
