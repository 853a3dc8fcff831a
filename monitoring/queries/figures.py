"""Figures: what each indicator stands at, by cluster and for the programme, counted live from the records.

A cluster and the programme are counted apart: a joint event, a person who went to events of two clusters, count in
each and once in the programme. Every source is asked once for all its indicators and clusters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from clusters.models import Cluster, Programme
from monitoring.models import Indicator, Target
from monitoring.queries.figure import Amount, Figure, Figures, amount_of, book_for
from monitoring.queries.sources import SOURCES, VOCABULARY, Asked, Count, Scope
from monitoring.queries.typed import typed
from monitoring.rules.values import Span, State, Value
from monitoring.rules.vocabulary import Rule, read_rule
from twinning.core.money import RateBook

__all__ = ["Amount", "Figure", "Figures", "computed", "figures", "rule_of", "with_targets"]


def rule_of(indicator: Indicator) -> Rule | None:
    return read_rule(indicator.rule, VOCABULARY) if indicator.rule is not None else None


def figures(
    programme: Programme,
    indicators: Sequence[Indicator],
    clusters: Sequence[Cluster],
    span: Span,
    as_of: dt.date,
    *,
    whole: bool = True,
) -> Figures:
    """By (indicator, cluster or None for the programme): a figure for every combination.

    ``whole``: whether the programme is asked for beside the clusters.
    """
    asked = Asked(programme, tuple(cluster.pk for cluster in clusters), span, as_of, whole)
    return with_targets(computed(indicators, asked) | typed(indicators, asked), indicators, span)


def with_targets(found: Figures, indicators: Sequence[Indicator], span: Span) -> Figures:
    targets = _targets(indicators, span)
    return {
        key: replace(figure, target=targets[key]) if key in targets else figure
        for key, figure in found.items()
    }


def computed(indicators: Iterable[Indicator], asked: Asked) -> Figures:
    """The figures of indicators that are counted from records, without their targets."""
    by_table: dict[str, dict[int, Rule]] = {}
    asked_by: dict[Rule, int] = {}  # what two indicators count alike is counted once
    rules: dict[int, Rule] = {}
    by_pk = {indicator.pk: indicator for indicator in indicators}
    for pk, indicator in by_pk.items():
        rule = rule_of(indicator)
        if rule is not None:
            rules[pk] = rule
            if asked_by.setdefault(rule, pk) == pk:
                by_table.setdefault(SOURCES[rule.count].table, {})[pk] = rule
    counts: dict[tuple[int, Scope], Count] = {}
    for own in by_table.values():
        any_of_them = SOURCES[next(iter(own.values())).count]
        counts |= any_of_them.counts(own, asked)
    book = book_for((one for count in counts.values() for one in count.spent), asked.programme)
    return {
        (pk, scope): _figure(by_pk[pk], scope, counts.get((asked_by[rule], scope), Count()), asked, book)
        for pk, rule in rules.items()
        for scope in asked.scopes
    }


def _figure(indicator: Indicator, scope: Scope, count: Count, asked: Asked, book: RateBook) -> Figure:
    value = Value(State.VALUE, Decimal(count.number))
    amount = amount_of(count.spent, asked.programme, book) if indicator.has_amount else None
    return Figure(indicator, scope, value, count.records, len(count.firms), amount, gaining=count.firms)


def _targets(indicators: Iterable[Indicator], span: Span) -> dict[tuple[int, Scope], Target]:
    """The target of each figure: that of the very days, or for all time the one that ends last."""
    rows = Target.objects.filter(indicator__in=[indicator.pk for indicator in indicators])
    if span.first is not None:
        rows = rows.filter(first=span.first, last=span.last)
    # The last one read stays.
    return {(row.indicator_id, row.cluster_id): row for row in rows.order_by("last", "pk")}
