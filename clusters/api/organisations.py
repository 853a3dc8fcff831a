from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clusters import services
from clusters.api.common import (
    STAMPS,
    ClusterReference,
    ProgrammeSlug,
    cluster_field,
    organisation_field,
    programme_field,
)
from clusters.models import Firm, Organisation, OrganisationRole, Person, ProductGroup
from twinning.core.api import versions
from twinning.core.api.fields import Reference, StrictModelSerializer, VisibleId
from twinning.core.api.filters import IdFilter, UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown


class FirmSerializer(serializers.ModelSerializer[Firm]):
    class Meta:
        model = Firm
        fields = [*Firm.WRITTEN, *STAMPS]


class OrganisationRoleSerializer(serializers.ModelSerializer[OrganisationRole]):
    cluster = ClusterReference(read_only=True)

    class Meta:
        model = OrganisationRole
        fields = ["id", "cluster", "role", "valid_from", "valid_to", *STAMPS]


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    programme = ProgrammeSlug()
    part_of = Reference()
    roles = OrganisationRoleSerializer(many=True, read_only=True)

    class Meta:
        model = Organisation
        fields = ["id", "programme", *Organisation.WRITTEN, "roles", *STAMPS]


class OrganisationDetailSerializer(OrganisationSerializer):
    firm = serializers.SerializerMethodField()

    class Meta(OrganisationSerializer.Meta):
        fields = [*OrganisationSerializer.Meta.fields, "firm"]

    def get_firm(self, organisation: Organisation) -> FirmSerializer(allow_null=True):  # type: ignore[valid-type]
        profile = Firm.objects.filter(organisation=organisation).prefetch_related("product_groups").first()
        return FirmSerializer(profile).data if profile else None


class OrganisationChange(StrictModelSerializer):
    part_of = organisation_field(required=False, allow_null=True)

    class Meta:
        model = Organisation
        fields = Organisation.WRITTEN


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An association",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "cluster": "chennai-leather",
                "role": "intermediary",
                "name": "Pallavaram Tanners' Association",
                "kind": "association",
                "country": "IN",
                "place": "Chennai",
            },
        )
    ]
)
class OrganisationInput(OrganisationChange):
    programme = programme_field()
    cluster = cluster_field(
        required=False, help_text="Cluster in which it has its first role; an agent of a cluster must say it."
    )
    role = serializers.ChoiceField(OrganisationRole.Role.choices, required=False)

    class Meta(OrganisationChange.Meta):
        fields = ["programme", "cluster", "role", *Organisation.WRITTEN]


class OrganisationFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    cluster = django_filters.CharFilter(
        "roles__cluster__slug", label="Slug of a cluster in which it has a role.", distinct=True
    )
    q = django_filters.CharFilter(method="with_text", label="Words in its name.")

    class Meta:
        model = Organisation
        fields = ["kind"]

    def with_text(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(Q(name__icontains=value) | Q(short_name__icontains=value))


class OrganisationViewSet(Listed, Shown, Made, Changed, Resource):
    """Firms, associations, institutions and agencies. Firms are shown where firm data may be read."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    detail_class = OrganisationDetailSerializer
    filterset_class = OrganisationFilter
    inputs = {"create": OrganisationInput, "partial_update": OrganisationChange}
    joined = ("programme", "part_of")
    refers = ("part_of",)

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("roles__cluster")

    def add(self, **values: Any) -> Organisation:
        return services.create_organisation(actor=self.actor, **values)

    def edit(self, obj: Organisation, version: int | None, **values: Any) -> Organisation:
        return services.update_organisation(actor=self.actor, organisation=obj, version=version, **values)


class OfOrganisation(Resource):
    """The records in ``organisations/{organisation_id}/…``."""

    queryset: Any = OrganisationRole.objects.all()

    @property
    def organisation(self) -> Organisation:
        found: Organisation = self.visible(Organisation.objects.all(), pk=self.kwargs["organisation_id"])
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(organisation=self.organisation)


class RoleInput(StrictModelSerializer):
    cluster = cluster_field()

    class Meta:
        model = OrganisationRole
        fields = ["cluster", "role", "valid_from", "valid_to"]


class RoleChange(StrictModelSerializer):
    valid_to = serializers.DateField(help_text="The last day of the role.")

    class Meta:
        model = OrganisationRole
        fields = ["valid_to"]


class OrganisationRoleViewSet(Listed, Shown, Made, Changed, OfOrganisation):
    """What an organisation does in which cluster, and when. A role is ended, not taken away."""

    queryset = OrganisationRole.objects.all()
    serializer_class = OrganisationRoleSerializer
    inputs = {"create": RoleInput, "partial_update": RoleChange}
    joined = ("cluster", "organisation")

    def add(self, **values: Any) -> OrganisationRole:
        return services.add_role(actor=self.actor, organisation=self.organisation, **values)

    def edit(self, obj: OrganisationRole, version: int | None, **values: Any) -> OrganisationRole:
        if "valid_to" not in values:
            return obj
        return services.end_role(actor=self.actor, role=obj, last_day=values["valid_to"], version=version)


class FirmInput(StrictModelSerializer):
    product_groups = VisibleId(queryset=ProductGroup.objects.all(), many=True, required=False)

    class Meta:
        model = Firm
        fields = Firm.WRITTEN


class FirmViewSet(OfOrganisation):
    """What is known of a firm beyond its name."""

    queryset = Firm.objects.all()
    serializer_class = FirmSerializer
    inputs = {"update": FirmInput}

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("product_groups")

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        profile = self.get_queryset().first()
        if profile is None:
            raise Http404
        data = self.represent(profile)
        tag = self.etag(profile, data)
        if versions.is_known(request, tag):
            return Response(status=304, headers={"ETag": tag})
        return Response(data, headers={"ETag": tag})

    def update(self, request: Request, **kwargs: Any) -> Response:
        """Write the profile of a firm. Without one yet no If-Match is asked for; afterwards it is."""
        organisation = self.organisation
        profile = self.get_queryset().first()
        version = versions.required_version(request, profile) if profile else None
        saved = services.save_firm(
            actor=self.actor, organisation=organisation, version=version, **self.sent(instance=profile)
        )
        return self.shown(saved)


class PersonSerializer(serializers.ModelSerializer[Person]):
    programme = ProgrammeSlug()
    organisation = Reference()

    class Meta:
        model = Person
        fields = ["id", "programme", *Person.WRITTEN, *STAMPS]


class PersonChange(StrictModelSerializer):
    organisation = organisation_field(required=False, allow_null=True)

    class Meta:
        model = Person
        fields = Person.WRITTEN


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An expert",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "name": "Giulia Rossi",
                "designation": "Leather technologist",
                "sex": "f",
                "born": 1979,
                "speciality": "Finishing",
            },
        )
    ]
)
class PersonInput(PersonChange):
    programme = programme_field()

    class Meta(PersonChange.Meta):
        fields = ["programme", *Person.WRITTEN]


class PersonFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    organisation = IdFilter("organisation_id", label="Id of an organisation.")
    q = django_filters.CharFilter("name", lookup_expr="icontains", label="Words in the name.")

    class Meta:
        model = Person
        fields = ["sex"]


class PersonViewSet(Listed, Shown, Made, Changed, Resource):
    """People the programme works with, for those who may read their names."""

    queryset = Person.objects.all()
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    inputs = {"create": PersonInput, "partial_update": PersonChange}
    joined = ("programme", "organisation")
    refers = ("organisation",)

    def add(self, **values: Any) -> Person:
        return services.create_person(actor=self.actor, **values)

    def edit(self, obj: Person, version: int | None, **values: Any) -> Person:
        return services.update_person(actor=self.actor, person=obj, version=version, **values)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("organisations", OrganisationViewSet, "organisation"),
    ("organisations/<int:organisation_id>/roles", OrganisationRoleViewSet, "organisation-role"),
    ("people", PersonViewSet, "person"),
]
