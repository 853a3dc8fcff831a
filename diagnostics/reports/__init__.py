"""The reports of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from diagnostics.reports import study, study_files
from twinning.core.reports import ReportKind, register

DIAGNOSTIC_STUDY = ReportKind(
    slug="diagnostic-study",
    label=_("Diagnostic study"),
    title=study.title,
    take=study.take,
    html=study_files.html,
    pdf=study_files.pdf,
    xlsx=study_files.xlsx,
    docx=study_files.docx,
    data=study_files.data,
    needs_cluster=True,
)


def register_kinds() -> None:
    register(DIAGNOSTIC_STUDY)
