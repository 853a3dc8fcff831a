"""Where values are entered: for which places by whom, in which periods no more, and which figures have none yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import Closing, ClosingException, Indicator
from monitoring.queries.closings import span_of
from monitoring.queries.figures import Figure
from monitoring.queries.pages import clusters_of, reported_on
from monitoring.queries.sources import Asked, Scope
from monitoring.queries.typed import typed
from monitoring.rules.values import State
from twinning.core.models import User


def places_entered(user: User, programme: Programme) -> list[Cluster | None]:
    """For which places somebody enters values: clusters that results are shown for, None for the programme."""
    return places_among(user, programme.pk, clusters_of(programme))


def places_among(user: User, programme: int, clusters: Iterable[Cluster]) -> list[Cluster | None]:
    """The same where the clusters of the programme (by id) were read already."""
    grants, reported = grants_of(user), reported_on(clusters)
    if grants.may(Can.LOG, programme):
        return [*reported, None]
    return [cluster for cluster in reported if grants.may(Can.LOG, programme, cluster.pk)]


@dataclass(frozen=True, slots=True)
class Locked:
    """Why a period takes no value. ``everywhere``: in none of the places asked for."""

    why: str
    everywhere: bool


def locked_periods(programme: Programme, scopes: Sequence[Scope], today: dt.date) -> dict[int, Locked]:
    """The periods that are handed in or closed in these places without an exception that stands, by id."""
    spared = ClosingException.objects.filter(until__gte=today).values("closing")
    rows = Closing.objects.filter(period__programme=programme).exclude(status=Closing.Status.OPEN)
    locked: dict[int, list[Closing]] = {}
    for row in rows.exclude(status=Closing.Status.CLOSED, pk__in=spared).for_list():
        if row.cluster_id in scopes:
            locked.setdefault(row.period_id, []).append(row)
    return {period: _why(found, len(scopes)) for period, found in locked.items()}


def _why(found: Sequence[Closing], places: int) -> Locked:
    words = list(dict.fromkeys(str(row.get_status_display()) for row in found))
    if len(found) == places:
        return Locked(_(" and ").join(words), True)
    names = ", ".join(str(row.cluster or row.period.programme) for row in found)
    return Locked(_("%(state)s for %(places)s") % {"state": _(" and ").join(words), "places": names}, False)


@dataclass(frozen=True, slots=True)
class Unreported:
    """The indicators of a closing without a value, and how many it has in all. Zero is a value."""

    missing: tuple[Indicator, ...]
    total: int

    @property
    def text(self) -> str:
        """ "3 of 14 figures have no value: they will be handed in as not reported."; "" where each has one."""
        if not self.missing:
            return ""
        words = ngettext(
            "%(n)d of %(total)d figures has no value: it will be handed in as not reported.",
            "%(n)d of %(total)d figures have no value: they will be handed in as not reported.",
            len(self.missing),
        )
        return words % {"n": len(self.missing), "total": self.total}

    def beyond(self, seen: Collection[int]) -> tuple[Indicator, ...]:
        """Those that are not among these, by id."""
        return tuple(one for one in self.missing if one.pk not in seen)


def unreported(closing: Closing) -> Unreported:
    """What is counted from records always has a value; what is typed in has one once somebody entered it."""
    programme, scope = closing.period.programme, closing.cluster_id
    indicators = list(Indicator.objects.filter(programme=programme).current().for_list())
    span, places = span_of(closing.period), () if scope is None else (scope,)
    found = typed(indicators, Asked(programme, places, span, timezone.localdate(), scope is None))
    missing = unreported_among([found[one.pk, scope] for one in indicators if not one.is_computed])
    return Unreported(missing.missing, len(indicators))


def unreported_among(figures: Sequence[Figure]) -> Unreported:
    silent = (figure.indicator for figure in figures if figure.value.state is State.NOT_REPORTED)
    return Unreported(tuple(silent), len(figures))
