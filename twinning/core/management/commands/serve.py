from __future__ import annotations

import hashlib
import http.client
import os
import signal
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.db import connections

from twinning import supervisor


class Command(BaseCommand):
    help = "Runs web, worker, scheduler and, unless REDIS_URL is set, Redis; Ctrl-C stops all of them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
        parser.add_argument("--prepare", action="store_true", help="migrate and collect static files first")
        parser.add_argument("--follow", action="store_true", help="stop when the calling process ends")
        parser.add_argument("--demo", action="store_true", help="load the demonstration programme first")

    def handle(
        self, *, host: str, port: int, prepare: bool, demo: bool, follow: bool, **options: Any
    ) -> None:
        if follow:
            supervisor.die_with_parent(signal.SIGTERM)
        try:
            lock = supervisor.hold_data(settings.DATA_DIR)
            listener = supervisor.listen(host, port)
        except supervisor.CannotServe as reason:
            self.stderr.write(str(reason))
            sys.exit(1)
        address = _address(listener)
        lock.write(f" at {address}/")
        lock.flush()
        os.environ.setdefault("SITE_URL", address)
        crew = supervisor.Supervisor(say=self.stderr.write)
        try:
            self.start(crew, listener, prepare, demo)
            self.announce(address, demo)
            crew.wait()
        finally:
            crew.stop()

    def start(self, crew: supervisor.Supervisor, listener: socket.socket, prepare: bool, demo: bool) -> None:
        if settings.EMBEDDED_REDIS:
            crew.add(supervisor.redis_program(settings.REDIS_SOCKET, settings.DATA_DIR / "redis"))
            crew.wait(until=_redis_answers, seconds=30)
        if prepare:
            self.prepare()
        if demo:
            call_command("load_demo", stdout=self.stdout)
        connections.close_all()
        crew.add(supervisor.web_program(listener))
        crew.add(supervisor.worker_program())
        crew.add(supervisor.beat_program(settings.DATA_DIR / "beat-schedule"))
        crew.wait(until=lambda: _web_answers(listener))

    def prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        # Compressing every file takes seconds, so it is done only when one of them is new.
        mark, stamp = _static_fingerprint(), Path(settings.STATIC_ROOT) / ".collected"
        if not stamp.exists() or stamp.read_text() != mark:
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(mark)

    def announce(self, address: str, demo: bool) -> None:
        line = f"Twinning is at {address}/"
        if demo:
            line += (
                f" - sign in as manager@demo.example, cda.leather@demo.example, donor@demo.example or another"
                f" of README's users, password {settings.DEMO_PASSWORD}"
            )
        self.stdout.write(f"{line} (Ctrl-C stops it)")
        self.stdout.flush()


def _static_fingerprint() -> str:
    seen = []
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            stat = Path(storage.path(name)).stat()
            seen.append((name, stat.st_mtime_ns, stat.st_size))
    return hashlib.sha256(repr(sorted(seen)).encode()).hexdigest()


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"


def _web_answers(listener: socket.socket) -> bool:
    # The application answers only to a host name of its own.
    name = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    host, port = listener.getsockname()[:2]
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
