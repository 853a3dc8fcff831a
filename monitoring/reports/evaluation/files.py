"""The files of an evaluation, all from its snapshot."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from monitoring.reports.evaluation.document import SECTIONS, document_of
from twinning.core import tabular
from twinning.core.document_files import DocumentFiles


def data(snapshot: dict[str, Any]) -> bytes:
    """The assessment as CSV, a row for each question; a question that is not rated has an empty rating."""
    names = ["criterion", "aspect", "question", "rating", "weight", "justification", "finding"]
    rows = ([row[name] for name in names] for row in snapshot["criteria"])
    return tabular.write_csv(names, rows)


FILES = DocumentFiles(
    document_of=document_of,
    table=data,
    table_name="assessment.csv",
    table_words=_("The ratings as a table"),
    sections=SECTIONS,
)
