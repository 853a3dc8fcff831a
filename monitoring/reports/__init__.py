"""The reports of monitoring, and the files that any report becomes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from monitoring.reports import results, results_files
from twinning.core.reports import ReportKind, register

RESULTS = ReportKind(
    slug="results",
    label=_("Results"),
    title=results.title,
    take=results.take,
    html=results_files.html,
    pdf=results_files.pdf,
    xlsx=results_files.xlsx,
    docx=results_files.docx,
    data=results_files.evidence_csv,
)


def register_kinds() -> None:
    register(RESULTS)
