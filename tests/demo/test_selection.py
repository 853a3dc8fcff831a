"""The nine clusters studied, as a worked selection round: real outcomes and reasons, illustrative scores."""

from __future__ import annotations

from typing import Any

import pytest

from clusters.models import SelectionOutcome, SelectionRound, SelectionScore, SelectionWeights
from clusters.queries import compare
from tests.demonstration import demo

__all__ = ["demo"]


@pytest.fixture(autouse=True)
def _database(demo: Any, db: None) -> None:
    """Each test sees the programme that the module loaded once."""


def outcome_of(slug: str) -> SelectionOutcome:
    return SelectionOutcome.objects.get(candidate__cluster__slug=slug)


def test_the_nine_clusters_that_were_studied_are_compared_and_no_other() -> None:
    candidates = SelectionRound.objects.get().candidates.values_list("cluster__slug", flat=True)
    assert set(candidates) == {
        "chennai-leather",
        "shantiniketan",
        "agra-leather",
        "chennai-auto",
        "gurgaon-auto",
        "jamshedpur-auto",
        "belgaum-engineering",
        "jaipur-engineering",
        "baruipur-engineering",
    }


def test_every_number_is_marked_as_illustrative() -> None:
    shown = SelectionRound.objects.get()
    assert shown.illustrative
    assert "no scores, no weights and no formula" in shown.note
    assert not SelectionScore.objects.filter(illustrative=False).exists()
    assert all(outcome.snapshot["illustrative"] for outcome in SelectionOutcome.objects.all())
    assert SelectionWeights.objects.order_by("-number")[0].reason.startswith("Illustrative")


@pytest.mark.parametrize(
    ("slug", "outcome", "reason"),
    [
        ("agra-leather", "not-selected", "men’s shoes, and Agra has no leather cluster"),
        ("jamshedpur-auto", "not-selected", "TATA Motors"),
        ("belgaum-engineering", "not-selected", "limit resources"),
        ("jaipur-engineering", "not-selected", "limit resources"),
        ("baruipur-engineering", "not-selected", "limit resources"),
        ("gurgaon-auto", "not-selected", "from 2008"),
        ("chennai-auto", "select", "Confirmed by the committee"),
        ("chennai-leather", "select", ""),
    ],
)
def test_outcomes_and_reasons_are_those_of_the_paper(slug: str, outcome: str, reason: str) -> None:
    found = outcome_of(slug)
    assert found.outcome == outcome
    assert reason in found.reason


def test_shantiniketan_keeps_its_contradiction() -> None:
    reason = outcome_of("shantiniketan").reason
    assert "not selected to start with" in reason
    assert "Table 1" in reason


def test_the_committee_departed_from_the_ranking_and_said_why() -> None:
    departed = SelectionOutcome.objects.filter(overrides_ranking=True)
    assert {outcome.candidate.cluster.slug for outcome in departed if outcome.candidate.cluster} == {
        "agra-leather",
        "chennai-auto",
    }
    assert all(outcome.reason for outcome in departed)


def test_the_selected_ones_are_those_that_meeting_2_confirmed() -> None:
    selected = SelectionOutcome.objects.filter(outcome="select")
    for outcome in selected:
        assert outcome.decision is not None
        assert outcome.decision.meeting.number == 2
        assert outcome.decision.kind == "select-cluster"
    assert {str(outcome.decided_on) for outcome in SelectionOutcome.objects.all()} == {"2007-02-26"}


def test_the_round_shows_what_a_round_can_show() -> None:
    compared = compare(SelectionRound.objects.get())
    found = compared.sensitivity()
    assert {standing.completeness for standing in compared.standings} != {100}
    assert any(standing.low != standing.high for standing in compared.standings)
    assert any(hold.best != hold.worst for hold in found.holds.values())
    assert compared.concerns()
    assert {parameter.scale for parameter in compared.parameters} == {"points", "raw"}
