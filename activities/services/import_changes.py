"""The rows of an import that change activities, each checked against what stands when they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import orjson
from django.db import models
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityCluster, ActivityOrganisation, ImportBatch, ImportRow
from activities.services.activities import link_class_of
from activities.services.periods import choose, decided, period_fields, retitled
from clusters.models import Organisation
from twinning.core import history
from twinning.core.bulk import Values, update
from twinning.core.history_many import Creations, Edits
from twinning.core.models import User
from twinning.core.periods import Reading

CHUNK = 500  # records that are compared at a time
Late = tuple[int, int, str]  # id and number of a row that came too late, and why
_ORGANISER = ActivityOrganisation.Role.ORGANISER


def reason_of(batch: ImportBatch) -> str:
    """What history says of every change of an import."""
    return _("import of %(file)s") % {"file": batch.filename}


def period_of(reading: Reading, decision: Mapping[str, Any], actor: User) -> dict[str, Any]:
    """The columns of the period: as read, or as a person decided."""
    if decision.get("text") or "period" in decision:
        segments = choose(reading, decision.get("period"), decision.get("text", ""))
        return decided(reading, segments, actor)
    return period_fields(reading)


def link_in(activity: Activity, cluster_id: int) -> ActivityCluster | None:
    """The activity's place in the list of a cluster."""
    return next((link for link in activity.cluster_links.all() if link.cluster_id == cluster_id), None)


def done(row: int, activity: int, undo: Mapping[str, Any]) -> Values:
    """What is kept with a row that was carried out: its activity, and what undoes it (``note_done``)."""
    return activity, orjson.dumps(undo).decode(), row


def note_done(rows: Sequence[Values]) -> None:
    update(ImportRow, ("activity_id", "undo"), rows)


def held_versions(activities: models.QuerySet[Activity], rows: models.QuerySet[ImportRow]) -> dict[int, int]:
    """The versions of those ``activities`` that the rows are about, held until the transaction ends."""
    wanted = activities.filter(pk__in=rows.filter(activity__isnull=False).values("activity"))
    return dict(wanted.select_for_update().order_by("pk").values_list("pk", "version"))


class Organisers:
    """The organisations of a programme that a sheet names, each asked for once."""

    def __init__(self, programme_id: int) -> None:
        self._programme_id = programme_id
        self._known: dict[int, Organisation] = {}
        self._classes: dict[frozenset[int], str] = {}

    def __getitem__(self, pk: int) -> Organisation:
        if pk not in self._known:
            self._known[pk] = Organisation.objects.get(pk=pk)
        return self._known[pk]

    def link_class(self, pks: Iterable[int]) -> str:
        """The link class of an activity in which these take part."""
        who = frozenset(pks)
        if who not in self._classes:
            self._classes[who] = link_class_of(self._programme_id, {pk: self[pk].kind for pk in who})
        return self._classes[who]


class _Changed(NamedTuple):
    row: int
    activity: Activity
    undo: dict[str, Any]
    parts: int  # how many organisers are added


class ReadyChanges:
    """Some rows that change activities, made ready from what stands. ``late``: those that no longer fit it.

    ``hold``: what stands is held until the transaction ends.
    """

    def __init__(
        self,
        actor: User,
        batch: ImportBatch,
        rows: Sequence[int],
        organisers: Organisers,
        *,
        hold: bool = False,
    ) -> None:
        self._given = (actor, batch, rows, organisers)
        self._actor, self._batch, self._organisers = actor, batch, organisers
        self.late: list[Late] = []
        self._changed: list[_Changed] = []
        self._classes: list[Values] = []
        self._activities = Edits(Activity, actor=actor, reason=reason_of(batch))
        self._places = Edits(ActivityCluster, actor=actor, reason=reason_of(batch))
        self._parts = Creations(
            ActivityOrganisation(activity=Activity(programme=batch.programme), role=_ORGANISER),
            actor=actor,
            part_of="activity",
        )
        wanted = list(ImportRow.objects.filter(pk__in=rows).order_by("row", "id"))
        self._asked = {row.activity_id for row in wanted if row.activity_id}
        found = Activity.objects.filter(pk__in=self._asked, removed_at=None)
        if hold:
            found = found.select_for_update()
        found = found.prefetch_related("cluster_links__cluster", "organisation_links")
        activities = {activity.pk: activity for activity in found}
        self._seen = {activity.pk: activity.version for activity in activities.values()}
        for row in wanted:
            self._take(row, activities.get(row.activity_id or 0))

    def _take(self, row: ImportRow, activity: Activity | None) -> None:
        link = link_in(activity, self._batch.cluster_id) if activity else None
        if activity is None or link is None:
            why = _("The activity was taken out of the list since the dry run.")
            self.late.append((row.pk, row.row, why))
        elif moved := _moved(row, activity, link):
            why = _("Somebody changed it since the dry run: %(fields)s.") % {"fields": ", ".join(moved)}
            self.late.append((row.pk, row.row, why))
        else:
            self._change(row, activity, link)

    def _change(self, row: ImportRow, activity: Activity, link: ActivityCluster) -> None:
        own, of_link = _values(row, activity, link, self._actor)
        undo = {
            "fields": _as_it_stands(activity, own),
            "link": {name: getattr(link, name) for name in of_link},
        }
        told = self._activities.change(activity, own)
        moved = self._places.change(link, of_link, parent=activity)
        before, after = row.changes.get("organisers", [[], []])
        parts = [self._organisers[pk] for pk in after if pk not in before]
        for organisation in parts:
            place = len(self._changed)
            self._parts.add({"organisation": organisation}, whole=place, text=str(activity))
        if parts:
            links = [link.organisation_id for link in activity.organisation_links.all()]
            self._classes.append((self._organisers.link_class([*links, *after]), activity.pk))
        if not told and (moved or parts):
            self._activities.touch(activity)
        self._changed.append(_Changed(row.pk, activity, undo, len(parts)))

    def settled(self, now: Mapping[int, int]) -> ReadyChanges:
        """These if they still fit the versions that stand ``now`` (``held_versions``), else made ready anew."""
        if {pk: now[pk] for pk in self._asked if pk in now} == self._seen:
            return self
        return ReadyChanges(*self._given, hold=True)

    def write(self) -> list[Values]:
        """Write them, inside the caller's transaction; returns what ``done`` makes of each."""
        self._activities.write()
        self._places.write()
        parts = iter(self._parts.write([changed.activity.pk for changed in self._changed]))
        update(Activity, ("link_class",), self._classes)
        rows = []
        for row, activity, undo, count in self._changed:
            undo |= {"organisers": [next(parts) for _part in range(count)], "version": activity.version}
            rows.append(done(row, activity.pk, undo))
        return rows


def _moved(row: ImportRow, activity: Activity, link: ActivityCluster) -> list[str]:
    """The fields that the row would change and that no longer hold what the dry run saw."""
    if row.seen_version == activity.version:
        return []
    now = {
        "title": link.printed_title or activity.title,
        "period_text": link.printed_period or activity.period_text,
        "number": link.number,
    }
    if "organisers" in row.changes:
        organisers = activity.organisation_links.filter(role=_ORGANISER)
        now["organisers"] = sorted(organisers.values_list("organisation", flat=True))
    return [
        label_of(name)
        for name, (before, _after) in row.changes.items()
        if now.get(name, getattr(activity, name, None)) != before
    ]


def label_of(name: str) -> str:
    """A field of ``ImportRow.changes`` in words."""
    if name == "organisers":
        return _("organiser")
    model: type[models.Model] = ActivityCluster if name == "number" else Activity
    return str(cast("models.Field[Any, Any]", model._meta.get_field(name)).verbose_name)


def _values(
    row: ImportRow, activity: Activity, link: ActivityCluster, actor: User
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the row sets on the activity and on its place in the list.

    Of a joint event, title and period in the words of this sheet stay with this list: the record is shared.
    """
    joint = len(activity.cluster_links.all()) > 1
    own: dict[str, Any] = {}
    of_link: dict[str, Any] = {}
    for name, (_before, after) in row.changes.items():
        if name == "number":
            of_link |= {"number": after, "number_source": row.values["number_source"]}
        elif name == "title" and joint:
            of_link["printed_title"] = after
        elif name == "period_text" and joint:
            of_link["printed_period"] = after
        elif name == "period_text":
            own |= period_of(Reading.from_json(row.reading), row.decision, actor)
            of_link |= {"printed_period": ""} if link.printed_period else {}
        elif name == "title":
            own |= {"title": after} | retitled(activity, after)
            of_link |= {"printed_title": ""} if link.printed_title else {}
        elif name != "organisers":
            own[name] = after
    return own, of_link


def _as_it_stands(activity: Activity, names: Iterable[str]) -> dict[str, Any]:
    """Columns of an activity as history keeps them."""
    columns = [cast("models.Field[Any, Any]", Activity._meta.get_field(name)) for name in names]
    return {column.name: history.jsonable(activity, column) for column in columns}
