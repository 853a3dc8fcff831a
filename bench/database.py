"""Databases for measuring, made on the server of DATABASE_URL and dropped when done."""

from __future__ import annotations

import os
import subprocess
import sys
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
    url, manage = address(name), [sys.executable, "manage.py"]
    environment = os.environ | {"DATABASE_URL": url}
    home = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        for command in (["migrate", "-v0"], ["seed_scale", "--activities", str(activities)]):
            subprocess.run([*manage, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
        connection.close()
        connection.settings_dict["NAME"] = name
        yield url
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
