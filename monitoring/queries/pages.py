"""Results as pages and reports read them: a table per result, and the evidence of one figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count as SqlCount
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import FrozenFigure, Indicator, ReportingPeriod, Result
from monitoring.queries.closings import period_figures, span_of
from monitoring.queries.figures import Figure, figures, rule_of
from monitoring.queries.sources import SOURCES, VOCABULARY, Asked, EvidenceLine, Scope
from monitoring.rules.values import Span, State
from monitoring.rules.vocabulary import Rule, in_words
from twinning.core.models import User
from twinning.core.small_cells import may_show


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator and its figures: the programme's first, then those of the clusters."""

    indicator: Indicator
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ResultTable:
    result: Result
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """All results of a programme in a span. ``scopes``: cluster or None, in the order of the figures."""

    tables: tuple[ResultTable, ...]
    clusters: tuple[Cluster, ...]
    span: Span
    period: ReportingPeriod | None
    frozen: frozenset[Scope] = frozenset()
    touched: frozenset[Scope] = frozenset()


def clusters_of(programme: Programme) -> list[Cluster]:
    """The clusters that results are shown for: the principal ones, or all where none is."""
    rows = list(Cluster.objects.filter(programme=programme).order_by("name"))
    return [row for row in rows if row.is_principal] or rows


def results_of(programme: Programme, today: dt.date, period: ReportingPeriod | None = None) -> Results:
    """The results to date, or of a reporting period (frozen where it is closed)."""
    clusters = clusters_of(programme)
    indicators = list(Indicator.objects.filter(programme=programme).current().for_list())
    frozen: frozenset[Scope] = frozenset()
    touched: frozenset[Scope] = frozenset()
    if period is None:
        span = Span(None, today)
        found = figures(programme, indicators, clusters, span, today)
    else:
        span = span_of(period)
        stood = period_figures(period, indicators, clusters)
        found = stood.figures
        frozen = frozenset(scope for scope in stood.closings if stood.is_frozen(scope))
        touched = frozenset(scope for scope, closing in stood.closings.items() if closing.pk in stood.touched)
    return Results(
        _tables(programme, indicators, clusters, found), tuple(clusters), span, period, frozen, touched
    )


def _tables(
    programme: Programme,
    indicators: Sequence[Indicator],
    clusters: Sequence[Cluster],
    found: dict[tuple[int, Scope], Figure],
) -> tuple[ResultTable, ...]:
    scopes: list[Scope] = [None, *(cluster.pk for cluster in clusters)]
    rows: dict[int, list[Row]] = {}
    for indicator in indicators:
        row = Row(indicator, tuple(found[indicator.pk, scope] for scope in scopes))
        rows.setdefault(indicator.result_id, []).append(row)
    results = Result.objects.filter(programme=programme).select_related("leads_to")
    return tuple(ResultTable(result, tuple(rows.get(result.pk, ()))) for result in results)


def may_see_amount(user: User, figure: Figure) -> bool:
    """The wall: money of fewer than three firms is seen by those only who see each of them."""
    programme = figure.indicator.programme_id
    return grants_of(user).may(Can.READ_FIRMS, programme) or not figure.records or may_show(figure.firms)


@dataclass(frozen=True, slots=True)
class Reason:
    """Records that are not counted, and why. ``key`` stands for it in addresses."""

    key: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a figure stands on, a page of it.

    ``total``: how many records; ``shown``: the reason of those that are left out and shown instead, None for what
    is counted.
    """

    rule: str
    total: int
    lines: tuple[EvidenceLine, ...]
    left_out: tuple[Reason, ...] = ()
    shown: Reason | None = None
    frozen: FrozenFigure | None = None


def evidence_of(
    figure: Figure, span: Span, today: dt.date, page: slice, *, why: str = "", with_money: bool
) -> Evidence | None:
    """The records behind a live figure, or with ``why`` those left out for one reason; None for typed values."""
    indicator = figure.indicator
    rule = rule_of(indicator)
    if rule is None:
        return None
    source = SOURCES[rule.count]
    asked = Asked(indicator.programme, (), span, today)
    left = {str(place): one for place, one in enumerate(source.left_out(rule, figure.scope, asked), start=1)}
    fitting = source.fitting(rule, figure.scope, asked)
    counts = fitting.order_by().aggregate(
        **{f"n{key}": SqlCount("pk", filter=one.which) for key, one in left.items()}
    )
    reasons = [Reason(key, one.reason, counts[f"n{key}"]) for key, one in left.items() if counts[f"n{key}"]]
    shown = next((one for one in reasons if one.key == why), None)
    if shown is not None:
        rows, total = fitting.filter(left[why].which), shown.count
    else:
        rows = source.counted(rule, figure.scope, asked)
        total = rows.order_by().aggregate(n=SqlCount("pk"))["n"]
    lines = source.lines(list(rows[page]), rule, figure.scope, asked)
    return Evidence(
        in_words(rule, VOCABULARY),
        total,
        tuple(_plain(line, with_money) for line in lines),
        tuple(reasons),
        shown,
    )


def _plain(line: EvidenceLine, with_money: bool) -> EvidenceLine:
    if with_money or not line.money:
        return line
    return EvidenceLine(line.title, line.when, line.counts, line.address, line.note)


def frozen_evidence(frozen: FrozenFigure, page: slice, *, with_money: bool) -> Evidence:
    """The records behind a closed figure, as they were when it was closed or last restated."""
    lines = frozen.lines
    shown = tuple(
        EvidenceLine(
            row["title"],
            row["when"],
            row["counts"],
            note=row["note"],
            money=row["money"] if with_money else "",
        )
        for row in lines[page]
    )
    return Evidence(_("as it was counted when the period was closed"), len(lines), shown, frozen=frozen)


def breakdown(
    indicator: Indicator, scope: Scope, span: Span, today: dt.date
) -> dict[str, list[tuple[str, Decimal]]]:
    """A computed count of persons by sex and by size of the firm, where its rule does not narrow these already.

    What is left when the parts are taken from the whole is "not stated".
    """
    rule = rule_of(indicator)
    if rule is None or rule.count not in ("persons", "firms"):
        return {}
    vocabulary = VOCABULARY[rule.count].fields
    wanted = [name for name in ("sex", "firm-size") if name in vocabulary and not rule.values(name)]
    rules: dict[int, Rule] = {}
    labels: dict[int, tuple[str, str]] = {}
    for name in wanted:
        for value, label in vocabulary[name].choices:
            key = len(rules)
            rules[key] = Rule(rule.count, tuple(sorted((*rule.where, (name, (value,))))))
            labels[key] = (name, str(label))
    if not rules:
        return {}
    clusters = () if scope is None else (scope,)
    counts = SOURCES[rule.count].counts(rules, Asked(indicator.programme, clusters, span, today))
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for key, (name, label) in labels.items():
        count = counts.get((key, scope))
        found.setdefault(str(vocabulary[name].label), []).append(
            (label, Decimal(count.number if count else 0))
        )
    return found


def is_said(figure: Figure) -> bool:
    return figure.value.state is not State.NOT_REPORTED
