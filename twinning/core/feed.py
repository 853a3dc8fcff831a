"""How far the history may be read so that nothing with a lower number can still appear.

Migration 0002_feed makes every transaction that writes changes announce itself.
"""

from __future__ import annotations

from django.db import connection

# Advisory locks share one space of keys in a database; ours have these upper 16 bits. Below them stands a number.
_OURS = 0x7457
KEYS = _OURS << 48
# Until a first number is given out, the sequence stands at 1 without having given it.
LAST_NUMBER = "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM core_change_id_seq"
_ANNOUNCED = """
    SELECT min((classid::bigint & 65535) << 32 | objid::bigint) FROM pg_locks
     WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = %s
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND pid <> pg_backend_pid()"""


def last_settled() -> int | None:
    """The number of the last change before which none can come any more; None where that goes for all.

    The order of the questions matters: who announces after the second gets numbers above the first's answer.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(LAST_NUMBER)
        last: int = cursor.fetchone()[0]
        cursor.execute(_ANNOUNCED, [_OURS])
        waiting: int | None = cursor.fetchone()[0]
    return last if waiting is None else min(last, waiting)
