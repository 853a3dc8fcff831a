"""Selection rounds with their ranking, parameters, weights and candidates."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters import services
from clusters.api.clusters import ReasonInput
from clusters.api.common import STAMPS, ClusterReference, ProgrammeSlug, cluster_field, programme_field
from clusters.models import (
    Decision,
    SelectionCandidate,
    SelectionParameter,
    SelectionRound,
    SelectionWeights,
)
from clusters.queries.selection import Compared, compare, rank_lines
from clusters.rules.selection import Concern, Outcome
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer, VisibleId
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown

PARAMETER_FIELDS = ["name", "guidance", "scale", "unit", "lowest", "highest", "direction", "order"]


class SelectionParameterSerializer(serializers.ModelSerializer[SelectionParameter]):
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = SelectionParameter
        fields = ["id", "code", *PARAMETER_FIELDS, *STAMPS]


class SelectionWeightsSerializer(serializers.ModelSerializer[SelectionWeights]):
    weights: Any = serializers.DictField(
        child=serializers.CharField(), help_text="{code of a parameter: weight}, together 100."
    )

    class Meta:
        model = SelectionWeights
        fields = ["id", "number", "weights", "reason", *STAMPS]


class RankSerializer(serializers.Serializer[Any]):
    """One candidate in the ranking. Figures are texts."""

    candidate = serializers.IntegerField()
    name = serializers.CharField()
    rank = serializers.IntegerField(
        allow_null=True, help_text="Shared by who is level; null where nothing that counts is known."
    )
    composite = serializers.CharField(allow_null=True, help_text="0 to 100.")
    low = serializers.CharField(
        allow_null=True, help_text="The composite if the least favourable assessor were right."
    )
    high = serializers.CharField(
        allow_null=True, help_text="The composite if the most favourable assessor were right."
    )
    completeness = serializers.CharField(help_text="% of the weight for which there is a value.")
    rank_held = serializers.IntegerField(
        allow_null=True, help_text="% of the draws in which the rank stays when the weights move."
    )
    best_rank = serializers.IntegerField(allow_null=True)
    worst_rank = serializers.IntegerField(allow_null=True)
    illustrative = serializers.BooleanField()
    concerns = serializers.ListField(
        child=serializers.ChoiceField([concern.value for concern in Concern]),
        help_text="remote: parameters 3 and 6 near zero; thin: less than half of the weight rests on values; "
        "unranked: nothing that counts is known.",
    )


ROUND_FIELDS = ["title", "note", "illustrative"]


class SelectionRoundSerializer(serializers.ModelSerializer[SelectionRound]):
    programme = ProgrammeSlug()

    class Meta:
        model = SelectionRound
        fields = ["id", "programme", "number", *ROUND_FIELDS, "status", "sittings", *STAMPS]


_STAMPED = {"version": 1, "created_at": "2007-02-20T08:00:00Z", "updated_at": "2007-02-20T08:00:00Z"}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A round",
            response_only=True,
            value={
                "id": 1,
                "programme": "tfind04a01",
                "number": 1,
                "title": "The nine clusters studied",
                "note": "",
                "illustrative": True,
                "status": "open",
                "sittings": 0,
                **_STAMPED,
                "parameters": [
                    {
                        "id": 3,
                        "code": "3",
                        "name": "Exports of finished products to global brands",
                        "guidance": "",
                        "scale": "points",
                        "unit": "",
                        "lowest": None,
                        "highest": None,
                        "direction": "more",
                        "order": 3,
                        **_STAMPED,
                    }
                ],
                "weights": {"id": 2, "number": 2, "weights": {"3": "100"}, "reason": "", **_STAMPED},
                "ranking": [
                    {
                        "candidate": 1,
                        "name": "Chennai leather",
                        "rank": 1,
                        "composite": "90",
                        "low": "78.19",
                        "high": "91.67",
                        "completeness": "100.0",
                        "rank_held": 100,
                        "best_rank": 1,
                        "worst_rank": 1,
                        "illustrative": True,
                        "concerns": [],
                    }
                ],
                "fingerprint": "5f2b8a9c0d1e3f47",
            },
        )
    ]
)
class SelectionRoundDetailSerializer(SelectionRoundSerializer):
    parameters = SelectionParameterSerializer(many=True, read_only=True)
    weights = serializers.SerializerMethodField(help_text="The set that counts.")
    ranking = serializers.SerializerMethodField(help_text="Best first; without those that were withdrawn.")
    fingerprint = serializers.SerializerMethodField(
        help_text="Of this ranking; send it with a decision, so that it is made on no other one."
    )

    class Meta(SelectionRoundSerializer.Meta):
        fields = [
            *SelectionRoundSerializer.Meta.fields,
            "parameters",
            "weights",
            "ranking",
            "fingerprint",
        ]

    @cached_property
    def compared(self) -> Compared:
        return compare(self.instance)  # type: ignore[arg-type]

    @extend_schema_field(SelectionWeightsSerializer(allow_null=True))
    def get_weights(self, row: SelectionRound) -> Any:
        found = self.compared.weight_set
        return SelectionWeightsSerializer(found).data if found else None

    @extend_schema_field(RankSerializer(many=True))
    def get_ranking(self, row: SelectionRound) -> Any:
        return [
            {
                "candidate": line.candidate.pk,
                "name": str(line.candidate),
                "rank": line.rank,
                "composite": line.composite,
                "low": line.low,
                "high": line.high,
                "completeness": line.completeness,
                "rank_held": line.held,
                "best_rank": line.best,
                "worst_rank": line.worst,
                "illustrative": line.is_illustrative,
                "concerns": line.concerns,
            }
            for line in rank_lines(self.compared, self.compared.sensitivity())
        ]

    def get_fingerprint(self, row: SelectionRound) -> str:
        return self.compared.fingerprint


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
