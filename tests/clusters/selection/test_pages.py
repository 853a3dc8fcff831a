"""Selection rounds in the browser: the round, its ranking and its decision."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clusters import services
from clusters.models import SelectionRound
from tests.clusters.selection.conftest import TWO_COUNT, Round, Visit, text
from tests.conftest import World


def ranked(answer: Any) -> list[tuple[Any, str]]:
    return [(line.rank, str(line.candidate)) for line in answer.context["lines"]]


def test_selection_is_a_section_for_those_who_may_read_it(world: World, visit: Visit) -> None:
    address = reverse("selection", args=["tanning"])
    for who, reads in [("donor", True), ("partner", True), ("cda", False), ("firm", False)]:
        sections = visit(getattr(world, who)).get("programme").context["sections"]
        assert (address in [section["url"] for section in sections]) == reads


def test_a_round_is_opened_filled_scored_weighed_and_decided(world: World, visit: Visit) -> None:
    """The road from the empty list to the decision, as a manager walks it."""
    manager = visit(world.manager)
    assert "Open the first round" in text(manager.get("selection"))
    opened = manager.post("selection_round_new", title="Emerging clusters")
    found = SelectionRound.objects.get()
    assert opened.url == manager.address("selection_round", found.pk)
    assert "Add the first candidate" in text(manager.get("selection_round", found.pk))
    manager.post("selection_candidate_new", found.pk, cluster=world.leather.pk)
    manager.post("selection_candidate_new", found.pk, name="Agra", country="IN")
    leather, agra = found.candidates.all()
    three = found.parameters.get(code="3")
    sent = {
        f"value_{leather.pk}": "5",
        f"evidence_{leather.pk}": "Export statistics",
        f"value_{agra.pk}": "2",
        f"evidence_{agra.pk}": "Study",
        f"source_{agra.pk}": "Ministry, 2006",
    }
    saved = manager.post("selection_sheet", found.pk, three.pk, **sent)
    assert saved.url == manager.address("selection_sheet", found.pk, found.parameters.get(code="4").pk)
    weights = {f"weight_{code}": "10" for code in "124578"} | {"weight_3": "30", "weight_6": "10"}
    manager.post("selection_weights", found.pk, reason="Brands first", after="1", **weights)
    assert ranked(manager.get("selection_round", found.pk)) == [(1, "Chennai leather"), (2, "Agra")]
    decided = {
        "decided_on": "2007-02-26",
        f"outcome_{leather.pk}": "select",
        f"outcome_{agra.pk}": "not-selected",
        "fingerprint": manager.form("selection_decide", found.pk)["fingerprint"],
    }
    assert manager.post("selection_decide", found.pk, **decided).status_code == 302
    shown = text(manager.get("selection_round", found.pk))
    assert "26 Feb 2007" in shown
    assert "Chennai leather" in text(manager.get("selection"))


def test_the_ranking_shows_how_sure_it_is(world: World, visit: Visit, selection: Round) -> None:
    selection.scored()
    selection.score(selection.leather, "3", 3, actor=world.manager)
    selection.score(selection.agra, "8", 5)
    page = visit(world.donor).get("selection_round", selection.round.pk)
    lines = {str(line.candidate): line for line in page.context["lines"]}
    leather, agra = lines["Chennai leather"], lines["Agra"]
    assert leather.has_spread
    assert not agra.has_spread
    assert (str(leather.completeness), str(agra.completeness)) == ("25.0", "37.5")
    assert leather.held is not None
    assert "Less than half of the weight rests on values." in text(page)


def test_a_candidate_far_from_global_chains_is_pointed_out(
    world: World, visit: Visit, selection: Round
) -> None:
    selection.scored()
    selection.score(selection.footwear, "6", 1)
    warned = text(visit(world.donor).get("selection_candidate", selection.round.pk, selection.footwear.pk))
    assert "hardly a place for a twinning" in warned


def test_a_decision_against_the_ranking_is_refused_beside_its_reason_and_nothing_typed_is_lost(
    world: World, visit: Visit, selection: Round
) -> None:
    selection.scored()
    manager = visit(world.manager)
    sent = {
        "decided_on": "2007-02-26",
        f"outcome_{selection.leather.pk}": "select",
        f"outcome_{selection.agra.pk}": "not-selected",
        f"outcome_{selection.footwear.pk}": "select",
        f"reason_{selection.footwear.pk}": "Wanted by the ministry",
    }
    refused = manager.post("selection_decide", selection.round.pk, **sent)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {f"reason_{selection.agra.pk}"}
    assert "Wanted by the ministry" in text(refused)
    sent[f"reason_{selection.agra.pk}"] = "Men’s shoes"
    assert manager.post("selection_decide", selection.round.pk, **sent).status_code == 302
    shown = text(visit(world.donor).get("selection_round", selection.round.pk))
    assert "Men’s shoes" in shown
    assert "departs from the ranking" in shown


def test_a_ranking_that_changed_meanwhile_is_looked_at_again(
    world: World, visit: Visit, selection: Round
) -> None:
    selection.scored()
    manager = visit(world.manager)
    opened = manager.form("selection_decide", selection.round.pk)
    selection.score(selection.footwear, "8", 5)
    selection.score(selection.agra, "8", 1)
    outcomes = {
        f"outcome_{c.pk}": "not-selected" for c in (selection.leather, selection.agra, selection.footwear)
    }
    refused = manager.post(
        "selection_decide", selection.round.pk, **opened, **outcomes, decided_on="2007-02-26"
    )
    assert refused.status_code == 422
    assert "The ranking has changed since you saw it" in text(refused)


def test_committee_decisions_are_offered_where_they_fit(world: World, visit: Visit, selection: Round) -> None:
    meeting = services.add_meeting(actor=world.manager, programme=world.programme, number=2)
    made = {
        name: services.record_decision(
            actor=world.manager, meeting=meeting, text=name, kind="other", cluster=cluster
        )
        for name, cluster in [("Leather it is", world.leather), ("Of nobody", None)]
    }
    form = visit(world.manager).get("selection_decide", selection.round.pk).context["form"]

    def offered(candidate: Any) -> set[str]:
        return {label for value, label in form.fields[f"decision_{candidate.pk}"].choices if value}

    assert offered(selection.leather) == {f"{meeting}: {decision}" for decision in made.values()}
    assert offered(selection.agra) == {f"{meeting}: Of nobody"}


def test_a_decided_round_offers_no_change_and_a_late_form_says_why(
    world: World, visit: Visit, selection: Round
) -> None:
    selection.scored().decide("select", "not-selected", "not-selected")
    manager = visit(world.manager)
    page = text(manager.get("selection_round", selection.round.pk))
    assert "Enter scores" not in page
    assert "Open again" in page
    late = manager.post("selection_candidate_new", selection.round.pk, name="Late")
    assert late.status_code == 422
    assert "This round is decided. To change it, open it again." in text(late)
    opened = manager.form("selection_reopen", selection.round.pk)
    manager.post("selection_reopen", selection.round.pk, **{**opened, "reason": "New figures"})
    selection.decide(
        "select",
        "select",
        "not-selected",
    )
    assert "Decided before the round was opened again" in text(
        manager.get("selection_round", selection.round.pk)
    )


def test_every_page_of_an_illustrative_round_says_so(world: World, visit: Visit) -> None:
    selection = Round(world, illustrative=True).scored()
    manager, pk = visit(world.manager), selection.round.pk
    for name, args in [
        ("selection", ()),
        ("selection_round", (pk,)),
        ("selection_values", (pk,)),
        ("selection_sensitivity", (pk,)),
        ("selection_setup", (pk,)),
        ("selection_candidate", (pk, selection.agra.pk)),
        ("selection_sheet", (pk, selection.parameter("3").pk)),
        ("selection_decide", (pk,)),
    ]:
        assert "illustrative" in text(manager.get(name, *args)).lower(), name


def test_one_illustrative_score_marks_its_candidate_in_an_earnest_round(
    world: World, visit: Visit, selection: Round
) -> None:
    selection.scored()
    selection.score(selection.agra, "8", 4, illustrative=True)
    page = visit(world.donor).get("selection_round", selection.round.pk)
    marked = {str(line.candidate): line.is_illustrative for line in page.context["lines"]}
    assert marked == {"Chennai leather": False, "Agra": True, "Chennai footwear": False}
    assert ">illustrative<" in page.content.decode()


def test_values_and_sensitivity_say_what_the_ranking_is_made_of(
    world: World, visit: Visit, selection: Round
) -> None:
    selection.scored()
    selection.score(selection.agra, "8", 5)
    services.set_weights(
        actor=world.manager,
        selection_round=selection.round,
        weights=TWO_COUNT,
        reason="Two count",
    )
    donor, pk = visit(world.donor), selection.round.pk
    (row,) = [r for r in donor.get("selection_values", pk).context["rows"] if str(r.candidate) == "Agra"]
    cells = {cell.parameter.code: cell for cell in row.cells}
    assert (cells["3"].text, str(cells["3"].points), cells["1"].text) == ("4", "45", "")
    page = donor.get("selection_sensitivity", pk)
    assert {moved.parameter.code for moved in page.context["moved"]} == {"3", "6"}
    assert "<svg" in text(page)
    empty = services.open_round(actor=world.manager, programme=world.programme, title="Empty")
    for name in ("selection_round", "selection_values", "selection_sensitivity"):
        assert donor.get(name, empty.pk).status_code == 200


def test_the_workbook_holds_ranking_scores_and_weights(world: World, visit: Visit) -> None:
    selection = Round(world, illustrative=True).scored()
    selection.score(selection.agra, "8", 5, evidence="=1+1")
    selection.decide("select", "not-selected", "select", agra="Men’s shoes", footwear="Ministry")
    answer = visit(world.donor).get("selection_workbook", selection.round.pk)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Ranking", "Scores", "Parameters and weights"]

    def table(name: str) -> list[dict[str, Any]]:
        rows = list(book[name].iter_rows(values_only=True))
        start = next(n for n, row in enumerate(rows) if row[1] is not None)
        return [dict(zip(map(str, rows[start]), row, strict=True)) for row in rows[start + 1 :]]

    assert any("Illustrative" in str(row[0]) for row in book["Ranking"].iter_rows(values_only=True))
    ranking = {row["Candidate"]: row for row in table("Ranking")}
    assert (ranking["Agra"]["Rank"], ranking["Agra"]["Outcome"]) == (2, "not selected")
    assert (ranking["Agra"]["Departs from the ranking"], ranking["Agra"]["Reason"]) == ("yes", "Men’s shoes")
    scores = table("Scores")
    assert len(scores) == 7
    assert {row["Assessor"] for row in scores} == {"an assessor, not named to you"}
    assert scores[-1]["Evidence"] == "=1+1"
    weights = table("Parameters and weights")
    assert [row["Weights 1"] for row in weights[:8]] == [12.5] * 8


# Lists cost the same however long they are ----------------------------------------------------------------


def add(world: World, selection: Round, n: int) -> None:
    candidate = selection.candidate(name=f"Candidate {n:02}")
    for code in ("3", "6"):
        selection.score(candidate, code, 1 + n % 5)
        selection.score(candidate, code, 1 + n % 3, actor=world.manager)
    opened = Round(world)
    opened.scored().decide("select", "reserve", "not-selected")


@pytest.mark.parametrize("who", ["manager", "donor"])
def test_ten_rows_and_twenty_cost_the_same(world: World, visit: Visit, selection: Round, who: str) -> None:
    visitor, pk = visit(getattr(world, who)), selection.round.pk
    selection.scored()
    pages: list[tuple[str, tuple[Any, ...]]] = [
        ("selection", ()),
        ("selection_round", (pk,)),
        ("selection_values", (pk,)),
        ("selection_sensitivity", (pk,)),
        ("selection_setup", (pk,)),
        ("selection_workbook", (pk,)),
        ("selection_candidate", (pk, selection.agra.pk)),
    ]
    if who == "manager":
        pages += [
            ("selection_sheet", (pk, selection.parameter("3").pk)),
            ("selection_weights", (pk,)),
            ("selection_decide", (pk,)),
        ]

    def costs() -> dict[str, int]:
        found = {}
        for name, args in pages:
            visitor.get(name, *args)
            with CaptureQueriesContext(connection) as asked:
                assert visitor.get(name, *args).status_code == 200
            found[name] = len(asked)
        return found

    for n in range(7):
        add(world, selection, n)
    ten = costs()
    for n in range(7, 17):
        add(world, selection, n)
    assert costs() == ten
    assert max(ten.values()) <= 15, ten


def test_a_decided_page_with_its_history_costs_few_queries(
    world: World, visit: Visit, selection: Round
) -> None:
    selection.scored().decide("select", "not-selected", "not-selected")
    manager = visit(world.manager)
    manager.get("selection_round", selection.round.pk)
    with CaptureQueriesContext(connection) as asked:
        manager.get("selection_round", selection.round.pk)
    assert len(asked) <= 15, len(asked)


def test_the_page_of_a_cluster_leads_to_its_candidacies(selection: Round, world: World, visit: Visit) -> None:
    address = reverse("selection_candidate", args=["tanning", selection.round.pk, selection.footwear.pk])
    selection.scored().decide("select", "reserve", "not-selected")
    page = text(visit(world.coordinator).get("cluster", "footwear"))
    assert f'<a href="{address}">' in page
    assert "not selected" in page.partition(address)[2].partition("</li>")[0]
    assert "selection/" not in text(visit(world.cda_other).get("cluster", "footwear"))
