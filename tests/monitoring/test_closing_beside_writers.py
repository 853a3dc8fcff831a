"""A period is closed while somebody changes its records: the change is counted, or it is noted; never neither."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connections, transaction

from activities import services as log
from activities.models import Activity, Participation
from monitoring import services
from monitoring.models import Closing, ClosingTouch, Indicator
from monitoring.queries.closings import frozen_figures
from tests.monitoring.results import event, head_count, tables
from tests.monitoring.test_closings import quarter

__all__ = ["quarter"]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_under_way_is_waited_for(world, quarter):
    tables(world)
    course = event(world, "Course", "Feb 2010")
    head_count(world, course, 12)
    closing = services.open_closing(actor=world.manager, period=quarter, cluster=world.leather)
    services.submit_closing(actor=world.coordinator, closing=closing, version=None)
    changed = threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                log.add_participation(
                    actor=world.manager,
                    activity=Activity.objects.get(),
                    organisation=world.tannery,
                    unspecified=3,
                    note="Attendance sheet.",
                )
                changed.set()
                time.sleep(1)
        finally:
            connections.close_all()

    writer = threading.Thread(target=change)
    writer.start()
    assert changed.wait(20)
    services.approve_closing(actor=world.manager, closing=closing, version=None)
    writer.join(20)
    assert Participation.objects.count() == 2
    frozen = frozen_figures(Closing.objects.get(pk=closing.pk))
    number = frozen[Indicator.objects.get(code="T9.8").pk].number
    assert (number, ClosingTouch.objects.count()) == (15, 0)
