"""Exchange rates over the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clusters import services
from tests.api.conftest import Partner
from tests.conftest import World
from tests.core.ecb_files import wide_csv
from twinning.core.models import ExchangeRate

RATE = {
    "programme": "tanning",
    "currency": "INR",
    "base": "USD",
    "day": "2010-05-01",
    "last_day": "2010-05-31",
    "rate": "44.35",
    "source": "UN operational rates of exchange, May 2010",
}


@pytest.fixture
def manager(world: World) -> Partner:
    services.upload_rates(actor=world.manager, programme=world.programme, filename="a.csv", data=wide_csv())
    return Partner(world.manager)


def test_a_rate_is_typed_and_read(manager: Partner) -> None:
    made = manager.send("post", "rates/", RATE)
    assert made.status_code == 201
    shown = manager.get(f"rates/{made.json()['id']}/").json()
    assert {name: shown[name] for name in RATE} == RATE | {"rate": "44.35000000"}
    assert (shown["origin"], shown["holds_until"], shown["withdrawn_at"]) == ("typed", "2010-05-31", None)


def test_a_published_rate_is_of_no_programme_and_holds_a_week(manager: Partner) -> None:
    (rate,) = manager.get("rates/", currency="INR", day="2010-05-04").json()["results"]
    assert (rate["programme"], rate["origin"], rate["rate"]) == (None, "ecb", "58.52000000")
    assert (rate["last_day"], rate["holds_until"]) == (None, "2010-05-11")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"source": ""}, "#/source"),
        ({"rate": "0"}, "#/rate"),
        ({"rate": "1e400"}, "#/rate"),
        ({"rate": None}, "#/rate"),
        ({"currency": "rupee"}, "#/currency"),
        ({"currency": "inr"}, "#/currency"),
        ({"currency": "XYZ"}, "#/currency"),
        ({"base": "INR"}, "#/base"),
        ({"day": "May"}, "#/day"),
        ({"day": "9999-12-31"}, "#/day"),
        ({"programme": "other"}, "#/programme"),
        ({"origin": "ecb"}, "#/origin"),
    ],
)
def test_what_cannot_be_is_pointed_at(manager: Partner, change: dict[str, Any], pointer: str) -> None:
    answer = manager.send("post", "rates/", RATE | change)
    assert answer.status_code == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}


def test_a_second_rate_for_the_day_is_refused(manager: Partner) -> None:
    manager.send("post", "rates/", RATE)
    answer = manager.send("post", "rates/", RATE | {"rate": "45"})
    assert answer.status_code == 400
    assert "There is a rate for this day already" in answer.content.decode()


def test_a_rate_is_withdrawn_with_a_reason(manager: Partner) -> None:
    pk = manager.send("post", "rates/", RATE).json()["id"]
    assert manager.send("post", f"rates/{pk}/withdraw/").status_code == 400
    stale = manager.send("post", f"rates/{pk}/withdraw/", {"reason": "x"}, If_Match='"exchangerate-1-9"')
    assert stale.status_code == 412
    gone = manager.send("post", f"rates/{pk}/withdraw/", {"reason": "Mistyped"})
    assert gone.json()["withdrawn_at"] is not None
    assert manager.send("post", f"rates/{pk}/withdraw/", {"reason": "x"}).status_code == 409
    assert [row["id"] for row in manager.get("rates/", withdrawn="true").json()["results"]] == [pk]
    (change,) = manager.get("changes/", type="exchangerate", object_id=pk, after=0).json()["results"][1:]
    assert change["reason"] == "Mistyped"


def test_a_published_rate_is_not_withdrawn(manager: Partner) -> None:
    pk = ExchangeRate.objects.all()[0].pk
    assert manager.send("post", f"rates/{pk}/withdraw/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 10),
        ({"origin": "typed"}, 1),
        ({"programme": "tanning"}, 1),
        ({"programme": "other"}, 0),
        ({"currency": "INR"}, 3),
        ({"base": "USD"}, 1),
        ({"day": "2010-05-03"}, 3),
        ({"holding_on": "2010-05-03", "currency": "INR"}, 2),
        ({"holding_on": "2010-05-12"}, 1),
        ({"withdrawn": "false"}, 10),
        ({"withdrawn": "true"}, 0),
    ],
)
def test_rates_are_filtered(manager: Partner, query: dict[str, str], count: int) -> None:
    manager.send("post", "rates/", RATE)
    assert len(manager.get("rates/", **query).json()["results"]) == count


def test_another_programmes_rates_are_not_there(world: World, manager: Partner) -> None:
    pk = manager.send("post", "rates/", RATE).json()["id"]
    neighbour = Partner(world.neighbour)
    assert neighbour.get(f"rates/{pk}/").status_code == 404
    assert {row["origin"] for row in neighbour.get("rates/").json()["results"]} == {"ecb"}
    assert dt.date.fromisoformat(neighbour.get("rates/").json()["results"][0]["day"]).year == 2010
