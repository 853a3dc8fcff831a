"""One command runs everything, one kill ends everything."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from twinning import supervisor

ROOT = Path(__file__).resolve().parents[2]
EVERYBODY = 8  # Redis, web and its two, worker and its two, beat
pytestmark = pytest.mark.worker


class Served:
    """An application that runs from a data folder of its own."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        mine = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
        environment = {name: value for name, value in os.environ.items() if name not in mine}
        self.log = (data_dir / "log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", "0", *options],
            cwd=ROOT,
            env=environment | {"DATA_DIR": str(data_dir)},
            stdout=self.log,
            stderr=self.log,
        )
        eventually(lambda: "Twinning is at" in self.said(), self.said)
        self.port = int(re.findall(r"Twinning is at http://127.0.0.1:(\d+)/", self.said())[-1])

    def said(self) -> str:
        return Path(self.log.name).read_text()

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        return connection.getresponse().status

    def family(self) -> dict[int, str]:
        """Process id and command of everything that it started, to the last grandchild."""
        parents = dict(running())
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return {pid: command_of(pid) for pid in found - {self.process.pid}}

    def child(self, word: str) -> int:
        """The oldest process whose command has the word, which is the parent of the others like it."""
        return min(pid for pid, command in self.family().items() if f" {word} " in f"{command} ")


def running() -> list[tuple[int, int]]:
    """(process, parent) of every process that is not a zombie."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            found.append((int(path.parent.name), int(parent)))
    return found


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def eventually(true: Callable[[], object], why: Callable[[], object] = str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, why()
        time.sleep(0.05)


def all_gone(processes: dict[int, str]) -> bool:
    return not set(processes) & {pid for pid, _ in running()}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def serve(data_dir):
    started: list[Served] = []

    def start(*options: str) -> Served:
        started.append(Served(data_dir, *options))
        return started[-1]

    yield start
    for served in started:
        if served.process.poll() is None:
            served.process.kill()
        served.process.wait()
        served.log.close()


def test_it_serves_heals_and_stops(serve, data_dir):
    served = serve("--prepare")
    assert served.status("/healthz") == 200
    eventually(lambda: served.status("/readyz") == 200, served.said)

    worker = served.child("worker")
    os.kill(worker, signal.SIGKILL)
    eventually(lambda: any("worker ended with signal 9" in line for line in served.said().splitlines()))
    eventually(lambda: "worker" in " ".join(served.family().values()) and served.child("worker") != worker)

    web = served.child("gunicorn")
    web_family = {pid: command for pid, command in served.family().items() if "gunicorn" in command}
    os.kill(web, signal.SIGKILL)
    eventually(lambda: all_gone(web_family))
    # The socket is the supervisor's, so a caller waits for the next web server and is not turned away.
    assert served.status("/healthz") == 200
    assert served.child("gunicorn") != web

    refused = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", "0"],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"in use by process {served.process.pid} at http://127.0.0.1:{served.port}/" in refused.stderr

    family = served.family()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=30) == 0
    assert len(family) >= EVERYBODY
    assert all_gone(family)


def test_a_killed_supervisor_leaves_nothing_behind(serve):
    served = serve("--prepare")
    # Only when web and worker have made their children can it be seen that these go as well.
    eventually(lambda: len(served.family()) >= EVERYBODY, served.said)
    family = served.family()
    served.process.kill()
    eventually(lambda: all_gone(family), lambda: family, seconds=5)


def test_a_busy_port_is_said_in_a_word():
    with supervisor.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(supervisor.CannotServe, match=f"Port {port} of 127.0.0.1: Address already in use"):
            supervisor.listen("127.0.0.1", port)


def test_a_data_folder_has_one_supervisor(tmp_path):
    with (
        supervisor.hold_data(tmp_path),
        pytest.raises(supervisor.CannotServe, match=f"process {os.getpid()}"),
    ):
        supervisor.hold_data(tmp_path)
    supervisor.hold_data(tmp_path).close()


@pytest.fixture
def temporary(monkeypatch):
    """A folder for temporary files whose own path is short."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        monkeypatch.setattr("tempfile.tempdir", name)
        yield Path(name)


def test_a_deep_data_folder_has_its_socket_in_a_private_place(temporary):
    deep = temporary / ("a" * 60) / ("b" * 60)
    socket = supervisor.socket_in(deep)
    assert len(os.fsencode(socket)) <= 107
    assert socket == supervisor.socket_in(deep)
    assert socket != supervisor.socket_in(deep / "c")
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert supervisor.socket_in(Path("/var/lib/x")) == Path("/var/lib/x/redis/redis.sock")


def test_a_place_that_others_can_enter_is_refused(temporary):
    deep = temporary / ("a" * 100)
    supervisor.socket_in(deep).parent.chmod(0o755)
    with pytest.raises(supervisor.CannotServe, match="open to others"):
        supervisor.socket_in(deep)
