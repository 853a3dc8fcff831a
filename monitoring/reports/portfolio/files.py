"""The files of a portfolio report, all from its snapshot."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from monitoring.reports.portfolio.document import SECTIONS, document_of
from twinning.core import tabular
from twinning.core.document_files import DocumentFiles


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


FILES = DocumentFiles(
    document_of=document_of,
    table=figures_csv,
    table_name="results.csv",
    table_words=_("The figures of this report as a table"),
    sections=SECTIONS,
)
