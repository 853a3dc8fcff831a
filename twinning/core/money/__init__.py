"""Amounts in their currency, and in another by dated rates. Pure: no database, no clock. See docs/money.md.

``twinning.core.rates`` loads the rates that stand in the database.
"""

from twinning.core.money.book import RateBook
from twinning.core.money.ecb import FIRST_DAY, Published, UnfitRates, read_ecb, refused
from twinning.core.money.printing import amount_text, money_text
from twinning.core.money.values import (
    BASES,
    HOLDS_DAYS,
    RATE_DECIMALS,
    RATE_DIGITS,
    Converted,
    Money,
    Rate,
    RateMissing,
    Total,
    Unconverted,
    is_currency,
    is_currency_code,
    minor_units,
    rounded,
)

__all__ = [
    "BASES",
    "FIRST_DAY",
    "HOLDS_DAYS",
    "RATE_DECIMALS",
    "RATE_DIGITS",
    "Converted",
    "Money",
    "Published",
    "Rate",
    "RateBook",
    "RateMissing",
    "Total",
    "Unconverted",
    "UnfitRates",
    "amount_text",
    "is_currency",
    "is_currency_code",
    "minor_units",
    "money_text",
    "read_ecb",
    "refused",
    "rounded",
]
