"""Which rate holds, and what an amount is by it."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from twinning.core.money.values import (
    BASES,
    EXACT,
    Converted,
    Money,
    Rate,
    RateMissing,
    Total,
    Unconverted,
    rounded,
)


class _Quote(NamedTuple):
    """What one unit of ``base`` is worth: so many units of the currency, by that rate; 1 by none for a base itself."""

    base: str
    rate: Rate | None


class RateBook:
    """Rates as a programme uses them.

    - For a day holds the last rate of that day or before, for at most ``HOLDS_DAYS`` days unless it says itself
      how long.
    - A programme's own rate goes before a published one, even a newer one, as long as it holds: somebody typed it
      with its source because the programme's books go by it.
    - A currency is valued against the base in which its rate is the better one by this order, the euro where they
      are level. Where two currencies stand in different bases, the rate between EUR and USD joins them. So each
      currency has one value on a day, and it does not matter over which others one converts.
    """

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        self._series: dict[tuple[str, str, bool], list[Rate]] = defaultdict(list)
        for rate in sorted(rates, key=lambda rate: rate.day):
            self._series[rate.currency, rate.base, rate.own].append(rate)
        self._quotes: dict[tuple[str, dt.date], _Quote] = {}

    def rate(self, currency: str, base: str, day: dt.date) -> Rate | None:
        """The rate of ``currency`` per unit of ``base`` that holds on ``day``."""
        for own in (True, False):
            series = self._series.get((currency, base, own), [])
            for place in range(bisect_right(series, day, key=lambda rate: rate.day), 0, -1):
                if series[place - 1].holds_on(day):
                    return series[place - 1]
        return None

    def convert(self, money: Money, to: str, day: dt.date) -> Converted:
        """The amount in another currency by the rates of ``day``. Raises RateMissing."""
        if money.currency == to:
            return Converted(money.rounded, money.amount, money, day, ())
        begin, end = self._quote(money.currency, day), self._quote(to, day)
        over, under = money.amount, Decimal(1)
        used: list[Rate] = []
        if begin.rate is not None:
            under = EXACT.multiply(under, begin.rate.value)
            used.append(begin.rate)
        if begin.base != end.base:
            join = self._join(day)
            if join.base == begin.base:
                over = EXACT.multiply(over, join.value)
            else:
                under = EXACT.multiply(under, join.value)
            used.append(join)
        if end.rate is not None:
            over = EXACT.multiply(over, end.rate.value)
            used.append(end.rate)
        exact = EXACT.divide(over, under)
        return Converted(Money(rounded(exact, to), to), exact, money, day, tuple(used))

    def convert_all(self, amounts: Iterable[tuple[Money, dt.date]], to: str) -> list[Converted | Unconverted]:
        """Each amount by the rates of its day, in the order given; those without a rate say so."""
        found: list[Converted | Unconverted] = []
        for money, day in amounts:
            try:
                found.append(self.convert(money, to, day))
            except RateMissing as missing:
                found.append(Unconverted(money, day, missing))
        return found

    def total(self, amounts: Iterable[tuple[Money, dt.date]], to: str) -> Total:
        """The sum of amounts, each by the rates of its day, rounded once at the end."""
        exact, counted = Decimal(0), 0
        rates: dict[Rate, None] = {}
        left_out: list[Unconverted] = []
        for one in self.convert_all(amounts, to):
            if isinstance(one, Unconverted):
                left_out.append(one)
                continue
            exact = EXACT.add(exact, one.exact)
            counted += 1
            rates |= dict.fromkeys(one.rates)
        return Total(Money(rounded(exact, to), to), counted, tuple(rates), tuple(left_out))

    def _quote(self, currency: str, day: dt.date) -> _Quote:
        if currency in BASES:
            return _Quote(currency, None)
        known = self._quotes.get((currency, day))
        if known is None:
            rate = self._best([(currency, base) for base in BASES], day)
            if rate is None:
                raise RateMissing(currency, day)
            known = self._quotes[currency, day] = _Quote(rate.base, rate)
        return known

    def _join(self, day: dt.date) -> Rate:
        """The rate between the two bases."""
        rate = self._best([BASES, BASES[::-1]], day)
        if rate is None:
            raise RateMissing(BASES[1], day)
        return rate

    def _best(self, pairs: Iterable[tuple[str, str]], day: dt.date) -> Rate | None:
        found = [rate for pair in pairs if (rate := self.rate(*pair, day)) is not None]
        return max(found, key=lambda rate: (rate.own, rate.day, rate.base == BASES[0]), default=None)
