"""Studies as a partner system files them: begun, filled from two sides, given back, approved, revised."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from diagnostics.models import Submission
from tests.api.conftest import Partner
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, row

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
BEGUN = {"programme": "tanning", "questionnaire": "diagnostic-emerging", "cluster": "leather"}


@pytest.fixture
def agent(world: World) -> Partner:
    return Partner(world.cda)


def begun(partner: Partner, **values: Any) -> dict[str, Any]:
    answer = partner.send("post", "submissions/", BEGUN | values)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def changes(answers: dict[str, Any], seen: int) -> list[dict[str, Any]]:
    return [{"path": path, "value": value, "seen": seen} for path, value in answers.items()]


def fill(partner: Partner, form: int, answers: dict[str, Any], seen: int = 10_000, **more: Any) -> Any:
    body = {"changes": changes(answers, seen), **more}
    answer = partner.send("post", f"submissions/{form}/answers/", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def act(partner: Partner, form: int, what: str, body: Any = None, **headers: str) -> Any:
    return partner.send("post", f"submissions/{form}/{what}/", body, **headers)


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json()["errors"]]


READY = row("firms", "f1", **FIRM) | row("aobo", "a1", **AOBO)


@pytest.fixture
def ready(agent: Partner) -> int:
    form: int = begun(agent)["id"]
    fill(agent, form, READY)
    return form


def test_a_form_is_begun_once_whatever_the_line_does(agent: Partner) -> None:
    key = str(uuid.uuid4())
    first = begun(agent, key=key, held_on="2007-05-02")
    again = begun(agent, key=key, held_on="2007-05-02")
    assert (again["id"], first["origin"], first["status"], first["answered"]) == (
        first["id"],
        "api",
        "draft",
        0,
    )
    assert first["questionnaire"]["slug"] == "diagnostic-emerging"
    assert Submission.objects.count() == 1


def test_what_is_no_form_is_refused_at_its_cause(agent: Partner) -> None:
    refused: list[tuple[dict[str, Any], str | None]] = [
        ({"questionnaire": "no-such"}, "#/questionnaire"),
        ({"cluster": "elsewhere"}, "#/cluster"),
        ({"programme": "other"}, "#/programme"),
        ({"key": "1"}, "#/key"),
        ({"color": "red"}, "#/color"),
        ({"cluster": None}, None),
    ]
    for wrong, where in refused:
        answer = agent.send("post", "submissions/", BEGUN | wrong)
        assert answer.status_code == (400 if where else 403), answer.content
        assert where is None or pointers(answer) == [where]


def test_two_clients_fill_one_form_and_a_person_settles_what_clashes(world: World, agent: Partner) -> None:
    office, form = Partner(world.partner), begun(agent)["id"]
    first = fill(agent, form, {"vision": "More exports", "strengths": "Skill"}, seen=1, device="Tablet")
    assert (sorted(first["taken"]), first["clashes"], first["version"]) == (["strengths", "vision"], [], 2)
    second = fill(office, form, {"vision": "Cleaner leather", "threats": "Effluents"}, seen=1, device="Desk")
    assert (second["taken"], second["clashes"]) == (["threats"], ["vision"])
    shown = agent.get(f"submissions/{form}/").json()
    assert shown["answers"] == {"vision": "More exports", "strengths": "Skill", "threats": "Effluents"}
    assert shown["clashes"]["vision"][0] | {"at": ""} == {
        "value": "Cleaner leather",
        "by": "Partner",
        "at": "",
        "device": "Desk",
    }
    fill(agent, form, READY)
    hindered = act(agent, form, "submit")
    assert (hindered.status_code, pointers(hindered)) == (409, ["#/vision"])
    assert [p["code"] for p in agent.get(f"submissions/{form}/problems/").json()["problems"]] == ["clash"]
    fill(agent, form, {"vision": "Both"}, settle=True)
    assert act(agent, form, "submit").status_code == 200


def test_an_answer_that_cannot_be_kept_does_not_hinder_the_rest(agent: Partner) -> None:
    form = begun(agent)["id"]
    answers = {
        "baseline/b1": 0,
        "baseline/b1/measure": "Exports",
        "baseline/b1/measure_value": "much",
        "x": "y",
    }
    saved = fill(agent, form, answers)
    assert sorted(saved["refused"]) == ["baseline/b1/measure_value", "x"]
    assert sorted(saved["taken"]) == ["baseline/b1", "baseline/b1/measure"]
    for bad in ("a\x00b", ["\ud800"], [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]):
        answer = agent.send("post", f"submissions/{form}/answers/", {"changes": changes({"vision": bad}, 1)})
        assert (answer.status_code, pointers(answer)) == (400, ["#/changes/0/value"])


def test_what_hinders_is_named_by_its_path_before_and_when_it_is_handed_in(agent: Partner) -> None:
    form = begun(agent)["id"]
    fill(agent, form, {"aobo/a1": 0, "aobo/a1/aobo_where": "cluster"})
    told = agent.get(f"submissions/{form}/problems/").json()["problems"]
    assert told[0] == {
        "path": "aobo/a1/aobo_firms",
        "code": "missing",
        "question": "Issues 1: Principal firms",
        "message": "This is needed.",
    }
    refused = act(agent, form, "submit")
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_ready")
    assert sorted(pointers(refused)) == sorted(f"#/{one['path']}" for one in told)


def test_a_form_is_given_back_mended_approved_and_revised(world: World, agent: Partner, ready: int) -> None:
    reviewer = Partner(world.coordinator)
    assert act(agent, ready, "submit").json()["status"] == "submitted"
    closed = agent.send("post", f"submissions/{ready}/answers/", {"changes": changes({"vision": "Late"}, 9)})
    assert (closed.status_code, closed.json()["reason"]) == (409, "form_not_open")
    assert act(agent, ready, "approve").status_code == 403
    assert pointers(act(reviewer, ready, "return", {})) == ["#/reason"]
    said = {"reason": "Nearly", "remarks": [{"path": "aobo/a1/aobo_entry", "text": "Which firms?"}]}
    back = act(reviewer, ready, "return", said).json()
    assert (back["status"], {one["path"] for one in back["remarks"]}) == (
        "returned",
        {"", "aobo/a1/aobo_entry"},
    )
    fill(agent, ready, {"aobo/a1/aobo_entry": "Firms A and B"})
    open_ones = agent.get(f"submissions/{ready}/remarks/", open="true").json()["results"]
    for one in open_ones:
        assert act(agent, ready, f"remarks/{one['id']}/close").json()["closed_at"]
    assert agent.get(f"submissions/{ready}/remarks/", open="true").json()["results"] == []
    seen = act(agent, ready, "submit")["ETag"]
    act(agent, ready, "take-back")
    act(agent, ready, "submit")
    assert act(reviewer, ready, "approve", If_Match=seen).status_code == 412
    approved = act(reviewer, ready, "approve", If_Match=reviewer.get(f"submissions/{ready}/")["ETag"])
    assert approved.json()["status"] == "approved"
    second = act(agent, ready, "revise")
    assert (second.status_code, second.json()["edition"], second.json()["revises"]) == (201, 2, ready)
    assert act(agent, ready, "revise").status_code == 409


def test_a_remark_is_made_of_an_answer_that_is_asked(agent: Partner, ready: int) -> None:
    made = act(agent, ready, "remarks", {"path": "vision", "text": "Ask the association"})
    assert (made.status_code, made.json()["by"]) == (201, "Cda")
    assert agent.get(made["Location"]).json()["text"] == "Ask the association"
    assert act(agent, ready, "remarks", {"path": "no_such", "text": "x"}).status_code == 400


def test_what_a_form_is_about_is_changed_with_the_version_that_was_seen(world: World, agent: Partner) -> None:
    form = begun(agent)["id"]
    here = f"submissions/{form}/"
    assert agent.send("patch", here, {"title": "Study"}).status_code == 428
    tag = agent.get(here)["ETag"]
    sent = {"title": "Study", "held_on": "2007-06-01", "organisation": world.tannery.pk}
    changed = agent.send("patch", here, sent, If_Match=tag)
    assert changed.json()["organisation"] == {"id": world.tannery.pk, "name": "Pakkar Tannery"}
    late = agent.send("patch", here, {"title": "Other"}, If_Match=tag)
    assert (late.status_code, late.json()["current"]["title"]) == (412, "Study")
    assert agent.change(here, {"cluster": "footwear"}).status_code == 403
    assert agent.change(here, {"cluster": None}).status_code == 403


def test_a_draft_is_put_aside_and_taken_up_again(agent: Partner, ready: int) -> None:
    assert pointers(act(agent, ready, "withdraw")) == ["#/reason"]
    assert act(agent, ready, "withdraw", {"reason": "Twice"}).json()["status"] == "withdrawn"
    assert agent.change(f"submissions/{ready}/", {"title": "x"}).status_code == 409
    assert act(agent, ready, "take-up").json()["status"] == "draft"
    assert act(agent, ready, "move-to-current").status_code == 409


def test_a_photo_is_sent_once_and_then_named_in_an_answer(agent: Partner) -> None:
    form = begun(agent)["id"]
    address = f"submissions/{form}/photos/"
    first = agent.post(address, {"file": SimpleUploadedFile("map.png", DOT)})
    assert (first.status_code, first.json()["media_type"]) == (201, "image/png"), first.content
    assert (
        agent.post(address, {"file": SimpleUploadedFile("map.png", DOT)}).json()["id"] == first.json()["id"]
    )
    assert fill(agent, form, {"map_photo": [first.json()["id"]]})["taken"] == ["map_photo"]
    assert list(fill(agent, form, {"map_photo": [first.json()["id"] + 1]})["refused"]) == ["map_photo"]
    text = agent.post(address, {"file": SimpleUploadedFile("map.txt", b"No photo")})
    assert (text.status_code, pointers(text)) == (400, ["#/file"])
    assert b"".join(agent.get(f"files/{first.json()['id']}/").streaming_content) == DOT


def test_a_post_with_a_key_of_its_own_is_answered_once(agent: Partner, ready: int) -> None:
    first = act(agent, ready, "submit", Idempotency_Key="hand-in")
    again = act(agent, ready, "submit", Idempotency_Key="hand-in")
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert act(agent, ready, "submit").status_code == 409
