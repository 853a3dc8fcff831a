"""The history of a programme as a feed that a partner system can follow without missing a change."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q

from clusters.models.membership import Grants, grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import Change, User

# What a reader of history must be allowed besides, to read that of these records. A kind of record that does
# not stand here is read by those who manage the programme alone.
_ALSO: dict[str, set[Can]] = {
    "clusters.programme": set(),
    "clusters.component": set(),
    "clusters.componentcluster": set(),
    "clusters.cluster": set(),
    "clusters.clusterfigure": set(),
    "clusters.productgroup": set(),
    "clusters.twinning": set(),
    "clusters.twinningstage": set(),
    "clusters.steeringmeeting": {Can.READ_COMMITTEE},
    "clusters.decision": {Can.READ_COMMITTEE},
    "clusters.organisation": {Can.READ_FIRMS},
    "clusters.organisationrole": {Can.READ_FIRMS},
    "clusters.programmeorganisation": {Can.READ_FIRMS},
    "clusters.firm": {Can.READ_FIRMS},
    "clusters.agreement": {Can.READ_FIRMS},
    "clusters.agreementparty": {Can.READ_FIRMS},
    "clusters.agreementclaim": {Can.READ_FIRMS},
    "clusters.person": {Can.READ_PEOPLE},
    "clusters.cdaengagement": {Can.READ_PEOPLE},
    "clusters.selectionround": set(),
    "clusters.selectionparameter": set(),
    "clusters.selectionweights": set(),
    "clusters.selectioncandidate": set(),
    "clusters.selectionscore": {Can.READ_PEOPLE},  # an assessor may be somebody by name
    "clusters.selectionoutcome": set(),
    "activities.activity": {Can.READ_ACTIVITIES},
    "activities.activitycluster": {Can.READ_ACTIVITIES},
    "activities.activityorganisation": {Can.READ_ACTIVITIES, Can.READ_FIRMS},
    "activities.participation": {Can.READ_ACTIVITIES, Can.READ_PEOPLE, Can.READ_FIRMS},
    "activities.importbatch": {Can.IMPORT},
    "monitoring.report": {Can.READ_DRAFTS},
}
# Selection is read by whoever may do one of these in the whole programme.
_OF_SELECTION = {Can.READ_COMMITTEE, Can.EDIT}
# A change carries the clock of the process that wrote it, taken a moment before the row.
_CLOCKS_DIFFER_BY = dt.timedelta(seconds=1)


def _readable(grants: Grants, programme: int) -> frozenset[str]:
    reads_selection = any(grants.may(can, programme) for can in _OF_SELECTION)

    def may(label: str, cans: set[Can]) -> bool:
        if label.startswith("clusters.selection") and not reads_selection:
            return False
        return all(grants.may(can, programme) for can in cans)

    return frozenset(label for label, cans in _ALSO.items() if may(label, cans))


class FeedQuerySet(ScopedQuerySet[Change]):
    def visible_to(self, user: User) -> Self:
        """Changes in programmes whose history the role reads as a whole, of records that it reads as well."""
        grants = grants_of(user)
        seen = Q(pk__in=[])
        for programme in grants.in_programmes(Can.READ_HISTORY):
            if grants.may(Can.MANAGE, programme):
                seen |= Q(programme_id=programme)
                continue
            types = [
                ContentType.objects.get_by_natural_key(*label.split(".")).pk
                for label in sorted(_readable(grants, programme))
            ]
            seen |= Q(programme_id=programme, content_type__in=types)
        return self.filter(seen)

    def settled(self) -> Self:
        """Without those so young that an older one may still be committed after them.

        Numbers are given out before a transaction ends, so on PostgreSQL a reader who stops at the highest
        number could pass over one that is still on its way. SQLite has one writer at a time.
        """
        if connection.vendor != "postgresql":
            return self
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
            )
            (horizon,) = cursor.fetchone()
        return self.filter(at__lt=horizon - _CLOCKS_DIFFER_BY)
