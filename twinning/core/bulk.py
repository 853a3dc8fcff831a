"""Many rows at once. Inserting is most of the work of a large import, and nobody else writes meanwhile.

The ORM's ``bulk_create`` prepares each value through five calls and, on SQLite, compiles a statement for
every thirty rows. Here the conversion of a column is looked up once, and one statement serves all rows.
Validation, history and signals are the caller's, as with ``bulk_create``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import Any, TypeVar

import orjson
from django.db import connection, models
from django.utils import timezone

_M = TypeVar("_M", bound=models.Model)
_T = TypeVar("_T")
Convert = Callable[[Any], Any]
# Columns that take values of these types as they are.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
_AS_IT_IS = frozenset({str, int, bool, type(None)})
_PAGE = 1000


def insert(objs: Sequence[_M]) -> Sequence[_M]:
    """Insert records of one model, inside the caller's transaction; they carry their ids afterwards.

    Columns that take the time of writing (``auto_now``) take one moment for all.
    """
    if not objs:
        return objs
    model = type(objs[0])
    columns = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    now = timezone.now()
    for name in [field.attname for field in columns if _takes_the_time(field)]:
        for obj in objs:
            setattr(obj, name, now)
    pairs = [(field.attname, _convert(field)) for field in columns]
    rows = []
    for pk, obj in zip(_ids(model, len(objs)), objs, strict=True):
        obj.pk, obj._state.adding, obj._state.db = pk, False, connection.alias
        values = obj.__dict__
        rows.append((pk, *[convert(values[name]) for name, convert in pairs]))
    names = [str(field.column) for field in (model._meta.pk, *columns)]
    _write(model._meta.db_table, names, rows)
    return objs


def chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The items in lists of ``size``, the last one shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _takes_the_time(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add)


def _convert(field: models.Field[Any, Any]) -> Convert:
    """How the column's values go to the driver."""
    if isinstance(field, models.JSONField) and field.encoder is None:
        return lambda value: None if value is None else orjson.dumps(value).decode()
    prepare = partial(field.get_db_prep_save, connection=connection)
    if isinstance(field, _PLAIN):
        return lambda value: value if type(value) in _AS_IT_IS else prepare(value)
    if isinstance(field, models.DateField):
        # Many rows share few days and moments.
        return lru_cache(maxsize=1024)(prepare)
    return prepare


def _ids(model: type[models.Model], count: int) -> list[int]:
    """Ids that nobody else gets: on SQLite the transaction holds the only right to write."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        return list(range(last + 1, last + 1 + count))


def _write(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    places = ", ".join(["%s"] * len(columns))
    head = f"INSERT INTO {quote(table)} ({names}) VALUES"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One round trip for many rows; ``executemany`` makes one for each.
            for begin in range(0, len(rows), _PAGE):
                some = rows[begin : begin + _PAGE]
                values = [value for row in some for value in row]
                cursor.execute(f"{head} {', '.join([f'({places})'] * len(some))}", values)
        else:
            cursor.executemany(f"{head} ({places})", rows)
