"""Many rows at once. While they go in nobody else can write on SQLite, so all that can be done before is.

The ORM prepares each value through five calls and, on SQLite, compiles a statement for every thirty rows. Here
the conversion of a column is looked up once, rows are made ready as tuples before the transaction, and one
statement serves all of them. Validation, history and signals are the caller's, as with ``bulk_create``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice, repeat
from typing import Any, TypeVar, cast

import orjson
from django.db import connection, models
from django.utils import timezone

_T = TypeVar("_T")
Convert = Callable[[Any], Any]
Values = tuple[Any, ...]
# Columns that take values of these types as they are.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
_AS_IT_IS = frozenset({str, int, bool, type(None)})
_PAGE = 5000
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


class Table:
    """The columns of a model in a fixed order, and how the values of each go to the driver.

    ``alike`` holds what all rows have in common. ``late``: attnames of columns whose values are known only when
    the rows are written, such as the id of a record that is written just before.
    """

    def __init__(self, alike: models.Model, late: Sequence[str] = ()) -> None:
        self._model, self._late = type(alike), tuple(late)
        fields = [field for field in self._model._meta.local_concrete_fields if not field.primary_key]
        self._moments = {
            field.attname: _convert(field)
            for field in fields
            if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add)
        }
        apart = {*self._late, *self._moments}
        self._convert = {field.attname: _convert(field) for field in fields if field.attname not in apart}
        self._alike = self._ready_of(alike)

    def ready(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values, by attname, as they go to the driver."""
        convert = self._convert
        return {name: convert[name](value) for name, value in values.items()}

    def row(self, ready: dict[str, Any]) -> Values:
        """A row of ``ready`` values; in the other columns it is like all rows."""
        return tuple((self._alike | ready).values())

    def row_of(self, record: models.Model) -> Values:
        """The row of a record that was not saved."""
        return tuple(self._ready_of(record).values())

    def _ready_of(self, record: models.Model) -> dict[str, Any]:
        return self.ready({name: record.__dict__[name] for name in self._convert})

    def insert(self, rows: Sequence[Values], late: Iterable[Values] = repeat(())) -> list[int]:
        """Insert rows, each with its late values, inside the caller's transaction; returns their ids.

        Columns that take the time of writing take one moment for all. The ids are taken before the first row goes
        in, and so before any trigger of the table.
        """
        if not rows:
            return []
        ids = _ids(self._model, len(rows))
        key = self._model._meta.pk.attname
        self._write([key, *self._late], ((pk, *more) for pk, more in zip(ids, late, strict=False)), rows)
        return ids

    def append(self, rows: Sequence[Values], late: Iterable[Values] = repeat(())) -> None:
        """The same for rows whose ids nobody asks for: the database gives them out as the rows go in.

        So a trigger of the table comes before them, as history needs (migration 0002_feed).
        """
        if rows:
            self._write(self._late, late, rows)

    def _write(self, names: Sequence[str], first: Iterable[Values], rows: Sequence[Values]) -> None:
        now = timezone.now()
        moments = tuple(convert(now) for convert in self._moments.values())
        whole = ((*more, *row, *moments) for more, row in zip(first, rows, strict=False))
        _insert(self._model, [*names, *self._convert, *self._moments], whole)


def update(model: type[models.Model], names: Sequence[str], rows: Sequence[Values]) -> None:
    """Set columns of many records; each row holds the ready values of ``names`` (attnames) and the id.

    Columns that take the time of every writing take one moment for all.
    """
    key = model._meta.pk
    fields = [*_columns(model, names), key]
    timed = [field for field in model._meta.local_concrete_fields if getattr(field, "auto_now", False)]
    moments = [_convert(field)(timezone.now()) for field in timed]
    at_once = connection.vendor == "postgresql"
    values = [f"v{place}" if at_once else "%s" for place in range(len(fields))]
    settings = [f"{_quote(field.column)} = %s" for field in timed]
    settings += [
        f"{_quote(field.column)} = {value}" for field, value in zip(fields[:-1], values, strict=False)
    ]
    table = _quote(model._meta.db_table)
    change = " ".join(["UPDATE", table, "SET", ", ".join(settings)])
    where = f"WHERE {table}.{_quote(key.column)} = {values[-1]}"
    lists = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    with connection.cursor() as cursor:
        for some in chunks(rows, _PAGE):
            if at_once:
                # ``executemany`` would make a round trip for each.
                source = f"FROM unnest({lists}) AS new ({', '.join(values)})"
                cursor.execute(f"{change} {source} {where}", [*moments, *map(list, zip(*some, strict=True))])
            else:
                cursor.executemany(f"{change} {where}", [(*moments, *row) for row in some])


def chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The items in lists of ``size``, the last one shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


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


def _quote(name: str | None) -> str:
    return str(connection.ops.quote_name(str(name)))


def _columns(model: type[models.Model], names: Iterable[str]) -> list[models.Field[Any, Any]]:
    return [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]


def _ids(model: type[models.Model], count: int) -> list[int]:
    """Ids that nobody else gets: on SQLite the transaction holds the only right to write."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_quote(table), model._meta.pk.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        return list(range(last + 1, last + 1 + count))


def _insert(model: type[models.Model], attnames: Sequence[str], rows: Iterable[Values]) -> None:
    table = _quote(model._meta.db_table)
    names = ", ".join(_quote(field.column) for field in _columns(model, attnames))
    head, places = f"INSERT INTO {table} ({names})", ", ".join(["%s"] * len(attnames))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        for some in chunks(rows, _PAGE):
            if connection.vendor == "postgresql":
                # A statement with the values in it takes the server three times as long to read.
                lines = "".join(["\t".join(map(_copied, row)) + "\n" for row in some])
                cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO(lines))
            else:
                cursor.executemany(f"{head} VALUES ({places})", some)


def _copied(value: Any) -> str:
    """A value in the text format of COPY."""
    if value is None:
        return "\\N"
    text = str(value)
    for sign, escaped in _ESCAPES:
        text = text.replace(sign, escaped)
    return text
