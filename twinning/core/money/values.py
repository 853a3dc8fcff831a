from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision
from django.utils import formats
from django.utils.translation import gettext as _

from twinning.core.access import DomainError

# The currencies in which rates are published: the ECB's against the euro, those of the United Nations against the
# US dollar. Every conversion goes over the first.
BASES = ("EUR", "USD")
# How many days a rate holds after its own: over holidays nothing is published.
HOLDS_DAYS = 7
# Digits of a rate, and how many of them are decimals: as many as both databases give back unchanged.
RATE_DIGITS, RATE_DECIMALS = 15, 8
# So many digits that what is lost between two roundings is far beyond any minor unit.
EXACT = Context(prec=60)
# More than any sum of money has, and few enough for EXACT to keep its cents.
_MOST_DIGITS = 30
_CODE = re.compile(r"[A-Z]{3}")


def is_currency_code(text: str) -> bool:
    """Whether a text looks like a code of ISO 4217: EUR, INR. Codes of currencies that are gone do as well."""
    return _CODE.fullmatch(text) is not None


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    territories = get_global("territory_currencies").values()
    tender = {code for used in territories for code, _start, _end, is_tender in used if is_tender}
    return frozenset(tender | {"XDR"})  # what the Monetary Fund reckons in is tender nowhere


def is_currency(code: str) -> bool:
    """Whether a code of ISO 4217 is one of money, by CLDR: tender somewhere, today or once, or XDR.

    What is gone counts, since programmes have a past. Metals, units of account and codes for tests do not.
    """
    return code in _currencies()


@lru_cache(maxsize=512)
def minor_units(currency: str) -> int:
    """How many decimals amounts in a currency have, by CLDR: 2 for INR, 0 for JPY, 3 for KWD."""
    return int(get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount to the minor unit of its currency, half to even."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), ROUND_HALF_EVEN, EXACT)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, exactly as stated. Raises TypeError for a float, ValueError for no amount or code."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"{self.amount!r} is not a Decimal")
        if not self.amount.is_finite() or self.amount.adjusted() >= _MOST_DIGITS:
            raise ValueError(f"{self.amount} is no amount of money")
        if not is_currency_code(self.currency):
            raise ValueError(f"{self.currency!r} is no code of a currency")

    @property
    def rounded(self) -> Money:
        return Money(rounded(self.amount, self.currency), self.currency)


@dataclass(frozen=True, slots=True)
class Rate:
    """``value`` units of ``currency`` for one of ``base``, from ``day`` to ``last_day`` inclusive.

    ``own``: typed for the programme at hand, not published for all. ``pk``: of the record, None outside a database.
    """

    currency: str
    base: str
    day: dt.date
    last_day: dt.date
    value: Decimal
    source: str = ""
    own: bool = False
    pk: int | None = None

    def holds_on(self, day: dt.date) -> bool:
        return self.day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Converted:
    """``original`` as ``money`` on ``day``, by ``rates`` in the order of use; by none within one currency.

    ``exact`` is the amount before it was rounded, from which sums are made.
    """

    money: Money
    exact: Decimal
    original: Money
    day: dt.date
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Unconverted:
    """An amount for which there was no rate, and why."""

    original: Money
    day: dt.date
    missing: RateMissing


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of ``counted`` amounts, rounded once, the rates behind it, and what it had to leave out."""

    money: Money
    counted: int
    rates: tuple[Rate, ...]
    left_out: tuple[Unconverted, ...]


class RateMissing(DomainError):
    """No rate holds for ``currency`` on ``day``."""

    code = "rate_missing"

    def __init__(self, currency: str, day: dt.date) -> None:
        super().__init__(
            _(
                "There is no exchange rate of %(currency)s for %(day)s, and none of the %(days)d days before it."
                " Load the ECB's file that covers this day, or type the rate with its source."
            )
            % {"currency": currency, "day": formats.date_format(day, "DATE_FORMAT"), "days": HOLDS_DAYS}
        )
        self.currency, self.day = currency, day
