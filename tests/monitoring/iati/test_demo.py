"""The demonstration is publishable as it stands, by the command of the README."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from clusters.models import Component, Programme
from monitoring import services
from monitoring.models import Publication
from monitoring.queries.iati_checks import checked
from monitoring.rules import iati
from tests.demonstration import demo
from tests.monitoring.iati.sound import SCHEMA_DIR
from tests.monitoring.iati.stage import budget
from twinning.demo.load import Demo

__all__ = ["demo"]
pytestmark = pytest.mark.django_db


def export(path: Path, programme: str = "tfind04a01") -> tuple[str, str]:
    """(what was said, what was complained of)"""
    out, err = StringIO(), StringIO()
    call_command("export_iati", programme=programme, out=path, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_nothing_stands_against_it(demo: Demo) -> None:
    found = checked(Publication.objects.select_related("programme").get())
    assert found.problems == ()
    assert [one.hierarchy for one in found.activities] == [1, 2, 2, 2]
    first = found.activities[0].locations
    assert {place.name: place.point for place in first}["Chennai footwear"] == "13.0827 80.2707"
    assert found.records.budgets == []  # the sources state none, and none was invented


def test_the_command_writes_it(demo: Demo, tmp_path: Path, settings: Any) -> None:
    settings.IATI_SCHEMA_DIR = None
    path = tmp_path / "iati.xml"
    said, complained = export(path)
    assert "4 activities, 0 errors, 0 warnings, not checked against the schema" in said
    assert complained == ""
    root = etree.parse(path).getroot()
    assert root.findtext("iati-activity/iati-identifier") == "XM-EXAMPLE-TWINNING-TFIND04A01"
    codes = {one.get("code") for one in root.findall("iati-activity/result/indicator/reference")}
    assert {f"T9.{n}" for n in range(1, 9)} <= codes
    assert [path.name for path in tmp_path.iterdir()] == ["iati.xml"]  # nothing is left lying about


def test_with_all_its_parts_nothing_stands_against_it_either(demo: Demo, tmp_path: Path) -> None:
    publication = Publication.objects.get()
    services.update_publication(
        actor=demo.manager,
        publication=publication,
        version=None,
        with_twinnings=True,
        with_activities=True,
    )
    said, complained = export(tmp_path / "iati.xml")
    assert ", 0 errors, 0 warnings" in said
    assert complained == ""
    root = etree.parse(tmp_path / "iati.xml").getroot()
    levels = [one.get("hierarchy") for one in root]
    assert levels.count("3") >= 1
    assert levels.count("4") > 60


def test_what_is_broken_is_named_and_the_rest_written(demo: Demo, tmp_path: Path) -> None:
    fund = Component.objects.get(kind="MCGF")
    budget(demo.manager, demo.programme, component=fund, last=dt.date(2012, 1, 1))
    path = tmp_path / "iati.xml"
    err = StringIO()
    with pytest.raises(CommandError, match="1 activities were left out"):
        call_command("export_iati", programme="tfind04a01", out=path, stdout=StringIO(), stderr=err)
    assert f"E 7.5.3 XM-EXAMPLE-TWINNING-TFIND04A01-MCGF-{fund.pk}" in err.getvalue()
    assert len(etree.parse(path).getroot()) == 3


def test_nothing_is_written_over_where_everything_is_broken(demo: Demo, tmp_path: Path) -> None:
    Programme.objects.filter(pk=demo.programme.pk).update(starts="")
    Component.objects.get(kind="CT").cluster_links.update(start_year=None)
    Component.objects.get(kind="ITP").cluster_links.update(start_year=None)
    Component.objects.get(kind="MCGF").cluster_links.update(start_year=None)
    path = tmp_path / "iati.xml"
    path.write_text("the last one")
    with pytest.raises(CommandError, match="errors stand against every activity"):
        export(path)
    assert path.read_text() == "the last one"


def test_a_programme_that_is_not_published_is_named(demo: Demo, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nobody said yet how the programme 'nowhere' is published"):
        export(tmp_path / "iati.xml", "nowhere")


def test_its_rules_are_those_of_every_activity(demo: Demo) -> None:
    found = checked(Publication.objects.select_related("programme").get())
    assert all(iati.is_publishable(one, dt.date.today()) for one in found.activities)


if SCHEMA_DIR.exists():

    def test_it_is_valid_by_the_official_schema(demo: Demo, tmp_path: Path, settings: Any) -> None:
        settings.IATI_SCHEMA_DIR = SCHEMA_DIR
        said, _complained = export(tmp_path / "iati.xml")
        assert "valid by the schema" in said
