"""Turns that many writers take together and one takes alone, until the transaction ends.

PostgreSQL lets writers go on beside each other, so who must see all that the others wrote asks them to have ended.
SQLite has one writer at a time and needs none of it.
"""

from __future__ import annotations

from django.db import connection


def take_turn(number: int, *, alone: bool) -> None:
    """Wait for a turn of this number: ``alone``, or with all who do not ask to be. Within a transaction."""
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [number])
