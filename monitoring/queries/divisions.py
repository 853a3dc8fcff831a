"""A figure divided: its parts by sex, age, size of the firm, product group and cluster, one by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import Closing, FrozenFigure, Indicator, Measurement, ReportingPeriod
from monitoring.queries.closings import asked_in, span_of
from monitoring.queries.figure_rows import tells_of_few
from monitoring.queries.figures import Figure, rule_of
from monitoring.queries.sources import VOCABULARY, Asked, Scope
from monitoring.queries.sources.grouped import dimensions_of, numbers_by
from monitoring.rules.divisions import (
    CLUSTER,
    NOT_STATED,
    OTHERS,
    Crossed,
    Shape,
    crossed,
    kept_numbers,
    shapes_for,
    typed_numbers,
)
from monitoring.rules.public import Cover, covers_of_table
from monitoring.rules.values import Part, Span, parts_from
from twinning.core.models import User
from twinning.core.small_cells import may_show

MOST_KEPT = 1000
LABELS: Mapping[str, Any] = {
    "sex": _("sex"),
    "age": _("age"),
    "firm-size": _("size of the firm"),
    "product-group": _("product group"),
    CLUSTER: _("cluster"),
}


@dataclass(frozen=True, slots=True)
class Divided:
    """``table`` None: the figure was closed before divisions were kept. ``covers``: what this reader is not told, in
    the order of the table with its totals first. ``is_live``: counted from the records now, so that ``narrowed``
    evidence stands behind each part.
    """

    table: Crossed | None
    covers: tuple[tuple[Cover, ...], ...] = ()
    is_live: bool = False
    is_frozen: bool = False

    @property
    def parts(self) -> Iterator[tuple[dict[str, str], Decimal | None, Cover]]:
        """Every number of the table with the values that it is of, none for the whole; and whether it is told."""
        table = self.table
        if table is None:
            return
        lines: list[tuple[str, list[Decimal | None]]] = [("", [table.whole, *table.totals])]
        lines += [(one.value, [one.total, *one.cells]) for one in table.lines]
        for (value, numbers), covers in zip(lines, self.covers, strict=True):
            for column, number, cover in zip(("", *table.columns), numbers, covers, strict=True):
                said = {table.by: value, table.across: column}
                yield {name: one for name, one in said.items() if one}, number, cover

    @property
    def is_covered(self) -> bool:
        return any(cover is not Cover.NONE for line in self.covers for cover in line)


def dimensions(indicator: Indicator, cluster: Cluster | None = None) -> tuple[str, ...]:
    """By what an indicator can be divided there."""
    rule = rule_of(indicator)
    if rule is None:
        return tuple(indicator.dimensions)
    return tuple(name for name in dimensions_of(rule) if name != CLUSTER or cluster is None)


def divide(
    user: User,
    indicator: Indicator,
    by: str,
    across: str,
    *,
    cluster: Cluster | None,
    period: ReportingPeriod | None,
    today: dt.date,
) -> Divided:
    """A figure as its reader is told it, by one dimension or by two of ``dimensions``.

    Of a closed period it is what was closed; all else of computed figures is counted from the records now.
    """
    rule, scope = rule_of(indicator), cluster.pk if cluster else None
    frozen = _frozen(indicator, scope, period)
    if rule is None:
        table = _typed(indicator, scope, period, today, by, across)
    elif frozen is not None:
        table = _closed(frozen, by, across)
    else:
        span = span_of(period) if period else Span(None, today)
        asked = Asked(indicator.programme, (), span, today)
        table = crossed(numbers_by(rule, scope, asked, shapes_for(by, across)), by, across)
    if table and table.whole and not may_show(int(table.whole)) and not sees_parts(user, indicator, cluster):
        # Of one or two the names of the parts alone would tell who they are.
        table = Crossed(by, across, table.whole, ())
    hidden = _covers(user, indicator, cluster, table) if table else ()
    is_live = rule is not None and frozen is None
    return Divided(table, hidden, is_live, frozen is not None)


def sees_parts(user: User, indicator: Indicator, cluster: Cluster | None) -> bool:
    """Whether the reader is told parts of one or two persons or firms."""
    near = [cluster.pk] if cluster else []
    return grants_of(user).may(Can.READ_FIRMS, indicator.programme_id, *near) or not tells_of_few(indicator)


def _covers(
    user: User, indicator: Indicator, cluster: Cluster | None, table: Crossed
) -> tuple[tuple[Cover, ...], ...]:
    grid: list[list[Decimal | None]] = [[table.whole, *table.totals]]
    grid += [[line.total, *line.cells] for line in table.lines]
    if sees_parts(user, indicator, cluster):
        return tuple((Cover.NONE,) * len(line) for line in grid)
    return tuple(map(tuple, covers_of_table(grid)))


def _frozen(indicator: Indicator, scope: Scope, period: ReportingPeriod | None) -> FrozenFigure | None:
    if period is None:
        return None
    rows = FrozenFigure.objects.filter(
        current=True,
        indicator=indicator,
        closing__period=period,
        closing__cluster=scope,
        closing__status=Closing.Status.CLOSED,
    )
    return rows.defer("evidence").first()


def _closed(frozen: FrozenFigure, by: str, across: str) -> Crossed | None:
    if frozen.parts is None or frozen.number is None:
        return None
    numbers = kept_numbers(parts_from(frozen.parts), frozen.number, shapes_for(by, across))
    if frozen.number and not all(numbers.values()):
        return None  # it had too many parts to be kept by this
    return crossed(numbers, by, across)


# Typed values ---------------------------------------------------------------------------------------------


def _typed(
    indicator: Indicator, scope: Scope, period: ReportingPeriod | None, today: dt.date, by: str, across: str
) -> Crossed | None:
    rows = _stated(indicator, scope, period, today)
    known = [(parts, number) for parts, number in rows if number is not None]
    if not known:
        return None
    whole = sum((number for _parts, number in known), Decimal(0))
    parts = [part for own, _number in known for part in own]
    return crossed(typed_numbers(parts, whole, by, across), by, across)


def _stated(
    indicator: Indicator, scope: Scope, period: ReportingPeriod | None, today: dt.date
) -> list[tuple[list[Part], Decimal | None]]:
    """The parts and the number of each typed value that the figure is made of, as entered or as closed."""
    rows = Measurement.objects.filter(indicator=indicator, applies=True)
    rows = rows.filter(period=period) if period else rows.filter(period__last__lte=today)
    found = list(rows.order_by("period__last", "pk"))
    own = [row for row in found if row.cluster_id == scope]
    if scope is None and not own and indicator.total == Indicator.Total.SUM:
        own = found
    if indicator.total == Indicator.Total.LATEST:
        own = own[-1:]
    return [(parts, number) for _row, parts, number in as_they_stand(own)]


def as_they_stand(
    rows: Sequence[Measurement],
) -> Iterator[tuple[Measurement, list[Part], Decimal | None]]:
    """Each typed value with its parts and number: as entered, or where its period is closed as they were closed."""
    frozen = FrozenFigure.objects.filter(
        current=True, rule__isnull=True, closing__status=Closing.Status.CLOSED
    )
    frozen = frozen.filter(
        indicator__in={row.indicator_id for row in rows}, closing__period__in={row.period_id for row in rows}
    )
    closed = {
        (kept.indicator_id, kept.closing.period_id, kept.closing.cluster_id): kept
        for kept in frozen.select_related("closing").defer("evidence")
    }
    for row in rows:
        kept = closed.get((row.indicator_id, row.period_id, row.cluster_id))
        parts, number = (row.parts, row.value) if kept is None else (kept.parts or [], kept.number)
        yield row, parts_from(parts), number


# What is kept with a closed figure ------------------------------------------------------------------------


def parts_to_keep(closing: Closing, figure: Figure) -> list[dict[str, Any]] | None:
    """The divisions of a figure that is being closed, by one dimension and by two.

    Those by two are left out where there are too many of them; then those by one.
    """
    indicator, scope = figure.indicator, closing.cluster_id
    rule = rule_of(indicator)
    if rule is None:
        row = Measurement.objects.filter(
            indicator=indicator, period=closing.period_id, cluster=scope, applies=True
        ).first()
        return row.parts if row else []
    names = dimensions(indicator, closing.cluster)
    if not names:
        return None
    shapes: list[Shape] = [(name,) for name in names] + list(combinations(names, 2))
    numbers = numbers_by(rule, scope, asked_in(closing), shapes) if figure.records else {}
    kept: list[dict[str, Any]] = []
    for shape, own in numbers.items():
        if len(kept) + len(own) <= MOST_KEPT:
            kept += [
                {"dims": dict(zip(shape, key, strict=True)), "value": str(number)}
                for key, number in own.items()
            ]
    return kept


# Words ----------------------------------------------------------------------------------------------------


def words_for(dimension: str, values: Iterable[str], indicator: Indicator) -> dict[str, str]:
    """Each value of a dimension as a person reads it."""
    fixed: dict[str, Any] = {NOT_STATED: _("not stated"), OTHERS: _("others, together")}
    if dimension in ("sex", "age", "firm-size"):
        fixed |= dict(VOCABULARY["persons"].fields[dimension].choices)
    elif dimension == CLUSTER:
        fixed |= _names(list(values), indicator)
    return {value: str(fixed.get(value, value)) for value in values}


def _names(slugs: Sequence[str], indicator: Indicator) -> dict[str, str]:
    rows = Cluster.objects.filter(programme=indicator.programme_id, slug__in=slugs)
    return dict(rows.values_list("slug", "name"))
