"""The history of a programme as a feed that a partner system can follow without missing a change."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Self, cast

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Q

from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import Change, User

# What a reader of history must be allowed besides, in the programme or in his clusters, to read that of these
# records. A kind of record that does not stand here is read by those who manage the programme alone.
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
    "activities.anotherevent": {Can.READ_ACTIVITIES},
    "activities.participation": {Can.READ_ACTIVITIES, Can.READ_PEOPLE, Can.READ_FIRMS},
    "activities.importbatch": {Can.IMPORT},
    "monitoring.report": {Can.READ_DRAFTS},
    "monitoring.result": set(),
    "monitoring.indicator": set(),
    "monitoring.target": set(),
    "monitoring.reportingperiod": set(),
    "monitoring.measurement": {Can.READ_FIRMS},  # it may say money of single firms
    "monitoring.outcome": {Can.READ_FIRMS},
    "monitoring.outcomeparty": {Can.READ_FIRMS},
    "monitoring.closing": set(),
    "monitoring.closingexception": set(),
    "core.exchangerate": set(),
    "monitoring.evaluation": {Can.READ_DRAFTS},
    "monitoring.criterionassessment": {Can.READ_DRAFTS},
    "monitoring.assessmentevidence": {Can.READ_DRAFTS},
    "monitoring.comparisonrow": {Can.READ_DRAFTS},
    "monitoring.lesson": {Can.READ_DRAFTS},
    "monitoring.recommendation": {Can.READ_DRAFTS},
    "monitoring.followup": {Can.READ_DRAFTS},
    # Stories name people and firms, and say so still after the consent was withdrawn.
    "monitoring.impactstory": {Can.EDIT},
}
# Selection is read by whoever may do one of these in the whole programme.
_OF_SELECTION = {Can.READ_COMMITTEE, Can.EDIT}


def _readable(may: Callable[[Can], bool]) -> list[int]:
    """The content types of the records whose history one may read who may do this."""
    reads_selection = any(map(may, _OF_SELECTION))
    return [
        ContentType.objects.get_by_natural_key(*label.split(".")).pk
        for label, cans in sorted(_ALSO.items())
        if all(map(may, cans)) and (reads_selection or not label.startswith("clusters.selection"))
    ]


@lru_cache(maxsize=1)
def _read_near() -> list[type[Model]]:
    """The models whose history a role near to a record opens."""
    rows = {model: type(model._default_manager.get_queryset()) for model in apps.get_models()}
    return [
        model
        for model, kind in rows.items()
        if issubclass(kind, ScopedQuerySet) and kind.history_near is not ScopedQuerySet.history_near
    ]


class FeedQuerySet(ScopedQuerySet[Change]):
    def of_programmes(self, user: User) -> Self:
        """All that the feed of this user is looked up in."""
        return self.filter(programme_id__in=grants_of(user).programmes)

    def visible_to(self, user: User) -> Self:
        """Changes of records that the role reads, where it reads history: of a programme, or of a cluster.

        Near a cluster alone, a row may refer to records that are not seen: see ``core.queries.told_to``.
        """
        grants = grants_of(user)
        seen = self._near(user)
        for programme in grants.in_programmes(Can.READ_HISTORY):
            if grants.may(Can.MANAGE, programme):
                seen |= Q(programme_id=programme)
            else:
                types = _readable(lambda can, where=programme: grants.may(can, where))  # type: ignore[misc]
                seen |= Q(programme_id=programme, content_type__in=types)
        return self.filter(seen)

    def _near(self, user: User) -> Q:
        grants = grants_of(user)
        near = grants.in_clusters(Can.READ_HISTORY)
        if not near:
            return Q(pk__in=[])
        # What was taken off a list is told to those from whose list it went.
        seen = Q(action=Change.Action.REMOVED, fields__cluster__0__id__in=sorted(near))
        for model in _read_near():
            kind = ContentType.objects.get_for_model(model)
            rows = cast("ScopedQuerySet[Any]", model._default_manager.get_queryset()).history_near(user)
            seen |= Q(Exists(rows.filter(pk=OuterRef("object_id"))), content_type=kind)
            seen |= Q(Exists(rows.filter(pk=OuterRef("parent_id"))), parent_type=kind)
        types = _readable(lambda can: near <= grants.in_clusters(can))
        return seen & Q(programme_id__in=grants.programmes, content_type__in=types)

    def up_to(self, last: int | None) -> Self:
        """Those that ``core.feed.last_settled`` says may be read."""
        return self if last is None else self.filter(pk__lte=last)
