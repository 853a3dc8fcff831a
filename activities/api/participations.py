from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from activities import services
from activities.models import Activity, Participation
from clusters.api.common import STAMPS, organisation_field, person_field
from clusters.models import Person
from twinning.core.api import versions
from twinning.core.api.fields import Reference, StrictModelSerializer, VisibleId
from twinning.core.api.filters import IdFilter, UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown

WRITTEN = [
    "organisation",
    "come_from",
    "person",
    "role",
    "designation",
    "female",
    "male",
    "unspecified",
    "total",
    "note",
]


class ParticipantReference(Reference):
    """A participant: who may read the list of those who came may read their names."""

    def to_representation(self, instance: Person) -> dict[str, Any]:
        return {"id": instance.pk, "name": instance.name}


class ParticipationSerializer(serializers.ModelSerializer[Participation]):
    activity = serializers.PrimaryKeyRelatedField[Activity](read_only=True)
    organisation = Reference()
    person = ParticipantReference()

    class Meta:
        model = Participation
        fields = ["id", "activity", *WRITTEN, *STAMPS]


class ParticipationChange(StrictModelSerializer):
    organisation = organisation_field(required=False, allow_null=True)
    person = person_field(required=False, allow_null=True)

    class Meta:
        model = Participation
        fields = WRITTEN


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A count, since no names were kept",
            request_only=True,
            value={
                "activity": 17,
                "organisation": 5,
                "role": "trainee",
                "female": 12,
                "male": 23,
                "unspecified": 0,
                "note": "Attendance sheet, names not kept",
            },
        )
    ]
)
class ParticipationInput(ParticipationChange):
    activity = VisibleId(queryset=Activity.objects.all())

    class Meta(ParticipationChange.Meta):
        fields = ["activity", *WRITTEN]


class ParticipationFilter(UpdatedFilter):
    programme = django_filters.CharFilter("activity__programme__slug", label="Slug of a programme.")
    activity = IdFilter("activity_id", label="Id of an activity.")
    organisation = IdFilter("organisation_id", label="Id of an organisation.")
    person = IdFilter("person_id", label="Id of a person.")

    class Meta:
        model = Participation
        fields = ["role"]


class ParticipationViewSet(Listed, Shown, Made, Changed, Removed, Resource):
    """Who took part: named persons, or counts of people whose names were not kept."""

    queryset = Participation.objects.all()
    serializer_class = ParticipationSerializer
    filterset_class = ParticipationFilter
    inputs = {"create": ParticipationInput, "partial_update": ParticipationChange}
    refers = ("organisation",)

    def add(self, **values: Any) -> Participation:
        return services.add_participation(actor=self.actor, **values)

    def edit(self, obj: Participation, version: int | None, **values: Any) -> Participation:
        return services.update_participation(actor=self.actor, participation=obj, version=version, **values)

    def remove(self, obj: Participation, version: int | None) -> None:
        versions.locked(obj, version)
        services.remove_participation(actor=self.actor, participation=obj)


ROUTES: list[tuple[str, type[Resource], str]] = [("participations", ParticipationViewSet, "participation")]
