from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.rules import ROLE_TABLE, Can, Reach, Role, holds_on
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel


@dataclass(frozen=True, slots=True)
class Grants:
    """What one user may do today, as ids: the one thing that every ``visible_to`` and ``can_…`` asks."""

    programmes: frozenset[int]
    roles: frozenset[tuple[int, str]]
    wide: frozenset[tuple[Can, int]]  # (what, programme)
    near: frozenset[tuple[Can, int]]  # (what, cluster)
    own: frozenset[tuple[Can, int]]  # (what, organisation)
    organisations: frozenset[int]
    clusters: frozenset[int]  # clusters the user is a member of

    def in_programmes(self, can: Can) -> set[int]:
        return {programme for what, programme in self.wide if what is can}

    def in_clusters(self, can: Can) -> set[int]:
        return {cluster for what, cluster in self.near if what is can}

    def in_organisations(self, can: Can) -> set[int]:
        return {organisation for what, organisation in self.own if what is can}

    def may(self, can: Can, programme: int, *clusters: int) -> bool:
        """In the whole programme, or in one of the clusters named."""
        return (can, programme) in self.wide or any((can, cluster) in self.near for cluster in clusters)

    def anywhere(self, can: Can, programme: int) -> bool:
        """Whether a page that offers this should be shown at all: somewhere in the programme it is allowed."""
        return any(
            can in ROLE_TABLE[Role(role)] for where, role in self.roles if where == programme and role in Role
        )


def holding(day: dt.date) -> Q:
    """Rows with valid_from and valid_to that hold on ``day``: the same as ``rules.holds_on``."""
    return Q(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class MembershipQuerySet(ScopedQuerySet["Membership"]):
    def visible_to(self, user: User) -> Self:
        managed = grants_of(user).in_programmes(Can.MANAGE)
        return self.filter(Q(programme__in=managed) | Q(user=user.pk))

    def for_list(self) -> Self:
        return self.select_related("user", "cluster", "organisation", "programme")

    def holding_on(self, day: dt.date) -> Self:
        return self.filter(holding(day))


class Membership(VersionedModel):
    """A user's role in a programme, perhaps only for one cluster or organisation, from one day to another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    programme = models.ForeignKey("clusters.Programme", models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    cluster = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    organisation = models.ForeignKey(
        "clusters.Organisation", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        ordering = ["programme_id", "user_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    def holds_on(self, day: dt.date) -> bool:
        return holds_on(self.valid_from, self.valid_to, day)


def grants_of(user: User) -> Grants:
    """The user's grants, read once for a user object (that is, once a request)."""
    known: Grants | None = getattr(user, "_grants", None)
    if known is None:
        known = _read_grants(user)
        user._grants = known  # type: ignore[attr-defined]
    return known


def _read_grants(user: User) -> Grants:
    from clusters.models.twinning import Twinning

    if not user.is_active or user.pk is None:
        rows: list[Membership] = []
    else:
        rows = list(Membership.objects.filter(user=user.pk).holding_on(timezone.localdate()))
    needs_twins = any(
        reach is Reach.TWINNED for row in rows for reach in ROLE_TABLE.get(Role(row.role), {}).values()
    )
    pairs = (
        set(
            # A pair that is only looked at, or was given up, shares nothing.
            Twinning.objects.filter(programme__in={row.programme_id for row in rows})
            .exclude(status__in=[Twinning.Status.SCOUTING, Twinning.Status.ABANDONED])
            .values_list("emerging_id", "advanced_id")
        )
        if needs_twins
        else set()
    )
    wide, near, own = set(), set(), set()
    for row in rows:
        for can, reach in ROLE_TABLE[Role(row.role)].items():
            if reach is Reach.OWN:
                if row.organisation_id:
                    own.add((can, row.organisation_id))
            elif reach is Reach.WHOLE or (reach is Reach.PROGRAMME and row.cluster_id is None):
                wide.add((can, row.programme_id))
            elif row.cluster_id is not None:
                near.add((can, row.cluster_id))
                if reach is Reach.TWINNED:
                    near |= {(can, b) for a, b in pairs if a == row.cluster_id}
                    near |= {(can, a) for a, b in pairs if b == row.cluster_id}
    return Grants(
        programmes=frozenset(row.programme_id for row in rows),
        roles=frozenset((row.programme_id, row.role) for row in rows),
        wide=frozenset(wide),
        near=frozenset(near),
        own=frozenset(own),
        organisations=frozenset(row.organisation_id for row in rows if row.organisation_id),
        clusters=frozenset(row.cluster_id for row in rows if row.cluster_id),
    )
