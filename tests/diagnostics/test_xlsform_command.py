"""``export_xlsform SLUG --out FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from diagnostics.models import Questionnaire
from tests.conftest import World

pytestmark = pytest.mark.django_db


def export(tmp_path: Path, slug: str, **options: Any) -> Path:
    out = tmp_path / f"{slug}.xlsx"
    call_command("export_xlsform", slug, out=out, **options)
    return out


def test_every_questionnaire_in_use_is_written_as_a_workbook_that_becomes_a_form(
    tmp_path: Path, world: World
) -> None:
    for slug in Questionnaire.objects.filter(programme=None).values_list("slug", flat=True):
        made = convert(export(tmp_path, slug).read_bytes(), warnings=[])
        assert made.warnings == []
        assert f'<data id="{slug}" version="1">' in made.xform


def test_with_a_cluster_its_firms_are_offered(tmp_path: Path, world: World) -> None:
    book = load_workbook(export(tmp_path, "diagnostic-emerging", cluster="leather"))
    names = {
        row[2] for row in book["choices"].iter_rows(values_only=True) if row[0] == "cluster-organisations"
    }
    assert {"Pakkar Tannery", "Another one, not in this list"} <= names
    assert "Shoemaker" not in names


@pytest.mark.parametrize(
    ("slug", "options", "words"),
    [
        ("nothing", {}, "no questionnaire"),
        ("diagnostic-emerging", {"cluster": "nowhere"}, "no cluster"),
        ("diagnostic-emerging", {"language": "ta"}, "not written in"),
    ],
)
def test_what_is_not_there_is_said(tmp_path: Path, world: World, slug: str, options: Any, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        export(tmp_path, slug, **options)
    with pytest.raises(CommandError, match=r"must end in \.xlsx"):
        call_command("export_xlsform", "diagnostic-emerging", out=tmp_path / "form.pdf")
