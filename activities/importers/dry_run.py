"""What an import would do, row by row, without doing it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.importers.cells import SheetRow, extract
from activities.importers.mapping import Layout
from activities.importers.matching import Known, Match, match
from activities.importers.standing import Organisers, OtherClusters, Standing, standing_in
from activities.importers.words import normal
from activities.models import ActivityCluster, ImportRow
from activities.rules import NON_TWINNING, Status, misplaced_non_twinning, status_on, told_alike
from activities.services import field_problem
from activities.services.imports import FIELDS
from clusters.models import Cluster, Twinning
from twinning.core import periods
from twinning.core.batches import Progress, nothing_to_say
from twinning.core.memory import rare_collections
from twinning.core.models import User
from twinning.core.periods import Context, Flag, Reading
from twinning.core.tabular import UnfitSheet, Workbook

_MOST_GONE_SHOWN = 200
_STEP = 5000
_CHECKED = (*FIELDS, "period_text")
# Taken as the cell says, and compared as it is.
_PLAIN = ("kind", "format", "venue", "note", "tags")


@dataclass(slots=True)
class Planned:
    """One row of the sheet and what would become of it."""

    row: int
    action: str
    values: dict[str, Any]
    reading: Reading
    flags: list[str] = field(default_factory=list)
    reason: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    activity: int | None = None
    version: int | None = None
    asks: bool = False

    def columns(self) -> dict[str, Any]:
        """The columns of the row to keep, as ``services.FoundRows`` takes them."""
        return {
            "row": self.row,
            "action": self.action,
            "values": self.values,
            "reading": self.reading,
            "flags": self.flags,
            "reason": self.reason,
            "changes": self.changes,
            "proposals": self.proposals,
            "needs_answer": self.asks,
            "activity_id": self.activity,
            "seen_version": self.version,
        }

    def as_json(self) -> dict[str, Any]:
        """The row as the command prints it; dates by their precision, an open end None."""
        return {
            "row": self.row,
            "action": self.action,
            "title": self.values["title"],
            "date_text": self.values["period_text"],
            "edtf": self.reading.edtf,
            "segments": [
                {"start": s.start_text, "end": s.end_text, "precision": s.precision.value}
                for s in self.reading.segments
            ],
            "flags": [*(str(flag) for flag in self.reading.flags), *self.flags],
            "reason": self.reason or "; ".join(why.translated(_) for why in self.reading.reasons),
        }


@dataclass(slots=True)
class Plan:
    """The whole dry run. ``gone``: activities that the sheet does not have; nothing happens to them."""

    rows: list[Planned]
    notes: list[str]
    gone: list[Standing]
    last_link: int

    @property
    def counts(self) -> dict[str, Any]:
        actions = Counter(row.action for row in self.rows)
        found: dict[str, Any] = {action: actions[action] for action in ImportRow.Action.values}
        return found | {
            "rows": len(self.rows),
            "questions": sum(row.asks for row in self.rows),
            "gone": len(self.gone),
            "gone_shown": [
                {"activity": one.activity, "number": one.number, "title": one.title[:200]}
                for one in self.gone[:_MOST_GONE_SHOWN]
            ],
            "notes": self.notes,
            "last_link": self.last_link,
        }


@rare_collections()
def plan(
    *,
    actor: User,
    cluster: Cluster,
    workbook: Workbook,
    sheet: str,
    layout: Layout,
    status_date: dt.date | None = None,
    progress: Progress = nothing_to_say,
) -> Plan:
    """Say for each row of the sheet whether it is new, changed, unchanged or refused. Writes nothing.

    ``status_date``: the sheet tells how things stood on that day; where it is None, the day that its title
    names. Raises UnfitSheet when the columns cannot hold activities.
    """
    if "title" not in layout.columns:
        raise UnfitSheet(_("No column holds the activity. Choose the one that does."))
    progress(0, 0, _("reading the sheet"))
    extracted = extract(workbook.sheet(sheet).read(), layout)
    rows = extracted.rows
    if not rows:
        raise UnfitSheet(_("There are no rows with activities below the heads."))
    status_date = status_date or layout.status_date
    # Before what stands is read, so that what comes in between is noticed when the plan is carried out.
    last_link = _last_link(cluster)
    readings = read_periods(rows, status_date)
    progress(len(rows) // 2, len(rows), _("comparing with the log"))
    standing = standing_in(cluster, with_organisers="organiser" in layout.columns)
    matches = match(
        [Known(row.number, row.title, row.period_text) for row in rows],
        [Known(one.number, one.title, one.period_text) for one in standing],
    )
    _continue_numbers(rows, matches, standing)
    planner = _Planner(actor, cluster, layout, status_date, readings)
    planned = []
    for index, (row, reading, found) in enumerate(zip(rows, readings, matches, strict=True)):
        if index % _STEP == 0:
            progress((len(rows) + index) // 2, len(rows), _("comparing with the log"))
        planned.append(planner.row(row, reading, found, standing))
    matched = {found.place for found in matches if found}
    gone = [one for place, one in enumerate(standing) if place not in matched]
    return Plan(rows=planned, notes=extracted.notes, gone=gone, last_link=last_link)


def _continue_numbers(
    rows: Sequence[SheetRow], matches: Sequence[Match | None], standing: Sequence[Standing]
) -> None:
    """In a list that has activities, new rows whose sheet prints no number come after the last one."""
    if not standing:
        return
    source = ActivityCluster.NumberSource
    printed = [row.number for row in rows if row.number_source == source.PRINTED]
    last = max([*printed, *(one.number for one in standing)])
    for row, found in zip(rows, matches, strict=True):
        if found is None and row.number_source == source.ROW_ORDER:
            last += 1
            row.number = last


def _last_link(cluster: Cluster) -> int:
    last = (
        ActivityCluster.objects.filter(cluster=cluster).order_by("-id").values_list("id", flat=True).first()
    )
    return last or 0


def read_periods(rows: Sequence[SheetRow], status_date: dt.date | None) -> list[Reading]:
    """The periods of a sheet, each in the context of all; a stored date is the date that was stored."""
    default_year = status_date.year if status_date else None
    readings = periods.read_sheet(
        [(row.title, row.period_text) for row in rows], status_date=status_date, default_year=default_year
    )
    for index, row in enumerate(rows):
        cell = row.date_cell
        if cell is None or cell.value is None or not cell.number_format:
            continue
        stored = periods.read_cell(
            cell.value, cell.number_format, Context(title=row.title, status_date=status_date)
        )
        # The calendar of 1904 was taken care of when the cell was shown; the text is what was shown.
        if Flag.DAY_MONTH_ORDER in readings[index].flags and stored.segments:
            readings[index] = replace(stored, raw=row.period_text)
    return readings


class _Planner:
    def __init__(
        self,
        actor: User,
        cluster: Cluster,
        layout: Layout,
        status_date: dt.date | None,
        readings: Sequence[Reading],
    ) -> None:
        self.cluster, self.layout = cluster, layout
        self.day = status_date or timezone.localdate()
        starts = [reading.start for reading in readings if reading.start]
        ends = [reading.end or reading.start for reading in readings if reading.start]
        last = max((day for day in ends if day), default=None)
        self.others = OtherClusters(actor, cluster, min(starts, default=None), last)
        self.organisers = Organisers(actor, cluster.programme_id) if "organiser" in layout.columns else None
        self.seen: dict[tuple[str, str], SheetRow] = {}
        # Sheets repeat their venues, types and notes.
        self.problem = lru_cache(maxsize=4096)(field_problem)
        self._misplaced: str | None = None

    def row(
        self, row: SheetRow, reading: Reading, found: Match | None, standing: Sequence[Standing]
    ) -> Planned:
        flags = list(row.flags)
        values = self._values(row, reading, flags)
        problems = list(row.problems)
        for name in _CHECKED:
            if values.get(name):
                problems += self.problem(name, values[name])
        if row.kind == NON_TWINNING:
            problems += self._non_twinning_problem()
        planned = Planned(
            row=row.row, action=ImportRow.Action.NEW, values=values, reading=reading, flags=flags
        )
        twin = self._twin(row)
        if found is None and twin and (twin.number, twin.number_source) == (row.number, row.number_source):
            problems.append(_("The same as row %(row)d.") % {"row": twin.row})
        if problems:
            planned.action, planned.reason = ImportRow.Action.REFUSED, " ".join(problems)
            values["cells"] = [cell.text for cell in row.source.cells]
        elif found is None:
            self._propose(planned, row, reading, twin)
            planned.asks = planned.asks or not reading.is_certain
        else:
            self._compare(planned, row, reading, standing[found.place], sure=found.sure)
        return planned

    def _twin(self, row: SheetRow) -> SheetRow | None:
        """The earlier row of the sheet with the same title and period."""
        key = (normal(row.title), normal(row.period_text))
        twin = self.seen.setdefault(key, row)
        return None if twin is row or not key[0] else twin

    def _non_twinning_problem(self) -> list[str]:
        """Non-twinning work stands in the list of an emerging cluster (step 6); asked once for the sheet."""
        if self._misplaced is None:
            twinnings = Twinning.objects.filter(programme=self.cluster.programme_id)
            only_advanced = (
                twinnings.filter(advanced=self.cluster).exists()
                and not twinnings.filter(emerging=self.cluster).exists()
            )
            problem = misplaced_non_twinning(NON_TWINNING, "", only_advanced=only_advanced)
            self._misplaced = str(problem or "")
        return [self._misplaced] if self._misplaced else []

    def _values(self, row: SheetRow, reading: Reading, flags: list[str]) -> dict[str, Any]:
        """What the sheet says, only of the columns that it has."""
        columns = self.layout.columns
        values: dict[str, Any] = {
            "number": row.number,
            "number_source": str(row.number_source),
            "title": row.title,
            "period_text": row.period_text,
        }
        values |= {name: getattr(row, name) for name in _PLAIN if name in columns}
        if "status" in columns and row.status is not None:
            values["status_set"] = self._status_set(row.status, reading)
            values["status"] = row.status
        if self.organisers is not None:
            known, unknown = self.organisers.named(row.organiser)
            values |= {"organisers": known, "organiser": row.organiser}
            if unknown:
                flags.append("organiser_unknown")
        return values

    def _status_set(self, status: str, reading: Reading) -> str:
        """The status to set by hand: none where the period says the same, so that it moves on with time."""
        valid = [segment for segment in reading.segments if not segment.invalid]
        derived = status_on(
            self.day,
            start=reading.start,
            end=reading.end,
            is_open=any(segment.end is None for segment in valid),
            tentative=Flag.TENTATIVE in reading.flags,
        )
        return "" if told_alike(status, derived) else status

    def _propose(self, planned: Planned, row: SheetRow, reading: Reading, twin: SheetRow | None) -> None:
        if twin:
            planned.flags.append("duplicate_in_sheet")
            planned.proposals.append({"kind": "row", "row": twin.row, "title": twin.title})
        for score, event in self.others.alike(row.title, row.period_text, reading.segments):
            planned.proposals.append(
                {
                    "kind": "joint",
                    "activity": event.activity,
                    "title": event.title,
                    "period": event.period_text,
                    "cluster": event.cluster,
                    "score": round(score, 2),
                }
            )
        if any(proposal["kind"] == "joint" for proposal in planned.proposals):
            planned.flags.append("joint_event")
        planned.asks = bool(planned.proposals)

    def _compare(
        self, planned: Planned, row: SheetRow, reading: Reading, one: Standing, *, sure: bool
    ) -> None:
        changes = changes_of(planned.values, reading, one, self.day)
        planned.activity, planned.version = one.activity, one.version
        planned.changes = changes
        planned.action = ImportRow.Action.CHANGED if changes else ImportRow.Action.UNCHANGED
        if not changes:
            return
        if "period_text" in changes and not reading.is_certain:
            planned.asks = True
        if not sure:
            planned.flags.append("perhaps_another")
            planned.proposals.append(
                {"kind": "match", "activity": one.activity, "title": one.title, "period": one.period_text}
            )
            planned.asks = True


def changes_of(values: dict[str, Any], reading: Reading, one: Standing, day: dt.date) -> dict[str, list[Any]]:
    """What the row would change of the activity, {field: [before, after]}; a blank cell changes nothing.

    A period that is written otherwise and means the same is no change: what was printed first stays.
    """
    found: dict[str, list[Any]] = {}
    if values["title"] != one.title:
        found["title"] = [one.title, values["title"]]
    if _period_differs(values["period_text"], reading, one):
        found["period_text"] = [one.period_text, values["period_text"]]
    if values["number_source"] == ActivityCluster.NumberSource.PRINTED and values["number"] != one.number:
        found["number"] = [one.number, values["number"]]
    for name in _PLAIN:
        if values.get(name) and values[name] != getattr(one, name):
            found[name] = [getattr(one, name), values[name]]
    status = values.get("status")
    if status and not told_alike(status, one.status_on(day)) and status != Status.UNDATED:
        # Compared as a person reads it: the sheet's word against what the log would say on that day.
        after = values["status_set"] if "period_text" in found else status
        if after != one.status_set:
            found["status_set"] = [one.status_set, after]
    new = [pk for pk in values.get("organisers", []) if pk not in one.organisers]
    if new:
        found["organisers"] = [sorted(one.organisers), sorted(one.organisers | set(new))]
    return found


def _period_differs(text: str, reading: Reading, one: Standing) -> bool:
    if not text or normal(text) == normal(one.period_text):
        return False
    if not reading.segments:
        return True
    return [s.edtf for s in reading.segments] != [s.edtf for s in one.segments]
