"""Who waits for whom: the forms that a person is to go on with."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from clusters.models.membership import grants_of
from clusters.rules import Can
from diagnostics.models import Submission
from diagnostics.queries.filed import FiledLine, filed_line
from diagnostics.rules.review import Status
from twinning.core.models import User

MOST = 10


@dataclass(frozen=True, slots=True)
class Waiting:
    """``to_decide``: submitted by others, for this person to approve or return; ``to_mend``: returned to this person;
    ``with_others``: submitted by this person and not decided on. Each at most MOST, with the address of its page.
    """

    to_decide: list[tuple[str, FiledLine]]
    to_mend: list[tuple[str, FiledLine]]
    with_others: list[tuple[str, FiledLine]]

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
    """In one programme, or over all of this person; three queries."""
    rows = Submission.objects.visible_to(user).for_list().order_by("updated_at", "id")
    if programme_slug:
        rows = rows.filter(programme__slug=programme_slug)
    own = Q(created_by=user.pk) | Q(submitted_by=user.pk)
    return Waiting(
        to_decide=_lines(rows.filter(decidable(user))),
        to_mend=_lines(rows.filter(own, status=Status.RETURNED)),
        with_others=_lines(rows.filter(own, status=Status.SUBMITTED)),
    )


def _lines(rows: object) -> list[tuple[str, FiledLine]]:
    return [(one.programme.slug, filed_line(one)) for one in rows[:MOST]]  # type: ignore[index]
