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
    rows = [tuple(convert(obj.__dict__[name]) for name, convert in pairs) for obj in objs]
    write = _write_postgresql if connection.vendor == "postgresql" else _write_sqlite
    for obj, pk in zip(objs, write(model, [str(field.column) for field in columns], rows), strict=True):
        obj.pk, obj._state.adding, obj._state.db = pk, False, connection.alias
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


def _head(model: type[models.Model], columns: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES"


def _write_postgresql(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> list[int]:
    """The ids, in the order of the rows. One round trip for many rows; ``executemany`` makes one for each.

    The database gives the ids out as it inserts, so that a trigger on the table comes before them.
    """
    place = f"({', '.join(['%s'] * len(columns))})"
    own = connection.ops.quote_name(str(model._meta.pk.column))
    found: list[int] = []
    with connection.cursor() as cursor:
        for some in chunks(rows, _PAGE):
            places = ", ".join([place] * len(some))
            values = [value for row in some for value in row]
            cursor.execute(f"{_head(model, columns)} {places} RETURNING {own}", values)
            found += [row[0] for row in cursor.fetchall()]
    return found


def _write_sqlite(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> list[int]:
    """The ids, which nobody else gets: the transaction holds the only right to write."""
    table, own = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        ids = list(range(first, first + len(rows)))
        places = ", ".join(["%s"] * (len(columns) + 1))
        numbered = [(pk, *row) for pk, row in zip(ids, rows, strict=True)]
        cursor.executemany(f"{_head(model, [own, *columns])} ({places})", numbered)
    return ids
