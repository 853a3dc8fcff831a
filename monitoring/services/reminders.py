"""Looking after people who owe something: each is looked at once a day, and written to where it is time."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clusters.models import Membership
from clusters.models.membership import holding
from clusters.rules import ROLE_TABLE, Can, Role
from monitoring.models import Reminded
from monitoring.queries.board import Waiting, waiting_to_remind
from monitoring.rules.reminders import reminds_of_approval, reminds_of_due
from monitoring.services import letters
from twinning.core.models import User

log = logging.getLogger(__name__)

AT_ONCE = 200
# A partner system may enter values, and reads no letters.
_ROLES = [
    role
    for role, can in ROLE_TABLE.items()
    if role is not Role.PARTNER and (Can.LOG in can or Can.APPROVE in can)
]


def remind_people(at_once: int = AT_ONCE) -> int:
    """Look at people who were not looked at today, ``at_once`` at most; returns how many.

    Each is taken by a conditional UPDATE in the transaction that writes the letter, so that any number of callers may
    run at once, and the next run goes on where this one ended. Days on which none ran are made up for.
    """
    today = timezone.localdate()
    members = Membership.objects.filter(holding(today), role__in=_ROLES)
    people = User.objects.filter(is_active=True, wants_reminders=True, pk__in=members.values("user"))
    people = people.filter(Q(reminded=None) | Q(reminded__until__lt=today)).order_by("pk")
    taken = list(people[:at_once])
    for user in taken:
        try:
            _look_at(user, today)
        except Exception:  # one who cannot be looked at must not hold up the others
            log.exception("user %s could not be reminded", user.pk)
    return len(taken)


@transaction.atomic
def _look_at(user: User, today: dt.date) -> None:
    yesterday = today - dt.timedelta(days=1)
    known, _made = Reminded.objects.get_or_create(user=user, defaults={"until": yesterday})
    if not Reminded.objects.filter(pk=known.pk, until=known.until, until__lt=today).update(until=today):
        return
    waiting = waiting_to_remind(user, today)
    if is_time(waiting, known.until, today):
        letters.remind(user, waiting, today)


def is_time(waiting: Waiting, since: dt.date, today: dt.date) -> bool:
    """Whether any of what waits is to be reminded of between ``since`` and today."""
    return any(
        reminds_of_due(due.period.last, due.period.due_on, since, today) for due in waiting.owed
    ) or any(
        reminds_of_approval(timezone.localdate(row.submitted_at), since, today) for row in waiting.to_approve
    )
