"""Who waits for whom: the forms that a person is to go on with, and those that others are to go on with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from clusters.models import Membership
from clusters.models.membership import grants_of
from clusters.rules import ROLE_TABLE, Can
from diagnostics.models import Submission
from diagnostics.queries.filed import FiledLine, filed_line
from diagnostics.rules.review import Status
from twinning.core.models import User

MOST = 10
_MOST_NAMED = 3
_DECIDERS = [role.value for role, may in ROLE_TABLE.items() if Can.APPROVE in may]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A form that waits. ``names``: who handed it in or gave it back; else those who may decide on it."""

    slug: str  # of its programme
    line: FiledLine
    names: tuple[str, ...]
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """``to_decide``: submitted by others, for this person to approve or return; ``to_mend``: returned to this person;
    ``with_others``: submitted by this person and not decided on. Each at most MOST.
    """

    to_decide: list[WaitingLine]
    to_mend: list[WaitingLine]
    with_others: list[WaitingLine]

    def __bool__(self) -> bool:
        return bool(self.to_decide or self.to_mend or self.with_others)


def decidable(user: User) -> Q:
    """Submitted forms that this person may decide on."""
    grants = grants_of(user)
    where = Q(programme__in=grants.in_programmes(Can.APPROVE)) | Q(
        cluster__in=grants.in_clusters(Can.APPROVE)
    )
    return where & Q(status=Status.SUBMITTED) & ~Q(created_by=user.pk) & ~Q(submitted_by=user.pk)


def waiting_for(user: User, programme_slug: str = "") -> Waiting:
    """In one programme, or over all of this person; four queries."""
    rows = Submission.objects.visible_to(user).for_list().select_related("submitted_by", "decided_by")
    rows = rows.order_by("updated_at", "id")
    if programme_slug:
        rows = rows.filter(programme__slug=programme_slug)
    own = Q(created_by=user.pk) | Q(submitted_by=user.pk)
    return Waiting(
        to_decide=[
            _line(one, (str(one.submitted_by),), one.submitted_at)
            for one in rows.filter(decidable(user))[:MOST]
        ],
        to_mend=[
            _line(one, (str(one.decided_by),), one.decided_at)
            for one in rows.filter(own, status=Status.RETURNED)[:MOST]
        ],
        with_others=_with_others(rows.filter(own, status=Status.SUBMITTED)),
    )


def _line(submission: Submission, names: tuple[str, ...], since: dt.datetime | None) -> WaitingLine:
    return WaitingLine(submission.programme.slug, filed_line(submission), names, since)


def _with_others(rows: QuerySet[Submission]) -> list[WaitingLine]:
    found = list(rows[:MOST])
    if not found:
        return []
    deciders = list(
        Membership.objects.filter(
            programme__in={one.programme_id for one in found}, role__in=_DECIDERS, user__is_active=True
        )
        .holding_on(timezone.localdate())
        .select_related("user")
        .order_by("id")
    )
    return [_line(one, _names_of(one, deciders), one.submitted_at) for one in found]


def _names_of(submission: Submission, deciders: list[Membership]) -> tuple[str, ...]:
    """Those who may decide there, but for who filed it (``permissions.can_decide``)."""
    names = (
        str(one.user)
        for one in deciders
        if one.programme_id == submission.programme_id
        and one.cluster_id in (None, submission.cluster_id)
        and one.user_id not in (submission.created_by_id, submission.submitted_by_id)
    )
    return tuple(dict.fromkeys(names))[:_MOST_NAMED]
