"""What every source of figures gives: counts of many rules at once, and the records behind one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from clusters.models import Programme
from monitoring.rules.values import Span
from monitoring.rules.vocabulary import Rule, Vocabulary

# A cluster, or None for the programme, in which a joint event and a person count once.
Scope = int | None
Key = tuple[int, Scope]


@dataclass(frozen=True, slots=True)
class Spent:
    """Money of one day in one currency."""

    currency: str
    day: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Count:
    """What a rule counts: the number, how many records it stands on, and the money in them."""

    number: int = 0
    records: int = 0
    firms: int = 0  # that the money is of; 0 where there is none
    spent: tuple[Spent, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Where and when to count. ``clusters`` by id, beside the programme; ``as_of``: what was so on that day."""

    programme: Programme
    clusters: tuple[int, ...]
    span: Span
    as_of: dt.date

    @property
    def last(self) -> dt.date:
        return min(self.span.last, self.as_of)


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A record behind a figure. ``counts``: what it adds to the number; ``address``: where it stands."""

    title: str
    when: str
    counts: int
    address: str = ""
    note: str = ""
    money: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why records that fit the rule are not counted, and which of ``Source.fitting`` those are."""

    reason: str
    which: Q


class Source(Protocol):
    """One kind of record that can be counted."""

    vocabulary: Vocabulary

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

    def lines(self, rows: Sequence[Any], rule: Rule, scope: Scope, asked: Asked) -> list[EvidenceLine]:
        """A page of ``counted`` or of a ``left_out``, as a person reads it."""
        ...
