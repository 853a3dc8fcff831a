"""Questionnaires as XLSForms: pyxform takes them, they ask the same, and they come back as they went."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import ConvertResult, convert

from diagnostics.exporters.xlsform import Lists, xlsform
from diagnostics.importers.xlsform import read_xlsform
from diagnostics.models import Questionnaire, QuestionnaireVersion
from diagnostics.rules.plain import plain
from diagnostics.rules.soundness import problems_of
from diagnostics.services.library import LIBRARY, definition_in
from tests.diagnostics.conftest import definition
from tests.diagnostics.forms_made import definitions
from twinning.core.access import DomainError
from twinning.core.tabular import UnfitSheet

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


def book(**sheets: list[list[Any]]) -> bytes:
    """A workbook as somebody else would write it."""
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


HEADS = [
    "type",
    "name",
    "label",
    "relevant",
    "constraint",
    "required",
    "calculation",
    "appearance",
    "hint::Italiano",
]
FOREIGN = book(
    survey=[
        HEADS,
        ["start", "start"],
        ["text", "Farm Name", "What is the name?", None, None, "yes"],
        ["begin_group", "G1", "People"],
        ["integer", "howMany", "How many?", None, ".>0 and . < 100", "TRUE", None, None, "Quanti?"],
        ["begin group", "inner", "Inside", "${howMany} > 3"],
        ["select_one yn or_other", "sure", "Sure?", "${Farm Name} != ''", None, None, None, "minimal"],
        ["calculate", "twice", None, None, None, None, "${howMany} * 2"],
        ["select_multiple nolist", "lost", "Lost"],
        ["text", "email", "Mail", None, "regex(., '.+@.+')", "${howMany} > 1"],
        ["end group"],
        ["end_group"],
        ["begin repeat", "kids", "Children"],
        ["text", "kid", "Name of ${howMany}"],
        ["integer", "age", "Age", "count(${kid}) < 3"],
        ["begin repeat", "toys", "Toys"],
        ["text", "toy", "Toy"],
        ["end repeat"],
        ["end repeat"],
        ["note", "thanks", "Thanks", "sum(${age}) > 10 and ${kid} = 'x'"],
    ],
    choices=[
        ["list name", "name", "label"],
        ["yn", "yes", "Yes"],
        ["yn", "no!", "No"],
        ["yn", "yes", "Again"],
    ],
    settings=[["form_title", "form_id"], ["Their form", "their_form"]],
)


def test_an_xlsform_of_others_is_read_and_what_it_loses_is_named_with_its_row() -> None:
    found = read_xlsform(FOREIGN)
    general, people, children = found.definition["sections"]
    assert [item["name"] for item in general["items"]] == ["farm_name"]
    assert [item["name"] for item in people["items"]] == ["howmany", "inner", "sure", "email"]
    assert people["items"][2]["relevant"] == "(${howmany} > 3) and (${farm_name} != '')"
    assert people["items"][0]["hint"] == {"it": "Quanti?"}
    # Counting the answers of a group counted its rows there.
    assert children["items"][0]["items"][1]["relevant"] == "count(${kids}) < 3"
    lost = {
        (remark.sheet, row, remark.text.partition(":")[0])
        for remark in found.remarks
        if remark.lost
        for row in remark.rows
    }
    assert lost == {
        ("survey", 2, "The type “start” is not known here"),
        ("survey", 7, "“or_other” was left out"),
        ("survey", 8, "The type “calculate” is not known here"),
        ("survey", 9, "There is no list of choices “nolist”"),
        ("survey", 10, "constraint"),
        ("survey", 10, "An answer is required always or never"),
        ("survey", 14, "Words that show an answer (${…}) stand as they are written."),
        ("survey", 16, "A repeated group within another one"),
        ("choices", 4, "“yes” stands twice in its list"),
    }
    assert found.loses


def test_what_is_wrong_is_found_at_its_row() -> None:
    found = read_xlsform(FOREIGN)
    (problem,) = problems_of(found.definition)
    assert (problem.where, found.rows[problem.where]) == ("general_2/thanks", 20)
    assert "answered once a row" in problem.message


def test_a_form_of_ours_that_was_changed_in_a_spreadsheet_is_read_again() -> None:
    raw = definition(
        ask("size", "one", choices="sizes"), choices={"sizes": [{"name": "small", "label": "small"}]}
    )
    made = load_workbook(io.BytesIO(xlsform(version_of(raw))))
    made["choices"].append(["sizes", 2, "two"])
    survey = made["survey"]
    row = next(row for row in survey.iter_rows() if row[1].value == "size")
    heads = [cell.value for cell in survey[1]]
    row[heads.index("label::English (en)")].value = "How large?"
    out = io.BytesIO()
    made.save(out)
    found = read_xlsform(out.getvalue())
    assert found.definition["choices"]["sizes"][1] == {"name": "2", "label": {"en": "two"}}
    assert found.definition["sections"][0]["items"][-1]["label"] == {"en": "How large?"}
    assert not found.loses


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"type,name\ntext,a\n", "not an XLSForm"),
        (book(choices=[["list_name"]]), "not an XLSForm"),
        (
            book(survey=[["type", "name"]] + [["text", f"q{n}"] for n in range(10_200)]),
            "more than 10000 rows",
        ),
        (b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_a_workbook_that_is_none_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(UnfitSheet, match=words):
        read_xlsform(data)


def test_an_empty_survey_makes_nothing_and_says_so() -> None:
    found = read_xlsform(book(survey=[["type", "name", "label"], ["begin group", "g", "G"], ["end group"]]))
    assert found.definition["sections"] == []
    assert [(remark.rows, remark.text) for remark in found.remarks] == [
        ((2,), "A group without questions was left out.")
    ]


def test_a_language_that_the_questionnaire_does_not_have_is_refused() -> None:
    with pytest.raises(DomainError, match="not written in “ta”"):
        xlsform(version_of(definition()), language="ta")


def test_the_form_opens_in_the_language_that_was_asked_for() -> None:
    raw = definition(title={"en": "Ours", "it": "Nostro"}, languages=["en", "it"])
    data = xlsform(version_of(raw), language="it")
    assert 'default="true()" lang="Italian (it)"' in converted(data).xform.replace("\n", "") or (
        'lang="Italian (it)" default="true()"' in converted(data).xform
    )
    assert read_xlsform(data).definition["language"] == "it"


def test_the_firm_and_the_day_name_a_form_on_the_device() -> None:
    kind, raw = "excellence-gap", definition()
    found = binds(converted(xlsform(version_of(raw, kind), lists=LISTS)))
    assert "jr:choice-name" in found["meta/instanceName"]["calculate"]
    assert found["about-form/about-firm"]["required"] == "true()"


def test_what_the_export_adds_is_said_in_the_languages_of_the_form() -> None:
    raw = definition(title={"en": "Ours", "it": "Nostro"}, languages=["en", "it"])
    survey = load_workbook(io.BytesIO(xlsform(version_of(raw, "excellence-gap"))))["survey"]
    heads = [cell.value for cell in survey[1]]
    firm = next(row for row in survey.iter_rows(values_only=True) if row[1] == "about-firm")
    shown = [firm[heads.index(f"label::{language}")] for language in ("English (en)", "Italian (it)")]
    assert shown == ["Firm", "Impresa"]
