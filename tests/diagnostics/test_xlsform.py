"""Questionnaires as XLSForms: pyxform takes them, they ask the same, and they come back as they went."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from pyxform.xls2xform import ConvertResult, convert

from diagnostics.exporters.xlsform import Lists, xlsform
from diagnostics.importers.xlsform import read_xlsform
from diagnostics.models import Questionnaire, QuestionnaireVersion
from diagnostics.rules.forms import problems_of
from diagnostics.rules.plain import plain
from diagnostics.services.library import LIBRARY, definition_in
from tests.diagnostics.conftest import definition
from tests.diagnostics.forms_made import definitions

LISTS = Lists([(7, "Pakkar Tannery"), (9, "A & B <Ltd>")], [(3, "Goat"), (4, "Sheep")])
FILES = sorted(LIBRARY.glob("*.toml"))
_XFORMS = "{http://www.w3.org/2002/xforms}"


def version_of(
    raw: dict[str, Any], kind: str = "policy-case", slug: str = "own", number: int = 3
) -> QuestionnaireVersion:
    questionnaire = Questionnaire(slug=slug, kind=kind, title="Ours")
    return QuestionnaireVersion(questionnaire=questionnaire, number=number, definition=raw)


def converted(data: bytes) -> ConvertResult:
    """The XForm that KoboToolbox and ODK make of it; without an error, and without a warning."""
    made = convert(data, warnings=[])
    assert made.warnings == []
    return made


def binds(made: ConvertResult) -> dict[str, dict[str, str]]:
    """What the XForm says of each question: {path below the form: attributes}."""
    root = ElementTree.fromstring(made.xform)
    return {
        bind.attrib["nodeset"].partition("/")[2].partition("/")[2]: dict(bind.attrib)
        for bind in root.iter(f"{_XFORMS}bind")
    }


@pytest.mark.parametrize("lists", [None, LISTS], ids=["typed", "chosen"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_questionnaire_of_the_library_becomes_an_xform_and_comes_back(path: Any, lists: Any) -> None:
    kind, raw = definition_in(path)
    data = xlsform(version_of(raw, kind, path.stem), lists=lists)
    found = binds(converted(data))
    asked = {
        "/".join([section["name"], *([item["name"]] if part is not item else []), part["name"]])
        for section in raw["sections"]
        for item in section["items"]
        for part in item.get("items", [item])
    }
    assert asked <= set(found)
    read = read_xlsform(data)
    assert (read.definition, read.form_id, read.loses) == (plain(raw), path.stem, False)


def test_the_bindings_carry_what_the_questions_ask() -> None:
    _kind, raw = definition_in(LIBRARY / "diagnostic-emerging.toml")
    found = binds(converted(xlsform(version_of(raw, "diagnostic-emerging"))))
    firms = "sample/firms/"
    assert found[f"{firms}firm"]["required"] == "true()"
    assert found[f"{firms}firm_employees"]["constraint"] == ". >= 0"
    assert found[f"{firms}firm_women"]["constraint"].replace(" ", "") == (
        ".>=0and(../firm_employees=''or.<=../firm_employees)"
    )
    assert found["operation/aobo/aobo_kind"]["relevant"].replace(" ", "") == "../aobo_where='advanced'"
    assert found[f"{firms}firm_photo"]["type"] == "binary"
    assert found[f"{firms}firm_photo-2"]["relevant"].replace(" ", "") == "../firm_photo!=''"
    assert (found[f"{firms}firm_place"]["type"], found[f"{firms}firm_women"]["type"]) == ("geopoint", "int")


def test_rows_are_counted_and_summed_there_as_they_are_here() -> None:
    items = [
        ask("q1", "text", relevant="count(${figures}) > 1 and count(${figure}) = 1 and sum(${figure}) > 2"),
        ask("q2", "date", constraint=". < '2011-07-31' and not(selected(${q1}, '2011-07-31'))"),
    ]
    found = binds(converted(xlsform(version_of(definition(*items)))))
    assert " ".join(found["all/q1"]["relevant"].split()) == (
        "count( /data/all/figures ) > 1 and count-non-empty( /data/all/figures/figure ) = 1"
        " and sum( /data/all/figures/figure [. != '']) > 2"
    )
    assert " ".join(found["all/q2"]["constraint"].split()) == (
        ". < date('2011-07-31') and not(selected( /data/all/q1 , '2011-07-31'))"
    )


def ask(name: str, kind: str, **extra: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": name.title(), **extra}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions())
def test_any_questionnaire_becomes_an_xform_and_comes_back(raw: dict[str, Any]) -> None:
    assume(not problems_of(raw))
    for lists in (None, LISTS):
        data = xlsform(version_of(raw), lists=lists)
        converted(data)
        read = read_xlsform(data)
        assert [remark.text for remark in read.remarks] == []
        assert read.definition == plain(raw)
