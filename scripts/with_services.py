"""Runs a command with a PostgreSQL and a Redis that exist only as long as the command runs.

Usage: python -m scripts.with_services COMMAND...

The command finds DATABASE_URL, REDIS_URL, and EXPECT_DATABASE, by which the tests check that they really ran
there. With TEST_DATABASE_URL or TEST_REDIS_URL set, that server is used and none is started. What is not
installed is installed as root on Debian; otherwise one line says what is missing.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from scripts.install import install_packages
from twinning.supervisor import die_with_parent

SECONDS_TO_START = 30


def postgres_programs() -> Path | None:
    """The folder of initdb and postgres, which Debian keeps off the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def wait_for(server: str, words: bytes, log: Path) -> None:
    """Wait until the log of a server has the words by which it says that it is up."""
    deadline = time.monotonic() + SECONDS_TO_START
    while words not in log.read_bytes():
        if time.monotonic() > deadline:
            sys.exit(f"{server} did not start:\n{log.read_text()}")
        time.sleep(0.1)


def ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new database server on a socket in a private folder."""
    programs = postgres_programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed.")
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="twinning-pg-") as name:
        folder = Path(name)
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        data, log = folder / "data", folder / "log"
        options = f"-D {data} -U twinning -A trust -E UTF8 --locale C.UTF-8 --no-sync".split()
        subprocess.run(
            [programs / "initdb", *options], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL
        )
        # Nothing here is to survive a power cut, so nothing waits for the disk.
        settings = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        settings += " -c random_page_cost=1.1"  # as docker-compose.yml has it
        command = [str(programs / "postgres"), *f"-D {data} -k {folder} {settings}".split()]
        with log.open("wb") as output:
            server = subprocess.Popen(
                command, user=user, cwd="/", stdout=output, stderr=output, preexec_fn=die_with_parent
            )
        try:
            wait_for("PostgreSQL", b"ready to accept connections", log)
            yield f"postgres://twinning@{quote(name, safe='')}/postgres"
        finally:
            ended(server)


@contextmanager
def redis() -> Iterator[str]:
    """The address of a new Redis on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="twinning-redis-") as name:
        log = Path(name) / "log"
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", name, "--save", ""]
        with log.open("wb") as output:
            server = subprocess.Popen(command, stdout=output, stderr=output, preexec_fn=die_with_parent)
        try:
            wait_for("Redis", b"Ready to accept connections", log)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            ended(server)


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit("Usage: python -m scripts.with_services COMMAND...")
    database, broker = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    missing = []
    # A default end would leave the temporary folders behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    if not database and postgres_programs() is None:
        missing.append("postgresql")
    if not broker and not shutil.which("redis-server"):
        missing.append("redis-server")
    if missing:
        install_packages(missing)
    with ExitStack() as services:
        environment = {
            "DATABASE_URL": database or services.enter_context(postgres()),
            "REDIS_URL": broker or services.enter_context(redis()),
            "EXPECT_DATABASE": "postgresql",
        }
        command = subprocess.Popen(sys.argv[1:], env=os.environ | environment, preexec_fn=die_with_parent)
        return command.wait()


if __name__ == "__main__":
    sys.exit(main())
