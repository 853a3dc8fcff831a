"""Parts of serializers that keep to what the user may see and refuse what nobody asked for."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from twinning.core.access import ScopedQuerySet
from twinning.core.fields import SlugField

MOST_ENTRIES = 200


class _Scoped:
    """A relation that finds only records the user may see: what is not visible does not exist."""

    context: dict[str, Any]
    queryset: Any

    def get_queryset(self) -> models.QuerySet[Any]:
        rows = self.queryset.all()
        if not isinstance(rows, ScopedQuerySet):
            raise TypeError(f"{rows.model.__name__} does not say who sees its rows")
        return rows.visible_to(self.context["request"].user)


class VisibleId(_Scoped, serializers.PrimaryKeyRelatedField):  # type: ignore[type-arg]
    """A related record by its id."""


class VisibleSlug(_Scoped, serializers.SlugRelatedField):  # type: ignore[type-arg]
    """A related record by its slug."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\x00" in data:
            self.fail("invalid")
        return super().to_internal_value(data)


class Strict(serializers.BaseSerializer):  # type: ignore[type-arg]
    """Mix-in for what is sent: a member that is not in the schema is an error, so that a slip is not lost.

    Lists are bounded, since each entry may cost a look-up.
    """

    def to_internal_value(self, data: Any) -> Any:
        fields: Any = self.fields  # type: ignore[attr-defined]
        known = {name for name, field in fields.items() if not field.read_only}
        if isinstance(data, dict) and (unknown := [name for name in data if name not in known]):
            raise serializers.ValidationError(
                {
                    str(name): [serializers.ErrorDetail(_("There is no such member."), code="unknown")]
                    for name in unknown
                }
            )
        if isinstance(data, dict) and (long := [n for n, v in data.items() if _is_long(v)]):
            text = _("At most %(most)d at a time.") % {"most": MOST_ENTRIES}
            raise serializers.ValidationError(
                {name: [serializers.ErrorDetail(text, code="too_many")] for name in long}
            )
        return super().to_internal_value(data)


def _is_long(value: Any) -> bool:
    return isinstance(value, list) and len(value) > MOST_ENTRIES


class StrictSerializer(Strict, serializers.Serializer):  # type: ignore[type-arg]
    pass


# What the columns of PostgreSQL hold, so that both databases refuse the same numbers.
_MOST = {"PositiveSmallIntegerField": 32767, "PositiveIntegerField": 2**31 - 1, "IntegerField": 2**31 - 1}


class StrictModelSerializer(Strict, serializers.ModelSerializer):  # type: ignore[type-arg]
    """Fields as the model has them. The record as a whole is validated by the service, once."""

    def get_unique_together_validators(self) -> list[Any]:
        return []

    def get_unique_for_date_validators(self) -> list[Any]:
        return []

    def get_uniqueness_extra_kwargs(
        self, field_names: Any, declared_fields: Any, extra_kwargs: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return extra_kwargs, {}

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[type[Any], dict[str, Any]]:
        field, kwargs = super().build_standard_field(field_name, model_field)
        if isinstance(model_field, SlugField):
            # The rule and its words are the model's, not those of Django REST framework.
            field, _unicode = serializers.CharField, kwargs.pop("allow_unicode", None)
        kwargs["validators"] = [v for v in kwargs.get("validators", []) if not isinstance(v, UniqueValidator)]
        if not kwargs["validators"]:
            kwargs.pop("validators")
        most = _MOST.get(model_field.get_internal_type())
        if most is not None and issubclass(field, serializers.IntegerField):
            kwargs["max_value"] = min(kwargs.get("max_value", most), most)
        return field, kwargs


class Choices(serializers.ListField):
    """Several of a list of choices."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(child=serializers.ChoiceField(choices=choices), required=False, **kwargs)


class Reference(serializers.Serializer):  # type: ignore[type-arg]
    """A related record by id and name; null where the reader may not see it.

    The resource says in ``refers`` which references it shows, and looks up all of a page at once.
    """

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, instance: Any) -> Any:
        if instance.pk not in self.context["visible"].get(type(instance), ()):
            return None
        return {"id": instance.pk, "name": str(instance)}


def _reached(record: Any, path: list[str]) -> list[Any]:
    if record is None or not path:
        return [record] if record is not None else []
    value = getattr(record, path[0], None)
    inner = list(value.all()) if isinstance(value, models.Manager) else [value]
    return [found for part in inner for found in _reached(part, path[1:])]


def visible_among(records: Any, paths: tuple[str, ...], user: Any) -> dict[type[Any], set[int]]:
    """{model: ids that the user may see} of what ``paths`` (organisation, parties.organisation) lead to.

    One query for each model, however many records there are.
    """
    asked: dict[type[Any], set[int]] = {}
    for record in records:
        for path in paths:
            for found in _reached(record, path.split(".")):
                asked.setdefault(type(found), set()).add(found.pk)
    return {
        model: set(
            model._default_manager.get_queryset()
            .visible_to(user)
            .filter(pk__in=ids)
            .values_list("pk", flat=True)
        )
        for model, ids in asked.items()
    }
