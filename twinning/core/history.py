"""Writes that keep what stood before: the only way in which a record is created, changed or removed.

Services call these after they checked permission and rules. Each call validates the record as a whole, writes it
and its ``Change`` in one transaction, and notices when somebody else saved in between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from twinning.core import bulk
from twinning.core.access import StaleVersion
from twinning.core.models import Change, User, VersionedModel

_M = TypeVar("_M", bound=models.Model)
_V = TypeVar("_V", bound=VersionedModel)

_UNTRACKED = {"id", "version", "created_at", "updated_at"}


@lru_cache(maxsize=256)
def _tracked(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields that history keeps; what a model only counts over other records it names ``unrecorded``."""
    passed_over = _UNTRACKED | getattr(model, "unrecorded", frozenset())
    return [field for field in model._meta.concrete_fields if field.name not in passed_over]


def jsonable(obj: models.Model, field: models.Field[Any, Any]) -> Any:
    """One field of a record as it is kept in history: plain JSON, a reference with the text it had then."""
    if isinstance(field, models.ForeignKey):
        pk = getattr(obj, field.attname)
        return None if pk is None else {"id": pk, "text": str(getattr(obj, field.name))[:200]}
    value = getattr(obj, field.attname)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        # Written without an exponent and as the column would give it back, so that 5 and 5.00 are no change.
        return format(value.normalize(), "f")
    if isinstance(field, models.FileField | models.UUIDField):
        return str(value)
    return value


def _change(
    obj: models.Model,
    action: Change.Action,
    fields: dict[str, list[Any]],
    actor: User | None,
    reason: str,
    parent: models.Model | None,
) -> Change:
    programme_id = getattr(obj, "history_programme_id", None) or getattr(parent, "history_programme_id", None)
    return Change(
        actor=actor,
        action=action,
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        object_text=str(obj)[:255],
        parent_type=ContentType.objects.get_for_model(parent) if parent else None,
        parent_id=parent.pk if parent else None,
        programme_id=programme_id,
        fields=fields,
        reason=reason,
    )


def _as_created(obj: models.Model) -> dict[str, list[Any]]:
    values = {field.name: jsonable(obj, field) for field in _tracked(type(obj))}
    return {name: [None, value] for name, value in values.items() if value not in (None, "", [], {})}


@transaction.atomic
def create(obj: _M, *, actor: User | None, reason: str = "", parent: models.Model | None = None) -> _M:
    """Validate and insert ``obj``. Raises django ValidationError with messages by field."""
    obj.full_clean()
    obj.save(force_insert=True)
    _change(obj, Change.Action.CREATED, _as_created(obj), actor, reason, parent).save()
    return obj


@transaction.atomic
def create_many(
    objs: Sequence[_M], *, actor: User | None, reason: str = "", parents: Iterable[models.Model | None] = ()
) -> list[_M]:
    """Insert many records that the caller validated by the same rules, with one Change each."""
    if not objs:
        return []
    saved = bulk.insert(objs)
    padded = [*parents, *([None] * len(saved))][: len(saved)]
    bulk.insert(
        [
            _change(obj, Change.Action.CREATED, _as_created(obj), actor, reason, parent)
            for obj, parent in zip(saved, padded, strict=True)
        ]
    )
    return list(saved)


def _set(
    obj: models.Model, values: dict[str, Any], *, check: bool
) -> tuple[list[models.Field[Any, Any]], dict[str, list[Any]]]:
    """Set values on a record, not yet in the database: the fields set, and [before, after] of those that differ."""
    fields = [field for field in _tracked(type(obj)) if field.name in values or field.attname in values]
    before = {field.name: jsonable(obj, field) for field in fields}
    for name, value in values.items():
        setattr(obj, name, value)
    if check:
        obj.full_clean()
    after = {field.name: jsonable(obj, field) for field in fields}
    return fields, {name: [before[name], after[name]] for name in before if before[name] != after[name]}


@transaction.atomic
def change(
    obj: _V,
    values: dict[str, Any],
    *,
    actor: User | None,
    version: int | None,
    reason: str = "",
    parent: models.Model | None = None,
) -> _V:
    """Set ``values`` on the record and return it as it now stands.

    ``version`` is the version the caller saw; None means that the caller just read it and holds no older view.
    Raises StaleVersion when another version stands and something would change, ValidationError by field.
    Setting what already stands is no change and writes nothing.
    """
    current = type(obj)._base_manager.select_for_update().get(pk=obj.pk)
    if version is not None and current.version != version:
        raise StaleVersion(current)
    seen = current.version
    fields, told = _set(current, values, check=True)
    if not told:
        return current
    current.version, current.updated_at = seen + 1, timezone.now()
    written: dict[str, Any] = {field.attname: getattr(current, field.attname) for field in fields}
    written |= {"version": current.version, "updated_at": current.updated_at}
    if not type(obj)._base_manager.filter(pk=obj.pk, version=seen).update(**written):
        raise StaleVersion(type(obj)._base_manager.get(pk=obj.pk))
    _change(current, Change.Action.CHANGED, told, actor, reason, parent).save()
    return current


@transaction.atomic
def change_many(
    changes: Sequence[tuple[_V, dict[str, Any]]], *, actor: User | None, reason: str = ""
) -> list[_V]:
    """Change many records of one model that the caller just read and validated by the same rules.

    ``changes``: each record as read, with the values to set. Returns those that somebody else saved meanwhile,
    which are left as they stand. The others carry their new version afterwards.
    """
    stale, written = [], []
    now = timezone.now()
    for obj, values in changes:
        rows = type(obj)._base_manager.filter(pk=obj.pk, version=obj.version)
        fields, told = _set(obj, values, check=False)
        if not told:
            continue
        columns: dict[str, Any] = {field.attname: getattr(obj, field.attname) for field in fields}
        if not rows.update(**columns, version=obj.version + 1, updated_at=now):
            stale.append(obj)
            continue
        obj.version, obj.updated_at = obj.version + 1, now
        written.append(_change(obj, Change.Action.CHANGED, told, actor, reason, None))
    bulk.insert(written)
    return stale


@transaction.atomic
def change_part(
    obj: _M, values: dict[str, Any], *, actor: User | None, parent: models.Model, reason: str = ""
) -> _M:
    """Change a row that is part of another record, whose version the caller raises."""
    _fields, told = _set(obj, values, check=True)
    if told:
        obj.save(update_fields=list(told))
        _change(obj, Change.Action.CHANGED, told, actor, reason, parent).save()
    return obj


@transaction.atomic
def remove(
    obj: models.Model, *, actor: User | None, reason: str = "", parent: models.Model | None = None
) -> None:
    """Delete a row that is part of another record (a role, a signatory), keeping all it said in history."""
    fields = {name: [after, None] for name, (_before, after) in _as_created(obj).items()}
    _change(obj, Change.Action.REMOVED, fields, actor, reason, parent).save()
    obj.delete()


@transaction.atomic
def rewrite(
    obj: _V, columns: dict[str, Any], told: dict[str, list[Any]], *, actor: User | None, reason: str = ""
) -> _V:
    """Write columns that history is to tell of in words of the caller's: {name: [before, after]}.

    For a record that is a whole document, of which one line changed. ``columns`` are values that the caller checked;
    ``obj`` is as just read. Raises StaleVersion when somebody else saved meanwhile.
    """
    rows = type(obj)._base_manager.filter(pk=obj.pk, version=obj.version)
    now = timezone.now()
    if not rows.update(**columns, version=obj.version + 1, updated_at=now):
        raise StaleVersion(type(obj)._base_manager.get(pk=obj.pk))
    for name, value in columns.items():
        setattr(obj, name, value)
    obj.version, obj.updated_at = obj.version + 1, now
    _change(obj, Change.Action.CHANGED, told, actor, reason, None).save()
    return obj


def note(
    obj: _V, fields: dict[str, list[Any]], *, actor: User | None, parent: models.Model | None = None
) -> _V:
    """Record a change that no column of the record holds, such as a set of references: {name: [before, after]}.

    The caller wrote it in the same transaction; the version is raised, so that a second saver is noticed.
    """
    _change(obj, Change.Action.CHANGED, fields, actor, "", parent).save()
    return touch(obj, version=None)


def touch(obj: _V, *, version: int | None) -> _V:
    """Raise the version of a record whose parts changed, so that a second saver of the whole is noticed.

    Raises StaleVersion when ``version`` is given and another stands.
    """
    rows = type(obj)._base_manager.filter(pk=obj.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=models.F("version") + 1, updated_at=timezone.now()):
        raise StaleVersion(type(obj)._base_manager.get(pk=obj.pk))
    return type(obj)._base_manager.get(pk=obj.pk)


def put_back(obj: models.Model, change: Change) -> None:
    """Set on ``obj``, without saving it, the fields of one of its changes as they stood before that change."""
    for field in _tracked(type(obj)):
        if field.name in change.fields:
            before = change.fields[field.name][0]
            value = before["id"] if isinstance(field, models.ForeignKey) and before else before
            setattr(obj, field.attname, None if value is None else field.to_python(value))
