"""The results report says what the records say, carries its evidence, and tells what was put right since."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext

from clusters.models import Programme
from monitoring.queries.pages import results_of
from monitoring.reports import RESULTS
from monitoring.reports.results.document import document_of
from tests.demonstration import demo
from tests.pdf import Cell, Paper
from twinning.core.documents import Table
from twinning.core.reports import Imprint, ReportRequest, digest

__all__ = ["demo"]
AS_OF = dt.date(2011, 7, 31)


def imprint(snapshot: dict[str, Any], language: str = "en") -> Imprint:
    return Imprint(
        "Maria Rossi", dt.datetime(2026, 11, 25, 10, 20, tzinfo=dt.UTC), language, digest(snapshot)
    )


def take(programme: Programme) -> dict[str, Any]:
    return RESULTS.take(ReportRequest(programme, (), True, AS_OF, None))


@pytest.fixture(scope="module")
def snapshot(demo: Any, django_db_blocker: Any) -> dict[str, Any]:
    with django_db_blocker.unblock():
        return take(Programme.objects.get(slug="tfind04a01"))


@pytest.fixture(scope="module")
def pdf(snapshot: dict[str, Any]) -> bytes:
    return RESULTS.pdf(snapshot, imprint(snapshot))


@pytest.fixture(scope="module")
def paper(pdf: bytes) -> Paper:
    return Paper(pdf)


def text_of(figure: Any) -> str:
    value = figure.value
    if value.number is not None:
        return f"{int(value.number):,}"
    return (
        f"{value.low.normalize():f}–{value.high.normalize():f}\u00a0%" if value.is_range else "not reported"
    )


def test_tables_9_and_10_read_back_from_the_paper_cell_by_cell(
    demo: Any, db: None, snapshot: dict[str, Any], paper: Paper
) -> None:
    found = results_of(Programme.objects.get(slug="tfind04a01"), AS_OF)
    # Tables that follow each other under one heading with one head are read as one.
    printed = dict(paper.tables_under_headings())["Results to date"]
    wanted = [
        [f"{row.indicator.code} {row.indicator.name}", *(text_of(figure) for figure in row.figures)]
        for table in found.tables
        for row in table.rows
    ]
    assert _says(printed[1:], wanted)


def _says(rows: list[list[Cell]], wanted: list[list[str]]) -> bool:
    return len(rows) == len(wanted) and all(
        len(row) == len(texts) and all(cell.says(text) for cell, text in zip(row, texts, strict=True))
        for row, texts in zip(rows, wanted, strict=True)
    )


def test_it_is_tagged_and_carries_its_snapshot_and_its_evidence(
    snapshot: dict[str, Any], paper: Paper
) -> None:
    assert paper.pdf.Root.MarkInfo.Marked
    assert all(font.is_embedded for font in paper.fonts())
    with paper.pdf.open_metadata() as said:
        assert said["pdfaid:part"] == "3"
        assert said["pdfuaid:part"] == "1"
    inside = {name: paper.pdf.attachments[name].get_file().read_bytes() for name in paper.pdf.attachments}
    assert json.loads(inside["snapshot.json"]) == snapshot
    rows = list(csv.DictReader(io.StringIO(inside["evidence.csv"].decode("utf-8-sig"))))
    fairs = [row for row in rows if row["code"] == "T9.6"]
    assert sum(int(row["counts"]) for row in fairs) == 7


def test_ranges_stay_ranges_with_their_source(snapshot: dict[str, Any]) -> None:
    html = RESULTS.html(snapshot, imprint(snapshot))
    assert "5–7\u00a0%" in html
    assert "Industry feedback, not measured" in html


def test_the_workbook_has_a_sheet_for_each_indicator_with_evidence(snapshot: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(RESULTS.xlsx(snapshot, imprint(snapshot))))
    assert {"T9.1", "T9.6", "T9.8", "T10.4"} <= set(book.sheetnames)


def test_nothing_of_firms_and_people_is_in_it(snapshot: dict[str, Any]) -> None:
    text = json.dumps(snapshot)
    assert not [name for name in ("Elchem", "AVON Seals", "Alkraft") if name in text]


# What else it tells --------------------------------------------------------------------------------------------


def table_of(data: dict[str, Any], name: str, language: str = "en") -> Table:
    with translation.override(language):
        document = document_of(data, imprint(data, language), inked=True)
    (found,) = [table for table in document.tables() if table.name == name]
    return found


def printed(paper: Paper, heading: str) -> list[list[list[Cell]]]:
    return [rows for under, rows in paper.tables_under_headings() if under == heading]


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("What was reported and not counted", ["Reported"]),
        (
            "Who took part",
            [
                "Participation",
                "Over time",
                "Divided T9.2",
                "Divided T9.8, T10.8",
            ],
        ),
        ("Practices adopted", ["Practices"]),
        ("From cluster-to-cluster to business", ["From C2C to B2B"]),
        ("Register of agreements", ["Agreements"]),
    ],
)
def test_each_table_reads_back_from_the_paper_cell_by_cell(
    snapshot: dict[str, Any], paper: Paper, heading: str, names: list[str]
) -> None:
    read = [row for rows in printed(paper, heading) for row in rows[1:]]
    wanted = [row for name in names for row in table_of(snapshot, name).rows]
    assert _says([row for row in read if not _is_head(row, snapshot, names)], [_texts(row) for row in wanted])


def _is_head(row: list[Cell], snapshot: dict[str, Any], names: list[str]) -> bool:
    heads = [[column.label for column in table_of(snapshot, name).columns] for name in names]
    return any(_says([row], [texts]) for texts in heads)


def _texts(row: tuple[Any, ...]) -> list[str]:
    return [
        "not stated" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row
    ]


def test_ranges_are_drawn_as_ranges_without_a_point_inside(snapshot: dict[str, Any]) -> None:
    html = RESULTS.html(snapshot, imprint(snapshot))
    (picture,) = re.findall(r'<svg[^>]*class="ranges".*?</svg>', html, re.DOTALL)
    assert picture.count('class="range"') == len(snapshot["typed"]) == 5
    assert "<circle" not in picture
    assert "(more is better)" in picture


def test_persons_trained_grow_to_the_figure_to_date(snapshot: dict[str, Any]) -> None:
    trained = snapshot["trained"]
    assert [one["period"] for one in trained["days"]] == ["2008", "2009", "2010", "2011, first half", ""]
    at = [one["code"] for one in snapshot["indicators"]].index("T9.8") * len(snapshot["scopes"])
    to_date = [int(figure["value"]) for figure in snapshot["figures"][at : at + len(snapshot["scopes"])]]
    assert [line[-1] for line in trained["lines"]] == to_date
    assert all(line == sorted(line) for line in trained["lines"])
    assert "A closed period adds what was closed" in RESULTS.html(snapshot, imprint(snapshot))


def test_parts_of_a_count_make_the_whole(snapshot: dict[str, Any]) -> None:
    for row in table_of(snapshot, "Divided T9.8, T10.8").rows:
        _where, whole, female, male, no_sex, *sizes = row
        assert female + male + no_sex == whole == sum(sizes)  # type: ignore[operator,arg-type]


def test_practices_are_listed_as_in_box_2_with_their_sum(snapshot: dict[str, Any]) -> None:
    *rows, last = table_of(snapshot, "Practices").rows
    assert ("Tool life is monitored", "Chennai automotive components", 4) in rows
    assert last == ("Adoptions together", "", sum(row[2] for row in rows))  # type: ignore[misc]


def test_stories_are_told_with_consent_alone_and_names_only_where_it_covers_them(
    snapshot: dict[str, Any],
) -> None:
    (story,) = snapshot["stories"]  # the other has no consent
    assert story["speaker"] == story["source"] == ""
    assert "somebody from Chennai leather, not named" in RESULTS.html(snapshot, imprint(snapshot))


def test_a_snapshot_of_before_is_printed_as_it_was(snapshot: dict[str, Any]) -> None:
    older = {
        name: value
        for name, value in snapshot.items()
        if name not in ("trained", "divided", "trust", "stories")
    } | {"format": 1}
    older["indicators"] = [
        {name: value for name, value in one.items() if name not in ("rising", "reference")}
        for one in older["indicators"]
    ]
    older["typed"] = [
        {name: value for name, value in one.items() if name not in ("rising", "unit")}
        for one in older["typed"]
    ]
    html = RESULTS.html(older, imprint(older))
    assert "Persons (from firms) trained" in html
    assert "Stories" not in html
    assert RESULTS.pdf(older, imprint(older))[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("language", "words"),
    [("it", "Fine del periodo"), ("fr", "Fin de la période"), ("es", "Fin del período")],
)
def test_it_speaks_the_language_asked_for(snapshot: dict[str, Any], language: str, words: str) -> None:
    with translation.override(language):
        name = gettext("Over time")
    assert words in [column.label for column in table_of(snapshot, name, language).columns]
