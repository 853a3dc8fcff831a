"""How the web server runs, here and in a container: ``gunicorn --config python:twinning.gunicorn``."""

import os
from typing import Any

from twinning.supervisor import die_with_parent

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 8
timeout = 60
graceful_timeout = 8
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
loglevel = "warning"
# The heartbeat file of a worker must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def post_fork(server: Any, worker: Any) -> None:
    die_with_parent()
