"""Selection rounds as a partner system meets them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters import services
from clusters.models import SelectionRound
from tests.api.conftest import Partner
from tests.clusters.selection.conftest import Round
from tests.conftest import World


@pytest.fixture
def selection(world: World) -> Round:
    return Round(world).scored()


@pytest.fixture
def manager(world: World) -> Partner:
    return Partner(world.manager)


def address(selection: Round, *more: Any) -> str:
    return "/".join(["selection-rounds", str(selection.round.pk), *map(str, more)]) + "/"


def codes(answer: Any) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def test_a_round_shows_its_parameters_weights_and_ranking(partner: Partner, selection: Round) -> None:
    shown = partner.get(address(selection)).json()
    assert [parameter["code"] for parameter in shown["parameters"]] == list("12345678")
    assert shown["parameters"][2]["name"] == "Exports of finished products to global brands"
    assert (shown["weights"]["number"], shown["weights"]["weights"]["3"]) == (1, "12.5")
    assert [(row["rank"], row["name"], row["composite"]) for row in shown["ranking"]] == [
        (1, "Chennai leather", "100"),
        (2, "Agra", "54.17"),
        (3, "Chennai footwear", "0"),
    ]
    assert shown["ranking"][0] | {"candidate": 0} == {
        "candidate": 0,
        "name": "Chennai leather",
        "rank": 1,
        "composite": "100",
        "low": "100",
        "high": "100",
        "completeness": "25.0",
        "rank_held": 100,
        "best_rank": 1,
        "worst_rank": 1,
        "illustrative": False,
        "concerns": ["thin"],
    }


def test_a_partner_opens_a_round_and_fills_it(world: World, partner: Partner) -> None:
    opened = partner.send("post", "selection-rounds/", {"programme": "tanning", "title": "Next"})
    assert (opened.status_code, opened.json()["number"]) == (201, 1)
    base = f"selection-rounds/{opened.json()['id']}/"
    own = {"code": "port", "name": "Distance to a port", "scale": "raw", "unit": "km", "direction": "less"}
    assert partner.send("post", f"{base}parameters/", own).status_code == 201
    assert (
        partner.send("post", f"{base}weights/", {"weights": {"3": "60", "port": "40"}, "reason": "x"}).json()[
            "number"
        ]
        == 2
    )
    leather = partner.send("post", f"{base}candidates/", {"cluster": "leather"}).json()
    agra = partner.send("post", f"{base}candidates/", {"name": "Agra", "country": "IN"}).json()
    assert (leather["name"], leather["cluster"]["slug"], agra["cluster"]) == (
        "Chennai leather",
        "leather",
        None,
    )
    for candidate, three, port in [(leather, "4", "12.5"), (agra, "2", "900")]:
        for code, value in (("3", three), ("port", port)):
            sent = {"candidate": candidate["id"], "parameter": code, "value": value, "evidence": "Census"}
            made = partner.send("post", f"{base}scores/", sent)
            assert (made.status_code, made.json()["assessor"]) == (201, "Partner")
    assert [row["rank"] for row in partner.get(base).json()["ranking"]] == [1, 2]


def test_a_score_sent_again_is_changed_and_taken_back(partner: Partner, selection: Round) -> None:
    sent = {"candidate": selection.leather.pk, "parameter": "8", "value": "4", "evidence": "Letters"}
    first = partner.send("post", address(selection, "scores"), sent).json()
    again = partner.send("post", address(selection, "scores"), sent | {"value": "3"}).json()
    assert (again["id"], again["value"], again["version"]) == (first["id"], "3.0000", 2)
    here = address(selection, "scores", first["id"])
    assert partner.change(here, {"value": "5"}).json()["value"] == "5.0000"
    assert partner.send("delete", here, If_Match="*").status_code == 204
    assert partner.get(here).status_code == 404


def test_refusals_point_at_their_cause(partner: Partner, selection: Round) -> None:
    other = services.open_round(
        actor=selection.world.manager, programme=selection.world.programme, title="Other"
    )
    score = {"candidate": selection.leather.pk, "parameter": "3", "value": "4", "evidence": "Study"}
    scores, weights = address(selection, "scores"), address(selection, "weights")
    refused: list[tuple[str, dict[str, Any], set[str]]] = [
        (scores, score | {"value": "6"}, {"#/value"}),
        (scores, score | {"evidence": ""}, {"#/evidence"}),
        (scores, score | {"parameter": "12"}, {"#/parameter"}),
        (f"selection-rounds/{other.pk}/scores/", score, {"#/candidate"}),
        (weights, {"weights": {"3": "60"}, "reason": "x"}, {"#/weights"}),
        (weights, {"weights": {"3": "60", "x": "40"}, "reason": "x"}, {"#/weights/x"}),
        (weights, {"weights": {"3": "100"}, "reason": ""}, {"#/reason"}),
    ]
    for path, body, pointers in refused:
        answer = partner.send("post", path, body)
        assert answer.status_code == 400, answer.content
        assert set(codes(answer)) == pointers
    late = partner.send("post", weights, {"weights": {"3": "100"}, "reason": "x", "after": 7})
    assert late.status_code == 409


def test_a_decision_is_made_by_a_manager_on_the_ranking_that_he_saw(
    world: World, manager: Partner, selection: Round
) -> None:
    seen = manager.get(address(selection)).json()["fingerprint"]
    outcomes: list[dict[str, Any]] = [
        {"candidate": selection.leather.pk, "outcome": "select"},
        {"candidate": selection.agra.pk, "outcome": "not-selected"},
        {"candidate": selection.footwear.pk, "outcome": "reserve", "reason": "Wanted by the ministry"},
    ]
    body = {"decided_on": "2007-02-26", "outcomes": outcomes, "fingerprint": seen}
    decide = address(selection, "decide")
    unreasoned = manager.send("post", decide, body)
    assert codes(unreasoned) == {"#/outcomes/1/reason": "no_reason"}
    outcomes[1]["reason"] = "Men’s shoes"
    assert manager.send("post", decide, body | {"fingerprint": "another"}).status_code == 409
    decided = manager.send("post", decide, body)
    assert (decided.status_code, decided.json()["status"]) == (200, "decided")
    kept = manager.get(address(selection, "outcomes"), overrides_ranking="true").json()["results"]
    assert [(row["outcome"], row["rank"]) for row in kept] == [("not-selected", 2), ("reserve", 3)]
    assert kept[0]["snapshot"]["composite"] == "54.17"
    assert manager.send("post", decide, body).status_code == 409


def test_a_round_is_closed_and_opened_again_with_a_reason(manager: Partner, selection: Round) -> None:
    assert codes(manager.send("post", address(selection, "close"))) == {"#/reason": "no_reason"}
    assert manager.send("post", address(selection, "close"), {"reason": "x"}).json()["status"] == "closed"
    assert manager.change(address(selection), {"title": "x"}).status_code == 409
    assert manager.send("post", address(selection, "reopen"), {"reason": "y"}).json()["status"] == "open"


def test_a_candidate_goes_and_comes_back(partner: Partner, selection: Round) -> None:
    here = address(selection, "candidates", selection.agra.pk)
    gone = partner.send("post", f"{here}withdraw/", {"reason": "No leather cluster"}).json()
    assert (gone["status"], gone["withdrawn_because"]) == ("withdrawn", "No leather cluster")
    assert len(partner.get(address(selection)).json()["ranking"]) == 2
    assert partner.send("post", f"{here}readmit/").json()["status"] == "candidate"


def test_who_scored_is_told_to_those_who_see_names(world: World, selection: Round) -> None:
    for who, named in [("coordinator", "Coordinator"), ("donor", "an assessor, not named to you")]:
        rows = Partner(getattr(world, who)).get(address(selection, "scores")).json()["results"]
        assert {row["assessor"] for row in rows} == {named}


def test_the_committees_decision_is_named_to_those_who_read_its_papers(
    world: World, selection: Round
) -> None:
    decision = services.record_decision(
        actor=world.manager,
        meeting=services.add_meeting(actor=world.manager, programme=world.programme, number=2),
        text="Leather is confirmed",
        kind="other",
    )
    verdicts = selection.verdicts("select", "not-selected", "not-selected")
    services.decide_round(
        actor=world.manager,
        selection_round=selection.round,
        verdicts=[services.Verdict(v.candidate, v.outcome, "", decision) for v in verdicts],
        decided_on=world.today,
    )
    for who, told in [("donor", {"id": decision.pk, "name": "Leather is confirmed"}), ("partner", None)]:
        rows = Partner(getattr(world, who)).get(address(selection, "outcomes")).json()["results"]
        assert [row["decision"] for row in rows] == [told] * 3


def test_the_feed_tells_of_selection_whom_it_may(world: World, selection: Round) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from twinning.core.models import Change

    Change.objects.update(at=timezone.now() - timedelta(minutes=1))

    def kinds(who: str) -> set[str]:
        rows = Partner(getattr(world, who)).get("changes/", limit=200).json()["results"]
        return {row["type"] for row in rows if row["type"].startswith("selection")}

    told = {"selectionround", "selectionparameter", "selectionweights", "selectioncandidate"}
    assert kinds("partner") == told | {"selectionscore"}
    assert kinds("evaluator") == told  # who scored is a name
    assert kinds("donor") == set()


def test_twenty_rows_cost_as_many_queries_as_ten(world: World, manager: Partner) -> None:
    selection = Round(world)
    kept = Round(world, number=50)
    lists = ["parameters", "weights", "candidates", "scores"]
    counted: list[dict[str, int]] = []
    for start in (0, 6):
        for n in range(start, start + 6):
            services.open_round(actor=world.manager, programme=world.programme, title=f"Round {n}")
            services.add_parameter(
                actor=world.manager, selection_round=selection.round, code=f"own-{n}", name=f"Own {n}"
            )
            services.set_weights(
                actor=world.manager,
                selection_round=selection.round,
                weights={"3": Decimal(100)},
                reason=f"Reason {n}",
            )
            candidate = selection.candidate(name=f"Candidate {n}")
            selection.score(candidate, "3", 1 + n % 5)
            kept.candidate(name=f"Judged {n}")
        judged = kept.round.candidates.order_by("pk")
        services.decide_round(
            actor=world.manager,
            selection_round=kept.round,
            verdicts=[services.Verdict(candidate, "not-selected") for candidate in judged],
            decided_on=world.today,
        )
        services.reopen_round(
            actor=world.manager, selection_round=kept.round, version=None, reason="Once more"
        )
        addresses = ["selection-rounds/", address(selection), address(kept, "outcomes")]
        addresses += [address(selection, name) for name in lists]
        found = {}
        for path in addresses:
            manager.get(path)
            with CaptureQueriesContext(connection) as queries:
                answer = manager.get(path, **({} if path == address(selection) else {"limit": "200"}))
            assert answer.status_code == 200, answer.content
            assert len(answer.json().get("results", answer.json().get("ranking", []))) >= start + 6, path
            found[path] = len(queries)
        counted.append(found)
    assert counted[0] == counted[1]
    assert max(counted[1].values()) <= 15, counted
    assert SelectionRound.objects.count() == 14
