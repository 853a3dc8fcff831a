"""Taking an import back, as far as nobody built on it since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db import models, transaction
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
from activities.permissions import can_work_on
from activities.services.activities import classify
from activities.services.import_changes import CHUNK, link_in
from activities.services.imports import finish_undo
from activities.services.places import take_off
from twinning.core import history
from twinning.core.access import require
from twinning.core.batches import Effect, Progress, nothing_to_say, other_stage
from twinning.core.bulk import chunks
from twinning.core.models import Attachment, User


def prepare_undo(*, actor: User, batch: ImportBatch, progress: Progress = nothing_to_say) -> Effect:
    """Return the function that takes an applied import back.

    What it made is taken out of the log, what it changed is as it was before. A record that somebody changed
    since, or that people or files were added to, is left as it is, and its row says so.
    """
    require(can_work_on(actor, batch))
    if batch.stage not in (ImportBatch.Status.APPLIED, ImportBatch.Status.APPLYING):
        raise other_stage(batch)
    rows = ImportRow.objects.filter(batch=batch).exclude(undo={}).order_by("row", "id")
    rows = rows.only("batch_id", "row", "activity_id", "undo")
    total = batch.counts.get("rows", 0)
    progress(total, total, _("writing"))

    @transaction.atomic
    def effect() -> dict[str, Any]:
        undone, kept = 0, 0
        for chunk in chunks(list(rows), CHUNK):
            left = _undo_chunk(actor, batch, chunk)
            undone, kept = undone + len(chunk) - left, kept + left
        counts = {"undone": undone, "kept": kept}
        finish_undo(actor=actor, batch=batch, counts=counts)
        return counts

    return effect


def _undo_chunk(actor: User, batch: ImportBatch, rows: Sequence[ImportRow]) -> int:
    """Take back what these rows did; returns how many were left because somebody changed them since."""
    pks = [row.activity_id for row in rows if row.activity_id]
    found = Activity.objects.select_for_update().filter(pk__in=pks)
    activities = {one.pk: one for one in found.prefetch_related("cluster_links__cluster")}
    busy = _used(pks)
    wanted: list[tuple[Activity, dict[str, Any]]] = []
    left: list[int] = []
    now, reason = timezone.now(), _("import of %(file)s undone") % {"file": batch.filename}
    for row in rows:
        activity, undo = activities[row.activity_id or 0], row.undo
        if activity.version != undo["version"] or (undo.get("created") and activity.pk in busy):
            left.append(row.pk)
        elif undo.get("created"):
            wanted.append((activity, {"removed_at": now}))
        elif "joined" in undo:
            for link in ActivityCluster.objects.filter(pk=undo["joined"]):
                take_off(activity, link, actor=actor, reason=reason)
            history.touch(activity, version=None)
        else:
            _restore_parts(actor, activity, undo, batch.cluster_id, reason)
            wanted.append((activity, _restored(undo["fields"])))
    stale = {activity.pk for activity in history.change_many(wanted, actor=actor, reason=reason)}
    left += [row.pk for row in rows if row.activity_id in stale]
    why = _("Left as it is: somebody changed it after the import.")
    ImportRow.objects.filter(pk__in=left).update(reason=why)
    return len(left)


def _used(pks: Sequence[int]) -> set[int]:
    """Activities that people or files were added to, which no version of the activity counts."""
    taken = set(Participation.objects.filter(activity__in=pks).values_list("activity", flat=True))
    files = Attachment.objects.filter(
        content_type__app_label="activities",
        content_type__model="activity",
        removed_at=None,
        object_id__in=pks,
    )
    return taken | set(files.values_list("object_id", flat=True))


def _restore_parts(
    actor: User, activity: Activity, undo: dict[str, Any], cluster_id: int, reason: str
) -> None:
    link = link_in(activity, cluster_id)
    if link is not None and undo["link"]:
        history.change_part(link, undo["link"], actor=actor, parent=activity, reason=reason)
    for part in ActivityOrganisation.objects.filter(pk__in=undo["organisers"], activity=activity):
        history.remove(part, actor=actor, parent=activity, reason=reason)
    if undo["organisers"]:
        classify(activity)


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
