"""Every write keeps what stood before, and a second saver is noticed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from clusters.models import Cluster
from tests.conftest import World
from twinning.core import history
from twinning.core.access import StaleVersion
from twinning.core.models import Change


def test_a_change_keeps_before_and_after_who_and_why(world: World) -> None:
    history.change(
        world.leather, {"name": "Leather of Chennai"}, actor=world.cda, version=1, reason="as they say"
    )
    last = Change.objects.of(world.leather).first()
    assert last is not None
    assert (last.actor, last.action, last.reason) == (world.cda, "changed", "as they say")
    assert last.fields == {"name": ["Chennai leather", "Leather of Chennai"]}
    assert last.programme_id == world.programme.pk


def test_setting_what_stands_already_is_no_change(world: World) -> None:
    before = Change.objects.count()
    same = history.change(world.leather, {"name": "Chennai leather"}, actor=world.cda, version=1)
    assert (same.version, Change.objects.count()) == (1, before)


def test_a_second_saver_is_told_and_nothing_is_overwritten(world: World) -> None:
    history.change(world.leather, {"name": "First"}, actor=world.manager, version=1)
    with pytest.raises(StaleVersion) as stale:
        history.change(world.leather, {"name": "Second"}, actor=world.cda, version=1)
    assert stale.value.current.name == "First"
    assert Cluster.objects.get(pk=world.leather.pk).name == "First"


def test_bad_values_are_refused_by_field_and_leave_no_trace(world: World) -> None:
    before = Change.objects.count()
    with pytest.raises(ValidationError) as refused:
        history.change(world.leather, {"name": "", "label": "platinum"}, actor=world.cda, version=1)
    assert set(refused.value.message_dict) == {"name", "label"}
    assert Change.objects.count() == before


def test_a_removed_part_is_read_on_the_page_of_its_whole(world: World) -> None:
    role = world.tanners.roles.get()
    history.remove(role, actor=world.manager, parent=world.tanners, reason="left")
    removal = Change.objects.filter(parent_id=world.tanners.pk, action="removed").get()
    assert removal.fields["role"] == ["intermediary", None]
    assert removal.fields["cluster"] == [{"id": world.leather.pk, "text": "Chennai leather"}, None]


def test_what_was_recorded_is_neither_edited_nor_deleted(world: World) -> None:
    change = Change.objects.first()
    assert change is not None
    with pytest.raises(TypeError):
        change.save()
    with pytest.raises(TypeError):
        change.delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_savers_at_once_one_wins(world: World) -> None:
    """Both read version 1 and save in threads of their own: one change, one StaleVersion, on either database."""
    start, outcomes = threading.Barrier(2), []

    def save(name: str) -> None:
        try:
            start.wait(5)
            with transaction.atomic():
                history.change(world.leather, {"name": name}, actor=world.cda, version=1)
            outcomes.append("saved")
        except StaleVersion:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(name,)) for name in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["saved", "stale"]
    assert Cluster.objects.get(pk=world.leather.pk).version == 2


def test_numbers_that_are_equal_are_no_change(world: World) -> None:
    from clusters.services import add_figure, update_figure

    figure = add_figure(
        actor=world.cda, cluster=world.leather, measure="units", qualifier="exact", value=5, source="census"
    )
    same: Any = update_figure(actor=world.cda, figure=figure, version=1, value="5.00")
    assert same.version == 1
