"""Closings of periods: handed in, approved by somebody else, put right in the open."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ClusterReference, ReasonInput, cluster_field
from monitoring import services
from monitoring.api.common import IndicatorReference, ValueSerializer, value_data
from monitoring.models import Closing, ClosingException, ReportingPeriod
from monitoring.queries.board import MOST_AT_ONCE, ClosingLine, closing_view
from monitoring.queries.closings import with_touches
from twinning.core.api.fields import StrictSerializer, VisibleId
from twinning.core.api.filters import IdFilter, UpdatedFilter, YesNoFilter
from twinning.core.api.resources import Listed, Made, Resource, Shown

STANDING = {
    "id": 12,
    "programme": "tfind04a01",
    "period": 4,
    "cluster": {"slug": "chennai-leather", "name": "Chennai leather", "country": "IN"},
    "status": "closed",
    "remark": "",
    "submitted_by": "Asha Rao",
    "submitted_at": "2010-04-10T08:00:00Z",
    "approved_by": "Paolo Neri",
    "approved_at": "2010-04-12T08:00:00Z",
    "revision": 1,
    "restatement_pending": False,
    "version": 3,
    "created_at": "2010-04-01T08:00:00Z",
    "updated_at": "2010-04-12T08:00:00Z",
}
FIGURE: dict[str, Any] = {
    "state": "value",
    "value": "38",
    "low": None,
    "high": None,
    "word": "",
    "amount": None,
    "currency": None,
    "spent": [],
    "missing_rate": "",
    "walled": False,
    "records": 3,
    "source": "",
}
TRAINED = {"id": 8, "code": "T9.8", "name": "Persons (from firms) trained"}


class ClosingSerializer(serializers.ModelSerializer[Closing]):
    programme: Any = serializers.CharField(source="period.programme.slug", read_only=True)
    cluster = ClusterReference(read_only=True, allow_null=True)
    submitted_by: Any = serializers.CharField(source="submitted_by.name", read_only=True, allow_null=True)
    approved_by: Any = serializers.CharField(source="approved_by.name", read_only=True, allow_null=True)
    restatement_pending = serializers.BooleanField(
        source="is_touched",
        read_only=True,
        help_text="It is closed, records of it were changed since, and it was not restated yet.",
    )

    class Meta:
        model = Closing
        fields = [
            "id",
            "programme",
            "period",
            "cluster",
            "status",
            "remark",
            "submitted_by",
            "submitted_at",
            "approved_by",
            "approved_at",
            "revision",
            "restatement_pending",
            *STAMPS,
        ]
        extra_kwargs = {
            "revision": {"help_text": "0 while it is not closed, then 1, and one more for each restatement."},
            "remark": {"help_text": "What was to be mended when it was returned."},
        }


class ClosingFigureSerializer(ValueSerializer):
    indicator = IndicatorReference()
    now = ValueSerializer(
        allow_null=True, help_text="What the records say now, where that is not what was closed."
    )


class ClosingExceptionSerializer(serializers.ModelSerializer[ClosingException]):
    granted_by = serializers.CharField(source="granted_by.name", read_only=True)

    class Meta:
        model = ClosingException
        fields = ["id", "until", "reason", "granted_by"]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A closed period",
            response_only=True,
            value={
                **STANDING,
                "figures": [{**FIGURE, "indicator": TRAINED, "now": None}],
                "exceptions": [],
            },
        )
    ]
)
class ClosingDetailSerializer(ClosingSerializer):
    figures = serializers.SerializerMethodField(
        help_text="As they were closed or last restated; of an open period as the records are now."
    )
    exceptions = serializers.SerializerMethodField(help_text="Those that stand today.")

    class Meta(ClosingSerializer.Meta):
        fields = [*ClosingSerializer.Meta.fields, "figures", "exceptions"]

    def to_representation(self, instance: Closing) -> Any:
        self.view = closing_view(self.context["request"].user, instance, timezone.localdate())
        return super().to_representation(instance)

    @extend_schema_field(ClosingFigureSerializer(many=True))
    def get_figures(self, closing: Closing) -> list[Any]:
        return [ClosingFigureSerializer(self._line(line)).data for line in self.view.lines]

    def _line(self, line: ClosingLine) -> dict[str, Any]:
        user = self.context["request"].user
        now = value_data(user, line.now) if line.now else None
        return value_data(user, line.figure) | {"indicator": line.figure.indicator, "now": now}

    @extend_schema_field(ClosingExceptionSerializer(many=True))
    def get_exceptions(self, closing: Closing) -> Any:
        return ClosingExceptionSerializer(self.view.exceptions, many=True).data


@extend_schema_serializer(
    examples=[
        OpenApiExample("Of a cluster", request_only=True, value={"period": 4, "cluster": "chennai-leather"})
    ]
)
class ClosingInput(StrictSerializer):
    period = VisibleId(queryset=ReportingPeriod.objects.all(), help_text="Id of a reporting period.")
    cluster = cluster_field(
        required=False, allow_null=True, help_text="Slug of a cluster; null for the programme."
    )


class ClosingSubmitInput(StrictSerializer):
    """With what a period is handed in; nothing need be sent where each figure has a value."""

    as_not_reported = serializers.BooleanField(
        default=False, help_text="Figures without a value are handed in as not reported."
    )


class ClosingReturnInput(StrictSerializer):
    remark = serializers.CharField(
        required=False, allow_blank=True, max_length=4000, help_text="What is to be mended."
    )


class ClosingExceptionInput(StrictSerializer):
    until = serializers.DateField(help_text="The last day on which typed values may be corrected.")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class ClosingSeenInput(StrictSerializer):
    id = VisibleId(queryset=Closing.objects.for_list(), help_text="Id of a closing.")
    version = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**31 - 1, help_text="The one you saw."
    )


class ApproveManyInput(StrictSerializer):
    closings = serializers.ListField(child=ClosingSeenInput(), min_length=1, max_length=MOST_AT_ONCE)


class ApprovedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="closing.pk")
    approved = serializers.SerializerMethodField()
    problem = serializers.CharField(allow_blank=True, help_text="Why not, for a person.")
    code = serializers.CharField(allow_blank=True, help_text="Why not, the same in every language.")

    def get_approved(self, one: services.Approved) -> bool:
        return not one.problem


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "One of two",
            response_only=True,
            value={
                "results": [
                    {"id": 12, "approved": True, "problem": "", "code": ""},
                    {
                        "id": 13,
                        "approved": False,
                        "problem": "You handed it in: somebody else approves it.",
                        "code": "permission_refused",
                    },
                ]
            },
        )
    ]
)
class ApprovedManySerializer(serializers.Serializer[Any]):
    results = ApprovedSerializer(many=True, help_text="One for each that was sent, in its order.")


class ClosingFilter(UpdatedFilter):
    programme = django_filters.CharFilter("period__programme__slug", label="Slug of a programme.")
    period = IdFilter("period", label="Id of a reporting period.")
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")
    status = django_filters.ChoiceFilter(choices=Closing.Status.choices)
    restatement_pending = YesNoFilter("is_touched", label="Whether records were changed after it was closed.")

    class Meta:
        model = Closing
        fields: list[str] = []


class ClosingViewSet(Listed, Shown, Made, Resource):
    """Periods of a cluster or the programme: entered, handed in, closed by somebody else with frozen figures."""

    queryset = Closing.objects.all()
    serializer_class = ClosingSerializer
    detail_class = ClosingDetailSerializer
    filterset_class = ClosingFilter
    inputs = {
        "create": ClosingInput,
        "submit": ClosingSubmitInput,
        "give_back": ClosingReturnInput,
        "restate": ReasonInput,
        "exception": ClosingExceptionInput,
        "approve_many": ApproveManyInput,
    }
    outputs = {"approve_many": ApprovedManySerializer}

    def get_queryset(self) -> Any:
        return with_touches(super().get_queryset())

    def add(self, **values: Any) -> Closing:
        """Begin a period: there is one closing of it in each place, which is shown if it is there already."""
        return services.open_closing(actor=self.actor, **{"cluster": None, **values})

    def _act(self, service: Any, **values: Any) -> Response:
        closing = self.get_object()
        version = self.seen_version(closing)
        service(actor=self.actor, closing=closing, version=version, **values)
        return self.shown(closing)

    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: Any) -> Response:
        """Hand in a period that is over; its typed values stay until it is returned.

        Where figures have no value it is refused, unless ``as_not_reported`` says that they are handed in so.
        """
        return self._act(services.submit_closing, **self.sent())

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        """Close a period that somebody else handed in: its figures are frozen with their records."""
        return self._act(services.approve_closing)

    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, **kwargs: Any) -> Response:
        """Return a period that somebody else handed in, saying what is to be mended."""
        return self._act(services.return_closing, **{"remark": "", **self.sent()})

    @action(detail=True, methods=["post"])
    def restate(self, request: Request, **kwargs: Any) -> Response:
        """Put closed figures right after records were changed; old and new stand among the restatements."""
        return self._act(services.restate, **{"reason": "", **self.sent()})

    @action(detail=True, methods=["post"])
    def exception(self, request: Request, **kwargs: Any) -> Response:
        """Let typed values of a closed period be corrected until a day; each correction is restated."""
        closing = self.get_object()
        self.seen_version(closing)
        services.grant_exception(actor=self.actor, closing=closing, **{"reason": "", **self.sent()})
        return self.shown(closing)

    @extend_schema(operation_id="closings_approve_many")
    @action(detail=False, methods=["post"], url_path="approve")
    def approve_many(self, request: Request, **kwargs: Any) -> Response:
        """Close many, each by itself and by the checks of one: an answer for each says what became of it."""
        chosen = [(one["id"], one.get("version")) for one in self.sent()["closings"]]
        done = services.approve_closings(actor=self.actor, closings=chosen)
        return Response(ApprovedManySerializer({"results": done}).data)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("closings", ClosingViewSet, "closing"),
]
