"""Questionnaires of a programme's own, made by a partner system that manages it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Partner
from tests.conftest import World
from tests.diagnostics.conftest import definition


@pytest.fixture
def manager(world: World) -> Partner:
    return Partner(world.manager)


@pytest.fixture
def made(manager: Partner) -> int:
    own = {"programme": "tanning", "slug": "own", "kind": "policy-case", "title": "Our own"}
    answer = manager.send("post", "questionnaires/", own | {"definition": definition()})
    assert answer.status_code == 201, answer.content
    found: int = answer.json()["id"]
    return found


def wordings(manager: Partner, questionnaire: int) -> dict[int, str]:
    shown = manager.get(f"questionnaires/{questionnaire}/").json()
    return {one["number"]: one["status"] for one in shown["versions"]}


def test_the_library_is_read_with_its_definitions(partner: Partner) -> None:
    (study,) = partner.get("questionnaires/", slug="diagnostic-emerging").json()["results"]
    assert (study["programme"], study["in_use"]) == (None, 1)
    versions = f"questionnaires/{study['id']}/versions/"
    (version,) = partner.get(versions, status="published").json()["results"]
    assert "definition" not in version
    shown = partner.get(f"{versions}{version['id']}/").json()
    assert shown["definition"]["sections"][0]["name"] == "introduction"


def test_a_questionnaire_is_drafted_put_into_use_and_followed_by_the_next(
    manager: Partner, made: int
) -> None:
    versions = f"questionnaires/{made}/versions/"
    (draft,) = manager.get(versions).json()["results"]
    assert manager.send("post", f"{versions}{draft['id']}/publish/").json()["status"] == "published"
    assert manager.get(f"questionnaires/{made}/").json()["in_use"] == 1
    assert manager.change(f"{versions}{draft['id']}/", {"note": "x"}).status_code == 409
    more = definition({"name": "year", "type": "integer", "label": "Year"})
    second = manager.send("post", versions, {"definition": more, "note": "Asks for the year"})
    assert (second.status_code, second.json()["number"]) == (201, 2)
    again = manager.send("post", versions, {"definition": definition()})
    assert (again.status_code, again.json()["current"]["note"]) == (412, "Asks for the year")
    here = f"{versions}{second.json()['id']}/"
    assert manager.change(here, {"note": "Asks for a year"}).json()["definition"] == more
    assert manager.send("post", f"{here}publish/", If_Match=second["ETag"]).status_code == 412
    assert manager.send("post", f"{here}publish/").status_code == 200
    assert wordings(manager, made) == {2: "published", 1: "retired"}
    assert manager.send("post", f"{here}retire/").json()["status"] == "retired"
    assert manager.send("post", f"{here}retire/").status_code == 409


def test_a_form_of_it_is_begun_while_it_is_in_use(manager: Partner, made: int) -> None:
    form = {"programme": "tanning", "questionnaire": "own", "title": "Case", "key": "0" * 31 + "1"}
    assert manager.send("post", "submissions/", form).status_code == 400
    versions = f"questionnaires/{made}/versions/"
    (draft,) = manager.get(versions).json()["results"]
    here = f"{versions}{draft['id']}/"
    assert manager.send("post", f"{here}publish/").status_code == 200
    first = manager.send("post", "submissions/", form)
    assert (first.status_code, first.json()["questionnaire"]["number"]) == (201, 1)
    manager.send("post", f"{here}retire/")
    again = manager.send("post", "submissions/", form)
    assert again.json()["id"] == first.json()["id"]
    (case,) = manager.get("assessments/").json()["results"]
    assert (case["kind"], case["cluster"]) == ("policy-case", None)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({}, ["title: has no words in the questionnaire’s own language", "sections: has no section"]),
        (
            definition({"name": "Bad name", "type": "text", "label": "x"}),
            ["all/Bad name: needs a name of small letters, digits and _, a letter first"],
        ),
        (
            definition({"name": "a", "type": "one", "label": "x"}, {"name": "b", "type": "?", "label": "x"}),
            ["all/a: has no list of choices “”", "all/b: is of the unknown type “?”"],
        ),
    ],
)
def test_everything_that_is_wrong_is_listed(manager: Partner, wrong: dict[str, Any], told: list[str]) -> None:
    own = {"programme": "tanning", "slug": "own", "kind": "policy-case", "title": "Our own"}
    answer = manager.send("post", "questionnaires/", own | {"definition": wrong})
    assert (answer.status_code, answer.json()["reason"]) == (400, "unsound_questionnaire")
    errors = answer.json()["errors"]
    assert {error["pointer"] for error in errors} == {"#/definition"}
    assert [error["detail"] for error in errors] == told


def test_who_does_not_manage_reads_and_writes_none(world: World, manager: Partner, made: int) -> None:
    own = {"programme": "tanning", "slug": "own-2", "kind": "policy-case", "title": "Our own"}
    agent = Partner(world.cda)
    assert agent.send("post", "questionnaires/", own | {"definition": definition()}).status_code == 403
    assert agent.get(f"questionnaires/{made}/").status_code == 200
    (draft,) = agent.get(f"questionnaires/{made}/versions/").json()["results"]
    assert agent.send("post", f"questionnaires/{made}/versions/{draft['id']}/publish/").status_code == 403
    for who in ("donor", "association", "stranger"):
        assert Partner(getattr(world, who)).get("questionnaires/").json()["results"] == []
    assert Partner(world.neighbour).get("questionnaires/", slug="own").json()["results"] == []


def test_one_of_the_library_is_changed_by_nobody(manager: Partner) -> None:
    (study,) = manager.get("questionnaires/", slug="diagnostic-advanced").json()["results"]
    versions = f"questionnaires/{study['id']}/versions/"
    assert manager.send("post", versions, {"definition": definition()}).status_code == 403
