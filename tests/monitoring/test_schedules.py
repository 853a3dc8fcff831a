"""Reports that are sent regularly: set up and changed, by whom and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from monitoring import services
from monitoring.models import ReportSchedule
from monitoring.rules.schedules import Every, next_day
from tests.monitoring.scheduling import due, now, schedule, work
from twinning.core.access import DomainError, PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Change, Letter

# Setting up -----------------------------------------------------------------------------------------------


def test_it_begins_after_the_stretch_that_runs(world):
    made = schedule(world, days_after=5)
    assert made.next_on == next_day(Every.QUARTER, 5, timezone.localdate())
    assert services.run_schedules() == 0
    changes = list(Change.objects.of(made).order_by("pk"))
    assert [change.action for change in changes] == ["created", "changed"]
    assert changes[1].fields == {"recipients": [[], ["Coordinator", "Donor"]]}


def test_who_may_not_ask_for_a_report_cannot_have_it_made(world):
    for who, cluster in [(world.donor, None), (world.cda, None), (world.cda, world.footwear)]:
        with pytest.raises(PermissionRefused):
            schedule(world, actor=who, cluster=cluster, recipients=[who.pk])
    own = schedule(world, actor=world.cda, cluster=world.leather, recipients=[world.cda.pk])
    assert own.owner == world.cda


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "none"}, "kind"),
        ({"options": {"colour": True}}, "options"),
        ({"recipients": []}, "recipients"),
        ({"recipients": list(range(1000, 1060))}, "recipients"),
        ({"recipients": [10**9]}, "recipients"),
        ({"kind": "diagnostic-study"}, "cluster"),
    ],
)
def test_what_cannot_be_sent_is_refused_beside_its_field(world, wrong, field):
    with pytest.raises(DomainError) as refused:
        schedule(world, **wrong)
    assert list(refused.value.fields) == [field]
    assert not ReportSchedule.objects.exists()


def test_only_people_of_the_programme_get_it_and_only_the_management_writes_to_others(world):
    for actor, to in [
        (world.manager, world.stranger),
        (world.manager, world.neighbour),
        (world.coordinator, world.donor),
    ]:
        with pytest.raises(DomainError, match="offered"):
            schedule(world, actor=actor, recipients=[to.pk])
    schedule(world, actor=world.coordinator, recipients=[world.coordinator.pk])


def test_who_may_not_issue_cannot_have_it_issued(world):
    with pytest.raises(DomainError) as refused:
        schedule(world, actor=world.coordinator, recipients=[world.coordinator.pk], issue_at_once=True)
    assert list(refused.value.fields) == ["issue_at_once"]


def test_a_programme_has_so_many_and_no_more(world, monkeypatch):
    monkeypatch.setattr("monitoring.services.schedules.MOST_SCHEDULES", 1)
    first = schedule(world)
    with pytest.raises(DomainError, match="at most 1"):
        schedule(world)
    services.end_schedule(actor=world.manager, schedule=first, version=None)
    schedule(world)


# Changing ---------------------------------------------------------------------------------------------------


def test_it_is_changed_by_its_owner_and_the_management(world):
    made = schedule(world, actor=world.coordinator, recipients=[world.coordinator.pk])
    changed = services.change_schedule(
        actor=world.manager,
        schedule=made,
        version=made.version,
        every=Every.YEAR,
        recipients=[world.donor.pk],
    )
    assert now(changed).next_on == next_day(Every.YEAR, 10, timezone.localdate())
    assert [user.name for user in changed.recipients.all()] == ["Donor"]
    assert changed.owner == world.coordinator
    # The owner keeps who was chosen by the management, and adds nobody.
    services.change_schedule(
        actor=world.coordinator,
        schedule=made,
        version=None,
        recipients=[world.donor.pk, world.coordinator.pk],
    )
    for who in (world.cda, world.donor):
        with pytest.raises(PermissionRefused):
            services.pause_schedule(actor=who, schedule=made, version=None)
    with pytest.raises(DomainError, match="may not issue"):
        services.change_schedule(actor=world.manager, schedule=made, version=None, issue_at_once=True)
    with pytest.raises(StaleVersion):
        services.change_schedule(actor=world.manager, schedule=made, version=1, days_after=3)


def test_a_pause_is_not_made_up_for(world):
    made = schedule(world)
    services.pause_schedule(actor=world.manager, schedule=made, version=None)
    with pytest.raises(WrongState):
        services.pause_schedule(actor=world.manager, schedule=made, version=None)
    due(made)
    assert services.run_schedules() == 0
    services.resume_schedule(actor=world.manager, schedule=made, version=None)
    with pytest.raises(WrongState):
        services.resume_schedule(actor=world.manager, schedule=made, version=None)
    assert now(made).next_on == next_day(Every.QUARTER, 10, timezone.localdate())
    assert services.run_schedules() == 0


def test_what_was_ended_is_neither_seen_nor_made_nor_sent(world):
    made = schedule(world)
    due(made)
    services.run_schedules()
    services.end_schedule(actor=world.manager, schedule=made, version=None)
    work()
    assert not Letter.objects.exists()
    due(made)
    assert services.run_schedules() == 0
    assert not ReportSchedule.objects.visible_to(world.manager).exists()
    with pytest.raises(WrongState):
        services.resume_schedule(actor=world.manager, schedule=made, version=None)


def test_one_sees_those_of_reports_that_one_may_ask_for(world):
    whole = schedule(world)
    near = schedule(world, cluster=world.leather)

    def seen(user: Any) -> set[int]:
        return set(ReportSchedule.objects.visible_to(user).values_list("pk", flat=True))

    assert seen(world.coordinator) == {whole.pk, near.pk}
    assert seen(world.cda) == {near.pk}
    for who in (world.cda_other, world.donor, world.stranger, world.neighbour):
        assert seen(who) == set()
