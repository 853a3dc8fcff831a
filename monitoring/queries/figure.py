"""One figure: where an indicator stands, and the money in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from clusters.models import Programme
from monitoring.models import Indicator, Target
from monitoring.queries.sources.base import Scope, Spent
from monitoring.rules.values import Value, achieved
from twinning.core.money import Money, RateBook
from twinning.core.rates import rates_for


@dataclass(frozen=True, slots=True)
class Amount:
    """Money of a figure: as recorded, by currency, and brought into the programme's by the rates of each day.

    ``total`` is in ``currency``; None where a rate is ``missing``, which then says which.
    """

    currency: str
    total: Decimal | None
    spent: tuple[tuple[str, Decimal], ...]
    missing: str = ""

    @property
    def is_converted(self) -> bool:
        return any(currency != self.currency for currency, _sum in self.spent)


@dataclass(frozen=True, slots=True)
class Figure:
    """Where an indicator stands. ``records``: how many it stands on; ``firms``: those that its money is of.

    ``gaining``: these firms by id, where the figure was counted from records now.
    """

    indicator: Indicator
    scope: Scope
    value: Value
    records: int = 0
    firms: int = 0
    amount: Amount | None = None
    target: Target | None = None
    source: str = ""
    gaining: frozenset[int] = frozenset()

    @property
    def achieved(self) -> Decimal | None:
        target = self.target.value if self.target else None
        baseline = self.indicator.baseline
        return achieved(self.value.number, target, baseline, rising=self.indicator.rising)


# By indicator, and cluster or None for the programme.
Figures = dict[tuple[int, Scope], Figure]


def amount_of(spent: Sequence[Spent], programme: Programme, book: RateBook) -> Amount:
    by_currency: dict[str, Decimal] = {}
    for one in spent:
        by_currency[one.currency] = by_currency.get(one.currency, Decimal(0)) + one.amount
    total = book.total([(Money(one.amount, one.currency), one.day) for one in spent], programme.currency)
    missing = str(total.left_out[0].missing) if total.left_out else ""
    return Amount(
        programme.currency,
        None if missing else total.money.amount,
        tuple(sorted(by_currency.items())),
        missing,
    )


def book_for(spent: Iterable[Spent], programme: Programme) -> RateBook:
    """The rates by which these amounts are brought into the programme's currency; none where none is needed."""
    strange = [one for one in spent if one.currency != programme.currency]
    if not strange:
        return RateBook()
    days = [one.day for one in strange]
    currencies = {programme.currency, *(one.currency for one in strange)}
    return rates_for(currencies, min(days), max(days), programme.pk)
