"""A job for tests with real workers, and the commands that such a test gives in a process of its own.

Its effect is one row of ``Change`` that names the job: none means lost, two mean done twice.
"""

from __future__ import annotations

import os
import random
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
import django

if __name__ == "__main__":
    django.setup()

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from twinning.core import jobs
from twinning.core.jobs import Result, Run, job
from twinning.core.models import Change, Job, User

KIND = "tests.counted"


@job(KIND)
def counted(run: Run) -> Any:
    """Work for a moment, in small steps, then leave one mark."""
    for step in range(3):
        run.progress(step, 3, "at work")
        time.sleep(random.uniform(0.001, run.job.params["seconds"]))

    def effect() -> Result:
        Change.objects.create(
            action=Change.Action.CREATED,
            content_type=ContentType.objects.get_for_model(Job),
            object_id=run.job.pk,
            object_text="mark",
        )
        return Result({"marked": True})

    return effect


def ask(count: int, seconds: float) -> None:
    user = User.objects.create(email=f"asker-{os.getpid()}@test.example", name="Asker", password="!")
    for number in range(count):
        jobs.enqueue(KIND, actor=user, title=f"Job {number}", params={"seconds": seconds})


def ask_report() -> None:
    from clusters.models import Programme
    from clusters.models.membership import Membership
    from clusters.rules import Role
    from monitoring.services import request_report

    programme = Programme.objects.get(slug="tfind04a01")
    manager = Membership.objects.filter(programme=programme, role=Role.MANAGER)[0].user
    report = request_report(
        actor=manager,
        programme=programme,
        kind="activity-status",
        as_of=timezone.localdate(),
        options={"parsed": True},
    )
    print(report.pk)


def ask_letters(count: int) -> None:
    from clusters.services import open_programme
    from twinning.core.letters import queue_letter
    from twinning.core.models import Letter

    reader = User.objects.create(email="reader@test.example", name="Reader", password="!", is_staff=True)
    programme = open_programme(actor=reader, slug="letters", title="Letters")
    for number in range(count):
        queue_letter(
            to=reader,
            kind=Letter.Kind.NOTICE,
            key=f"letter {number}",
            subject=f"Letter {number}",
            body="Read me.",
            about={"programme": programme.pk},
        )


if __name__ == "__main__":
    # The worker imports this module by its name; the handler must be known under the same one.
    if sys.argv[1] == "ask":
        ask(int(sys.argv[2]), float(sys.argv[3]))
    elif sys.argv[1] == "letters":
        ask_letters(int(sys.argv[2]))
    else:
        ask_report()
