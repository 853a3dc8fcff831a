"""The page on which a form is filled, as a browser without a script uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diagnostics import services
from diagnostics.forms_fill.page import FIELDS_UNFOLDED, ROWS_LISTED
from diagnostics.models import Questionnaire, Submission
from diagnostics.rules.answers import Change, rows_of
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, definition, fill, row
from tests.diagnostics.filling import SignIn, address, answers, form_of, save
from tests.diagnostics.test_filling import picture

MOST_QUERIES = 20


# Without a script -----------------------------------------------------------------------------------------


def test_only_what_was_changed_is_saved(world: World, study: Submission, sign_in: SignIn) -> None:
    fill(world.cda, study, row("firms", "f1", **FIRM) | {"vision": "Export\nto Europe", "history": "Old"})
    client = sign_in(world.cda)
    before = Submission.objects.get(pk=study.pk)
    page = form_of(client, address(study))
    assert client.post(address(study), page).status_code == 302
    assert Submission.objects.get(pk=study.pk).version == before.version
    client.post(address(study), page | {"history": "Older", "firms/f1/firm_size": "large"})
    saved = Submission.objects.get(pk=study.pk)
    assert saved.version == before.version + 1
    assert (saved.answers["history"], saved.answers["firms/f1/firm_size"]) == ("Older", "large")
    assert saved.revisions["vision"] == before.revisions["vision"]


def test_an_answer_is_cleared_and_boxes_are_unticked(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    fill(world.cda, study, row("firms", "f1", **FIRM) | {"vision": "Export"})
    client = sign_in(world.cda)
    page = form_of(client, address(study)) | {"vision": "", "firms/f1/firm_size": ""}
    page["firms/f1/firm_groups+more"] = ""
    client.post(address(study), page)
    assert answers(study) == {"firms/f1": 0, "firms/f1/firm": "Pakkar Tannery"}


def test_an_old_page_overwrites_nothing(world: World, study: Submission, sign_in: SignIn) -> None:
    client = sign_in(world.cda)
    page = form_of(client, address(study))
    fill(world.coordinator, study, {"vision": "Home market", "history": "Old"})
    answer = client.post(address(study), page | {"vision": "Export", "strategy": "Together"}, follow=True)
    assert "Somebody else answered one of the questions differently" in answer.content.decode()
    assert answers(study) == {"vision": "Home market", "history": "Old", "strategy": "Together"}
    shown = client.get(address(study)).content.decode()
    assert "Two answers were given" in shown
    assert "Coordinator" in shown
    client.post(address(study), form_of(client, address(study)) | {"_settle": "vision:0"})
    current = Submission.objects.get(pk=study.pk)
    assert (current.answers["vision"], current.clashes) == ("Export", {})


def test_lists_that_clash_can_both_be_kept(world: World, study: Submission, sign_in: SignIn) -> None:
    fill(world.cda, study, row("firms", "f1", **FIRM))
    seen = Submission.objects.get(pk=study.pk).version
    for groups in (["Goat", "Cow"], ["Sheep"]):
        change = Change("firms/f1/firm_groups", groups, seen)
        services.save_answers(actor=world.cda, submission=study, changes=[change])
    client = sign_in(world.cda)
    client.post(address(study), form_of(client, address(study)) | {"_settle": "firms/f1/firm_groups:both"})
    assert answers(study)["firms/f1/firm_groups"] == ["Goat", "Cow", "Sheep"]


def test_what_cannot_be_kept_stays_in_its_field(world: World, study: Submission, sign_in: SignIn) -> None:
    fill(world.cda, study, row("firms", "f1", **FIRM))
    client = sign_in(world.cda)
    sent = form_of(client, address(study)) | {"firms/f1/firm_employees": "many", "vision": "Export"}
    answer = client.post(address(study), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#f-firms-f1-firm_employees"' in text
    assert "“many” is not a number." in text
    assert 'value="many"' in text
    assert answers(study)["vision"] == "Export"


def test_what_breaks_a_constraint_is_kept_and_said(world: World, study: Submission, sign_in: SignIn) -> None:
    fill(world.cda, study, row("firms", "f1", **FIRM, firm_employees="5", firm_women="6"))
    assert (
        "There cannot be more women than people." in sign_in(world.cda).get(address(study)).content.decode()
    )


def test_rows_are_added_moved_removed_and_brought_back(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    client = sign_in(world.cda)
    for name in ("A", "B"):
        answer = client.post(address(study), form_of(client, address(study)) | {"_add": "firms"})
        made = re.search(r"open=firms%2F(\w+)#f-firms-\1", answer.headers["Location"])
        assert made
        client.post(
            address(study), form_of(client, address(study)) | {f"firms/{made[1]}/firm": f"{name} Tannery"}
        )
    first, second = rows_of(answers(study), "firms")
    client.post(address(study), form_of(client, address(study)) | {"_up": f"firms/{second}"})
    assert rows_of(answers(study), "firms") == [second, first]
    removed = client.post(
        address(study), form_of(client, address(study)) | {"_remove": f"firms/{first}"}, follow=True
    )
    assert "The row was removed." in removed.content.decode()
    assert rows_of(answers(study), "firms") == [second]
    client.post(address(study), form_of(client, address(study)) | {"_restore": f"firms/{first}"})
    assert answers(study)[f"firms/{first}/firm"] == "A Tannery"
    assert rows_of(answers(study), "firms") == [second, first]


def test_photos_are_kept_with_their_answer_and_taken_out_again(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    client = sign_in(world.cda)
    photos = [SimpleUploadedFile(f"{colour}.jpg", picture(colour)) for colour in ("red", "blue")]
    client.post(address(study), form_of(client, address(study)) | {"map_photo+file": photos})
    red, blue = answers(study)["map_photo"]
    client.post(address(study), form_of(client, address(study)) | {"map_photo+drop": str(red)})
    assert answers(study)["map_photo"] == [blue]
    refused = client.post(
        address(study),
        form_of(client, address(study)) | {"map_photo+file": SimpleUploadedFile("a.jpg", b"no picture")},
    )
    assert refused.status_code == 422
    assert answers(study)["map_photo"] == [blue]


def test_a_form_that_was_handed_in_shows_what_was_typed(
    world: World, ready: Submission, sign_in: SignIn
) -> None:
    client = sign_in(world.cda)
    sent = form_of(client, address(ready)) | {"vision": "Too late"}
    services.submit(actor=world.cda, submission=ready)
    answer = client.post(address(ready), sent)
    assert answer.status_code == 409
    assert "Too late" in answer.content.decode()
    assert "vision" not in answers(ready)
    shown = client.get(address(ready)).content.decode()
    assert "not being filled any more" in shown
    assert '<fieldset class="fill-all" disabled>' in shown


def test_a_remark_stands_beside_its_answer_until_it_is_seen_to(
    world: World, ready: Submission, sign_in: SignIn
) -> None:
    said = services.remark(
        actor=world.coordinator, submission=ready, path="firms/f1/firm_size", text="Really small?"
    )
    client = sign_in(world.cda)
    text = client.get(address(ready)).content.decode()
    field = text[
        text.index('data-path="firms/f1/firm_size"') : text.index('data-path="firms/f1/firm_employees"')
    ]
    assert "Really small?" in field
    client.post(address(ready), form_of(client, address(ready)) | {"_seen": str(said.pk)})
    assert "Really small?" not in client.get(address(ready)).content.decode()


def test_what_is_not_asked_any_more_is_kept_and_shown_as_such(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    fill(world.cda, study, row("aobo", "a1", **AOBO) | {"aobo/a1/aobo_where": "cluster"})
    client = sign_in(world.cda)
    text = client.get(address(study)).content.decode()
    field = text[text.index('data-path="aobo/a1/aobo_stakeholders"') :][:900]
    assert "Not asked any more" in field
    assert "Technicians from Solofra" in field
    hidden = text[text.index('data-path="aobo/a1/aobo_countries"') :][:60]
    assert "hidden" in hidden


def test_answers_of_an_older_questionnaire_are_shown_and_stay(
    world: World, own_questionnaire: Callable[..., Questionnaire], sign_in: SignIn
) -> None:
    questionnaire = own_questionnaire({"name": "old", "type": "text", "label": "Old"})
    first = services.publish(actor=world.manager, draft=questionnaire.versions.get())
    draft = services.start(actor=world.manager, programme=world.programme, version=first, title="Penang")
    fill(world.manager, draft, {"old": "kept here"})
    second = services.save_draft(actor=world.manager, questionnaire=questionnaire, definition=definition())
    services.publish(actor=world.manager, draft=second)
    client = sign_in(world.manager)
    assert "This version of the questionnaire was retired" in client.get(address(draft)).content.decode()
    services.move_to_current(actor=world.manager, submission=draft)
    text = client.get(address(draft)).content.decode()
    assert "Answers that are not asked for any more" in text
    assert "kept here" in text
    client.post(address(draft), form_of(client, address(draft)) | {"country": "Malaysia"})
    assert answers(draft) == {"old": "kept here", "country": "Malaysia"}


# Every type, many rows ------------------------------------------------------------------------------------


def test_every_type_of_question_is_filled_without_a_script(
    world: World, own_questionnaire: Callable[..., Questionnaire], sign_in: SignIn
) -> None:
    few = [{"name": name, "label": name} for name in "abc"]
    many = [{"name": f"m{at}", "label": f"M {at}"} for at in range(12)]
    types = ["text", "long-text", "integer", "decimal", "date", "place", "organisation", "note"]
    items: list[dict[str, Any]] = [
        {"name": kind.replace("-", "_"), "type": kind, "label": kind} for kind in types
    ]
    items += [
        {"name": "few", "type": "one", "label": "few", "choices": "few"},
        {"name": "many", "type": "one", "label": "many", "choices": "many", "required": True},
        {"name": "several", "type": "several", "label": "several", "choices": "few"},
        {"name": "groups", "type": "product-group", "label": "groups"},
        {"name": "photos", "type": "photo", "label": "photos"},
    ]
    questionnaire = own_questionnaire(*items, choices={"few": few, "many": many})
    version = services.publish(actor=world.manager, draft=questionnaire.versions.get())
    form = services.start(actor=world.manager, programme=world.programme, version=version, title="All")
    client = sign_in(world.manager)
    typed = {
        "text": "Words",
        "long_text": "More\r\nwords",
        "integer": "1,200",
        "decimal": "12.50",
        "date": "2011-07-31",
        "place": "13.08, 80.27",
        "organisation": "Pakkar Tannery",
        "few": "b",
        "many": "m7",
        "several": ["c", "a"],
        "groups+more": "Goat, Sheep; Cow",
    }
    assert client.post(address(form), form_of(client, address(form)) | typed).status_code == 302
    expected = {
        "text": "Words",
        "long_text": "More\nwords",
        "integer": "1200",
        "decimal": "12.50",
        "date": "2011-07-31",
        "place": "13.08 80.27",
        "organisation": "Pakkar Tannery",
        "few": "b",
        "many": "m7",
        "several": ["a", "c"],
        "groups": ["Goat", "Sheep", "Cow"],
    }
    assert answers(form) == expected
    version_before = Submission.objects.get(pk=form.pk).version
    client.post(address(form), form_of(client, address(form)))
    assert Submission.objects.get(pk=form.pk).version == version_before


def many_rows(world: World, study: Submission, count: int) -> None:
    filled: dict[str, Any] = {}
    for at in range(count):
        filled |= row("aobo", f"a{at:03}", at, **AOBO | {"aobo_issue": f"Issue {at}"})
        filled |= row("firms", f"f{at:03}", at, **FIRM)
    fill(world.cda, study, filled)


def test_many_rows_are_folded_and_come_one_by_one(world: World, study: Submission, sign_in: SignIn) -> None:
    many_rows(world, study, 120)
    client = sign_in(world.cda)
    sent = form_of(client, address(study))
    assert len(sent["_shown"]) <= FIELDS_UNFOLDED
    text = client.get(address(study)).content.decode()
    assert text.count('data-row="aobo/a') == ROWS_LISTED
    assert f"from=aobo:{ROWS_LISTED}" in text
    later = client.get(f"{address(study)}?from=aobo:{2 * ROWS_LISTED}").content.decode()
    assert "Issue 119" in later
    sent = form_of(client, f"{address(study)}?open=aobo/a117")
    assert sent["aobo/a117/aobo_issue"] == ["Issue 117"]
    client.post(address(study), sent | {"aobo/a117/aobo_issue": "Mended"})
    kept = answers(study)
    assert kept["aobo/a117/aobo_issue"] == "Mended"
    assert len(rows_of(kept, "aobo")) == 120


@pytest.mark.parametrize("name", ["form_fill", "form_save"])
def test_a_page_costs_the_same_however_many_rows(
    world: World, study: Submission, sign_in: SignIn, name: str
) -> None:
    client = sign_in(world.cda)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            if name == "form_fill":
                assert client.get(address(study)).status_code == 200
            else:
                save(client, study, {}, since=0)
        return len(asked)

    many_rows(world, study, 3)
    fill(world.cda, study, {"vision": "Export"})
    clash(world, study, "vision")
    cost()
    few = cost()
    many_rows(world, study, 60)
    clash(world, study, "history", "strategy", "firms/f001/firm_note")
    services.remark(actor=world.coordinator, submission=study, path="vision", text="Why?")
    assert cost() == few
    assert few <= MOST_QUERIES


def clash(world: World, study: Submission, *paths: str) -> None:
    seen = Submission.objects.get(pk=study.pk).version
    for text in ("one", "two"):
        changes = [Change(path, text, seen) for path in paths]
        services.save_answers(actor=world.cda, submission=study, changes=changes)


def test_a_page_may_be_kept_by_its_reader_alone(world: World, study: Submission, sign_in: SignIn) -> None:
    answer = sign_in(world.cda).get(address(study))
    assert answer.headers["Field-User"] == str(world.cda.pk)
    assert "private" in answer.headers["Cache-Control"]


def test_a_big_study_is_a_light_page(world: World, study: Submission, sign_in: SignIn) -> None:
    many_rows(world, study, 150)
    client = sign_in(world.cda)
    page = client.get(address(study), headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.content) < 60_000
