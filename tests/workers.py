"""Real workers on a database of their own, to be killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]
from django.db import connection

from tests.prepared import copy
from twinning.supervisor import die_with_parent, redis_server

ROOT = Path(__file__).resolve().parents[1]
LEASE_SECONDS = 2


def eventually(true: Callable[[], Any], why: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)
    return found


class Yard:
    """A database, a broker and workers in one folder. ``look`` reads the database as it stands."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.log = (folder / "log").open("w+")
        self.socket = folder / "redis.sock"
        self.environment = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"unix://{self.socket}",
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "JOB_SWEEP_SECONDS": "1",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("SECRET_KEY", None)
        self.database = _connect(database_url)
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start([redis_server(), "--port", "0", "--unixsocket", str(self.socket), "--dir", str(folder)])

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            preexec_fn=die_with_parent,
        )
        self.processes.append(process)
        return process

    def run(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        ).stdout

    def worker(self, *, beat: bool = False, at_once: int = 2) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "twinning",
            "beat" if beat else "worker",
            "-l",
            "warning",
        ]
        if beat:
            command += ["-s", str(self.folder / "beat")]
        else:
            command += [
                "-c",
                str(at_once),
                "-I",
                "tests.worker_jobs",
                "--without-mingle",
                "--without-gossip",
                "-n",
            ]
            command.append(f"w{len(self.processes)}@test")
        return self._start(command)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a worker and its children at once, as a power cut would."""
        children = _children(process.pid)
        for pid in [process.pid, *children]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()

    def look(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        # Without Django, which keeps tests to the database that pytest made.
        cursor = self.database.cursor()
        if isinstance(self.database, sqlite3.Connection):
            sql = sql.replace("%s", "?")
        cursor.execute(sql, parameters)
        return [tuple(row) for row in cursor.fetchall()]

    def said(self) -> str:
        return (self.folder / "log").read_text()[-5000:]

    def close(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                self.kill(process)
        self.database.close()
        self.log.close()


def _connect(url: str) -> Any:
    if url.startswith("sqlite:///"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
    found = psycopg2.connect(url)
    found.autocommit = True
    return found


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            above = path.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(above) == parent:
            found.append(int(path.parent.name))
    return found


@contextmanager
def yard(folder: Path, contents: str = "") -> Iterator[Yard]:
    """A yard on the kind of database that this run of the tests is on, with what the database ``contents`` has."""
    with _own_database(folder, contents) as url:
        made = Yard(folder, url)
        try:
            if not contents:
                made.run("manage.py", "migrate", "-v0")
            yield made
        finally:
            made.close()


@contextmanager
def _own_database(folder: Path, contents: str) -> Iterator[str]:
    if connection.vendor == "sqlite":
        if contents:
            copy(contents, f"{folder}/twinning.sqlite3")
        yield f"sqlite:///{folder}/twinning.sqlite3"
        return
    name = f"yard_{os.getpid()}"
    url = os.environ["DATABASE_URL"]
    server = _connect(url)
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}" + (f' TEMPLATE "{contents}"' if contents else ""))
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.close()
