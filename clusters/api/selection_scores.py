"""Scores of a selection round, and what was decided on them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from rest_framework import serializers

from clusters import services
from clusters.api.common import STAMPS
from clusters.api.selection import IN_ROUND, OfRound
from clusters.models import SelectionCandidate, SelectionOutcome, SelectionParameter, SelectionScore
from clusters.permissions import can_read_people
from clusters.queries.selection import assessor_text
from twinning.core.access import DomainError
from twinning.core.api.fields import Reference, StrictModelSerializer, VisibleId
from twinning.core.api.filters import IdFilter, UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown


class SelectionScoreSerializer(serializers.ModelSerializer[SelectionScore]):
    parameter: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    assessor = serializers.SerializerMethodField(help_text="Who gave it, where the reader sees names.")

    class Meta:
        model = SelectionScore
        fields = [
            "id",
            "candidate",
            "parameter",
            "assessor",
            "value",
            "evidence",
            "source",
            "illustrative",
            *STAMPS,
        ]

    def get_assessor(self, score: SelectionScore) -> str:
        return assessor_text(score, self.context["request"].user, named=self.context["named"])


SCORE_FIELDS = ["value", "evidence", "source", "illustrative"]


class SelectionScoreChange(StrictModelSerializer):
    class Meta:
        model = SelectionScore
        fields = SCORE_FIELDS


class SelectionScoreInput(SelectionScoreChange):
    candidate = VisibleId(queryset=SelectionCandidate.objects.all())
    parameter = serializers.CharField(max_length=20, help_text="Code of a parameter.")

    class Meta(SelectionScoreChange.Meta):
        fields = ["candidate", "parameter", "assessor_name", *SCORE_FIELDS]
        extra_kwargs = {
            "assessor_name": {"help_text": "Of somebody without an account; else the score is yours."}
        }


class SelectionScoreFilter(UpdatedFilter):
    candidate = IdFilter("candidate", label="Id of a candidate.")
    parameter = django_filters.CharFilter("parameter__code", label="Code of a parameter.")

    class Meta:
        model = SelectionScore
        fields: list[str] = []


class SelectionScoreViewSet(Listed, Shown, Made, Changed, Removed, OfRound):
    """What assessors gave, each with its evidence. Sent again for a candidate and parameter, yours is
    changed. The scores of others are not changed; one that another gave is taken out on its page, with a reason.
    """

    queryset = SelectionScore.objects.all()
    serializer_class = SelectionScoreSerializer
    filterset_class = SelectionScoreFilter
    inputs = {"create": SelectionScoreInput, "partial_update": SelectionScoreChange}
    joined = ("candidate__round__programme", "candidate__cluster", "parameter", "assessor")

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(candidate__round=self.round)

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if "round_id" in self.kwargs:
            context["named"] = can_read_people(self.actor, self.round.programme)
        return context

    def add(self, candidate: SelectionCandidate, parameter: str, **values: Any) -> SelectionScore:
        found = SelectionParameter.objects.filter(round=self.round, code=parameter).first()
        if candidate.round_id != self.round.pk:
            message = _("This candidate belongs to another round.")
            raise DomainError(message, code="other_round", fields={"candidate": [message]})
        if found is None:
            message = _("The round has no parameter %(code)s.") % {"code": parameter}
            raise DomainError(message, code="no_parameter", fields={"parameter": [message]})
        return services.score_candidate(actor=self.actor, candidate=candidate, parameter=found, **values)

    def edit(self, obj: SelectionScore, version: int | None, **values: Any) -> SelectionScore:
        return services.update_score(actor=self.actor, score=obj, version=version, **values)

    def remove(self, obj: SelectionScore, version: int | None) -> None:
        services.remove_score(actor=self.actor, score=obj, version=version)


class KeptValueSerializer(serializers.Serializer[Any]):
    mean = serializers.CharField()
    low = serializers.CharField()
    high = serializers.CharField()
    assessors = serializers.IntegerField()
    points = serializers.CharField(allow_null=True, help_text="What it added to the composite.")


class SnapshotSerializer(serializers.Serializer[Any]):
    """What lay on the table. Figures are texts."""

    weights = serializers.DictField(child=serializers.CharField())
    weight_set = serializers.IntegerField(allow_null=True)
    values = serializers.DictField(child=KeptValueSerializer())
    composite = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    completeness = serializers.CharField()
    candidates = serializers.IntegerField()
    illustrative = serializers.BooleanField()


class SelectionOutcomeSerializer(serializers.ModelSerializer[SelectionOutcome]):
    decision = Reference()
    snapshot = SnapshotSerializer()

    class Meta:
        model = SelectionOutcome
        fields = [
            "id",
            "candidate",
            "sitting",
            "outcome",
            "rank",
            "overrides_ranking",
            "reason",
            "decided_on",
            "decision",
            "snapshot",
            *STAMPS,
        ]


class SelectionOutcomeFilter(UpdatedFilter):
    candidate = IdFilter("candidate", label="Id of a candidate.")

    class Meta:
        model = SelectionOutcome
        fields = ["sitting", "outcome", "overrides_ranking"]


class SelectionOutcomeViewSet(Listed, Shown, OfRound):
    """What was decided on each candidate, with the values at that time. Those of the last sitting stand."""

    queryset = SelectionOutcome.objects.all()
    serializer_class = SelectionOutcomeSerializer
    filterset_class = SelectionOutcomeFilter
    refers = ("decision",)

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(candidate__round=self.round)


ROUTES: list[tuple[str, type[Resource], str]] = [
    (f"{IN_ROUND}/scores", SelectionScoreViewSet, "selection-score"),
    (f"{IN_ROUND}/outcomes", SelectionOutcomeViewSet, "selection-outcome"),
]
