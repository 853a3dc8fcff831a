"""What a closed period keeps from happening, and what is noted when a record of it changes all the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityCluster, ActivityOrganisation, Participation
from clusters.models import Agreement, AgreementParty, Cluster, Firm, Organisation, OrganisationRole, Person
from monitoring.models import (
    Closing,
    ClosingException,
    ClosingTouch,
    Measurement,
    Outcome,
    OutcomeParty,
    ReportingPeriod,
)
from twinning.core.access import WrongState
from twinning.core.models import Change, User
from twinning.core.turns import take_turn
from twinning.core.watch import Told, watch

# Of these a figure counts records on a day of their own: the field of that day.
_DAYS: dict[type[models.Model], str] = {
    Activity: "period_end",
    Agreement: "signed_last",
    Outcome: "happened_last",
}
# These are parts of such a record, and count on its day.
_PARTS: dict[type[models.Model], tuple[type[models.Model], str]] = {
    Participation: (Activity, "activity"),
    ActivityCluster: (Activity, "activity"),
    ActivityOrganisation: (Activity, "activity"),
    AgreementParty: (Agreement, "agreement"),
    OutcomeParty: (Outcome, "outcome"),
}
# A person counts with the activities they took part in, by what they say of themselves.
_OF_PERSON = frozenset({"born"})
# What these say may bear on any day: whether a body is a firm, how big, of which cluster.
_TIMELESS: tuple[type[models.Model], ...] = (Organisation, Firm, OrganisationRole)
_CHUNK = 500
_RECORDS = 4101  # the turn in which records are changed, or counted for a closing


def entry_for(actor: User, period: ReportingPeriod, cluster: Cluster | None) -> Closing | None:
    """Held until the transaction ends: the closing that a typed value is entered for; None for one never begun.

    Raises WrongState where it is handed in, or closed without an exception that stands.
    """
    rows = Closing.objects.select_for_update(of=("self",)).select_related("period")
    closing = rows.filter(period=period, cluster=cluster).first()
    if closing is None or closing.status == Closing.Status.OPEN:
        return None
    if closing.status == Closing.Status.SUBMITTED:
        raise _locked(_("%(closing)s is handed in. Have it returned to change it.") % {"closing": closing})
    stands = ClosingException.objects.filter(closing=closing, until__gte=timezone.localdate())
    if not stands.exists():
        raise _locked(
            _("%(closing)s is closed. Who manages the programme may grant an exception.")
            % {"closing": closing}
        )
    return closing


def _locked(message: str) -> WrongState:
    return WrongState(message, fields={"period": [message]})


def note_correction(closing: Closing | None, row: Measurement, actor: User) -> None:
    """A value of a closed period was corrected by exception: what was closed is to be restated."""
    if closing is not None:
        change = Change.objects.of(row).first()
        if change is not None:
            ClosingTouch.objects.create(closing=closing, change=change)


def watch_records() -> None:
    """Ask to be told of every change of a record that a closed figure may have counted."""
    watch(note_change, *_DAYS, *_PARTS, *_TIMELESS, Person)


def hold_records() -> None:
    """Before figures are frozen: wait for all who are changing records, and keep others waiting until it is done.

    Else a change that is not committed yet would neither be counted nor be noted on the closing.
    """
    take_turn(_RECORDS, alone=True)


def note_change(model: type[models.Model], told: Sequence[Told]) -> None:
    """Note on each closed period that records of it were changed. Within the transaction of the change."""
    take_turn(_RECORDS, alone=False)
    closed = Closing.objects.filter(status=Closing.Status.CLOSED)
    if not closed.exists():
        return
    if model in _TIMELESS:
        programmes = _programmes(model, [one.pk for one in told])
        touched = closed.filter(period__programme__in=programmes)
        _touch(touched, model, told)
        return
    whole = model if model in _DAYS else _PARTS.get(model, (Activity, ""))[0]
    pks = _wholes(model, told)
    near = _places(model, pks)
    for programme, days in _days(whole, pks, told).items():
        inside = Q()
        for day in days:
            inside |= Q(period__first__lte=day, period__last__gte=day)
        if days:
            _touch(closed.filter(near, inside, period__programme=programme), model, told)


def _wholes(model: type[models.Model], told: Sequence[Told]) -> list[int]:
    """The records of days that changed, or that a part of changed."""
    if model is Person:
        people = [one.pk for one in told if _OF_PERSON & one.fields.keys()]
        rows = Participation.objects.filter(person__in=people).order_by()
        return list(rows.values_list("activity", flat=True).distinct())
    return [pk for one in told if (pk := one.pk if model in _DAYS else one.parent) is not None]


def _places(model: type[models.Model], pks: Sequence[int]) -> Q:
    """The closings that such a change bears on: of the clusters of the activity, and of the programme.

    Where the change may be of the cluster itself, or what a record belongs to is less plain, of all.
    """
    if model not in (Activity, Participation, ActivityOrganisation, Person):
        return Q()
    clusters: set[int] = set()
    for start in range(0, len(pks), _CHUNK):
        links = ActivityCluster.objects.filter(activity__in=pks[start : start + _CHUNK])
        clusters.update(links.values_list("cluster", flat=True))
    return Q(cluster=None) | Q(cluster__in=clusters)


def _days(model: type[models.Model], pks: Iterable[int], told: Sequence[Told]) -> dict[int, set[dt.date]]:
    """By programme: the days on which these records count, and counted before."""
    found: dict[int, set[dt.date]] = {}
    field, listed = _DAYS[model], list(dict.fromkeys(pks))
    for start in range(0, len(listed), _CHUNK):
        rows = model._base_manager.filter(pk__in=listed[start : start + _CHUNK]).order_by()
        for programme, day in rows.values_list("programme", field).distinct():
            days = found.setdefault(programme, set())
            if day is not None:
                days.add(day)
    before = [_day(one.fields[field][0]) for one in told if field in one.fields]
    for days in found.values():
        days.update(day for day in before if day is not None)
    return found


def _day(text: object) -> dt.date | None:
    return parse_date(text) if isinstance(text, str) else None


def _programmes(model: type[models.Model], pks: Sequence[int]) -> set[int]:
    path = "programme" if model is Organisation else "organisation__programme"
    found: set[int] = set()
    for start in range(0, len(pks), _CHUNK):
        rows = model._base_manager.filter(pk__in=pks[start : start + _CHUNK])
        found.update(rows.values_list(path, flat=True))
    return found


def _touch(closings: models.QuerySet[Closing], model: type[models.Model], told: Sequence[Told]) -> None:
    touched = list(closings)
    if not touched:
        return
    change = told[0].change
    if change is None:
        kind = ContentType.objects.get_for_model(model)
        newest = Change.objects.filter(content_type=kind, object_id=told[0].pk).order_by("-pk")
        change = newest.values_list("pk", flat=True)[0]
    ClosingTouch.objects.bulk_create(
        ClosingTouch(closing=closing, change_id=change, records=len(told)) for closing in touched
    )
