"""The files of a portfolio report, all from its snapshot."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from monitoring.reports.portfolio_document import document_of
from twinning.core import tabular
from twinning.core.documents import body_of, paper_of, sheets_of
from twinning.core.docx import write_docx
from twinning.core.pdf import Embedded, html_to_pdf
from twinning.core.reports import Imprint, canonical


def html(data: dict[str, Any], imprint: Imprint) -> str:
    with translation.override(imprint.language):
        return body_of(document_of(data, imprint, inked=False), imprint)


def pdf(data: dict[str, Any], imprint: Imprint) -> bytes:
    """The report on paper, with its figures as a table and its snapshot inside."""
    with translation.override(imprint.language):
        paper = paper_of(document_of(data, imprint, inked=True), imprint)
        as_table, as_records = (
            _("The figures of this report as a table"),
            _("The records behind this report"),
        )
    embedded = [
        Embedded("results.csv", figures_csv(data), "text/csv", as_table),
        Embedded("snapshot.json", canonical(data), "application/json", as_records),
    ]
    return html_to_pdf(paper, made_at=imprint.made_at, attachments=embedded)


def docx(data: dict[str, Any], imprint: Imprint) -> bytes:
    with translation.override(imprint.language):
        return write_docx(document_of(data, imprint, inked=True), imprint)


def xlsx(data: dict[str, Any], imprint: Imprint) -> bytes:
    with translation.override(imprint.language):
        return sheets_of(document_of(data, imprint, inked=True), imprint)


def figures_csv(data: dict[str, Any]) -> bytes:
    """Each figure of the report: indicator, name, scope, state, value or range or word, target, achieved, records."""
    names = ("state", "value", "low", "high", "word", "target", "achieved", "records")
    wide = len(data["scopes"])
    rows = (
        [
            one["code"],
            one["name"],
            scope or "programme",
            *(figure[name] for name in names),
            "; ".join(f"{amount} {currency}" for currency, amount in figure["amounts"]),
        ]
        for place, one in enumerate(data["indicators"])
        for scope, figure in zip(
            data["scopes"], data["figures"][place * wide : (place + 1) * wide], strict=True
        )
    )
    return tabular.write_csv(["indicator", "name", "scope", *names, "amounts"], rows)
