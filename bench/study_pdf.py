"""The report of a large diagnostic study as PDF, beside what WeasyPrint alone takes for the same HTML."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import django

from bench.rows import Row, interleaved

MADE_AT = dt.datetime(2011, 8, 2, tzinfo=dt.UTC)
FIRMS, ROWS = 200, 150


def _snapshot(firms: int, rows: int) -> dict[str, Any]:
    """A study that sampled so many firms and has so many rows in its analysis of business operation."""
    from diagnostics.reports.study import Study
    from diagnostics.services.library import LIBRARY, definition_in

    kind, definition = definition_in(LIBRARY / "diagnostic-emerging.toml")
    answers: dict[str, Any] = {"vision": "A cluster that sells finished goods under its own names."}
    for place in range(firms):
        head = f"firms/f{place}"
        answers |= {
            head: place,
            f"{head}/firm": f"Tannery {place} and Sons",
            f"{head}/firm_groups": ["Goat", "Sheep"][: 1 + place % 2],
            f"{head}/firm_size": ("micro", "small", "medium", "large")[place % 4],
            f"{head}/firm_employees": str(10 + place),
            f"{head}/firm_note": "The drums are old and the finish is uneven; the owner wants to see other works.",
        }
    for place in range(rows):
        head = f"aobo/a{place}"
        answers |= {
            head: place,
            f"{head}/aobo_firms": f"Makers of product {place % 5}",
            f"{head}/aobo_item": ("Raw material", "Technology", "Skill")[place % 3],
            f"{head}/aobo_issue": f"Issue {place}: rejection in process is higher than it should be",
            f"{head}/aobo_where": ("cluster", "country", "advanced")[place % 3],
            f"{head}/aobo_stakeholders": "Technicians from Solofra Cluster and makers of machinery",
            f"{head}/aobo_entry": "5 medium, 50 small. Most interested: firms A, B and C. Likely intermediary: X",
        }
    return Study(
        programme_title="Bench programme",
        programme_code="B1",
        as_of=MADE_AT.date(),
        cluster="Chennai leather",
        country="IN",
        kind=kind,
        study_title="A large study",
        status="approved",
        edition=1,
        approved_on=MADE_AT.date(),
        illustrative=False,
        questionnaire="Diagnostic study",
        questionnaire_version=1,
        definition=definition,
        answers=answers,
        coverage=(("Goat", firms, rows),),
        gaps=(),
        candidates=(),
        nowhere=(),
    ).to_json()


def run(*, small: bool = False) -> list[Row]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
    django.setup()
    from weasyprint import HTML

    from diagnostics.reports import DIAGNOSTIC_STUDY
    from diagnostics.reports.study_files import FILES
    from twinning.core.pdf import OwnFiles
    from twinning.core.reports import Imprint, digest

    firms, rows = (FIRMS // 10, ROWS // 10) if small else (FIRMS, ROWS)
    data = _snapshot(firms, rows)
    imprint = Imprint("Bench", MADE_AT, "en", digest(data))
    page = FILES.paper_html(data, imprint)

    def alone(**options: Any) -> bytes:
        made: bytes = HTML(string=page, base_url="static:", url_fetcher=OwnFiles()).write_pdf(**options)
        return made

    ours, plain = interleaved(lambda: DIAGNOSTIC_STUDY.pdf(data, imprint), alone, runs=3)
    name = f"study PDF, {firms} firms, {rows} rows: WeasyPrint alone"
    return [Row(name, ours, plain, 1.15)]
