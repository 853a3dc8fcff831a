"""The column that says whether it was a workshop or a fair, from its head to the log and back."""

from __future__ import annotations

from typing import Any

import pytest

from activities.forms.imports import RowForm
from activities.importers.cells import extract
from activities.importers.mapping import propose
from activities.importers.words import FORMAT_WORDS, FORMATS, format_of, normal
from activities.models import Activity, ImportBatch, ImportRow
from tests.activities.importing import Importer
from tests.activities.imports import sheets
from twinning.core.models import Change
from twinning.core.tabular import open_sheet, write_csv

HEAD = [*sheets.HEAD, "Format"]


def rows_with(*cells: str) -> list[list[str]]:
    return [[str(n), f"Event number {n * 111}", "Jun-08", cell] for n, cell in enumerate(cells, 1)]


def read(head: str, *cells: str) -> tuple[dict[str, int], Any]:
    """The columns proposed for a sheet whose last one has this head and these cells, and what is read by them."""
    data = write_csv([*sheets.HEAD, head], rows_with(*cells))
    sheet = open_sheet(data).sheet().read()
    layout = propose(sheet.rows)
    return dict(layout.columns), extract(sheet, layout)


@pytest.mark.parametrize(
    ("form", "cells"),
    [
        ("workshop", ["Workshop", "seminario", "Atelier", "Taller", "Workshop / Seminar", "Séminaires"]),
        ("training", ["Training programme", "Corso di formazione", "Formation", "Capacitación"]),
        ("on-site", ["On-site training", "in azienda", "Formation en entreprise", "in situ"]),
        ("visit", ["Study tour", "Viaggio di studio", "Voyage d'étude", "Visita a empresas"]),
        ("fair", ["Fair", "Fiera", "Foire, salon", "Feria"]),
        ("technology-show", ["Technology transfer show", "Vetrina tecnologica", "Muestra tecnológica"]),
        ("meeting", ["B2B meeting", "Riunione", "Réunion", "Reuniones"]),
        ("study", ["Audit", "Valutazione", "Étude", "Diagnóstico"]),
        ("other", ["other", "altro", "autre", "otro"]),
        ("", ["", "Celebration", "Workshop and fair", "Fair / Visit"]),
    ],
)
def test_the_words_of_four_languages_name_the_formats(form: str, cells: list[str]) -> None:
    assert {cell: format_of(cell) for cell in cells} == dict.fromkeys(cells, form)


def test_each_format_is_known_by_its_code_and_its_name() -> None:
    for form in Activity.Format:
        assert format_of(form.value) == format_of(str(form.label)) == form.value


def test_no_word_names_two_formats_and_each_is_written_as_it_is_looked_up() -> None:
    lists = [set(words.split("|")) for words in FORMAT_WORDS.values()]
    assert sum(map(len, lists)) == len(FORMATS)
    assert {word for word in FORMATS if normal(word) != word} == set()


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Format", ["Workshop", "Gathering", ""]),
        ("Form of event", ["Fair", "Visit", "Study"]),
        ("Tipo di evento", ["fiera", "corso", "visita"]),
        ("Type d'événement", ["atelier", "foire", ""]),
        ("Formato", ["taller", "feria", "reunión"]),
        ("Type", ["Training", "Workshop", "Seminar"]),
    ],
)
def test_the_column_is_told_by_its_head_and_by_its_cells(head: str, cells: list[str]) -> None:
    columns, _found = read(head, *cells)
    assert (columns.get("format"), columns.get("kind")) == (3, None)


@pytest.mark.parametrize(
    ("head", "cells", "field"),
    [("Type", ["TB", "Workshop", "Fair"], "kind"), ("Category", ["Workshop", "Spring", "Autumn"], None)],
)
def test_a_column_of_types_is_none_of_formats(head: str, cells: list[str], field: str | None) -> None:
    columns, _found = read(head, *cells)
    assert {name for name, place in columns.items() if place == 3} == {field} - {None}


def test_titles_that_are_no_more_than_a_format_stay_titles() -> None:
    lines = [["1", "Workshop", "Jun-08"], ["2", "Trade fair", "Jul-08"], ["3", "Study tour", "Aug-08"]]
    found = propose(open_sheet(write_csv([], lines)).sheet().read().rows)
    assert found.columns == {"number": 0, "title": 1, "period": 2}


def test_a_column_without_any_format_is_left_out_and_says_why() -> None:
    columns, found = read("Format", "A4", "A5", "PDF")
    assert "format" not in columns
    assert "Not imported: Format (no cell names a format, such as workshop, visit or fair)" in found.notes


@pytest.mark.django_db
def test_a_cell_that_names_none_is_refused_with_those_that_are_known(importer: Importer) -> None:
    batch = importer.tried(rows_with("Seminar", "Gathering", ""), head=HEAD)
    rows = list(ImportRow.objects.filter(batch=batch).order_by("row"))
    assert [(row.action, row.values["format"]) for row in rows] == [
        ("new", "workshop"),
        ("refused", ""),
        ("new", ""),
    ]
    assert "“Gathering” is not a format. Known are workshop, training, on site" in rows[1].reason


@pytest.mark.django_db
def test_a_sheet_fills_changes_and_leaves_the_format_and_undo_takes_it_back(importer: Importer) -> None:
    importer.applied(rows_with("Workshop", "Fair", "Meeting"), head=HEAD)
    assert formats() == ["workshop", "fair", "meeting"]
    again = importer.tried(rows_with("seminari", "fiera", ""), head=HEAD)
    assert again.counts["unchanged"] == 3
    batch = importer.tried(rows_with("Workshop", "Study tour", ""), head=HEAD)
    [row] = ImportRow.objects.filter(batch=batch, action="changed")
    assert row.changes == {"format": ["fair", "visit"]}
    assert RowForm(row).changes == [("format", "fair or exhibition", "visit or study tour")]
    importer.apply(batch)
    assert formats() == ["workshop", "visit", "meeting"]
    fair = Activity.objects.get(format="visit")
    assert Change.objects.of(fair)[0].fields["format"] == ["fair", "visit"]
    importer.undo(ImportBatch.objects.get(pk=batch.pk))
    assert formats() == ["workshop", "fair", "meeting"]


def formats() -> list[str]:
    rows = Activity.objects.filter(removed_at=None).order_by("cluster_links__number")
    return list(rows.values_list("format", flat=True))
