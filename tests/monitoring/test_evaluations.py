"""Evaluations: who writes them, who makes them final, and what they rest on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from activities import services as log
from activities.models import Activity
from clusters import services as clusters
from monitoring import services
from monitoring.models import AssessmentEvidence, CriterionAssessment, Evaluation
from monitoring.queries.evaluations import left_out_text, ratings_of, training_days, trust_lines
from monitoring.queries.evidence import shown_evidence
from monitoring.rules.evaluation import How
from tests.conftest import World
from tests.monitoring.evaluating import draft, final, rate, submitted
from twinning.core.access import DomainError, PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Change
from twinning.core.queries import history_of


def seen(user: Any) -> set[int]:
    return set(Evaluation.objects.visible_to(user).values_list("pk", flat=True))


# Writing --------------------------------------------------------------------------------------------------


def test_a_new_evaluation_asks_the_six_criteria_and_sets_out_table_11(world: World) -> None:
    evaluation = draft(world)
    asked = [str(row) for row in evaluation.criteria.all()]
    assert asked == [
        "Relevance", "Coherence, internal", "Coherence, external", "Effectiveness", "Efficiency",
        "Impact", "Sustainability",
    ]  # fmt: skip
    assert sum(row.weight for row in evaluation.criteria.all()) == 6
    rows = {row.aspect: row for row in evaluation.comparison.all()}
    assert rows["agents"].standard == "One general CDA, lately with a part-time technical expert"
    assert rows["activities"].twinning == "Mostly joint across clusters"
    assert len(rows) == 6


@pytest.mark.parametrize("who", ["evaluator", "manager", "cta"])
def test_who_evaluates_and_who_manages_writes_evaluations(world: World, who: str) -> None:
    assert draft(world, getattr(world, who)).author == getattr(world, who)


@pytest.mark.parametrize(
    "who", ["coordinator", "cda", "donor", "counterpart", "firm", "partner", "neighbour"]
)
def test_others_do_not(world: World, who: str) -> None:
    with pytest.raises(PermissionRefused):
        draft(world, getattr(world, who))


def test_the_evaluator_still_changes_no_record_of_the_programme(world: World) -> None:
    with pytest.raises(PermissionRefused):
        clusters.update_cluster(actor=world.evaluator, cluster=world.leather, version=None, name="Other")


def test_a_rating_stands_with_its_justification_even_that_nothing_can_be_said(world: World) -> None:
    first = draft(world).criteria.all()[0]
    for rating in (4, 0):
        with pytest.raises(ValidationError, match="a rating stands with its justification"):
            services.update_assessment(actor=world.evaluator, assessment=first, version=None, rating=rating)


def test_a_rating_is_on_the_scale(world: World) -> None:
    first = draft(world).criteria.all()[0]
    with pytest.raises(ValidationError) as refused:
        services.update_assessment(
            actor=world.evaluator, assessment=first, version=None, rating=7, justification="Best."
        )
    assert "rating" in refused.value.message_dict


def test_a_second_saver_is_noticed(world: World) -> None:
    first = draft(world).criteria.all()[0]
    services.update_assessment(actor=world.evaluator, assessment=first, version=1, finding="One.")
    with pytest.raises(StaleVersion):
        services.update_assessment(actor=world.manager, assessment=first, version=1, finding="Two.")


def test_a_question_of_ones_own_weighs_as_it_is_told(world: World) -> None:
    evaluation = draft(world)
    rate(world, evaluation)
    services.add_assessment(
        actor=world.evaluator,
        evaluation=evaluation,
        criterion="impact",
        question="In both clusters?",
        rating=6,
        justification="Yes.",
        weight=Decimal(3),
    )
    ratings = ratings_of(CriterionAssessment.objects.filter(evaluation=evaluation))
    impact = next(line.found for line in ratings.lines if line.criterion == "impact")
    assert impact.mean == Decimal("6.00")
    assert impact.unable == 1
    assert "1 question that nobody could assess" in left_out_text(impact)


def test_a_question_taken_out_stays_in_history_with_its_evidence(world: World) -> None:
    evaluation = draft(world)
    first = evaluation.criteria.all()[0]
    services.add_evidence(
        actor=world.evaluator, assessment=first, kind="document", source="Report, p. 7", text="Says so."
    )
    services.remove_assessment(actor=world.evaluator, assessment=first)
    lines = history_of(evaluation, reader=world.manager)
    assert [line.action for line in lines[:2]] == [
        "removed: assessment of a criterion “Relevance”",
        "removed: evidence",
    ]


# Handing in and making final ------------------------------------------------------------------------------


def test_it_is_handed_in_when_every_question_is_rated(world: World) -> None:
    evaluation = draft(world)
    with pytest.raises(DomainError, match="Not rated yet: Relevance; Coherence, internal"):
        services.submit_evaluation(actor=world.evaluator, evaluation=evaluation, version=None)
    assert submitted(world, evaluation).status == "submitted"


def test_the_page_says_beforehand_what_hinders_handing_in_and_what_is_only_unfinished(
    world: World, sign_in: Any
) -> None:
    evaluation = draft(world)
    client = sign_in(world.evaluator)
    here = f"/p/{world.programme.slug}/evaluations/{evaluation.pk}/submit"
    first = evaluation.criteria.all()[0]
    before = client.get(here).content.decode()
    assert "To be mended first" in before
    assert reverse("assessment_edit", args=[world.programme.slug, evaluation.pk, first.pk]) in before
    rate(world, evaluation)
    row = evaluation.comparison.all()[0]
    services.update_comparison(actor=world.evaluator, row=row, version=None, judged="yes")
    ready = client.get(here).content.decode()
    assert "To be mended first" not in ready
    assert "5 of 6 rows of Table 11 are not judged: Selection; CDA;" in ready
    assert "It has no summary." in ready
    assert "It recommends nothing." in ready


def test_somebody_else_makes_it_final(world: World) -> None:
    mine = rate(world, draft(world, world.manager), world.manager)
    handed_in = services.submit_evaluation(actor=world.evaluator, evaluation=mine, version=None)
    for who in (world.manager, world.evaluator):
        with pytest.raises(PermissionRefused, match="you wrote it or handed it in"):
            services.finalise_evaluation(actor=who, evaluation=handed_in, version=None)
    done = services.finalise_evaluation(actor=world.cta, evaluation=handed_in, version=None)
    assert (done.status, done.decided_by) == ("final", world.cta)


def test_a_draft_does_not_become_final_and_a_final_one_does_not_change(world: World) -> None:
    evaluation = draft(world)
    with pytest.raises(WrongState, match="draft"):
        services.finalise_evaluation(actor=world.manager, evaluation=evaluation, version=None)
    done = final(world, evaluation)
    acts: list[Any] = [
        lambda: services.update_evaluation(actor=world.manager, evaluation=done, version=None, title="New"),
        lambda: services.add_lesson(actor=world.evaluator, evaluation=done, text="Late."),
        lambda: services.update_comparison(
            actor=world.evaluator, row=done.comparison.all()[0], version=None, planned="All"
        ),
        lambda: services.remove_assessment(actor=world.evaluator, assessment=done.criteria.all()[0]),
    ]
    for act in acts:
        with pytest.raises(WrongState, match="make it a draft again"):
            act()


def test_it_is_opened_again_with_a_reason_that_its_history_keeps(world: World) -> None:
    done = final(world)
    with pytest.raises(DomainError) as refused:
        services.reopen_evaluation(actor=world.manager, evaluation=done, version=None, reason=" ")
    assert set(refused.value.fields) == {"reason"}
    again = services.reopen_evaluation(
        actor=world.manager, evaluation=done, version=None, reason="Efficiency lacks its evidence."
    )
    assert (again.status, again.decided_by, again.submitted_by) == ("draft", None, None)
    assert history_of(again, reader=world.manager)[0].reason == "Efficiency lacks its evidence."


def test_who_handed_it_in_takes_it_back_until_it_is_final(world: World) -> None:
    handed_in = submitted(world, draft(world))
    back = services.reopen_evaluation(
        actor=world.evaluator, evaluation=handed_in, version=None, reason="A slip."
    )
    assert back.is_draft
    done = final(world, back)
    with pytest.raises(PermissionRefused):
        services.reopen_evaluation(actor=world.evaluator, evaluation=done, version=None, reason="Another.")


def test_drafts_are_read_by_evaluators_and_management_final_ones_by_who_reads_results(world: World) -> None:
    evaluation = draft(world)
    readers = {"manager", "cta", "coordinator", "evaluator"}
    cast = ["manager", "cta", "coordinator", "evaluator", "cda", "donor", "counterpart", "firm", "neighbour"]
    assert {who for who in cast if seen(getattr(world, who))} == readers
    final(world, evaluation)
    assert {who for who in cast if seen(getattr(world, who))} == {
        *readers, "cda", "donor", "counterpart"
    }  # fmt: skip


# Evidence -------------------------------------------------------------------------------------------------


def test_evidence_is_a_record_that_the_evaluator_sees_or_a_document(world: World) -> None:
    first = draft(world).criteria.all()[0]
    visit = log.log_activity(
        actor=world.manager, programme=world.programme, clusters=[world.leather], title="Visit to Italy"
    )
    add: dict[str, Any] = {"actor": world.evaluator, "assessment": first, "text": "Who came."}
    services.add_evidence(kind="activity", record_id=visit.pk, **add)
    services.add_evidence(kind="document", source="https://example.org/paper", **add)
    shown = shown_evidence(AssessmentEvidence.objects.all(), world.evaluator, world.programme)[first.pk]
    assert [(one.kind, one.words) for one in shown] == [
        ("activity", "Visit to Italy"), ("document", "https://example.org/paper")
    ]  # fmt: skip
    assert shown[0].url.endswith(f"/activities/{visit.pk}")
    for wrong in ({"kind": "activity"}, {"kind": "document"}, {"kind": "document", "record_id": visit.pk}):
        with pytest.raises(ValidationError, match="one of the two"):
            services.add_evidence(**add, **wrong)


def test_a_record_that_the_reader_does_not_see_is_not_named(world: World) -> None:
    first = draft(world, world.manager).criteria.all()[0]
    outcome = services.record_outcome(
        actor=world.manager,
        programme=world.programme,
        kind="practice-adopted",
        title="Pakkar adopts drum dosing",
        happened="2010",
        source="Visit",
    )
    args: dict[str, Any] = {"assessment": first, "kind": "outcome", "record_id": outcome.pk, "text": "It."}
    with pytest.raises(DomainError) as refused:
        services.add_evidence(actor=world.evaluator, **args)
    assert set(refused.value.fields) == {"record_id"}
    services.add_evidence(actor=world.manager, **args)
    shown = shown_evidence(AssessmentEvidence.objects.all(), world.evaluator, world.programme)[first.pk]
    assert [(one.words, one.url) for one in shown] == [("a record that is not shown to you", "")]


def test_a_record_of_another_programme_is_none(world: World) -> None:
    there = log.log_activity(
        actor=world.neighbour, programme=world.other_programme, clusters=[world.other_cluster], title="Far"
    )
    with pytest.raises(DomainError, match="no such record"):
        services.add_evidence(
            actor=world.evaluator,
            assessment=draft(world).criteria.all()[0],
            kind="activity",
            record_id=there.pk,
            text="x",
        )


# What the records say -------------------------------------------------------------------------------------


def logged(world: World, title: str, period: str, form: str = "", **extra: Any) -> Activity:
    return log.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather],
        title=title,
        period_text=period,
        **{"format": form, **extra},
    )


def test_know_how_and_do_how_count_days_that_are_stated(world: World) -> None:
    logged(world, "Classroom", "1/6/2008 to 3/6/2008", "training")
    logged(world, "Workshop", "June 2009", "workshop")
    logged(world, "On site", "12/12/2009 to 22/12/2009 and 9/2/2010 to 12/3/2010", "on-site")
    logged(world, "Fair", "5/1/2010", "fair")
    know, do = training_days(world.programme, None, world.today, world.evaluator)
    assert (know.how, know.activities, know.days, know.unstated) == (How.KNOW, 2, 3, 1)
    assert know.text == "3 days, and 1 activity whose days are not all stated"
    assert (do.how, do.days, do.text) == (How.DO, 43, "43 days")


def test_days_are_not_made_up_and_other_clusters_not_counted(world: World) -> None:
    logged(world, "Workshop", "2009", "workshop")
    know, do = training_days(world.programme, None, world.today, None)
    assert know.text == "not stated (1 activity whose days are not all stated)"
    assert do.text == "none logged"
    assert training_days(world.programme, [world.footwear], world.today, None)[0].activities == 0


def test_the_total_is_the_same_for_who_sees_not_all_of_its_activities(world: World) -> None:
    logged(world, "Classroom", "1/6/2008 to 3/6/2008", "training")
    know = training_days(world.programme, None, world.today, world.cda_other)[0]
    assert (know.days, know.lines) == (3, [])


def test_the_time_from_trust_to_business_names_its_two_events(world: World) -> None:
    logged(world, "Talks", "June 2008", organisations=[
        (world.tanners, "organiser"), (world.conciatori, "partner")
    ])  # fmt: skip
    supplier = clusters.create_organisation(
        actor=world.manager,
        programme=world.programme,
        cluster=world.santa_croce,
        role="support",
        name="Drum maker",
        kind="support-firm",
    )
    logged(world, "Firm meets firm", "10/9/2009", organisations=[
        (world.tannery, "partner"), (supplier, "partner")
    ])  # fmt: skip
    (line,) = trust_lines(world.programme, None, world.today, world.evaluator)
    assert line.c2c is not None
    assert line.b2b is not None
    assert (str(line.c2c.activity), str(line.b2b.activity)) == ("Talks", "Firm meets firm")
    assert line.to_b2b == "14 to 15 months"
    assert (line.c2b, line.to_business) == (None, "14 to 15 months")


def test_a_twinning_without_such_events_says_nothing(world: World) -> None:
    (line,) = trust_lines(world.programme, None, dt.date(2011, 7, 31), world.evaluator)
    assert (line.c2c, line.b2b, line.to_b2b) == (None, None, "")


def test_history_of_evaluations_is_fed_to_who_reads_drafts(world: World) -> None:
    from clusters.queries.changes import FeedQuerySet

    draft(world)
    feed = FeedQuerySet(Change)
    told = {
        who: feed.visible_to(getattr(world, who)).filter(content_type__model="evaluation").count()
        for who in ("manager", "coordinator", "evaluator", "partner", "cda", "donor")
    }
    assert told == {"manager": 1, "coordinator": 1, "evaluator": 1, "partner": 0, "cda": 0, "donor": 0}
