"""The register of closed figures that were put right."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from clusters.api.common import ClusterReference
from monitoring.api.closings import FIGURE, STANDING, TRAINED
from monitoring.api.common import IndicatorReference, ValueSerializer, value_data
from monitoring.models import Restatement
from monitoring.queries.closings import figure_of
from twinning.core.api.filters import IdFilter
from twinning.core.api.resources import Listed, Resource


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Two counted twice",
            response_only=True,
            value={
                "id": 3,
                "programme": "tfind04a01",
                "closing": 12,
                "period": 4,
                "cluster": STANDING["cluster"],
                "indicator": TRAINED,
                "revision": 2,
                "before": FIGURE,
                "after": {**FIGURE, "value": "36"},
                "reason": "Two persons stood on the sheet twice.",
                "actor": "Paolo Neri",
                "at": "2010-09-01T08:00:00Z",
            },
        )
    ]
)
class RestatementSerializer(serializers.ModelSerializer[Restatement]):
    programme: Any = serializers.CharField(source="closing.period.programme.slug", read_only=True)
    period = serializers.IntegerField(source="closing.period_id", read_only=True)
    cluster = ClusterReference(source="closing.cluster", read_only=True, allow_null=True)
    indicator = IndicatorReference(read_only=True)
    before = serializers.SerializerMethodField(help_text="Null where it was not measured before.")
    after = serializers.SerializerMethodField()
    actor = serializers.CharField(source="actor.name", read_only=True)

    class Meta:
        model = Restatement
        fields = [
            "id",
            "programme",
            "closing",
            "period",
            "cluster",
            "indicator",
            "revision",
            "before",
            "after",
            "reason",
            "actor",
            "at",
        ]

    @extend_schema_field(ValueSerializer(allow_null=True))
    def get_before(self, row: Restatement) -> Any:
        return self._value(row.before) if row.before else None

    @extend_schema_field(ValueSerializer())
    def get_after(self, row: Restatement) -> Any:
        return self._value(row.after)

    def _value(self, frozen: Any) -> Any:
        return ValueSerializer(value_data(self.context["request"].user, figure_of(frozen))).data


class RestatementFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter("closing__period__programme__slug", label="Slug of a programme.")
    closing = IdFilter("closing", label="Id of a closing.")
    indicator = IdFilter("indicator", label="Id of an indicator.")

    class Meta:
        model = Restatement
        fields: list[str] = []


class RestatementViewSet(Listed, Resource):
    """The register of closed figures that were put right: what they were, what they are, why and by whom."""

    queryset = Restatement.objects.all()
    serializer_class = RestatementSerializer
    filterset_class = RestatementFilter
    sorts = ("id", "-id")
    joined = (
        "closing__period__programme",
        "closing__cluster",
        "indicator",
        "before__indicator",
        "before__closing__period__programme",
        "after__indicator",
        "after__closing__period__programme",
        "actor",
    )

    def get_queryset(self) -> Any:
        return (
            super()
            .get_queryset()
            .defer("before__evidence", "before__parts", "after__evidence", "after__parts")
        )


ROUTES: list[tuple[str, type[Resource], str]] = [("restatements", RestatementViewSet, "restatement")]
