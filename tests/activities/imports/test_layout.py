"""Where the table begins and which column holds what, for sheets as people make them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.importers.cells import clean, extract
from activities.importers.mapping import Layout, other_cluster_named, propose
from tests.activities.imports import sheets
from tests.conftest import World
from twinning.core.tabular import open_sheet, write_csv, write_xlsx

ROWS = [
    ["1", "Firm mapping for SPX", "Jun-08"],
    ["2", "Awareness programme on schemes", "Sep-08"],
    ["3", "Impact assessment of training", "Ongoing"],
]


def layout_of(data: bytes) -> Layout:
    return propose(open_sheet(data).sheet().read().rows)


@pytest.mark.parametrize(
    "head",
    [
        ["Sl. No.", "Activities", "Completed"],
        ["#", "Activity Description", "Month of completion"],
        ["N.", "Attività", "Periodo"],
        ["N°", "Activité", "Période"],
        ["Núm.", "Actividad", "Fecha"],
        ["Sr No", "Particulars", "Status"],
    ],
)
def test_heads_in_the_languages_of_the_field_are_known(head: list[str]) -> None:
    assert layout_of(write_csv(head, ROWS)).columns == {"number": 0, "title": 1, "period": 2}


def test_what_the_columns_hold_decides_where_the_heads_say_nothing() -> None:
    found = layout_of(write_csv([], ROWS))
    assert (found.columns, found.head_rows, found.source) == (
        {"number": 0, "title": 1, "period": 2},
        [],
        "content",
    )


def test_all_columns_of_a_rich_sheet_are_found() -> None:
    head = ["No", "Titolo", "Data", "Tipo", "Stato", "Organizzatore", "Sede", "Osservazioni", "Etichette"]
    row = ["1", "Seminario sulla concia", "Sett 2008", "TB", "fatto", "Assoconciatori", "Pisa", "x", "TB1"]
    assert list(layout_of(write_csv(head, [row, row, row])).columns) == [
        "number",
        "title",
        "period",
        "kind",
        "status",
        "organiser",
        "venue",
        "note",
        "tags",
    ]


def test_the_title_above_the_table_gives_the_status_date_and_a_hint_of_the_cluster(world: World) -> None:
    found = layout_of(sheets.leather_xlsx())
    assert found.titles == ["Leather Activity Status July 2011"]
    assert found.status_date == dt.date(2011, 7, 31)
    clusters = [world.leather, world.footwear, world.santa_croce]
    assert other_cluster_named(found.titles, world.leather, clusters) is None
    assert other_cluster_named(found.titles, world.footwear, clusters) == world.leather


def test_two_rows_of_heads_are_one() -> None:
    lines = [
        ["No", "Activity", "Period", ""],
        ["", "", "From", "To"],
        ["1", "Study tour", "Sep-08", "Oct-08"],
    ]
    data = write_csv([], lines)
    found = layout_of(data)
    assert found.head_rows == [1, 2]
    assert found.columns == {"number": 0, "title": 1, "period": 2, "period_end": 3}
    assert extract(open_sheet(data).sheet().read(), found).rows[0].period_text == "Sep-08 - Oct-08"


def test_heads_that_return_after_a_page_break_totals_and_page_numbers_are_left_out() -> None:
    def build(page: Any) -> None:
        for line in [
            sheets.HEAD,
            ROWS[0],
            ["Page 1 of 2"],
            sheets.HEAD,
            ["Phase II"],
            ROWS[1],
            ["", "Total", 2],
        ]:
            page.append(line)
        page.merge_cells("A5:C5")

    data = sheets.xlsx(build)
    found = extract(open_sheet(data).sheet().read(), layout_of(data))
    assert [(row.row, row.title) for row in found.rows] == [(2, ROWS[0][1]), (6, ROWS[1][1])]
    left_out = [note.rsplit(": ", 1)[1] for note in found.notes if "left out: row" in note]
    assert left_out == ["3", "4", "5", "7"]


def test_a_sheet_without_numbers_is_numbered_by_its_rows() -> None:
    data = write_xlsx(["Activity", "Date"], [row[1:] for row in ROWS])
    rows = extract(open_sheet(data).sheet().read(), layout_of(data)).rows
    assert [(row.number, row.number_source) for row in rows] == [(n, "row-order") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Type", ["TB", "Workshop", "Fair"]),
        ("Category", ["Trust building", "Low-hanging twinning", "preparatory"]),
        ("Kind of activity", ["TB – Trust-building", "Non-twinning (NT)", "LR: long-run"]),
        ("Tipologia", ["creazione di fiducia", "preparatoria", "LH"]),
        ("Nature de l'activité", ["préparatoire", "TB", ""]),
        ("Tipo de actividad", ["fomento de la confianza", "PR", "largo plazo"]),
        ("", ["TB", "LH", "NT"]),
    ],
)
def test_the_column_of_types_is_told_by_its_head_and_by_its_cells(head: str, cells: list[str]) -> None:
    rows = [[*row, cell] for row, cell in zip(ROWS, cells, strict=True)]
    assert layout_of(write_csv([*sheets.HEAD, head], rows)).columns["kind"] == 3


def test_a_column_that_holds_none_of_the_types_is_not_proposed_and_says_which_there_are() -> None:
    rows = [[*row, word] for row, word in zip(ROWS, ["Spring", "Summer", "Autumn"], strict=True)]
    data = write_csv([*sheets.HEAD, "Type"], rows)
    found = layout_of(data)
    assert "kind" not in found.columns
    notes = extract(open_sheet(data).sheet().read(), found).notes
    assert "Not imported: Type (the types are TB, PR, NT, LH and LR)" in notes


def test_columns_that_an_import_leaves_out_are_named_and_blank_ones_are_not() -> None:
    head = [*sheets.HEAD, "Budget", "Remarks", "Remarks 2", "", "Blank"]
    rows = [[*row, "500", "fine", "later", "x" if row is ROWS[1] else "", ""] for row in ROWS]
    data = write_csv(head, rows)
    notes = extract(open_sheet(data).sheet().read(), layout_of(data)).notes
    assert "Not imported: Budget, Remarks 2, column G" in notes


@settings(deadline=None)
@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["a", " ", "  ", "\u00a0", "\t", "é", "\x07"])).map("".join)
)
def test_a_cell_is_one_line_whether_it_was_tidy_or_not(text: str) -> None:
    """A text without control characters takes a short way; one before it makes it take the long one."""
    assert clean(text) == clean(f"\x07{text}")
    assert clean(clean(text)) == clean(text)
