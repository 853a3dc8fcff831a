from __future__ import annotations

import re
from decimal import Decimal, localcontext
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern, parse_pattern

from twinning.core.money.values import EXACT, Money, minor_units

_GAP = "\u00a0"


@lru_cache(maxsize=256)
def _way_of(language: str, decimals: int) -> tuple[Locale, NumberPattern]:
    """A language's way with money, with the code of the currency in the place of its sign."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    text = locale.currency_formats["standard"].pattern
    # A code is set off from the figures, as CLDR says of signs that are letters.
    text = re.sub("¤(?=[#0])", f"¤{_GAP}", re.sub("(?<=[#0])¤", f"{_GAP}¤", text))
    pattern = parse_pattern(text.replace("¤", "¤¤"))
    pattern.frac_prec = (decimals, decimals)
    return locale, pattern


def amount_text(amount: Decimal, currency: str, language: str) -> str:
    """An amount as a language writes it, with its code: EUR 1,250 in English, 1.250 EUR in Italian.

    Rounded to the minor unit, which is shown where there is something of it. An amount that is no number is given
    back as it is.
    """
    if not amount.is_finite():
        return f"{currency}{_GAP}{amount}"
    with localcontext(EXACT):
        whole = amount == amount.to_integral_value()
        locale, pattern = _way_of(language, 0 if whole else minor_units(currency))
        return str(pattern.apply(amount, locale, currency=currency, currency_digits=False))


def money_text(money: Money, language: str) -> str:
    return amount_text(money.amount, money.currency, language)
