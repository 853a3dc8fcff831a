"""What forms say, as rows across forms. They are read here; what they say is written as answers."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from clusters.api.common import ClusterReference
from clusters.models import Organisation
from diagnostics.models import (
    AOBOItem,
    BaselineValue,
    Finding,
    Gap,
    ImpactClaim,
    SampledFirm,
    Topic,
)
from diagnostics.rules.review import Status
from twinning.core.api.fields import Reference
from twinning.core.api.filters import IdFilter, YesNoFilter
from twinning.core.api.resources import Listed, Resource

OF_FORM = ["id", "submission", "row", "programme", "cluster", "status", "illustrative"]


class PartSerializer(serializers.ModelSerializer[Any]):
    """A row with the form that it stands in. ``row`` is its id there, so that its answers have paths."""

    programme = serializers.CharField(source="submission.programme.slug", read_only=True)
    cluster = ClusterReference(source="submission.cluster", read_only=True, allow_null=True)
    status = serializers.ChoiceField(
        Status.choices, source="submission.status", read_only=True, help_text="Of the form."
    )
    illustrative = serializers.BooleanField(source="submission.illustrative", read_only=True)


class PartFilter(django_filters.FilterSet):
    programme = django_filters.CharFilter("submission__programme__slug", label="Slug of a programme.")
    cluster = django_filters.CharFilter("submission__cluster__slug", label="Slug of a cluster.")
    submission = IdFilter("submission", label="Id of a form.")
    status = django_filters.ChoiceFilter(
        field_name="submission__status", choices=Status.choices, label="Status of the form."
    )


class Parts(Listed, Resource):
    """Rows of one kind. They have no version of their own: that of their form stands for them."""

    queryset: Any = AOBOItem.objects.all()
    sorts = ("id", "-id")
    versioned = False
    joined: ClassVar[tuple[str, ...]] = ("submission__programme", "submission__cluster")

    def get_queryset(self) -> Any:
        texts = ("answers", "revisions", "clashes")
        return super().get_queryset().defer(*[f"submission__{name}" for name in texts])


_EXAMPLE = {
    "id": 31,
    "submission": 12,
    "row": "a1",
    "programme": "tfind04a01",
    "cluster": {"slug": "chennai-leather", "name": "Chennai leather", "country": "IN"},
    "status": "approved",
    "illustrative": False,
}
AOBO_FIELDS = [
    "firms",
    "item",
    "issue",
    "where",
    "stakeholders",
    "countries",
    "stakeholder_kind",
    "entry_points",
    "standing",
    "reason",
]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An issue",
            response_only=True,
            value={
                **_EXAMPLE,
                "firms": "Leather jackets",
                "item": "Technology",
                "issue": "Appropriate processing",
                "where": "advanced",
                "stakeholders": "Technicians from Solofra cluster",
                "countries": ["IT"],
                "stakeholder_kind": "experts",
                "entry_points": "5 medium and 50 small firms",
                "standing": "open",
                "reason": "",
            },
        )
    ]
)
class AOBORowSerializer(PartSerializer):
    countries = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = AOBOItem
        fields = [*OF_FORM, *AOBO_FIELDS]


class AOBORowFilter(PartFilter):
    class Meta:
        model = AOBOItem
        fields = ["where", "standing", "stakeholder_kind"]


class AOBORowViewSet(Parts):
    """Rows of the analysis of business operation: an issue, and where its solution lies."""

    queryset = AOBOItem.objects.all()
    serializer_class = AOBORowSerializer
    filterset_class = AOBORowFilter


class FindingSerializer(PartSerializer):
    subject = serializers.ChoiceField(Finding.Subject.choices, source="row", read_only=True)

    class Meta:
        model = Finding
        fields = [*OF_FORM, "subject", "text", "willingness", "conditions"]


class FindingFilter(PartFilter):
    subject = django_filters.ChoiceFilter(
        field_name="row", choices=Finding.Subject.choices, label="Which of the six."
    )

    class Meta:
        model = Finding
        fields: list[str] = []


class FindingViewSet(Parts):
    """The six things that a study of an advanced cluster identifies."""

    queryset = Finding.objects.all()
    serializer_class = FindingSerializer
    filterset_class = FindingFilter


class TopicSerializer(PartSerializer):
    class Meta:
        model = Topic
        fields = [*OF_FORM, "name", "emerging_priority", "advanced_priority", "closed"]


class TopicFilter(PartFilter):
    closed = YesNoFilter("closed", label="Whether it is not to be discussed.")

    class Meta:
        model = Topic
        fields: list[str] = []


class TopicViewSet(Parts):
    """Subjects of cooperation with the priority that each side gives them.

    Those of an approved study are read in the twinned cluster too. Closed ones are read on their own side alone.
    """

    queryset = Topic.objects.all()
    serializer_class = TopicSerializer
    filterset_class = TopicFilter


class GapSerializer(PartSerializer):
    class Meta:
        model = Gap
        fields = [*OF_FORM, "area", "score", "recommendation"]


class GapFilter(PartFilter):
    class Meta:
        model = Gap
        fields = ["area"]


class GapViewSet(Parts):
    """Gaps that an excellence gap analysis found in a firm; score is 0 (nothing there) to 5 (excellent)."""

    queryset = Gap.objects.all()
    serializer_class = GapSerializer
    filterset_class = GapFilter


class ImpactClaimSerializer(PartSerializer):
    class Meta:
        model = ImpactClaim
        fields = [*OF_FORM, "area", "direction", "value", "unit", "evidence", "inferred"]


class ImpactClaimFilter(PartFilter):
    inferred = YesNoFilter("inferred", label="Whether it was read out of a narrative.")

    class Meta:
        model = ImpactClaim
        fields = ["area", "direction"]


class ImpactClaimViewSet(Parts):
    """What technologies are said to have changed in firms, by sub-dimension."""

    queryset = ImpactClaim.objects.all()
    serializer_class = ImpactClaimSerializer
    filterset_class = ImpactClaimFilter


class BaselineValueSerializer(PartSerializer):
    class Meta:
        model = BaselineValue
        fields = [*OF_FORM, "measure", "value", "unit", "year", "source"]


class BaselineValueFilter(PartFilter):
    year = IdFilter("year", max_value=32767, label="Year of the value.")

    class Meta:
        model = BaselineValue
        fields = ["measure"]


class BaselineValueViewSet(Parts):
    """What was so before, against which results are measured."""

    queryset = BaselineValue.objects.all()
    serializer_class = BaselineValueSerializer
    filterset_class = BaselineValueFilter


class SampledFirmSerializer(PartSerializer):
    organisation = Reference()
    groups = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = SampledFirm
        fields = [*OF_FORM, "name", "organisation", "groups", "size"]


class SampledFirmFilter(PartFilter):
    organisation = IdFilter(method="of_organisation", label="Id of the firm.")

    class Meta:
        model = SampledFirm
        fields = ["size"]

    def of_organisation(self, rows: Any, name: str, value: int) -> Any:
        seen = Organisation.objects.visible_to(self.request.user).filter(pk=value)
        return rows.filter(organisation__in=seen.values("pk"))


class SampledFirmViewSet(Parts):
    """Firms of the samples of studies, by what they make. The organisation is null where the programme has none."""

    queryset = SampledFirm.objects.all()
    serializer_class = SampledFirmSerializer
    filterset_class = SampledFirmFilter
    joined = (*Parts.joined, "organisation")
    refers = ("organisation",)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("aobo-rows", AOBORowViewSet, "aobo-row"),
    ("findings", FindingViewSet, "finding"),
    ("topics", TopicViewSet, "topic"),
    ("gaps", GapViewSet, "gap"),
    ("impact-claims", ImpactClaimViewSet, "impact-claim"),
    ("baseline-values", BaselineValueViewSet, "baseline-value"),
    ("sampled-firms", SampledFirmViewSet, "sampled-firm"),
]
