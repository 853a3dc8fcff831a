"""The reports of monitoring, and the files that any report becomes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from monitoring.reports.evaluation import files as evaluation_files
from monitoring.reports.evaluation import snapshot as evaluation
from monitoring.reports.portfolio import files as portfolio_files
from monitoring.reports.portfolio import snapshot as portfolio
from monitoring.reports.results import files as results_files
from monitoring.reports.results import snapshot as results
from monitoring.rules.evaluation import EVALUATION_REPORT
from twinning.core.reports import ReportKind, register

RESULTS = ReportKind(
    slug="results",
    label=_("Results"),
    title=results.title,
    take=results.take,
    html=results_files.FILES.html,
    pdf=results_files.FILES.pdf,
    xlsx=results_files.FILES.xlsx,
    docx=results_files.FILES.docx,
    sections=results_files.FILES.sections,
    tells_figures=True,
    data=results_files.evidence_csv,
)
PORTFOLIO = ReportKind(
    slug="portfolio",
    label=_("Portfolio"),
    title=portfolio.title,
    take=portfolio.take,
    html=portfolio_files.FILES.html,
    pdf=portfolio_files.FILES.pdf,
    xlsx=portfolio_files.FILES.xlsx,
    docx=portfolio_files.FILES.docx,
    sections=portfolio_files.FILES.sections,
    tells_figures=True,
    data=portfolio_files.figures_csv,
)


class EvaluationOptions(forms.Form):
    evaluation = forms.IntegerField(
        label=_("Evaluation"),
        required=False,
        min_value=1,
        max_value=2**53,
        help_text=_("The newest final one unless chosen."),
    )


EVALUATION = ReportKind(
    slug=EVALUATION_REPORT,
    label=_("Evaluation"),
    title=evaluation.title,
    take=evaluation.take,
    html=evaluation_files.FILES.html,
    pdf=evaluation_files.FILES.pdf,
    xlsx=evaluation_files.FILES.xlsx,
    docx=evaluation_files.FILES.docx,
    sections=evaluation_files.FILES.sections,
    tells_figures=True,
    data=evaluation_files.data,
    options=EvaluationOptions,
    offered=evaluation.offered,
)


def register_kinds() -> None:
    register(RESULTS)
    register(EVALUATION)
    register(PORTFOLIO)
