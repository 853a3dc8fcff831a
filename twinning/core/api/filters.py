from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request

from twinning.core.api.problems import ApiProblem


class AllowListFilterBackend(DjangoFilterBackend):
    """Filters by the FilterSet of the view and by nothing else; the view refuses parameters that it lacks."""

    def filter_queryset(self, request: Request, queryset: models.QuerySet[Any], view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            errors = [
                {"parameter": name, "detail": str(error.message), "code": error.code or "invalid"}
                for name, found in filterset.errors.as_data().items()
                for inner in found
                for error in [_with_text(inner)]
            ]
            raise ApiProblem("parameter", errors[0]["detail"], errors=errors)
        return filterset.qs


def _with_text(error: Any) -> Any:
    error.message = " ".join(error.messages)
    error.params = None
    return error


class _YesNoWidget(forms.Select):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        said = data.get(name, "")
        return {"true": True, "false": False, "": None}.get(said, said)


class _YesNoField(forms.Field):
    widget = _YesNoWidget

    def to_python(self, value: Any) -> bool | None:
        if value not in (True, False, None):
            raise forms.ValidationError(_("Say true or false."), code="invalid")
        return None if value is None else bool(value)


@extend_schema_field(bool)
class YesNoFilter(django_filters.BooleanFilter):
    """true or false; the library's own takes any other word for no filter at all."""

    field_class = _YesNoField


@extend_schema_field({"type": "integer", "minimum": 0})
class IdFilter(django_filters.NumberFilter):
    """A whole number that a column can hold; the library's own takes 1e303 as well."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"min_value": 0, "max_value": 2**63 - 1} | kwargs)


class _MomentField(IsoDateTimeField):
    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        try:
            # PostgreSQL knows no offset beyond 15:59, though ISO 8601 does.
            return moment and moment.astimezone(dt.UTC)
        except OverflowError as error:
            raise forms.ValidationError(_("This moment is too far away."), code="invalid") from error


class MomentFilter(django_filters.IsoDateTimeFilter):
    """A moment with its offset from UTC."""

    field_class = _MomentField


@extend_schema_field({"type": "string", "format": "date"})
class DayFilter(django_filters.DateFilter):
    """A day, YYYY-MM-DD."""


class UpdatedFilter(django_filters.FilterSet):
    """Filters that every list of records has."""

    OVERRIDES: ClassVar[dict[Any, Any]] = {
        models.BooleanField: {"filter_class": YesNoFilter},
        models.PositiveSmallIntegerField: {
            "filter_class": IdFilter,
            "extra": lambda field: {"max_value": 32767},
        },
    }
    FILTER_DEFAULTS = {**django_filters.FilterSet.FILTER_DEFAULTS, **OVERRIDES}

    updated_since = MomentFilter(
        field_name="updated_at",
        lookup_expr="gte",
        label="Changed at this moment or later. Sort by updated_at to walk through them.",
    )
