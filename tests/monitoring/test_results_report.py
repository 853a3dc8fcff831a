"""The results report says what the records say, carries its evidence, and tells what was put right since."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest

from clusters.models import Programme
from monitoring.queries.pages import results_of
from monitoring.reports import RESULTS
from tests.demonstration import demo
from tests.pdf import Cell, Paper
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


def text_of(figure: Any) -> str:
    value = figure.value
    if value.number is not None:
        return f"{int(value.number):,}"
    return f"{value.low.normalize():f}–{value.high.normalize():f}\u00a0%" if value.is_range else "not stated"


def test_tables_9_and_10_read_back_from_the_paper_cell_by_cell(
    demo: Any, db: None, snapshot: dict[str, Any], pdf: bytes
) -> None:
    found = results_of(Programme.objects.get(slug="tfind04a01"), AS_OF)
    # Tables that follow each other under one heading with one head are read as one.
    printed = dict(Paper(pdf).tables_under_headings())["Results to date"]
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


def test_it_is_tagged_and_carries_its_snapshot_and_its_evidence(snapshot: dict[str, Any], pdf: bytes) -> None:
    paper = Paper(pdf)
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
