from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters import services
from clusters.api.common import STAMPS, ClusterReference, ProgrammeSlug, cluster_field, programme_field
from clusters.models import Twinning, TwinningStage
from twinning.core.api.fields import StrictModelSerializer
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown
from twinning.core.fields import validate_slug


class StageSerializer(serializers.ModelSerializer[TwinningStage]):
    class Meta:
        model = TwinningStage
        fields = ["status", "since", "reason", "created_at"]


class TwinningSerializer(serializers.ModelSerializer[Twinning]):
    programme = ProgrammeSlug()
    emerging = ClusterReference(read_only=True)
    advanced = ClusterReference(read_only=True)

    class Meta:
        model = Twinning
        fields = [
            "id",
            "programme",
            "slug",
            "emerging",
            "advanced",
            "role_basis",
            "overlap",
            "status",
            "step",
            *STAMPS,
        ]


class TwinningDetailSerializer(TwinningSerializer):
    stages = StageSerializer(many=True, read_only=True)

    class Meta(TwinningSerializer.Meta):
        fields = [*TwinningSerializer.Meta.fields, "stages"]


class TwinningChange(StrictModelSerializer):
    class Meta:
        model = Twinning
        fields = ["role_basis", "overlap", "step"]


class StageText(StrictModelSerializer):
    class Meta:
        model = TwinningStage
        fields = ["since", "reason"]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A pair",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "emerging": "chennai-leather",
                "advanced": "santa-croce",
                "since": "2006",
                "overlap": "Finished leather",
            },
        )
    ]
)
class TwinningInput(TwinningChange):
    programme = programme_field()
    emerging = cluster_field()
    advanced = cluster_field()
    slug = serializers.CharField(
        max_length=130,
        required=False,
        validators=[validate_slug],
        help_text="Made from the two clusters unless given.",
    )
    since = StageText().fields["since"]
    reason = StageText().fields["reason"]

    class Meta(TwinningChange.Meta):
        fields = [
            "programme",
            "emerging",
            "advanced",
            "slug",
            "since",
            "reason",
            *TwinningChange.Meta.fields,
        ]


class MoveInput(StageText):
    to = serializers.ChoiceField(Twinning.Status.choices)

    class Meta(StageText.Meta):
        fields = ["to", "since", "reason"]


class TwinningFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    emerging = django_filters.CharFilter("emerging__slug", label="Slug of the emerging cluster.")
    advanced = django_filters.CharFilter("advanced__slug", label="Slug of the advanced cluster.")

    class Meta:
        model = Twinning
        fields = ["status"]


class TwinningViewSet(Listed, Shown, Made, Changed, Resource):
    """Pairs of an emerging and an advanced cluster. A record by itself tells its story in stages."""

    queryset = Twinning.objects.all()
    serializer_class = TwinningSerializer
    detail_class = TwinningDetailSerializer
    filterset_class = TwinningFilter
    inputs = {"create": TwinningInput, "partial_update": TwinningChange, "move": MoveInput}
    joined = ("programme", "emerging", "advanced")
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("stages")

    def add(self, **values: Any) -> Twinning:
        return services.propose_twinning(actor=self.actor, **values)

    def edit(self, obj: Twinning, version: int | None, **values: Any) -> Twinning:
        return services.update_twinning(actor=self.actor, twinning=obj, version=version, **values)

    @action(detail=True, methods=["post"])
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Take the twinning to its next status. A course that does not exist is 409.

        To end one needs a reason, and so does going beyond the study while no approved study says how willing the
        advanced cluster is.
        """
        twinning = self.get_object()
        version = self.seen_version(twinning)
        moved = services.move_twinning(actor=self.actor, twinning=twinning, version=version, **self.sent())
        return self.shown(moved)


ROUTES: list[tuple[str, type[Resource], str]] = [("twinnings", TwinningViewSet, "twinning")]
