"""Rooms that must know at once when certain records change: told by ``history``, in the transaction of the change.

A lower room cannot ask a higher one; the higher one says when the application starts which records it watches. A
watcher reads and writes records of its own room only. It is told what history is told, whoever wrote it and how.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models


@dataclass(frozen=True, slots=True)
class Told:
    """A change of a record: its id, that of the record it is a part of, and {field: [before, after]}.

    ``fields`` is empty for records that were made many at once. ``change`` is the id of the Change, where known.
    """

    pk: int
    parent: int | None = None
    fields: Mapping[str, list[Any]] = field(default_factory=dict)
    change: int | None = None


Watcher = Callable[[type[models.Model], Sequence[Told]], None]
_WATCHERS: dict[type[models.Model], list[Watcher]] = {}


def watch(watcher: Watcher, *watched: type[models.Model]) -> None:
    for model in watched:
        known = _WATCHERS.setdefault(model, [])
        if watcher not in known:
            known.append(watcher)


def is_watched(model: type[models.Model]) -> bool:
    return model in _WATCHERS


def tell(model: type[models.Model], told: Sequence[Told]) -> None:
    """Tell who watches records of this model; nothing for no changes."""
    if told:
        for watcher in _WATCHERS.get(model, ()):
            watcher(model, told)
