"""The self-evaluation and the stories of the demonstration."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from monitoring.models import Evaluation, ImpactStory, Recommendation
from monitoring.queries.evaluations import ratings_of
from tests.demonstration import demo

__all__ = ["demo"]


@pytest.fixture(autouse=True)
def _database(demo: Any, db: None) -> None:
    """Each test sees the programme that the module loaded once."""


def test_the_self_evaluation_is_final_marked_illustrative_and_leaves_out_what_cannot_be_assessed() -> None:
    evaluation = Evaluation.objects.get()
    assert (evaluation.status, evaluation.illustrative, evaluation.kind) == ("final", True, "self")
    found = ratings_of(evaluation.criteria.all())
    assert (found.whole.unable, found.whole.missing) == (1, 0)
    assert found.whole.mean == Decimal("4.00")
    assert all(row.planned and row.observed and row.judged for row in evaluation.comparison.all())
    assert Recommendation.objects.filter(evaluation=evaluation).count() == 3


def test_one_story_is_told_with_consent_and_one_is_not() -> None:
    told = {story.title: story.published_at is not None for story in ImpactStory.objects.all()}
    assert told == {
        "Less rejected in process (illustrative words)": True,
        "A website that is kept up (illustrative words)": False,
    }
