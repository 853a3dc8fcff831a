"""A figure divided: its parts by sex, age, size of the firm, product group and cluster, one by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import Closing, FrozenFigure, Indicator, Measurement, ReportingPeriod
from monitoring.queries.closings import asked_in, span_of
from monitoring.queries.divided import place
from monitoring.queries.figure_rows import tells_of_few
from monitoring.queries.figures import Figure, rule_of
from monitoring.queries.sources import VOCABULARY, Asked
from monitoring.queries.sources.grouped import PLACE, dimensions_of, numbers_by
from monitoring.rules.divisions import (
    CLUSTER,
    NOT_STATED,
    OTHERS,
    Crossed,
    Numbers,
    Shape,
    crossed,
    kept_numbers,
    shapes_for,
    typed_numbers,
)
from monitoring.rules.public import Cell, Cover, covers_of_parts, covers_of_table
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
    is_told_all = sees_parts(user, indicator, cluster)
    names = tuple(sorted(name for name in (by, across) if name and name != CLUSTER))
    everywhere = {} if is_told_all or not names else _everywhere(indicator, period, today, names)
    frozen = _frozen(indicator, period, cluster=cluster.pk if cluster else None).first()
    table = _table(
        indicator, frozen, by, across, cluster=cluster, period=period, today=today, known=everywhere
    )
    if table and table.whole and not may_show(int(table.whole)) and not is_told_all:
        # Of one or two the names of the parts alone would tell who they are.
        table = Crossed(by, across, table.whole, ())
    hidden: tuple[tuple[Cover, ...], ...] = ()
    if table and is_told_all:
        hidden = tuple((Cover.NONE,) * len(line) for line in _grid(table))
    elif table:
        hidden = _covers(indicator, cluster, table, names, covers_of_parts(_cells(everywhere, names)))
    is_live = rule_of(indicator) is not None and frozen is None
    return Divided(table, hidden, is_live, frozen is not None)


def _table(
    indicator: Indicator,
    frozen: FrozenFigure | None,
    by: str,
    across: str,
    *,
    cluster: Cluster | None,
    period: ReportingPeriod | None,
    today: dt.date,
    known: Mapping[str, Numbers],
) -> Crossed | None:
    """``known``: the same division everywhere, where it was asked already; one by clusters is another."""
    rule, scope = rule_of(indicator), cluster.pk if cluster else None
    if rule is not None and frozen is not None:
        return _closed(frozen, by, across)
    numbers = known.get(place(scope)) if CLUSTER not in (by, across) else None
    if numbers is not None:
        numbers = _turned(numbers, by, across)
    elif rule is None:
        numbers = _typed_numbers(_stated(indicator, period, today), indicator, cluster, by, across)
    else:
        numbers = numbers_by(rule, scope, _asked(indicator, period, today), shapes_for(by, across))
    return crossed(numbers, by, across) if numbers else None


def _turned(numbers: Numbers, by: str, across: str) -> Numbers:
    """A division by the same two dimensions with these in this order."""
    if (across, by) not in numbers:
        return numbers
    return {**numbers, (by, across): {(one, other): n for (other, one), n in numbers[across, by].items()}}


def is_part_told(
    user: User,
    indicator: Indicator,
    by: Mapping[str, str],
    *,
    cluster: Cluster | None,
    period: ReportingPeriod | None,
    today: dt.date,
) -> bool:
    """Whether the reader is told the part of a figure that has these values, as the records say now."""
    names = tuple(sorted(by))
    if sees_parts(user, indicator, cluster):
        return True
    if len(names) > 2:
        return False
    found = covers_of_parts(_cells(_everywhere(indicator, period, today, names, is_live=True), names))
    cell = (*(by[name] for name in names), place(cluster.pk if cluster else None))
    return found.get(cell) is Cover.NONE


def _asked(indicator: Indicator, period: ReportingPeriod | None, today: dt.date) -> Asked:
    return Asked(indicator.programme, (), span_of(period) if period else Span(None, today), today)


def sees_parts(user: User, indicator: Indicator, cluster: Cluster | None) -> bool:
    """Whether the reader is told parts of one or two persons or firms."""
    near = [cluster.pk] if cluster else []
    return grants_of(user).may(Can.READ_FIRMS, indicator.programme_id, *near) or not tells_of_few(indicator)


def _grid(table: Crossed) -> list[list[Decimal | None]]:
    """The numbers of a table, its totals first."""
    return [[table.whole, *table.totals], *([line.total, *line.cells] for line in table.lines)]


def _covers(
    indicator: Indicator,
    cluster: Cluster | None,
    table: Crossed,
    names: tuple[str, ...],
    told: Mapping[Cell, Cover],
) -> tuple[tuple[Cover, ...], ...]:
    """What a reader who is not told small parts is told of a table, where ``told`` says it of each part anywhere."""
    places = _places(indicator) if CLUSTER in (table.by, table.across) else {}
    own = place(cluster.pk if cluster else None)

    def cell(value: str, column: str) -> Cell:
        said = {table.by: value, table.across: column}
        slug = said.get(CLUSTER)
        return (*(said[name] for name in names), places.get(slug, slug) if slug else own)

    columns, values = ("", *table.columns), ("", *(line.value for line in table.lines))
    return tuple(
        # What was put together of many values stands in this table alone.
        tuple(told.get(cell(value, column), alone) for column, alone in zip(columns, line, strict=True))
        for value, line in zip(values, covers_of_table(_grid(table)), strict=True)
    )


def _places(indicator: Indicator) -> dict[str, str]:
    """The clusters by the short names that stand in a table that is divided by them."""
    rows = Cluster.objects.filter(programme=indicator.programme_id)
    return {slug: place(pk) for slug, pk in rows.values_list("slug", "pk")}


def _everywhere(
    indicator: Indicator,
    period: ReportingPeriod | None,
    today: dt.date,
    names: tuple[str, ...],
    *,
    is_live: bool = False,
) -> dict[str, Numbers]:
    """A division by these dimensions of the programme and of each cluster, by ``place``.

    Of closed periods as they were closed, unless it ``is_live``.
    """
    rule, (by, across) = rule_of(indicator), (*names, "")[:2]
    shapes = shapes_for(by, across)
    if rule is None:
        rows = _stated(indicator, period, today)
        places = {None: None} | {row.cluster_id: row.cluster for row, _parts, _number in rows}
        typed = {place(pk): _typed_numbers(rows, indicator, one, by, across) for pk, one in places.items()}
        return {one: numbers for one, numbers in typed.items() if numbers}
    asked = _asked(indicator, period, today)
    live = numbers_by(rule, None, asked, [*shapes, *((*shape, PLACE) for shape in shapes)])
    whole = {shape: live[shape] for shape in shapes}
    counted: dict[str, dict[Shape, dict[tuple[str, ...], Decimal]]] = {place(None): whole}
    for shape in shapes:
        for (*key, where), number in live[(*shape, PLACE)].items():
            if where != NOT_STATED:
                counted.setdefault(where, {one: {} for one in shapes})[shape][tuple(key)] = number
    found: dict[str, Numbers] = {**counted}
    for kept in () if is_live else _frozen(indicator, period).select_related("closing"):
        found.pop(place(kept.closing.cluster_id), None)
        if kept.parts is not None and kept.number is not None:
            numbers = kept_numbers(parts_from(kept.parts), kept.number, shapes)
            found[place(kept.closing.cluster_id)] = numbers
    return found


def _cells(everywhere: Mapping[str, Numbers], names: tuple[str, ...]) -> dict[Cell, Decimal | None]:
    """The numbers by the value of each dimension, "" for their total, and by place."""
    found: dict[Cell, Decimal | None] = {}
    for where, numbers in everywhere.items():
        for shape, own in numbers.items():
            for key, number in own.items():
                said = dict(zip(shape, key, strict=True))
                found[(*(said.get(name, "") for name in names), where)] = number
    return found


def _frozen(
    indicator: Indicator, period: ReportingPeriod | None, **place: int | None
) -> QuerySet[FrozenFigure]:
    """The closed figures of a period, everywhere or in one ``cluster`` by id (None: the programme)."""
    if period is None:
        return FrozenFigure.objects.none()
    rows = FrozenFigure.objects.filter(
        current=True,
        indicator=indicator,
        closing__period=period,
        closing__status=Closing.Status.CLOSED,
        **{f"closing__{name}": value for name, value in place.items()},
    )
    return rows.defer("evidence")


def _closed(frozen: FrozenFigure, by: str, across: str) -> Crossed | None:
    if frozen.parts is None or frozen.number is None:
        return None
    numbers = kept_numbers(parts_from(frozen.parts), frozen.number, shapes_for(by, across))
    if frozen.number and not all(numbers.values()):
        return None  # it had too many parts to be kept by this
    return crossed(numbers, by, across)


# Typed values ---------------------------------------------------------------------------------------------


Stated = Sequence[tuple[Measurement, list[Part], Decimal | None]]


def _typed_numbers(
    rows: Stated, indicator: Indicator, cluster: Cluster | None, by: str, across: str
) -> Numbers | None:
    """The division of what was typed for a place; None where no number was."""
    own = [row for row in rows if row[0].cluster_id == (cluster.pk if cluster else None)]
    if cluster is None and not own and indicator.total == Indicator.Total.SUM:
        own = list(rows)
    if indicator.total == Indicator.Total.LATEST:
        own = own[-1:]
    known = [(parts, number) for _row, parts, number in own if number is not None]
    if not known:
        return None
    whole = sum((number for _parts, number in known), Decimal(0))
    return typed_numbers([part for parts, _number in known for part in parts], whole, by, across)


def _stated(indicator: Indicator, period: ReportingPeriod | None, today: dt.date) -> Stated:
    """Each typed value that figures of the indicator are made of, with its parts and number as they stand."""
    rows = Measurement.objects.filter(indicator=indicator, applies=True).select_related("cluster")
    rows = rows.filter(period=period) if period else rows.filter(period__last__lte=today)
    return list(as_they_stand(list(rows.order_by("period__last", "pk"))))


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
