"""The life of a job: asked for, claimed by one worker, renewed while it works, ended once.

A room registers what it can do::

    @job("activities.import")
    def apply_import(run: Run) -> Callable[[], Result]:
        ...long work, ``run.progress(done, total, message)`` now and then...
        return lambda: Result(...)  # the effect: database writes only, in the transaction that ends the job

A handler does its long work first and returns a function with its effect. That function runs in the same
transaction as the conditional UPDATE that ends the lease, so a job that two workers ran (a worker that was
thought dead, a message delivered twice) has its effect once.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import close_old_connections, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from twinning.core.access import DomainError, WrongState
from twinning.core.models import Job, User

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
BELL_SWEEPS = 6  # after so many sweeps a bell that nobody answered is rung again


@dataclass(frozen=True, slots=True)
class Result:
    """What a job leaves behind: ``data`` for the API, ``url`` of the page where a person finds it."""

    data: dict[str, Any] = field(default_factory=dict)
    url: str = ""


Effect = Callable[[], Result]
Handler = Callable[["Run"], Effect]
_handlers: dict[str, Handler] = {}


class Cancelled(Exception):
    """Raised inside a handler when the job was cancelled or its lease went to another worker."""


def job(kind: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(kind, handler) is not handler:
            raise RuntimeError(f"Two handlers for the job {kind!r}")
        return handler

    return register


def enqueue(
    kind: str, *, actor: User, title: str, params: dict[str, Any], programme_id: int | None = None
) -> Job:
    """Write the Job row and ring the bell when the transaction commits.

    If the broker is away the bell is lost, not the job: the sweeper rings again.
    """
    if kind not in _handlers:
        raise RuntimeError(f"Nothing handles the job {kind!r}")
    row = Job.objects.create(
        kind=kind, created_by=actor, title=title[:200], params=params, programme_id=programme_id
    )
    transaction.on_commit(lambda: ring(row.pk), robust=True)
    return row


# A page must not wait for a broker that is away or hangs; the sweeper has time to try again.
_IMPATIENT = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "retry_on_timeout": False,
}


def ring(*job_ids: int) -> None:
    """Tell the workers that these jobs wait. Raises the broker's errors, after about a second."""
    with current_app.connection_for_write(transport_options=_IMPATIENT) as connection:
        for job_id in job_ids:
            current_app.send_task("core.run_job", args=[job_id], connection=connection, retry=False)
    Job.objects.filter(pk__in=job_ids).update(rung_at=timezone.now())


def cancel(*, actor: User, job_id: int) -> Job:
    """Cancel a job that is not over. Raises WrongState when it is."""
    open_ = Job.objects.visible_to(actor).filter(
        pk=job_id, status__in=[Job.Status.QUEUED, Job.Status.RUNNING]
    )
    if not open_.update(status=Job.Status.CANCELLED, ended_at=timezone.now(), lease="", lease_until=None):
        raise WrongState(_("This job is already over."))
    return Job.objects.get(pk=job_id)


@dataclass(slots=True)
class Run:
    """One attempt at a job by the worker that holds its lease."""

    job: Job
    lease: str

    @property
    def _held(self) -> models.QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, lease=self.lease, status=Job.Status.RUNNING)

    def renew(self) -> bool:
        until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        return bool(self._held.update(lease_until=until))

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Show how far it is. Raises Cancelled when the job is no longer this worker's."""
        until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        held = self._held.update(progress=done, total=total, message=message[:200], lease_until=until)
        if not held:
            raise Cancelled

    def finish(self, effect: Effect) -> None:
        """Commit the effect and end the lease in one transaction; raises Cancelled if it is not held."""
        with transaction.atomic():
            if not self._held.update(status=Job.Status.DONE, ended_at=timezone.now(), message=""):
                raise Cancelled
            result = effect()
            Job.objects.filter(pk=self.job.pk).update(
                result=result.data,
                result_url=result.url,
                progress=models.F("total"),
                lease="",
                lease_until=None,
            )

    def fail(self, reason: str) -> None:
        self._held.update(
            status=Job.Status.FAILED, ended_at=timezone.now(), error=reason, lease="", lease_until=None
        )


def claim(job_id: int) -> Run | None:
    """Take a waiting job, or None when it is not waiting any more. Safe for any number of callers at once."""
    lease = uuid.uuid4().hex
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, status=Job.Status.QUEUED).update(
        status=Job.Status.RUNNING,
        lease=lease,
        lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
        started_at=now,
        attempts=models.F("attempts") + 1,
    )
    return Run(Job.objects.select_related("created_by").get(pk=job_id), lease) if taken else None


class _Heartbeat(threading.Thread):
    """Renews the lease while a handler is inside a long call that reports no progress."""

    def __init__(self, run: Run) -> None:
        super().__init__(daemon=True, name=f"lease-of-job-{run.job.pk}")
        self.run_, self.over = run, threading.Event()

    def run(self) -> None:
        try:
            while not self.over.wait(settings.JOB_LEASE_SECONDS / 4):
                if not self.run_.renew():
                    return
        finally:
            close_old_connections()

    def stop(self) -> None:
        self.over.set()
        self.join(timeout=5)


def work(job_id: int, *, heartbeat: bool = True) -> None:
    """Run one job to its end. What a person may read of a failure is kept; the rest goes to the log."""
    run = claim(job_id)
    if run is None:
        return
    beat = _Heartbeat(run) if heartbeat else None
    if beat:
        beat.start()
    try:
        run.finish(_handlers[run.job.kind](run))
    except Cancelled:
        log.info("job %s: cancelled or taken over", job_id)
    except DomainError as error:
        run.fail(str(error.message))
    except Exception:
        log.exception("job %s (%s) failed", job_id, run.job.kind)
        run.fail(
            _("Something went wrong that we did not foresee. It is in the server's log as job %d.") % job_id
        )
    finally:
        if beat:
            beat.stop()


def sweep() -> int:
    """Queue again what a dead worker held and ring for all that waits; returns how many bells it rang."""
    now = timezone.now()
    dead = Job.objects.filter(status=Job.Status.RUNNING, lease_until__lt=now)
    dead.filter(attempts__gte=MAX_ATTEMPTS).update(
        status=Job.Status.FAILED,
        ended_at=now,
        lease="",
        error=_("The worker stopped each time it tried this. Try with less data, or ask the administrator."),
    )
    dead.update(status=Job.Status.QUEUED, lease="", lease_until=None, rung_at=None)
    # A bell is on its way, or waits behind longer work; rung at every sweep, bells would pile up.
    unheard = models.Q(rung_at=None, created_at__lt=now - timedelta(seconds=settings.JOB_SWEEP_SECONDS / 2))
    unheard |= models.Q(rung_at__lt=now - timedelta(seconds=settings.JOB_SWEEP_SECONDS * BELL_SWEEPS))
    waiting = list(
        Job.objects.filter(unheard, status=Job.Status.QUEUED)
        .order_by("id")
        .values_list("pk", flat=True)[:1000]
    )
    ring(*waiting)
    return len(waiting)
