"""The files of the ECB, read and refused."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.core.ecb_files import DAYS, daily_csv, wide_csv, xml, zipped
from twinning.core.money import UnfitRates, read_ecb

TODAY = dt.date(2010, 5, 5)


def read(data: bytes) -> dict[tuple[str, str], Decimal]:
    return {(rate.day.isoformat(), rate.currency): rate.value for rate in read_ecb(data, TODAY)}


@pytest.mark.parametrize(
    "data",
    [
        wide_csv(),
        b"\xef\xbb\xbf" + wide_csv(),
        xml(),
        zipped(wide_csv()),
        zipped(xml(), "eurofxref-hist.xml"),
    ],
    ids=["csv", "csv with a mark", "xml", "zip of csv", "zip of xml"],
)
def test_each_format_gives_the_same_rates(data: bytes) -> None:
    assert read(data) == {
        (day, currency): Decimal(rate)
        for day, rates in DAYS.items()
        for currency, rate in rates.items()
        if rate != "N/A"
    }


@pytest.mark.parametrize("data", [daily_csv(), zipped(daily_csv(), "eurofxref.csv")])
def test_the_daily_file_writes_its_day_in_words(data: bytes) -> None:
    assert read(data) == {
        ("2010-05-04", "USD"): Decimal("1.3089"),
        ("2010-05-04", "JPY"): Decimal("123.6"),
        ("2010-05-04", "INR"): Decimal("58.52"),
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Date,USD,INR,\n2010-05-04,1.3,58.5,\n2010-05-03,1.3,\xe2\x82\xac58,\n", "row 3, INR: “€58” is not a rate"),
        (b"Date,USD,\n2010-05-04,-1.3,\n", "row 2, USD: “-1.3” is not a rate"),
        (b"Date,USD,\n2010-05-04,0.000,\n", "row 2, USD: “0.000” is not a rate"),
        (b'Date,USD,\n2010-05-04,"1,3",\n', "row 2, USD: “1,3” is not a rate"),
        (b"Date,USD,\n2010-05-04,1e5,\n", "row 2, USD: “1e5” is not a rate"),
        (b"Date,USD,\n2010-05-04,\xd9\xa1,\n", "row 2, USD: “١” is not a rate"),
        (b"Date,USD,\n2010-02-30,1.3,\n", "row 2: “2010-02-30” is not a day"),
        (b"Date,USD,\n4/5/2010,1.3,\n", "row 2: “4/5/2010” is not a day"),
        (b"Date,USD,\n2010-05-06,1.3,\n", "row 2: 2010-05-06 is still to come"),
        (b"Date,USD,\n1998-12-31,1.3,\n", "row 2: 1998-12-31 is before the first rates of the ECB"),
        (b"Date,USD,\n2010-05-04,1.3,\n2010-05-04,1.3,\n", "row 3, USD: there is another rate for the same day"),
        (b"Date,USD,INR,\n2010-05-04,1.3\n", "row 2: it has not as many values as there are currencies"),
        (b"Date,USD,\n2010-05-04,1.3,,58\n", "row 2: it has not as many values as there are currencies"),
        (b"Date,USD,USD,\n2010-05-04,1.3,1.3,\n", "row 1: “USD” is not a currency"),
        (b"Date,EUR,\n2010-05-04,1,\n", "row 1: “EUR” is not a currency"),
        (b"Date,Dollar,\n2010-05-04,1,\n", "row 1: “Dollar” is not a currency"),
        (b"Date,USD,\n2010-05-04,N/A,\n", "There is no rate in this file."),
        (b"Day;Dollar\n2010-05-04;1.3\n", "not a file of reference rates"),
        (b"Date,\n2010-05-04,\n", "not a file of reference rates"),
        (b"", "not a file of reference rates"),
        (b"\xff\xfeD\x00a\x00", "not a file of reference rates"),
        (b"<Envelope><Cube>", "not a file of reference rates"),
        (b"<rss/>", "not a file of reference rates"),
        (b"<?xml version='1.0' encoding='x'?><Envelope/>", "not a file of reference rates"),
        (xml({"2010-05-04": {"USD": "much"}}), "2010-05-04, USD: “much” is not a rate"),
        (xml({"today": {"USD": "1"}}), "Cube: “today” is not a day"),
        (xml({"2010-05-04": {"usd": "1"}}), "2010-05-04, usd: this is no currency"),
    ],
)  # fmt: skip
def test_what_is_no_rate_is_named_with_its_place(data: bytes, said: str) -> None:
    with pytest.raises(UnfitRates) as refused:
        read(data)
    assert said in str(refused.value)
    assert refused.value.fields == {"file": [str(refused.value)]}


def test_of_many_slips_the_first_are_named_and_the_others_counted() -> None:
    rows = "".join(f"2010-05-04,{n}.x,\n" for n in range(9))
    with pytest.raises(UnfitRates, match=r"row 6, USD: “4\.x” is not a rate; and 4 more"):
        read(f"Date,USD,\n{rows}".encode())


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Envelope>&b;</Envelope>',
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><Envelope>&c;</Envelope>',
        zipped(b"\n" * 80_000_000),
        zipped(wide_csv(), more=("second.csv",)),
        zipped(wide_csv(), "eurofxref.exe"),
        zipped(wide_csv())[:-40],
        b"PK\x03\x04nothing",
    ],
    ids=["entity of a file", "entities that grow", "bomb", "two files", "no table", "cut off", "no zip"],
)
def test_a_file_that_is_made_to_harm_is_not_read(data: bytes) -> None:
    with pytest.raises(UnfitRates, match="not a file of reference rates"):
        read(data)


PIECES = [
    b"Date",
    b",",
    b"USD",
    b"\n",
    b"2010-05-04",
    b"1.3",
    b"N/A",
    b'"',
    b"PK\x03\x04",
    b"<Cube",
    b">",
    b"</",
]
SCRAPS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=30).map(b"".join)


@given(SCRAPS)
@example(b"Date,USD\n2010-05-04,\x00\n")
def test_no_bytes_do_anything_but_be_read_or_refused(data: bytes) -> None:
    for form in (data, b"Date,USD,\n" + data, b"<Envelope>" + data, zipped(data)):
        with suppress(UnfitRates):
            assert read_ecb(form, TODAY)
