from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from clusters.models import Programme
from clusters.queries.changes import FeedQuerySet
from twinning.core.api.filters import IdFilter
from twinning.core.api.resources import Listed, Resource
from twinning.core.models import Change

COLUMNS = {
    "id": "id",
    "at": "at",
    "actor": "actor__name",
    "action": "action",
    "type": "content_type__model",
    "object_id": "object_id",
    "object_text": "object_text",
    "parent_type": "parent_type__model",
    "parent_id": "parent_id",
    "fields": "fields",
    "reason": "reason",
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A new title",
            response_only=True,
            value={
                "id": 4711,
                "at": "2011-07-31T16:20:11Z",
                "actor": "Asha Rao",
                "action": "changed",
                "type": "activity",
                "object_id": 17,
                "object_text": "Training on finishing of goat leather",
                "parent_type": None,
                "parent_id": None,
                "fields": {"title": ["Training on finishing", "Training on finishing of goat leather"]},
                "reason": "",
                "programme": "tfind04a01",
            },
        )
    ]
)
class ChangeSerializer(serializers.Serializer[Change]):
    """Who changed which record when, and what stood there before."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.CharField(allow_null=True, help_text="Null where the application itself did it.")
    action = serializers.ChoiceField(Change.Action.choices)
    type = serializers.CharField(help_text="What kind of record it is, such as activity.")
    object_id = serializers.IntegerField()
    object_text = serializers.CharField()
    parent_type = serializers.CharField(allow_null=True, help_text="The record of which this one is a part.")
    parent_id = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    programme = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        changed = serializers.DictField(
            child=serializers.ListField(min_length=2, max_length=2),
            help_text="{name: [before, after]}; a reference is {id, text}.",
        )
        # A serializer has an attribute of this name for itself.
        return {**super().get_fields(), "fields": changed}


class ChangeFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter(method="of_programme", label="Slug of a programme.")
    after = IdFilter("id", lookup_expr="gt", label="The id of the last change you have.")
    type = django_filters.CharFilter("content_type__model", label="What kind of record, such as activity.")
    object_id = IdFilter("object_id", label="Id of the record; with type.")

    class Meta:
        model = Change
        fields: list[str] = []

    def of_programme(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(programme_id__in=Programme.objects.filter(slug=value).values("pk"))


class ChangeViewSet(Listed, Resource):
    """What was changed, oldest first, for those who may read the history of a whole programme.

    To follow it, keep the id of the last change you took and ask for those ``after`` it. None is ever missed:
    a change appears when no older one can come any more, within seconds as a rule.
    """

    queryset = FeedQuerySet(Change)
    serializer_class = ChangeSerializer
    filterset_class = ChangeFilter
    sorts = ("id",)

    def get_queryset(self) -> Any:
        rows = FeedQuerySet(Change).settled().visible_to(self.actor)
        return rows.values("programme_id", *COLUMNS.values())

    def represent_all(self, rows: list[Any]) -> list[dict[str, Any]]:
        programmes = dict(Programme.objects.visible_to(self.actor).values_list("pk", "slug"))
        return [
            {name: row[column] for name, column in COLUMNS.items()}
            | {"programme": programmes[row["programme_id"]]}
            for row in rows
        ]


ROUTES: list[tuple[str, type[Resource], str]] = [("changes", ChangeViewSet, "change")]
