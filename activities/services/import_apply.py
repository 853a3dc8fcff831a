"""Carrying out a dry run. It is one effect: all of it in one transaction, or nothing.

What takes long is done before the transaction begins, so that other people's writes wait as little as
possible.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Activity, ActivityCluster, ActivityOrganisation, ImportBatch, ImportRow
from activities.permissions import can_work_on
from activities.services.activities import add_cluster, classify
from activities.services.apart import keep_answers
from activities.services.import_changes import CHUNK, Outcome, link_in, period_of, reason_of, update_rows
from activities.services.imports import FIELDS, finish_apply
from clusters.models import Cluster
from twinning.core import history
from twinning.core.access import require
from twinning.core.batches import Effect, Progress, Refused, nothing_to_say, other_stage
from twinning.core.bulk import chunks
from twinning.core.models import User

Action = ImportRow.Action
_MOST_NAMED = 20


@dataclass(slots=True)
class _New:
    """An activity to be, and of its row no more than writing it needs: there may be 100,000."""

    row: int
    pk: int
    number: int
    number_source: str
    organisers: list[int]
    activity: Activity


@dataclass(slots=True)
class _Work:
    """The rows of an import by what is to be done with them."""

    create: list[_New] = field(default_factory=list)
    update: list[ImportRow] = field(default_factory=list)
    join: list[ImportRow] = field(default_factory=list)
    refused: int = 0
    left_out: int = 0


def prepare_apply(
    *, actor: User, batch: ImportBatch, mode: str, progress: Progress = nothing_to_say
) -> Effect:
    """Get everything ready and return the function that writes it.

    Raises Refused when all rows are wanted and some are refused. The function raises Refused when, with all
    rows wanted, somebody changed a record since the dry run; else that row is left as it is and says so.
    """
    require(can_work_on(actor, batch))
    if batch.stage not in (ImportBatch.Status.READY, ImportBatch.Status.APPLYING):
        raise other_stage(batch)
    work = _Work()
    rows = ImportRow.objects.filter(batch=batch).order_by("row", "id")
    rows = rows.defer("proposals", "flags", "reason", "undo")
    total = batch.counts.get("rows", 0)
    for index, row in enumerate(rows.iterator(chunk_size=2000)):
        if index % 5000 == 0:
            progress(index, total, _("preparing"))
        _sort(work, row, actor, batch)
    if work.refused and mode == ImportBatch.Mode.ALL_OR_NOTHING:
        raise Refused(_refused_rows(work.refused))
    progress(total, total, _("writing"))

    @transaction.atomic
    def effect() -> dict[str, Any]:
        # Two imports into one list would each take the rows of the other for new.
        Cluster.objects.select_for_update().filter(pk=batch.cluster_id).first()
        outcome = Outcome()
        _create(actor, batch, work.create, outcome)
        update_rows(actor, batch, work.update, outcome)
        _join(actor, batch, work.join, outcome)
        if outcome.late and mode == ImportBatch.Mode.ALL_OR_NOTHING:
            raise Refused(_named_rows(outcome.late))
        _note_done(outcome.done)
        keep_answers(actor=actor, batch=batch, reason=reason_of(batch))
        for pk, _row, why in outcome.late:
            ImportRow.objects.filter(pk=pk).update(action=Action.REFUSED, reason=why, needs_answer=False)
        counts = _counts(work, {pk for pk, _row, _why in outcome.late})
        finish_apply(actor=actor, batch=batch, mode=mode, counts=counts)
        return counts

    return effect


def _counts(work: _Work, late: set[int]) -> dict[str, Any]:
    return {
        "created": sum(new.pk not in late for new in work.create),
        "updated": sum(row.pk not in late for row in work.update),
        "joined": sum(row.pk not in late for row in work.join),
        "left_out": work.left_out,
        "not_imported": work.refused + len(late),
    }


def _refused_rows(count: int) -> str:
    return ngettext(
        "%(count)d row is refused, so nothing was imported. Mend it, or import only the good rows.",
        "%(count)d rows are refused, so nothing was imported. Mend them, or import only the good rows.",
        count,
    ) % {"count": count}


def _sort(work: _Work, row: ImportRow, actor: User, batch: ImportBatch) -> None:
    decision = row.decision
    same = decision.get("same")
    if row.action == Action.REFUSED:
        work.refused += 1
    elif row.action == Action.UNCHANGED:
        return
    elif decision.get("leave") or same == "row":
        work.left_out += 1
    elif row.action == Action.CHANGED and same != "other":
        work.update.append(row)
    elif isinstance(same, int):
        work.join.append(row)
    else:
        work.create.append(_new(row, actor, batch))


def _new(row: ImportRow, actor: User, batch: ImportBatch) -> _New:
    filled = {name: row.values[name] for name in FIELDS if name in row.values}
    activity = Activity(
        programme=batch.programme,
        origin=Activity.Origin.IMPORTED,
        cluster_count=1,
        **filled,
        **period_of(row, actor),
    )
    values = row.values
    organisers = values.get("organisers", [])
    return _New(row.row, row.pk, values["number"], values["number_source"], organisers, activity)


def _create(actor: User, batch: ImportBatch, wanted: Sequence[_New], outcome: Outcome) -> None:
    came = _came_since(batch)
    rows = [new for new in wanted if _same(new.activity) not in came]
    for new in wanted:
        if came and _same(new.activity) in came:
            outcome.late.append((new.pk, new.row, _("It was logged by somebody else since the dry run.")))
    for chunk in chunks(rows, 2000):
        activities = [new.activity for new in chunk]
        history.create_many(activities, actor=actor, reason=reason_of(batch))
        links = [
            ActivityCluster(
                activity=new.activity,
                cluster=batch.cluster,
                number=new.number,
                number_source=new.number_source,
            )
            for new in chunk
        ]
        history.create_many(links, actor=actor, parents=activities)
        outcome.done += [(new.pk, new.activity.pk, {"created": True, "version": 1}) for new in chunk]
    _organise(actor, [(new.activity, new.organisers) for new in rows if new.organisers])


def _same(activity: Activity) -> tuple[str, str]:
    return activity.title.casefold(), activity.period_text.casefold()


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


def _organise(actor: User, parts: Sequence[tuple[Activity, Sequence[int]]]) -> None:
    """Link organisers to new activities. Those with the same organisers have the same link class."""
    role = ActivityOrganisation.Role.ORGANISER
    links = [
        ActivityOrganisation(activity=activity, organisation_id=pk, role=role)
        for activity, pks in parts
        for pk in pks
    ]
    for chunk in chunks(links, 2000):
        history.create_many(chunk, actor=actor, parents=[link.activity for link in chunk])
    alike: dict[tuple[int, ...], list[Activity]] = defaultdict(list)
    for activity, pks in parts:
        if pks:
            alike[tuple(sorted(pks))].append(activity)
    for activities in alike.values():
        found = classify(activities[0]).link_class
        for some in chunks(activities, CHUNK):
            Activity.objects.filter(pk__in=[one.pk for one in some]).update(link_class=found)


def _join(actor: User, batch: ImportBatch, rows: Sequence[ImportRow], outcome: Outcome) -> None:
    """List an event that another cluster has already in this one as well, with this sheet's own words."""
    for row in rows:
        activity = Activity.objects.changeable_by(actor).filter(pk=row.decision["same"]).first()
        if activity is None or link_in(activity, batch.cluster_id) is not None:
            outcome.late.append(
                (row.pk, row.row, _("The other cluster's event is no longer there to be joined."))
            )
            continue
        title, text = row.values["title"], row.values["period_text"]
        link = add_cluster(
            actor=actor,
            activity=activity,
            cluster=batch.cluster,
            number=row.values["number"],
            number_source=row.values["number_source"],
            printed_title="" if title == activity.title else title,
            printed_period="" if text == activity.period_text else text,
        )
        activity.refresh_from_db()
        outcome.done.append((row.pk, activity.pk, {"joined": link.pk, "version": activity.version}))


def _named_rows(late: Sequence[tuple[int, int, str]]) -> str:
    shown = "; ".join(
        _("row %(row)d: %(why)s") % {"row": row, "why": why} for _pk, row, why in late[:_MOST_NAMED]
    )
    return _("Nothing was imported, since records changed after the dry run. Run it again. %(rows)s") % {
        "rows": shown
    }


def _note_done(done: Sequence[tuple[int, int, dict[str, Any]]]) -> None:
    """Keep with each row its activity and what undoes it, row by row in one go: there may be 100,000."""
    table = connection.ops.quote_name(ImportRow._meta.db_table)
    statement = f"UPDATE {table} SET activity_id = %s, undo = %s WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        for chunk in chunks(done, 5000):
            cursor.executemany(
                statement, [(activity, json.dumps(undo), row) for row, activity, undo in chunk]
            )
