"""The page on which a form is filled, as a browser without a script uses it, and what a device speaks to."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diagnostics import services
from diagnostics.forms_fill.page import FIELDS_UNFOLDED, ROWS_LISTED
from diagnostics.forms_fill.words import words
from diagnostics.models import Questionnaire, Submission
from diagnostics.rules.answers import Change, rows_of
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, definition, fill, row, version_of
from tests.diagnostics.test_filling import picture
from twinning.core.models import Attachment

SignIn = Callable[[Any], Client]
MOST_QUERIES = 20


def address(submission: Submission, name: str = "form_fill") -> str:
    return reverse(name, args=[submission.programme.slug, submission.pk])


def answers(submission: Submission) -> dict[str, Any]:
    found: dict[str, Any] = Submission.objects.get(pk=submission.pk).answers
    return found


def form_of(client: Client, url: str) -> dict[str, Any]:
    """The controls of the form of a page with what they hold, as a browser would send them back."""
    text = client.get(url).content.decode()
    form = text[text.index('id="fill-form"') : text.index('<div class="fill-bar"')]
    form = re.sub(r"<template.*?</template>", "", form, flags=re.DOTALL)
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        kind = found.get("type", "text")
        if kind in ("file", "search") or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        sent.setdefault(found["name"], []).append(found.get("value", ""))
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [value.replace("\n", "\r\n")]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.findall(r'value="([^"]*)" selected', options) or [""]
    return sent


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


# A device -------------------------------------------------------------------------------------------------


def save(
    client: Client, submission: Submission, changes: dict[str, Any], *, seen: int = 1, **more: Any
) -> Any:
    body = {
        "device": "Telephone",
        "changes": [{"path": path, "value": value, "seen": seen} for path, value in changes.items()],
        **more,
    }
    return client.post(address(submission, "form_save"), json.dumps(body), content_type="application/json")


def test_a_device_is_told_what_it_does_not_know(world: World, study: Submission, sign_in: SignIn) -> None:
    fill(world.coordinator, study, {"history": "Old", "strategy": "Together"})
    since = Submission.objects.get(pk=study.pk).version
    fill(world.coordinator, study, {"strategy": None, "threats": "Costs"})
    answer = save(sign_in(world.cda), study, {"vision": "Export"}, seen=since, since=since).json()
    assert answer["answers"] == {"strategy": None, "threats": "Costs", "vision": "Export"}
    assert answer["taken"] == ["vision"]
    assert (answer["version"], answer["is_open"]) == (since + 2, True)


def test_a_device_may_send_everything_again(world: World, study: Submission, sign_in: SignIn) -> None:
    client = sign_in(world.cda)
    changes = row("firms", "f1", **FIRM) | {"vision": "Export"}
    first = save(client, study, changes).json()
    again = save(client, study, changes).json()
    assert (again["version"], again["clashes"], again["taken"]) == (first["version"], {}, [])


def test_two_devices_are_both_told_of_a_clash(world: World, study: Submission, sign_in: SignIn) -> None:
    fill(world.coordinator, study, {"vision": "Home market"})
    client = sign_in(world.cda)
    told = save(client, study, {"vision": "Export"}).json()
    stands, waits = told["clashes"]["vision"]
    assert (stands["value"], stands["name"]) == ("Home market", "Coordinator")
    assert (waits["value"], waits["device"], waits["key"]) == ("Export", "Telephone", "0")
    settled = save(client, study, {"vision": "Export"}, seen=told["version"], settle=True).json()
    assert (settled["clashes"], settled["answers"]["vision"]) == ({}, "Export")


def test_a_refused_answer_is_named_and_the_rest_is_kept(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    told = save(sign_in(world.cda), study, {"vision": "Export", "nobody": 1, "firms/f1": "x"}).json()
    assert set(told["refused"]) == {"nobody", "firms/f1"}
    assert told["answers"] == {"vision": "Export"}


def test_a_form_that_is_not_open_takes_nothing_and_still_tells(
    world: World, ready: Submission, sign_in: SignIn
) -> None:
    services.submit(actor=world.cda, submission=ready)
    client = sign_in(world.cda)
    refused = save(client, ready, {"vision": "Too late"})
    assert (refused.status_code, refused.json()["reason"]) == (409, "form_not_open")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert save(client, ready, {}).json()["is_open"] is False


def test_a_remark_is_seen_to_from_a_device(world: World, ready: Submission, sign_in: SignIn) -> None:
    said = services.remark(actor=world.coordinator, submission=ready, path="", text="More firms.")
    client = sign_in(world.cda)
    assert [one["text"] for one in save(client, ready, {}).json()["remarks"]] == ["More firms."]
    assert save(client, ready, {}, seen_to=[said.pk, 10**9]).json()["remarks"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"changes": {}}', 400),
        ('{"changes": [1]}', 400),
        ('{"changes": [{"path": "vision"}]}', 400),
        ('{"changes": [{"path": 1, "value": 1}]}', 400),
        ('{"changes": [{"path": "vision", "value": "x", "seen": -1}]}', 400),
        ('{"changes": [{"path": "vision", "value": "x", "seen": true}]}', 400),
        ('{"since": "new"}', 400),
        ('{"device": 5}', 400),
        ('{"changes": [{"path": "vision", "value": NaN, "seen": 1}]}', 400),
        (json.dumps({"changes": [{"path": "x" * 201, "value": 1, "seen": 1}]}), 400),
        (json.dumps({"changes": [{"path": "vision", "value": None, "seen": 1}] * 501}), 413),
        (json.dumps({"device": "x" * 1_100_000}), 413),
        (json.dumps({"changes": [{"path": "vision", "value": {"a": []}, "seen": 1}]}), 200),
        (
            json.dumps({"device": "\u0000a", "changes": [{"path": "\u0000", "value": "\u0000", "seen": 1}]}),
            200,
        ),
    ],
)
def test_a_bad_body_is_refused_in_words(
    world: World, study: Submission, sign_in: SignIn, body: str, status: int
) -> None:
    answer = sign_in(world.cda).post(address(study, "form_save"), body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json().get("detail") if status != 200 else answer.json()["version"] == 1


def test_nothing_is_taken_without_the_token_of_the_session(world: World, study: Submission) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cda, backend="twinning.core.accounts.KnownPeopleBackend")
    assert save(client, study, {"vision": "Export"}).status_code == 403
    client.get(address(study))
    token = client.cookies["csrftoken"].value
    body = json.dumps({"changes": [{"path": "vision", "value": "Export", "seen": 1}]})
    answer = client.post(
        address(study, "form_save"),
        body,
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 200


def test_a_page_of_another_user_saves_nothing_in_my_name(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    answer = sign_in(world.coordinator).post(
        address(study, "form_save"),
        json.dumps({"changes": [{"path": "vision", "value": "Export", "seen": 1}]}),
        content_type="application/json",
        headers={"Field-User": str(world.cda.pk)},
    )
    assert (answer.status_code, answer.json()["reason"]) == (409, "other_user")
    assert answers(study) == {}


def test_a_photo_that_is_sent_twice_has_one_id(world: World, study: Submission, sign_in: SignIn) -> None:
    client, url = sign_in(world.cda), address(study, "form_photo")
    sent = [client.post(url, {"photo": SimpleUploadedFile("a.jpg", picture())}) for _time in range(2)]
    assert [one.status_code for one in sent] == [201, 201]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert Attachment.objects.of(study).count() == 1
    refused = client.post(url, {"photo": SimpleUploadedFile("a.jpg", b"no")})
    assert (refused.status_code, refused.json()["reason"]) == (400, "unfit_file")


# A form that is begun on a device -------------------------------------------------------------------------


def create(client: Client, world: World, **body: Any) -> Any:
    sent = {
        "key": str(uuid.uuid4()),
        "questionnaire": "diagnostic-emerging",
        "number": version_of("diagnostic-emerging").number,
        "cluster": "leather",
        "about": "",
        "title": "",
    } | body
    url = reverse("form_create", args=[world.programme.slug])
    return client.post(url, json.dumps(sent), content_type="application/json")


def test_a_form_begun_on_a_device_is_made_once(world: World, sign_in: SignIn) -> None:
    client, key = sign_in(world.cda), str(uuid.uuid4())
    first, second = (create(client, world, key=key).json() for _time in range(2))
    assert first == second
    made = Submission.objects.get()
    assert (str(made.key), made.cluster, made.created_by) == (key, world.leather, world.cda)
    assert first["urls"]["save"] == address(made, "form_save")


def test_a_device_may_bring_a_form_of_a_version_that_was_retired(
    world: World, own_questionnaire: Callable[..., Questionnaire], sign_in: SignIn
) -> None:
    questionnaire = own_questionnaire()
    first = services.publish(actor=world.manager, draft=questionnaire.versions.get())
    second = services.save_draft(
        actor=world.manager, questionnaire=questionnaire, definition=definition(title="Newer")
    )
    services.publish(actor=world.manager, draft=second)
    told = create(sign_in(world.manager), world, questionnaire="own", number=first.number).json()
    assert told["retired"] is True
    assert Submission.objects.get().questionnaire_version == first


def test_a_firm_is_known_by_its_name_or_named_in_the_title(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.cda)
    create(client, world, about="pakkar tannery")
    create(client, world, about="New Tannery")
    known, new = Submission.objects.order_by("pk")
    assert known.organisation == world.tannery
    assert (new.organisation, new.title) == (None, "Diagnostic study of an emerging cluster: New Tannery")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"cluster": "footwear"}, 403),
        ({"cluster": "nowhere"}, 404),
        ({"cluster": "-"}, 403),
        ({"number": 99}, 404),
        ({"questionnaire": "nobody"}, 404),
        ({"key": "no"}, 400),
    ],
)
def test_a_device_begins_only_what_its_user_may(
    world: World, sign_in: SignIn, body: dict[str, Any], status: int
) -> None:
    assert create(sign_in(world.cda), world, **body).status_code == status
    assert not Submission.objects.exists()


def test_a_blank_form_is_begun_and_filled_at_once_without_a_script(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.cda)
    url = reverse("form_blank", args=[world.programme.slug, "diagnostic-emerging", "leather"])
    sent = form_of(client, url) | {"vision": "Export", "_add": "firms"}
    answers_of = [client.post(url, sent) for _time in range(2)]
    assert [one.status_code for one in answers_of] == [302, 302]
    made = Submission.objects.get()
    assert made.answers["vision"] == "Export"
    assert f"/{made.pk}/fill" in answers_of[0].headers["Location"]


def test_the_field_offers_what_its_user_may_begin_and_go_on_with(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    url = reverse("field", args=[world.programme.slug])
    page = sign_in(world.cda).get(url)
    assert [cluster for cluster, _blanks in page.context["blanks"]] == ["Chennai leather"]
    assert [form for form, _url in page.context["forms"]] == [study]
    other = sign_in(world.cda_other).get(url)
    assert [cluster for cluster, _blanks in other.context["blanks"]] == ["Chennai footwear"]
    assert other.context["forms"] == []


def test_a_form_about_a_firm_asks_which_and_keeps_what_was_typed(
    world: World, about_firms: Questionnaire, sign_in: SignIn
) -> None:
    client = sign_in(world.cda)
    url = reverse("form_blank", args=[world.programme.slug, about_firms.slug, "leather"])
    refused = client.post(url, form_of(client, url) | {"wave": "First"})
    assert refused.status_code == 422
    assert "Say which firm this is about." in refused.content.decode()
    assert 'value="First"' in refused.content.decode()
    sent = form_of(client, url) | {"wave": "First", "_about": "Pakkar Tannery"}
    assert client.post(url, sent).status_code == 302
    assert Submission.objects.get().organisation == world.tannery
    assert create(client, world, questionnaire=about_firms.slug, number=1).json()["reason"] == "no_firm"


@pytest.fixture
def about_firms(world: World) -> Questionnaire:
    """A questionnaire of the programme that is filled for each firm."""
    plan = [
        {"name": name, "type": "text", "label": name} for name in ("action", "action_pillar", "action_due")
    ]
    items = [
        {"name": "wave", "type": "text", "label": "Wave"},
        {"name": "plan", "type": "repeat", "label": "Plan", "items": plan},
    ]
    questionnaire = services.create_questionnaire(
        actor=world.manager,
        programme=world.programme,
        slug="of-firms",
        kind="readiness",
        title="Readiness",
        definition={"title": "Readiness", "sections": [{"name": "all", "label": "All", "items": items}]},
    )
    services.publish(actor=world.manager, draft=questionnaire.versions.get())
    return questionnaire


def test_scripts_say_only_words_that_there_are() -> None:
    scripts = Path(settings.BASE_DIR, "static", "js", "field")
    said = set()
    for script in scripts.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        if script.name != "session.js":
            said |= set(re.findall(r"\bwords\.([a-z_]+)", text))
        said |= set(re.findall(r'say\((?:\w+\.)*words, "([a-z_]+)"', text))
    assert len(said) > 30
    assert said - set(words()) == set()


def test_the_worker_names_only_files_that_exist(client: Client) -> None:
    worker = client.get(reverse("service_worker"))
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
    named = re.findall(r'"/static/([^"]+)"', worker.content.decode())
    assert "js/field/worker.js" in named
    assert len(named) > 10
    assert [name for name in named if not find(name)] == []
    icons = client.get(reverse("web_manifest")).json()["icons"]
    assert [icon for icon in icons if not find(icon["src"].removeprefix("/static/"))] == []
