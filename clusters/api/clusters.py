from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters import services
from clusters.api.common import STAMPS, ProgrammeSlug, ReasonInput, person_field, programme_field
from clusters.models import CDAEngagement, Cluster, ClusterFigure, ProductGroup
from twinning.core.api.fields import (
    Choices,
    Reference,
    StrictModelSerializer,
    VisibleId,
)
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown


class FigureSerializer(serializers.ModelSerializer[ClusterFigure]):
    class Meta:
        model = ClusterFigure
        fields = ["id", *ClusterFigure.WRITTEN, "preferred", *STAMPS]


class ProductGroupSerializer(serializers.ModelSerializer[ProductGroup]):
    class Meta:
        model = ProductGroup
        fields = ["id", "name", "parent", *STAMPS]


class ClusterSerializer(serializers.ModelSerializer[Cluster]):
    programme = ProgrammeSlug()
    composition = Choices(Cluster.Composition.choices)
    advantage = Choices(Cluster.Advantage.choices)

    class Meta:
        model = Cluster
        fields = ["id", "programme", *Cluster.WRITTEN, *STAMPS]


_CLUSTER_SENT = {
    "programme": "tfind04a01",
    "slug": "chennai-leather",
    "name": "Chennai leather",
    "country": "IN",
    "locations": "Chennai, Ranipet, Ambur, Vaniyambadi",
    "latitude": "12.930000",
    "longitude": "79.330000",
    "sector": "Leather",
    "products": "Finished leather",
    "year_selected": 2006,
    "is_principal": True,
    "composition": ["geographical", "sectoral"],
    "advantage": ["factor-endowment"],
    "label": "none",
    "description": "",
}
_STAMPED = {"version": 1, "created_at": "2011-07-01T08:00:00Z", "updated_at": "2011-07-01T08:00:00Z"}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A cluster",
            response_only=True,
            value={
                "id": 1,
                **_CLUSTER_SENT,
                **_STAMPED,
                "figures": [
                    {
                        "id": 7,
                        "measure": "units",
                        "about": "tanneries",
                        "qualifier": "around",
                        "value": "500.00",
                        "low": None,
                        "high": None,
                        "unit": "units",
                        "year": 2006,
                        "source": "Diagnostic study",
                        "note": "",
                        "preferred": True,
                        **_STAMPED,
                    }
                ],
                "product_groups": [{"id": 3, "name": "Sheep", "parent": None, **_STAMPED}],
            },
        )
    ]
)
class ClusterDetailSerializer(ClusterSerializer):
    figures = FigureSerializer(many=True, read_only=True)
    product_groups = ProductGroupSerializer(many=True, read_only=True)

    class Meta(ClusterSerializer.Meta):
        fields = [*ClusterSerializer.Meta.fields, "figures", "product_groups"]


class ClusterChange(StrictModelSerializer):
    composition = Choices(Cluster.Composition.choices)
    advantage = Choices(Cluster.Advantage.choices)

    class Meta:
        model = Cluster
        fields = Cluster.WRITTEN


@extend_schema_serializer(examples=[OpenApiExample("A cluster", request_only=True, value=_CLUSTER_SENT)])
class ClusterInput(ClusterChange):
    programme = programme_field()

    class Meta(ClusterChange.Meta):
        fields = ["programme", *Cluster.WRITTEN]


class ClusterFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    country = django_filters.CharFilter("country", label="Two letters, as in ISO 3166.")

    class Meta:
        model = Cluster
        fields = ["is_principal"]


class ClusterViewSet(Listed, Shown, Made, Changed, Resource):
    """Industrial clusters of a programme. A record by itself shows its figures and product groups as well."""

    queryset = Cluster.objects.all()
    serializer_class = ClusterSerializer
    detail_class = ClusterDetailSerializer
    filterset_class = ClusterFilter
    inputs = {"create": ClusterInput, "partial_update": ClusterChange}
    joined = ("programme",)
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def add(self, **values: Any) -> Cluster:
        return services.create_cluster(actor=self.actor, **values)

    def edit(self, obj: Cluster, version: int | None, **values: Any) -> Cluster:
        return services.update_cluster(actor=self.actor, cluster=obj, version=version, **values)


class OfCluster(Resource):
    """The records in ``clusters/{cluster_slug}/…``."""

    queryset: Any = ClusterFigure.objects.all()

    @property
    def cluster(self) -> Cluster:
        found: Cluster = self.visible(Cluster.objects.all(), slug=self.kwargs["cluster_slug"])
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(cluster=self.cluster)


class FigureInput(StrictModelSerializer):
    class Meta:
        model = ClusterFigure
        fields = ClusterFigure.WRITTEN


class FigureFilter(UpdatedFilter):
    class Meta:
        model = ClusterFigure
        fields = ["measure", "year", "preferred"]


class FigureViewSet(Listed, Shown, Made, Changed, OfCluster):
    """Figures of a cluster: dated claims with a source. Two may disagree; one is preferred, none is lost."""

    queryset = ClusterFigure.objects.all()
    serializer_class = FigureSerializer
    filterset_class = FigureFilter
    inputs = {"create": FigureInput, "partial_update": FigureInput, "prefer": ReasonInput}

    def add(self, **values: Any) -> ClusterFigure:
        return services.add_figure(actor=self.actor, cluster=self.cluster, **values)

    def edit(self, obj: ClusterFigure, version: int | None, **values: Any) -> ClusterFigure:
        return services.update_figure(actor=self.actor, figure=obj, version=version, **values)

    @action(detail=True, methods=["post"])
    def prefer(self, request: Request, **kwargs: Any) -> Response:
        """Prefer this claim over those that disagree with it; they stay."""
        figure = self.get_object()
        self.seen_version(figure)
        return self.shown(services.prefer_figure(actor=self.actor, figure=figure, **self.sent()))


class ProductGroupInput(StrictModelSerializer):
    parent: Any = VisibleId(queryset=ProductGroup.objects.all(), required=False, allow_null=True)

    class Meta:
        model = ProductGroup
        fields = ["name", "parent"]


class ProductGroupViewSet(Listed, Shown, Made, Changed, OfCluster):
    """What the firms of a cluster make, as a tree."""

    queryset = ProductGroup.objects.all()
    serializer_class = ProductGroupSerializer
    inputs = {"create": ProductGroupInput, "partial_update": ProductGroupInput}

    def add(self, **values: Any) -> ProductGroup:
        return services.add_product_group(actor=self.actor, cluster=self.cluster, **values)

    def edit(self, obj: ProductGroup, version: int | None, **values: Any) -> ProductGroup:
        values = {"name": obj.name, "parent": obj.parent} | values
        return services.update_product_group(actor=self.actor, group=obj, version=version, **values)


class EngagementSerializer(serializers.ModelSerializer[CDAEngagement]):
    person = Reference()

    class Meta:
        model = CDAEngagement
        fields = ["id", "person", *CDAEngagement.WRITTEN, *STAMPS]


class EngagementInput(StrictModelSerializer):
    person = person_field(required=False, allow_null=True)

    class Meta:
        model = CDAEngagement
        fields = ["person", *CDAEngagement.WRITTEN]


class EngagementViewSet(Listed, Shown, Made, Changed, OfCluster):
    """Agents at work for a cluster. The post is shown to all in the programme, the person where people
    are.
    """

    queryset = CDAEngagement.objects.all()
    serializer_class = EngagementSerializer
    inputs = {"create": EngagementInput, "partial_update": EngagementInput}
    refers = ("person",)

    def add(self, **values: Any) -> CDAEngagement:
        return services.engage_agent(actor=self.actor, cluster=self.cluster, **values)

    def edit(self, obj: CDAEngagement, version: int | None, **values: Any) -> CDAEngagement:
        return services.update_engagement(actor=self.actor, engagement=obj, version=version, **values)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("clusters", ClusterViewSet, "cluster"),
    ("clusters/<slug:cluster_slug>/figures", FigureViewSet, "figure"),
    ("clusters/<slug:cluster_slug>/product-groups", ProductGroupViewSet, "product-group"),
    ("clusters/<slug:cluster_slug>/engagements", EngagementViewSet, "engagement"),
]
