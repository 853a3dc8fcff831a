"""Reports that are sent regularly, as the tests set them up and let them run."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from monitoring import services
from monitoring.models import Report, ReportSchedule
from monitoring.rules.schedules import Every
from tests.conftest import World
from twinning.core import jobs
from twinning.core.models import Job, Letter

DAY = dt.timedelta(days=1)


def schedule(world: World, **values: Any) -> ReportSchedule:
    given: dict[str, Any] = {
        "actor": world.manager,
        "programme": world.programme,
        "kind": "activity-status",
        "every": Every.QUARTER,
        "recipients": [world.donor.pk, world.coordinator.pk],
    }
    return services.schedule_report(**(given | values))


def due(made: ReportSchedule) -> None:
    ReportSchedule.objects.filter(pk=made.pk).update(next_on=timezone.localdate())


def now(made: ReportSchedule) -> ReportSchedule:
    return ReportSchedule.objects.get(pk=made.pk)


def work() -> list[Report]:
    """Let workers do all that waits; the reports as they stand then."""
    while (job := Job.objects.filter(status=Job.Status.QUEUED).order_by("pk").first()) is not None:
        jobs.work(job.pk, heartbeat=False)
    return list(Report.objects.order_by("pk"))


def run(made: ReportSchedule) -> Report:
    due(made)
    assert services.run_schedules() == 1
    return work()[-1]


def letters() -> dict[str, Letter]:
    return {letter.to.name: letter for letter in Letter.objects.order_by("pk")}
