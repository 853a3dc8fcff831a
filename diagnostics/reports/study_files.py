"""The files of a diagnostic study, all from its snapshot."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from diagnostics.reports.study import Study
from diagnostics.reports.study_document import document_of
from twinning.core import tabular
from twinning.core.document_files import DocumentFiles
from twinning.core.documents import Document
from twinning.core.reports import Imprint


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


def _document_of(data: dict[str, Any], imprint: Imprint, *, inked: bool) -> Document:
    return document_of(Study.from_json(data), imprint, inked=inked)


FILES = DocumentFiles(
    document_of=_document_of,
    table=data,
    table_name="answers.csv",
    table_words=_("The answers of this study as a table"),
)
