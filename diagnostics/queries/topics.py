"""What both sides of a twinning want to speak of, as far as each may know."""

from __future__ import annotations

from clusters.models import Twinning
from diagnostics.models import Topic
from diagnostics.rules.review import Status
from twinning.core.models import User

_MOST = 200


def topics_across(user: User, twinning: Twinning) -> list[Topic]:
    """The topics of the approved studies of its two clusters that the reader may see."""
    rows = Topic.objects.visible_to(user).filter(
        submission__cluster__in=[twinning.emerging_id, twinning.advanced_id],
        submission__status=Status.APPROVED,
    )
    return list(rows.select_related("submission__cluster").order_by("name", "id")[:_MOST])
