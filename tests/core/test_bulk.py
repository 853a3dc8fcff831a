"""Many rows at once are the same rows as one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from activities.models import Activity
from tests.conftest import World
from twinning.core.bulk import Table, update

pytestmark = pytest.mark.django_db
VALUES: dict[str, Any] = {
    "title": "Workshop “=1+1” – tannery",
    "period_text": "Sep-07",
    "period_segments": [{"start": "2007-09", "end": "2007-09", "precision": "month"}],
    "period_flags": ["year_shared"],
    "support_share": "12.50",
    "period_open": False,
}


def inserted(rows: list[Activity]) -> list[Activity]:
    table = Table(Activity())
    with transaction.atomic():
        ids = table.insert([table.row_of(row) for row in rows])
    return list(Activity.objects.filter(pk__in=ids).order_by("id"))


def columns(activity: Activity) -> dict[str, Any]:
    own = {"id", "created_at", "updated_at"}
    found = Activity.objects.get(pk=activity.pk)
    return {f.attname: getattr(found, f.attname) for f in Activity._meta.concrete_fields if f.name not in own}


def test_rows_are_the_same_as_the_orm_makes_them(world: World) -> None:
    plain = Activity(programme=world.programme, **VALUES)
    plain.save()
    first, second = inserted([Activity(programme=world.programme, **VALUES) for _ in range(2)])
    assert columns(first) == columns(second) == columns(plain)
    assert len({plain.pk, first.pk, second.pk}) == 3
    assert Activity.objects.get(pk=second.pk).created_at is not None


def test_ids_go_on_where_they_were_whoever_inserts(world: World) -> None:
    made = []
    for _round in range(3):
        [one] = inserted([Activity(programme=world.programme, title="A")])
        other = Activity(programme=world.programme, title="B")
        other.save()
        made += [one.pk, other.pk]
    assert made == sorted(set(made))


def test_many_more_rows_than_a_statement_holds_and_none_at_all(world: World) -> None:
    table = Table(Activity(programme=world.programme))
    ids = table.insert([table.row(table.ready({"title": str(n)})) for n in range(12_500)])
    assert Activity.objects.count() == 12_500
    assert Activity.objects.get(title="12499").pk == ids[-1]
    assert table.insert([]) == []


def test_many_records_are_changed_at_once_and_the_others_stay(world: World) -> None:
    table = Table(Activity(programme=world.programme))
    ids = table.insert([table.row(table.ready({"title": str(n)})) for n in range(5200)])
    moment = Activity.objects.get(pk=ids[0]).updated_at
    values = {"title": "Fair\t\\N “at” 100 %s", "period_start": dt.date(2008, 9, 1), "period_flags": ["long"]}
    ready = table.ready(values)
    update(Activity, list(values), [(*ready.values(), pk) for pk in ids[:5100]])
    changed = Activity.objects.filter(**values, period_open=False)
    assert set(changed.values_list("pk", flat=True)) == set(ids[:5100])
    assert changed.filter(updated_at__gt=moment).count() == 5100
    update(Activity, ["period_start"], [(None, ids[0])])
    assert Activity.objects.get(pk=ids[0]).period_start is None
