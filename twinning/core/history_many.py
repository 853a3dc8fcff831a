"""What ``history`` does, for very many records: made ready before the transaction, written within it in one go.

While rows go in, nobody else can write on SQLite. So everything that needs no lock is done by ``add`` and its
like, and what is left to ``write`` is to give ids and to hand over finished rows. The caller validates by the
rules of the model, checks permission, and makes sure under the lock that what was read still stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from django.db import models

from twinning.core.bulk import Table, Values, update
from twinning.core.history import (
    as_created,
    as_told,
    change_columns,
    change_of,
    plain,
    reference,
    set_on,
    text_of,
    tracked,
)
from twinning.core.models import Change, User, VersionedModel
from twinning.core.watch import Told, is_watched, tell

# Stands for the id of a record that is not written yet. Inside a text of JSON the quotes are escaped, so that
# this is found only where it was put.
_LATER = -1
_LATER_TEXT = f'"id":{_LATER}'


class Ready(NamedTuple):
    """Values as they go to the driver, and as history tells them."""

    columns: dict[str, Any]
    told: dict[str, Any]


_NOTHING = Ready({}, {})


class _New(NamedTuple):
    whole: int
    record: Values
    change: Values
    told: str


class Creations:
    """New records of one model, each with its Change.

    ``alike``: a record that holds what all have in common; it is used up. ``part_of``: the name of the
    reference to the record that each is a part of and on whose page its history is read.
    """

    def __init__(
        self, alike: models.Model, *, actor: User | None, reason: str = "", part_of: str = ""
    ) -> None:
        self._alike, self._part_of = alike, part_of
        self._told = as_told(alike)
        self._references = {
            field.name: field.attname
            for field in tracked(type(alike))
            if isinstance(field, models.ForeignKey)
        }
        self._records = Table(alike, [self._references[part_of]] if part_of else [])
        self._said = (actor, reason, getattr(alike, part_of) if part_of else None)
        self._new: list[_New] = []

    @cached_property
    def _changes(self) -> Table:
        change = change_of(self._alike, Change.Action.CREATED, {}, *self._said)
        return Table(change, ["object_id", "parent_id", "fields"])

    def ready(self, values: Mapping[str, Any]) -> Ready:
        """Values, by name of the field, made ready once for several records."""
        columns, told = {}, {}
        for name, value in values.items():
            if name in self._references:
                columns[self._references[name]] = value and value.pk
                told[name] = value and reference(value.pk, value)
            else:
                columns[name], told[name] = value, plain(value)
        return Ready(self._records.ready(columns), told)

    def add(
        self, values: Mapping[str, Any], shared: Ready = _NOTHING, *, whole: int = 0, text: str = ""
    ) -> None:
        """One more record: ``values`` by name of the field, and ``shared`` ones that its text does not name.

        ``whole``: what it is a part of, by the place in what ``write`` will be given, and the ``text`` of that.
        """
        own = self.ready(values)
        for name, value in values.items():
            setattr(self._alike, name, value)
        told = self._told | own.told | shared.told
        if self._part_of:
            told[self._part_of] = reference(_LATER, text)
        self._new.append(
            _New(
                whole,
                self._records.row(own.columns | shared.columns),
                self._changes.row({"object_text": text_of(self._alike)}),
                orjson.dumps(as_created(told)).decode(),
            )
        )

    def write(self, wholes: Sequence[int | None] = (), *, leave_out: Container[int] = ()) -> list[int | None]:
        """Insert the records and their Changes, inside the caller's transaction.

        ``wholes``: ids of what they are parts of; parts of None are left out, as are the places in
        ``leave_out``. Returns the id of each record, None for those left out.
        """
        if not self._new:
            return []
        kept = {place: new for place, new in enumerate(self._new) if place not in leave_out}
        if self._part_of:
            kept = {place: new for place, new in kept.items() if wholes[new.whole] is not None}
            parents = [(wholes[new.whole],) for new in kept.values()]
            ids = self._records.insert([new.record for new in kept.values()], parents)
            late = [
                (pk, whole, new.told.replace(_LATER_TEXT, f'"id":{whole}', 1))
                for pk, (whole,), new in zip(ids, parents, kept.values(), strict=True)
            ]
        else:
            ids = self._records.insert([new.record for new in kept.values()])
            late = [(pk, None, new.told) for pk, new in zip(ids, kept.values(), strict=True)]
        self._changes.append([new.change for new in kept.values()], late)
        if is_watched(type(self._alike)):
            tell(type(self._alike), [Told(pk, whole) for pk, whole, _told in late])
        given = dict(zip(kept, ids, strict=True))
        return [given.get(place) for place in range(len(self._new))]


class Edits:
    """Changes and removals of records of one model, each with its Change.

    Of a model with versions, each record has the next version afterwards.
    """

    def __init__(self, model: type[models.Model], *, actor: User | None, reason: str = "") -> None:
        self._model = model
        self._table, self._history = Table(model()), Table(Change(actor=actor, reason=reason))
        self._updates: dict[tuple[str, ...], list[Values]] = defaultdict(list)
        self._removed: list[int] = []
        self._changes: list[Values] = []
        self._told: list[Told] = []

    def change(
        self, obj: models.Model, values: Mapping[str, Any], *, parent: models.Model | None = None
    ) -> bool:
        """Set ``values`` on the record; returns whether that changes anything."""
        fields, told = set_on(obj, values, check=False)
        if told:
            self._update(obj, [field.attname for field in fields])
            self._note(obj, Change.Action.CHANGED, told, parent)
        return bool(told)

    def touch(self, obj: VersionedModel) -> None:
        """Raise the version of a record whose parts change."""
        self._update(obj, [])

    def remove(self, obj: models.Model, *, parent: models.Model | None = None) -> None:
        """Delete a row that is part of another record."""
        told = {name: [value, None] for name, (_none, value) in as_created(as_told(obj)).items()}
        self._note(obj, Change.Action.REMOVED, told, parent)
        self._removed.append(obj.pk)

    def write(self) -> None:
        """Write it all, inside the caller's transaction."""
        for names, rows in self._updates.items():
            update(self._model, names, rows)
        if self._removed:
            self._model._base_manager.filter(pk__in=self._removed).delete()
        self._history.append(self._changes)
        tell(self._model, self._told)

    def _update(self, obj: models.Model, names: Sequence[str]) -> None:
        columns = {name: getattr(obj, name) for name in names}
        if isinstance(obj, VersionedModel):
            obj.version += 1
            columns["version"] = obj.version
        self._updates[tuple(columns)].append((*self._table.ready(columns).values(), obj.pk))

    def _note(
        self,
        obj: models.Model,
        action: Change.Action,
        fields: dict[str, list[Any]],
        parent: models.Model | None,
    ) -> None:
        columns = self._history.ready(change_columns(obj, action, fields, parent))
        self._changes.append(self._history.row(columns))
        if is_watched(self._model):
            self._told.append(Told(obj.pk, parent.pk if parent else None, fields))
