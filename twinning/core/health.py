"""Whether this process is up, and whether the whole can do its work. Neither answer tells a secret."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)
HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_SECONDS = 30
DISK_MIN_FREE_BYTES = 200 * 1024**2


class NotReady(Exception):
    """What a part cannot do, in words that may be shown to anybody."""


def beat_heart(**kwargs: Any) -> None:
    """Note that a worker is alive and reaches the broker; a receiver of Celery's heartbeat_sent.

    The signal comes from the worker's main process every two seconds, also while all its children are busy.
    """
    cache.set(HEARTBEAT_KEY, timezone.now().isoformat(timespec="seconds"), HEARTBEAT_SECONDS)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers as long as the process does; asks nothing of anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """{"ok": bool, "checks": {name: {"ok": bool, "detail": str}}}; status 503 unless all is well."""
    checks = {name: _outcome(name, check) for name, check in CHECKS.items()}
    ok = all(check["ok"] for check in checks.values())
    return JsonResponse({"ok": ok, "checks": checks}, status=200 if ok else 503)


def _outcome(name: str, check: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"ok": True, "detail": check()}
    except NotReady as reason:
        return {"ok": False, "detail": str(reason)}
    except Exception as error:
        # The message of a driver may hold an address or a user name.
        log.warning("%s is not ready: %s", name, error)
        return {"ok": False, "detail": "does not answer"}


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return f"{connection.vendor} answers"


def _broker() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        client.ping()
    return "answers"


def _worker() -> str:
    seen = cache.get(HEARTBEAT_KEY)
    if seen is None:
        raise NotReady(f"no sign of life within {HEARTBEAT_SECONDS} seconds")
    return f"last sign of life {seen}"


def _disk() -> str:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < DISK_MIN_FREE_BYTES:
        raise NotReady(f"only {free // 1024**2} MiB free")
    return f"{free // 1024**2} MiB free"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "broker": _broker,
    "worker": _worker,
    "disk": _disk,
}
