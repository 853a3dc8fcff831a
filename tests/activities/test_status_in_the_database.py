"""What the database filters by is what the rules say, whatever the period."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Activity
from activities.rules import Status, may_overlap
from tests.conftest import World

days = st.dates(dt.date(2009, 1, 1), dt.date(2011, 12, 31))


@st.composite
def periods(draw: Any) -> dict[str, Any]:
    first, last = sorted([draw(days), draw(days)])
    is_open = draw(st.booleans())
    return {
        "period_start": draw(st.sampled_from([None, first])),
        "period_end": None if is_open else draw(st.sampled_from([None, last])),
        "period_open": is_open,
        "period_tentative": draw(st.sampled_from([False, False, True])),
        "status_set": draw(st.sampled_from(["", "", "", "planned", "ongoing", "done", "cancelled"])),
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(periods(), min_size=1, max_size=12), days, st.none() | days, st.none() | days)
def test_status_and_overlap(
    world: World, rows: list[dict[str, Any]], day: dt.date, first: dt.date | None, last: dt.date | None
) -> None:
    with transaction.atomic():
        Activity.objects.bulk_create(
            Activity(programme=world.programme, title=str(i), **row) for i, row in enumerate(rows)
        )
        found = list(Activity.objects.all())
        with_status: QuerySet[Any] = Activity.objects.with_status(day)
        told = with_status.values_list("status_now", flat=True)
        assert list(told) == [a.status_on(day).value for a in found]
        for status in Status:
            having = Activity.objects.having(status.value, day)
            assert {a.pk for a in having} == {a.pk for a in found if a.status_on(day) is status}
        overlapping = set(Activity.objects.overlapping(first, last).values_list("pk", flat=True))
        assert overlapping == {
            a.pk
            for a in found
            if may_overlap(first, last, start=a.period_start, end=a.period_end, is_open=a.period_open)
        }
        transaction.set_rollback(True)
