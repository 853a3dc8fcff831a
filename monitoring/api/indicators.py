"""Indicators, where they stand, and the records behind each figure."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ProgrammeSlug, ReasonInput, programme_field
from monitoring import services
from monitoring.api.asked import (
    EvidencePageSerializer,
    EvidenceParameters,
    FigureParameters,
    FiguresSerializer,
    evidence_page,
    figures_of,
    parameters,
)
from monitoring.api.common import OfProgrammeFilter
from monitoring.api.divided import DividedParameters, DividedSerializer, divided_of
from monitoring.models import Indicator, Level, Result
from monitoring.queries.sources import VOCABULARY
from monitoring.rules.values import DIMENSIONS
from monitoring.rules.vocabulary import LONGEST_TEXT
from twinning.core.api.fields import Choices, StrictModelSerializer, StrictSerializer, VisibleId
from twinning.core.api.filters import IdFilter, YesNoFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown


class RuleSerializer(serializers.Serializer[Any]):
    """Which records an indicator counts; docs/results.md lists what there is."""

    count = serializers.ChoiceField(list(VOCABULARY))
    where: Any = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="{field: values}; all must hold, of each any value.",
    )


class RuleInput(StrictSerializer):
    count = serializers.CharField(max_length=40, help_text=f"One of {', '.join(VOCABULARY)}.")
    where: Any = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=LONGEST_TEXT)),
        required=False,
        help_text="{field: values}; all must hold, of each any value.",
    )


_EXAMPLE = {
    "code": "T9.8",
    "name": "Persons (from firms) trained",
    "definition": "",
    "unit": "Number",
    "measure": "number",
    "has_amount": False,
    "rising": True,
    "total": "sum",
    "scale": [],
    "dimensions": [],
    "rule": {"count": "persons", "where": {"format": ["training", "on-site"], "from": ["firm"]}},
    "verification": "Attendance sheets",
    "reference": "KASA.2",
    "weight": None,
    "baseline": None,
    "baseline_year": None,
    "baseline_note": "",
    "order": 8,
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Counted from records",
            response_only=True,
            value={
                "id": 8,
                "programme": "tfind04a01",
                "result": 1,
                "level": "output",
                **_EXAMPLE,
                "retired_on": None,
                "version": 1,
                "created_at": "2008-01-10T08:00:00Z",
                "updated_at": "2008-01-10T08:00:00Z",
            },
        )
    ]
)
class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    programme = ProgrammeSlug()
    rule = RuleSerializer(allow_null=True, help_text="Null where its values are typed in.")
    scale: Any = serializers.ListField(child=serializers.CharField())
    dimensions: Any = serializers.ListField(child=serializers.ChoiceField(list(DIMENSIONS)))

    class Meta:
        model = Indicator
        fields = ["id", "programme", "result", "level", *Indicator.WRITTEN, "retired_on", *STAMPS]


class IndicatorChange(StrictModelSerializer):
    result = VisibleId(queryset=Result.objects.all(), required=False, help_text="Id of a result.")
    rule = RuleInput(
        required=False, allow_null=True, help_text="Which records it counts; null: its values are typed in."
    )
    scale: Any = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, help_text="Its words, the lowest first."
    )
    dimensions = Choices(list(DIMENSIONS), help_text="By what its values may be divided.")

    class Meta:
        model = Indicator
        fields = ["result", *Indicator.WRITTEN]


@extend_schema_serializer(
    examples=[
        OpenApiExample("Counted from records", request_only=True, value={"result": 1, **_EXAMPLE}),
        OpenApiExample(
            "Typed in",
            request_only=True,
            value={"result": 2, "code": "R1", "name": "Rejects", "measure": "percent", "total": "latest"},
        ),
    ]
)
class IndicatorInput(IndicatorChange):
    result = VisibleId(queryset=Result.objects.all(), help_text="Id of a result, whose level it takes.")


class TablesInput(StrictSerializer):
    programme = programme_field()


class TablesSerializer(serializers.Serializer[Any]):
    added = IndicatorSerializer(many=True, help_text="Those that were not there already.")


class IndicatorFilter(OfProgrammeFilter):
    code = django_filters.CharFilter("code", lookup_expr="iexact", label="As T9.8.")
    level = django_filters.ChoiceFilter(choices=Level.choices)
    result = IdFilter("result", label="Id of a result.")
    current = YesNoFilter("retired_on", lookup_expr="isnull", label="Whether it is still used.")

    class Meta:
        model = Indicator
        fields: list[str] = []


class IndicatorViewSet(Listed, Shown, Made, Changed, Resource):
    """What is measured: counted from records by a rule, or typed in with a source."""

    queryset = Indicator.objects.all()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter
    inputs = {
        "create": IndicatorInput,
        "partial_update": IndicatorChange,
        "retire": ReasonInput,
        "tables": TablesInput,
    }
    outputs = {
        "tables": TablesSerializer,
        "figures": FiguresSerializer,
        "evidence": EvidencePageSerializer,
        "divided": DividedSerializer,
    }
    joined = ("programme",)

    def known_parameters(self) -> set[str]:
        asked = {
            "figures": FigureParameters,
            "evidence": EvidenceParameters,
            "divided": DividedParameters,
        }.get(self.action)
        return set(asked().fields) if asked else super().known_parameters()

    def add(self, **values: Any) -> Indicator:
        return services.add_indicator(actor=self.actor, **values)

    def edit(self, obj: Indicator, version: int | None, **values: Any) -> Indicator:
        return services.update_indicator(actor=self.actor, indicator=obj, version=version, **values)

    @action(detail=True, methods=["post"])
    def retire(self, request: Request, **kwargs: Any) -> Response:
        """Use an indicator no more, with a reason. What was measured by it stays."""
        found = self.get_object()
        act: dict[str, Any] = {"indicator": found, "version": self.seen_version(found)}
        return self.shown(services.retire_indicator(actor=self.actor, **act, **{"reason": "", **self.sent()}))

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **kwargs: Any) -> Response:
        """Use an indicator again."""
        found = self.get_object()
        version = self.seen_version(found)
        return self.shown(services.restore_indicator(actor=self.actor, indicator=found, version=version))

    @action(detail=False, methods=["post"])
    def tables(self, request: Request, **kwargs: Any) -> Response:
        """Bring the indicators of Tables 9 and 10, with the rules that count them; what is there stays as it is."""
        added = services.bring_tables(actor=self.actor, **self.sent())
        return Response({"added": self.represent_all(added)})

    @extend_schema(parameters=[FigureParameters])
    @action(detail=True, methods=["get"])
    def figures(self, request: Request, **kwargs: Any) -> Response:
        """Where an indicator stands in the programme and in its clusters: to date, or in a period.

        A joint event counts in each of its clusters and once in the programme, so that clusters need not add up.
        """
        indicator = self.get_object()
        asked = parameters(FigureParameters, indicator, request)
        return Response(figures_of(self.actor, indicator, asked.get("period")))

    @extend_schema(parameters=[EvidenceParameters])
    @action(detail=True, methods=["get"])
    def evidence(self, request: Request, **kwargs: Any) -> Response:
        """The records behind one figure; with ``why`` those that are left out for one reason.

        Records that you may not read are counted without being named.
        """
        indicator = self.get_object()
        asked = parameters(EvidenceParameters, indicator, request)
        return Response(evidence_page(self.actor, indicator, request, **asked))

    @extend_schema(parameters=[DividedParameters])
    @action(detail=True, methods=["get"])
    def divided(self, request: Request, **kwargs: Any) -> Response:
        """A figure by one dimension, or by two across each other, with its totals.

        Of a closed period as it was closed; all else of counted indicators as the records say now. A firm counts in
        each of its product groups and an event in each of its clusters, so that parts may be more than the whole.
        """
        indicator = self.get_object()
        asked = parameters(DividedParameters, indicator, request)
        return Response(divided_of(self.actor, indicator, **asked))


ROUTES: list[tuple[str, type[Resource], str]] = [("indicators", IndicatorViewSet, "indicator")]
