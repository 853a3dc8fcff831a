"""Impact stories, each told with the consent of the person."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import (
    STAMPS,
    ClusterReference,
    ProgrammeSlug,
    cluster_field,
    organisation_field,
    programme_field,
)
from monitoring import services
from monitoring.api.evaluations import MOST_TEXT
from monitoring.models import ImpactStory
from monitoring.permissions import can_name
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown

PLAIN = ["title", "quote", "text", "measure", "before", "after", "unit", "source"]
NAMING = ["speaker", "position"]


class StorySerializer(serializers.ModelSerializer[ImpactStory]):
    programme = ProgrammeSlug()
    cluster = ClusterReference(read_only=True, allow_null=True)
    attribution = serializers.SerializerMethodField(
        help_text="Whose words they are; without names where the consent does not cover them."
    )
    has_consent = serializers.BooleanField(read_only=True)
    consent_how = serializers.ChoiceField(ImpactStory.How.choices, allow_blank=True, read_only=True)

    class Meta:
        model = ImpactStory
        fields = [
            "id",
            "programme",
            "cluster",
            *PLAIN,
            "attribution",
            "has_consent",
            "names_allowed",
            "consent_on",
            "consent_how",
            "consent_withdrawn_on",
            "published_at",
            *STAMPS,
        ]

    def get_attribution(self, story: ImpactStory) -> str:
        return story.attribution(named=can_name(self.context["request"].user, story))


class StoryChange(StrictModelSerializer):
    cluster = cluster_field(required=False, allow_null=True)
    organisation = organisation_field(required=False, allow_null=True)

    class Meta:
        model = ImpactStory
        fields = ["cluster", "organisation", *NAMING, *PLAIN]
        extra_kwargs = {name: {"max_length": MOST_TEXT} for name in ("quote", "text")}


class StoryInput(StoryChange):
    programme = programme_field()

    class Meta(StoryChange.Meta):
        fields = ["programme", *StoryChange.Meta.fields]


class ConsentInput(StrictSerializer):
    consent_by = serializers.CharField(max_length=150)
    consent_on = serializers.DateField()
    consent_how = serializers.ChoiceField(ImpactStory.How.choices)
    consent_note = serializers.CharField(required=False, allow_blank=True, max_length=300)
    names_allowed = serializers.BooleanField(
        required=False, help_text="Whether the consent covers the names of person and firm."
    )


class WhyInput(StrictSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class StoryFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")
    published = django_filters.BooleanFilter(
        "published_at", lookup_expr="isnull", exclude=True, label="Whether it is published."
    )

    class Meta:
        model = ImpactStory
        fields: list[str] = []


class StoryViewSet(Listed, Shown, Made, Changed, Resource):
    """What people say that the programme changed. Published only while the consent of the person stands."""

    queryset = ImpactStory.objects.all()
    serializer_class = StorySerializer
    filterset_class = StoryFilter
    inputs = {
        "create": StoryInput,
        "partial_update": StoryChange,
        "consent": ConsentInput,
        "withdraw_consent": WhyInput,
        "unpublish": WhyInput,
    }

    def add(self, **values: Any) -> ImpactStory:
        return services.write_story(actor=self.actor, **values)

    def edit(self, obj: ImpactStory, version: int | None, **values: Any) -> ImpactStory:
        return services.update_story(actor=self.actor, story=obj, version=version, **values)

    def _act(self) -> dict[str, Any]:
        found = self.get_object()
        return {"actor": self.actor, "story": found, "version": self.seen_version(found)}

    @action(detail=True, methods=["post"])
    def consent(self, request: Request, **kwargs: Any) -> Response:
        """Record who consented, when and how."""
        return self.shown(services.give_consent(**self._act(), **self.sent()))

    @action(detail=True, methods=["post"], url_path="withdraw-consent")
    def withdraw_consent(self, request: Request, **kwargs: Any) -> Response:
        """The person no longer consents: the story is off at once."""
        return self.shown(services.withdraw_consent(**self._act(), **self.sent()))

    @action(detail=True, methods=["post"])
    def publish(self, request: Request, **kwargs: Any) -> Response:
        """Show it to all who read results; refused without consent."""
        return self.shown(services.publish_story(**self._act()))

    @action(detail=True, methods=["post"])
    def unpublish(self, request: Request, **kwargs: Any) -> Response:
        """Take it off; the consent stands."""
        return self.shown(services.unpublish_story(**self._act(), **self.sent()))


ROUTES: list[tuple[str, type[Resource], str]] = [("stories", StoryViewSet, "story")]
