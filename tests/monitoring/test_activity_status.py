"""The activity status report says what the annexes print, cell by cell, in every format."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pdfplumber
import pytest
from django.core.management import CommandError, call_command

from activities.reports import ACTIVITY_STATUS, activity_status, status_paper
from clusters.models import Cluster, Programme
from tests.demonstration import demo
from tests.pdf import Cell, Paper
from twinning.core.access import DomainError
from twinning.core.reports import Imprint, ReportRequest, canonical, digest
from twinning.demo import load

__all__ = ["demo"]
JULY = dt.date(2011, 7, 31)
MADE_AT = dt.datetime(2011, 8, 2, 10, 20, tzinfo=dt.UTC)
ANNEXES = {
    "chennai-leather": "Chennai leather",
    "chennai-footwear": "Chennai footwear",
    "chennai-auto": "Chennai automotive components",
}
ALL = {"status": True, "parsed": True, "timeline": True}


def take(*, cluster: str = "", actor: Any = None) -> dict[str, Any]:
    programme = Programme.objects.get(slug="tfind04a01")
    clusters = Cluster.objects.filter(programme=programme)
    if cluster:
        clusters = clusters.filter(slug=cluster)
    return ACTIVITY_STATUS.take(ReportRequest(programme, tuple(clusters), not cluster, JULY, actor))


def imprint(snapshot: dict[str, Any], language: str = "en", **options: bool) -> Imprint:
    return Imprint("Maria Rossi", MADE_AT, language, digest(snapshot), options or ALL)


def printed_rows(slug: str) -> list[tuple[str, str, str]]:
    return [
        (row["number"], row["title"], row["period_text"])
        for row in load.annex_rows()
        if row["cluster"] == slug
    ]


@pytest.fixture(autouse=True)
def _database(demo: Any, db: None) -> None:
    """Each test sees the programme that the module loaded once."""


@pytest.fixture(scope="module")
def snapshot(demo: Any, django_db_blocker: Any) -> dict[str, Any]:
    with django_db_blocker.unblock():
        return take()


@pytest.fixture(scope="module")
def paper(snapshot: dict[str, Any]) -> Paper:
    return Paper(ACTIVITY_STATUS.pdf(snapshot, imprint(snapshot)))


# On paper -------------------------------------------------------------------------------------------------


def test_the_three_annexes_stand_on_paper_cell_by_cell(paper):
    tables = dict(paper.tables_under_headings())
    for slug, name in ANNEXES.items():
        heading = f"{name} Activity Status July 2011"
        head, *rows = tables[heading]
        assert [" ".join(cell.lines) for cell in head][:3] == ["No.", "Activity", "Date as printed"]
        expected = printed_rows(slug)
        assert len(rows) == len(expected)
        for row, texts in zip(rows, expected, strict=True):
            for cell, text in zip(row, texts, strict=False):
                assert cell.says(text), (cell.lines, text)
    assert sum(len(printed_rows(slug)) for slug in ANNEXES) == 105


def test_the_cells_are_compared_and_not_just_counted():
    assert Cell(("June 07-", "Oct 09")).says("June 07- Oct 09")
    assert Cell(("intervention-", "plans")).says("intervention-plans")
    assert not Cell(("Sep-07",)).says("Sep-08")
    assert not Cell(("Sep",)).says("Sep-08")
    assert not Cell(()).says("Sep-08")


def test_the_columns_beside_say_how_it_is_read(paper):
    tables = dict(paper.tables_under_headings())
    rows = {row[0].lines[0]: row for row in tables["Chennai leather Activity Status July 2011"][1:]}
    assert [" ".join(cell.lines).lower() for cell in rows["3"][3:5]] == ["sep 2007", "done"]
    assert " ".join(rows["28"][4].lines) == "ongoing"
    assert " ".join(rows["31"][4].lines) == "due"
    assert " ".join(rows["33"][4].lines) == "planned"
    blank = {row[0].lines[0]: row for row in tables["Chennai footwear Activity Status July 2011"][1:]}["16"]
    assert [" ".join(cell.lines) for cell in blank[2:5]] == ["", "not stated", "undated"]


def test_doubts_are_notes_below_the_table(paper):
    notes = [paper.text(item) for item in paper.elements("LI")]
    assert any("No. 21." in note and "9 may 2009" in note.lower() for note in notes)
    assert any("No. 31." in note and "Called tentative." in note for note in notes)
    assert any("Joint event, also no. 18 of Chennai leather." in note for note in notes)


def test_the_cover_says_what_it_is(paper, snapshot):
    (title,) = paper.headings(1)
    assert title == "Activity status July 2011"
    cover = paper.tables()[0]
    assert {"July", "31", "2011"} == set(dict(cover)["As of"].replace(",", "").split())
    assert ["Made by", "Maria Rossi"] in cover
    assert "".join(dict(cover)["Snapshot"].split()[1:]) == digest(snapshot)
    assert any("Draft, not issued" in paper.text(p) for p in paper.elements("P"))


def test_the_contents_name_the_page_of_each_part(paper):
    entries = [paper.text(link) for link in paper.elements("Link")][:4]
    assert entries[0] == "Summary 2"
    assert [entry.rsplit(" ", 1)[0] for entry in entries[1:]] == [
        f"{name} Activity Status July 2011" for name in sorted(ANNEXES.values())
    ]
    pages = [int(entry.rsplit(" ", 1)[1]) for entry in entries]
    assert pages == sorted(pages)
    bookmarks = paper.pdf.open_outline()
    assert [item.title for item in bookmarks.root][1:] == [
        "Summary",
        *(e.rsplit(" ", 1)[0] for e in entries[1:]),
    ]


def test_each_page_has_its_number_and_heads(paper):
    with pdfplumber.open(io.BytesIO(paper.data)) as reader:
        texts = [page.extract_text() for page in reader.pages]
    count = len(texts)
    assert all(f"{number} of {count}" in text for number, text in enumerate(texts[1:], start=2))
    assert all("Snapshot" in text and "Draft" in text for text in texts)
    second = next(i for i, text in enumerate(texts) if "One day workshop in WEB development" in text)
    assert "Date as printed" in texts[second]


def test_the_summary_counts_each_status(paper):
    (summary,) = [rows for heading, rows in paper.tables_under_headings() if heading == "Summary"]
    texts = [[" ".join(cell.lines) for cell in row] for row in summary]
    assert texts[0] == ["Cluster", "Done", "Ongoing", "Due", "Planned", "Undated", "All"]
    assert ["Chennai leather", "27", "3", "1", "2", "0", "33"] in texts
    assert ["Chennai footwear", "29", "1", "0", "0", "1", "31"] in texts
    assert ["Chennai automotive components", "40", "0", "0", "0", "1", "41"] in texts
    assert texts[-1] == ["All clusters", "96", "4", "1", "2", "2", "105"]


def test_pictures_have_words(paper):
    words = [str(figure.Alt) for figure in paper.elements("Figure")]
    assert words[0] == "Activities by status: done 96, ongoing 4, due 1, planned 2, undated 2"
    assert sum(word.startswith("Timeline of ") for word in words) == 3


def test_the_records_are_inside_and_match_the_stamp(paper, snapshot):
    inside = {name: file.get_file().read_bytes() for name, file in paper.pdf.attachments.items()}
    assert set(inside) == {"activities.csv", "snapshot.json"}
    assert hashlib.sha256(inside["snapshot.json"]).hexdigest() == digest(snapshot)
    assert json.loads(inside["snapshot.json"]) == snapshot
    assert inside["activities.csv"] == ACTIVITY_STATUS.data(snapshot)


def test_the_same_snapshot_gives_the_same_bytes(paper, snapshot):
    again = json.loads(canonical(snapshot))
    assert ACTIVITY_STATUS.pdf(again, imprint(again)) == paper.data
    assert ACTIVITY_STATUS.xlsx(again, imprint(again)) == ACTIVITY_STATUS.xlsx(snapshot, imprint(snapshot))


# As data and as a page ------------------------------------------------------------------------------------


def test_the_spreadsheet_has_a_sheet_for_each_cluster(snapshot):
    book = openpyxl.load_workbook(io.BytesIO(ACTIVITY_STATUS.xlsx(snapshot, imprint(snapshot))))
    assert book.sheetnames == ["About", *sorted(ANNEXES.values())]
    for slug, name in ANNEXES.items():
        rows = list(book[name].iter_rows(min_row=2, values_only=True))
        assert [(str(row[0]), row[1], row[2] or "") for row in rows] == printed_rows(slug)
    third = next(book["Chennai leather"].iter_rows(min_row=4, max_row=4, values_only=True))
    assert third[4:6] == (dt.datetime(2007, 9, 1), dt.datetime(2007, 9, 30))


def test_the_csv_has_the_same_rows(snapshot):
    rows = list(csv.DictReader(io.StringIO(ACTIVITY_STATUS.data(snapshot).decode("utf-8-sig"))))
    for slug in ANNEXES:
        listed = [(r["number"], r["activity"], r["date_as_printed"]) for r in rows if r["cluster"] == slug]
        assert listed == printed_rows(slug)
    assert {row["edtf"] for row in rows if row["number"] == "3" and row["cluster"] == "chennai-leather"} == {
        "2007-09"
    }


def test_the_page_says_the_same(snapshot):
    page = ACTIVITY_STATUS.html(snapshot, imprint(snapshot))
    for slug in ANNEXES:
        for _number, title, text in printed_rows(slug)[:5]:
            assert title.replace("'", "&#x27;").replace("&", "&amp;").replace("&amp;#", "&#") in page
            assert text in page
    assert " style=" not in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("language", "heading", "reading"),
    [
        ("fr", "Chennai leather : état des activités, juillet 2011", "févr 2009"),
        ("it", "Chennai leather: stato delle attività, luglio 2011", "giu 2009"),
        ("es", "Chennai leather: estado de las actividades, julio 2011", "ene 2009"),
    ],
)
def test_words_and_dates_follow_the_language(snapshot, language, heading, reading):
    page = ACTIVITY_STATUS.html(snapshot, imprint(snapshot, language))
    assert heading in page
    assert reading in page
    assert f'lang="{language}"' in page
    assert "How to read" not in page


def test_what_is_not_wanted_is_left_out(snapshot):
    page = ACTIVITY_STATUS.html(snapshot, imprint(snapshot, status=False, parsed=False, timeline=False))
    assert "Read as</th>" not in page
    assert "Status</th>" not in page
    assert "Timeline of" not in page


# Limits and odd records -----------------------------------------------------------------------------------


def test_a_long_table_is_cut_with_a_sentence(snapshot, monkeypatch):
    monkeypatch.setattr(status_paper, "ROWS_ON_PAPER", 50)
    page = ACTIVITY_STATUS.html(snapshot, imprint(snapshot))
    assert "Only the first 9 of 31 activities are shown here." in page
    assert page.count('<th scope="row" dir=') == 50


def test_a_report_that_no_worker_could_build_is_refused(monkeypatch):
    monkeypatch.setattr(activity_status, "MAX_ROWS", 104)
    with pytest.raises(DomainError, match="more than 104 activities"):
        take()


def test_the_same_records_give_the_same_stamp(snapshot):
    assert digest(take()) == digest(snapshot)
    one = take(cluster="chennai-leather")
    assert [table["slug"] for table in one["tables"]] == ["chennai-leather"]
    assert one["tables"][0] in snapshot["tables"]


# From the command line ------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "html", "csv", "json"])
def test_the_command_writes_what_the_ending_says(tmp_path, ending, capsys):
    target = tmp_path / f"report.{ending}"
    call_command("build_report", "activity-status", cluster="chennai-leather", as_of=JULY, out=target)
    beginnings = {
        "pdf": b"%PDF",
        "xlsx": b"PK",
        "html": b"<!DOC",
        "csv": b"\xef\xbb\xbf",
        "json": b'{"as_of"',
    }
    assert target.read_bytes().startswith(beginnings[ending])
    assert digest(take(cluster="chennai-leather")) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"out": "report.doc"}, "must end in one of: pdf"),
        ({"cluster": "nowhere"}, "no cluster 'nowhere'"),
        ({"cluster": None, "programme": "none"}, "no programme 'none'"),
        ({"as_of": dt.date(2999, 1, 1)}, "today or an earlier day"),
        ({"option": ["parsed=perhaps"]}, "NAME=yes or NAME=no"),
        ({"option": ["colour=yes"]}, "no such option: colour"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path, wrong, message):
    arguments = {"cluster": "chennai-leather", "out": "report.json"} | wrong
    arguments = {name: value for name, value in arguments.items() if value is not None}
    arguments["out"] = tmp_path / Path(arguments["out"])
    with pytest.raises(CommandError, match=message):
        call_command("build_report", "activity-status", **arguments)
