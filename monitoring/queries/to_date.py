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

from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from monitoring.models import FrozenFigure, FrozenMember, Indicator
from monitoring.queries.closed import (
    Closed,
    ClosedPart,
    Paid,
    Periods,
    Sums,
    closed_parts,
    closed_sums,
    summed,
)
from monitoring.queries.closings import frozen_line
from monitoring.queries.figure import Amount, Figure, Figures
from monitoring.queries.figures import computed, rule_of, with_targets
from monitoring.queries.sources import Asked, EvidenceLine, Scope, counted_lines
from monitoring.queries.typed import closed_values, typed
from monitoring.rules.values import Span, Value, uncovered
from monitoring.rules.vocabulary import Rule


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
    return _composed(indicators, closed_sums(indicators, asked), asked)


def _composed(indicators: Sequence[Indicator], sums: Sums, asked: Asked) -> Figures:
    found: Figures = {}
    for group, own in _alike(indicators, sums, asked):
        found |= computed(group, own)
    firms = _gaining(found, sums)
    stood = {
        key: _joined(figure, sums[key], firms.get(key)) if key in sums else figure
        for key, figure in found.items()
    }
    stated = typed(indicators, asked, closed_values(indicators, asked.last))
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
    sums = summed(parts)
    found = _composed([indicator], sums, asked)
    rule = rule_of(indicator)
    beside = asked_beside(sums, {indicator.pk: rule}, asked) if rule else asked
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
    beside = asked_beside(summed(parts), {indicator.pk: rule}, asked)
    for _row, line in counted_lines(rule, scope, beside):
        yield line


def repeated_line(part: ClosedPart) -> Iterator[EvidenceLine]:
    """What takes those off again whom an earlier period counts, where there are any."""
    if part.repeated:
        yield EvidenceLine(_("counted in an earlier period already"), part.title, -part.repeated)


def asked_beside(sums: Sums, keys: Mapping[int, Rule], asked: Asked) -> Asked:
    """What is left to be counted beside the closed periods of these indicators, which are the same."""
    first = next(iter(keys))
    open_days = {
        scope: uncovered(sums[first, scope].periods.days, asked.last)
        for scope in asked.scopes
        if (first, scope) in sums
    }
    closed: dict[tuple[Rule, Scope], tuple[int, ...]] = {}
    for pk, rule in keys.items():
        for scope in asked.scopes:
            own = sums.get((pk, scope))
            closed.setdefault((rule, scope), own.figures if own else ())
    return replace(asked, open=open_days, closed=closed)


def _alike(
    indicators: Sequence[Indicator], sums: Sums, asked: Asked
) -> Iterable[tuple[list[Indicator], Asked]]:
    """The indicators by the periods that are closed for them: one that came later was not closed with the others."""
    groups: dict[tuple[Periods, ...], dict[int, Rule]] = {}
    by_pk = {indicator.pk: indicator for indicator in indicators}
    none = Periods()
    for pk, indicator in by_pk.items():
        rule = rule_of(indicator)
        if rule is not None:
            closed = (sums.get((pk, scope)) for scope in asked.scopes)
            groups.setdefault(tuple(own.periods if own else none for own in closed), {})[pk] = rule
    for keys in groups.values():
        yield [by_pk[pk] for pk in keys], asked_beside(sums, keys, asked)


def _joined(live: Figure, closed: Closed, firms: int | None) -> Figure:
    return replace(
        live,
        value=Value(live.value.state, closed.adds + (live.value.number or 0)),
        records=live.records + closed.records,
        firms=live.firms if firms is None else firms,
        amount=_with_closed(live.amount, closed.paid) if live.amount and closed.paid else live.amount,
    )


def _with_closed(live: Amount, paid: Paid) -> Amount:
    spent = dict(live.spent)
    for currency, amount in paid.spent:
        spent[currency] = spent.get(currency, Decimal(0)) + amount
    missing = live.missing
    if not missing and paid.total is None:
        missing = _("a rate was missing when a period was closed")
    total = None if missing else (paid.total or Decimal(0)) + (live.total or Decimal(0))
    return Amount(live.currency, total, tuple(sorted(spent.items())), missing)


def _gaining(found: Figures, sums: Sums) -> dict[tuple[int, Scope], int]:
    """How many firms the money of each figure is of, over closed and open days together."""
    keys = {figure: key for key, own in sums.items() if own.paid for figure in own.paid.figures}
    if not keys:
        return {}
    firms = {key: set(found[key].gaining) for key in keys.values()}
    for figure, ref in FrozenMember.objects.filter(figure__in=list(keys)).values_list("figure", "ref"):
        firms[keys[figure]].add(ref)
    return {key: len(own) for key, own in firms.items()}
