"""Writes that keep what stood before: the only way in which a record is created, changed or removed.

Services call these after they checked permission and rules. Each call validates the record as a whole, writes it
and its ``Change`` in one transaction, and notices when somebody else saved in between. For very many records at
once there is ``history_many``.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.db import models, transaction
from django.utils import timezone

from twinning.core.access import StaleVersion
from twinning.core.models import Change, User, VersionedModel
from twinning.core.watch import Told, tell

_M = TypeVar("_M", bound=models.Model)
_V = TypeVar("_V", bound=VersionedModel)

_UNTRACKED = {"id", "version", "created_at", "updated_at"}
_BLANK: tuple[Any, ...] = (None, "", [], {})


@lru_cache(maxsize=256)
def tracked(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields that history keeps; what a model only counts over other records it names ``unrecorded``."""
    passed_over = _UNTRACKED | getattr(model, "unrecorded", frozenset())
    return [field for field in model._meta.concrete_fields if field.name not in passed_over]


def jsonable(obj: models.Model, field: models.Field[Any, Any]) -> Any:
    """One field of a record as it is kept in history: plain JSON, a reference with the text it had then."""
    if isinstance(field, models.ForeignKey):
        pk = getattr(obj, field.attname)
        return None if pk is None else reference(pk, getattr(obj, field.name))
    return plain(getattr(obj, field.attname))


def reference(pk: int, text: object) -> dict[str, Any]:
    """How history names another record."""
    return {"id": pk, "text": str(text)[:200]}


def plain(value: Any) -> Any:
    """A value that is no reference, as it is kept in history."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        # Written without an exponent and as the column would give it back, so that 5 and 5.00 are no change.
        return format(value.normalize(), "f")
    if isinstance(value, File | uuid.UUID):
        return str(value)
    return value


def change_columns(
    obj: models.Model,
    action: Change.Action,
    fields: dict[str, list[Any]],
    parent: models.Model | None,
) -> dict[str, Any]:
    """What a Change says of what happened to ``obj``, by column; who did it and why stand beside it."""
    programme_id = getattr(obj, "history_programme_id", None) or getattr(parent, "history_programme_id", None)
    return {
        "action": action.value,
        "content_type_id": ContentType.objects.get_for_model(obj).pk,
        "object_id": obj.pk,
        "object_text": text_of(obj),
        "parent_type_id": ContentType.objects.get_for_model(parent).pk if parent else None,
        "parent_id": parent.pk if parent else None,
        "programme_id": programme_id,
        "fields": fields,
    }


def change_of(
    obj: models.Model,
    action: Change.Action,
    fields: dict[str, list[Any]],
    actor: User | None,
    reason: str,
    parent: models.Model | None,
) -> Change:
    """The Change that says what happened to ``obj``, not saved."""
    return Change(actor=actor, reason=reason, **change_columns(obj, action, fields, parent))


def text_of(obj: models.Model) -> str:
    """What history calls a record."""
    return str(obj)[:255]


def as_created(told: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The fields of a new record, {name: [None, value]}, without those that are blank."""
    return {name: [None, value] for name, value in told.items() if value or value not in _BLANK}


def as_told(obj: models.Model) -> dict[str, Any]:
    """All fields of a record as history keeps them, {name: value}."""
    return {field.name: jsonable(obj, field) for field in tracked(type(obj))}


def _keep(obj: models.Model, change: Change) -> None:
    """Write a Change, and tell who watches such records."""
    change.save()
    tell(type(obj), [Told(obj.pk, change.parent_id, change.fields, change.pk)])


@transaction.atomic
def create(obj: _M, *, actor: User | None, reason: str = "", parent: models.Model | None = None) -> _M:
    """Validate and insert ``obj``. Raises django ValidationError with messages by field."""
    obj.full_clean()
    obj.save(force_insert=True)
    _keep(obj, change_of(obj, Change.Action.CREATED, as_created(as_told(obj)), actor, reason, parent))
    return obj


def set_on(
    obj: models.Model, values: Mapping[str, Any], *, check: bool
) -> tuple[list[models.Field[Any, Any]], dict[str, list[Any]]]:
    """Set values on a record, not yet in the database: the fields set, and [before, after] of those that differ."""
    fields = [field for field in tracked(type(obj)) if field.name in values or field.attname in values]
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
    fields, told = set_on(current, values, check=True)
    if not told:
        return current
    current.version, current.updated_at = seen + 1, timezone.now()
    written: dict[str, Any] = {field.attname: getattr(current, field.attname) for field in fields}
    written |= {"version": current.version, "updated_at": current.updated_at}
    if not type(obj)._base_manager.filter(pk=obj.pk, version=seen).update(**written):
        raise StaleVersion(type(obj)._base_manager.get(pk=obj.pk))
    _keep(current, change_of(current, Change.Action.CHANGED, told, actor, reason, parent))
    return current


@transaction.atomic
def change_part(
    obj: _M, values: dict[str, Any], *, actor: User | None, parent: models.Model, reason: str = ""
) -> _M:
    """Change a row that is part of another record, whose version the caller raises."""
    _fields, told = set_on(obj, values, check=True)
    if told:
        obj.save(update_fields=list(told))
        _keep(obj, change_of(obj, Change.Action.CHANGED, told, actor, reason, parent))
    return obj


@transaction.atomic
def remove(
    obj: models.Model, *, actor: User | None, reason: str = "", parent: models.Model | None = None
) -> None:
    """Delete a row that is part of another record (a role, a signatory), keeping all it said in history."""
    fields = {name: [after, None] for name, (_before, after) in as_created(as_told(obj)).items()}
    _keep(obj, change_of(obj, Change.Action.REMOVED, fields, actor, reason, parent))
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
    _keep(obj, change_of(obj, Change.Action.CHANGED, told, actor, reason, None))
    return obj


def note(
    obj: _V, fields: dict[str, list[Any]], *, actor: User | None, parent: models.Model | None = None
) -> _V:
    """Record a change that no column of the record holds, such as a set of references: {name: [before, after]}.

    The caller wrote it in the same transaction; the version is raised, so that a second saver is noticed.
    """
    _keep(obj, change_of(obj, Change.Action.CHANGED, fields, actor, "", parent))
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
    for field in tracked(type(obj)):
        if field.name in change.fields:
            before = change.fields[field.name][0]
            value = before["id"] if isinstance(field, models.ForeignKey) and before else before
            setattr(obj, field.attname, None if value is None else field.to_python(value))
