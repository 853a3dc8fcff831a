"""What evaluations recommend, and what became of it."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS
from monitoring import services
from monitoring.api.evaluations import MOST_TEXT
from monitoring.models import Evaluation, FollowUp, Recommendation
from monitoring.rules.evaluation import Advice
from twinning.core.api import versions
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer, VisibleId
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    author = serializers.CharField(source="author.__str__", read_only=True)

    class Meta:
        model = FollowUp
        fields = ["id", "note", "state", "author", *STAMPS]


WRITTEN = ["text", "addressed_to", "owner_role", "due"]


class RecommendationSerializer(serializers.ModelSerializer[Recommendation]):
    evaluation: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    programme = serializers.CharField(source="evaluation.programme.slug", read_only=True)
    owner = serializers.SerializerMethodField(help_text="Name of who sees to it; set on its page.")
    overdue = serializers.SerializerMethodField(help_text="Due before today, and neither done nor rejected.")

    class Meta:
        model = Recommendation
        fields = [
            "id",
            "evaluation",
            "programme",
            "number",
            *WRITTEN,
            "owner",
            "state",
            "overdue",
            "response",
            *STAMPS,
        ]

    def get_owner(self, row: Recommendation) -> str:
        return str(row.owner) if row.owner_id else ""

    def get_overdue(self, row: Recommendation) -> bool:
        return row.is_overdue_on(timezone.localdate())


class RecommendationDetailSerializer(RecommendationSerializer):
    follow_ups = FollowUpSerializer(many=True, read_only=True)

    class Meta(RecommendationSerializer.Meta):
        fields = [*RecommendationSerializer.Meta.fields, "follow_ups"]


class RecommendationChange(StrictModelSerializer):
    class Meta:
        model = Recommendation
        fields = WRITTEN
        extra_kwargs = {"text": {"max_length": MOST_TEXT}}


class RecommendationInput(RecommendationChange):
    evaluation = VisibleId(
        queryset=Evaluation.objects.select_related("programme"), help_text="Id of a draft evaluation."
    )

    class Meta(RecommendationChange.Meta):
        fields = ["evaluation", *WRITTEN]


class ResponseInput(StrictSerializer):
    state = serializers.ChoiceField([Advice.ACCEPTED.value, Advice.REJECTED.value])
    response = serializers.CharField(
        required=False, allow_blank=True, max_length=4000, help_text="Needed for a rejection."
    )


class FollowUpInput(StrictSerializer):
    note = serializers.CharField(max_length=4000)
    state = serializers.ChoiceField(
        [Advice.ACCEPTED.value, Advice.DONE.value], required=False, help_text="As it is, unless given."
    )


class RecommendationFilter(UpdatedFilter):
    programme = django_filters.CharFilter("evaluation__programme__slug", label="Slug of a programme.")
    overdue = django_filters.BooleanFilter(method="late", label="Due before today, and still to be done.")

    class Meta:
        model = Recommendation
        fields = ["state", "evaluation"]

    def late(self, rows: Any, name: str, value: bool) -> Any:
        late = Recommendation.objects.overdue(timezone.localdate())
        return rows.filter(pk__in=late.values("pk")) if value else rows.exclude(pk__in=late.values("pk"))


class RecommendationViewSet(Listed, Shown, Made, Changed, Removed, Resource):
    """What evaluations recommend: written in drafts, answered and followed up once the evaluation is final."""

    queryset = Recommendation.objects.all()
    serializer_class = RecommendationSerializer
    detail_class = RecommendationDetailSerializer
    filterset_class = RecommendationFilter
    inputs = {
        "create": RecommendationInput,
        "partial_update": RecommendationChange,
        "respond": ResponseInput,
        "follow_up": FollowUpInput,
    }

    def add(self, **values: Any) -> Recommendation:
        return services.add_recommendation(actor=self.actor, **values)

    def edit(self, obj: Recommendation, version: int | None, **values: Any) -> Recommendation:
        return services.update_recommendation(actor=self.actor, recommendation=obj, version=version, **values)

    def remove(self, obj: Recommendation, version: int | None) -> None:
        versions.locked(obj, version)
        services.remove_recommendation(actor=self.actor, recommendation=obj)

    def _act(self) -> dict[str, Any]:
        found = self.get_object()
        return {"actor": self.actor, "recommendation": found, "version": self.seen_version(found)}

    @action(detail=True, methods=["post"])
    def respond(self, request: Request, **kwargs: Any) -> Response:
        """Accept or reject it for the management; a rejection needs its reason."""
        return self.shown(services.respond(**self._act(), **{"response": "", **self.sent()}))

    @action(detail=True, methods=["post"], url_path="follow-up")
    def follow_up(self, request: Request, **kwargs: Any) -> Response:
        """Note what was done about it, and perhaps that it is done: its owner, or the management."""
        return self.shown(services.follow_up(**self._act(), **self.sent()))


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("recommendations", RecommendationViewSet, "recommendation"),
]
