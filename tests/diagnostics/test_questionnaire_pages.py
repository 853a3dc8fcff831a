"""Questionnaires in the browser, without JavaScript."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from diagnostics import services
from diagnostics.exporters.xlsform import xlsform
from diagnostics.models import Questionnaire, QuestionnaireVersion
from tests.conftest import World
from tests.diagnostics.conftest import definition, version_of
from tests.diagnostics.test_xlsform import FOREIGN

pytestmark = pytest.mark.django_db

MORE = {"name": "more", "type": "text", "label": "More"}


def at(name: str, world: World, *args: Any) -> str:
    return reverse(name, args=[world.programme.slug, *args])


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def own(world: World, own_questionnaire: Callable[..., Questionnaire]) -> Questionnaire:
    """Version 1 in use, a draft of version 2 that asks one question more."""
    made = own_questionnaire()
    services.publish(actor=world.manager, draft=made.versions.get())
    services.save_draft(actor=world.manager, questionnaire=made, definition=definition(MORE), note="One more")
    return made


def test_the_list_shows_library_and_own_and_how_many_forms_were_filled(
    world: World, sign_in: Any, own: Questionnaire
) -> None:
    for _n in range(2):
        services.start(
            actor=world.cda,
            programme=world.programme,
            version=version_of("diagnostic-emerging"),
            cluster=world.leather,
        )
    response = sign_in(world.cda).get(at("questionnaires", world))
    lines = {line.slug: line for line in response.context["lines"]}
    assert (lines["diagnostic-emerging"].filled, lines["own"].filled) == (2, 0)
    assert (lines["own"].own, lines["own"].in_use, lines["own"].draft) == (True, 1, 2)
    assert "New questionnaire" not in text_of(response)


def test_the_pages_cost_the_same_however_many_there_are(
    world: World, sign_in: Any, own: Questionnaire
) -> None:
    client, costs = sign_in(world.manager), []
    for more in (0, 5):
        for n in range(more):
            made = services.create_questionnaire(
                actor=world.manager,
                programme=world.programme,
                slug=f"q{n}",
                kind="policy-case",
                title=f"Q{n}",
                definition=definition(),
            )
            services.publish(actor=world.manager, draft=made.versions.get())
            services.publish(actor=world.manager, draft=own.versions.get(status="draft"))
            again = definition(MORE | {"label": f"More {n}"})
            services.save_draft(actor=world.manager, questionnaire=own, definition=again)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at("questionnaires", world)).status_code == 200
            assert client.get(at("questionnaire", world, "own")).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 2 * 15


def test_a_version_is_shown_as_a_person_would_see_it(world: World, sign_in: Any) -> None:
    response = sign_in(world.cda).get(at("questionnaire_version", world, "diagnostic-emerging", 1))
    shown = response.content.decode()
    assert "There cannot be more women than people" not in shown
    assert "Firms that were visited" in shown
    assert 'name="q-firm_exports" disabled' in shown
    assert "Asked if" in text_of(response)
    assert response.context["sections"][0]["key"] == "overview"
    assert not re.search(r"<(input|textarea|select)[^>]*id=\"q-(?:(?!disabled)[^>])*>", shown)


def test_what_changed_is_shown_question_by_question(world: World, sign_in: Any, own: Questionnaire) -> None:
    response = sign_in(world.cda).get(at("questionnaire_changes", world, "own"))
    assert [(line.what, line.name) for line, _kind in response.context["lines"]] == [("added", "more")]
    response = sign_in(world.cda).get(f"{at('questionnaire_changes', world, 'own')}?from=2&to=1")
    assert [line.what for line, _kind in response.context["lines"]] == ["removed"]
    response = sign_in(world.cda).get(f"{at('questionnaire_changes', world, 'own')}?from=x&to=99")
    assert response.status_code == 200


def test_an_own_questionnaire_is_made_after_one_of_the_library(world: World, sign_in: Any) -> None:
    client = sign_in(world.manager)
    page = client.get(f"{at('questionnaire_new', world)}?copy=diagnostic-advanced")
    source = Questionnaire.objects.get(slug="diagnostic-advanced")
    assert page.context["form"].initial == {"copy_of": source.pk, "kind": "diagnostic-advanced"}
    sent = {"title": "Ours", "kind": "diagnostic-advanced", "copy_of": source.pk}
    response = client.post(at("questionnaire_new", world), sent)
    made = Questionnaire.objects.get(slug="ours")
    assert response.url == at("questionnaire", world, "ours")
    assert made.versions.get().definition == version_of("diagnostic-advanced").definition
    assert client.post(at("questionnaire_new", world), sent).status_code == 422


def test_an_xlsform_that_says_more_than_can_be_asked_is_looked_at_first(world: World, sign_in: Any) -> None:
    client = sign_in(world.manager)
    file = SimpleUploadedFile("theirs.xlsx", FOREIGN)
    sent = {"title": "Theirs", "kind": "policy-case", "file": file}
    response = client.post(at("questionnaire_new", world), sent)
    assert response.status_code == 422
    assert "survey, row 8" in text_of(response)
    assert "The type “calculate” is not known here" in text_of(response)
    assert not Questionnaire.objects.filter(slug="theirs").exists()
    # The definition that was read stands in the text, so that saving again needs no second upload.
    typed = response.context["form"]["definition"].value()
    assert json.loads(typed)["title"] == {"en": "Their form"}
    response = client.post(at("questionnaire_new", world), {**sent, "file": "", "definition": typed})
    assert response.status_code == 422
    assert [place for place, _row, _why in response.context["form"].problems] == ["general_2/thanks"]


def test_what_is_wrong_is_shown_line_by_line_with_its_row(
    world: World, sign_in: Any, own: Questionnaire
) -> None:
    version = version_of("diagnostic-advanced")
    book = load_workbook(io.BytesIO(xlsform(version)))
    heads = [cell.value for cell in book["survey"][1]]
    for row in book["survey"].iter_rows():
        if row[1].value == "conditions":
            row[heads.index("relevant")].value = "${nobody} = 1"
            wanted = row[1].row
    out = io.BytesIO()
    book.save(out)
    questionnaire = services.create_questionnaire(
        actor=world.manager,
        programme=world.programme,
        slug="advanced",
        kind="diagnostic-advanced",
        title="Advanced",
        definition=version.definition,
    )
    sent = {
        "file": SimpleUploadedFile("a.xlsx", out.getvalue()),
        "version": questionnaire.versions.get().version,
    }
    response = sign_in(world.manager).post(at("questionnaire_draft", world, "advanced"), sent)
    assert response.status_code == 422
    (problem,) = response.context["form"].problems
    assert problem[:2] == ("six_findings/conditions", wanted)
    assert "no question “nobody”" in text_of(response)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.json", b"{", "line 1"),
        ("a.json", b"[]", "object in braces"),
        ("a.json", b"{" + b'"a":{' * 100_000, "cannot be read"),
        ("a.xlsx", b"PK\x03\x04", "damaged"),
        ("a.pdf", b"%PDF", "PDF"),
    ],
)
def test_a_file_that_is_no_questionnaire_is_refused_beside_its_field(
    world: World, sign_in: Any, own: Questionnaire, name: str, data: bytes, words: str
) -> None:
    sent = {"file": SimpleUploadedFile(name, data), "version": 1}
    response = sign_in(world.manager).post(at("questionnaire_draft", world, "own"), sent)
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors["file"])


def test_a_draft_that_somebody_else_saved_meanwhile_is_not_overwritten(
    world: World, sign_in: Any, own: Questionnaire
) -> None:
    client, draft = sign_in(world.manager), own.versions.get(status="draft")
    theirs = definition(MORE | {"label": "Theirs"})
    services.save_draft(actor=world.cta, questionnaire=own, definition=theirs, note="Theirs")
    mine = json.dumps(definition(MORE | {"label": "Mine"}))
    sent = {"definition": mine, "note": "Mine", "version": draft.version}
    response = client.post(at("questionnaire_draft", world, "own"), sent)
    assert response.status_code == 409
    assert "Somebody else saved meanwhile" in text_of(response)
    draft.refresh_from_db()
    assert draft.note == "Theirs"
    response = client.post(
        at("questionnaire_draft", world, "own"),
        sent | {"version": response.context["form"]["version"].value()},
    )
    draft.refresh_from_db()
    assert draft.note == "Mine"


def test_two_who_begin_a_draft_at_once_do_not_overwrite_each_other(
    world: World, sign_in: Any, own_questionnaire: Callable[..., Questionnaire]
) -> None:
    own = own_questionnaire()
    services.publish(actor=world.manager, draft=own.versions.get())
    services.save_draft(actor=world.cta, questionnaire=own, definition=definition(MORE))
    sent = {"definition": json.dumps(definition()), "note": "", "version": ""}
    response = sign_in(world.manager).post(at("questionnaire_draft", world, "own"), sent)
    assert response.status_code == 409
    assert own.versions.get(status="draft").definition == definition(MORE)


def test_a_draft_is_put_into_use_and_its_page_says_who_still_fills_the_old_one(
    world: World, sign_in: Any, own: Questionnaire
) -> None:
    first = own.versions.get(status="published")
    services.start(actor=world.manager, programme=world.programme, version=first, title="Case")
    client, draft = sign_in(world.manager), own.versions.get(status="draft")
    asked = client.get(at("questionnaire_publish", world, "own"))
    assert "1 form is being filled in it" in text_of(asked)
    response = client.post(at("questionnaire_publish", world, "own"), {"version": draft.version})
    assert response.status_code == 302
    page = client.get(response.url)
    assert "1 form is being filled in version 1, which was retired" in text_of(page)
    assert "moves it to version 2 before it is handed in" in text_of(page)
    # A draft that changed after it was looked at is not published unseen.
    services.save_draft(actor=world.manager, questionnaire=own, definition=definition())
    assert client.post(at("questionnaire_publish", world, "own"), {"version": 7}).status_code == 409


def test_a_version_is_retired_after_asking(world: World, sign_in: Any, own: Questionnaire) -> None:
    client = sign_in(world.manager)
    assert "can still be finished" not in text_of(client.get(at("questionnaire_retire", world, "own")))
    client.post(at("questionnaire_retire", world, "own"), {"version": 1})
    assert not QuestionnaireVersion.objects.current().filter(questionnaire=own).exists()
    assert "no version" in text_of(client.get(at("questionnaire", world, "own")))


def test_the_workbook_and_the_definition_are_downloaded(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    url = at("questionnaire_xlsform", world, "diagnostic-emerging", 1)
    response = client.get(f"{url}?language=en&cluster=leather")
    assert 'filename="diagnostic-emerging-1.xlsx"' in response.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(response.content))
    names = [row[2] for row in book["choices"].iter_rows(values_only=True)]
    assert "Pakkar Tannery" in names
    assert client.get(f"{url}?cluster=footwear").status_code == 404
    response = client.get(at("questionnaire_definition", world, "diagnostic-emerging", 1))
    assert response.json() == version_of("diagnostic-emerging").definition


def test_a_short_name_that_is_an_address_is_refused(world: World, sign_in: Any) -> None:
    source = Questionnaire.objects.get(slug="diagnostic-advanced")
    sent = {"title": "New", "kind": source.kind, "copy_of": source.pk}
    response = sign_in(world.manager).post(at("questionnaire_new", world), sent)
    assert list(response.context["form"].errors) == ["slug"]
