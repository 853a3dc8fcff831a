"""Rates in the database: loaded from files, and found for amounts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.conftest import make_user
from tests.core.ecb_files import DAYS, wide_csv, xml, zipped
from twinning.core import jobs
from twinning.core.access import WrongState
from twinning.core.models import Attachment, Change, ExchangeRate, Job, RateLoad
from twinning.core.money import Money, RateMissing, UnfitRates
from twinning.core.rates import (
    convert,
    load_ecb_rates,
    prepare_load,
    queue_load,
    rates_for,
    take_in,
    total_of,
)

pytestmark = pytest.mark.django_db

DAY = dt.date(2010, 5, 4)
OURS, THEIRS = 1, 2


def load(data: bytes = wide_csv(), **options: Any) -> RateLoad:
    return load_ecb_rates(actor=None, filename="eurofxref-hist.csv", data=data, **options)


def typed(programme_id: int, currency: str, value: str, **values: Any) -> ExchangeRate:
    fields = {"base": "EUR", "day": DAY, "source": "Bulletin"} | values
    rate = ExchangeRate(programme_id=programme_id, currency=currency, rate=Decimal(value), **fields)
    rate.full_clean()
    rate.save()
    return rate


def standing() -> dict[tuple[str, str], Decimal]:
    return {(r.day.isoformat(), r.currency): r.rate for r in ExchangeRate.objects.holding().used_by(None)}


PUBLISHED = {
    (day, currency): Decimal(rate)
    for day, rates in DAYS.items()
    for currency, rate in rates.items()
    if rate != "N/A"
}


# Loading ---------------------------------------------------------------------------------------------------


def test_a_file_is_loaded_and_noted() -> None:
    noted = load()
    assert standing() == PUBLISHED
    assert (noted.added, noted.known, noted.corrected) == (9, 0, 0)
    assert (noted.first_day, noted.last_day) == (dt.date(2007, 12, 31), DAY)
    assert noted.loaded_at is not None
    assert set(ExchangeRate.objects.values_list("load", "origin", "base", "version")) == {
        (noted.pk, "ecb", "EUR", 1)
    }


@pytest.mark.parametrize("data", [wide_csv(), xml(), zipped(wide_csv())])
def test_the_same_file_in_any_format_adds_nothing_twice(data: bytes) -> None:
    load()
    again = load(data)
    assert (again.added, again.known) == (0, 9)
    assert standing() == PUBLISHED


def test_a_longer_file_adds_its_further_days() -> None:
    load(wide_csv({"2010-05-04": DAYS["2010-05-04"]}))
    longer = load()
    assert (longer.added, longer.known) == (6, 3)


def test_nothing_of_a_bad_file_is_kept() -> None:
    bad = wide_csv() + b"2007-12-28,1.4692,x,57.86,N/A,\n"
    with pytest.raises(UnfitRates, match="row 5, JPY"):
        load(bad)
    assert not ExchangeRate.objects.exists()
    assert not RateLoad.objects.exists()


def test_a_rate_that_stands_is_not_changed_by_another_file() -> None:
    load()
    other = wide_csv({"2010-05-04": DAYS["2010-05-04"] | {"INR": "85.20"}, "2010-05-03": DAYS["2010-05-03"]})
    with pytest.raises(UnfitRates, match=r"row 2, INR: 85\.20, but 58\.52 stands since an earlier file"):
        load(other)
    assert standing() == PUBLISHED


def test_the_operator_corrects_a_rate_and_its_history_keeps_the_old_one() -> None:
    load()
    corrected = load(wide_csv({"2010-05-04": DAYS["2010-05-04"] | {"INR": "58.25"}}), correct=True)
    assert (corrected.added, corrected.known, corrected.corrected) == (0, 2, 1)
    rate = ExchangeRate.objects.get(day=DAY, currency="INR")
    assert (rate.rate, rate.version, rate.load) == (Decimal("58.25"), 2, corrected)
    assert Change.objects.of(rate).get().fields["rate"] == ["58.52", "58.25"]


def test_what_another_file_brought_meanwhile_is_not_loaded_twice() -> None:
    write = prepare_load(wide_csv())
    load()
    late = write(take_in(actor=None, filename="late.csv", data=b""))
    assert (late.added, late.known) == (0, 9)
    assert standing() == PUBLISHED


def test_two_files_at_one_moment_do_not_load_a_rate_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    write = prepare_load(wide_csv())
    load()
    # What the other one wrote is not seen yet.
    monkeypatch.setattr("twinning.core.rates._last_loaded", lambda: None)
    with pytest.raises(WrongState, match="at the same moment"):
        write(take_in(actor=None, filename="late.csv", data=b""))
    assert standing() == PUBLISHED


def test_a_worker_loads_a_large_file_and_leads_to_the_rates() -> None:
    actor = make_user("loader")
    noted = queue_load(
        actor=actor, filename="../hist.zip", data=zipped(wide_csv()), programme_id=OURS, result_url="/rates"
    )
    assert noted.job is not None
    jobs.work(noted.job.pk, heartbeat=False)
    job = Job.objects.get(pk=noted.job.pk)
    assert (job.status, job.result, job.result_url) == ("done", {"added": 9, "known": 0}, "/rates")
    noted.refresh_from_db()
    assert (noted.filename, noted.added) == ("hist.zip", 9)
    assert Attachment.objects.of(noted).get().uploaded_by == actor


def test_a_worker_says_why_a_file_was_not_loaded() -> None:
    noted = queue_load(
        actor=make_user("loader"),
        filename="a.csv",
        data=b"Date,USD,\nx,1,\n",
        programme_id=OURS,
        result_url="/",
    )
    assert noted.job is not None
    jobs.work(noted.job.pk, heartbeat=False)
    assert "row 2: “x” is not a day" in Job.objects.get(pk=noted.job.pk).error
    noted.refresh_from_db()
    assert noted.loaded_at is None


def test_the_command_loads_a_file(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "eurofxref-hist.zip"
    file.write_bytes(zipped(wide_csv()))
    call_command("load_rates", file)
    assert "2007-12-31 to 2010-05-04, 9 new, 0 known, 0 corrected" in capsys.readouterr().out
    file.write_bytes(b"Date,USD,\n2010-05-04,1.5,\n")
    with pytest.raises(CommandError, match="row 2, USD"):
        call_command("load_rates", file)
    call_command("load_rates", file, correct=True)
    assert standing()["2010-05-04", "USD"] == Decimal("1.5")
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_rates", tmp_path / "none.csv")


def test_the_digits_of_a_rate_come_back_as_they_went() -> None:
    values = ["9999999.99999999", "0.00000001", "1.2", "123456.1234567", "0.1"]
    for place, value in enumerate(values):
        typed(OURS, "INR", value, day=DAY + dt.timedelta(days=place))
    assert [rate.rate for rate in ExchangeRate.objects.order_by("day")] == [Decimal(v) for v in values]


@pytest.mark.parametrize(
    "values",
    [
        {"origin": "ecb"},
        {"programme_id": None},
        {"rate": Decimal(0)},
        {"currency": "EUR"},
        {"last_day": DAY - dt.timedelta(days=1)},
        {"origin": "ecb", "programme_id": None, "base": "USD"},
    ],
    ids=["published for one", "typed for all", "nothing", "itself", "ends first", "the ECB's in dollars"],
)
def test_the_database_keeps_no_rate_that_cannot_be(values: dict[str, Any]) -> None:
    fields = {
        "currency": "INR",
        "day": DAY,
        "rate": Decimal(60),
        "source": "x",
        "programme_id": OURS,
    } | values
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeRate.objects.create(**fields)


# Converting ------------------------------------------------------------------------------------------------


def test_an_amount_is_converted_by_the_rates_that_were_loaded() -> None:
    load()
    found = convert(Money(Decimal(100), "USD"), "INR", dt.date(2010, 5, 9))
    assert found.money == Money(Decimal("4470.93"), "INR")
    used = dict(
        ExchangeRate.objects.filter(pk__in=[rate.pk for rate in found.rates]).values_list("currency", "day")
    )
    assert used == {"USD": DAY, "INR": DAY}
    assert {rate.source for rate in found.rates} == {"ECB euro reference rates"}


def test_a_typed_rate_holds_for_its_own_programme_alone() -> None:
    load()
    own = typed(OURS, "INR", "60", day=dt.date(2010, 5, 1), last_day=dt.date(2010, 5, 31))
    euro = Money(Decimal(1), "EUR")
    found = {who: convert(euro, "INR", DAY, who) for who in (OURS, THEIRS, None)}
    assert {who: str(one.money.amount) for who, one in found.items()} == {
        OURS: "60.00",
        THEIRS: "58.52",
        None: "58.52",
    }
    assert [rate.pk for rate in found[OURS].rates] == [own.pk]
    assert str(convert(euro, "INR", dt.date(2010, 5, 31), OURS).money.amount) == "60.00"


def test_a_withdrawn_rate_is_not_used() -> None:
    typed(OURS, "INR", "60", withdrawn_at=dt.datetime(2010, 6, 1, tzinfo=dt.UTC))
    with pytest.raises(RateMissing):
        convert(Money(Decimal(1), "EUR"), "INR", DAY, OURS)
    typed(OURS, "INR", "61")
    assert str(convert(Money(Decimal(1), "EUR"), "INR", DAY, OURS).money.amount) == "61.00"


@pytest.mark.parametrize("day", [dt.date.min, dt.date(1998, 12, 31), dt.date(2010, 5, 12), dt.date.max])
def test_a_day_without_a_rate_is_named(day: dt.date) -> None:
    load()
    with pytest.raises(RateMissing) as missing:
        convert(Money(Decimal(1), "EUR"), "INR", day)
    assert (missing.value.currency, missing.value.day) == ("INR", day)


def test_many_amounts_cost_one_query_and_few_rows() -> None:
    load()
    amounts = [
        (Money(Decimal(n), currency), dt.date(2010, 5, 3) + dt.timedelta(days=n % 3))
        for n in range(1, 200)
        for currency in ("INR", "USD", "EUR")
    ]
    with CaptureQueriesContext(connection) as asked:
        total = total_of([*amounts, (Money(Decimal(7), "CYP"), DAY)], "EUR")
    assert len(asked) == 1
    assert total.counted == len(amounts)
    assert [(left.original.currency, left.day) for left in total.left_out] == [("CYP", DAY)]
    each = [convert(money, "EUR", day).exact for money, day in amounts[:9]]
    assert total_of(amounts[:9], "EUR").money == Money(sum(each, Decimal(0)), "EUR").rounded
    with CaptureQueriesContext(connection) as asked:
        assert total_of([], "EUR").counted == 0
    assert len(asked) == 0


def test_only_what_is_needed_is_read() -> None:
    load()
    book = rates_for(["INR"], DAY, DAY)
    assert book.rate("INR", "EUR", DAY) is not None
    assert book.rate("USD", "EUR", DAY) is not None  # by which rates against the dollar are joined
    assert book.rate("JPY", "EUR", DAY) is None
