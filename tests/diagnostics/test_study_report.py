"""The report of a study says what the form says, cell by cell, in every format, and keeps closed topics closed."""

from __future__ import annotations

import datetime as dt
import io
import json
import tomllib
from typing import Any

import docx
import openpyxl
import pytest
from django.utils import timezone
from pypdfium2 import PdfDocument

from clusters.models import Cluster
from diagnostics.models import Submission
from diagnostics.reports import DIAGNOSTIC_STUDY
from tests.demonstration import demo
from tests.pdf import Cell, Paper
from twinning.core.access import DomainError
from twinning.core.models import User
from twinning.core.reports import Imprint, ReportRequest, digest
from twinning.demo.load import DATA

__all__ = ["demo"]
MADE_AT = dt.datetime(2026, 11, 25, 10, 20, tzinfo=dt.UTC)
COLUMNS = ("aobo_item", "aobo_issue", "aobo_stakeholders", "aobo_entry")


def table_7() -> list[tuple[str, ...]]:
    """The leather jacket rows as the data file has them: item, issue, stakeholders, entry points."""
    study = tomllib.loads((DATA / "studies.toml").read_text())["studies"][0]
    every = study["every"]["aobo"]
    return [tuple({**every, **row}[name] for name in COLUMNS) for row in study["rows"]["aobo"]]


def take(slug: str, who: str = "", day: dt.date | None = None) -> dict[str, Any]:
    cluster = Cluster.objects.select_related("programme").get(slug=slug)
    actor = User.objects.get(email=f"{who}@demo.example") if who else None
    day = day or timezone.localdate()
    return DIAGNOSTIC_STUDY.take(ReportRequest(cluster.programme, (cluster,), False, day, actor))


def imprint(snapshot: dict[str, Any], language: str = "en") -> Imprint:
    return Imprint("Maria Rossi", MADE_AT, language, digest(snapshot))


@pytest.fixture(autouse=True)
def _database(demo: Any, db: None) -> None:
    """Each test sees the programme that the module loaded once."""


@pytest.fixture(scope="module")
def snapshot(demo: Any, django_db_blocker: Any) -> dict[str, Any]:
    with django_db_blocker.unblock():
        return take("chennai-leather")


@pytest.fixture(scope="module")
def paper(snapshot: dict[str, Any]) -> Paper:
    return Paper(DIAGNOSTIC_STUDY.pdf(snapshot, imprint(snapshot)))


def says(cells: list[Cell], texts: tuple[str, ...]) -> bool:
    return len(cells) == len(texts) and all(cell.says(text) for cell, text in zip(cells, texts, strict=True))


def test_the_leather_jacket_stands_on_paper_cell_by_cell(paper: Paper) -> None:
    tables = [rows for _heading, rows in paper.tables_under_headings()]
    (found,) = [rows for rows in tables if rows[0][-1].says("Likely entry points")]
    assert [says(row, texts) for row, texts in zip(found[1:], table_7(), strict=True)] == [True] * 6


def test_it_names_the_places_and_their_rows(paper: Paper) -> None:
    text = "\n".join(" ".join(row) for table in paper.tables() for row in table)
    for issue in ("Appropriate processing", "Supply of goat leather"):
        assert issue in text
    captions = [paper.text(caption) for caption in paper.elements("Caption")]
    assert any(caption.startswith("Solofra, Italy: experts") for caption in captions)
    assert any(caption.startswith("Ethiopia: suppliers of raw material") for caption in captions)
    assert any("Santa Croce, Italy" in caption and "machinery makers" in caption for caption in captions)


def test_it_is_tagged_embeds_its_fonts_and_carries_its_data(paper: Paper, snapshot: dict[str, Any]) -> None:
    assert paper.pdf.Root.MarkInfo.Marked
    assert all(font.is_embedded for font in paper.fonts())
    assert set(paper.pdf.attachments) == {"answers.csv", "snapshot.json"}
    kept = paper.pdf.attachments["snapshot.json"].get_file().read_bytes()
    assert json.loads(kept) == json.loads(json.dumps(snapshot))


def test_the_word_file_has_the_same_table_with_its_head_repeated(snapshot: dict[str, Any]) -> None:
    made = docx.Document(io.BytesIO(DIAGNOSTIC_STUDY.docx(snapshot, imprint(snapshot))))  # type: ignore[misc]
    (found,) = [table for table in made.tables if table.rows[0].cells[-1].text == "Likely entry points"]
    assert [tuple(cell.text for cell in row.cells) for row in found.rows[1:]] == table_7()
    assert "tblHeader" in found.rows[0]._tr.xml
    assert all(shape._inline.docPr.get("descr") for shape in made.inline_shapes)


def test_the_workbook_has_a_sheet_of_it(snapshot: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(DIAGNOSTIC_STUDY.xlsx(snapshot, imprint(snapshot))))
    rows = [tuple(cell.value for cell in row) for row in book["AOBO Leather jacket"].iter_rows(min_row=2)]
    assert rows == table_7()


@pytest.mark.parametrize("name", ["pdf", "xlsx", "docx", "html"])
def test_the_same_records_give_the_same_bytes(snapshot: dict[str, Any], name: str) -> None:
    make = getattr(DIAGNOSTIC_STUDY, name)
    assert make(snapshot, imprint(snapshot)) == make(snapshot, imprint(snapshot))


def test_it_says_that_it_is_illustrative(snapshot: dict[str, Any]) -> None:
    assert "Illustrative" in DIAGNOSTIC_STUDY.html(snapshot, imprint(snapshot))


def test_a_closed_topic_is_in_no_report_whoever_asks() -> None:
    for who in ("", "manager", "cda.italy"):
        text = json.dumps(take("santa-croce", who))
        assert "Treatment of effluent" in text
        assert "New products" not in text
        assert "Product development is" not in text


def test_who_may_not_read_the_study_gets_no_report_of_it() -> None:
    with pytest.raises(DomainError, match="no diagnostic study"):
        take("santa-croce", "cda.leather")


def test_a_day_before_the_study_has_none() -> None:
    with pytest.raises(DomainError, match="no diagnostic study"):
        take("chennai-leather", day=dt.date(2011, 7, 31))


def test_pictures_are_drawn_of_what_was_filled(demo: Any) -> None:
    study = Submission.objects.get(kind="diagnostic-emerging", cluster__slug="chennai-leather")
    answers = {**study.answers}
    for place, (stage, share) in enumerate([("Raw hide", "30"), ("Wet-blue", "20"), ("Finished", "50")]):
        answers |= {
            f"value_chain/v{place}": place,
            f"value_chain/v{place}/stage": stage,
            f"value_chain/v{place}/stage_share": share,
            f"statistics/s{place}": place,
            f"statistics/s{place}/size_class": ("small", "medium", "large")[place],
            f"statistics/s{place}/size_count": str(10 * place + 3),
            f"links/l{place}": place,
            f"links/l{place}/link_from": stage,
            f"links/l{place}/link_to": "CLRI",
            f"links/l{place}/link_strength": ("weak", "fair", "strong")[place],
        }
    snapshot = {**take("chennai-leather"), "answers": answers}
    page = DIAGNOSTIC_STUDY.html(snapshot, imprint(snapshot))
    for picture in ("value-chain", "firm-sizes", "linkage-map", "aobo-by-source"):
        assert f'aria-labelledby="{picture}-title' in page
    with_pictures = DIAGNOSTIC_STUDY.pdf(snapshot, imprint(snapshot))
    assert len(PdfDocument(with_pictures)) >= 5


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "it",
            ("Analisi dell’attività d’impresa", "Probabili punti d’ingresso", "esperti e tecnici", "Etiopia"),
        ),
        ("fr", ("Analyse de l’activité des entreprises", "Points d’entrée probables", "Éthiopie")),
        ("es", ("Análisis de la actividad empresarial", "Puntos de entrada probables", "Etiopía")),
    ],
)
def test_it_speaks_the_language_asked_for(
    snapshot: dict[str, Any], language: str, words: tuple[str, ...]
) -> None:
    page = DIAGNOSTIC_STUDY.html(snapshot, imprint(snapshot, language))
    assert [word for word in words if word not in page] == []
    for english in ("Likely entry points", "What it leaves open", "Firms that were visited"):
        assert english not in page
