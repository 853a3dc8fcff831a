from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page

from tests.browsers import chromium, listen
from tests.demonstration import PASSWORD, keep_demo
from tests.prepared import SHELF, copy, once, place_of_run

__all__ = ["chromium"]

ROOT = Path(__file__).parents[2]
# What would make the run other than a newcomer's: the services of the suite around it.
FOREIGN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "EXPECT_DATABASE", "DJANGO_SETTINGS_MODULE"}
SERVE = [sys.executable, "manage.py", "serve", "--follow", "--port", "PORT"]


@dataclass
class Site:
    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        return (self.folder / "run.log").read_text(errors="replace")


@pytest.fixture(scope="session")
def prepared(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a site with the demonstration programme, made once for all workers of the run.

    The site is always on SQLite. Where the tests are too, it takes over the programme that they have loaded.
    """
    place = place_of_run(tmp_path_factory)
    folder = place / "prepared"
    with once(place, "prepared") as first:
        if first:
            (folder / "var").mkdir(parents=True)
            if connection.vendor == "sqlite":
                with django_db_blocker.unblock():
                    keep_demo()
                copy(SHELF.databases["demo"], f"{folder}/var/twinning.sqlite3")
            with running(folder, [*SERVE, "--prepare", "--demo"], ROOT):
                pass
    return folder / "var"


@pytest.fixture(scope="module")
def site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own with the demonstration programme, until the module is over."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(prepared, folder / "var", ignore=shutil.ignore_patterns("redis", "supervisor.lock"))
    with running(folder, SERVE, ROOT) as found:
        yield found


@contextmanager
def running(folder: Path, command: list[str], cwd: Path) -> Iterator[Site]:
    """What the command serves at PORT out of ``folder``/var; it is stopped in the end."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    environment |= {
        "PORT": port,
        "DATA_DIR": str(folder / "var"),
        "JOB_LEASE_SECONDS": "4",
        "JOB_SWEEP_SECONDS": "1",
    }
    command = [port if word == "PORT" else word for word in command]
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    found = Site(f"http://127.0.0.1:{port}", folder, process)
    try:
        _wait_until_ready(found)
        yield found
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _wait_until_ready(site: Site) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if site.process.poll() is not None:
            pytest.fail(f"The server ended:\n{site.log()}")
        try:
            with urllib.request.urlopen(f"{site.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The server was not ready in time:\n{site.log()}")


@pytest.fixture
def complaints() -> list[str]:
    return []


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in_as(chromium: Browser, site: Site, complaints: list[str]) -> Iterator[SignIn]:
    """``sign_in_as("manager", width=1280)`` opens a browser of its own and signs in through the form."""
    contexts = []

    def sign_in(name: str, *, width: int = 1280, height: int = 900) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=site.url, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", f"{name}@demo.example")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    yield sign_in
    for context in contexts:
        context.close()
