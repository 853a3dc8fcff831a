"""What looks like one event and is two: said once, kept, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from activities import services
from activities.models import Activity, AnotherEvent, ImportRow
from activities.queries import same_events
from tests.activities.conftest import Log, address
from tests.activities.importing import Importer
from tests.conftest import World
from twinning.core.access import DomainError, PermissionRefused
from twinning.core.queries import history_of

COURSE = "Short term training programme on cluster development"


@pytest.fixture
def pair(log: Log, world: World) -> tuple[Activity, Activity]:
    """Two courses of one name in one month."""
    return log(COURSE, "Sep-08", printed=True), log(COURSE, "Sep-08", world.footwear, printed=True)


def proposed(world: World, activity: Activity) -> list[int]:
    return [proposal.row.id for proposal in same_events(world.manager, activity, world.today)]


def test_what_was_told_apart_is_proposed_from_neither_side(
    world: World, pair: tuple[Activity, Activity], sign_in: Any
) -> None:
    leather, footwear = pair
    assert proposed(world, leather) == [footwear.pk]
    client = sign_in(world.manager)
    page = client.post(address("activity_apart", world, leather.pk, footwear.pk), follow=True)
    assert b"is not proposed again" in page.content
    assert b"Perhaps the same event" not in page.content
    assert proposed(world, leather) == proposed(world, footwear) == []


def test_it_stands_on_both_pages_and_is_taken_back_from_either(
    world: World, pair: tuple[Activity, Activity], sign_in: Any
) -> None:
    leather, footwear = pair
    client = sign_in(world.manager)
    client.post(address("activity_apart", world, leather.pk, footwear.pk))
    page = client.get(address("activity", world, footwear.pk))
    assert [row.id for row in page.context["told_apart"]] == [leather.pk]
    assert b"Propose it again" in page.content
    client.post(address("activity_apart_undo", world, footwear.pk, leather.pk))
    assert proposed(world, leather) == [footwear.pk]
    assert not AnotherEvent.objects.exists()


def test_history_tells_it_on_both_and_no_one_needs_to_save_anew(
    world: World, pair: tuple[Activity, Activity]
) -> None:
    for _time in range(2):
        services.tell_apart(actor=world.manager, activity=pair[0], other=pair[1])
    services.propose_again(actor=world.manager, activity=pair[0], other=pair[1])
    for activity in pair:
        removed, made = history_of(activity, reader=world.manager)[:2]
        assert (made.action, removed.action) == (
            f"created: told apart “{COURSE}”",
            f"removed: told apart “{COURSE}”",
        )
        version = activity.version
        activity.refresh_from_db()
        assert activity.version == version
    # Who does not see the other does not learn of it from the history of his own.
    services.tell_apart(actor=world.manager, activity=pair[0], other=pair[1])
    assert history_of(pair[0], reader=world.cda)[0].action == "created: told apart"


def test_it_needs_the_right_to_change_both(
    world: World, pair: tuple[Activity, Activity], sign_in: Any
) -> None:
    for service in (services.tell_apart, services.propose_again):
        with pytest.raises(PermissionRefused):
            service(actor=world.cda, activity=pair[0], other=pair[1])
    with pytest.raises(DomainError):
        services.tell_apart(actor=world.manager, activity=pair[0], other=pair[0])
    services.tell_apart(actor=world.manager, activity=pair[0], other=pair[1])
    page = sign_in(world.cda).get(address("activity", world, pair[0].pk))
    assert page.context["told_apart"] == []


def test_who_makes_them_one_after_all_takes_it_back(world: World, pair: tuple[Activity, Activity]) -> None:
    leather, footwear = pair
    services.tell_apart(actor=world.manager, activity=leather, other=footwear)
    services.merge_joint(actor=world.manager, keep=leather, other=footwear, version=None)
    services.undo_merge(actor=world.manager, other=footwear)
    assert proposed(world, leather) == [footwear.pk]


def test_an_answer_to_an_import_is_kept(world: World, log: Log, importer: Importer) -> None:
    log(COURSE, "Sep-08", world.footwear, printed=True)
    batch = importer.tried([["7", COURSE, "Sep-08"]])
    [row] = ImportRow.objects.filter(batch=batch)
    services.decide(actor=world.manager, batch=batch, decisions={row.pk: {"same": "other"}})
    importer.apply(batch)
    row.refresh_from_db()
    assert row.activity is not None
    assert proposed(world, row.activity) == []


def test_a_repeat_that_is_no_repeat_is_kept_apart(world: World, importer: Importer) -> None:
    batch = importer.tried([["1", "Core meeting", "Mar-08"], ["2", "Core meeting", "Mar-08"]])
    [row] = ImportRow.objects.filter(batch=batch, needs_answer=True)
    services.decide(actor=world.manager, batch=batch, decisions={row.pk: {"same": "other"}})
    importer.apply(batch)
    for activity in Activity.objects.all():
        assert proposed(world, activity) == []


def test_the_next_import_does_not_ask_again(world: World, log: Log, importer: Importer) -> None:
    footwear = log(COURSE, "Sep-08", world.footwear, printed=True)
    sheet = [["7", COURSE, "Sep-08"]]
    batch = importer.applied(sheet)
    leather = Activity.objects.exclude(pk=footwear.pk).get()
    services.tell_apart(actor=world.manager, activity=leather, other=footwear)
    assert importer.tried(sheet).counts["questions"] == 0
    # Not even when the row is new once more.
    importer.undo(batch)
    again = importer.tried(sheet)
    assert (again.counts["new"], again.counts["questions"]) == (1, 0)
