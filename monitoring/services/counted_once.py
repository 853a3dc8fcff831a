"""Whom a closed figure counts, kept with it, and how many of them earlier closed periods count too.

So a figure to date adds closed ones without counting a person or firm twice, whatever the order of closing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from monitoring.models import Closing, FrozenFigure, FrozenMember
from monitoring.queries.figures import rule_of
from monitoring.queries.sources import SOURCES, Asked

_CHUNK = 500


def keep_members(frozen: FrozenFigure, replaced: FrozenFigure | None, asked: Asked) -> None:
    """Note whom a figure counts that was just frozen, in place of the one that it restates."""
    rule = rule_of(frozen.indicator)
    source = SOURCES[rule.count] if rule else None
    rows = source.members(rule, frozen.closing.cluster_id, asked) if source and rule else None
    if rows is not None:
        _insert(frozen, rows)
    if replaced is not None and replaced.rule != frozen.rule:
        # It stood beside other figures than the new one does: it goes from among those, and the new one comes here.
        _take_out(replaced)
        replaced = None
    if source is None or not source.counts_once:
        FrozenFigure.objects.filter(pk=frozen.pk).update(repeated=0)
        return
    earlier, later = _neighbours(frozen)
    own = FrozenMember.objects.filter(figure=frozen)
    FrozenFigure.objects.filter(pk=frozen.pk).update(repeated=_among(own, earlier).count())
    if later:
        gone = FrozenMember.objects.filter(figure=replaced) if replaced else own.none()
        _count_again(own, gone, earlier, later)


def _take_out(replaced: FrozenFigure) -> None:
    """Whom a figure counts that stands no more is new in a later one that was counted by the same rule."""
    if replaced.rule is not None and SOURCES[replaced.rule["count"]].counts_once:
        gone = FrozenMember.objects.filter(figure=replaced)
        _count_again(gone.none(), gone, *_neighbours(replaced))


def _insert(frozen: FrozenFigure, rows: QuerySet[FrozenMember]) -> None:
    """Written by the database itself: there may be a hundred thousand."""
    query, params = rows.query.sql_with_params()
    table = connection.ops.quote_name(FrozenMember._meta.db_table)
    place = frozen.closing.cluster_id or FrozenMember.EVERYWHERE
    chosen = f"SELECT %s, %s, counted.* FROM ({query}) AS counted"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} (figure_id, place, ref) {chosen}", [frozen.pk, place, *params])


def _neighbours(frozen: FrozenFigure) -> tuple[list[int], list[int]]:
    """The closed figures of the same indicator, rule and place before and after this one."""
    period = frozen.closing.period
    rows = FrozenFigure.objects.filter(
        current=True,
        indicator=frozen.indicator,
        repeated__isnull=False,
        closing__status=Closing.Status.CLOSED,
        closing__cluster=frozen.closing.cluster_id,
    ).exclude(closing=frozen.closing)
    alike = [
        (pk, first)
        for pk, first, rule in rows.order_by("closing__period__first").values_list(
            "pk", "closing__period__first", "rule"
        )
        if rule == frozen.rule
    ]
    return [pk for pk, first in alike if first < period.first], [
        pk for pk, first in alike if first > period.first
    ]


def _among(rows: QuerySet[FrozenMember], figures: Sequence[int]) -> QuerySet[FrozenMember]:
    return rows.filter(Exists(_counted_too(figures)))


def _counted_too(figures: Sequence[int]) -> QuerySet[FrozenMember]:
    """The same person or firm in one of these figures, which are of the same place."""
    return FrozenMember.objects.filter(figure__in=figures, ref=OuterRef("ref"), place=OuterRef("place"))


def _count_again(
    own: QuerySet[FrozenMember],
    gone: QuerySet[FrozenMember],
    earlier: Sequence[int],
    later: Sequence[int],
) -> None:
    """Who came into a period or went out of it may be new, or no longer, in a later one."""
    came_in = _refs(own.exclude(pk__in=_same(own, gone)))
    went_out = _refs(gone.exclude(pk__in=_same(gone, own)))
    for place, pk in enumerate(later):
        between = [*earlier, *later[:place]]
        more = sum(_first_of(pk, refs, between) for refs in came_in)
        fewer = sum(_first_of(pk, refs, between) for refs in went_out)
        if more != fewer:
            figure = FrozenFigure.objects.only("repeated").get(pk=pk)
            FrozenFigure.objects.filter(pk=pk).update(repeated=(figure.repeated or 0) + more - fewer)


def _same(rows: QuerySet[FrozenMember], others: QuerySet[FrozenMember]) -> QuerySet[FrozenMember, Any]:
    return rows.filter(ref__in=others.values("ref")).values("pk")


def _refs(rows: QuerySet[FrozenMember]) -> list[list[int]]:
    return list(_chunks(list(rows.values_list("ref", flat=True))))


def _chunks(refs: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(refs), _CHUNK):
        yield list(refs[start : start + _CHUNK])


def _first_of(figure: int, refs: Sequence[int], others: Sequence[int]) -> int:
    """How many of these a figure counts that none of the others does."""
    rows = FrozenMember.objects.filter(figure=figure, ref__in=refs)
    return rows.exclude(Exists(_counted_too(others))).count()
