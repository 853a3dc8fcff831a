from __future__ import annotations

from typing import Any

import django_filters
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from clusters.models import Programme
from clusters.models.membership import grants_of
from clusters.queries.changes import FeedQuerySet
from clusters.rules import Can
from twinning.core.api.filters import IdFilter
from twinning.core.api.resources import Listed, Resource
from twinning.core.feed import last_settled
from twinning.core.models import Change
from twinning.core.queries import told_to

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
    object_text = serializers.CharField(
        allow_blank=True, help_text="Its name; blank where that names a record that you may not see."
    )
    parent_type = serializers.CharField(allow_null=True, help_text="The record of which this one is a part.")
    parent_id = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    programme = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        changed = serializers.DictField(
            child=serializers.ListField(min_length=2, max_length=2),
            help_text="{name: [before, after]}; a reference is {id, text}, both empty where you may not see it.",
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
    """What was changed, oldest first, for those who may read history: of a whole programme or of a cluster.

    To follow it, keep the id of the last change you took and ask for those ``after`` it. None is ever missed:
    a change appears when no older one can come any more, that is when what was being written beside it is.
    A page may be short, even empty, while there is more: follow next until it is null.
    """

    queryset = FeedQuerySet(Change)
    serializer_class = ChangeSerializer
    filterset_class = ChangeFilter
    sorts = ("id",)

    @cached_property
    def last(self) -> int | None:
        """Asked once: what was settled between two questions would be passed over."""
        return last_settled()

    def get_queryset(self) -> Any:
        rows = FeedQuerySet(Change).up_to(self.last).visible_to(self.actor)
        return rows.values("programme_id", *COLUMNS.values())

    def walked(self) -> Any:
        """All that a page looks through for those that the reader sees."""
        after = self.request.query_params.get("after") or 0
        return FeedQuerySet(Change).up_to(self.last).of_programmes(self.actor).filter(pk__gt=after)

    def represent_all(self, rows: list[Any]) -> list[dict[str, Any]]:
        programmes = dict(Programme.objects.visible_to(self.actor).values_list("pk", "slug"))
        told = self._told([row["id"] for row in rows if self._is_near(row)])
        return [
            {name: row[column] for name, column in COLUMNS.items()}
            | {"programme": programmes[row["programme_id"]]}
            | told.get(row["id"], {})
            for row in rows
        ]

    def _is_near(self, row: dict[str, Any]) -> bool:
        return row["programme_id"] not in grants_of(self.actor).in_programmes(Can.READ_HISTORY)

    def _told(self, near: list[int]) -> dict[int, dict[str, Any]]:
        """What the reader is told of changes that he reads by his cluster alone."""
        changes = Change.objects.filter(pk__in=near).select_related("content_type")
        told = told_to(self.actor, changes) if near else {}
        return {pk: {"object_text": text, "fields": fields} for pk, (text, fields) in told.items()}


ROUTES: list[tuple[str, type[Resource], str]] = [("changes", ChangeViewSet, "change")]
