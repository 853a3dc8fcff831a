"""What both sides of a twinning want to speak of, as far as each may know."""

from __future__ import annotations

from dataclasses import dataclass

from clusters.models import Twinning
from diagnostics.models import Topic
from diagnostics.queries.labels import Labels
from diagnostics.rules.review import Status
from twinning.core.models import User

_MOST = 200


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic with the priority of each side in words. ``said_by``: the cluster whose study names it."""

    name: str
    emerging: str
    advanced: str
    closed: bool
    said_by: str


def topics_across(user: User, twinning: Twinning) -> list[TopicLine]:
    """The topics of the approved studies of its two clusters that the reader may see (two queries)."""
    rows = Topic.objects.visible_to(user).filter(
        submission__cluster__in=[twinning.emerging_id, twinning.advanced_id],
        submission__status=Status.APPROVED,
    )
    found = list(rows.select_related("submission__cluster").order_by("name", "id")[:_MOST])
    labels = Labels({topic.submission.questionnaire_version_id for topic in found})
    return [
        TopicLine(
            topic.name,
            labels.of("topic_emerging", topic.emerging_priority),
            labels.of("topic_advanced", topic.advanced_priority),
            topic.closed,
            str(topic.submission.cluster),
        )
        for topic in found
    ]
