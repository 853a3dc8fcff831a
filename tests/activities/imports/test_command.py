"""``import_activities``: what it prints is a public face, and so are its exit statuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from activities.models import Activity, ImportBatch
from tests.activities.imports import sheets
from tests.conftest import World
from twinning.core.tabular import write_csv

pytestmark = pytest.mark.django_db


def run(capsys: Any, path: Path, *options: str, cluster: str = "leather") -> tuple[int, str, str]:
    """Exit status, output, errors."""
    status = 0
    try:
        call_command("import_activities", str(path), "--cluster", cluster, *options)
    except SystemExit as end:
        status = int(end.code or 0)
    except CommandError as error:
        return error.returncode, "", str(error)
    return status, *capsys.readouterr()


@pytest.fixture
def leather(tmp_path: Path) -> Path:
    path = tmp_path / "leather.xlsx"
    path.write_bytes(sheets.excel_leather())
    return path


def test_a_dry_run_prints_the_rows_as_json_and_keeps_nothing(
    world: World, leather: Path, capsys: Any
) -> None:
    status, out, _errors = run(capsys, leather, "--dry-run", "--json")
    rows = json.loads(out)["rows"]
    assert status == 0
    assert len(rows) == 33
    assert rows[12] == {
        "row": 15,
        "action": "new",
        "title": "Training cum technological assessment by international leather technologist",
        "date_text": "March-April 2009",
        "edtf": "2009-03/2009-04",
        "segments": [{"start": "2009-03", "end": "2009-04", "precision": "month"}],
        "flags": ["year_shared"],
        "reason": "the year printed once holds for the other dates of the cell",
    }
    assert rows[0]["segments"] == [{"start": "2007", "end": "2007", "precision": "year"}]
    assert rows[17]["segments"] == [{"start": "2010-01-30", "end": "2010-02-03", "precision": "day"}]
    assert (rows[27]["segments"][0]["end"], rows[27]["flags"]) == (None, ["ongoing"])
    assert (Activity.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_it_imports_and_a_second_run_finds_nothing_to_do(world: World, leather: Path, capsys: Any) -> None:
    status, out, _errors = run(capsys, leather)
    assert status == 0
    assert out.endswith("33 rows: 33 new, 0 changed, 0 unchanged, 0 refused (imported)\n")
    assert Activity.objects.filter(origin="imported").count() == 33
    assert ImportBatch.objects.get().created_by == world.manager
    status, out, _errors = run(capsys, leather, "--json", "--user", world.cda.email)
    assert {row["action"] for row in json.loads(out)["rows"]} == {"unchanged"}
    assert Activity.objects.count() == 33


def test_refused_rows_stop_all_or_are_left_out(world: World, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(write_csv(sheets.HEAD, [["1", "Workshop", "Sep-07"], ["2", "", "Oct-07"]]))
    status, out, errors = run(capsys, path)
    assert (status, Activity.objects.count()) == (1, 0)
    assert "nothing was imported" in out
    assert "1 row is refused" in errors
    status, out, _errors = run(capsys, path, "--mode", "good", "--json")
    assert (status, Activity.objects.count()) == (1, 1)
    refused = json.loads(out)["rows"][1]
    assert (refused["row"], refused["action"], refused["reason"]) == (3, "refused", "There is no title.")


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (sheets.PNG, [], "picture"),
        (b"Hello\n", [], "No column holds the activity"),
        (None, [], "No such file"),
        (b"No,Activity\n1,Fair\n", ["--user", "nobody@test.example"], "no user"),
        (b"No,Activity\n1,Fair\n", ["--user", "donor@test.example"], "may not"),
        (b"No,Activity\n1,Fair\n", ["--sheet", "July"], "no sheet"),
    ],
)
def test_what_cannot_be_imported_at_all_ends_with_status_2(
    world: World, tmp_path: Path, capsys: Any, content: bytes | None, options: list[str], words: str
) -> None:
    path = tmp_path / "sheet.xlsx"
    if content is not None:
        path.write_bytes(content)
    status, _out, errors = run(capsys, path, *options)
    assert status == 2
    assert words in errors
    assert ImportBatch.objects.count() == 0


def test_an_unknown_cluster_ends_with_status_2(world: World, leather: Path, capsys: Any) -> None:
    assert run(capsys, leather, cluster="nowhere")[0] == 2
