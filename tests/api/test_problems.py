from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Partner
from tests.conftest import World
from twinning.core.api.problems import PROBLEMS


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert (answer.status_code, said["status"], said["type"]) == (status, status, f"/api/v1/problems/{code}/")
    assert said["title"]
    assert said["detail"]
    return said


def test_an_address_that_is_none(partner: Partner) -> None:
    is_problem(partner.get("nothing/"), 404, "not-found")
    is_problem(partner.get("clusters"), 404, "not-found")
    is_problem(partner.get("clusters/no-such/"), 404, "not-found")
    is_problem(partner.send("post", "nothing/", {}), 404, "not-found")


def test_a_method_that_is_none(partner: Partner) -> None:
    answer = partner.send("put", "clusters/leather/", {})
    is_problem(answer, 405, "method-not-allowed")
    assert answer["Allow"] == "GET, HEAD, PATCH"


def test_a_form_of_answer_that_is_none(partner: Partner) -> None:
    is_problem(partner.get("clusters/", headers={"Accept": "text/csv"}), 406, "not-acceptable")


def test_a_form_of_content_that_is_none(partner: Partner) -> None:
    answer = partner.generic("POST", "people/", b"<x/>", content_type="text/xml")
    is_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": NaN}'])
def test_what_cannot_be_read(partner: Partner, body: bytes) -> None:
    is_problem(partner.generic("POST", "people/", body, content_type="application/json"), 400, "malformed")


def test_too_much_at_once(partner: Partner, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = partner.send("post", "people/", {"name": "x" * 200})
    is_problem(answer, 413, "too-large")


def test_each_error_points_to_its_cause(partner: Partner) -> None:
    body = {
        "programme": "tanning",
        "kind": "ca",
        "title": "A",
        "parties": [{"organisation": 999999, "role": "x"}],
        "colour": "red",
    }
    said = is_problem(partner.send("post", "agreements/", body), 400, "validation")
    assert {error["pointer"]: error["code"] for error in said["errors"]} == {"#/colour": "unknown"}
    del body["colour"]
    said = is_problem(partner.send("post", "agreements/", body), 400, "validation")
    assert {error["pointer"]: error["code"] for error in said["errors"]} == {
        "#/parties/0/organisation": "does_not_exist",
        "#/parties/0/role": "invalid_choice",
        "#/parties/0/side": "required",
    }


def test_a_rule_of_the_programme_refuses(world: World, partner: Partner) -> None:
    answer = partner.send("post", "twinnings/leather--santa-croce/move/", {"to": "abandoned"})
    said = is_problem(answer, 400, "validation")
    assert said["errors"][0]["pointer"] == "#/reason"
    answer = partner.send("post", "twinnings/leather--santa-croce/move/", {"to": "lapsed", "reason": "x"})
    assert is_problem(answer, 409, "conflict")["reason"] == "wrong_state"


def test_a_record_as_a_whole_is_refused(partner: Partner) -> None:
    body = {"measure": "units", "qualifier": "range", "value": "5", "source": "study"}
    said = is_problem(partner.send("post", "clusters/leather/figures/", body), 400, "validation")
    assert said["errors"][0]["pointer"] == "#"


def test_both_databases_refuse_the_same_numbers(partner: Partner) -> None:
    body = {"measure": "units", "qualifier": "exact", "value": "5", "source": "study", "year": 40_000}
    said = is_problem(partner.send("post", "clusters/leather/figures/", body), 400, "validation")
    assert said["errors"][0]["pointer"] == "#/year"
    assert partner.get("clusters/leather/figures/", year="40000").status_code == 400


def test_an_unknown_parameter_is_named(partner: Partner) -> None:
    said = is_problem(partner.get("activities/", colour="red"), 400, "parameter")
    assert said["errors"] == [
        {"parameter": "colour", "detail": "There is no such parameter.", "code": "unknown"}
    ]
    is_problem(partner.get("clusters/leather/", kind="TB"), 400, "parameter")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "x"),
        ("sort", "title"),
        ("cursor", "x"),
        ("kind", "XX"),
        ("on", "31.7.2011"),
        ("organiser", "x"),
        ("updated_since", "yesterday"),
        ("updated_since", "0001-01-01T00:00:00+18:00"),
        ("organiser", "1e303"),
        ("doubtful", "perhaps"),
        ("q", "\x00"),
    ],
)
def test_a_wrong_parameter_is_named(partner: Partner, name: str, value: str) -> None:
    answer = partner.get("activities/", **{name: value})
    said = is_problem(answer, 400, "parameter")
    assert [error["parameter"] for error in said["errors"]] == [name]


def test_refusals_are_in_the_language_asked_for(partner: Partner) -> None:
    english = partner.get("nothing/")
    assert english["Content-Language"] == "en"


def test_what_a_refusal_means_can_be_read_by_anybody(db: None) -> None:
    anybody = Client()
    assert len(anybody.get("/api/v1/problems/").json()) == len(PROBLEMS)
    one = anybody.get("/api/v1/problems/stale-version/").json()
    assert (one["status"], one["type"]) == (412, "/api/v1/problems/stale-version/")
    is_problem(anybody.get("/api/v1/problems/none/"), 404, "not-found")


def test_what_nobody_foresaw_is_a_problem_too(partner: Partner, monkeypatch: Any) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("clusters.api.clusters.ClusterViewSet.get_queryset", fail)
    partner.raise_request_exception = False
    said = is_problem(partner.get("clusters/"), 500, "server-error")
    assert "bug" not in str(said)
