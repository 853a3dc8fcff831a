"""Databases for measuring, made on the server of DATABASE_URL and dropped when done."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2  # type: ignore[import-untyped]

BASE_URL = os.environ.get("DATABASE_URL", "")


def address(name: str) -> str:
    return urlunsplit(urlsplit(BASE_URL)._replace(path=f"/{name}"))


@contextmanager
def scaled(activities: int) -> Iterator[str]:
    """A PostgreSQL database with this many activities, and Django in this process connected to it.

    Yields its address. Exits with one line where DATABASE_URL names no PostgreSQL server.
    """
    if not BASE_URL.startswith("postgres"):
        sys.exit("The bench needs PostgreSQL: run it as `make bench`, or set DATABASE_URL.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
    django.setup()
    from django.db import connection

    filled = _filled(activities)
    name = f"{filled}_copy"
    home = connection.settings_dict["NAME"]
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{filled}" STRATEGY FILE_COPY')
    try:
        connect(address(name))
        yield address(name)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def connect(url: str) -> None:
    """Let Django in this process speak to the database of this address from now on."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = urlsplit(url).path.removeprefix("/")


@cache
def _filled(activities: int) -> str:
    """The database that those of this size are copies of, since a million activities take minutes to make."""
    name = f"bench_{os.getpid()}_{activities}"
    _on_server(f'CREATE DATABASE "{name}"')
    atexit.register(_on_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _fill(activities, os.environ | {"DATABASE_URL": address(name)})
    return name


def _on_server(statement: str) -> None:
    """By a connection of its own, since Django's may be in a database that is dropped or copied."""
    own = psycopg2.connect(BASE_URL)
    own.autocommit = True
    with own.cursor() as cursor:
        cursor.execute(statement)
    own.close()


@contextmanager
def embedded(activities: int) -> Iterator[dict[str, str]]:
    """The environment of a process on a SQLite database with this many activities, gone when done."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3", "DATA_DIR": folder}
        environment = os.environ | own | {"DJANGO_SETTINGS_MODULE": "twinning.settings"}
        _fill(activities, environment)
        yield environment


def _fill(activities: int, environment: dict[str, str]) -> None:
    for command in (["migrate", "-v0"], ["seed_scale", "--activities", str(activities)]):
        manage = [sys.executable, "manage.py", *command]
        subprocess.run(manage, env=environment, check=True, stdout=subprocess.DEVNULL)
