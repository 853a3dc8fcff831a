"""Many records written in one go leave the same rows and the same history as one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from activities.models import Activity, ActivityCluster, ActivityOrganisation
from tests.conftest import World
from twinning.core import history
from twinning.core.history_many import Creations, Edits
from twinning.core.models import Change

pytestmark = pytest.mark.django_db
ODD = 'Tab\there, back\\slash \\N, "id":-1, 100 %s\nand “quotes”'
VALUES: dict[str, Any] = {"title": ODD, "note": "\\.", "period_start": dt.date(2008, 9, 1), "kind": "TB"}


def told(*records: Any) -> list[dict[str, Any]]:
    """What history says of these records, without what must differ: ids and the moment."""
    changes = [change for record in records for change in Change.objects.of(record)]
    own = {"id", "at", "object_id", "parent_id"}
    rows = [{k: v for k, v in change.__dict__.items() if k not in own and k[0] != "_"} for change in changes]
    for row in rows:
        row["fields"] = {name: _nameless(pair) for name, pair in row["fields"].items()}
    return rows


def _nameless(pair: list[Any]) -> list[Any]:
    return [value["text"] if isinstance(value, dict) and "text" in value else value for value in pair]


def columns(record: Any) -> dict[str, Any]:
    record.refresh_from_db()
    own = {"id", "created_at", "updated_at", "activity_id"}
    return {
        f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields if f.attname not in own
    }


def one_by_one(world: World) -> tuple[Activity, ActivityCluster, ActivityOrganisation]:
    activity = history.create(
        Activity(programme=world.programme, **VALUES), actor=world.cda, reason="a sheet"
    )
    place = ActivityCluster(activity=activity, cluster=world.leather, number=3)
    part = ActivityOrganisation(activity=activity, organisation=world.clri, role="organiser")
    for record in (place, part):
        history.create(record, actor=world.cda, parent=activity)
    return activity, place, part


def all_at_once(
    world: World, count: int = 1, leave_out: set[int] | None = None
) -> list[tuple[Activity, ActivityCluster, ActivityOrganisation]]:
    blank = Activity(programme=world.programme)
    new = Creations(Activity(programme=world.programme), actor=world.cda, reason="a sheet")
    places = Creations(
        ActivityCluster(activity=blank, cluster=world.leather), actor=world.cda, part_of="activity"
    )
    parts = Creations(
        ActivityOrganisation(activity=blank, role="organiser"), actor=world.cda, part_of="activity"
    )
    shared = new.ready({name: VALUES[name] for name in VALUES if name != "title"})
    for place in range(count):
        new.add({"title": ODD}, shared)
        places.add({"number": 3}, whole=place, text=ODD)
        parts.add({"organisation": world.clri}, whole=place, text=ODD)
    with transaction.atomic():
        ids = new.write(leave_out=leave_out or set())
        assert [pk is None for pk in ids] == [place in (leave_out or set()) for place in range(count)]
        assert places.write(ids).count(None) == parts.write(ids).count(None) == len(leave_out or set())
    made = Activity.objects.filter(pk__in=[pk for pk in ids if pk]).order_by("id")
    return [(one, one.cluster_links.get(), one.organisation_links.get()) for one in made]


def test_new_records_and_their_parts_are_the_same(world: World) -> None:
    single, [many] = one_by_one(world), all_at_once(world)
    for one, other in zip(single, many, strict=True):
        assert columns(one) == columns(other)
    assert told(*single) == told(*many)
    changes = Change.objects.filter(parent_id=many[0].pk, parent_type__model="activity").order_by("id")
    assert [change.object_id for change in changes] == [record.pk for record in many[1:]]
    assert {change.fields["activity"][1]["id"] for change in changes} == {many[0].pk}


def test_what_is_left_out_takes_its_parts_along(world: World) -> None:
    made = all_at_once(world, 3, {1})
    assert len(made) == ActivityCluster.objects.count() == ActivityOrganisation.objects.count() == 2
    assert Change.objects.filter(reason="a sheet").count() == 2


def test_changes_touches_and_removals_are_the_same(world: World) -> None:
    single, [many] = one_by_one(world), all_at_once(world)
    new = {"title": "Fair\t2", "period_start": None, "kind": "TB"}
    activity, place, part = single
    history.remove(part, actor=world.cda, reason="b", parent=activity)
    history.change_part(place, {"number": 4}, actor=world.cda, reason="b", parent=activity)
    activity = history.change(activity, dict(new), actor=world.cda, version=1, reason="b")
    edits = {model: Edits(model, actor=world.cda, reason="b") for model in map(type, many)}
    edits[ActivityOrganisation].remove(many[2], parent=many[0])
    assert edits[ActivityCluster].change(many[1], {"number": 4}, parent=many[0])
    assert edits[Activity].change(many[0], new)
    assert not edits[Activity].change(many[0], {"kind": "TB"})
    assert Change.objects.of(many[0]).count() == 1
    for some in edits.values():
        some.write()
    assert told(activity, place) == told(many[0], many[1])
    assert (columns(activity), columns(place)) == (columns(many[0]), columns(many[1]))
    assert not ActivityOrganisation.objects.exists()
    removed = Change.objects.filter(action="removed")
    assert [change.object_text for change in removed] == ["Leather Research Institute: organiser"] * 2


def test_a_touch_raises_the_version_and_says_nothing(world: World) -> None:
    [(activity, _place, _part)] = all_at_once(world)
    moment, said = activity.updated_at, Change.objects.count()
    edits = Edits(Activity, actor=world.cda)
    edits.touch(activity)
    edits.write()
    activity.refresh_from_db()
    assert (activity.version, Change.objects.count()) == (2, said)
    assert activity.updated_at > moment
