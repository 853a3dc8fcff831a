"""Asks a part of the application whether it is well; for health checks of containers.

Usage: python -m twinning.probe [web|worker|beat]; ends with 0 when all is well.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from pathlib import Path

SCHEDULE_SECONDS = 600  # the scheduler saves its state every three minutes


def web() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    # The application answers only to a host name of its own.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".*") or "localhost"
    connection.request("GET", "/healthz", headers={"Host": host})
    return connection.getresponse().status == 200


def worker() -> bool:
    from django.core.cache import cache

    from twinning.core.health import HEARTBEAT_KEY

    return cache.get(HEARTBEAT_KEY) is not None


def beat() -> bool:
    schedules = Path(os.environ["DATA_DIR"]).glob("beat-schedule*")
    return any(time.time() - path.stat().st_mtime < SCHEDULE_SECONDS for path in schedules)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
    part = sys.argv[1] if len(sys.argv) > 1 else "web"
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[part]() else 1)
