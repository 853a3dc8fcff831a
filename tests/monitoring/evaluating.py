"""Evaluations, recommendations and stories as the tests need them, made by calling services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitoring import services
from monitoring.models import Evaluation, ImpactStory, Recommendation
from tests.conftest import World

RATINGS = (5, 4, 3, 4, 3, 0, 2)


def draft(world: World, author: Any = None, **values: Any) -> Evaluation:
    return services.open_evaluation(
        actor=author or world.evaluator,
        programme=world.programme,
        **{"kind": "mid-term", "title": "Mid-term evaluation 2009", **values},
    )


def rate(world: World, evaluation: Evaluation, author: Any = None) -> Evaluation:
    for assessment, rating in zip(evaluation.criteria.all(), RATINGS, strict=True):
        services.update_assessment(
            actor=author or world.evaluator,
            assessment=assessment,
            version=None,
            rating=rating,
            justification="As the records have it.",
        )
    return evaluation


def submitted(world: World, evaluation: Evaluation) -> Evaluation:
    return services.submit_evaluation(actor=world.evaluator, evaluation=rate(world, evaluation), version=None)


def final(world: World, evaluation: Evaluation | None = None) -> Evaluation:
    handed_in = submitted(world, evaluation or draft(world))
    return services.finalise_evaluation(actor=world.manager, evaluation=handed_in, version=None)


def recommendation(world: World, evaluation: Evaluation, **values: Any) -> Recommendation:
    return services.add_recommendation(
        actor=world.evaluator,
        evaluation=evaluation,
        **{"text": "Engage an agent in the advanced cluster.", **values},
    )


def story(world: World, author: Any = None, **values: Any) -> ImpactStory:
    return services.write_story(
        actor=author or world.cda,
        programme=world.programme,
        **{
            "cluster": world.leather,
            "title": "Less rejected in process",
            "quote": "Four methods that the expert showed us we keep to this day.",
            "speaker": "Anbu Selvan",
            "position": "Production manager",
            "organisation": world.tannery,
            **values,
        },
    )


def consent(world: World, told: ImpactStory, **values: Any) -> ImpactStory:
    return services.give_consent(
        actor=world.cda,
        story=told,
        version=None,
        **{
            "consent_by": "Anbu Selvan",
            "consent_on": dt.date(2011, 7, 1),
            "consent_how": "written",
            "names_allowed": True,
            **values,
        },
    )
