"""The sheet to fill in: the programme's indicators in a period, with what is entered already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Cluster
from monitoring.importers.values import COLUMNS, MOST_ROWS, part_heads
from monitoring.models import Indicator, Measurement, ReportingPeriod, Target, ValueBatch
from monitoring.permissions import can_read_money
from monitoring.rules.values import DIMENSIONS
from twinning.core.models import User
from twinning.core.tabular import SheetOut, write_workbook

Holds = ValueBatch.Holds
_FURTHER = 20


def value_template(
    user: User, period: ReportingPeriod, holds: str, places: Sequence[Cluster | None]
) -> bytes:
    """An XLSX that the import reads. ``places``: the clusters, None for the programme, in that order of rows."""
    indicators = list(Indicator.objects.filter(programme=period.programme).current())
    if holds == Holds.VALUES:
        indicators = [one for one in indicators if not one.is_computed]
    known = _known(period, holds, indicators)
    heads = _heads(indicators, known.values()) if holds == Holds.VALUES else []
    columns = [*COLUMNS[holds], *heads]
    rows = _rows(user, period, indicators, places, known, columns)
    widths = [14, 20, 22, *([12] * (len(columns) - 3))]
    return write_workbook(
        [
            SheetOut(str(_("Values") if holds == Holds.VALUES else _("Targets")), columns, rows, widths),
            SheetOut(
                _("Indicators"),
                ("indicator", _("Name"), _("Unit"), _("Words of the scale")),
                [(one.code, one.name, one.unit, ", ".join(one.scale)) for one in indicators],
                (14, 60, 16, 40),
            ),
            SheetOut(_("Periods"), ("period",), _titles(period), (30,)),
            SheetOut(
                _("Clusters"), ("cluster", _("Name")), [(c.slug, c.name) for c in places if c], (24, 40)
            ),
        ]
    )


def _titles(period: ReportingPeriod) -> list[tuple[str]]:
    rows = ReportingPeriod.objects.filter(programme=period.programme_id)
    return list(rows.order_by("first").values_list("title"))


Known = dict[tuple[int, int | None], Any]


def _known(period: ReportingPeriod, holds: str, indicators: Sequence[Indicator]) -> Known:
    if holds == Holds.VALUES:
        found: Any = Measurement.objects.filter(period=period, indicator__in=indicators)
    else:
        found = Target.objects.filter(indicator__in=indicators, first=period.first, last=period.last)
    return {(row.indicator_id, row.cluster_id): row for row in found}


def _heads(indicators: Sequence[Indicator], rows: Any) -> list[str]:
    """A column for each part of one dimension, and for those of several that are entered already."""
    names = dict.fromkeys(name for one in indicators for name in one.dimensions)
    heads = dict.fromkeys(f"{name}:{value}" for name in names for value in DIMENSIONS[name])
    heads |= dict.fromkeys(head for row in rows for head, _value in part_heads(row.parts))
    return list(heads)[: len(heads) if len(heads) < _FURTHER * 5 else _FURTHER * 5]


def _rows(
    user: User,
    period: ReportingPeriod,
    indicators: Sequence[Indicator],
    places: Sequence[Cluster | None],
    known: Known,
    columns: Sequence[str],
) -> Iterator[list[Any]]:
    made = 0
    for place in places:
        sees_money = can_read_money(user, period.programme, place)
        for indicator in indicators:
            if made >= MOST_ROWS:
                return
            made += 1
            row = known.get((indicator.pk, place.pk if place else None))
            said = _said(row, sees_money=sees_money) if row else {}
            said |= {
                "indicator": indicator.code,
                "period": period.title,
                "cluster": place.slug if place else "",
            }
            yield [said.get(name, "") for name in columns]


def _said(row: Measurement | Target, *, sees_money: bool) -> dict[str, Any]:
    said = {
        name: _plain(getattr(row, name, None)) for name in ("value", "low", "high", "word", "source", "note")
    }
    if sees_money:
        said |= {name: _plain(getattr(row, name, None)) for name in ("amount", "currency")}
    if isinstance(row, Measurement):
        said |= {head: _plain(Decimal(number)) for head, number in part_heads(row.parts)}
        said["does not apply"] = "" if row.applies else "yes"
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return "" if value is None else value
