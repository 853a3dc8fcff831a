"""What a programme planned and spent, by year and component, as recorded and in its own currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear

from clusters.models import Programme
from clusters.rules import FIRM_KINDS
from monitoring.models import Budget, Transaction
from monitoring.rules.iati.codes import BudgetType, TransactionType
from twinning.core.money import Money, RateBook
from twinning.core.rates import rates_for
from twinning.core.small_cells import may_show

Day = tuple[Money, dt.date]


class Flow(StrEnum):
    BUDGET = "budget"
    INCOMING = "incoming"
    COMMITTED = "committed"
    SPENT = "spent"
    GUARANTEED = "guaranteed"


_FLOWS = {
    TransactionType.INCOMING: Flow.INCOMING,
    TransactionType.COMMITMENT: Flow.COMMITTED,
    TransactionType.DISBURSEMENT: Flow.SPENT,
    TransactionType.EXPENDITURE: Flow.SPENT,
    TransactionType.GUARANTEE: Flow.GUARANTEED,
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Money of one kind in one year and component (None: of the programme as a whole).

    ``amounts``: as recorded, by currency; ``total`` in the programme's currency by the rates of each day, None where
    a rate is ``missing`` (currency and day). ``is_walled``: it is the money of fewer than three firms alone, and not
    told.
    """

    flow: Flow
    year: int
    component: int | None
    amounts: tuple[tuple[str, Decimal], ...] = ()
    total: Decimal | None = None
    missing: tuple[tuple[str, dt.date], ...] = ()
    is_walled: bool = False


def spending(programme: Programme, as_of: dt.date) -> list[Moved]:
    """Budgets of all years and what moved up to the day, in the order of ``Flow``.

    A budget stands in the year in which it begins. A revised one replaces the originals of its component whose days
    it touches. What was disbursed and what was expended is spent. Four queries, however much moved.
    """
    days: dict[tuple[Flow, int, int | None], list[Day]] = {}
    for row in _standing(list(Budget.objects.filter(programme=programme))):
        key = (Flow.BUDGET, row.first.year, row.component_id)
        days.setdefault(key, []).append((Money(row.value, row.currency), row.value_date))
    place = ("type", "component", "year")
    moved = Transaction.objects.filter(programme=programme, date__lte=as_of).order_by()
    moved = moved.annotate(year=ExtractYear("date"))
    for kind, component, year, currency, day, amount in (
        moved.values(*place, "currency", "value_date")
        .annotate(amount=Sum("value"))
        .values_list(*place, "currency", "value_date", "amount")
    ):
        days.setdefault((_FLOWS[TransactionType(kind)], year, component), []).append(
            (Money(amount, currency), day)
        )
    walled = _walled(moved, place) if days else set()
    book = _book(programme, [one for found in days.values() for one in found])
    order = list(Flow)
    return [
        _sum(key, found, programme.currency, book, key in walled)
        for key, found in sorted(
            days.items(), key=lambda item: (order.index(item[0][0]), item[0][1], item[0][2] or 0)
        )
    ]


def _standing(rows: Sequence[Budget]) -> Iterable[Budget]:
    revised = [row for row in rows if row.type == BudgetType.REVISED]
    for row in rows:
        replaced = any(
            one.component_id == row.component_id and one.first <= row.last and row.first <= one.last
            for one in revised
        )
        if row.type == BudgetType.REVISED or not replaced:
            yield row


def _walled(moved: QuerySet[Transaction, Any], place: Sequence[str]) -> set[tuple[Flow, int, int | None]]:
    """The sums in which nobody but firms gave or got, and fewer than three of them; a firm counts once, on any side."""
    firms: dict[tuple[Flow, int, int | None], set[int]] = {}
    others: set[tuple[Flow, int, int | None]] = set()
    sides = [f"{side}{field}" for side in ("provider", "receiver") for field in ("", "__kind")]
    for kind, component, year, *bodies in moved.values_list(*place, *sides).distinct():
        key = (_FLOWS[TransactionType(kind)], year, component)
        found = {pk for pk, of in (bodies[:2], bodies[2:]) if of in FIRM_KINDS}
        firms.setdefault(key, set()).update(found)
        if not found:
            others.add(key)
    return {key for key, own in firms.items() if key not in others and not may_show(len(own))}


def _book(programme: Programme, amounts: Sequence[Day]) -> RateBook:
    strange = [(money, day) for money, day in amounts if money.currency != programme.currency]
    if not strange:
        return RateBook()
    days = [day for _money, day in strange]
    currencies = {programme.currency, *(money.currency for money, _day in strange)}
    return rates_for(currencies, min(days), max(days), programme.pk)


def _sum(
    key: tuple[Flow, int, int | None], found: Sequence[Day], currency: str, book: RateBook, is_walled: bool
) -> Moved:
    if is_walled:
        return Moved(*key, is_walled=True)
    amounts: dict[str, Decimal] = {}
    for money, _day in found:
        amounts[money.currency] = amounts.get(money.currency, Decimal(0)) + money.amount
    total = book.total(found, currency)
    missing = tuple(dict.fromkeys((one.missing.currency, one.missing.day) for one in total.left_out))
    return Moved(*key, tuple(sorted(amounts.items())), None if missing else total.money.amount, missing)
