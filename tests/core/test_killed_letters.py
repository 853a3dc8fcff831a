"""kill -9 of a worker while it hands a letter to the mail server: none is lost, and none but that one comes twice."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from email import message_from_string
from typing import Any

import pytest

from tests.prepared import PRISTINE, SHELF
from tests.workers import eventually, yard

pytestmark = pytest.mark.worker
LETTERS = 12
HELD = 4  # the message that the server has taken and not yet answered when the worker is killed


class MailServer(socketserver.ThreadingTCPServer):
    """Enough of SMTP to take letters in."""

    daemon_threads = allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.came: list[str] = []
        self.holds, self.goes_on = threading.Event(), threading.Event()

    def take(self, lines: list[str]) -> None:
        self.came.append(str(message_from_string("\n".join(lines))["Message-ID"]))
        if len(self.came) == HELD:
            self.holds.set()
            self.goes_on.wait(60)


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        try:
            self.talk()
        except OSError:
            return  # the other side was killed

    def talk(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            word = line.decode().split()[0].upper()
            if word == "DATA":
                self.say("354 go on")
                self.server.take(list(iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")))
            self.say("221 bye" if word == "QUIT" else "250 well")
            if word == "QUIT":
                return


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.goes_on.set()
        made.shutdown()
        thread.join(timeout=10)


def test_letters_survive_a_killed_worker(django_db_setup: None, server: MailServer, tmp_path: Any) -> None:
    with yard(tmp_path, SHELF.databases[PRISTINE]) as place:
        place.environment |= {
            "EMAIL_URL": f"smtp://127.0.0.1:{server.server_address[1]}",
            "LETTER_SECONDS": "1",
            "LETTER_LEASE_SECONDS": "3",
        }
        place.run("-m", "tests.worker_jobs", "letters", str(LETTERS))
        place.worker(beat=True)
        # Two would go on with the next letters while one is held.
        worker = place.worker(at_once=1)
        assert server.holds.wait(90), place.said()
        place.kill(worker)
        server.goes_on.set()
        assert place.look("SELECT count(*) FROM core_letter WHERE status = 'sending'") == [(1,)]

        place.worker()
        sent = "SELECT count(*) FROM core_letter WHERE status = 'sent'"
        eventually(lambda: place.look(sent) == [(LETTERS,)], place.said)
        told = Counter(server.came)
        assert len(told) == LETTERS
        assert sorted(told.values()) == [1] * (LETTERS - 1) + [2]
        assert told[server.came[HELD - 1]] == 2
        assert place.look("SELECT max(tries) FROM core_letter") == [(2,)]
