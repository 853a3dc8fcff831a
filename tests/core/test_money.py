"""Amounts, which rate holds for a day, and what an amount is by it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinning.core.money import (
    HOLDS_DAYS,
    Money,
    Rate,
    RateBook,
    RateMissing,
    Unconverted,
    amount_text,
    is_currency,
    minor_units,
    money_text,
    rounded,
)

DAY = dt.date(2010, 5, 3)


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def rate(
    currency: str,
    value: str,
    day: dt.date = DAY,
    *,
    base: str = "EUR",
    own: bool = False,
    until: dt.date | None = None,
) -> Rate:
    return Rate(currency, base, day, until or day + days(HOLDS_DAYS), Decimal(value), own=own)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def inr(amount: str) -> Money:
    return Money(Decimal(amount), "INR")


# Amounts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "kind"),
    [
        (1.5, "EUR", TypeError),
        (1, "EUR", TypeError),
        ("1", "EUR", TypeError),
        (Decimal("NaN"), "EUR", ValueError),
        (Decimal("-Infinity"), "EUR", ValueError),
        (Decimal("1e30"), "EUR", ValueError),
        (Decimal(1), "eur", ValueError),
        (Decimal(1), "EURO", ValueError),
        (Decimal(1), "EUR\n", ValueError),
        (Decimal(1), "", ValueError),
    ],
)
def test_what_is_no_amount_is_not_taken_for_one(amount: Any, currency: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        Money(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("2.005", "INR", "2.00"),
        ("2.015", "INR", "2.02"),
        ("-2.015", "INR", "-2.02"),
        ("2.5", "JPY", "2"),
        ("3.5", "JPY", "4"),
        ("1.0005", "KWD", "1.000"),
        ("1.0015", "KWD", "1.002"),
        ("1", "EUR", "1.00"),
        ("99999999999999999999999999999.995", "EUR", "100000000000000000000000000000.00"),
    ],
)
def test_an_amount_is_rounded_to_its_minor_unit_half_to_even(amount: str, currency: str, text: str) -> None:
    assert str(rounded(Decimal(amount), currency)) == text


def test_a_currency_is_money_of_today_or_once() -> None:
    known = ("EUR", "INR", "USD", "CHF", "ITL", "XOF", "XDR")
    assert [code for code in known if not is_currency(code)] == []
    assert [code for code in ("XYZ", "XXX", "XTS", "XAU", "eur", "") if is_currency(code)] == []


def test_minor_units_are_those_of_the_currency() -> None:
    assert [minor_units(code) for code in ("INR", "EUR", "JPY", "KRW", "KWD", "TND")] == [2, 2, 0, 0, 3, 3]


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        ("1234567.5", "INR", "en", "INR\u00a01,234,567.50"),
        ("1234567.5", "INR", "hi", "INR\u00a012,34,567.50"),
        ("1234567.5", "INR", "it", "1.234.567,50\u00a0INR"),
        ("1250", "EUR", "fr", "1\u202f250\u00a0EUR"),
        ("1250.00", "EUR", "en", "EUR\u00a01,250"),
        ("-99.5", "JPY", "es", "-100\u00a0JPY"),
        ("0.1235", "KWD", "en", "KWD\u00a00.124"),
        ("0", "EUR", "en", "EUR\u00a00"),
        ("5", "EUR", "no such language", "EUR\u00a05"),
        ("NaN", "EUR", "en", "EUR\u00a0NaN"),
    ],
)
def test_an_amount_is_written_as_its_reader_writes_it(
    amount: str, currency: str, language: str, text: str
) -> None:
    assert amount_text(Decimal(amount), currency, language) == text


def test_money_says_itself() -> None:
    assert money_text(inr("61.5"), "it") == "61,50\u00a0INR"


@given(st.decimals(), st.text(max_size=5), st.sampled_from(["en", "fr", "ar", "hi"]) | st.text(max_size=8))
def test_no_amount_currency_or_language_keeps_a_page_from_being_written(
    amount: Decimal, currency: str, language: str
) -> None:
    if amount.is_finite() and abs(amount.adjusted()) > 40:
        amount = Decimal(1)
    assert amount_text(amount, currency, language)


# Which rate ------------------------------------------------------------------------------------------------


def test_the_last_rate_on_or_before_the_day_holds() -> None:
    book = RateBook(
        [rate("INR", "58.52", DAY + days(1)), rate("INR", "58.98"), rate("INR", "60", DAY - days(3))]
    )
    found = {n: book.rate("INR", "EUR", DAY + days(n)) for n in (-4, -1, 0, 1, 3)}
    assert {n: one and str(one.value) for n, one in found.items()} == {
        -4: None,
        -1: "60",
        0: "58.98",
        1: "58.52",
        3: "58.52",
    }


def test_over_holidays_a_rate_holds_a_week_and_no_longer() -> None:
    book = RateBook([rate("INR", "58.98")])
    assert str(book.convert(eur("1"), "INR", DAY + days(7)).money.amount) == "58.98"
    with pytest.raises(RateMissing) as missing:
        book.convert(eur("1"), "INR", DAY + days(8))
    assert (missing.value.currency, missing.value.day) == ("INR", DAY + days(8))
    assert missing.value.code == "rate_missing"
    assert "no exchange rate of INR for 11 May 2010" in str(missing.value)


def test_a_rate_that_says_how_long_it_holds_is_believed() -> None:
    monthly = rate("INR", "60", dt.date(2010, 5, 1), own=True, until=dt.date(2010, 5, 31))
    book = RateBook([monthly])
    assert book.rate("INR", "EUR", dt.date(2010, 5, 31)) == monthly
    assert book.rate("INR", "EUR", dt.date(2010, 6, 1)) is None


def test_a_later_rate_that_held_shorter_gives_way_to_an_earlier_one_that_still_holds() -> None:
    long = rate("INR", "60", DAY, own=True, until=DAY + days(30))
    short = rate("INR", "61", DAY + days(2), own=True, until=DAY + days(3))
    book = RateBook([long, short])
    found = [book.rate("INR", "EUR", DAY + days(n)) for n in (1, 3, 4)]
    assert found == [long, short, long]


def test_the_own_rate_goes_before_a_published_one_while_it_holds() -> None:
    own = rate("INR", "60", own=True)
    newer, later = rate("INR", "58.52", DAY + days(2)), rate("INR", "57", DAY + days(9))
    book = RateBook([own, newer, later])
    assert book.convert(eur("1"), "INR", DAY + days(3)).rates == (own,)
    assert book.convert(eur("1"), "INR", DAY + days(9)).rates == (later,)


# Converting ------------------------------------------------------------------------------------------------


def test_an_amount_goes_over_the_euro_and_says_by_which_rates() -> None:
    usd, rupees = rate("USD", "1.3238"), rate("INR", "58.98")
    found = RateBook([usd, rupees]).convert(Money(Decimal("100"), "USD"), "INR", DAY)
    assert found.money == inr("4455.36")  # 100 / 1.3238 * 58.98 = 4455.355794...
    assert str(found.exact)[:12] == "4455.3557939"
    assert (found.original, found.day, found.rates) == (Money(Decimal("100"), "USD"), DAY, (usd, rupees))


def test_nothing_is_needed_within_one_currency() -> None:
    found = RateBook().convert(inr("12.345"), "INR", DAY)
    assert (found.money, found.exact, found.rates) == (inr("12.34"), Decimal("12.345"), ())


def test_a_rate_against_the_dollar_is_joined_to_the_euro() -> None:
    birr = rate("ETB", "13.5", base="USD", own=True)
    usd, rupees = rate("USD", "1.35"), rate("INR", "60.00")
    book = RateBook([birr, usd, rupees])
    assert book.convert(Money(Decimal("1350"), "ETB"), "EUR", DAY).money == Money(Decimal("74.07"), "EUR")
    found = book.convert(Money(Decimal("1822.5"), "ETB"), "INR", DAY)
    assert (found.money, found.rates) == (inr("6000.00"), (birr, usd, rupees))
    assert book.convert(Money(Decimal(10), "USD"), "ETB", DAY).rates == (birr,)


def test_the_programmes_own_rate_between_the_bases_goes_before_the_published_one() -> None:
    own = rate("EUR", "0.75", base="USD", own=True)
    found = RateBook([own, rate("USD", "1.35")]).convert(Money(Decimal(100), "USD"), "EUR", DAY)
    assert (found.money, found.rates) == (eur("75.00"), (own,))


@pytest.mark.parametrize(
    ("currency", "to", "named"), [("XAF", "EUR", "XAF"), ("EUR", "XAF", "XAF"), ("USD", "EUR", "USD")]
)
def test_what_has_no_rate_is_named(currency: str, to: str, named: str) -> None:
    with pytest.raises(RateMissing) as missing:
        RateBook([rate("INR", "58.98")]).convert(Money(Decimal(1), currency), to, DAY)
    assert missing.value.currency == named


def test_a_sum_is_rounded_once_and_names_what_it_leaves_out() -> None:
    rupees = rate("INR", "60")
    book = RateBook([rupees])
    small = [(inr("0.29"), DAY)] * 3  # 0.0048 euros each: nothing if it were rounded alone
    total = book.total([*small, (eur("1"), DAY), (Money(Decimal(5), "XAF"), DAY)], "EUR")
    assert (total.money, total.counted, total.rates) == (eur("1.01"), 4, (rupees,))
    (left,) = total.left_out
    assert isinstance(left, Unconverted)
    assert (left.original, left.missing.currency) == (Money(Decimal(5), "XAF"), "XAF")


def test_a_sum_of_nothing_is_nothing() -> None:
    assert RateBook().total([], "KWD").money == Money(Decimal("0.000"), "KWD")


# For all ---------------------------------------------------------------------------------------------------

CODES = ["EUR", "USD", "INR", "JPY", "KWD", "ETB"]
AMOUNTS = st.decimals("-1e12", "1e12", places=3)
VALUES = st.decimals("0.0001", "9999999", places=4)


@st.composite
def books(draw: st.DrawFn) -> RateBook:
    """Every currency has a rate, some against the dollar, some of the programme's own as well."""
    found = [rate("USD", str(draw(VALUES)))]
    for code in CODES[2:]:
        for own in draw(st.sampled_from([(False,), (True,), (False, True)])):
            base = draw(st.sampled_from(["EUR", "USD"])) if own else "EUR"
            found.append(
                rate(code, str(draw(VALUES)), DAY - days(draw(st.integers(0, 6))), base=base, own=own)
            )
    return RateBook(found)


def close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= abs(other).scaleb(-25)


@given(books(), AMOUNTS, st.sampled_from(CODES), st.sampled_from(CODES), st.sampled_from(CODES))
def test_it_does_not_matter_over_which_currency_one_converts(
    book: RateBook, amount: Decimal, first: str, over: str, last: str
) -> None:
    direct = book.convert(Money(amount, first), last, DAY).exact
    begun = book.convert(Money(amount, first), over, DAY).exact
    unit = book.convert(Money(Decimal(1), over), last, DAY).exact
    assert close(begun * unit, direct) or abs(direct) < Decimal("1e-20")


@given(books(), AMOUNTS, st.sampled_from(CODES), st.sampled_from(CODES))
def test_there_and_back_is_the_same_within_half_a_minor_unit(
    book: RateBook, amount: Decimal, first: str, other: str
) -> None:
    there = book.convert(Money(amount, first), other, DAY)
    back = book.convert(there.money, first, DAY).exact
    half = Money(Decimal("0.5").scaleb(-minor_units(other)), other)
    allowed = book.convert(half, first, DAY).exact
    assert abs(back - amount) <= allowed * (1 + Decimal("1e-20")) + Decimal("1e-20")


@given(books(), st.lists(st.tuples(AMOUNTS, st.sampled_from(CODES)), max_size=20), st.sampled_from(CODES))
def test_a_sum_does_not_depend_on_the_order(
    book: RateBook, amounts: list[tuple[Decimal, str]], to: str
) -> None:
    parts = [(Money(amount, code), DAY) for amount, code in amounts]
    exact = sum((book.convert(money, to, DAY).exact for money, _day in parts), Decimal(0))
    total, turned = book.total(parts, to), book.total(reversed(parts), to)
    unit = Decimal(1).scaleb(-minor_units(to))
    assert abs(total.money.amount - turned.money.amount) <= unit
    assert abs(total.money.amount - exact) <= unit / 2 + abs(exact).scaleb(-20)
