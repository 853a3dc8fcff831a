"""Reads that every room's pages need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils import formats
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from twinning.core import periods
from twinning.core.access import ScopedQuerySet
from twinning.core.fields import ChoiceListField, EdtfField
from twinning.core.models import Change, User

Key = tuple[int, int]  # content type, object
MOST_UNFOLDED = 8


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change as a person reads it; ``fields`` are (label, before, after)."""

    when: dt.datetime
    actor_name: str
    action: str
    reason: str
    fields: list[tuple[str, str, str]]
    is_whole: bool = (
        False  # so many fields, as of a record made or removed, that a reader may want them folded
    )


def unquoted(text: str) -> str:
    """A text that is about to stand between quotation marks, without those that are its own."""
    inner = text.strip()
    whole = inner.startswith("“") and inner.endswith("”") and "“" not in inner[1:]
    return inner[1:-1] if whole else inner


def edtf_text(value: str) -> str:
    """An EDTF string as the reader's language writes it: 2008-06 is "Jun 2008"; "" for none."""
    try:
        return periods.display(periods.from_edtf(value), get_language() or "en")
    except ValueError:
        return value


def why_preferred(model: type[models.Model], pks: Iterable[int]) -> dict[int, str]:
    """Why each of these claims was last preferred over those that disagree, where a reason was given."""
    pks = list(pks)
    if not pks:
        return {}
    kind = ContentType.objects.get_for_model(model)
    changes = Change.objects.filter(
        content_type=kind, object_id__in=pks, action=Change.Action.CHANGED, fields__has_key="preferred"
    ).exclude(reason="")
    return {
        change.object_id: change.reason
        for change in changes.order_by("id")
        if change.fields["preferred"][1] is True
    }


# In what words a record tells of one of its own fields: (change, name, before, after) -> (label, before, after),
# or None for what is not told.
Tell = Callable[[Change, str, Any, Any], tuple[str, str, str] | None]


def history_of(
    obj: models.Model, limit: int = 50, *, reader: User, tell: Tell | None = None
) -> list[HistoryLine]:
    """The last ``limit`` changes of a record and of its parts, newest first.

    ``tell`` words the entries that are no field of the record, such as the answers of a form.

    A record that another one refers to is named only if ``reader`` may see it today; so the history of an
    agreement does not give away the firm that its page hides. Whether the reader may read history at all is
    the caller's question (``can_read_history``).
    """
    own = ContentType.objects.get_for_model(obj)
    of_parts = Q(parent_type=own, parent_id=obj.pk)
    changes = list(
        Change.objects.filter(Q(content_type=own, object_id=obj.pk) | of_parts)
        .select_related("actor", "content_type")
        .order_by("-id")[:limit]
    )
    parts = {
        (change.content_type_id, change.object_id)
        for change in changes
        if (change.content_type_id, change.object_id) != (own.pk, obj.pk)
    }
    named = _references_of_parts(parts)
    seen = _visible(reader, changes, named.values(), known=_at_hand(obj))
    return [
        _line(change, named.get((change.content_type_id, change.object_id)), seen, tell) for change in changes
    ]


def told_to(reader: User, changes: Iterable[Change]) -> dict[int, tuple[str, dict[str, Any]]]:
    """Name and fields of changes that ``reader`` may read, by id, without the records that he does not see.

    A reference to one of those is {"id": None, "text": ""}; a part that is named after one has no name.
    """
    changes = list(changes)
    known = {(change.content_type_id, change.object_id) for change in changes}
    parts = {(c.content_type_id, c.object_id) for c in changes if c.parent_type_id is not None}
    known |= {(c.parent_type_id, c.parent_id) for c in changes if c.parent_type_id and c.parent_id}
    named = _references_of_parts(parts)
    seen = _visible(reader, changes, named.values(), known=known)
    return {
        change.pk: (
            change.object_text
            if named.get((change.content_type_id, change.object_id), set()) <= seen
            else "",
            _without_unseen(change, seen),
        )
        for change in changes
    }


def _without_unseen(change: Change, seen: set[Key]) -> dict[str, Any]:
    model = change.content_type.model_class()

    def shown(name: str, value: Any) -> Any:
        target = _target(model, name)
        if target is None or not isinstance(value, dict):
            return value
        key = (ContentType.objects.get_for_model(target).pk, value["id"])
        return value if key in seen else {"id": None, "text": ""}

    return {name: [shown(name, value) for value in values] for name, values in change.fields.items()}


def _references_of_parts(parts: Iterable[Key]) -> dict[Key, set[Key]]:
    """What each part referred to when it was made, since its name in history is built from that."""
    wanted = Q()
    for type_id, pk in parts:
        wanted |= Q(content_type=type_id, object_id=pk)
    if not wanted:
        return {}
    made = Change.objects.filter(wanted, action__in=[Change.Action.CREATED, Change.Action.REMOVED])
    found: dict[Key, set[Key]] = {part: set() for part in parts}
    for change in made.select_related("content_type"):
        found[change.content_type_id, change.object_id] |= _references(change)
    return found


def _references(change: Change) -> set[Key]:
    model = change.content_type.model_class()
    found = set()
    for name, values in change.fields.items():
        target = _target(model, name)
        if target is not None:
            type_id = ContentType.objects.get_for_model(target).pk
            found |= {(type_id, value["id"]) for value in values if isinstance(value, dict)}
    return found


def _target(model: type[models.Model] | None, name: str) -> type[models.Model] | None:
    field = _field(model, name)
    return field.related_model if isinstance(field, models.ForeignKey) else None


def _field(model: type[models.Model] | None, name: str) -> models.Field[Any, Any] | None:
    try:
        return model._meta.get_field(name) if model else None  # type: ignore[return-value]
    except FieldDoesNotExist:  # a field that has gone since
        return None


def _at_hand(obj: models.Model) -> set[Key]:
    """What a page of this record shows anyway: the record and its programme."""
    found = {(ContentType.objects.get_for_model(obj).pk, obj.pk)}
    field = _field(type(obj), "programme")
    if isinstance(field, models.ForeignKey):
        kind = ContentType.objects.get_for_model(field.related_model)
        found.add((kind.pk, getattr(obj, field.attname)))
    return found


def _visible(reader: User, changes: list[Change], of_parts: Iterable[set[Key]], known: set[Key]) -> set[Key]:
    wanted: set[Key] = set().union(*[_references(change) for change in changes], *of_parts) - known
    seen = set(known)
    for type_id in {type_id for type_id, _pk in wanted}:
        pks = [pk for kind, pk in wanted if kind == type_id]
        model = ContentType.objects.get_for_id(type_id).model_class()
        rows = model._default_manager.get_queryset() if model else None
        if isinstance(rows, ScopedQuerySet):
            pks = list(rows.visible_to(reader).filter(pk__in=pks).values_list("pk", flat=True))
        seen |= {(type_id, pk) for pk in pks}
    return seen


def _line(
    change: Change, references: set[Key] | None, seen: set[Key], tell: Tell | None = None
) -> HistoryLine:
    model = change.content_type.model_class()
    action = str(change.get_action_display())
    if references is not None:
        kind = str(model._meta.verbose_name) if model else change.content_type.model
        known = references <= seen and change.object_text
        action = f"{action}: {kind} “{unquoted(change.object_text)}”" if known else f"{action}: {kind}"
    fields = []
    for name, (before, after) in sorted(change.fields.items(), key=_in_order_of(model)):
        if tell is not None and _field(model, name) is None:
            if told := tell(change, name, before, after):
                fields.append(told)
        elif not _is_machinery(model, name):
            fields.append(
                (_label(model, name), _shown(model, name, before, seen), _shown(model, name, after, seen))
            )
    return HistoryLine(
        when=change.at,
        actor_name=str(change.actor) if change.actor else pgettext("who made a change", "the system"),
        action=action,
        reason=change.reason,
        fields=fields,
        is_whole=change.action != Change.Action.CHANGED or len(fields) > MOST_UNFOLDED,
    )


def _in_order_of(model: type[models.Model] | None) -> Callable[[tuple[str, Any]], tuple[int, str]]:
    """As the record lists its fields, since PostgreSQL keeps no order of keys."""
    place = {field.name: n for n, field in enumerate(model._meta.get_fields())} if model else {}
    return lambda item: (place.get(item[0], len(place)), item[0])


def _label(model: type[models.Model] | None, name: str) -> str:
    field = _field(model, name)
    return capfirst(str(field.verbose_name if field is not None else name.replace("_", " ")))


def _shown(model: type[models.Model] | None, name: str, value: Any, seen: set[Key]) -> str:
    """A value of history in words; "" for none."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, dict) and set(value) == {"id", "text"}:
        target = _target(model, name)
        key = (ContentType.objects.get_for_model(target).pk, value["id"]) if target else None
        return str(value["text"]) if key is None or key in seen else _("(not shown to you)")
    field = _field(model, name)
    if isinstance(field, ChoiceListField) and isinstance(value, list):
        words = dict(field.of.choices) if field.of else {}
        return ", ".join(str(words.get(item, item)) for item in value)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain(field, value)


def _is_machinery(model: type[models.Model] | None, name: str) -> bool:
    """Whether a field holds data for programs, such as a parsed reading or the first day of a date: kept in
    history, not told to a person.
    """
    stem = name.removesuffix("_first").removesuffix("_last")
    if stem != name and isinstance(_field(model, stem), EdtfField):
        return True
    field = _field(model, name)
    return isinstance(field, models.JSONField) and not isinstance(field, ChoiceListField)


def _plain(field: models.Field[Any, Any] | None, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, EdtfField):
        return edtf_text(str(value))
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return formats.date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return formats.date_format(day, "SHORT_DATE_FORMAT")
    if isinstance(field, models.DecimalField):
        try:
            return formats.number_format(Decimal(str(value)), force_grouping=True)
        except InvalidOperation:
            return str(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return str(value)
