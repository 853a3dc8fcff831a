"""Figures of indicators whose values are typed in, with their source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from monitoring.models import Closing, FrozenFigure, Indicator, Measurement
from monitoring.queries.figure import Figure, Figures, amount_of, book_for
from monitoring.queries.sources.base import Asked, Scope, Spent
from monitoring.rules.values import State, Value
from twinning.core.money import RateBook

# Indicator, cluster (None: the programme) and period of a typed value.
Place = tuple[int, Scope, int]


@dataclass(frozen=True, slots=True)
class Stated:
    """A typed value, as it was entered or as it was closed."""

    value: Value
    source: str
    spent: tuple[Spent, ...] = ()


def typed(
    indicators: Iterable[Indicator], asked: Asked, closed: Mapping[Place, FrozenFigure] | None = None
) -> Figures:
    """By (indicator, cluster or None). Where a value was closed (``closed``), it counts as it was closed."""
    own = [indicator for indicator in indicators if not indicator.is_computed]
    known = _known(own, asked, closed or {})
    book = book_for((one for rows in known.values() for row in rows for one in row.spent), asked.programme)
    found = {}
    for indicator in own:
        for scope in asked.scopes:
            own_rows = known.get((indicator.pk, scope), [])
            if scope is None and not own_rows and indicator.total == Indicator.Total.SUM:
                own_rows = [
                    row for (pk, _cluster), rows in known.items() if pk == indicator.pk for row in rows
                ]
            found[indicator.pk, scope] = _figure(indicator, scope, own_rows, asked, book)
    return found


def _known(
    indicators: Sequence[Indicator], asked: Asked, closed: Mapping[Place, FrozenFigure]
) -> dict[tuple[int, Scope], list[Stated]]:
    """What is stated of each indicator in each place, in the order of the periods."""
    found: dict[tuple[int, Scope], list[Stated]] = {}
    if not indicators:
        return found
    within = Q(period__last__lte=asked.span.last)
    if asked.span.first is not None:
        within &= Q(period__first__gte=asked.span.first)
    rows = Measurement.objects.filter(within, indicator__in=indicators).select_related("period")
    for row in rows.order_by("period__last"):
        if one := stated(row, closed):
            found.setdefault((row.indicator_id, row.cluster_id), []).append(one)
    return found


def closed_values(indicators: Iterable[Indicator], last: dt.date) -> dict[Place, FrozenFigure]:
    """The typed values that were closed for days up to ``last``, as they stand."""
    own = [indicator.pk for indicator in indicators if not indicator.is_computed]
    if not own:
        return {}
    rows = FrozenFigure.objects.filter(
        current=True, indicator__in=own, rule__isnull=True, closing__status=Closing.Status.CLOSED
    )
    rows = rows.filter(closing__period__last__lte=last).select_related("closing").defer("evidence", "parts")
    return {(row.indicator_id, row.closing.cluster_id, row.closing.period_id): row for row in rows}


def stated(row: Measurement, closed: Mapping[Place, FrozenFigure]) -> Stated | None:
    """A typed value as it stands: as it was closed, or restated since. None: it came after the closing."""
    frozen = closed.get((row.indicator_id, row.cluster_id, row.period_id))
    if frozen is None:
        return _entered(row)
    return None if frozen.value.state is State.NOT_REPORTED else _as_closed(frozen, row.period.last)


def _entered(row: Measurement) -> Stated:
    if not row.applies:
        return Stated(Value(State.NOT_APPLICABLE), row.source)
    spent = (Spent(row.currency, row.period.last, row.amount),) if row.amount is not None else ()
    return Stated(Value(State.VALUE, row.value, row.low, row.high, row.word), row.source, spent)


def _as_closed(frozen: FrozenFigure, day: dt.date) -> Stated:
    spent = tuple(Spent(currency, day, Decimal(amount)) for currency, amount in frozen.spent)
    return Stated(frozen.value, frozen.source, spent)


def _figure(
    indicator: Indicator, scope: Scope, rows: Sequence[Stated], asked: Asked, book: RateBook
) -> Figure:
    if not rows:
        return Figure(indicator, scope, Value())
    counted = [row for row in rows if row.value.state is State.VALUE]
    source = "; ".join(dict.fromkeys(row.source for row in rows))
    if not counted:
        return Figure(indicator, scope, Value(State.NOT_APPLICABLE), len(rows), source=source)
    numbers = [row.value.number for row in counted if row.value.number is not None]
    if indicator.total == Indicator.Total.SUM and len(numbers) == len(counted):
        value = Value(State.VALUE, sum(numbers, Decimal(0)))
    else:
        counted = counted[-1:]
        value = counted[0].value
    spent = [one for row in counted for one in row.spent]
    amount = amount_of(spent, asked.programme, book) if indicator.has_amount else None
    return Figure(indicator, scope, value, len(counted), amount=amount, source=source)
