"""The library of the demonstration: ten firms, six policies, what was inferred says so, what is made up too."""

from __future__ import annotations

from typing import Any

import pytest

from clusters.models import Organisation
from diagnostics.models import Gap, ImpactClaim, Submission
from diagnostics.queries.cluster_assessments import cluster_interventions, cluster_readiness, excellence_means
from diagnostics.rules.kinds import CASES, Kind
from tests.demonstration import demo
from twinning.demo.load import Demo

__all__ = ["demo"]


@pytest.fixture(autouse=True)
def _database(demo: Any, db: None) -> None:
    """Each test sees the programme that the module loaded once."""


def test_the_library_has_ten_firms_and_six_policies_approved_by_somebody_else() -> None:
    cases = Submission.objects.in_force().filter(kind__in=CASES)
    assert cases.filter(kind=Kind.ADOPTION).count() == 10
    assert cases.filter(kind=Kind.POLICY).count() == 6
    assert not cases.filter(illustrative=True).exists()
    approved = Submission.objects.in_force()
    assert {form.created_by.email == form.decided_by.email for form in approved if form.decided_by} == {False}


def test_every_mark_of_the_ten_firms_is_inferred() -> None:
    claims = ImpactClaim.objects.filter(submission__status="approved")
    assert claims.count() == 72
    assert not claims.filter(inferred=False).exists()


def test_the_interventions_are_those_of_the_two_tables(demo: Demo) -> None:
    found = cluster_interventions(demo.clusters["chennai-auto"].pk)
    assert found.units == 25
    letters = {"workshop": "W", "handholding": "U", "review": "R"}
    told = [
        (
            row.area,
            "".join(letters[mode] for mode in row.identified),
            "".join(letters[mode] for mode in row.ratified),
            row.qualifiers,
        )
        for row in found.rows
    ]
    assert told == [
        ("Vision building, policy and strategy development", "WUR", "WU", ()),
        ("Marketing and market development", "WUR", "U", ("brochure, web",)),
        ("HRD", "WU", "", ()),
        ("5S, Layout, TPM, Simple Lean, SPC", "WU", "WU", ()),
        ("SPX", "U", "U", ()),
        ("SPX-Skills Development Programme", "", "WU", ()),
    ]


def test_what_is_made_up_is_about_firms_that_are_made_up() -> None:
    scored = Submission.objects.filter(kind__in=[Kind.EXCELLENCE, Kind.READINESS]).exclude(organisation=None)
    assert scored.exists()
    assert all(form.illustrative for form in scored)
    firms = Organisation.objects.filter(submissions__in=scored)
    assert all(firm.name.startswith("Illustrative ") and "Made up" in firm.note for firm in firms)
    named = Gap.objects.filter(submission__illustrative=False)
    assert not named.exists()


def test_two_firms_stay_behind_the_wall_and_five_do_not(demo: Demo) -> None:
    leather = excellence_means(demo.clusters["chennai-leather"].pk).means
    assert leather
    assert {mean.value for mean in leather} == {None}
    auto = {mean.key: mean for mean in excellence_means(demo.clusters["chennai-auto"].pk).means}
    assert auto["vision"].firms == 5
    assert auto["spc"].firms == 4  # one left it blank
    readiness = cluster_readiness(demo.clusters["chennai-auto"].pk, demo.users["cda.auto"])
    people = readiness.pillars[0]
    assert people.change
    assert people.change.firms == 4
    assert people.change.value
    assert people.change.value > 0
    assert readiness.pillars[-1].before
    assert readiness.pillars[-1].before.value is None  # one firm only was asked about services


def test_a_case_that_waits_for_approval_shows_the_six_topics(demo: Demo) -> None:
    waiting = Submission.objects.get(kind=Kind.ADOPTION, status="submitted")
    assert waiting.illustrative
    topics = ("why", "what", "who", "how", "which_impact", "challenges", "facilitators")
    assert all(waiting.answers.get(topic) for topic in topics)
