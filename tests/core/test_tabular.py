"""Tables come in as people see them, hostile files not at all, and nothing goes out as a formula."""

from __future__ import annotations

import datetime as dt
import io
import resource
import time
import tracemalloc
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.activities.imports import sheets
from twinning.core.tabular import Kind, Limits, Table, UnfitSheet, open_sheet, write_csv, write_xlsx


def read(data: bytes, **options: Any) -> Table:
    return open_sheet(data, **options).sheet().read()


def texts(data: bytes, **options: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in read(data, **options).rows]


def test_the_leather_annex_reads_the_same_from_all_three_kinds_of_file() -> None:
    wanted = [sheets.HEAD, *sheets.leather_rows()]
    assert texts(sheets.leather_xlsx())[1:] == wanted
    assert texts(sheets.excel_leather())[1:] == wanted
    assert texts(sheets.leather_csv()) == wanted
    assert texts(sheets.leather_ods()) == wanted


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    assert [row.number for row in read(sheets.leather_ods()).rows[:2]] == [4, 5]
    assert [row.number for row in read(b'a,b\n\n"x\ny",z\nlast,1\n').rows] == [1, 3, 4]


def test_a_month_that_excel_stored_as_a_day_is_the_month_again() -> None:
    def build(page: Any) -> None:
        for number_format in ("mmm-yy", "m/d/yyyy", "mm-dd-yy", 'mmmm" of "yyyy', "General"):
            page.append([dt.date(2007, 9, 1)])
            page.cell(page.max_row, 1).number_format = number_format

    cells = [row.cells[0] for row in read(sheets.xlsx(build)).rows]
    assert [cell.text for cell in cells] == ["Sep-07", "9/1/2007", "9/1/2007", "September of 2007", "39326"]
    assert [cell.kind for cell in cells] == [Kind.DATE] * 4 + [Kind.NUMBER]


def test_formulas_are_noticed_and_one_without_a_value_is_an_error() -> None:
    def store(entries: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        entries[name] = (
            entries[name]
            .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
            .replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
        )

    def build(page: Any) -> None:
        page.append(["=1+1", "=2+2"])

    [row] = read(sheets.rezip(sheets.xlsx(build), store)).rows
    assert [(cell.text, cell.kind, cell.formula) for cell in row.cells] == [
        ("2", Kind.NUMBER, True),
        ("=?", Kind.ERROR, True),
    ]


def test_a_merged_cell_gives_its_text_to_the_rows_it_covers() -> None:
    def build(page: Any) -> None:
        page.append(["Workshop", "Sep-07"])
        page.append(["Seminar"])
        page.merge_cells("B1:B2")

    table = read(sheets.xlsx(build))
    assert [(row.cells[1].text, row.cells[1].merged) for row in table.rows] == [
        ("Sep-07", False),
        ("Sep-07", True),
    ]
    assert "merged" in table.notes[0]


def test_a_merged_date_and_a_comment_of_an_ods_file_are_understood() -> None:
    spanned = 'office:value-type="date" office:date-value="2007-09-01" table:number-rows-spanned="2"'
    note = "<office:annotation><text:p>ask Anna</text:p></office:annotation>"
    comment = f"<table:table-cell>{note}<text:p>b</text:p></table:table-cell>"
    data = sheets.ods(
        f"<table:table-row>{sheets.ods_cell('a')}{sheets.ods_cell('Sep-07', spanned)}</table:table-row>"
        f"<table:table-row>{comment}<table:covered-table-cell/></table:table-row>"
    )
    assert texts(data) == [["a", "Sep-07"], ["b", "Sep-07"]]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Attività,Città\nSeminario a Forlì,Forlì\n"),
        ("utf-8-sig", "Attività,Città\nSeminario a Forlì,Forlì\n"),
        ("utf-16", "Attività,Città\nSeminario a Forlì,Forlì\n"),
        ("utf-16-le", "Attività,Città\nSeminario a Forlì,Forlì\n"),
        ("cp1252", "Activité,Période\nRéunion d’été,déc. 2010\n"),
        ("cp1251", "Мероприятие,Дата\nУчебная поездка в Италию по дизайну обуви,март 2010\n"),
        ("cp949", "활동,날짜\n가죽 산업 훈련 프로그램과 세미나 개최,2010년 3월\n"),
    ],
)
def test_text_is_read_in_the_encoding_in_which_it_was_written(encoding: str, text: str) -> None:
    workbook = open_sheet(text.encode(encoding))
    assert [[c.text for c in row.cells] for row in workbook.sheet().read().rows] == [
        line.split(",") for line in text.splitlines()
    ]
    assert workbook.encoding.removesuffix("-sig") in encoding


def test_a_person_may_choose_another_encoding() -> None:
    data = "Größe;Straße\nEins;Zwei\n".encode("mac_roman")
    assert texts(data, encoding="mac_roman")[0] == ["Größe", "Straße"]
    with pytest.raises(UnfitSheet, match="Choose another encoding"):
        texts(data, encoding="utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_also_where_the_others_stand_in_the_text(delimiter: str) -> None:
    lines = [["No", "Activity"], ["1", 'Talks; talks, and "more" talks'], ["2", "Seminar, day 1; day 2"]]
    quoted = "\n".join(delimiter.join('"{}"'.format(c.replace('"', '""')) for c in line) for line in lines)
    assert texts(quoted.encode()) == lines
    assert texts(f"sep={delimiter}\n{quoted}".encode()) == lines


GALLERY: dict[str, tuple[bytes, str]] = {
    "empty": (b"  \n ", "empty"),
    "picture": (sheets.PNG, "picture"),
    "pdf": (b"%PDF-1.7 x", "PDF"),
    "program": (b"MZ" + b"\x00" * 80, "not a sheet"),
    "old excel": (sheets.OLE + b"\x00" * 600, "save it as .xlsx"),
    "password": (sheets.OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
    "web page": (b"<!DOCTYPE html><html><body><table></table>", "web page"),
    "bytes": (bytes(range(1, 32)) * 20, "not a table"),
    "broken zip": (sheets.leather_xlsx()[:2000], "damaged"),
    "macros": (sheets.with_part("xl/vbaProject.bin"), "macros"),
    "macros by type": (
        sheets.with_part("x", types=(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")),
        "macros",
    ),
    "binary": (sheets.with_part("xl/workbook.bin"), "xlsb"),
    "links": (sheets.with_part("xl/externalLinks/externalLink1.xml"), "other files"),
    "many parts": (
        sheets.rezip(sheets.leather_xlsx(), lambda e: e.update({f"p{n}": b"" for n in range(2001)})),
        "not built like a workbook",
    ),
    "another zip": (sheets.rezip(sheets.leather_xlsx(), lambda e: e.clear()), "not a sheet"),
    "a text document": (
        sheets.ods("", mimetype="application/vnd.oasis.opendocument.text"),
        "a text or a presentation",
    ),
    "bomb": (sheets.bomb(), "far larger"),
    "entities": (sheets.with_entities(), "entities"),
}


@pytest.mark.parametrize("name", GALLERY)
def test_a_file_that_is_no_sheet_is_refused_in_words_that_help(name: str) -> None:
    data, words = GALLERY[name]
    with pytest.raises(UnfitSheet, match=words) as refused:
        read(data)
    assert list(refused.value.fields) == ["file"]


def test_a_bomb_is_not_unpacked() -> None:
    data = sheets.bomb()
    tracemalloc.start()
    with pytest.raises(UnfitSheet):
        open_sheet(data)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_million_blank_rows_cost_neither_time_nor_memory() -> None:
    data = sheets.blank_rows()
    began, peak = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = read(data)
    assert [row.number for row in table.rows] == [1, 2]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 30_000  # kB
    assert time.perf_counter() - began < 60


def test_what_stands_below_many_blank_rows_is_said_to_stand_there() -> None:
    table = read(sheets.blank_rows(5000, stray=True))
    assert len(table.rows) == 2
    assert any("5003" in note for note in table.notes)


def test_more_than_is_allowed_is_refused_not_cut() -> None:
    few = Limits(rows=10, columns=5)
    with pytest.raises(UnfitSheet, match="more than 10 rows"):
        read(write_csv(["a", "b"], [["x", "y"]] * 150), limits=few)
    with pytest.raises(UnfitSheet, match="more than 5 columns"):
        read(write_xlsx([*"abcdef"], []), limits=few)
    with pytest.raises(UnfitSheet, match="far larger"):
        read(sheets.leather_xlsx(), limits=Limits(inflated=1000))


def test_a_sheet_is_chosen_by_name_and_hidden_ones_are_passed_over() -> None:
    def build(page: Any) -> None:
        page.sheet_state = "hidden"
        page.append(["hidden"])
        page.parent.create_sheet("Blank")
        page.parent.create_sheet("July").append(["shown"])

    workbook = open_sheet(sheets.xlsx(build))
    assert workbook.sheet().name == "July"
    with pytest.raises(UnfitSheet, match="Blank, July"):
        workbook.sheet("August")


LINES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
STARTS = st.sampled_from(
    ["", "=", "+", "-", "@", "\t", "\r", "'", "'=", "''+", "_x0041_", "=cmd|' /c calc'!A1"]
)
CELLS = st.builds(str.__add__, STARTS, LINES).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4))
def test_text_written_is_the_text_read(rows: list[list[str]]) -> None:
    rows = [row[: len(rows[0])] + ["x"] * (len(rows[0]) - len(row)) for row in rows]
    assert texts(write_xlsx([], rows)) == rows
    # CSV knows one line end within a cell; NUL makes a text binary.
    plain = [[cell.replace("\x00", " ").strip() or "x" for cell in row] for row in rows]
    assert texts(write_csv(["a", "b"], plain))[1:] == plain


@pytest.mark.parametrize("text", ["=1+1", "+39 050", "-5", "@home", "\tx", "\rx"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert write_csv(["head"], [[text]]).splitlines()[1].startswith(b"\"'")

    cell = openpyxl.load_workbook(io.BytesIO(write_xlsx(["head"], [[text]])))["Sheet1"]["A2"]
    assert cell.data_type != "f"
    assert cell.quotePrefix
