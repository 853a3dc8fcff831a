"""The files of a results report, all from its snapshot."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from monitoring.reports.results.document import SECTIONS, document_of
from twinning.core import tabular
from twinning.core.document_files import DocumentFiles


def evidence_csv(data: dict[str, Any]) -> bytes:
    """Every record that a figure to date counts: code of the indicator, record, when, counts, note."""
    names = ("code", "record", "when", "counts", "note")
    return tabular.write_csv(list(names), ([row[name] for name in names] for row in data["evidence"]))


FILES = DocumentFiles(
    document_of=document_of,
    table=evidence_csv,
    table_name="evidence.csv",
    table_words=_("The evidence of this report as a table"),
    sections=SECTIONS,
)
