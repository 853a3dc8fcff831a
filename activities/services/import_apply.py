"""Carrying out a dry run. It is one effect: all of it in one transaction, or nothing.

What takes long is done before the transaction begins, so that other people's writes wait as little as
possible: within it there is only the check of what changed since, and the writing of what is ready.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityCluster, ActivityOrganisation, ImportBatch, ImportRow
from activities.services.activities import add_cluster
from activities.services.apart import keep_answers
from activities.services.import_changes import (
    CHUNK,
    Late,
    Organisers,
    ReadyChanges,
    done,
    held_versions,
    link_in,
    note_done,
    period_of,
    reason_of,
)
from activities.services.imports import FIELDS, WAY, current_import
from clusters.models import Cluster
from twinning.core.batches import Effect, Progress, Refused, nothing_to_say, refuse_if_rows_are
from twinning.core.bulk import Values, update
from twinning.core.history_many import Creations, Ready
from twinning.core.memory import rare_collections
from twinning.core.models import User
from twinning.core.periods import Reading

Action = ImportRow.Action
_STAGES = (ImportBatch.Status.READY, ImportBatch.Status.APPLYING)
_MOST_NAMED = 20


class _New(NamedTuple):
    """Of a row that becomes an activity, what is asked when it is written: there may be 100,000."""

    pk: int
    row: int
    title: str
    period_text: str


class _Work:
    """The rows of an import by what is to be done with them, each as ready to be written as it can be."""

    def __init__(self, actor: User, batch: ImportBatch) -> None:
        self.actor, self.batch = actor, batch
        self.organisers = Organisers(batch.programme_id)
        self.refused = self.left_out = 0
        self.new: list[_New] = []
        self.changes: list[ReadyChanges] = []
        self.joined: list[int] = []
        self._changed: list[int] = []
        programme, origin = batch.programme, Activity.Origin.IMPORTED
        self.activities = Creations(
            Activity(programme=programme, origin=origin, cluster_count=1),
            actor=actor,
            reason=reason_of(batch),
        )
        self.places = Creations(
            ActivityCluster(activity=Activity(programme=programme), cluster=batch.cluster),
            actor=actor,
            part_of="activity",
        )
        self.parts = Creations(
            ActivityOrganisation(
                activity=Activity(programme=programme), role=ActivityOrganisation.Role.ORGANISER
            ),
            actor=actor,
            part_of="activity",
        )
        # Sheets repeat their periods.
        self.as_read = lru_cache(maxsize=8192)(lambda text: self._period(text, {}))

    def take(self, pk: int, row: int, action: str, decided: str, said: str, read: str) -> None:
        """One row, with the JSON of its decision, its values and its reading."""
        decision = orjson.loads(decided)
        same = decision.get("same")
        if action == Action.REFUSED:
            self.refused += 1
        elif action == Action.UNCHANGED:
            return
        elif decision.get("leave") or same == "row":
            self.left_out += 1
        elif action == Action.CHANGED and same != "other":
            self._changed.append(pk)
            if len(self._changed) == CHUNK:
                self.end()
        elif isinstance(same, int):
            self.joined.append(pk)
        else:
            values = orjson.loads(said)
            period = self._period(read, decision) if decision else self.as_read(read)
            self._create(pk, row, values, period)

    def _period(self, text: str, decision: dict[str, Any]) -> Ready:
        reading = Reading.from_json(orjson.loads(text))
        return self.activities.ready(period_of(reading, decision, self.actor))

    def _create(self, pk: int, row: int, values: dict[str, Any], period: Ready) -> None:
        title, place = values["title"], len(self.new)
        organisers = values.get("organisers", [])
        if organisers:
            # Worked out of the organisers, so history does not tell it.
            link_class = {"link_class": self.organisers.link_class(organisers)}
            period = Ready(period.columns | link_class, period.told)
        self.activities.add({name: values[name] for name in FIELDS if name in values}, period)
        own = {"number": values["number"], "number_source": values["number_source"]}
        self.places.add(own, whole=place, text=title)
        for organiser in organisers:
            self.parts.add({"organisation": self.organisers[organiser]}, whole=place, text=title)
        self.new.append(_New(pk, row, title, values["period_text"]))

    def end(self) -> None:
        """After the last row: make ready what was gathered."""
        if self._changed:
            self.changes.append(ReadyChanges(self.actor, self.batch, self._changed, self.organisers))
        self._changed = []

    def write(self, mode: str) -> dict[str, Any]:
        """Check what changed since, and write the rest. Inside a transaction."""
        came = _came_since(self.batch)
        known = {
            place: new
            for place, new in enumerate(self.new)
            if came and (new.title.casefold(), new.period_text.casefold()) in came
        }
        why = _("It was logged by somebody else since the dry run.")
        late = [(new.pk, new.row, why) for new in known.values()]
        rows = ImportRow.objects.filter(batch=self.batch, action=Action.CHANGED)
        versions = held_versions(Activity.objects.filter(removed_at=None), rows) if self.changes else {}
        changes = [some.settled(versions) for some in self.changes]
        late += [one for some in changes for one in some.late]
        joins, too_late = self._joins()
        late += too_late
        if late and mode == ImportBatch.Mode.ALL_OR_NOTHING:
            raise Refused(_named_rows(late))
        ids = self.activities.write(leave_out=known)
        self.places.write(ids)
        self.parts.write(ids)
        created = {"created": True, "version": 1}
        made = [done(new.pk, pk, created) for new, pk in zip(self.new, ids, strict=True) if pk]
        changed = [row for some in changes for row in some.write()]
        note_done([*made, *changed, *(self._join(row, activity) for row, activity in joins)])
        keep_answers(actor=self.actor, batch=self.batch, reason=reason_of(self.batch))
        _note_late(late)
        return {
            "created": len(made),
            "updated": len(changed),
            "joined": len(joins),
            "left_out": self.left_out,
            "not_imported": self.refused + len(late),
        }

    def _joins(self) -> tuple[list[tuple[ImportRow, Activity]], list[Late]]:
        """The rows that are an event of another cluster, with that event; and those whose event is gone."""
        joins: dict[int, tuple[ImportRow, Activity]] = {}
        late = []
        rows = ImportRow.objects.in_bulk(self.joined)
        for row in (rows[pk] for pk in self.joined):
            activity = Activity.objects.changeable_by(self.actor).filter(pk=row.decision["same"]).first()
            if activity is None or activity.pk in joins or link_in(activity, self.batch.cluster_id):
                why = _("The other cluster's event is no longer there to be joined.")
                late.append((row.pk, row.row, why))
            else:
                joins[activity.pk] = row, activity
        return list(joins.values()), late

    def _join(self, row: ImportRow, activity: Activity) -> Values:
        """List an event that another cluster has already in this one too, with this sheet's own words."""
        title, text = row.values["title"], row.values["period_text"]
        link = add_cluster(
            actor=self.actor,
            activity=activity,
            cluster=self.batch.cluster,
            number=row.values["number"],
            number_source=row.values["number_source"],
            printed_title="" if title == activity.title else title,
            printed_period="" if text == activity.period_text else text,
        )
        activity.refresh_from_db()
        return done(row.pk, activity.pk, {"joined": link.pk, "version": activity.version})


@rare_collections()
def prepare_apply(
    *, actor: User, batch: ImportBatch, mode: str, progress: Progress = nothing_to_say
) -> Effect:
    """Get everything ready and return the function that writes it.

    Raises Refused when all rows are wanted and some are refused. The function raises Refused when, with all
    rows wanted, somebody changed a record since the dry run; else that row is left as it is and says so. It
    raises ChangedMeanwhile when the rows are no longer those that were read.
    """
    batch = current_import(actor, batch, _STAGES)
    if mode == ImportBatch.Mode.ALL_OR_NOTHING:
        refuse_if_rows_are(ImportRow.objects.filter(batch=batch, action=Action.REFUSED).count())
    work = _Work(actor, batch)
    total = batch.counts.get("rows", 0)
    for index, row in enumerate(_rows(batch)):
        if index % 5000 == 0:
            progress(index, total, _("preparing"))
        work.take(*row)
    work.end()
    progress(total, total, _("writing"))

    @rare_collections()
    def write() -> dict[str, Any]:
        # Two imports into one list would each take the rows of the other for new.
        Cluster.objects.select_for_update().filter(pk=batch.cluster_id).first()
        return work.write(mode)

    return WAY.effect(actor, batch, ImportBatch.Status.APPLIED, write, mode)


def _rows(batch: ImportBatch) -> Iterator[Any]:
    """What ``_Work.take`` takes of each row. Its JSON stays text, much of which is never read."""
    texts = {
        "decided": Cast("decision", models.TextField()),
        "said": Cast("values", models.TextField()),
        "read": Cast("reading", models.TextField()),
    }
    rows = ImportRow.objects.filter(batch=batch).annotate(**texts).order_by("row", "id")
    return rows.values_list("pk", "row", "action", *texts).iterator(chunk_size=2000)


def _came_since(batch: ImportBatch) -> set[tuple[str, str]]:
    """Title and period of what entered the cluster's list after the dry run looked at it."""
    links = ActivityCluster.objects.filter(
        cluster=batch.cluster_id, pk__gt=batch.counts.get("last_link", 0), activity__removed_at=None
    )
    return {
        ((printed or title).casefold(), (printed_period or text).casefold())
        for printed, title, printed_period, text in links.values_list(
            "printed_title", "activity__title", "printed_period", "activity__period_text"
        )
    }


def _named_rows(late: Sequence[Late]) -> str:
    shown = "; ".join(
        _("row %(row)d: %(why)s") % {"row": row, "why": why} for _pk, row, why in late[:_MOST_NAMED]
    )
    return _("Nothing was imported, since records changed after the dry run. Run it again. %(rows)s") % {
        "rows": shown
    }


def _note_late(late: Sequence[Late]) -> None:
    """The rows that came too late are refused, and say why."""
    rows = [(Action.REFUSED.value, why, False, pk) for pk, _row, why in late]
    update(ImportRow, ("action", "reason", "needs_answer"), rows)
