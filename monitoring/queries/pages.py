"""Results as pages and reports read them: a table per result, and the evidence of one figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from django.db.models import Count as SqlCount
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import FrozenFigure, Indicator, ReportingPeriod, Result
from monitoring.queries.closed import ClosedPart
from monitoring.queries.closings import figure_of, frozen_line, period_figures, span_of, were_touched
from monitoring.queries.divided import divided
from monitoring.queries.figures import Figure, rule_of
from monitoring.queries.sources import SOURCES, VOCABULARY, Asked, EvidenceLine, Scope
from monitoring.queries.to_date import figures_to_date, repeated_line
from monitoring.rules.public import Cover
from monitoring.rules.values import Span, State
from monitoring.rules.vocabulary import in_words, read_rule
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User
from twinning.core.small_cells import may_show

# So many records of closed periods stand on the page of a figure to date; more are a click away.
MOST_BESIDE = 300


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
    """All results of a programme in a span that have an indicator in use."""

    tables: tuple[ResultTable, ...]
    clusters: tuple[Cluster, ...]
    span: Span
    period: ReportingPeriod | None
    frozen: frozenset[Scope] = frozenset()
    touched: frozenset[Scope] = frozenset()


def clusters_of(programme: Programme) -> list[Cluster]:
    """The clusters that results are shown for: the principal ones, or all where none is."""
    return reported_on(Cluster.objects.filter(programme=programme).order_by("name"))


def reported_on(rows: Iterable[Cluster]) -> list[Cluster]:
    """Of the clusters of one programme those that results are shown for."""
    found = list(rows)
    return [row for row in found if row.is_principal] or found


def has_column(cluster: Cluster) -> bool:
    """Whether results are shown for a cluster: the rule of ``reported_on`` for one of them."""
    others = Cluster.objects.filter(programme=cluster.programme_id, is_principal=True)
    return cluster.is_principal or not others.exists()


def results_of(programme: Programme, today: dt.date, period: ReportingPeriod | None = None) -> Results:
    """The results to date, or of a reporting period (frozen where it is closed)."""
    clusters = clusters_of(programme)
    indicators = list(Indicator.objects.filter(programme=programme).current().for_list())
    frozen: frozenset[Scope] = frozenset()
    touched: frozenset[Scope] = frozenset()
    if period is None:
        span = Span(None, today)
        found = figures_to_date(programme, indicators, clusters, today)
    else:
        span = span_of(period)
        stood = period_figures(period, indicators, clusters)
        found = stood.figures
        frozen = frozenset(scope for scope in stood.closings if stood.is_frozen(scope))
        touched = frozenset(scope for scope, closing in stood.closings.items() if closing.pk in stood.touched)
    return Results(_tables(indicators, clusters, found), tuple(clusters), span, period, frozen, touched)


def _tables(
    indicators: Sequence[Indicator],
    clusters: Sequence[Cluster],
    found: dict[tuple[int, Scope], Figure],
) -> tuple[ResultTable, ...]:
    scopes: list[Scope] = [None, *(cluster.pk for cluster in clusters)]
    rows: dict[Result, list[Row]] = {}
    for indicator in indicators:
        row = Row(indicator, tuple(found[indicator.pk, scope] for scope in scopes))
        rows.setdefault(indicator.result, []).append(row)
    ordered = sorted(rows, key=lambda result: (result.order, result.pk))
    return tuple(ResultTable(result, tuple(rows[result])) for result in ordered)


def may_see_amount(user: User, figure: Figure) -> bool:
    """The wall: money of fewer than three firms is seen by those only who see each of them."""
    near = [figure.scope] if figure.scope is not None else []
    sees_firms = grants_of(user).may(Can.READ_FIRMS, figure.indicator.programme_id, *near)
    return sees_firms or not figure.records or may_show(figure.firms)


def seen_among(user: User, programme_id: int, model: type[Model], pks: Iterable[int]) -> set[int]:
    """Which records behind a figure the user may read: a figure is for more people than its records are."""
    asked = set(pks)
    grants = grants_of(user)
    if all(grants.may(can, programme_id) for can in (Can.READ_FIRMS, Can.READ_ACTIVITIES)):
        return asked
    rows = cast("ScopedQuerySet[Any]", model._default_manager.filter(pk__in=asked))
    # Who reads history near them reads those too that were taken out of use.
    found = [rows.visible_to(user), rows.history_near(user)]
    return {pk for some in found for pk in some.values_list("pk", flat=True)}


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
    is counted. ``closed``: the closed periods that count beside these records, each with records of its own.
    """

    rule: str
    total: int
    lines: tuple[EvidenceLine, ...]
    left_out: tuple[Reason, ...] = ()
    shown: Reason | None = None
    frozen: FrozenFigure | None = None
    closed: tuple[ClosedEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedEvidence:
    """A closed period in a figure to date. ``lines``: its records as they were closed; None where they are many."""

    part: ClosedPart
    lines: tuple[EvidenceLine, ...] | None = None


def evidence_of(user: User, figure: Figure, asked: Asked, page: slice, *, why: str = "") -> Evidence | None:
    """The records behind a live figure, or with ``why`` those left out for one reason; None for typed values."""
    indicator = figure.indicator
    rule = rule_of(indicator)
    if rule is None:
        return None
    source = SOURCES[rule.count]
    reasons_known = enumerate(source.left_out(rule, figure.scope, asked), start=1)
    changed = bool(asked.open) and were_touched(asked.closed.get((rule, figure.scope), ()))
    left = {str(place): one for place, one in reasons_known if changed or not one.of_closed}
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
    listed = list(rows[page])
    seen = seen_among(user, indicator.programme_id, rows.model, [row.pk for row in listed])
    with_money = may_see_amount(user, figure)
    lines = source.lines(listed, rule, figure.scope, asked)
    return Evidence(
        in_words(rule, VOCABULARY),
        total,
        tuple(_told(line, row.pk in seen, with_money) for row, line in zip(listed, lines, strict=True)),
        tuple(reasons),
        shown,
    )


def _told(line: EvidenceLine, is_seen: bool, with_money: bool) -> EvidenceLine:
    """A line as its reader is told: without a name where the record is not theirs to read."""
    if is_seen:
        return line if with_money or not line.money else replace(line, money="")
    return replace(line, title=_("a record that is not shown to you"), address="", money="")


def closed_evidence(user: User, figure: Figure, parts: Sequence[ClosedPart]) -> tuple[ClosedEvidence, ...]:
    """The closed periods of a figure to date, with their records where these are few enough to stand on one page."""
    if sum(part.records for part in parts) > MOST_BESIDE:
        return tuple(ClosedEvidence(part) for part in parts)
    rows = FrozenFigure.objects.filter(pk__in=[part.pk for part in parts])
    kept = {row.pk: row for row in rows.select_related("closing__period__programme", "indicator")}
    with_money = may_see_amount(user, figure)
    return tuple(
        ClosedEvidence(
            part,
            (*_frozen_lines(user, kept[part.pk], kept[part.pk].lines, with_money), *repeated_line(part)),
        )
        for part in parts
    )


def _frozen_lines(
    user: User, frozen: FrozenFigure, lines: Sequence[dict[str, Any]], with_money: bool
) -> tuple[EvidenceLine, ...]:
    """As their reader is told; a record that is theirs to read is led to, as it is today."""
    if frozen.rule is None or not lines:
        return ()  # a typed value stands on no records
    source, programme = SOURCES[read_rule(frozen.rule, VOCABULARY).count], frozen.closing.period.programme
    seen = seen_among(user, programme.pk, source.model, [row["id"] for row in lines])
    told = []
    for row in lines:
        address = reverse(source.page, args=[programme.slug, row["id"]])
        told.append(_told(replace(frozen_line(row), address=address), row["id"] in seen, with_money))
    return tuple(told)


def frozen_evidence(user: User, frozen: FrozenFigure, page: slice) -> Evidence:
    """The records behind a closed figure, as they were when it was closed or last restated."""
    lines = frozen.lines
    figure = figure_of(frozen)
    shown = _frozen_lines(user, frozen, lines[page], may_see_amount(user, figure))
    return Evidence(_("as it was counted when the period was closed"), len(lines), shown, frozen=frozen)


def breakdown(
    user: User, indicator: Indicator, scope: Scope, span: Span, today: dt.date
) -> dict[str, list[tuple[str, Decimal | None]]]:
    """A computed count of persons by sex, by age and by size of the firm, where its rule does not narrow these already.

    Ages are left out where none is stated. None: this reader is not told it, since it is of one or two, or would
    give such a number away.
    """
    rule = rule_of(indicator)
    if rule is None:
        return {}
    near = [] if scope is None else [scope]
    sees_firms = grants_of(user).may(Can.READ_FIRMS, indicator.programme_id, *near)
    clusters, whole = set(near), scope is None
    if not sees_firms:
        # Everywhere: what is told of one place depends on the others.
        clusters, whole = clusters | {cluster.pk for cluster in clusters_of(indicator.programme)}, True
    found = divided(rule, Asked(indicator.programme, tuple(clusters), span, today, whole))
    if found is None:
        return {}
    fields = VOCABULARY[rule.count].fields
    told: dict[str, list[tuple[str, Decimal | None]]] = {}
    for name, by_value in found.stated(scope):
        hidden = {} if sees_firms else found.covers(name)
        told[str(fields[name].label)] = [
            (
                fields[name].label_of(value),
                Decimal(numbers[scope]) if hidden.get((value, scope), Cover.NONE) is Cover.NONE else None,
            )
            for value, numbers in by_value.items()
        ]
    return told


def is_said(figure: Figure) -> bool:
    return figure.value.state is not State.NOT_REPORTED
