"""Figures: what each indicator stands at, by cluster and for the programme, counted live from the records.

A cluster and the programme are counted apart: a joint event, a person who went to events of two clusters, count in
each and once in the programme. Every source is asked once for all its indicators and clusters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from clusters.models import Cluster, Programme
from monitoring.models import Indicator, Measurement, Target
from monitoring.queries.sources import SOURCES, VOCABULARY, Asked, Count, Scope
from monitoring.queries.sources.base import Spent
from monitoring.rules.values import Span, State, Value, achieved
from monitoring.rules.vocabulary import Rule, read_rule
from twinning.core.money import Money, RateBook
from twinning.core.rates import rates_for


@dataclass(frozen=True, slots=True)
class Amount:
    """Money of a figure: as recorded, by currency, and brought into the programme's by the rates of each day.

    ``total`` is in ``currency``; None where a rate is ``missing``, which then says which.
    """

    currency: str
    total: Decimal | None
    spent: tuple[tuple[str, Decimal], ...]
    missing: str = ""

    @property
    def is_converted(self) -> bool:
        return any(currency != self.currency for currency, _sum in self.spent)


@dataclass(frozen=True, slots=True)
class Figure:
    """Where an indicator stands. ``records``: how many it stands on; ``firms``: those that its money is of."""

    indicator: Indicator
    scope: Scope
    value: Value
    records: int = 0
    firms: int = 0
    amount: Amount | None = None
    target: Target | None = None
    source: str = ""

    @property
    def achieved(self) -> Decimal | None:
        target = self.target.value if self.target else None
        baseline = self.indicator.baseline
        return achieved(self.value.number, target, baseline, rising=self.indicator.rising)


def rule_of(indicator: Indicator) -> Rule | None:
    return read_rule(indicator.rule, VOCABULARY) if indicator.rule is not None else None


def figures(
    programme: Programme,
    indicators: Sequence[Indicator],
    clusters: Sequence[Cluster],
    span: Span,
    as_of: dt.date,
) -> dict[tuple[int, Scope], Figure]:
    """By (indicator, cluster or None for the programme): a figure for every combination."""
    asked = Asked(programme, tuple(cluster.pk for cluster in clusters), span, as_of)
    return with_targets(_computed(indicators, asked) | _typed(indicators, asked), indicators, span)


def with_targets(
    found: Mapping[tuple[int, Scope], Figure], indicators: Sequence[Indicator], span: Span
) -> dict[tuple[int, Scope], Figure]:
    targets = _targets(indicators, span)
    return {key: _with_target(figure, targets) for key, figure in found.items()}


def _with_target(figure: Figure, targets: dict[tuple[int, Scope], Target]) -> Figure:
    target = targets.get((figure.indicator.pk, figure.scope))
    if target is None:
        return figure
    return Figure(
        figure.indicator,
        figure.scope,
        figure.value,
        figure.records,
        figure.firms,
        figure.amount,
        target,
        figure.source,
    )


def _computed(indicators: Iterable[Indicator], asked: Asked) -> dict[tuple[int, Scope], Figure]:
    by_source: dict[str, dict[int, Rule]] = {}
    asked_by: dict[Rule, int] = {}  # what two indicators count alike is counted once
    rules: dict[int, Rule] = {}
    by_pk = {indicator.pk: indicator for indicator in indicators}
    for pk, indicator in by_pk.items():
        rule = rule_of(indicator)
        if rule is not None:
            rules[pk] = rule
            if asked_by.setdefault(rule, pk) == pk:
                by_source.setdefault(rule.count, {})[pk] = rule
    counts: dict[tuple[int, Scope], Count] = {}
    for name, own in by_source.items():
        counts |= SOURCES[name].counts(own, asked)
    book = _book((one for count in counts.values() for one in count.spent), asked.programme)
    return {
        (pk, scope): _figure(by_pk[pk], scope, counts.get((asked_by[rule], scope), Count()), asked, book)
        for pk, rule in rules.items()
        for scope in (None, *asked.clusters)
    }


def _figure(indicator: Indicator, scope: Scope, count: Count, asked: Asked, book: RateBook) -> Figure:
    value = Value(State.VALUE, Decimal(count.number))
    amount = amount_of(count.spent, asked.programme, book) if indicator.has_amount else None
    return Figure(indicator, scope, value, count.records, count.firms, amount)


def amount_of(spent: Sequence[Spent], programme: Programme, book: RateBook) -> Amount:
    by_currency: dict[str, Decimal] = {}
    for one in spent:
        by_currency[one.currency] = by_currency.get(one.currency, Decimal(0)) + one.amount
    total = book.total([(Money(one.amount, one.currency), one.day) for one in spent], programme.currency)
    missing = str(total.left_out[0].missing) if total.left_out else ""
    return Amount(
        programme.currency,
        None if missing else total.money.amount,
        tuple(sorted(by_currency.items())),
        missing,
    )


def _book(spent: Iterable[Spent], programme: Programme) -> RateBook:
    """The rates by which these amounts are brought into the programme's currency; none where none is needed."""
    strange = [one for one in spent if one.currency != programme.currency]
    if not strange:
        return RateBook()
    days = [one.day for one in strange]
    currencies = {programme.currency, *(one.currency for one in strange)}
    return rates_for(currencies, min(days), max(days), programme.pk)


def _typed(indicators: Iterable[Indicator], asked: Asked) -> dict[tuple[int, Scope], Figure]:
    typed = [indicator for indicator in indicators if not indicator.is_computed]
    within = Q(period__last__lte=asked.span.last)
    if asked.span.first is not None:
        within &= Q(period__first__gte=asked.span.first)
    rows = Measurement.objects.filter(within, indicator__in=typed).select_related("period")
    known: dict[tuple[int, Scope], list[Measurement]] = {}
    for row in rows.order_by("period__last"):
        known.setdefault((row.indicator_id, row.cluster_id), []).append(row)
    book = _book(_spent(row for stated in known.values() for row in stated), asked.programme)
    found = {}
    for indicator in typed:
        for scope in (None, *asked.clusters):
            stated = known.get((indicator.pk, scope), [])
            if scope is None and not stated and indicator.total == Indicator.Total.SUM:
                stated = [row for cluster in asked.clusters for row in known.get((indicator.pk, cluster), [])]
            found[indicator.pk, scope] = _of_typed(indicator, scope, stated, asked, book)
    return found


def _spent(rows: Iterable[Measurement]) -> list[Spent]:
    return [Spent(row.currency, row.period.last, row.amount) for row in rows if row.amount is not None]


def _of_typed(
    indicator: Indicator, scope: Scope, rows: list[Measurement], asked: Asked, book: RateBook
) -> Figure:
    if not rows:
        return Figure(indicator, scope, Value())
    counted = [row for row in rows if row.applies]
    source = "; ".join(dict.fromkeys(row.source for row in rows))
    if not counted:
        return Figure(indicator, scope, Value(State.NOT_APPLICABLE), len(rows), source=source)
    numbers = [row.value for row in counted if row.value is not None]
    if indicator.total == Indicator.Total.SUM and len(numbers) == len(counted):
        value = Value(State.VALUE, sum(numbers, Decimal(0)))
    else:
        latest = counted[-1]
        value = Value(State.VALUE, latest.value, latest.low, latest.high, latest.word)
        counted = [latest]
    amount = amount_of(_spent(counted), asked.programme, book) if indicator.has_amount else None
    return Figure(indicator, scope, value, len(counted), amount=amount, source=source)


def _targets(indicators: Iterable[Indicator], span: Span) -> dict[tuple[int, Scope], Target]:
    """The target of each figure: that of the very days, or for all time the one that ends last."""
    rows = Target.objects.filter(indicator__in=[indicator.pk for indicator in indicators])
    if span.first is not None:
        rows = rows.filter(first=span.first, last=span.last)
    # The last one read stays.
    return {(row.indicator_id, row.cluster_id): row for row in rows.order_by("last", "pk")}
