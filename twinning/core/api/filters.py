from __future__ import annotations

from typing import Any

import django_filters
from django.db import models
from django_filters.rest_framework import DjangoFilterBackend
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


class UpdatedFilter(django_filters.FilterSet):
    """Filters that every list of records has."""

    updated_since = django_filters.IsoDateTimeFilter(
        field_name="updated_at",
        lookup_expr="gte",
        label="Changed at this moment or later. Sort by updated_at to walk through them.",
    )
