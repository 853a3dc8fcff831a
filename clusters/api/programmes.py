from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from clusters import services
from clusters.api.common import (
    STAMPS,
    ClusterReference,
    cluster_field,
    organisation_field,
)
from clusters.models import (
    Component,
    ComponentCluster,
    Decision,
    Organisation,
    Programme,
    ProgrammeOrganisation,
    SteeringMeeting,
)
from twinning.core.api.fields import Reference, StrictModelSerializer, VisibleId
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown


class ComponentClusterSerializer(serializers.ModelSerializer[ComponentCluster]):
    cluster = ClusterReference(read_only=True)

    class Meta:
        model = ComponentCluster
        fields = ["cluster", "start_year", "mode"]


class ComponentSerializer(serializers.ModelSerializer[Component]):
    clusters = ComponentClusterSerializer(source="cluster_links", many=True, read_only=True)

    class Meta:
        model = Component
        fields = ["id", "kind", "title", "clusters", *STAMPS]


class ProgrammeOrganisationSerializer(serializers.ModelSerializer[ProgrammeOrganisation]):
    organisation = Reference()

    class Meta:
        model = ProgrammeOrganisation
        fields = ["id", "organisation", "role", *STAMPS]


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    class Meta:
        model = Programme
        fields = ["id", *Programme.WRITTEN, *STAMPS]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A programme",
            response_only=True,
            value={
                "id": 1,
                "slug": "tfind04a01",
                "code": "TFIND04A01",
                "title": "Consolidated project for SME development in India",
                "status": "finalising",
                "currency": "EUR",
                "starts": "2005",
                "ends": "2011",
                "description": "",
                "version": 3,
                "created_at": "2011-07-01T08:00:00Z",
                "updated_at": "2011-07-31T16:20:11Z",
                "components": [
                    {
                        "id": 1,
                        "kind": "CT",
                        "title": "Cluster twinning",
                        "clusters": [
                            {
                                "cluster": {
                                    "slug": "chennai-leather",
                                    "name": "Chennai leather",
                                    "country": "IN",
                                },
                                "start_year": 2006,
                                "mode": "full",
                            }
                        ],
                        "version": 1,
                        "created_at": "2011-07-01T08:00:00Z",
                        "updated_at": "2011-07-01T08:00:00Z",
                    }
                ],
                "organisations": [
                    {
                        "id": 1,
                        "organisation": {"id": 4, "name": "Government of Italy"},
                        "role": "donor",
                        "version": 1,
                        "created_at": "2011-07-01T08:00:00Z",
                        "updated_at": "2011-07-01T08:00:00Z",
                    }
                ],
            },
        )
    ]
)
class ProgrammeDetailSerializer(ProgrammeSerializer):
    components = ComponentSerializer(many=True, read_only=True)
    organisations = ProgrammeOrganisationSerializer(source="organisation_roles", many=True, read_only=True)

    class Meta(ProgrammeSerializer.Meta):
        fields = [*ProgrammeSerializer.Meta.fields, "components", "organisations"]


class ProgrammeInput(StrictModelSerializer):
    class Meta:
        model = Programme
        fields = Programme.WRITTEN


class ProgrammeFilter(UpdatedFilter):
    class Meta:
        model = Programme
        fields = ["status", "code"]


class ProgrammeViewSet(Listed, Shown, Made, Changed, Resource):
    """Programmes: each is the tenant to which all other records belong. A new one is opened by staff
    alone.
    """

    queryset = Programme.objects.all()
    serializer_class = ProgrammeSerializer
    detail_class = ProgrammeDetailSerializer
    filterset_class = ProgrammeFilter
    inputs = {"create": ProgrammeInput, "partial_update": ProgrammeInput}
    detail_refers = ("organisation_roles.organisation",)
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if self.action == "list":
            return rows
        links = ComponentCluster.objects.select_related("cluster")
        roles = ProgrammeOrganisation.objects.select_related("organisation")
        return rows.prefetch_related(
            "components", Prefetch("components__cluster_links", links), Prefetch("organisation_roles", roles)
        )

    def add(self, **values: Any) -> Programme:
        return services.open_programme(actor=self.actor, **values)

    def edit(self, obj: Programme, version: int | None, **values: Any) -> Programme:
        return services.update_programme(actor=self.actor, programme=obj, version=version, **values)


class OfProgramme(Resource):
    """The records in ``programmes/{programme_slug}/…``."""

    queryset: Any = Component.objects.all()

    @property
    def programme(self) -> Programme:
        found: Programme = self.visible(Programme.objects.all(), slug=self.kwargs["programme_slug"])
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(programme=self.programme)


class ComponentInput(StrictModelSerializer):
    class Meta:
        model = Component
        fields = ["kind", "title"]


class ComponentViewSet(Listed, Shown, Made, Changed, OfProgramme):
    """Components of a programme, with the clusters that take part in each (Table 1)."""

    queryset = Component.objects.all()
    serializer_class = ComponentSerializer
    inputs = {"create": ComponentInput, "partial_update": ComponentInput}

    def get_queryset(self) -> Any:
        links = ComponentCluster.objects.select_related("cluster")
        return super().get_queryset().prefetch_related(Prefetch("cluster_links", links))

    def add(self, **values: Any) -> Component:
        return services.add_component(actor=self.actor, programme=self.programme, **values)

    def edit(self, obj: Component, version: int | None, **values: Any) -> Component:
        return services.update_component(actor=self.actor, component=obj, version=version, **values)


class PlaceInput(StrictModelSerializer):
    cluster = cluster_field()

    class Meta:
        model = ComponentCluster
        fields = ["cluster", "start_year", "mode"]


class ProgrammeOrganisationInput(StrictModelSerializer):
    organisation = organisation_field()

    class Meta:
        model = ProgrammeOrganisation
        fields = ["organisation", "role"]


class ProgrammeOrganisationViewSet(Listed, Shown, Made, OfProgramme):
    """Who funds, counterparts and executes the programme."""

    queryset = ProgrammeOrganisation.objects.all()
    serializer_class = ProgrammeOrganisationSerializer
    inputs = {"create": ProgrammeOrganisationInput}
    joined = ("organisation",)
    refers = ("organisation",)

    def add(self, organisation: Organisation, role: str) -> ProgrammeOrganisation:
        return services.add_programme_organisation(
            actor=self.actor, programme=self.programme, organisation=organisation, role=role
        )


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    cluster = ClusterReference(read_only=True, allow_null=True)

    class Meta:
        model = Decision
        fields = ["id", "kind", "text", "cluster", "component", "reason", "supersedes", *STAMPS]


class MeetingSerializer(serializers.ModelSerializer[SteeringMeeting]):
    decisions = DecisionSerializer(many=True, read_only=True)

    class Meta:
        model = SteeringMeeting
        fields = [
            "id",
            "number",
            "held",
            "held_text",
            "place",
            "attendees",
            "minutes",
            "decisions",
            *STAMPS,
        ]


class MeetingInput(StrictModelSerializer):
    class Meta:
        model = SteeringMeeting
        fields = ["number", "held", "held_text", "place", "attendees", "minutes"]


class MeetingViewSet(Listed, Shown, Made, Changed, OfProgramme):
    """Meetings of the steering committee with what they decided, for those who may read committee papers."""

    queryset = SteeringMeeting.objects.all()
    serializer_class = MeetingSerializer
    inputs = {"create": MeetingInput, "partial_update": MeetingInput}

    def add(self, **values: Any) -> SteeringMeeting:
        return services.add_meeting(actor=self.actor, programme=self.programme, **values)

    def edit(self, obj: SteeringMeeting, version: int | None, **values: Any) -> SteeringMeeting:
        return services.update_meeting(actor=self.actor, meeting=obj, version=version, **values)


class DecisionInput(StrictModelSerializer):
    cluster = cluster_field(required=False, allow_null=True)
    component = VisibleId(queryset=Component.objects.all(), required=False, allow_null=True)
    supersedes = VisibleId(queryset=Decision.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Decision
        fields = ["kind", "text", "cluster", "component", "reason", "supersedes"]
        extra_kwargs = {"kind": {"required": True}}


class DecisionFilter(UpdatedFilter):
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")

    class Meta:
        model = Decision
        fields = ["kind"]


class DecisionViewSet(Listed, Shown, Made, Resource):
    """Decisions of a meeting. One is not edited: a new one supersedes it."""

    queryset = Decision.objects.all()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter
    inputs = {"create": DecisionInput}

    @property
    def meeting(self) -> SteeringMeeting:
        lookup = {"pk": self.kwargs["meeting_id"], "programme__slug": self.kwargs["programme_slug"]}
        found: SteeringMeeting = self.visible(SteeringMeeting.objects.all(), **lookup)
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(meeting=self.meeting)

    def add(self, **values: Any) -> Decision:
        return services.record_decision(actor=self.actor, meeting=self.meeting, **values)


class PlacementSerializer(ComponentClusterSerializer):
    class Meta(ComponentClusterSerializer.Meta):
        fields = ["id", *ComponentClusterSerializer.Meta.fields, *STAMPS]


class PlacementViewSet(Listed, Shown, Made, Resource):
    """Which clusters take part in a component, since when and how; sent again for a cluster, it is
    changed.
    """

    queryset = ComponentCluster.objects.all()
    serializer_class = PlacementSerializer
    inputs = {"create": PlaceInput}
    joined = ("cluster",)

    @property
    def component(self) -> Component:
        lookup = {"pk": self.kwargs["component_id"], "programme__slug": self.kwargs["programme_slug"]}
        found: Component = self.visible(Component.objects.all(), **lookup)
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(component=self.component)

    def add(self, **values: Any) -> ComponentCluster:
        return services.place_cluster(actor=self.actor, component=self.component, **values)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("programmes", ProgrammeViewSet, "programme"),
    ("programmes/<slug:programme_slug>/components", ComponentViewSet, "component"),
    (
        "programmes/<slug:programme_slug>/components/<int:component_id>/clusters",
        PlacementViewSet,
        "component-cluster",
    ),
    (
        "programmes/<slug:programme_slug>/organisations",
        ProgrammeOrganisationViewSet,
        "programme-organisation",
    ),
    ("programmes/<slug:programme_slug>/meetings", MeetingViewSet, "meeting"),
    ("programmes/<slug:programme_slug>/meetings/<int:meeting_id>/decisions", DecisionViewSet, "decision"),
]
