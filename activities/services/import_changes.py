"""The rows of an import that change activities, each checked against what stands at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityCluster, ActivityOrganisation, ImportBatch, ImportRow
from activities.services.activities import classify
from activities.services.periods import choose, decided, period_fields, retitled
from twinning.core import history
from twinning.core.bulk import chunks
from twinning.core.models import User
from twinning.core.periods import Reading

CHUNK = 500  # records that are locked and compared at a time
_ORGANISER = ActivityOrganisation.Role.ORGANISER


@dataclass(slots=True)
class Outcome:
    """What was done with each row (id, activity, what undoes it); what came too late (id, row, why)."""

    done: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)
    late: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Change:
    row: ImportRow
    activity: Activity
    link: ActivityCluster
    own: dict[str, Any]
    of_link: dict[str, Any]


def reason_of(batch: ImportBatch) -> str:
    """What history says of every change of an import."""
    return _("import of %(file)s") % {"file": batch.filename}


def period_of(row: ImportRow, actor: User) -> dict[str, Any]:
    """The columns of the period: as read, or as a person decided."""
    reading = Reading.from_json(row.reading)
    decision = row.decision
    if decision.get("text") or "period" in decision:
        segments = choose(reading, decision.get("period"), decision.get("text", ""))
        return decided(reading, segments, actor)
    return period_fields(reading)


def link_in(activity: Activity, cluster_id: int) -> ActivityCluster | None:
    """The activity's place in the list of a cluster."""
    return next((link for link in activity.cluster_links.all() if link.cluster_id == cluster_id), None)


def update_rows(actor: User, batch: ImportBatch, rows: Sequence[ImportRow], outcome: Outcome) -> None:
    """Write what the rows change, inside the caller's transaction."""
    for chunk in chunks(rows, CHUNK):
        changes = _still_as_seen(actor, batch, chunk, outcome)
        undo = {change.row.pk: _undo_of(change) for change in changes}
        stale = history.change_many(
            [(change.activity, change.own) for change in changes], actor=actor, reason=reason_of(batch)
        )
        for change in changes:
            if change.activity in stale:
                outcome.late.append(
                    (change.row.pk, change.row.row, _("Somebody changed it at the same moment."))
                )
            else:
                _change_parts(actor, batch, change, undo[change.row.pk])
                outcome.done.append((change.row.pk, change.activity.pk, undo[change.row.pk]))


def _still_as_seen(
    actor: User, batch: ImportBatch, rows: Sequence[ImportRow], outcome: Outcome
) -> list[_Change]:
    pks = [row.activity_id for row in rows if row.activity_id]
    found = Activity.objects.select_for_update().filter(pk__in=pks, removed_at=None)
    activities = {activity.pk: activity for activity in found.prefetch_related("cluster_links__cluster")}
    changes = []
    for row in rows:
        activity = activities.get(row.activity_id or 0)
        link = link_in(activity, batch.cluster_id) if activity else None
        if activity is None or link is None:
            outcome.late.append(
                (row.pk, row.row, _("The activity was taken out of the list since the dry run."))
            )
            continue
        moved = _moved(row, activity, link)
        if moved:
            why = _("Somebody changed it since the dry run: %(fields)s.") % {"fields": ", ".join(moved)}
            outcome.late.append((row.pk, row.row, why))
            continue
        own, of_link = _values(row, activity, link, actor)
        changes.append(_Change(row, activity, link, own, of_link))
    return changes


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
            own |= period_of(row, actor)
            of_link |= {"printed_period": ""} if link.printed_period else {}
        elif name == "title":
            own |= {"title": after} | retitled(activity, after)
            of_link |= {"printed_title": ""} if link.printed_title else {}
        elif name != "organisers":
            own[name] = after
    return own, of_link


def _undo_of(change: _Change) -> dict[str, Any]:
    """What the activity and its place hold before the change, as history keeps it."""
    columns = {name: cast("models.Field[Any, Any]", Activity._meta.get_field(name)) for name in change.own}
    return {
        "fields": {name: history.jsonable(change.activity, column) for name, column in columns.items()},
        "link": {name: getattr(change.link, name) for name in change.of_link},
    }


def _change_parts(actor: User, batch: ImportBatch, change: _Change, undo: dict[str, Any]) -> None:
    activity = change.activity
    if change.of_link:
        history.change_part(
            change.link, change.of_link, actor=actor, parent=activity, reason=reason_of(batch)
        )
    if not change.own:
        activity = history.touch(activity, version=None)
    before, after = change.row.changes.get("organisers", [[], []])
    parts = [
        ActivityOrganisation(activity=activity, organisation_id=pk, role=_ORGANISER)
        for pk in after
        if pk not in before
    ]
    for part in parts:
        history.create(part, actor=actor, parent=activity)
    if parts:
        classify(activity)
    undo |= {"organisers": [part.pk for part in parts], "version": activity.version}
