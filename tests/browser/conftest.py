from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import chromium, listen

__all__ = ["chromium"]

ROOT = Path(__file__).parents[2]
# What would make the run other than a newcomer's: the services of the suite around it.
FOREIGN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "EXPECT_DATABASE", "DJANGO_SETTINGS_MODULE"}
PASSWORD = "twinning-demo"


@dataclass
class Site:
    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        return (self.folder / "run.log").read_text(errors="replace")

    def worker_pids(self) -> list[int]:
        """The processes of the Celery worker of this site, by their command line and data folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                place = (entry / "environ").read_bytes()
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue
            if re.search(r"celery.* worker", command) and str(self.folder).encode() in place:
                found.append(int(entry.name))
        return sorted(found)


def _ignored(folder: str, names: list[str]) -> set[str]:
    """What a clone would not have: data, libraries, caches."""
    own = {".git", ".venv", "var"} if Path(folder) == ROOT else set()
    return {name for name in names if name in own or name.endswith("_cache") or name == "__pycache__"}


def clean_clone(folder: Path) -> None:
    """The files that belong to the project, as a clone has them; only the installed libraries are lent."""
    shutil.copytree(ROOT, folder, dirs_exist_ok=True, ignore=_ignored)
    (folder / ".venv").symlink_to(ROOT / ".venv")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """``make run`` in a clean clone, with the demonstration programme, until the module is over."""
    folder = tmp_path_factory.mktemp("clone")
    clean_clone(folder)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    environment |= {
        "PORT": str(port),
        "DATA_DIR": str(folder / "var"),
        "JOB_LEASE_SECONDS": "4",
        "JOB_SWEEP_SECONDS": "1",
    }
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(
            ["make", "run"], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    running = Site(f"http://127.0.0.1:{port}", folder, process)
    try:
        _wait_until_ready(running)
        yield running
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _wait_until_ready(site: Site) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if site.process.poll() is not None:
            pytest.fail(f"make run ended:\n{site.log()}")
        try:
            with urllib.request.urlopen(f"{site.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"make run was not ready in time:\n{site.log()}")


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
