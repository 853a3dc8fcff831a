"""Doubtful periods: a person decides, and what was printed stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from activities import services
from activities.models import Activity
from tests.activities.conftest import Log, address
from tests.conftest import World
from twinning.core.access import DomainError


@pytest.mark.parametrize(
    ("sent", "edtf"),
    [
        ({"choice": "proposed"}, "{2009-12,2010-02}"),
        ({"choice": "0"}, "{2010-12,2010-02}"),
        ({"choice": "other", "correction": "12-22 Dec 2009"}, "2009-12-12/2009-12-22"),
    ],
)
def test_each_way_to_decide_keeps_the_printed_text(
    world: World, log: Log, sign_in: Any, sent: dict[str, str], edtf: str
) -> None:
    activity = log("On-site training", "Dec and Feb 2010", printed=True)
    assert activity.period_doubtful
    answer = sign_in(world.cda).post(address("activity_period", world, activity.pk), sent | {"version": 1})
    assert answer.status_code == 302
    decided = Activity.objects.get()
    assert (decided.period_text, decided.period_edtf) == ("Dec and Feb 2010", edtf)
    assert not decided.period_doubtful
    assert decided.period_confirmed_by == world.cda
    assert decided.reading.edtf == "{2009-12,2010-02}"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"choice": "other"}, "correction"),
        ({"choice": "other", "correction": "9/5/2009"}, "correction"),
        ({"choice": "other", "correction": "sometime soon"}, "correction"),
        ({"choice": "proposed", "correction": "May 2010"}, "correction"),
        ({}, "choice"),
    ],
)
def test_a_correction_must_have_one_meaning(
    world: World, log: Log, sign_in: Any, sent: dict[str, str], field: str
) -> None:
    activity = log("On-site training", "Dec and Feb 2010", printed=True)
    answer = sign_in(world.cda).post(address("activity_period", world, activity.pk), sent | {"version": 1})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Activity.objects.get().period_doubtful


def test_an_interval_that_ends_before_it_starts_is_kept_from_a_sheet_and_refused_on_entry(
    world: World, log: Log
) -> None:
    printed = "18-05-2008 to 11-05-2008"
    activity = log("Training", printed, printed=True)
    assert activity.period_text == printed
    assert "invalid_as_printed" in activity.period_flags
    with pytest.raises(ValidationError):
        log("Training", printed)


def test_a_reading_that_is_not_there_cannot_be_chosen(world: World, log: Log) -> None:
    activity = log("Workshop", "May 2010")
    with pytest.raises(DomainError):
        services.confirm_period(actor=world.cda, activity=activity, version=None, alternative=7)


def test_somebody_who_decided_meanwhile_is_not_overruled_unseen(world: World, log: Log, sign_in: Any) -> None:
    activity = log("On-site training", "Dec and Feb 2010", printed=True)
    services.confirm_period(actor=world.manager, activity=activity, version=1)
    answer = sign_in(world.cda).post(
        address("activity_period", world, activity.pk), {"choice": "0", "version": 1}
    )
    assert answer.status_code == 409
    assert Activity.objects.get().period_edtf == "{2009-12,2010-02}"


def test_the_queue_leads_from_one_doubt_to_the_next(world: World, log: Log, sign_in: Any) -> None:
    first = log("One", "9/5/2009", printed=True)
    second = log("Two", "1/12/2010", printed=True)
    log("Three", "May 2010")
    log("Of another cluster", "2/3/2010", world.footwear, printed=True)
    client = sign_in(world.cda)
    page = client.get(address("doubtful_periods", world))
    assert [row.title for row, _view in page.context["lines"]] == ["One", "Two"]
    to_next = client.post(
        f"{address('activity_period', world, first.pk)}?queue=1", {"choice": "proposed", "version": 1}
    )
    assert to_next.url == f"{address('activity_period', world, second.pk)}?queue=1"
    last = client.post(to_next.url, {"choice": "0", "version": 1})
    assert last.url == address("doubtful_periods", world)
    assert b"No period is in doubt" in client.get(last.url).content


def test_a_donor_reads_the_doubt_but_has_no_queue(world: World, log: Log, sign_in: Any) -> None:
    activity = log("One", "9/5/2009", printed=True)
    client = sign_in(world.donor)
    assert b"doubtful" in client.get(address("activity", world, activity.pk)).content
    assert client.get(address("doubtful_periods", world)).status_code == 403
    assert client.get(address("activity_period", world, activity.pk)).status_code == 403
