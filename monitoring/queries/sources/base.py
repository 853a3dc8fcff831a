"""What every source of figures gives: counts of many rules at once, and the records behind one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import F, Model, Q, QuerySet, Value

from clusters.models import Programme
from monitoring.rules.values import Span
from monitoring.rules.vocabulary import Rule, Vocabulary

# A cluster, or None for the programme, in which a joint event and a person count once.
Scope = int | None
Key = tuple[int, Scope]
Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spent:
    """Money of one day in one currency."""

    currency: str
    day: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Count:
    """What a rule counts: the number, how many records it stands on, and the money in them.

    ``firms``: the ids of those that the money is of; none where there is no money.
    """

    number: int = 0
    records: int = 0
    firms: frozenset[int] = frozenset()
    spent: tuple[Spent, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Where and when to count. ``clusters`` by id, beside the programme; ``as_of``: what was so on that day.

    ``whole``: whether the programme itself is asked for. ``open``: the days of a cluster or the programme that are
    counted, where not all of the span is, since closed figures stand for the rest. ``closed``: those figures by id;
    a person or firm that one of them counted is not counted again.
    """

    programme: Programme
    clusters: tuple[int, ...]
    span: Span
    as_of: dt.date
    whole: bool = True
    open: Mapping[Scope, tuple[Span, ...]] = field(default_factory=dict)
    closed: Mapping[tuple[Rule, Scope], tuple[int, ...]] = field(default_factory=dict)

    @property
    def last(self) -> dt.date:
        return min(self.span.last, self.as_of)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (None, *self.clusters) if self.whole else self.clusters

    def spans(self, scope: Scope) -> tuple[Span, ...]:
        """The days that are counted there."""
        return self.open.get(scope, (Span(self.span.first, self.last),))

    def alike(self) -> dict[tuple[Span, ...], list[int]]:
        """The clusters by the days that are counted in them."""
        found: dict[tuple[Span, ...], list[int]] = {}
        for cluster in self.clusters:
            found.setdefault(self.spans(cluster), []).append(cluster)
        return found

    def holds(self, scope: Scope, day: dt.date | None) -> bool:
        return any(span.holds(day) for span in self.spans(scope))

    def any_day(self, column: str) -> Q:
        """Whether a record's day is counted in the programme or in one of the clusters."""
        distinct = dict.fromkeys(span for scope in self.scopes for span in self.spans(scope))
        return in_days(column, distinct)


def in_days(column: str, spans: Iterable[Span]) -> Q:
    """Whether the day in a column lies in one of the spans."""
    found = Q(pk__in=[])
    for span in spans:
        day = Q(**{f"{column}__lte": span.last})
        if span.first is not None:
            day &= Q(**{f"{column}__gte": span.first})
        found |= day
    return found


def by_place(
    whole: QuerySet[Any] | None,
    near: QuerySet[Any] | None,
    link: str,
    whole_columns: Columns,
    near_columns: Columns,
) -> Iterator[tuple[Scope, Mapping[str, Any]]]:
    """One row of ``whole`` for the programme and one of ``near`` for each cluster, in one query.

    ``link`` leads from a row of ``near`` to its cluster; the columns are the aggregates, alike in name and order.
    """
    asked = []
    if whole is not None:
        everywhere = whole.order_by().annotate(place=Value(0)).values("place")
        asked.append(everywhere.annotate(**whole_columns))
    if near is not None:
        asked.append(near.order_by().values(place=F(link)).annotate(**near_columns))
    if asked:
        first, *others = asked
        for row in first.union(*others, all=True) if others else first:
            yield row["place"] or None, row


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A record behind a figure. ``counts``: what it adds to the number; ``address``: where it stands.

    ``ref``: its id; None for a line that is no record.
    """

    title: str
    when: str
    counts: int
    address: str = ""
    note: str = ""
    money: str = ""
    ref: int | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why records that fit the rule are not counted, and which of ``Source.fitting`` those are.

    ``of_closed``: those of closed periods, which stand among what was closed unless they came or changed later.
    """

    reason: str
    which: Q
    of_closed: bool = False


class Source(Protocol):
    """One kind of record that can be counted.

    Sources that read the same ``table`` are asked together: any of them gives the counts of all. ``counts_once``:
    what it counts are persons or firms, who may come again and are counted once.
    """

    @property
    def vocabulary(self) -> Vocabulary: ...

    @property
    def model(self) -> type[Model]:
        """Of the records that it lists."""
        ...

    @property
    def page(self) -> str:
        """The name of the address where one is read; its arguments are the programme's slug and the id."""
        ...

    @property
    def table(self) -> str: ...

    @property
    def counts_once(self) -> bool: ...

    def counts(self, rules: Mapping[int, Rule], asked: Asked) -> dict[Key, Count]:
        """By (key of the rule, cluster or None): every combination that is not zero."""
        ...

    def counted(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Any]:
        """The records that the figure stands on, in an order that does not change."""
        ...

    def fitting(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Any]:
        """All records that fit the rule, whenever and however they ended."""
        ...

    def left_out(self, rule: Rule, scope: Scope, asked: Asked) -> list[LeftOut]: ...

    def members(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Any] | None:
        """One column, the ids of the persons or firms that a figure counts or whose money it tells; None: of none."""
        ...

    def lines(self, rows: Sequence[Any], rule: Rule, scope: Scope, asked: Asked) -> list[EvidenceLine]:
        """A page of ``counted`` or of a ``left_out``, as a person reads it."""
        ...
