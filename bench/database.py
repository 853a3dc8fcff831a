"""Databases for measuring, made on the server of DATABASE_URL and dropped when done."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import django

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

    name = f"bench_{os.getpid()}_{activities}"
    url = address(name)
    environment = os.environ | {"DATABASE_URL": url}
    home = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        _fill(activities, environment)
        connection.close()
        connection.settings_dict["NAME"] = name
        yield url
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


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
