"""What closed periods add to figures to date: period by period for one figure, summed by the database for all.

Ten years of many clusters are ten thousand closed figures, so a page that asks for all of them gets their sums.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast

from monitoring.models import Closing, FrozenFigure, Indicator
from monitoring.queries.figures import rule_of
from monitoring.queries.sources import SOURCES, Asked, Scope
from monitoring.rules.values import Span

Key = tuple[int, Scope]  # an indicator, and a cluster or None for the programme
Spent = tuple[tuple[str, Decimal], ...]  # money by currency


@dataclass(frozen=True, slots=True)
class ClosedPart:
    """What a closed period adds to a figure to date; ``repeated``: persons or firms counted earlier already."""

    pk: int
    period: int
    title: str
    span: Span
    number: Decimal
    repeated: int
    records: int
    total: Decimal | None
    spent: Spent

    @property
    def adds(self) -> Decimal:
        return self.number - self.repeated


@dataclass(frozen=True, slots=True)
class Paid:
    """The money of closed figures. ``total``: all of it in the programme's currency, None where a part is not known.

    ``figures``: those that have any, by id.
    """

    total: Decimal | None
    spent: Spent
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Periods:
    """Closed periods in order, by id, and the days of each."""

    pks: tuple[int, ...] = ()
    # Two that are the same periods have the same days, and days are slow to compare.
    days: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Closed:
    """What the closed periods of a figure add together.

    ``figures`` are the closed ones by id; ``closed_sums`` names only those that count persons or firms once, and
    money only where the indicator tells it.
    """

    periods: Periods
    figures: tuple[int, ...]
    adds: Decimal
    records: int
    paid: Paid | None


Parts = dict[Key, tuple[ClosedPart, ...]]
Sums = dict[Key, Closed]


def closed_parts(indicators: Iterable[Indicator], asked: Asked) -> Parts:
    """The closed figures that stand for days up to that asked, in order: those counted as the indicator still is."""
    counted = {one.pk: one for one in indicators if one.is_computed}
    closings = _closings(asked) if counted else {}
    if not closings:
        return {}
    rows = _standing(counted, closings)
    told = list(rows.values_list("pk", "indicator", "closing", "number", "repeated", "records", "amount"))
    spent = _spent([pk for pk, one, *_some, records, _sum in told if records and counted[one].has_amount])
    found: dict[Key, list[ClosedPart]] = {}
    for pk, indicator, closing, number, repeated, records, total in told:
        place = closings[closing]
        plain = (number, repeated or 0, records, total, spent.get(pk, ()))
        part = ClosedPart(pk, place.period, place.title, place.span, *plain)
        found.setdefault((indicator, place.scope), []).append(part)
    return {key: tuple(sorted(own, key=lambda part: part.span.last)) for key, own in found.items()}


def summed(parts: Parts) -> Sums:
    """The parts of each figure together."""
    return {
        key: Closed(
            periods=Periods(tuple(part.period for part in own), tuple(part.span for part in own)),
            figures=tuple(part.pk for part in own),
            adds=sum((part.adds for part in own), Decimal(0)),
            records=sum(part.records for part in own),
            paid=_paid(own, known=all(part.total is not None for part in own)),
        )
        for key, own in parts.items()
    }


def closed_sums(indicators: Iterable[Indicator], asked: Asked) -> Sums:
    """What ``summed`` makes of ``closed_parts``, added up by the database."""
    counted = {one.pk: one for one in indicators if one.is_computed}
    closings = _closings(asked) if counted else {}
    if not closings:
        return {}
    once = [pk for pk, one in counted.items() if (rule := rule_of(one)) and SOURCES[rule.count].counts_once]
    rows = _standing(counted, closings)
    told = rows.values("indicator", place=F("closing__cluster")).annotate(
        several=Count("pk"),
        figures=Listed("pk", filter=Q(indicator__in=once)),
        number=Sum("number"),
        again=Sum("repeated"),
        behind=Sum("records"),
        unknown=Count("pk", filter=Q(amount=None)),
    )
    sums = {(row["indicator"], row["place"]): row for row in told}
    whole = _by_scope(closings.values())
    # Mostly an indicator is in all that is closed of a place; only where it is not is it asked in what.
    partly = {key for key, row in sums.items() if row["several"] < len(whole[key[1]].pks)}
    paid = {key for key, row in sums.items() if counted[key[0]].has_amount and row["behind"]}
    one_by_one = _one_by_one(rows, {indicator for indicator, _scope in partly | paid}, closings)
    return {
        key: Closed(
            periods=_in_order(one.place for one in one_by_one[key]) if key in partly else whole[key[1]],
            figures=_ids(row["figures"]),
            adds=row["number"] - row["again"],
            records=row["behind"],
            paid=_paid(one_by_one.get(key, ()), known=not row["unknown"])
            if counted[key[0]].has_amount
            else None,
        )
        for key, row in sums.items()
    }


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when a period is closed."""

    scope: Scope
    period: int
    title: str
    span: Span


def _closings(asked: Asked) -> dict[int, _Place]:
    """The closed periods that end by the day asked, in the clusters and the programme that are asked for."""
    scopes = set(asked.scopes)
    rows = Closing.objects.filter(
        period__programme=asked.programme, period__last__lte=asked.last, status=Closing.Status.CLOSED
    ).values_list("pk", "cluster", "period", "period__title", "period__first", "period__last")
    return {
        pk: _Place(cluster, period, title, Span(first, last))
        for pk, cluster, period, title, first, last in rows
        if cluster in scopes
    }


def _standing(indicators: Iterable[int], closings: Iterable[int]) -> QuerySet[FrozenFigure, Any]:
    """Figures of these closings that were counted as their indicator still is."""
    # By closing, which asks no table beside.
    return FrozenFigure.objects.filter(
        current=True,
        closing__in=list(closings),
        indicator__in=list(indicators),
        repeated__isnull=False,
        rule=F("indicator__rule"),
    ).order_by()


def _spent(figures: Sequence[int]) -> dict[int, Spent]:
    """The money of closed figures by currency."""
    if not figures:
        return {}
    rows = FrozenFigure.objects.filter(pk__in=figures).values_list("pk", "spent")
    return {pk: _money(spent) for pk, spent in rows}


def _money(kept: Iterable[Sequence[str]]) -> Spent:
    return tuple((currency, Decimal(amount)) for currency, amount in kept)


@dataclass(frozen=True, slots=True)
class _One:
    """A closed figure by itself."""

    pk: int
    place: _Place
    total: Decimal | None
    spent: Spent


def _one_by_one(
    rows: QuerySet[FrozenFigure, Any], indicators: Collection[int], closings: Mapping[int, _Place]
) -> dict[Key, list[_One]]:
    """Figures of these indicators. Their money is added here, since SQLite would add it as floating point."""
    found: dict[Key, list[_One]] = {}
    if indicators:
        own = rows.filter(indicator__in=indicators)
        for pk, indicator, closing, total, kept in own.values_list(
            "pk", "indicator", "closing", "amount", "spent"
        ):
            place = closings[closing]
            found.setdefault((indicator, place.scope), []).append(_One(pk, place, total, _money(kept)))
    return found


def _paid(figures: Iterable[_One | ClosedPart], *, known: bool) -> Paid:
    figures = list(figures)
    by_currency: dict[str, Decimal] = {}
    for one in figures:
        for currency, amount in one.spent:
            by_currency[currency] = by_currency.get(currency, Decimal(0)) + amount
    return Paid(
        sum((one.total or Decimal(0) for one in figures), Decimal(0)) if known else None,
        tuple(by_currency.items()),
        tuple(one.pk for one in figures if one.spent),
    )


class Listed(Aggregate):
    """The values of a group as one text, "1,2,3" in no order."""

    function = "STRING_AGG"
    output_field = TextField()

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(Cast(name, TextField()), Value(","), **options)

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **options)


def _ids(listed: str | None) -> tuple[int, ...]:
    return tuple(map(int, listed.split(","))) if listed else ()


def _by_scope(places: Iterable[_Place]) -> dict[Scope, Periods]:
    """All that is closed of each place."""
    found: dict[Scope, list[_Place]] = {}
    for place in places:
        found.setdefault(place.scope, []).append(place)
    return {scope: _in_order(own) for scope, own in found.items()}


def _in_order(places: Iterable[_Place]) -> Periods:
    places = sorted(places, key=lambda place: place.span.last)
    return Periods(tuple(place.period for place in places), tuple(place.span for place in places))
