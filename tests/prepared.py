"""Databases with the same contents for many tests: made once in each worker, and left as they are by each test.

What a fixture builds is kept in a copy of the empty test database, together with its records. A test opens the copy
and rolls back to it, which costs a thousandth of building it anew.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

EMPTY = ""
PRISTINE = "pristine"


class Shelf:
    """The copies of one worker. ``name`` is the one that is open, ``EMPTY`` the database that pytest-django made."""

    def __init__(self) -> None:
        self.name = EMPTY
        self.databases: dict[str, str] = {}
        self.records: dict[str, bytes] = {}

    def start(self) -> None:
        self.databases[EMPTY] = connection.settings_dict["NAME"]
        # Tests that commit leave the empty one without the rows that migrations made.
        self.databases[PRISTINE] = self._copy_of(EMPTY, PRISTINE)

    def finish(self) -> None:
        self.open(EMPTY)
        connection.close()
        for name in list(self.databases):
            database = self.databases.pop(name)
            if name != EMPTY:
                _remove(database)

    def open(self, name: str) -> None:
        if name != self.name:
            connection.close()
            connection.settings_dict["NAME"] = self.databases[name]
            self.name = name
            # The kinds of records have other numbers in a database that was emptied once.
            ContentType.objects.clear_cache()

    def keep(self, name: str, build: Callable[[], Any]) -> None:
        """Build what ``name`` stands for in a database of its own, unless that is done."""
        if name in self.records:
            return
        self.databases[name] = self._copy_of(PRISTINE, name)
        self.open(name)
        with transaction.atomic():
            built = build()
            # As in a test, nothing follows: no letter, no job.
            connection.run_on_commit.clear()
        self.records[name] = pickle.dumps(built)

    def _copy_of(self, source: str, name: str) -> str:
        self.open(EMPTY)
        connection.close()
        target = f"{self.databases[EMPTY]}_{name}"
        copy(self.databases[source], target)
        return target

    def take(self, name: str) -> Any:
        """The records as they were built, new objects each time; None while another database is open."""
        return pickle.loads(self.records[name]) if name in self.records and self.name == name else None

    @contextmanager
    def opened(self, name: str) -> Iterator[Any]:
        self.open(name)
        try:
            yield self.take(name)
        finally:
            self.open(EMPTY)


def copy(source: str, target: str) -> None:
    """Copy a database that nobody has open to a new one of the same kind."""
    if connection.vendor == "sqlite":
        # Closing the last connection has brought everything into the one file.
        assert not Path(f"{source}-wal").exists()
        shutil.copyfile(source, target)
    else:
        _in_server(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def _remove(database: str) -> None:
    if connection.vendor == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"{database}{end}").unlink(missing_ok=True)
    else:
        _in_server(f'DROP DATABASE "{database}"')


def _in_server(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


SHELF = Shelf()
