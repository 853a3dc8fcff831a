"""What is typed in because no record can be counted: values of indicators, and outcomes."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from activities.models import Activity
from clusters.api.common import (
    STAMPS,
    ClusterReference,
    ProgrammeSlug,
    ReasonInput,
    cluster_field,
    organisation_field,
    programme_field,
)
from clusters.models import Organisation, Twinning
from monitoring import services
from monitoring.api.common import OfIndicatorFilter, OfProgrammeFilter, indicator_field
from monitoring.models import Measurement, Outcome, OutcomeParty, ReportingPeriod
from monitoring.permissions import can_read_money
from twinning.core.api.fields import (
    Reference,
    StrictModelSerializer,
    StrictSerializer,
    VisibleId,
    VisibleSlug,
)
from twinning.core.api.filters import IdFilter, YesNoFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown


class MeasurementPartSerializer(serializers.Serializer[Any]):
    dims: Any = serializers.DictField(child=serializers.CharField())
    value = serializers.CharField()


class MeasurementPartInput(StrictSerializer):
    dims: Any = serializers.DictField(
        child=serializers.CharField(max_length=100), help_text='Such as {"sex": "f", "firm-size": "small"}.'
    )
    value = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0)

    def to_internal_value(self, data: Any) -> Any:
        read = super().to_internal_value(data)
        # Parts are kept as JSON, in which a number would lose digits.
        return read | {"value": format(read["value"].normalize(), "f")} if "value" in read else read


class MeasurementSerializer(serializers.ModelSerializer[Measurement]):
    programme: Any = serializers.CharField(source="indicator.programme.slug", read_only=True)
    cluster = ClusterReference(read_only=True, allow_null=True)
    parts = MeasurementPartSerializer(many=True)

    class Meta:
        model = Measurement
        fields = ["id", "programme", "indicator", "period", "cluster", *Measurement.WRITTEN, *STAMPS]
        extra_kwargs = {"amount": {"help_text": "Null also where you may not see the money of its firms."}}

    def to_representation(self, instance: Measurement) -> dict[str, Any]:
        shown = super().to_representation(instance)
        user = self.context["request"].user
        if not can_read_money(user, instance.indicator.programme, instance.cluster):
            shown["amount"] = None
        return shown


class MeasurementChange(StrictModelSerializer):
    parts = MeasurementPartInput(many=True, required=False, help_text="They make the value.")

    class Meta:
        model = Measurement
        fields = [*Measurement.WRITTEN]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A range",
            request_only=True,
            value={
                "indicator": 21,
                "period": 4,
                "cluster": "chennai-leather",
                "low": "5",
                "high": "10",
                "source": "Survey of twelve tanneries",
            },
        ),
        OpenApiExample(
            "A number with its parts",
            request_only=True,
            value={
                "indicator": 22,
                "period": 4,
                "cluster": "chennai-leather",
                "value": "30",
                "parts": [
                    {"dims": {"sex": "f"}, "value": "12"},
                    {"dims": {"sex": "m"}, "value": "18"},
                ],
                "source": "Payrolls",
            },
        ),
    ]
)
class MeasurementInput(MeasurementChange):
    indicator = indicator_field()
    period = VisibleId(queryset=ReportingPeriod.objects.all(), help_text="Id of a reporting period.")
    cluster = cluster_field(
        required=False, allow_null=True, help_text="Slug of a cluster; null for the programme."
    )

    class Meta(MeasurementChange.Meta):
        fields = ["indicator", "period", "cluster", *Measurement.WRITTEN]


class MeasurementFilter(OfIndicatorFilter):
    period = IdFilter("period", label="Id of a reporting period.")

    class Meta:
        model = Measurement
        fields: list[str] = []


class MeasurementViewSet(Listed, Shown, Made, Changed, Resource):
    """Values that were typed in, each for a period, with its source. Those of a closed period stay."""

    queryset = Measurement.objects.all()
    serializer_class = MeasurementSerializer
    filterset_class = MeasurementFilter
    inputs = {"create": MeasurementInput, "partial_update": MeasurementChange}
    joined = ("period",)

    def add(self, **values: Any) -> Measurement:
        return services.record_measurement(actor=self.actor, **values)

    def edit(self, obj: Measurement, version: int | None, **values: Any) -> Measurement:
        return services.update_measurement(actor=self.actor, measurement=obj, version=version, **values)


OUTCOME_FIELDS = [name for name in Outcome.WRITTEN if name not in ("cluster", "twinning", "activity")]


class OutcomePartySerializer(serializers.ModelSerializer[OutcomeParty]):
    organisation = Reference()

    class Meta:
        model = OutcomeParty
        fields = ["organisation", "role"]


class ResultOutcomeSerializer(serializers.ModelSerializer[Outcome]):
    programme = ProgrammeSlug()
    cluster = ClusterReference(read_only=True, allow_null=True)
    twinning: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    activity = Reference(help_text="The activity that it came of.")
    parties = OutcomePartySerializer(many=True, read_only=True)
    author = serializers.CharField(source="author.name", read_only=True)
    verified_by: Any = serializers.CharField(source="verified_by.name", read_only=True, allow_null=True)

    class Meta:
        model = Outcome
        fields = [
            "id",
            "programme",
            "cluster",
            "twinning",
            "activity",
            *OUTCOME_FIELDS,
            "parties",
            "author",
            "verified_by",
            "verified_at",
            "verified_note",
            *STAMPS,
        ]


class OutcomePartyInput(StrictModelSerializer):
    organisation = organisation_field()

    class Meta:
        model = OutcomeParty
        fields = ["organisation", "role"]


class ResultOutcomeChange(StrictModelSerializer):
    cluster = cluster_field(required=False, allow_null=True)
    twinning = VisibleSlug(
        queryset=Twinning.objects.all(), required=False, allow_null=True, help_text="Slug of a twinning."
    )
    activity = VisibleId(
        queryset=Activity.objects.all(), required=False, allow_null=True, help_text="Id of an activity."
    )
    parties = OutcomePartyInput(many=True, required=False, help_text="All of them.")

    class Meta:
        model = Outcome
        fields = ["cluster", "twinning", "activity", *OUTCOME_FIELDS, "parties"]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A machine sold",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "cluster": "chennai-leather",
                "twinning": "chennai-leather--santa-croce",
                "kind": "machinery-sold",
                "title": "Shaving machine",
                "quantity": 1,
                "happened": "2010-06",
                "amount": "42000.00",
                "currency": "EUR",
                "source": "Invoice seen at the tannery",
                "parties": [{"organisation": 17, "role": "gains"}],
            },
        )
    ]
)
class ResultOutcomeInput(ResultOutcomeChange):
    programme = programme_field()

    class Meta(ResultOutcomeChange.Meta):
        fields = ["programme", *ResultOutcomeChange.Meta.fields]


class VerifyInput(StrictSerializer):
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="How: a visit, a paper, a call."
    )


class OutcomeFilter(OfProgrammeFilter):
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")
    kind = django_filters.ChoiceFilter(choices=Outcome.Kind.choices)
    verified = YesNoFilter(
        "verified_at", lookup_expr="isnull", exclude=True, label="Whether somebody else has verified it."
    )

    class Meta:
        model = Outcome
        fields: list[str] = []


class OutcomeViewSet(Listed, Shown, Made, Changed, Resource):
    """What came of the programme and no activity shows. It counts once somebody else has verified it.

    One that is changed has to be verified again.
    """

    queryset = Outcome.objects.all()
    serializer_class = ResultOutcomeSerializer
    filterset_class = OutcomeFilter
    inputs = {
        "create": ResultOutcomeInput,
        "partial_update": ResultOutcomeChange,
        "verify": VerifyInput,
        "remove": ReasonInput,
    }
    joined = ("twinning", "activity", "author")
    refers = ("parties.organisation", "activity")

    def add(self, **values: Any) -> Outcome:
        return services.record_outcome(actor=self.actor, **_with_parties(values))

    def edit(self, obj: Outcome, version: int | None, **values: Any) -> Outcome:
        return services.update_outcome(
            actor=self.actor, outcome=obj, version=version, **_with_parties(values)
        )

    @action(detail=True, methods=["post"])
    def verify(self, request: Request, **kwargs: Any) -> Response:
        """Confirm an outcome that somebody else entered, saying how; from then on it counts."""
        found = self.get_object()
        act: dict[str, Any] = {"outcome": found, "version": self.seen_version(found)}
        return self.shown(services.verify_outcome(actor=self.actor, **act, **{"note": "", **self.sent()}))

    @extend_schema(responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, **kwargs: Any) -> Response:
        """Take an outcome out, with a reason: it counts no more, and its history stays."""
        found = self.get_object()
        act: dict[str, Any] = {"outcome": found, "version": self.seen_version(found)}
        services.remove_outcome(actor=self.actor, **act, **{"reason": "", **self.sent()})
        return Response(status=204)


def _with_parties(values: dict[str, Any]) -> dict[str, Any]:
    """``values`` with the parties as the services take them: (organisation, role)."""
    if "parties" not in values:
        return values
    default = OutcomeParty.Role.GAINS.value
    pairs: list[tuple[Organisation, str]] = [
        (party["organisation"], party.get("role", default)) for party in values["parties"]
    ]
    return values | {"parties": pairs}


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("measurements", MeasurementViewSet, "measurement"),
    ("outcomes", OutcomeViewSet, "outcome"),
]
