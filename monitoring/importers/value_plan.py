"""What an import of values would do, row by row: it is done by the services, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Cluster
from monitoring.importers.values import Line, Read, part_heads
from monitoring.models import Indicator, Measurement, ReportingPeriod, Target, ValueBatch, ValueRow
from monitoring.permissions import can_measure, can_shape_results
from monitoring.services.value_imports import told, why_refused, write_value
from twinning.core.access import DomainError
from twinning.core.batches import Plan, Progress, nothing_to_say
from twinning.core.models import User

Action, Holds = ValueRow.Action, ValueBatch.Holds
_STEP = 20


class _TakenBack(Exception):
    """Ends the transaction in which rows were tried."""


def plan_values(
    *, actor: User, batch: ValueBatch, read: Read, progress: Progress = nothing_to_say
) -> Plan[ValueRow]:
    """Say for each row whether it is new, changed, unchanged or refused, in the words of the services. Writes nothing.

    The rows are not saved and without their batch.
    """
    rows: list[ValueRow] = []
    try:
        with transaction.atomic():
            planner = _Planner(actor, batch)
            for index, line in enumerate(read.lines):
                if index % _STEP == 0:
                    progress(index, len(read.lines), _("comparing with what stands"))
                rows.append(planner.row(line))
            raise _TakenBack
    except _TakenBack:
        return Plan(rows, read.notes)


class _Planner:
    def __init__(self, actor: User, batch: ValueBatch) -> None:
        self.actor, self.programme, self.holds = actor, batch.programme, batch.holds
        self.indicators = {
            row.code.casefold(): row for row in Indicator.objects.filter(programme=self.programme)
        }
        self.periods: dict[str, list[ReportingPeriod]] = {}
        for period in ReportingPeriod.objects.filter(programme=self.programme):
            self.periods.setdefault(period.title.casefold(), []).append(period)
        self.clusters: dict[str, Cluster] = {}
        for cluster in Cluster.objects.filter(programme=self.programme):
            self.clusters[cluster.name.casefold()] = self.clusters[cluster.slug] = cluster
        self.seen: dict[tuple[Any, ...], int] = {}

    def row(self, line: Line) -> ValueRow:
        said = [line.keys[name] for name in ("indicator", "period", "cluster") if line.keys[name]]
        row = ValueRow(place=line.place, action=Action.REFUSED, title=", ".join(said)[:300])
        problems = list(line.problems)
        indicator, period, cluster = self._places(line, problems)
        if problems or indicator is None:
            row.reason = " ".join(problems)
            return row
        values = dict(line.values)
        if self.holds == Holds.TARGETS and period is not None:
            values |= {"first": period.first.isoformat(), "last": period.last.isoformat()}
        place = (indicator.pk, cluster.pk if cluster else None, *self._when(period, values))
        if place in self.seen:
            row.reason = _("This place stands in row %(row)d already.") % {"row": self.seen[place]}
            return row
        self.seen[place] = line.place
        row.call = {
            "indicator": indicator.pk,
            "period": period.pk if period else None,
            "cluster": cluster.pk if cluster else None,
            "values": values,
        }
        self._try(row, self._standing(indicator, period, cluster, values), cluster)
        return row

    def _when(self, period: ReportingPeriod | None, values: Mapping[str, Any]) -> tuple[Any, ...]:
        if self.holds == Holds.TARGETS:
            return values.get("first"), values.get("last")
        return (period.pk if period else None,)

    def _places(
        self, line: Line, problems: list[str]
    ) -> tuple[Indicator | None, ReportingPeriod | None, Cluster | None]:
        code, title, name = (line.keys[key] for key in ("indicator", "period", "cluster"))
        indicator = self.indicators.get(code.casefold())
        if indicator is None:
            problems.append(_("There is no indicator “%(code)s”.") % {"code": code[:40]})
        period = self._period(title, line, problems)
        cluster = self.clusters.get(name.casefold()) if name else None
        if name and cluster is None:
            problems.append(_("There is no cluster “%(name)s”.") % {"name": name[:60]})
        return indicator, period, cluster

    def _period(self, title: str, line: Line, problems: list[str]) -> ReportingPeriod | None:
        if not title:
            if self.holds == Holds.VALUES:
                problems.append(_("Say of which period the value is."))
            elif not (line.values.get("first") and line.values.get("last")):
                problems.append(_("Say for which period the target is, or from which day to which."))
            return None
        found = self.periods.get(title.casefold(), [])
        if len(found) == 1:
            return found[0]
        words = (
            _("There is no period “%(title)s”.")
            if not found
            else _("Several periods are called “%(title)s”.")
        )
        problems.append(words % {"title": title[:60]})
        return None

    def _standing(
        self,
        indicator: Indicator,
        period: ReportingPeriod | None,
        cluster: Cluster | None,
        values: Mapping[str, Any],
    ) -> Measurement | Target | None:
        if self.holds == Holds.TARGETS:
            days = {name: values.get(name) for name in ("first", "last")}
            return Target.objects.filter(indicator=indicator, cluster=cluster, **days).first()
        return Measurement.objects.filter(indicator=indicator, period=period, cluster=cluster).first()

    def _may(self, cluster: Cluster | None) -> bool:
        if self.holds == Holds.TARGETS:
            return can_shape_results(self.actor, self.programme)
        return can_measure(self.actor, self.programme, cluster)

    def _try(self, row: ValueRow, standing: Measurement | Target | None, cluster: Cluster | None) -> None:
        changes = _changes(standing, told(row.call["values"])) if standing else {}
        if standing:
            row.record, row.seen_version = standing.pk, standing.version
            if not changes and self._may(cluster):
                row.action = Action.UNCHANGED
                return
        try:
            with transaction.atomic():
                write_value(
                    actor=self.actor,
                    holds=self.holds,
                    call=row.call,
                    record=row.record,
                    version=row.seen_version,
                )
        except (DomainError, ValidationError) as error:
            row.reason = why_refused(error)
        else:
            row.action = Action.CHANGED if standing else Action.NEW
            row.changes = changes


def _changes(standing: Measurement | Target, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the row says otherwise, as a person reads it."""
    found = {}
    for name, after in values.items():
        before = getattr(standing, name)
        if _plain(before) != _plain(after):
            found[name] = [_shown(before), _shown(after)]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return sorted((tuple(sorted(part["dims"].items())), Decimal(str(part["value"]))) for part in value)
    return value


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(f"{head} {number}" for head, number in part_heads(value))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return "" if value is None else str(value)
