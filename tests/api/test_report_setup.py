"""Texts and layouts of reports over the API, and what everybody may ask about a report there."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitoring import services
from monitoring.models import Report
from tests.api.conftest import Partner
from tests.conftest import World
from tests.monitoring.reporting import files, issue, picture, results
from tests.monitoring.results import tables
from twinning.core.report_codes import address_of, grouped

TEXT = {"programme": "tanning", "kind": "results", "section": "typed", "text": "One."}


def problem(answer: Any) -> Any:
    return answer.json()["errors"][0]["pointer"]


def test_a_text_is_written_changed_and_cleared(world: World) -> None:
    manager = Partner(world.manager)
    made = manager.send("post", "report-texts/", TEXT)
    assert (made.status_code, made.json()["language"], made.json()["period"]) == (201, "en", None)
    here = f"report-texts/{made.json()['id']}/"
    assert manager.send("post", "report-texts/", TEXT | {"text": "Two."}).status_code == 412
    assert manager.change(here, {"text": "Two."}).json()["version"] == 2
    assert manager.send("patch", here, {"text": "Three."}, If_Match=made["ETag"]).status_code == 412
    assert manager.send("patch", here, {"text": "Three."}, If_Match="*").json()["text"] == "Three."
    assert len(manager.get("report-texts/", kind="results", section="typed").json()["results"]) == 1
    assert manager.send("delete", here, If_Match="*").status_code == 204
    assert manager.get(here).status_code == 404


def test_a_text_that_fits_nowhere_names_its_member(world: World) -> None:
    manager = Partner(world.manager)
    for member, value in (("section", "x"), ("kind", "x"), ("text", " "), ("language", "xx")):
        answer = manager.send("post", "report-texts/", TEXT | {member: value})
        assert (answer.status_code, problem(answer)) == (400, f"#/{member}")


def test_a_layout_is_made_changed_and_taken_back(world: World) -> None:
    manager = Partner(world.manager)
    body = {"programme": "tanning", "kind": "results", "order": ["evidence"], "left_out": ["chain"]}
    made = manager.send("post", "report-layouts/", body)
    assert made.status_code == 201
    assert made.json()["order"][:3] == ["evidence", "chain", "results"]
    here = f"report-layouts/{made.json()['id']}/"
    refused = manager.change(here, {"left_out": ["restatements"]})
    assert (refused.status_code, problem(refused)) == (400, "#/left_out")
    pale = manager.change(here, {"accent": "#ffff00"})
    assert (pale.status_code, problem(pale)) == (400, "#/accent")
    assert "1.07 to 1" in pale.json()["errors"][0]["detail"]
    sent = {"file": SimpleUploadedFile("l.png", picture(), "image/png"), "logo_alt": "UNIDO"}
    logo = manager.post(f"{here}logo/", sent)
    assert (logo.status_code, logo.json()["logo"]["media_type"]) == (200, "image/png")
    assert manager.send("post", f"{here}remove-logo/").json()["logo"] is None
    reset = manager.send("post", f"{here}reset/").json()
    assert (reset["order"], reset["left_out"]) == ([], [])


def test_lists_cost_the_same_however_long_they_are(world: World) -> None:
    manager = Partner(world.manager)
    counted = []
    for languages in (("en", "fr"), ("it", "es")):
        for language in languages:
            for section in ("chain", "typed", "practices"):
                services.write_narrative(
                    actor=world.manager,
                    programme=world.programme,
                    kind="results",
                    section=section,
                    language=language,
                    text="x",
                )
        for kind in ("results", "portfolio") if "en" in languages else ("evaluation", "diagnostic-study"):
            services.lay_out_report(actor=world.manager, programme=world.programme, kind=kind, version=None)
        found = {}
        for address in ("report-texts/", "report-layouts/"):
            manager.get(address)
            with CaptureQueriesContext(connection) as queries:
                manager.get(address)
            found[address] = len(queries)
        counted.append(found)
    assert counted[0] == counted[1]


def test_a_report_tells_its_code_and_everybody_may_verify_it(world: World) -> None:
    tables(world)
    draft = results(world)
    manager, nobody = Partner(world.manager), Client()
    told = manager.get(f"reports/{draft.pk}/").json()
    assert (told["code"], told["verify_url"]) == (grouped(draft.code), address_of(draft.code))
    where = f"/api/v1/verifications/{draft.code.lower()}/"
    assert nobody.get(where).json() == {
        "code": grouped(draft.code),
        "verify_url": address_of(draft.code),
        "state": "draft",
        "issued_on": None,
        "match": None,
        "report": None,
    }
    assert manager.get(where).json()["report"]["title"] == draft.title
    issued = issue(world, draft)
    shown = nobody.get(where, {"sha256": files(issued)[".pdf"].sha256}).json()
    assert (shown["state"], shown["match"]) == ("issued", "issued")
    assert shown["report"]["snapshot_sha256"] == issued.snapshot_sha256
    assert {file["sha256"] for file in shown["report"]["files"]} == {
        file.sha256 for file in files(issued).values()
    }
    assert nobody.get(where, {"sha256": "0" * 64}).json()["match"] == "none"
    assert nobody.get(where, {"sha256": "x"}).status_code == 400
    assert nobody.get("/api/v1/verifications/0000-0000-0000/").status_code == 404
    assert nobody.get("/api/v1/verifications/nonsense/").status_code == 404


def test_a_report_that_names_no_language_has_the_usual_one(world: World) -> None:
    services.lay_out_report(
        actor=world.manager, programme=world.programme, kind="portfolio", version=None, language="it"
    )
    body = {"programme": "tanning", "kind": "portfolio", "as_of": "2011-07-31"}
    made = Partner(world.manager).send("post", "reports/", body)
    assert made.json()["language"] == "it"
    assert Report.objects.get().language == "it"
