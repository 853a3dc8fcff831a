"""What assessments come to, one by one and for a cluster together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clusters.models import Organisation
from clusters.services import create_organisation
from diagnostics import services
from diagnostics.models import Gap, ReadinessScore, Submission, TrainingNeed
from diagnostics.queries.assessments import readiness_results, training_results
from diagnostics.queries.cluster_assessments import cluster_interventions, cluster_overview, excellence_means
from tests.conftest import World
from tests.diagnostics.conftest import file_form, fill, row, version_of

TODAY = dt.date(2011, 7, 31)
File = Callable[..., Submission]


@pytest.fixture
def firms(world: World) -> list[Organisation]:
    """Three tanneries; the first is that of ``world.firm``."""
    made = [
        create_organisation(
            actor=world.manager,
            programme=world.programme,
            cluster=world.leather,
            role="principal",
            name=f"Tannery {number}",
            kind="principal-firm",
        )
        for number in (2, 3)
    ]
    return [world.tannery, *made]


@pytest.fixture
def file(world: World) -> File:
    """``file(slug, answers, firm)``: filed by the agent of the leather cluster, approved by the coordinator."""

    def make(slug: str, answers: dict[str, Any], firm: Any = None, **about: Any) -> Submission:
        options = {"programme": world.programme, "cluster": world.leather, "organisation": firm} | about
        return file_form(world.cda, slug, answers, **({"approver": world.coordinator} | options))

    return make


def scores(**by_area: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for place, (area, score) in enumerate(by_area.items()):
        answers |= row("gaps", f"g{place}", place, gap_area=area.strip("_"), gap_score=score)
    return answers


def readiness(wave: str, lead: str = "1", **more: str) -> dict[str, Any]:
    return {"wave": wave, "with_services": "no", "people_lead": lead, **more}


def page_of(client: Any, name: str, world: World, *args: Any, **query: str) -> Any:
    return client.get(reverse(name, args=[world.programme.slug, *args]), query)


# Readiness ------------------------------------------------------------------------------------------------


def test_readiness_is_compared_with_the_other_wave_of_the_same_firm(
    world: World, file: File, firms: list[Organisation]
) -> None:
    before = file("readiness", readiness("pre"), firms[0], held_on=dt.date(2010, 2, 1))
    file("readiness", readiness("post", "2"), firms[0], held_on=dt.date(2010, 9, 1))
    latest = file("readiness", readiness("post", "3"), firms[0], held_on=dt.date(2011, 2, 1))
    file("readiness", readiness("post", "0"), firms[1], held_on=dt.date(2011, 6, 1))
    results = readiness_results(before, world.cda, TODAY)
    assert results.other == latest
    people = results.pillars[0]
    assert people.compared
    assert round(people.compared.change or 0) == 67
    assert [gap.question for gap in results.gaps] == ["Who leads the digital change of the firm?"]
    assert readiness_results(latest, world.cda, TODAY).other == before


def test_a_firm_without_a_record_is_compared_with_nothing(world: World, file: File) -> None:
    first = file("readiness", readiness("pre"), title="A tannery")
    file("readiness", readiness("post"), title="A tannery")
    assert readiness_results(first, world.cda, TODAY).other is None


def test_points_follow_the_answers(world: World) -> None:
    form = services.start(
        actor=world.cda,
        programme=world.programme,
        version=version_of("readiness"),
        cluster=world.leather,
        organisation=world.tannery,
    )
    fill(world.cda, form, readiness("pre", "3"))
    people = ReadinessScore.objects.get(pillar="people")
    assert (people.wave, people.points, people.most, people.answered, people.asked) == ("pre", 3, 3, 1, 8)
    assert set(ReadinessScore.objects.values_list("pillar", flat=True)) == {"people", "process", "technology"}
    fill(world.cda, form, {"with_services": "yes", "people_lead": "0"})
    assert ReadinessScore.objects.count() == 4
    assert ReadinessScore.objects.get(pillar="people").points == 0


# Excellence -----------------------------------------------------------------------------------------------


def test_the_mean_of_a_cluster_shows_itself_from_three_firms_on(
    world: World, file: File, firms: list[Organisation]
) -> None:
    for firm, value in zip(firms[:2], ("1", "2"), strict=True):
        file("excellence-gap", scores(lean=value, vision="4"), firm)
    assert [(mean.key, mean.value, mean.firms) for mean in excellence_means(world.leather.pk).means] == [
        ("vision", None, 2),
        ("lean", None, 2),
    ]
    file("excellence-gap", scores(lean="4.5"), firms[2])
    by_area = {mean.key: mean.value for mean in excellence_means(world.leather.pk).means}
    assert by_area == {"vision": None, "lean": Decimal("2.5")}


def test_only_the_latest_approved_analysis_of_a_firm_counts(
    world: World, file: File, firms: list[Organisation]
) -> None:
    for firm in firms:
        file("excellence-gap", scores(lean="1"), firm, held_on=dt.date(2008, 1, 1))
    file("excellence-gap", scores(lean="4"), firms[0], held_on=dt.date(2009, 1, 1))
    file("excellence-gap", scores(lean="5"), firms[1], held_on=dt.date(2010, 1, 1), approver=None)
    (mean,) = excellence_means(world.leather.pk).means
    assert (mean.value, mean.firms) == (Decimal(2), 3)


def test_a_form_on_many_units_together_is_no_firm(
    world: World, file: File, firms: list[Organisation]
) -> None:
    for firm in firms[:2]:
        file("excellence-gap", scores(lean="1"), firm)
    answers = {"units_covered": "25"} | scores(lean="5")
    answers |= row("interventions", "i1", intervention="HRD", intervention_modes=["workshop"])
    file("excellence-gap", answers, title="25 units")
    assert excellence_means(world.leather.pk).firms == 2
    matrix = cluster_interventions(world.leather.pk)
    assert (matrix.forms, matrix.units) == (1, 25)
    assert [(line.area, line.dropped) for line in matrix.rows] == [("HRD", True)]


def test_an_area_of_ones_own_is_kept_in_its_words(world: World, file: File) -> None:
    answers = row("gaps", "g1", gap_area="other", gap_area_other="Export papers", gap_score="2")
    file("excellence-gap", answers, world.tannery)
    assert Gap.objects.get().area == "Export papers"


# Training needs -------------------------------------------------------------------------------------------


def test_needs_find_their_modules(world: World, file: File) -> None:
    answers = row("findings", "f1", finding_area="quality", finding="Rejection of 4 to 5 %")
    for place, (need, priority, modules) in enumerate(
        [("Upkeep", "low", "7"), ("Wet-end", "high", "1, 2"), ("Safety", "high", "")]
    ):
        answers |= row(
            "training_needs",
            f"n{place}",
            place,
            need=need,
            need_for="supervisor",
            need_priority=priority,
            **({"need_modules": modules} if modules else {}),
        )
    for number, title in (("1", "Drums"), ("2", "Chemistry")):
        answers |= row(
            "modules",
            f"m{number}",
            module_number=number,
            module=title,
            module_mode="do-how",
            module_days="2.5",
        )
    results = training_results(file("training-needs", answers))
    assert [(need.need, need.priority) for need in results.needs] == [
        ("Wet-end", "high"),
        ("Safety", "high"),
        ("Upkeep", "low"),
    ]
    assert [module.title for module in results.needs[0].modules] == ["Drums", "Chemistry"]
    assert results.needs[2].unknown == (7,)
    assert results.unmet == 2
    assert results.findings[0][0] == "quality"
    assert TrainingNeed.objects.get(need="Wet-end").modules == [1, 2]


# Who sees what --------------------------------------------------------------------------------------------


def test_a_firm_sees_its_own_assessment_and_sums_of_the_others(
    world: World, file: File, firms: list[Organisation], sign_in: Any
) -> None:
    for firm, value in zip(firms, ("1", "2", "3"), strict=True):
        file("excellence-gap", scores(vision=value, lean=value, spc=value), firm)
        file("readiness", readiness("pre", value), firm)
    overview = cluster_overview(world.leather, world.firm)
    assert {form.organisation_id for form in overview.forms} == {world.tannery.pk}
    assert [line.firm for line in overview.readiness.firms] == ["Pakkar Tannery"]
    assert {mean.value for mean in overview.excellence.means} == {Decimal(2)}
    text = page_of(sign_in(world.firm), "cluster_assessments", world, "leather").content.decode()
    assert "Mean excellence by area" in text
    assert "Tannery 2" not in text
    agent = page_of(sign_in(world.cda), "cluster_assessments", world, "leather").content.decode()
    assert "Tannery 2" in agent


def test_an_agent_of_another_cluster_reads_sums_only(
    world: World, file: File, firms: list[Organisation], sign_in: Any
) -> None:
    form = file("excellence-gap", scores(lean="1"), firms[0])
    client = sign_in(world.cda_other)
    assert page_of(client, "assessment_results", world, form.pk).status_code == 404
    text = page_of(client, "cluster_assessments", world, "leather").content.decode()
    assert "not shown" in text
    assert "Pakkar Tannery" not in text


def test_the_results_of_a_firm_stand_beside_the_mean_once_it_may_be_shown(
    world: World, file: File, firms: list[Organisation], sign_in: Any
) -> None:
    areas = ("vision", "lean", "spc")
    mine = file("excellence-gap", scores(**dict.fromkeys(areas, "1")), firms[0])
    client = sign_in(world.firm)
    before = page_of(client, "assessment_results", world, mine.pk).content.decode()
    assert "as soon as three firms make it up" in before
    assert "series-2" not in before
    for firm in firms[1:]:
        file("excellence-gap", scores(**dict.fromkeys(areas, "4")), firm)
    after = page_of(client, "assessment_results", world, mine.pk).content.decode()
    assert "series-2" in after
    assert "style=" not in after


def test_a_cluster_without_assessments_says_what_comes(world: World, sign_in: Any) -> None:
    text = page_of(sign_in(world.cda), "cluster_assessments", world, "leather").content.decode()
    assert "No assessment yet" in text


def test_a_study_has_no_results_of_this_kind(world: World, study: Submission, sign_in: Any) -> None:
    assert page_of(sign_in(world.cda), "assessment_results", world, study.pk).status_code == 404


def queries_of(client: Any, name: str, world: World, *args: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert page_of(client, name, world, *args).status_code == 200
    return len(queries)


def test_ten_firms_cost_as_many_queries_as_twenty(world: World, file: File, sign_in: Any) -> None:
    client = sign_in(world.cda)

    def more(start: int) -> None:
        for number in range(start, start + 10):
            for slug, answers in (
                ("excellence-gap", scores(vision="1", lean="2", spc="3")),
                ("readiness", readiness("pre")),
            ):
                file(slug, answers, title=f"Tannery {number}")

    more(0)
    form = Submission.objects.filter(kind="excellence-gap").first()
    assert form
    page_of(client, "cluster_assessments", world, "leather")
    ten = [
        queries_of(client, "cluster_assessments", world, "leather"),
        queries_of(client, "assessment_results", world, form.pk),
    ]
    more(10)
    twenty = [
        queries_of(client, "cluster_assessments", world, "leather"),
        queries_of(client, "assessment_results", world, form.pk),
    ]
    assert ten == twenty
    assert max(twenty) <= 15


def test_the_page_of_a_cluster_leads_to_what_its_assessments_say(world: World, client: Client) -> None:
    address = reverse("cluster_assessments", args=["tanning", "leather"])
    for who, may in ((world.cda, True), (world.cda_other, False), (world.donor, False)):
        client.force_login(who, backend="twinning.core.accounts.KnownPeopleBackend")
        page = client.get(reverse("cluster", args=["tanning", "leather"])).content.decode()
        assert (address in page) == may
