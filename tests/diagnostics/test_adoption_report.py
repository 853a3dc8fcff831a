"""The adoption report and the library page say what the data files of the demonstration say, cell by cell."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from clusters.models import Cluster, Programme
from diagnostics.reports import ADOPTION_MATRIX
from diagnostics.rules.adoption import SubDimension
from tests.demonstration import demo
from tests.pdf import Cell, Paper
from twinning.core.reports import Imprint, ReportRequest, canonical, digest
from twinning.demo.diagnostics_library import read

__all__ = ["demo"]
JULY = dt.date(2011, 7, 31)
MADE_AT = dt.datetime(2011, 8, 2, 10, 20, tzinfo=dt.UTC)
ALL = {"evidence": True, "policies": True}
CASES = sorted(read("adoption.toml")["cases"], key=lambda case: case["firm"].casefold())
POLICIES = read("policy_cases.toml")["cases"]
LABELS = [str(area.label) for area in SubDimension]


def take(*, cluster: str = "", actor: Any = None) -> dict[str, Any]:
    programme = Programme.objects.get(slug="tfind04a01")
    clusters = Cluster.objects.filter(programme=programme)
    if cluster:
        clusters = clusters.filter(slug=cluster)
    return ADOPTION_MATRIX.take(ReportRequest(programme, tuple(clusters), not cluster, JULY, actor))


def imprint(snapshot: dict[str, Any], language: str = "en", **options: bool) -> Imprint:
    return Imprint("Maria Rossi", MADE_AT, language, digest(snapshot), options or ALL)


def expected_marks(case: dict[str, Any], inferred: str = "i") -> list[str]:
    return [inferred if area in case["inferred"] else "" for area in SubDimension.values]


@pytest.fixture(autouse=True)
def _database(demo: Any, db: None) -> None:
    """Each test sees the programme that the module loaded once."""


@pytest.fixture(scope="module")
def snapshot(demo: Any, django_db_blocker: Any) -> dict[str, Any]:
    with django_db_blocker.unblock():
        return take()


@pytest.fixture(scope="module")
def paper(snapshot: dict[str, Any]) -> Paper:
    return Paper(ADOPTION_MATRIX.pdf(snapshot, imprint(snapshot)))


def words(cell: Cell) -> str:
    return " ".join(cell.lines)


def table_of(paper: Paper, heading: str) -> list[list[Cell]]:
    (rows,) = [rows for name, rows in paper.tables_under_headings() if name == heading]
    return rows


# On paper -------------------------------------------------------------------------------------------------


def test_the_matrix_stands_on_paper_cell_by_cell(paper: Paper) -> None:
    groups, areas, *rows = table_of(paper, "Impact by firm")
    assert [words(cell) for cell in groups] == ["Firm", "Competitiveness", "Environment", "Social"]
    assert all(cell.says(label) for cell, label in zip(areas, LABELS, strict=True))
    assert len(rows) == len(CASES) + 2
    for row, case in zip(rows, CASES, strict=False):
        assert row[0].says(f"{case['firm']} {case['country']}")
        assert [words(cell) for cell in row[1:]] == expected_marks(case), case["firm"]
    counts = [sum(area in case["inferred"] for case in CASES) for area in SubDimension.values]
    assert [words(cell) for cell in rows[-2]] == ["Firms: claimed", *["0"] * 10]
    assert [words(cell) for cell in rows[-1]] == ["Firms: inferred", *map(str, counts)]


def test_technologies_and_figures_stand_as_printed_with_their_contradictions(paper: Paper) -> None:
    _head, *rows = table_of(paper, "Technologies and key figures")
    told = {words(row[0]).split(" ")[0]: " ".join(words(row[3]).split()) for row in rows}
    assert len(rows) == 10
    assert "Staff: 15 (also stated as 20)" in told["AVS"]
    assert "USD 1,500-2,000 (also stated as USD 1,000-2,000)" in told["Genesis"]
    assert "Fewer non-conforming products: 28%" in told["Baowu"]
    assert "not stated (also stated as 28%, in the findings only)" in told["ZC"]
    assert "Misplaced" in told["ZC"]
    technologies = {words(row[0]).split(" ")[0]: " ".join(words(row[2]).split()) for row in rows}
    assert technologies["Thales"] == "additive manufacturing, CAD-CAM"


def test_inferred_marks_are_explained_and_told_apart_by_letter(paper: Paper) -> None:
    texts = [paper.text(item) for item in paper.elements("LI")]
    assert any(text.startswith("c claimed") for text in texts)
    assert any(text.startswith("i inferred") and "Read out of the story" in text for text in texts)
    assert any("All marks of this report are inferred." in paper.text(p) for p in paper.elements("P"))


def test_policy_cases_are_the_second_part(paper: Paper) -> None:
    assert paper.headings(2)[-1] == "Policy cases"
    _head, *rows = table_of(paper, "Policy cases")
    assert len(rows) == len(POLICIES)
    by_title = {case["title"]: case for case in POLICIES}
    for row in rows:
        (case,) = [case for title, case in by_title.items() if words(row[0]).startswith(title[:12])]
        assert row[0].says(f"{case['title']} {case['country']}")
        assert "inferred" in words(row[3])
        for figure in case["figures"]:
            assert figure["value"] in " ".join(words(row[4]).split())


def test_the_paper_is_archivable_and_holds_its_records(paper: Paper, snapshot: dict[str, Any]) -> None:
    assert paper.pdf.Root.Lang == "en"
    assert "/StructTreeRoot" in paper.pdf.Root
    metadata = paper.pdf.Root.Metadata.read_bytes()
    assert b"pdfuaid:part>1" in metadata
    assert b"pdfaid:part" in metadata
    inside = {name: file.get_file().read_bytes() for name, file in paper.pdf.attachments.items()}
    assert set(inside) == {"claims.csv", "snapshot.json"}
    assert hashlib.sha256(inside["snapshot.json"]).hexdigest() == digest(snapshot)
    assert all(font.is_embedded for font in paper.fonts())
    assert str(paper.elements("Figure")[0].Alt).startswith(
        "Firms with an impact, by sub-dimension: Efficiency 7"
    )


def test_sheets_of_the_matrix_lie_on_their_side(paper: Paper) -> None:
    boxes = [page.mediabox for page in paper.pdf.pages]
    assert float(boxes[0][2]) < float(boxes[0][3])
    assert float(boxes[2][2]) > float(boxes[2][3])


def test_the_same_records_give_the_same_bytes(paper: Paper, snapshot: dict[str, Any]) -> None:
    assert digest(take()) == digest(snapshot)
    again = json.loads(canonical(snapshot))
    assert ADOPTION_MATRIX.pdf(again, imprint(again)) == paper.data
    assert ADOPTION_MATRIX.xlsx(again, imprint(again)) == ADOPTION_MATRIX.xlsx(snapshot, imprint(snapshot))


# As data and as a page ------------------------------------------------------------------------------------


def test_the_spreadsheet_says_the_same_cell_by_cell(snapshot: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(ADOPTION_MATRIX.xlsx(snapshot, imprint(snapshot))))
    assert book.sheetnames == ["About", "Matrix", "Claims", "Firms", "Policy cases"]
    head, *rows = book["Matrix"].iter_rows(min_row=2, values_only=True)
    assert list(head[2:]) == LABELS
    for row, case in zip(rows, CASES, strict=False):
        assert row[:2] == (case["firm"], case["country"])
        assert [cell or "" for cell in row[2:]] == expected_marks(case, "inferred")
    claims = list(book["Claims"].iter_rows(min_row=2, values_only=True))
    assert len(claims) == sum(len(case["inferred"]) for case in CASES) == 72
    assert {row[3] for row in claims} == {"inferred"}


def test_what_was_chosen_from_lists_is_said_in_the_language_of_the_report(snapshot: dict[str, Any]) -> None:
    in_italian = imprint(snapshot, "it")
    book = openpyxl.load_workbook(io.BytesIO(ADOPTION_MATRIX.xlsx(snapshot, in_italian)))
    told = " ".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )
    page = ADOPTION_MATRIX.html(snapshot, in_italian)
    for english, italian in [
        ("additive manufacturing", "manifattura additiva"),
        ("framework conditions", "condizioni quadro"),
        ("lack of funds", "mancanza di fondi"),
    ]:
        assert italian in told
        assert italian in page
        assert english not in told + page


def test_a_report_from_before_the_translations_is_read_as_it_was(snapshot: dict[str, Any]) -> None:
    old = {key: value for key, value in snapshot.items() if key != "words"}
    assert "additive manufacturing" in ADOPTION_MATRIX.html(old, imprint(old, "it"))


def test_the_csv_has_a_row_for_each_claim(snapshot: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(ADOPTION_MATRIX.data(snapshot).decode("utf-8-sig"))))
    told: dict[str, set[str]] = {}
    for row in rows:
        told.setdefault(row["firm"], set()).add(row["sub_dimension"])
    assert told == {case["firm"]: set(case["inferred"]) for case in CASES}
    assert {row["mark"] for row in rows} == {"inferred"}


def cells_of(page: str) -> dict[str, list[str]]:
    """{firm: the words of its ten cells} of the matrix of a page."""
    table = page[page.index('<table class="matrix') : page.index("<tfoot>")]
    found = {}
    for line in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table, re.DOTALL):
        head, *cells = line.split("<td")
        firm = re.sub(r"<[^>]+>", "", head[: head.index("</a>")]).strip().replace("&amp;", "&")
        found[firm] = [
            "".join(re.findall(r"visually-hidden\">([^<]*)<", cell)) for cell in cells if "cell" in cell
        ]
    return found


@pytest.mark.parametrize("who", ["manager", "cda.leather", "firm"])
def test_the_library_page_says_the_same_cell_by_cell(demo: Any, client: Client, who: str) -> None:
    client.force_login(demo.users[who], backend="twinning.core.accounts.KnownPeopleBackend")
    page = client.get(reverse("adoption_matrix", args=["tfind04a01"])).content.decode()
    told = {
        firm: [mark.replace("none claimed", "") for mark in marks] for firm, marks in cells_of(page).items()
    }
    assert told == {case["firm"]: expected_marks(case, "inferred") for case in CASES}
    assert "All marks below are inferred." in page
    assert " style=" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Impact par entreprise", "inféré", "Efficacité environnementale"]),
        ("it", ["Impatto per impresa", "inferito", "Efficienza ambientale"]),
        ("es", ["Impacto por empresa", "inferido", "Eficiencia ambiental"]),
    ],
)
def test_the_report_speaks_the_language_asked_for(snapshot: Any, language: str, words: list[str]) -> None:
    body = ADOPTION_MATRIX.html(snapshot, imprint(snapshot, language))
    assert all(word in body for word in words)
    assert "Key figures" not in body
    assert "inferred" not in re.sub(r"class=\"[^\"]*\"", "", body)


def test_parts_that_are_not_wanted_are_left_out(snapshot: dict[str, Any]) -> None:
    body = ADOPTION_MATRIX.html(snapshot, imprint(snapshot, evidence=False, policies=False))
    assert 'id="matrix"' in body
    assert 'id="evidence"' not in body
    assert 'id="policies"' not in body


def test_a_reader_gets_the_library_and_what_is_near(demo: Any, snapshot: dict[str, Any]) -> None:
    mine = take(cluster="chennai-leather", actor=demo.users["cda.leather"])
    assert mine["matrix"]["cases"] == snapshot["matrix"]["cases"]
    assert take(actor=demo.users["donor"])["matrix"]["cases"] == []
    empty = take(actor=demo.users["donor"])
    assert "No case of technology adoption is approved yet." in ADOPTION_MATRIX.html(empty, imprint(empty))
