"""Studies and assessments as records, and what forms say as rows across them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.services import add_product_group
from diagnostics import services
from diagnostics.models import Questionnaire, Submission
from tests.api.conftest import Partner
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, definition, fill, row, version_of
from twinning.core.models import User

BASELINE: dict[str, Any] = {
    "measure": "Exports",
    "measure_value": "12.5",
    "measure_unit": "M USD",
    "measure_year": "2006",
}


def emerging(world: World, actor: User) -> Submission:
    return services.start(
        actor=actor,
        programme=world.programme,
        version=version_of("diagnostic-emerging"),
        cluster=world.leather,
    )


@pytest.fixture
def agent(world: World) -> Partner:
    return Partner(world.cda)


@pytest.fixture
def filled(world: World) -> Submission:
    study = emerging(world, world.cda)
    answers = row("firms", "f1", **FIRM) | row("aobo", "a1", **AOBO) | row("baseline", "b1", **BASELINE)
    fill(world.cda, study, answers | {"aobo/a1/aobo_countries": "IT"})
    return Submission.objects.get(pk=study.pk)


def results(partner: Partner, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = partner.get(path, **query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_a_study_says_what_the_rules_say_of_it(world: World, agent: Partner, filled: Submission) -> None:
    add_product_group(actor=world.manager, cluster=world.leather, name="Sheep")
    study = agent.get(f"studies/{filled.pk}/").json()
    assert study["answers"]["firms/f1/firm"] == "Pakkar Tannery"
    covered = {one["group"]: (one["firms"], one["rows"]) for one in study["state"]["coverage"]}
    assert covered == {"Sheep": (0, 0), "Goat": (1, 0), "Leather jacket": (0, 1)}
    gaps = {one["gap"]: one["about"] for one in study["state"]["remarks"]}
    assert gaps["group-not-sampled"] == ["Sheep", "Leather jacket"]
    assert study["state"]["findings"] is None
    assert [
        one["id"] for one in results(agent, "studies/", cluster="leather", kind="diagnostic-emerging")
    ] == [filled.pk]
    assert results(agent, "assessments/") == []


def test_the_rows_of_a_study_point_to_places(agent: Partner, filled: Submission) -> None:
    found = agent.get(f"studies/{filled.pk}/candidates/").json()
    (item,) = results(agent, "aobo-rows/")
    assert found["candidates"][0] == {
        "kind": "place",
        "name": "Solofra",
        "country": "IT",
        "cluster": None,
        "twinning": None,
        "strong": 1,
        "stakeholder_kinds": ["experts"],
        "reasons": [{"row": item["id"], "basis": "named", "words": "Solofra"}],
    }
    assert found["unplaced"] == []


def test_an_advanced_study_counts_its_findings_and_an_assessment_is_no_study(world: World) -> None:
    advanced = services.start(
        actor=world.cda_advanced,
        programme=world.programme,
        version=version_of("diagnostic-advanced"),
        cluster=world.santa_croce,
    )
    fill(world.cda_advanced, advanced, {"willingness": "2", "conditions": "Costs are shared"})
    reader = Partner(world.manager)
    assert reader.get(f"studies/{advanced.pk}/").json()["state"]["findings"] == 1
    (finding,) = results(reader, "findings/", subject="willingness")
    assert (finding["subject"], finding["willingness"], finding["conditions"]) == (
        "willingness",
        2,
        "Costs are shared",
    )
    assert results(reader, "findings/", subject="needs") == []
    assert reader.get(f"assessments/{advanced.pk}/").status_code == 404


def test_parts_are_filtered_by_their_form_and_by_what_they_say(
    world: World, agent: Partner, filled: Submission
) -> None:
    asked: list[tuple[str, dict[str, Any], int]] = [
        ("aobo-rows/", {"where": "advanced", "submission": filled.pk, "status": "draft"}, 1),
        ("aobo-rows/", {"where": "cluster"}, 0),
        ("aobo-rows/", {"cluster": "footwear"}, 0),
        ("aobo-rows/", {"standing": "retired"}, 0),
        ("baseline-values/", {"measure": "Exports", "year": 2006}, 1),
        ("sampled-firms/", {"organisation": world.tannery.pk, "size": "small"}, 1),
        ("sampled-firms/", {"organisation": world.shoemaker.pk}, 0),
        ("topics/", {"closed": "true"}, 0),
        ("gaps/", {"area": "x"}, 0),
        ("impact-claims/", {"inferred": "false"}, 0),
    ]
    for path, query, count in asked:
        assert len(results(agent, path, **query)) == count, (path, query)
    (value,) = results(agent, "baseline-values/")
    assert (value["value"], value["unit"], value["illustrative"]) == ("12.500000", "M USD", False)
    (firm,) = results(agent, "sampled-firms/")
    assert (firm["organisation"]["id"], firm["groups"]) == (world.tannery.pk, ["Goat"])
    assert agent.get("aobo-rows/", where="moon").status_code == 400


def test_a_row_of_the_analysis_is_written_as_answers(agent: Partner, filled: Submission) -> None:
    rows = f"studies/{filled.pk}/aobo-rows/"
    sent = {
        "firms": "Goat",
        "item": "Market",
        "issue": "No brand",
        "where": "advanced",
        "stakeholders": "Buyers",
        "countries": ["IT", "FR"],
        "stakeholder_kind": "buyers",
        "entry_points": "The association",
        "standing": "added",
        "reason": "Seen in the value chain",
    }
    made = agent.send("post", rows, sent)
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in sent} == sent
    answers = Submission.objects.get(pk=filled.pk).answers
    assert answers[f"aobo/{made.json()['row']}/aobo_countries"] == "IT FR"
    assert answers[f"aobo/{made.json()['row']}"] == 1
    here = f"{rows}{made.json()['id']}/"
    assert agent.send("patch", here, {"item": "Brand"}).status_code == 428
    assert agent.change(here, {"item": "Brand", "countries": []}).json()["item"] == "Brand"
    late = agent.send("patch", here, {"item": "Market"}, If_Match=made["ETag"])
    assert (late.status_code, late.json()["current"]["item"]) == (412, "Brand")
    assert agent.send("delete", here, If_Match=late["ETag"]).status_code == 204
    assert agent.get(here).status_code == 404
    assert f"aobo/{made.json()['row']}" not in Submission.objects.get(pk=filled.pk).answers


def test_what_the_form_does_not_take_is_refused_whole(agent: Partner, filled: Submission) -> None:
    rows = f"studies/{filled.pk}/aobo-rows/"
    sent = {"item": "Market", "issue": "No brand", "stakeholder_kind": "astronauts"}
    refused = agent.send("post", rows, sent)
    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == ["#/stakeholder_kind"]
    assert len(results(agent, rows)) == 1


def test_no_row_is_written_while_a_form_is_not_open(world: World, agent: Partner, filled: Submission) -> None:
    services.submit(actor=world.cda, submission=filled)
    rows = f"studies/{filled.pk}/aobo-rows/"
    (item,) = results(agent, rows)
    refused = [
        agent.send("post", rows, {"item": "Market", "issue": "No brand"}),
        agent.send("patch", f"{rows}{item['id']}/", {"item": "x"}, If_Match="*"),
        agent.send("delete", f"{rows}{item['id']}/", If_Match="*"),
    ]
    assert {(answer.status_code, answer.json()["reason"]) for answer in refused} == {(409, "form_not_open")}


LISTS = ["submissions", "studies", "assessments", "questionnaires"]
LISTS += ["aobo-rows", "baseline-values", "sampled-firms", "findings", "topics", "gaps", "impact-claims"]


def own_questionnaire(world: World, slug: str) -> Questionnaire:
    return services.create_questionnaire(
        actor=world.manager,
        programme=world.programme,
        slug=slug,
        kind="policy-case",
        title="Our own",
        definition=definition(),
    )


def more(world: World, start: int) -> None:
    """Five further records of each kind, in forms and questionnaires of their own."""
    actor, programme = world.manager, world.programme
    for number in range(start, start + 5):
        study = services.start(
            actor=actor,
            programme=programme,
            version=version_of("diagnostic-emerging"),
            cluster=world.leather,
            organisation=world.tannery,
        )
        fill(actor, study, row("firms", "f1", **FIRM) | row("baseline", "b1", **BASELINE))
        fill(actor, study, row("aobo", "a1", **AOBO) | row("aobo", "a2", 1, **AOBO))
        fill(actor, world.kept, row("aobo", f"k{number}", number, **AOBO))
        services.remark(actor=actor, submission=world.kept, path="vision", text="Which?")
        advanced = services.start(
            actor=actor,
            programme=programme,
            version=version_of("diagnostic-advanced"),
            cluster=world.santa_croce,
        )
        fill(actor, advanced, {"needs": "Hides"} | row("topics", "t1", topic="Hides"))
        own_questionnaire(world, f"own-{number}")
        services.publish(actor=actor, draft=world.own.versions.filter(status="draft").get())
        services.save_draft(
            actor=actor, questionnaire=world.own, definition=world.own.versions.first().definition
        )
        case = services.start(
            actor=actor,
            programme=programme,
            version=world.own.versions.get(status="published"),
            title=f"Case {number}",
        )
        case.gaps.create(row="g1", area="Tanning")
        case.impactclaims.create(row="i1", area="Water")


def test_twenty_rows_cost_as_many_queries_as_ten(world: World) -> None:
    world.own = own_questionnaire(world, "own")
    world.kept = emerging(world, world.manager)
    addresses = [
        *(f"{name}/" for name in LISTS),
        f"studies/{world.kept.pk}/aobo-rows/",
        f"submissions/{world.kept.pk}/remarks/",
        f"questionnaires/{world.own.pk}/versions/",
    ]
    counted: list[dict[str, int]] = []
    for start in (0, 5):
        more(world, start)
        found = {}
        manager = Partner(world.manager)
        manager.get("clusters/")
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                answer = manager.get(address, limit=200)
            assert len(answer.json()["results"]) >= start + 5, address
            found[address] = len(queries)
        counted.append(found)
    assert counted[0] == counted[1]
    assert max(counted[1].values()) <= 15, counted
