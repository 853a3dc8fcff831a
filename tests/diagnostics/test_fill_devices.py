"""What a device that fills a form speaks to, and forms that are begun on a device."""

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
from django.test import Client
from django.urls import reverse

from diagnostics import services
from diagnostics.forms_fill.words import words
from diagnostics.models import Questionnaire, Submission
from tests.conftest import World
from tests.diagnostics.conftest import FIRM, definition, fill, row, version_of
from tests.diagnostics.filling import SignIn, address, answers, form_of, save
from tests.diagnostics.test_filling import picture
from twinning.core.models import Attachment


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
