"""Selection rounds as the API shows them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from clusters.api.common import STAMPS, ProgrammeSlug
from clusters.models import (
    SelectionParameter,
    SelectionRound,
    SelectionWeights,
)
from clusters.queries.selection import Compared, compare, rank_lines
from clusters.rules.selection import Concern

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
