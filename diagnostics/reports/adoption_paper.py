"""The adoption report as people read it: HTML for a page, and the same set as a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from diagnostics.reports.adoption_matrix import AdoptionReport
from diagnostics.reports.adoption_sheets import write_csv
from diagnostics.rules.adoption import PARTS
from twinning.core import charts
from twinning.core.pdf import Embedded, html_to_pdf
from twinning.core.reports import Imprint, canonical

PICTURE_WIDTH = 720
_FONTS = "Noto Sans, DejaVu Sans, sans-serif"


def html(data: dict[str, Any], imprint: Imprint) -> str:
    """The body of the report for a page."""
    with translation.override(imprint.language):
        return _body(AdoptionReport.from_json(data).said_in(imprint.language), imprint, inked=False)


def pdf(data: dict[str, Any], imprint: Imprint) -> bytes:
    """The report on paper, with its snapshot and its claims as CSV inside."""
    snapshot = AdoptionReport.from_json(data).said_in(imprint.language)
    with translation.override(imprint.language):
        words = _("The claims of this report as a table"), _("The records behind this report")
    embedded = [
        Embedded("claims.csv", write_csv(snapshot.matrix), "text/csv", words[0]),
        Embedded("snapshot.json", canonical(data), "application/json", words[1]),
    ]
    return html_to_pdf(paper_html(snapshot, imprint), made_at=imprint.made_at, attachments=embedded)


def paper_html(snapshot: AdoptionReport, imprint: Imprint) -> str:
    """The whole document that is set as a PDF."""
    with translation.override(imprint.language):
        return render_to_string(
            "reports/paper.html",
            {
                "language": imprint.language,
                "imprint": imprint,
                "snapshot": snapshot,
                "title": _("Technology adoption"),
                "about": [_("Firms by the impact of advanced digital production"), snapshot.about],
                "attached": "claims.csv, snapshot.json",
                "body": _body(snapshot, imprint, inked=True),
                "contents": list(_contents(snapshot, imprint)),
            },
        )


def _contents(snapshot: AdoptionReport, imprint: Imprint) -> Iterator[tuple[str, str]]:
    yield "summary", _("Summary")
    if snapshot.matrix.cases:
        yield "matrix", _("Impact by firm")
        yield "figures", _("Technologies and key figures")
        if imprint.options.get("evidence"):
            yield "evidence", _("What shows it")
    if imprint.options.get("policies") and snapshot.policies:
        yield "policies", _("Policy cases")


def _body(snapshot: AdoptionReport, imprint: Imprint, *, inked: bool) -> str:
    matrix = snapshot.matrix
    columns = matrix.columns()
    return render_to_string(
        "reports/adoption_matrix.html",
        {
            "snapshot": snapshot,
            "imprint": imprint,
            "options": imprint.options,
            "matrix": matrix,
            "columns": columns,
            "dimensions": [(dimension, len(parts)) for dimension, parts in PARTS.items()],
            "countries": len({case.country for case in matrix.cases if case.country}),
            "technologies": len({name for case in matrix.cases for name in case.technologies}),
            "claimed": sum(column.claimed for column in columns),
            "inferred": sum(column.inferred for column in columns),
            "picture": _picture(snapshot, imprint, inked=inked) if matrix.cases else "",
        },
    )


def _picture(snapshot: AdoptionReport, imprint: Imprint, *, inked: bool) -> str:
    columns = snapshot.matrix.columns()
    words = ", ".join(f"{column.area.label} {column.marked}" for column in columns)
    return charts.bar_counts(
        [charts.Count(str(column.area.label), column.marked) for column in columns],
        language=imprint.language,
        width=PICTURE_WIDTH,
        title=_("Firms with an impact, by sub-dimension: %(counts)s") % {"counts": words},
        description=_("One bar for each of the ten sub-dimensions, claimed and inferred together."),
        ident="by-sub-dimension",
        inked=inked,
        font=_FONTS if inked else "",
    )
