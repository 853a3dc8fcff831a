"""Selection rounds with their ranking, parameters, weights and candidates."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters import services
from clusters.api.common import STAMPS, ClusterReference, ReasonInput, cluster_field, programme_field
from clusters.api.selection_shown import (
    PARAMETER_FIELDS,
    ROUND_FIELDS,
    SelectionParameterSerializer,
    SelectionRoundDetailSerializer,
    SelectionRoundSerializer,
    SelectionWeightsSerializer,
)
from clusters.models import (
    Decision,
    SelectionCandidate,
    SelectionParameter,
    SelectionRound,
    SelectionWeights,
)
from clusters.rules.selection import Outcome
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer, VisibleId
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown


class SelectionRoundChange(StrictModelSerializer):
    class Meta:
        model = SelectionRound
        fields = ROUND_FIELDS


class SelectionRoundInput(SelectionRoundChange):
    programme = programme_field()
    number = serializers.IntegerField(
        required=False, min_value=1, max_value=32767, help_text="The next one unless given."
    )

    class Meta(SelectionRoundChange.Meta):
        fields = ["programme", "number", *ROUND_FIELDS]


class VerdictInput(StrictSerializer):
    candidate = VisibleId(queryset=SelectionCandidate.objects.all())
    outcome = serializers.ChoiceField(Outcome.choices)
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=4000,
        help_text="Needed where the outcome is not the one that the ranking alone would give.",
    )
    decision = VisibleId(
        queryset=Decision.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of a decision of the committee.",
    )


class DecideInput(StrictSerializer):
    decided_on = serializers.DateField()
    outcomes = VerdictInput(many=True, help_text="One for each candidate that was not withdrawn.")
    fingerprint = serializers.CharField(
        required=False, allow_blank=True, max_length=32, help_text="Of the ranking that was seen."
    )


class SelectionRoundFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")

    class Meta:
        model = SelectionRound
        fields = ["status", "illustrative"]


class SelectionRoundViewSet(Listed, Shown, Made, Changed, Resource):
    """Rounds in which candidate clusters are compared (step 1). A round by itself shows its ranking."""

    queryset = SelectionRound.objects.all()
    serializer_class = SelectionRoundSerializer
    detail_class = SelectionRoundDetailSerializer
    filterset_class = SelectionRoundFilter
    inputs = {
        "create": SelectionRoundInput,
        "partial_update": SelectionRoundChange,
        "decide": DecideInput,
        "close": ReasonInput,
        "reopen": ReasonInput,
    }

    def add(self, **values: Any) -> SelectionRound:
        return services.open_round(actor=self.actor, **values)

    def edit(self, obj: SelectionRound, version: int | None, **values: Any) -> SelectionRound:
        return services.update_round(actor=self.actor, selection_round=obj, version=version, **values)

    @action(detail=True, methods=["post"])
    def decide(self, request: Request, **kwargs: Any) -> Response:
        """Decide on every candidate; the values are kept with the decision. 409 where the round is not open."""
        found = self.get_object()
        version = self.seen_version(found)
        sent = self.sent()
        verdicts = [services.Verdict(**verdict) for verdict in sent.pop("outcomes")]
        decided = services.decide_round(
            actor=self.actor, selection_round=found, verdicts=verdicts, version=version, **sent
        )
        return self.shown(decided)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, **kwargs: Any) -> Response:
        """End a round, with a reason; nothing of it changes any more."""
        found = self.get_object()
        act: dict[str, Any] = {"selection_round": found, "version": self.seen_version(found)}
        return self.shown(services.close_round(actor=self.actor, **act, **{"reason": "", **self.sent()}))

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **kwargs: Any) -> Response:
        """Take a decided or closed round up again, with a reason; what was decided stays."""
        found = self.get_object()
        act: dict[str, Any] = {"selection_round": found, "version": self.seen_version(found)}
        return self.shown(services.reopen_round(actor=self.actor, **act, **{"reason": "", **self.sent()}))


class OfRound(Resource):
    """The records in ``selection-rounds/{round_id}/…``."""

    queryset: Any = SelectionParameter.objects.all()

    @property
    def round(self) -> SelectionRound:
        rows = SelectionRound.objects.select_related("programme")
        found: SelectionRound = self.visible(rows, pk=self.kwargs["round_id"])
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(round=self.round)


class SelectionParameterChange(StrictModelSerializer):
    class Meta:
        model = SelectionParameter
        fields = PARAMETER_FIELDS


class SelectionParameterInput(SelectionParameterChange):
    class Meta(SelectionParameterChange.Meta):
        fields = ["code", *PARAMETER_FIELDS]


class SelectionParameterViewSet(Listed, Shown, Made, Changed, OfRound):
    """What candidates are compared by: the eight parameters of the method, and further ones."""

    queryset = SelectionParameter.objects.all()
    serializer_class = SelectionParameterSerializer
    inputs = {"create": SelectionParameterInput, "partial_update": SelectionParameterChange}
    joined = ("round__programme",)

    def add(self, **values: Any) -> SelectionParameter:
        return services.add_parameter(actor=self.actor, selection_round=self.round, **values)

    def edit(self, obj: SelectionParameter, version: int | None, **values: Any) -> SelectionParameter:
        return services.update_parameter(actor=self.actor, parameter=obj, version=version, **values)


class SelectionWeightsInput(StrictSerializer):
    weights = serializers.DictField(
        child=serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, max_value=100),
        help_text="{code of a parameter: weight}, together 100.",
    )
    reason = serializers.CharField(max_length=4000)
    after = serializers.IntegerField(
        required=False, min_value=0, max_value=32767, help_text="Number of the set that was seen."
    )


class SelectionWeightsViewSet(Listed, Shown, Made, OfRound):
    """Sets of weights. The one with the greatest number counts; none is edited."""

    queryset = SelectionWeights.objects.all()
    serializer_class = SelectionWeightsSerializer
    inputs = {"create": SelectionWeightsInput}

    def add(self, **values: Any) -> SelectionWeights:
        return services.set_weights(actor=self.actor, selection_round=self.round, **values)


CANDIDATE_FIELDS = ["name", "country", "place", "note"]


class SelectionCandidateSerializer(serializers.ModelSerializer[SelectionCandidate]):
    name = serializers.CharField(source="__str__", read_only=True)
    cluster = ClusterReference(read_only=True, allow_null=True)

    class Meta:
        model = SelectionCandidate
        fields = ["id", "cluster", *CANDIDATE_FIELDS, "status", "withdrawn_because", *STAMPS]


class SelectionCandidateInput(StrictModelSerializer):
    cluster = cluster_field(required=False, allow_null=True)

    class Meta:
        model = SelectionCandidate
        fields = ["cluster", *CANDIDATE_FIELDS]


class SelectionCandidateViewSet(Listed, Shown, Made, Changed, OfRound):
    """The clusters that are compared: of the programme, or by name where they are not in it."""

    queryset = SelectionCandidate.objects.all()
    serializer_class = SelectionCandidateSerializer
    inputs = {
        "create": SelectionCandidateInput,
        "partial_update": SelectionCandidateInput,
        "withdraw": ReasonInput,
        "readmit": ReasonInput,
    }
    joined = ("cluster", "round__programme")

    def add(self, **values: Any) -> SelectionCandidate:
        return services.add_candidate(actor=self.actor, selection_round=self.round, **values)

    def edit(self, obj: SelectionCandidate, version: int | None, **values: Any) -> SelectionCandidate:
        return services.update_candidate(actor=self.actor, candidate=obj, version=version, **values)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take a candidate out of the ranking, with a reason; its scores stay."""
        found = self.get_object()
        act: dict[str, Any] = {"candidate": found, "version": self.seen_version(found)}
        gone = services.withdraw_candidate(actor=self.actor, **act, **{"reason": "", **self.sent()})
        return self.shown(gone)

    @action(detail=True, methods=["post"])
    def readmit(self, request: Request, **kwargs: Any) -> Response:
        """Take a candidate that was withdrawn back into the ranking."""
        found = self.get_object()
        act: dict[str, Any] = {"candidate": found, "version": self.seen_version(found)}
        return self.shown(services.readmit_candidate(actor=self.actor, **act, **self.sent()))


IN_ROUND = "selection-rounds/<int:round_id>"
ROUTES: list[tuple[str, type[Resource], str]] = [
    ("selection-rounds", SelectionRoundViewSet, "selection-round"),
    (f"{IN_ROUND}/parameters", SelectionParameterViewSet, "selection-parameter"),
    (f"{IN_ROUND}/weights", SelectionWeightsViewSet, "selection-weights"),
    (f"{IN_ROUND}/candidates", SelectionCandidateViewSet, "selection-candidate"),
]
