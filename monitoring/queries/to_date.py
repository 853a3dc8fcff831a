"""Figures to date: what is closed as it was closed, and the days that are not, as the records say now.

Closed periods are added up and not counted again, so ten years cost what their open days cost, and a figure to date
changes for a closed period only where that is restated. Who was counted in a closed period is not counted again in a
later one, closed or open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from monitoring.models import Closing, FrozenFigure, FrozenMember, Indicator
from monitoring.queries.closings import frozen_line
from monitoring.queries.figure import Amount, Figure, Figures
from monitoring.queries.figures import computed, rule_of, with_targets
from monitoring.queries.sources import Asked, EvidenceLine, Scope, counted_lines
from monitoring.queries.typed import Place, typed
from monitoring.rules.values import Span, Value, uncovered
from monitoring.rules.vocabulary import Rule


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
    spent: tuple[tuple[str, Decimal], ...]

    @property
    def adds(self) -> Decimal:
        return self.number - self.repeated


Parts = dict[tuple[int, Scope], tuple[ClosedPart, ...]]


def figures_to_date(
    programme: Programme,
    indicators: Sequence[Indicator],
    clusters: Sequence[Cluster],
    day: dt.date,
    *,
    whole: bool = True,
) -> Figures:
    """By (indicator, cluster or None for the programme): where each stands at the end of ``day``."""
    asked = Asked(programme, tuple(cluster.pk for cluster in clusters), Span(None, day), day, whole)
    return _composed(indicators, closed_parts(indicators, asked), asked)


def _composed(indicators: Sequence[Indicator], parts: Parts, asked: Asked) -> Figures:
    found: Figures = {}
    for group, own in _alike(indicators, parts, asked):
        found |= computed(group, own)
    firms = _gaining(found, parts)
    stood = {key: _joined(figure, parts.get(key, ()), firms.get(key)) for key, figure in found.items()}
    stated = typed(indicators, asked, _closed_values(indicators, asked))
    return with_targets(stood | stated, indicators, asked.span)


@dataclass(frozen=True, slots=True)
class Composed:
    """A figure to date, and of what it is made: closed parts, and what is asked of the records beside them."""

    figure: Figure
    parts: tuple[ClosedPart, ...]
    asked: Asked


def figure_to_date(indicator: Indicator, cluster: Cluster | None, day: dt.date) -> Composed:
    """One figure with its parts."""
    scope = cluster.pk if cluster else None
    asked = _asked_of(indicator, scope, day)
    parts = closed_parts([indicator], asked)
    found = _composed([indicator], parts, asked)
    rule = rule_of(indicator)
    beside = asked_beside(parts, {indicator.pk: rule}, asked) if rule else asked
    return Composed(found[indicator.pk, scope], parts.get((indicator.pk, scope), ()), beside)


def _asked_of(indicator: Indicator, scope: Scope, day: dt.date) -> Asked:
    clusters = () if scope is None else (scope,)
    return Asked(indicator.programme, clusters, Span(None, day), day, scope is None)


def lines_to_date(indicator: Indicator, scope: Scope, day: dt.date) -> Iterator[EvidenceLine]:
    """Every record that a figure to date counts: those of closed periods as they were closed, then the others.

    Together they make the figure: where an earlier period counts the same persons or firms, a line says so and takes
    them off again.
    """
    rule = rule_of(indicator)
    if rule is None:
        return
    asked = _asked_of(indicator, scope, day)
    parts = closed_parts([indicator], asked)
    for part in parts.get((indicator.pk, scope), ()):
        yield from map(frozen_line, FrozenFigure.objects.get(pk=part.pk).lines)
        yield from repeated_line(part)
    for _row, line in counted_lines(rule, scope, asked_beside(parts, {indicator.pk: rule}, asked)):
        yield line


def repeated_line(part: ClosedPart) -> Iterator[EvidenceLine]:
    """What takes those off again whom an earlier period counts, where there are any."""
    if part.repeated:
        yield EvidenceLine(_("counted in an earlier period already"), part.title, -part.repeated)


def closed_parts(indicators: Iterable[Indicator], asked: Asked) -> Parts:
    """The closed figures that stand for days up to that asked, in order: those counted as the indicator still is."""
    counted = {one.pk: one for one in indicators if one.is_computed}
    scopes = set(asked.scopes)
    closings = {
        pk: (cluster, period, title, Span(first, last))
        for pk, cluster, period, title, first, last in Closing.objects.filter(
            period__programme=asked.programme, period__last__lte=asked.last, status=Closing.Status.CLOSED
        ).values_list("pk", "cluster", "period", "period__title", "period__first", "period__last")
        if cluster in scopes
    }
    if not counted or not closings:
        return {}
    # By closing, which asks no table beside; ten years of many clusters are thousands of rows.
    rows = FrozenFigure.objects.filter(
        current=True,
        closing__in=list(closings),
        indicator__in=list(counted),
        repeated__isnull=False,
        rule=F("indicator__rule"),
    ).order_by()
    told = list(rows.values_list("pk", "indicator", "closing", "number", "repeated", "records", "amount"))
    spent = _spent([pk for pk, one, *_some, records, _sum in told if records and counted[one].has_amount])
    found: dict[tuple[int, Scope], list[ClosedPart]] = {}
    for pk, indicator, closing, number, repeated, records, total in told:
        cluster, period, title, span = closings[closing]
        part = ClosedPart(pk, period, title, span, number, repeated or 0, records, total, spent.get(pk, ()))
        found.setdefault((indicator, cluster), []).append(part)
    return {key: tuple(sorted(own, key=lambda part: part.span.last)) for key, own in found.items()}


def _spent(figures: Sequence[int]) -> dict[int, tuple[tuple[str, Decimal], ...]]:
    """The money of closed figures by currency."""
    if not figures:
        return {}
    return {
        pk: tuple((currency, Decimal(amount)) for currency, amount in spent)
        for pk, spent in FrozenFigure.objects.filter(pk__in=figures).values_list("pk", "spent")
    }


def asked_beside(parts: Parts, keys: Mapping[int, Rule], asked: Asked) -> Asked:
    """What is left to be counted beside the closed parts of these indicators, whose days are the same."""
    first = next(iter(keys))
    open_days = {
        scope: uncovered((part.span for part in own), asked.last)
        for scope in asked.scopes
        if (own := parts.get((first, scope)))
    }
    closed: dict[tuple[Rule, Scope], tuple[int, ...]] = {}
    for pk, rule in keys.items():
        for scope in asked.scopes:
            closed.setdefault((rule, scope), tuple(part.pk for part in parts.get((pk, scope), ())))
    return replace(asked, open=open_days, closed=closed)


def _alike(
    indicators: Sequence[Indicator], parts: Parts, asked: Asked
) -> Iterable[tuple[list[Indicator], Asked]]:
    """The indicators by the days that are closed for them: one that came later was not closed with the others."""
    groups: dict[tuple[tuple[Span, ...], ...], dict[int, Rule]] = {}
    by_pk = {indicator.pk: indicator for indicator in indicators}
    for pk, indicator in by_pk.items():
        rule = rule_of(indicator)
        if rule is not None:
            days = tuple(tuple(part.span for part in parts.get((pk, scope), ())) for scope in asked.scopes)
            groups.setdefault(days, {})[pk] = rule
    for keys in groups.values():
        yield [by_pk[pk] for pk in keys], asked_beside(parts, keys, asked)


def _joined(live: Figure, parts: Sequence[ClosedPart], firms: int | None) -> Figure:
    if not parts:
        return live
    number = sum((part.adds for part in parts), live.value.number or Decimal(0))
    return replace(
        live,
        value=Value(live.value.state, number),
        records=live.records + sum(part.records for part in parts),
        firms=live.firms if firms is None else firms,
        amount=_summed(live.amount, parts) if live.amount else None,
    )


def _summed(live: Amount, parts: Sequence[ClosedPart]) -> Amount:
    spent = dict(live.spent)
    for part in parts:
        for currency, amount in part.spent:
            spent[currency] = spent.get(currency, Decimal(0)) + amount
    missing = live.missing
    if not missing and any(part.total is None for part in parts):
        missing = _("a rate was missing when a period was closed")
    total = None if missing else sum((part.total or Decimal(0) for part in parts), live.total or Decimal(0))
    return Amount(live.currency, total, tuple(sorted(spent.items())), missing)


def _gaining(found: Figures, parts: Parts) -> dict[tuple[int, Scope], int]:
    """How many firms the money of each figure is of, over closed and open days together."""
    keys = {part.pk: key for key, own in parts.items() for part in own if part.spent}
    if not keys:
        return {}
    firms = {key: set(found[key].gaining) for key in keys.values()}
    for figure, ref in FrozenMember.objects.filter(figure__in=list(keys)).values_list("figure", "ref"):
        firms[keys[figure]].add(ref)
    return {key: len(own) for key, own in firms.items()}


def _closed_values(indicators: Iterable[Indicator], asked: Asked) -> dict[Place, FrozenFigure]:
    own = [indicator.pk for indicator in indicators if not indicator.is_computed]
    if not own:
        return {}
    rows = FrozenFigure.objects.filter(
        current=True, indicator__in=own, rule__isnull=True, closing__status=Closing.Status.CLOSED
    )
    rows = (
        rows.filter(closing__period__last__lte=asked.last)
        .select_related("closing")
        .defer("evidence", "parts")
    )
    return {(row.indicator_id, row.closing.cluster_id, row.closing.period_id): row for row in rows}
