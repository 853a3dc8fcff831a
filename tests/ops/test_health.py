from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from twinning.core import health

LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "health"}}


@pytest.fixture(autouse=True)
def _a_cache_of_our_own(settings):
    settings.CACHES = LOCAL
    cache.clear()


def test_the_process_answers_without_asking_the_database(client, django_assert_num_queries):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_all_parts_are(client, monkeypatch):
    health.beat_heart()
    monkeypatch.setitem(health.CHECKS, "broker", lambda: "answers")
    answer = client.get("/readyz")
    checks = answer.json()["checks"]
    assert answer.status_code == 200, checks
    assert list(checks) == ["database", "broker", "worker", "disk"]
    assert checks["database"]["detail"] == f"{connection.vendor} answers"
    assert checks["worker"]["detail"].startswith("last sign of life 20")


@pytest.mark.django_db
def test_a_silent_worker_and_a_lost_broker_are_named_and_no_secret_is(client, settings):
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"
    answer = client.get("/readyz")
    checks = answer.json()["checks"]
    assert answer.status_code == 503
    assert answer.json()["ok"] is False
    assert checks["broker"] == {"ok": False, "detail": "does not answer"}
    assert checks["worker"] == {"ok": False, "detail": "no sign of life within 30 seconds"}
    assert checks["database"]["ok"]
    assert b"hunter2" not in answer.content


@pytest.mark.django_db
def test_a_full_disk_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "DISK_MIN_FREE_BYTES", 2**62)
    check = client.get("/readyz").json()["checks"]["disk"]
    assert check["ok"] is False
    assert "MiB free" in check["detail"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_the_suite_runs_on_the_database_that_was_asked_for():
    """PostgreSQL's part of the run must not pass by running on SQLite again."""
    on_sqlite = os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:")
    expected = os.environ.get("EXPECT_DATABASE") or ("sqlite" if on_sqlite else "postgresql")
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if expected == "postgresql" else "SELECT sqlite_version()")
        assert cursor.fetchone()
    assert connection.vendor == expected
    assert settings.EMBEDDED_REDIS is ("REDIS_URL" not in os.environ)
