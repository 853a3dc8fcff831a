"""Databases with the same contents for many tests: made once in a run, and left as they are by each test.

The first worker that wants a database makes it; the others copy it. What a fixture builds is kept in a copy of the
empty test database, together with its records and with the files that they name. A test opens the copy and rolls back
to it, which costs a thousandth of building it anew.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import override_settings

EMPTY = ""
PRISTINE = "pristine"


def place_of_run(factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of the run share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def once(folder: Path, name: str) -> Iterator[bool]:
    """Whether this worker is the first of the run to want what ``name`` stands for; the others wait for it."""
    done = folder / f"{name}.done"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()


def storages(folder: Path) -> dict[str, Any]:
    """The setting STORAGES with uploads in ``folder`` and static files from their sources."""
    return {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


class Shelf:
    """The databases of one worker. ``name`` is the one that is open, ``EMPTY`` the one that tests may write to.

    ``PRISTINE`` belongs to the run and is only copied: tests that commit leave the empty one without the rows that
    migrations made.
    """

    def __init__(self) -> None:
        self.name = EMPTY
        self.databases: dict[str, str] = {}
        self.records: dict[str, bytes] = {}

    def start(self, folder: Path) -> None:
        """``folder`` is shared by the workers of the run."""
        self.folder, self.outside = folder, connection.settings_dict["NAME"]
        own = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
        self.databases[PRISTINE] = self._of_the_run(PRISTINE)
        self._count(+1)
        with once(folder, PRISTINE) as first:
            if first:
                _migrate(self.databases[PRISTINE])
            self.databases[EMPTY] = copy(self.databases[PRISTINE], own)
        _connect(own)

    def finish(self) -> None:
        self.open(EMPTY)
        _connect(self.outside)
        for name, database in self.databases.items():
            if name != PRISTINE:
                _remove(database)
        if not self._count(-1):
            for name in (PRISTINE, *(path.stem for path in self.folder.glob("*.pickle"))):
                _remove(self._of_the_run(name))
                (self.folder / f"{name}.done").unlink()
        self.databases.clear()

    def _of_the_run(self, name: str) -> str:
        """What a database that the workers share is called."""
        if connection.vendor == "sqlite":
            return str(self.folder / f"{name}.sqlite3")
        return f"test_{self.folder.name}_{name}"

    def _files(self, name: str) -> Path:
        """The folder of the files of a database that the workers share."""
        return self.folder / f"{name}.files"

    def _count(self, step: int) -> int:
        """How many workers of the run use its databases, after ``step`` more."""
        with (self.folder / "users").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write("+" if step > 0 else "-")
            file.flush()
            file.seek(0)
            said = file.read()
        return said.count("+") - said.count("-")

    def open(self, name: str) -> None:
        if name != self.name:
            _connect(self.databases[name])
            self.name = name

    def keep(self, name: str, build: Callable[[], Any]) -> None:
        """Build what ``name`` stands for in a database of its own, unless that is done."""
        if name in self.records:
            return
        self.open(EMPTY)
        shared, records = self._of_the_run(name), self.folder / f"{name}.pickle"
        with once(self.folder, name) as first:
            if first:
                with override_settings(STORAGES=storages(self._files(name))):
                    built = self._built(copy(self.databases[PRISTINE], shared), build)
                records.write_bytes(pickle.dumps(built))
            self.databases[name] = copy(shared, f"{self.databases[EMPTY]}_{name}")
        self.records[name] = records.read_bytes()

    def _built(self, database: str, build: Callable[[], Any]) -> Any:
        _connect(database)
        try:
            with transaction.atomic():
                built = build()
                # As in a test, nothing follows: no letter, no job.
                connection.run_on_commit.clear()
            return built
        finally:
            _connect(self.databases[EMPTY])

    def take(self, name: str, files: Path | None = None) -> Any:
        """The records as they were built, new objects each time; None while another database is open.

        What they stored is copied to the folder ``files``.
        """
        if name not in self.records or self.name != name:
            return None
        if files and self._files(name).exists():
            shutil.copytree(self._files(name), files, dirs_exist_ok=True)
        return pickle.loads(self.records[name])

    @contextmanager
    def opened(self, name: str) -> Iterator[Any]:
        self.open(name)
        try:
            yield self.take(name)
        finally:
            self.open(EMPTY)


def _connect(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database
    # The kinds of records have other numbers in a database that was emptied once.
    ContentType.objects.clear_cache()


def _migrate(database: str) -> None:
    connection.settings_dict["TEST"]["NAME"] = database
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()


def copy(source: str, target: str) -> str:
    """Copy a database that nobody has open to a new one of the same kind."""
    _remove(target)
    if connection.vendor == "sqlite":
        # Closing the last connection has brought everything into the one file.
        assert not Path(f"{source}-wal").exists()
        shutil.copyfile(source, target)
    else:
        _in_server(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    return target


def _remove(database: str) -> None:
    if connection.vendor == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"{database}{end}").unlink(missing_ok=True)
    else:
        _in_server(f'DROP DATABASE IF EXISTS "{database}"')


def _in_server(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


SHELF = Shelf()
