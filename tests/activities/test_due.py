"""What was only called tentative is due once its time has come, until a person says that it took place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from activities import services
from activities.models import Activity, ImportRow
from activities.queries import status_counts
from activities.rules import Status, status_on
from tests.activities.conftest import Log, address
from tests.activities.importing import Importer
from tests.conftest import World

TITLE = 'Tentative programme for workshop on "Energy Conservation in Tanning Industry"'
HEAD = ["No", "Activity", "Date", "Status"]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (dt.date(2011, 6, 30), Status.PLANNED),
        (dt.date(2011, 7, 1), Status.DUE),
        (dt.date(2011, 7, 31), Status.DUE),
        (dt.date(2012, 7, 31), Status.DUE),
    ],
)
def test_it_is_due_from_its_first_day_on(day: dt.date, status: Status) -> None:
    july: dict[str, Any] = {"start": dt.date(2011, 7, 1), "end": dt.date(2011, 7, 31), "is_open": False}
    assert status_on(day, **july, tentative=True) is status
    assert status_on(day, **july, tentative=True, status_set="done") is Status.DONE


def test_what_has_no_period_is_undated_and_what_goes_on_is_due() -> None:
    nothing: dict[str, Any] = {"start": None, "end": None, "tentative": True}
    day = dt.date(2011, 7, 31)
    assert status_on(day, **nothing, is_open=False) is Status.UNDATED
    assert status_on(day, **nothing, is_open=True) is Status.DUE


def test_the_log_shows_counts_and_finds_it(world: World, log: Log, sign_in: Any) -> None:
    due = log(TITLE, "Jul-11", printed=True)
    log("Ambur Open", "Jul-10", printed=True)
    counts = status_counts(Activity.objects.visible_to(world.donor), world.today).counts
    assert {status: count for status, count in counts or () if count} == {Status.DUE: 1, Status.DONE: 1}
    query = {"status": "due", "on": "2011-07-31"}
    page = sign_in(world.donor).get(address("activities", world), query)
    assert [row.id for row in page.context["listing"].groups[0][1]] == [due.pk]
    services.set_status(actor=world.manager, activity=due, status="done", version=None)
    page = sign_in(world.donor).get(address("activities", world), query)
    assert page.context["listing"].groups[0][1] == []


def test_a_new_title_says_whether_it_is_still_tentative(world: World, log: Log) -> None:
    activity = log(TITLE, "Jul-11", printed=True)
    activity = services.update_activity(
        actor=world.manager, activity=activity, version=None, title="Workshop on energy conservation"
    )
    assert (activity.status_on(world.today), activity.period_flags) == (Status.DONE, [])
    activity = services.confirm_period(actor=world.manager, activity=activity, version=None)
    assert activity.status_on(world.today) is Status.DONE
    activity = services.update_activity(actor=world.manager, activity=activity, version=None, title=TITLE)
    assert activity.status_on(world.today) is Status.DUE
    assert "called tentative" in activity.reading.reasons


def test_a_reworded_row_of_a_sheet_does_the_same(world: World, importer: Importer) -> None:
    importer.applied([["31", TITLE, "Jul-11"]])
    batch = importer.tried([["31", TITLE.replace("Tentative", "Revised"), "Jul-11"]])
    [row] = ImportRow.objects.filter(batch=batch)
    services.decide(actor=world.manager, batch=batch, decisions={row.pk: {"period": -1}})
    batch = importer.apply(batch)
    assert Activity.objects.get().status_on(world.today) is Status.DONE
    importer.undo(batch)
    assert Activity.objects.get().status_on(world.today) is Status.DUE


@pytest.mark.parametrize("word", ["planned", "due", "tentative", "Da confermare"])
def test_a_sheet_that_calls_it_planned_sets_nothing_by_hand(
    world: World, importer: Importer, word: str
) -> None:
    options: dict[str, Any] = {"head": HEAD, "status_date": world.today}
    importer.applied([["31", TITLE, "Jul-11", word]], **options)
    assert Activity.objects.get().status_set == ""
    assert importer.tried([["31", TITLE, "Jul-11", word]], **options).counts["unchanged"] == 1
    importer.applied([["31", TITLE, "Jul-11", "done"]], **options)
    assert Activity.objects.get().status_on(world.today) is Status.DONE
