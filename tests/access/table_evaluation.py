"""Who gets which answer from the pages of evaluations, recommendations and stories."""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitoring import services
from monitoring.models import Evaluation
from tests.access.rows import PEOPLE, Row, but, by, finder, in_programme
from tests.conftest import World
from twinning.core.models import Attachment, User

EVALUATORS = ("manager", "evaluator")
# Who reads drafts, and who reads what is final: the totals of the programme.
DRAFTS = ("manager", "coordinator", "evaluator")
READERS = (*DRAFTS, "cda", "cda_other", "cda_advanced", "counterpart", "donor", "partner")
# Who edits stories of the leather cluster, and who may begin one somewhere.
TELLERS = ("manager", "coordinator", "cda", "partner")
SOMEWHERE = (*TELLERS, "cda_other", "cda_advanced")
NO_DRAFTS, NO_READERS = but(PEOPLE, *DRAFTS), but(PEOPLE, *READERS)


def evaluated(author: User, decider: User, submitter: User, programme: Any, cluster: Any) -> dict[str, Any]:
    """A draft with its parts, one handed in, a final one with a recommendation, and stories."""

    def begun(title: str) -> Evaluation:
        return services.open_evaluation(actor=author, programme=programme, kind="self", title=title)

    def handed_in(found: Evaluation) -> Evaluation:
        for part in found.criteria.all():
            services.update_assessment(
                actor=author, assessment=part, version=None, rating=4, justification="So it is."
            )
        return services.submit_evaluation(actor=submitter, evaluation=found, version=None)

    draft, done = begun("Draft"), begun("Final")
    part = draft.criteria.all()[0]
    evidence = services.add_evidence(
        actor=author, assessment=part, kind="document", source="Paper, p. 1", text="It says so."
    )
    lesson = services.add_lesson(actor=author, evaluation=draft, text="Begin with trust.")
    planned = services.add_recommendation(actor=author, evaluation=draft, text="Engage an agent.")
    advice = services.add_recommendation(actor=author, evaluation=done, text="Engage an agent.")
    waiting = handed_in(begun("Handed in"))
    # What only another may make final is made so in the programme that has another.
    done = handed_in(done)
    if decider != author:
        done = services.finalise_evaluation(actor=decider, evaluation=done, version=None)
    story = services.write_story(
        actor=author, programme=programme, cluster=cluster, title="Story", quote="Good.", speaker="Anbu"
    )
    told = services.give_consent(
        actor=author,
        story=services.write_story(
            actor=author, programme=programme, cluster=cluster, title="Told", quote="Well.", speaker="Anbu"
        ),
        version=None,
        consent_by="Anbu",
        consent_on=dt.date(2011, 7, 1),
        consent_how="written",
        names_allowed=True,
        paper=("consent.txt", b"I agree."),
    )
    told = services.publish_story(actor=author, story=told, version=None)
    return {
        "draft": draft,
        "waiting": waiting,
        "final": done,
        "part": part,
        "row": draft.comparison.all()[0],
        "evidence": evidence,
        "lesson": lesson,
        "planned": planned,
        "advice": advice,
        "story": story,
        "told": told,
        "paper": Attachment.objects.of(told).get(),
    }


def prepare(world: World) -> None:
    world.judged_here = evaluated(world.manager, world.cta, world.evaluator, world.programme, world.leather)
    far = world.neighbour
    world.judged_there = evaluated(far, far, far, world.other_programme, world.other_cluster)


at = finder("judged_here", "judged_there")


def blank(world: World) -> dict[str, Any]:
    return {"version": ""}


def rows(name: str, place: Any, may: tuple[str, ...], hidden: tuple[str, ...], sent: int) -> list[Row]:
    """A page with a form: 200 to read it, ``sent`` for a body that it refuses or a state that does not fit."""
    status = {**by(403, *PEOPLE), **by(404, *hidden)}
    return [
        Row(name, place[0], method, data, {**status, **by(answer, *may)}, elsewhere=place[1])
        for method, data, answer in (("get", None, 200), ("post", blank, sent))
    ]


DRAFT, FINAL, WAITING = at(pk="draft"), at(pk="final"), at(pk="waiting")
PART = at(pk="draft", part_pk="part")
PLANNED, ADVICE = at(pk="planned"), at(pk="advice")
STORY, TOLD = at(pk="story"), at(pk="told")
NO_STORY = but(PEOPLE, *TELLERS)
READ = {**by(200, *READERS), **by(404, *NO_READERS)}
SEEN_STORY = {**by(200, *TELLERS), **by(404, *NO_STORY)}


def listed(name: str) -> Row:
    return Row(name, in_programme, status=READ)


def begun(name: str, may: tuple[str, ...]) -> list[Row]:
    status = {**by(403, *READERS), **by(404, *NO_READERS)}
    return [
        Row(name, in_programme, status={**status, **by(200, *may)}),
        Row(name, in_programme, "post", blank, {**status, **by(422, *may)}),
    ]


ROWS = [
    listed("evaluations"),
    listed("recommendations"),
    listed("stories"),
    *begun("evaluation_new", EVALUATORS),
    *begun("story_new", SOMEWHERE),
    Row("evaluation", DRAFT[0], status=by(200, *DRAFTS), default=404, elsewhere=DRAFT[1]),
    Row("evaluation", FINAL[0], status=READ, elsewhere=FINAL[1]),
    Row("evaluation_records", FINAL[0], status=READ, elsewhere=FINAL[1]),
    *rows("evaluation_edit", DRAFT, EVALUATORS, NO_DRAFTS, 422),
    # Sent without its version it passes for one that saw an older draft, or is told what is not rated.
    *rows("evaluation_submit", DRAFT, EVALUATORS, NO_DRAFTS, 422),
    *[
        Row(
            "evaluation_finalise",
            WAITING[0],
            method,
            data,
            {**by(404, *PEOPLE), **by(403, "coordinator", "evaluator"), **by(answer, "manager")},
            elsewhere=WAITING[1],
            apart=("cta",) if method == "post" else (),
        )
        for method, data, answer in (("get", None, 200),)
    ],
    Row(
        "evaluation_finalise",
        WAITING[0],
        "post",
        blank,
        # The manager wrote it; his version is none either, which is told first.
        {**by(404, *PEOPLE), **by(403, "coordinator", "evaluator"), **by(409, "manager", "cta")},
        elsewhere=WAITING[1],
    ),
    *rows("evaluation_reopen", WAITING, EVALUATORS, NO_DRAFTS, 422),
    *rows("assessment_new", DRAFT, EVALUATORS, NO_DRAFTS, 422),
    *rows("assessment_edit", PART, EVALUATORS, NO_DRAFTS, 422),
    *rows("assessment_remove", PART, EVALUATORS, NO_DRAFTS, 302),
    *rows("assessment_evidence_new", PART, EVALUATORS, NO_DRAFTS, 422),
    *rows(
        "assessment_evidence_remove",
        at(pk="draft", part_pk="part", evidence_pk="evidence"),
        EVALUATORS,
        NO_DRAFTS,
        302,
    ),
    *rows("comparison_edit", at(pk="draft", part_pk="row"), EVALUATORS, NO_DRAFTS, 409),
    *rows("lesson_new", DRAFT, EVALUATORS, NO_DRAFTS, 422),
    *rows("lesson_edit", at(pk="draft", part_pk="lesson"), EVALUATORS, NO_DRAFTS, 422),
    *rows("lesson_remove", at(pk="draft", part_pk="lesson"), EVALUATORS, NO_DRAFTS, 302),
    *rows("recommendation_new", DRAFT, EVALUATORS, NO_DRAFTS, 422),
    Row("recommendation", PLANNED[0], status=by(200, *DRAFTS), default=404, elsewhere=PLANNED[1]),
    Row("recommendation", ADVICE[0], status=READ, elsewhere=ADVICE[1]),
    *rows("recommendation_edit", PLANNED, EVALUATORS, NO_DRAFTS, 422),
    *rows("recommendation_remove", PLANNED, EVALUATORS, NO_DRAFTS, 302),
    *rows("recommendation_respond", ADVICE, ("manager",), NO_READERS, 422),
    *rows("recommendation_follow_up", ADVICE, ("manager",), NO_READERS, 422),
    Row("story", STORY[0], status=SEEN_STORY, elsewhere=STORY[1]),
    Row("story", TOLD[0], status=READ, elsewhere=TOLD[1]),
    *rows("story_edit", STORY, TELLERS, NO_STORY, 422),
    *rows("story_consent", STORY, TELLERS, NO_STORY, 422),
    *rows("story_withdraw", TOLD, TELLERS, NO_READERS, 302),
    *rows("story_publish", STORY, ("manager", "coordinator"), NO_STORY, 409),
    *rows("story_unpublish", TOLD, ("manager", "coordinator"), NO_READERS, 409),
    *rows("story_paper_remove", at(pk="told", file_pk="paper"), TELLERS, NO_READERS, 302),
]
