"""Two records that look like one event and are two: a person says so, and they are not proposed again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from activities.models import Activity, AnotherEvent, ImportBatch, ImportRow
from activities.permissions import can_change
from twinning.core import history
from twinning.core.access import DomainError, require
from twinning.core.models import User


@transaction.atomic
def tell_apart(*, actor: User, activity: Activity, other: Activity, reason: str = "") -> None:
    """Keep that these are two events. Nothing happens where that was said already; ``propose_again`` undoes it.

    The version of neither is raised: what the two say has not changed.
    """
    require(can_change(actor, activity) and can_change(actor, other))
    if activity.pk == other.pk or activity.programme_id != other.programme_id:
        raise DomainError(_("Choose another activity of the same programme."), code="not_another")
    # Held in the order of their ids, so that two who say it at once say it once.
    list(Activity.objects.select_for_update().filter(pk__in=[activity.pk, other.pk]).order_by("pk"))
    if AnotherEvent.objects.filter(activity=activity, other=other).exists():
        return
    for one, another in ((activity, other), (other, activity)):
        history.create(AnotherEvent(activity=one, other=another), actor=actor, reason=reason, parent=one)


@transaction.atomic
def propose_again(*, actor: User, activity: Activity, other: Activity, reason: str = "") -> None:
    """Take back that these are two events, so that they may be proposed as one again."""
    require(can_change(actor, activity) and can_change(actor, other))
    between = Q(activity=activity, other=other) | Q(activity=other, other=activity)
    for said in AnotherEvent.objects.select_for_update().filter(between).select_related("activity", "other"):
        history.remove(said, actor=actor, reason=reason, parent=said.activity)


def keep_answers(*, actor: User, batch: ImportBatch, reason: str) -> None:
    """Keep what the import was answered: rows that are another event than the one proposed.

    Once the rows have their activities, inside the transaction that applies the import.
    """
    answered = ImportRow.objects.filter(batch=batch, decision__same="other", activity__isnull=False)
    for pk, proposals in answered.values_list("activity", "proposals"):
        likely = {proposal["activity"] for proposal in proposals if proposal.get("activity")}
        likely |= _of_rows(batch, [proposal["row"] for proposal in proposals if "row" in proposal])
        activity = Activity.objects.get(pk=pk)
        for other in Activity.objects.changeable_by(actor).filter(pk__in=likely - {pk}):
            tell_apart(actor=actor, activity=activity, other=other, reason=reason)


def _of_rows(batch: ImportBatch, numbers: Iterable[int]) -> set[int]:
    rows = ImportRow.objects.filter(batch=batch, row__in=numbers, activity__isnull=False)
    return set(rows.values_list("activity_id", flat=True))
