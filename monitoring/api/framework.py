"""What is to come about and by when: results, targets, reporting periods."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import (
    STAMPS,
    ClusterReference,
    ProgrammeSlug,
    ReasonInput,
    cluster_field,
    programme_field,
)
from monitoring import services
from monitoring.api.common import OfIndicatorFilter, OfProgrammeFilter, indicator_field
from monitoring.models import Level, ReportingPeriod, Result, Target
from twinning.core.api import versions
from twinning.core.api.fields import StrictModelSerializer, VisibleId
from twinning.core.api.filters import DayFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown


class ResultSerializer(serializers.ModelSerializer[Result]):
    programme = ProgrammeSlug()

    class Meta:
        model = Result
        fields = ["id", "programme", *Result.WRITTEN, *STAMPS]


class ResultChange(StrictModelSerializer):
    leads_to = VisibleId(
        queryset=Result.objects.all(), required=False, allow_null=True, help_text="Id of a result."
    )

    class Meta:
        model = Result
        fields = [*Result.WRITTEN]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A result",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "level": "outcome",
                "title": "Tanneries waste less",
                "assumptions": "Effluent norms are enforced.",
                "risks": "The price of chemicals falls.",
            },
        )
    ]
)
class ResultInput(ResultChange):
    programme = programme_field()

    class Meta(ResultChange.Meta):
        fields = ["programme", *Result.WRITTEN]


class ResultFilter(OfProgrammeFilter):
    level = django_filters.ChoiceFilter(choices=Level.choices)

    class Meta:
        model = Result
        fields: list[str] = []


class ResultViewSet(Listed, Shown, Made, Changed, Resource):
    """The results chain: what is to come about, on what it rests, and what it leads to."""

    queryset = Result.objects.all()
    serializer_class = ResultSerializer
    filterset_class = ResultFilter
    inputs = {"create": ResultInput, "partial_update": ResultChange}
    joined = ("programme",)

    def add(self, **values: Any) -> Result:
        return services.add_result(actor=self.actor, **values)

    def edit(self, obj: Result, version: int | None, **values: Any) -> Result:
        return services.update_result(actor=self.actor, result=obj, version=version, **values)


class TargetSerializer(serializers.ModelSerializer[Target]):
    programme: Any = serializers.CharField(source="indicator.programme.slug", read_only=True)
    cluster = ClusterReference(read_only=True, allow_null=True)

    class Meta:
        model = Target
        fields = ["id", "programme", "indicator", *Target.WRITTEN, *STAMPS]


class TargetChange(StrictModelSerializer):
    cluster = cluster_field(
        required=False, allow_null=True, help_text="Slug of a cluster; null for the programme."
    )

    class Meta:
        model = Target
        fields = [*Target.WRITTEN]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "What is to be reached in a year",
            request_only=True,
            value={
                "indicator": 8,
                "cluster": "chennai-leather",
                "first": "2010-01-01",
                "last": "2010-12-31",
                "value": "120",
            },
        )
    ]
)
class TargetInput(TargetChange):
    indicator = indicator_field()

    class Meta(TargetChange.Meta):
        fields = ["indicator", *Target.WRITTEN]


class TargetFilter(OfIndicatorFilter):
    class Meta:
        model = Target
        fields: list[str] = []


class TargetViewSet(Listed, Shown, Made, Changed, Resource):
    """What indicators are to reach from one day to another, in a cluster or in the programme."""

    queryset = Target.objects.all()
    serializer_class = TargetSerializer
    filterset_class = TargetFilter
    inputs = {"create": TargetInput, "partial_update": TargetChange, "remove": ReasonInput}

    def add(self, **values: Any) -> Target:
        return services.set_target(actor=self.actor, **values)

    def edit(self, obj: Target, version: int | None, **values: Any) -> Target:
        return services.update_target(actor=self.actor, target=obj, version=version, **values)

    @extend_schema(responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, **kwargs: Any) -> Response:
        """Take a target back, with a reason that the history of its indicator keeps."""
        target = self.get_object()
        version = self.seen_version(target)
        with transaction.atomic():
            versions.locked(target, version)
            services.remove_target(actor=self.actor, target=target, **{"reason": "", **self.sent()})
        return Response(status=204)


class ReportingPeriodSerializer(serializers.ModelSerializer[ReportingPeriod]):
    programme = ProgrammeSlug()

    class Meta:
        model = ReportingPeriod
        fields = ["id", "programme", *ReportingPeriod.WRITTEN, *STAMPS]


class ReportingPeriodChange(StrictModelSerializer):
    class Meta:
        model = ReportingPeriod
        fields = [*ReportingPeriod.WRITTEN]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A quarter",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "title": "2010, first quarter",
                "first": "2010-01-01",
                "last": "2010-03-31",
                "due_on": "2010-04-15",
            },
        )
    ]
)
class ReportingPeriodInput(ReportingPeriodChange):
    programme = programme_field()

    class Meta(ReportingPeriodChange.Meta):
        fields = ["programme", *ReportingPeriod.WRITTEN]


class ReportingPeriodFilter(OfProgrammeFilter):
    on = DayFilter(method="holding", label="The one in which this day lies.")

    class Meta:
        model = ReportingPeriod
        fields: list[str] = []

    def holding(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(first__lte=value, last__gte=value)


class ReportingPeriodViewSet(Listed, Shown, Made, Changed, Resource):
    """Stretches of time for which results are reported and closed. Those of a programme do not overlap."""

    queryset = ReportingPeriod.objects.all()
    serializer_class = ReportingPeriodSerializer
    filterset_class = ReportingPeriodFilter
    inputs = {"create": ReportingPeriodInput, "partial_update": ReportingPeriodChange}
    joined = ("programme",)

    def add(self, **values: Any) -> ReportingPeriod:
        return services.add_period(actor=self.actor, **values)

    def edit(self, obj: ReportingPeriod, version: int | None, **values: Any) -> ReportingPeriod:
        return services.update_period(actor=self.actor, period=obj, version=version, **values)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("results", ResultViewSet, "result"),
    ("targets", TargetViewSet, "target"),
    ("reporting-periods", ReportingPeriodViewSet, "reporting-period"),
]
