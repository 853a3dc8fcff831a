"""The reports of this room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from diagnostics.reports import adoption_matrix, adoption_paper, adoption_sheets, study, study_files
from twinning.core.reports import ReportKind, register

DIAGNOSTIC_STUDY = ReportKind(
    slug="diagnostic-study",
    label=_("Diagnostic study"),
    title=study.title,
    take=study.take,
    html=study_files.FILES.html,
    pdf=study_files.FILES.pdf,
    xlsx=study_files.FILES.xlsx,
    docx=study_files.FILES.docx,
    sections=study_files.FILES.sections,
    data=study_files.data,
    needs_cluster=True,
)


class AdoptionOptions(forms.Form):
    evidence = forms.BooleanField(label=_("Part: claims with what shows them"), required=False, initial=True)
    policies = forms.BooleanField(label=_("Part: policy cases"), required=False, initial=True)


ADOPTION_MATRIX = ReportKind(
    slug="adoption-matrix",
    label=_("Technology adoption matrix"),
    title=adoption_matrix.title,
    take=adoption_matrix.take,
    html=adoption_paper.html,
    pdf=adoption_paper.pdf,
    xlsx=adoption_sheets.write_xlsx,
    data=lambda data: adoption_sheets.write_csv(adoption_matrix.AdoptionReport.from_json(data).matrix),
    options=AdoptionOptions,
)


def register_kinds() -> None:
    register(DIAGNOSTIC_STUDY)
    register(ADOPTION_MATRIX)
