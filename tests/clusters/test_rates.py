"""Exchange rates on pages: who may, what is refused beside its field, and what is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from clusters import services
from clusters.queries import RateQuerySet
from tests.clusters.conftest import Visitor
from tests.conftest import World
from tests.core.ecb_files import DAYS, wide_csv, zipped
from twinning.core.access import DomainError, PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Change, ExchangeRate, RateLoad, User

Visit = Callable[[User], Visitor]
DAY = dt.date(2010, 5, 4)


def typed(world: World, **values: Any) -> ExchangeRate:
    fields = {"currency": "INR", "day": DAY, "rate": Decimal("60.5"), "source": "UN, May 2010"} | values
    return services.type_rate(actor=world.manager, programme=world.programme, **fields)


def file_of(data: bytes, name: str = "eurofxref-hist.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


def text(answer: Any) -> str:
    return str(answer.content.decode())


# Typing ----------------------------------------------------------------------------------------------------


def test_a_rate_is_typed_with_its_source(world: World, visit: Visit) -> None:
    sent = {"currency": "inr", "base": "USD", "day": "2010-05-01", "last_day": "2010-05-31"}
    answer = visit(world.manager).post("rate_new", **sent, rate="44.35", source=" UN, May 2010 ")
    assert answer.status_code == 302
    rate = ExchangeRate.objects.get()
    assert (rate.currency, rate.base, rate.rate, rate.source) == (
        "INR",
        "USD",
        Decimal("44.35"),
        "UN, May 2010",
    )
    assert (rate.origin, rate.programme_id) == ("typed", world.programme.pk)
    assert Change.objects.of(rate).get().programme_id == world.programme.pk


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"source": "  "}, "source", "required"),
        ({"rate": "sixty"}, "rate", "number"),
        ({"rate": "0"}, "rate", "greater than or equal"),
        ({"rate": "-1"}, "rate", "greater than or equal"),
        ({"rate": "1.123456789"}, "rate", "8 decimal places"),
        ({"rate": "123456789"}, "rate", "7 digits"),
        ({"rate": "NaN"}, "rate", "number"),
        ({"currency": "Rs"}, "currency", "Three capital letters"),
        ({"currency": "EUR"}, "__all__", "no rate against itself"),
        ({"day": "9999-12-31"}, "day", "less than or equal"),
        ({"day": "tomorrow"}, "day", "valid date"),
        ({"last_day": "2010-05-01"}, "__all__", "before the first"),
        ({"base": "INR"}, "base", "valid choice"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    world: World, visit: Visit, values: dict[str, str], field: str, said: str
) -> None:
    fine = {"currency": "INR", "base": "EUR", "day": "2010-05-04", "rate": "60", "source": "Bulletin"}
    found = errors(visit(world.manager).post("rate_new", **fine | values))
    assert said in " ".join(found[field])
    assert not ExchangeRate.objects.exists()


def test_there_is_one_own_rate_for_a_day(world: World, visit: Visit) -> None:
    first = typed(world)
    with pytest.raises(ValidationError, match="There is a rate for this day already"):
        typed(world, rate=Decimal(61))
    services.withdraw_rate(actor=world.manager, rate=first, version=None, reason="Mistyped")
    assert typed(world, rate=Decimal(61)).rate == 61
    with pytest.raises(ValidationError, match="source"):
        typed(world, currency="JPY", source=" ")


def test_each_programme_has_its_own(world: World, visit: Visit) -> None:
    typed(world)
    services.type_rate(
        actor=world.neighbour,
        programme=world.other_programme,
        currency="INR",
        day=DAY,
        rate=Decimal("77.77"),
        source="Theirs",
    )
    assert [rate.source for rate in RateQuerySet(ExchangeRate).visible_to(world.donor)] == ["UN, May 2010"]
    assert "77.77" not in text(visit(world.manager).get("rates"))
    assert not RateQuerySet(ExchangeRate).visible_to(world.stranger).exists()


@pytest.mark.parametrize("who", ["coordinator", "cda", "donor", "partner", "neighbour"])
def test_only_who_manages_the_programme_writes(world: World, who: str) -> None:
    user, rate = getattr(world, who), typed(world)
    with pytest.raises(PermissionRefused):
        services.type_rate(
            actor=user, programme=world.programme, currency="JPY", day=DAY, rate=Decimal(1), source="x"
        )
    with pytest.raises(PermissionRefused):
        services.withdraw_rate(actor=user, rate=rate, version=None, reason="x")
    with pytest.raises(PermissionRefused):
        services.upload_rates(actor=user, programme=world.programme, filename="a.csv", data=wide_csv())


# Withdrawing -----------------------------------------------------------------------------------------------


def test_a_withdrawn_rate_is_kept_with_its_reason(world: World, visit: Visit) -> None:
    rate = typed(world)
    manager = visit(world.manager)
    form = manager.form("rate_withdraw", rate.pk)
    assert "1 EUR = 60.5 INR" in text(manager.get("rate_withdraw", rate.pk))
    assert "reason" in errors(manager.post("rate_withdraw", rate.pk, **form))
    assert manager.post("rate_withdraw", rate.pk, **form, reason="A digit was missing").status_code == 302
    assert "60.5" not in text(manager.get("rates"))
    kept = text(manager.get("rates", state="withdrawn"))
    assert "60.5" in kept
    assert "A digit was missing" in kept
    assert Change.objects.of(rate).first().reason == "A digit was missing"  # type: ignore[union-attr]


def test_a_rate_is_withdrawn_once_and_as_it_was_seen(world: World) -> None:
    rate = typed(world)
    with pytest.raises(StaleVersion):
        services.withdraw_rate(actor=world.manager, rate=rate, version=7, reason="x")
    with pytest.raises(DomainError, match="Say why"):
        services.withdraw_rate(actor=world.manager, rate=rate, version=1, reason=" ")
    services.withdraw_rate(actor=world.manager, rate=rate, version=1, reason="x")
    with pytest.raises(WrongState):
        services.withdraw_rate(actor=world.manager, rate=rate, version=None, reason="x")


def test_a_published_rate_is_nobodys_to_withdraw(world: World, visit: Visit) -> None:
    services.upload_rates(actor=world.manager, programme=world.programme, filename="a.csv", data=wide_csv())
    rate = ExchangeRate.objects.all()[0]
    with pytest.raises(PermissionRefused, match="Only a rate that was typed"):
        services.withdraw_rate(actor=world.manager, rate=rate, version=None, reason="x")
    assert visit(world.manager).get("rate_withdraw", rate.pk).status_code == 404


# Loading ---------------------------------------------------------------------------------------------------


def test_a_file_is_uploaded_and_what_it_brought_is_said(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    answer = manager.client.post(
        manager.address("rates_upload"),
        {"file": file_of(zipped(wide_csv()), "eurofxref-hist.zip")},
        follow=True,
    )
    assert "9 rates were new, 0 stood already." in text(answer)
    assert "from 31 December 2007 to 4 May 2010" in text(answer)
    assert "Files that you loaded" in text(manager.get("rates_upload"))
    assert "Files that you loaded" not in text(visit(world.cta).get("rates_upload"))


def test_a_bad_file_is_refused_beside_the_field(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    answer = manager.post("rates_upload", file=file_of(b"Date,USD,\n2010-05-04,much,\n"))
    assert errors(answer)["file"] == ["Nothing was loaded: row 2, USD: “much” is not a rate."]
    assert errors(manager.post("rates_upload", file=file_of(b"")))["file"] == ["The submitted file is empty."]
    assert not RateLoad.objects.exists()


def test_a_file_that_is_too_large_is_not_read(world: World, visit: Visit, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024**2
    answer = visit(world.manager).post("rates_upload", file=file_of(b"Date," * 300_000))
    assert errors(answer)["file"] == ["The file is larger than 1 MB."]


def test_a_large_file_is_left_to_a_worker(world: World, visit: Visit) -> None:
    many = {
        f"{1999 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}": DAYS["2010-05-04"] for n in range(4, 3800)
    }
    answer = visit(world.manager).post("rates_upload", file=file_of(wide_csv(many)))
    load = RateLoad.objects.get()
    assert load.job is not None
    assert answer["Location"] == f"/jobs/{load.job.pk}"
    assert not ExchangeRate.objects.exists()
    waiting = text(visit(world.manager).get("rates_upload"))
    assert "waiting" in waiting


# The list --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "rates"),
    [
        (
            {},
            "INR60.5 INR58.52 JPY123.6 USD1.3089 INR58.98 JPY125.11 USD1.3238 CYP0.585274 JPY164.93 USD1.4721",
        ),
        ({"currency": "inr"}, "INR60.5 INR58.52 INR58.98"),
        ({"currency": "INR", "sort": "day"}, "INR58.98 INR58.52 INR60.5"),
        ({"origin": "typed"}, "INR60.5"),
        ({"on": "2010-05-03"}, "INR58.98 JPY125.11 USD1.3238"),
        ({"on": "2010-05-31"}, "INR60.5"),
        ({"on": "2008-01-09"}, ""),
        ({"state": "withdrawn"}, "KRW1400"),
    ],
)
def test_rates_are_filtered_and_sorted(world: World, visit: Visit, query: dict[str, str], rates: str) -> None:
    services.upload_rates(actor=world.manager, programme=world.programme, filename="a.csv", data=wide_csv())
    typed(world, last_day=dt.date(2010, 5, 31))
    gone = typed(world, currency="KRW", rate=Decimal(1400))
    services.withdraw_rate(actor=world.manager, rate=gone, version=None, reason="x")
    lines = visit(world.donor).get("rates", **query).context["lines"]
    assert [f"{line.rate.currency}{line.rate.rate.normalize():f}" for line in lines] == rates.split()


def test_who_may_not_write_is_offered_nothing_to_write(world: World, visit: Visit) -> None:
    assert "Load the file that the ECB publishes" in text(visit(world.manager).get("rates"))
    rate = typed(world)
    for user, offered in ((world.manager, True), (world.donor, False)):
        page = text(visit(user).get("rates"))
        assert (f"/rates/{rate.pk}/withdraw" in page) is offered
        assert ("/rates/new" in page) is offered
