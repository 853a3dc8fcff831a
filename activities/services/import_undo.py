"""Taking an import back, as far as nobody built on it since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import (
    Activity,
    ActivityCluster,
    ActivityOrganisation,
    ImportBatch,
    ImportRow,
    Participation,
)
from activities.services.import_changes import CHUNK, Organisers, held_versions, link_in
from activities.services.imports import WAY, current_import
from activities.services.places import count_lists
from twinning.core.batches import Effect, Progress, nothing_to_say
from twinning.core.bulk import Values, chunks, update
from twinning.core.history_many import Edits
from twinning.core.memory import rare_collections
from twinning.core.models import Attachment, User

_STAGES = (ImportBatch.Status.APPLIED, ImportBatch.Status.APPLYING)


class _ReadyUndo:
    """Some rows of an import, made ready to be taken back as far as nobody built on them.

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
        self._batch, self._organisers, self._rows = batch, organisers, len(rows)
        self._left: list[int] = []
        self._classes: list[Values] = []
        self._taken_off: list[int] = []
        reason = _("import of %(file)s undone") % {"file": batch.filename}
        self._activities = Edits(Activity, actor=actor, reason=reason)
        self._places = Edits(ActivityCluster, actor=actor, reason=reason)
        self._parts = Edits(ActivityOrganisation, actor=actor, reason=reason)
        wanted = list(ImportRow.objects.filter(pk__in=rows).only("activity_id", "undo").order_by("row", "id"))
        self._asked = {row.activity_id for row in wanted if row.activity_id}
        found = Activity.objects.filter(pk__in=self._asked)
        activities = {one.pk: one for one in (found.select_for_update() if hold else found)}
        self._seen = {activity.pk: activity.version for activity in activities.values()}
        self._busy = _used(self._asked)
        now = timezone.now()
        restored: list[tuple[Activity, dict[str, Any]]] = []
        for row in wanted:
            activity, undo = activities[row.activity_id or 0], row.undo
            if activity.version != undo["version"] or (undo.get("created") and activity.pk in self._busy):
                self._left.append(row.pk)
            elif undo.get("created"):
                self._activities.change(activity, {"removed_at": now})
            elif "joined" in undo:
                for link in ActivityCluster.objects.filter(pk=undo["joined"]):
                    self._places.remove(link, parent=activity)
                    self._taken_off.append(activity.pk)
                self._activities.touch(activity)
            else:
                restored.append((activity, undo))
        parts = ("cluster_links__cluster", "organisation_links__organisation")
        models.prefetch_related_objects([activity for activity, _undo in restored], *parts)
        for activity, undo in restored:
            self._restore(activity, undo)

    def _restore(self, activity: Activity, undo: dict[str, Any]) -> None:
        organisers = set(undo["organisers"])
        if organisers:
            links = list(activity.organisation_links.all())
            for part in links:
                if part.pk in organisers:
                    self._parts.remove(part, parent=activity)
            kept = [part.organisation_id for part in links if part.pk not in organisers]
            self._classes.append((self._organisers.link_class(kept), activity.pk))
        link = link_in(activity, self._batch.cluster_id)
        moved = link is not None and self._places.change(link, undo["link"], parent=activity)
        told = self._activities.change(activity, _restored(undo["fields"]))
        if not told and (moved or organisers):
            self._activities.touch(activity)

    def settled(self, now: Mapping[int, int], busy: Collection[int]) -> _ReadyUndo:
        """These if they still fit what stands ``now`` (versions) and what is ``busy``, else made ready anew."""
        as_then = {pk: now[pk] for pk in self._asked} == self._seen
        return (
            self if as_then and self._asked & set(busy) == self._busy else _ReadyUndo(*self._given, hold=True)
        )

    def write(self) -> tuple[int, int]:
        """Take them back, inside the caller's transaction; returns how many were undone and how many left."""
        self._activities.write()
        self._places.write()
        self._parts.write()
        count_lists(self._taken_off, -1)
        update(Activity, ("link_class",), self._classes)
        why = _("Left as it is: somebody changed it after the import.")
        ImportRow.objects.filter(pk__in=self._left).update(reason=why)
        return self._rows - len(self._left), len(self._left)


@rare_collections()
def prepare_undo(*, actor: User, batch: ImportBatch, progress: Progress = nothing_to_say) -> Effect:
    """Get everything ready and return the function that takes an applied import back.

    What it made is taken out of the log, what it changed is as it was before. A record that somebody changed
    since, or that people or files were added to, is left as it is, and its row says so. The function raises
    ChangedMeanwhile when the rows are no longer those that were read.
    """
    batch = current_import(actor, batch, _STAGES)
    rows = ImportRow.objects.filter(batch=batch).exclude(undo={}).order_by("row", "id")
    total, organisers = batch.counts.get("rows", 0), Organisers(batch.programme_id)
    ready: list[_ReadyUndo] = []
    for some in chunks(rows.values_list("pk", flat=True), CHUNK):
        progress(len(ready) * CHUNK, total, _("preparing"))
        ready.append(_ReadyUndo(actor, batch, some, organisers))
    progress(total, total, _("writing"))

    @rare_collections()
    def write() -> dict[str, Any]:
        versions, busy = held_versions(Activity.objects.all(), rows), _used(rows.values("activity"))
        done = [some.settled(versions, busy).write() for some in ready]
        return {
            "undone": sum(undone for undone, _kept in done),
            "kept": sum(kept for _undone, kept in done),
        }

    return WAY.effect(actor, batch, ImportBatch.Status.UNDONE, write)


def _used(activities: Any) -> set[int]:
    """Those of the activities that people or files were added to, which no version of an activity counts."""
    taken = set(Participation.objects.filter(activity__in=activities).values_list("activity", flat=True))
    files = Attachment.objects.filter(
        content_type__app_label="activities",
        content_type__model="activity",
        removed_at=None,
        object_id__in=activities,
    )
    return taken | set(files.values_list("object_id", flat=True))


def _restored(fields: dict[str, Any]) -> dict[str, Any]:
    """Columns as history wrote them, turned back into the values that an activity holds."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        column = cast("models.Field[Any, Any]", Activity._meta.get_field(name))
        if isinstance(column, models.ForeignKey):
            values[column.attname] = value["id"] if value else None
        else:
            values[name] = column.to_python(value)
    return values
