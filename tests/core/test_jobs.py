"""A job is done once, whoever dies meanwhile, and says in plain words how it fares."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.conftest import World, make_user
from twinning.core import jobs
from twinning.core.access import DomainError, WrongState
from twinning.core.jobs import Result, Run
from twinning.core.models import Job, User


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bells that were rung, instead of a broker."""
    bells: list[int] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **options: bells.append(args[0]))
    return bells


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``handler(function)`` makes the function handle jobs of the kind "test"."""

    def handle(function: Any) -> None:
        monkeypatch.setitem(jobs._handlers, "test", function)

    handle(lambda run: lambda: Result({"answer": 42}, "/there"))
    return handle


@pytest.fixture
def asker(db: None) -> User:
    return make_user("asker")


def ask(asker: User) -> Job:
    return jobs.enqueue("test", actor=asker, title="Something long", params={"n": 1})


def mark(effects: list[Any], what: Any) -> jobs.Effect:
    """An effect that can be counted."""

    def effect() -> Result:
        effects.append(what)
        return Result()

    return effect


def lapse(job: Job) -> None:
    """The worker that held it has been silent for too long."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_a_job_is_asked_for_done_and_found(asker, handler, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(asker)
        assert rung == []  # nobody may start before the row can be seen
    assert rung == [job.pk]
    jobs.work(job.pk, heartbeat=False)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    assert job.result == {"answer": 42}
    assert job.result_url == "/there"
    assert job.attempts == 1
    assert job.lease == ""


def test_an_unknown_kind_is_a_mistake_of_ours(asker):
    with pytest.raises(RuntimeError, match="Nothing handles"):
        jobs.enqueue("no-such-kind", actor=asker, title="x", params={})


def test_a_bell_rung_twice_starts_it_once(asker, handler, rung):
    effects: list[Any] = []
    handler(lambda run: mark(effects, run.job.pk))
    job = ask(asker)
    jobs.work(job.pk, heartbeat=False)
    jobs.work(job.pk, heartbeat=False)
    assert effects == [job.pk]


def test_progress_is_seen_and_keeps_the_lease(asker, handler, rung):
    seen: list[Job] = []

    def long(run: Run) -> Any:
        lapse(run.job)
        run.progress(3, 4, "setting the pages")
        seen.append(Job.objects.get(pk=run.job.pk))
        return Result

    handler(long)
    jobs.work(ask(asker).pk, heartbeat=False)
    (during,) = seen
    assert during.percent == 75
    assert during.message == "setting the pages"
    assert during.lease_until is not None
    assert during.lease_until > timezone.now()


def test_what_the_rules_refuse_is_said_in_their_words(asker, handler, rung):
    def refuse(run: Run) -> Any:
        raise DomainError("There is nothing to report on.")

    handler(refuse)
    job = ask(asker)
    jobs.work(job.pk, heartbeat=False)
    job.refresh_from_db()
    assert (job.status, job.error) == (Job.Status.FAILED, "There is nothing to report on.")


def test_what_nobody_foresaw_is_kept_in_the_log_alone(asker, handler, rung, caplog):
    def break_(run: Run) -> Any:
        raise ZeroDivisionError("secret detail")

    handler(break_)
    job = ask(asker)
    jobs.work(job.pk, heartbeat=False)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert f"as job {job.pk}" in job.error
    assert "secret" not in job.error
    assert "secret detail" in caplog.text


def test_an_effect_that_fails_leaves_nothing(asker, handler, rung):
    def effect() -> Result:
        make_user("half-made")
        raise DomainError("No room.")

    handler(lambda run: effect)
    job = ask(asker)
    jobs.work(job.pk, heartbeat=False)
    job.refresh_from_db()
    assert (job.status, job.error) == (Job.Status.FAILED, "No room.")
    assert not User.objects.filter(email__startswith="half-made").exists()


# Cancelling -----------------------------------------------------------------------------------------------


def test_a_waiting_job_can_be_cancelled(asker, handler, rung):
    job = ask(asker)
    assert jobs.cancel(actor=asker, job_id=job.pk).status == Job.Status.CANCELLED
    jobs.work(job.pk, heartbeat=False)
    job.refresh_from_db()
    assert job.attempts == 0


def test_a_running_job_notices_that_it_was_cancelled(asker, handler, rung):
    effects: list[Any] = []

    def long(run: Run) -> Any:
        jobs.cancel(actor=asker, job_id=run.job.pk)
        run.progress(1, 2)
        return mark(effects, 1)

    handler(long)
    job = ask(asker)
    jobs.work(job.pk, heartbeat=False)
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    assert effects == []


def test_a_job_cancelled_at_the_last_moment_has_no_effect(asker, handler, rung):
    effects: list[Any] = []

    def long(run: Run) -> Any:
        jobs.cancel(actor=asker, job_id=run.job.pk)
        return mark(effects, 1)

    handler(long)
    jobs.work(ask(asker).pk, heartbeat=False)
    assert effects == []


def test_what_is_over_cannot_be_cancelled_nor_what_another_asked_for(asker, handler, rung):
    job = ask(asker)
    with pytest.raises(WrongState):
        jobs.cancel(actor=make_user("another"), job_id=job.pk)
    jobs.work(job.pk, heartbeat=False)
    with pytest.raises(WrongState):
        jobs.cancel(actor=asker, job_id=job.pk)


# Workers that die -----------------------------------------------------------------------------------------


def test_a_lost_lease_has_no_effect(asker, handler, rung):
    """The first worker was thought dead, a second took over; the first wakes up and must not write."""
    effects: list[Any] = []
    job = ask(asker)
    first = jobs.claim(job.pk)
    lapse(job)
    jobs.sweep()
    second = jobs.claim(job.pk)
    assert first
    assert second
    with pytest.raises(jobs.Cancelled):
        first.progress(1, 2)
    with pytest.raises(jobs.Cancelled):
        first.finish(mark(effects, "first"))
    first.fail("I was too slow")
    second.finish(mark(effects, "second"))
    job.refresh_from_db()
    assert effects == ["second"]
    assert (job.status, job.error, job.attempts) == (Job.Status.DONE, "", 2)


def test_the_sweeper_takes_up_what_a_dead_worker_held(asker, handler, rung):
    held, dead = ask(asker), ask(asker)
    assert jobs.claim(held.pk)
    assert jobs.claim(dead.pk)
    lapse(dead)
    Job.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
    jobs.sweep()
    assert rung == [dead.pk]
    jobs.work(dead.pk, heartbeat=False)
    dead.refresh_from_db()
    held.refresh_from_db()
    assert (dead.status, dead.attempts) == (Job.Status.DONE, 2)
    assert held.status == Job.Status.RUNNING


def test_the_sweeper_rings_again_for_what_still_waits(asker, handler, rung):
    old, new = ask(asker), ask(asker)
    Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - dt.timedelta(minutes=1))
    assert jobs.sweep() == 1
    assert rung == [old.pk]
    assert new.pk not in rung


def test_a_job_that_kills_every_worker_is_given_up(asker, handler, rung):
    job = ask(asker)
    for _attempt in range(jobs.MAX_ATTEMPTS):
        assert jobs.claim(job.pk)
        lapse(job)
        jobs.sweep()
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "stopped each time" in job.error
    assert jobs.claim(job.pk) is None


def test_the_lease_is_renewed_during_a_long_silence(asker, handler, rung, settings, transactional_db):
    settings.JOB_LEASE_SECONDS = 0.4

    def silent(run: Run) -> Any:
        time.sleep(1)
        assert jobs.sweep() == 0
        return Result

    handler(silent)
    asker = make_user("patient")
    job = ask(asker)
    jobs.work(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.DONE, 1)


def test_of_many_workers_one_gets_the_job(handler, rung, transactional_db):
    asker = make_user("asker")
    for _round in range(5):
        job = ask(asker)
        start = threading.Barrier(4)
        won: list[Run | None] = []

        def race(job: Job = job, start: threading.Barrier = start, won: list[Any] = won) -> None:
            try:
                start.wait()
                won.append(jobs.claim(job.pk))
            finally:
                connection.close()

        threads = [threading.Thread(target=race) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(run is not None for run in won) == 1
        job.refresh_from_db()
        assert job.attempts == 1


# A broker that is away ------------------------------------------------------------------------------------


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that lets callers connect and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def away(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    app = Celery("away", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(jobs, "current_app", app)


def test_without_a_broker_the_job_is_kept_and_the_answer_quick(handler, monkeypatch, transactional_db):
    asker = make_user("asker")
    away(monkeypatch, port=1)
    started = time.monotonic()
    job = ask(asker)
    assert time.monotonic() - started < 2
    assert Job.objects.get(pk=job.pk).status == Job.Status.QUEUED
    jobs.work(job.pk)
    assert Job.objects.get(pk=job.pk).status == Job.Status.DONE


def test_a_broker_that_hangs_does_not_hang_the_page(handler, monkeypatch, transactional_db, silent_port):
    asker = make_user("asker")
    away(monkeypatch, silent_port)
    started = time.monotonic()
    job = ask(asker)
    assert time.monotonic() - started < 4
    assert Job.objects.get(pk=job.pk).status == Job.Status.QUEUED


def test_a_bell_that_was_rung_is_not_rung_at_every_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bells must not pile up before workers that are busy with longer work."""
    rung: list[int] = []
    monkeypatch.setattr(jobs, "ring", lambda *ids: rung.extend(ids))
    row = Job.objects.create(kind="k", title="t", created_by=world.manager)
    hour_ago = timezone.now() - dt.timedelta(hours=1)
    Job.objects.filter(pk=row.pk).update(created_at=hour_ago, rung_at=timezone.now())
    jobs.sweep()
    assert rung == []
    Job.objects.filter(pk=row.pk).update(rung_at=hour_ago)
    jobs.sweep()
    assert rung == [row.pk]
