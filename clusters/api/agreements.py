from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters import services
from clusters.api.common import STAMPS, ProgrammeSlug, ReasonInput, organisation_field, programme_field
from clusters.models import Agreement, AgreementClaim, AgreementParty, Twinning
from clusters.rules import Force
from twinning.core.api import versions
from twinning.core.api.fields import Reference, StrictModelSerializer, VisibleId, VisibleSlug
from twinning.core.api.filters import DayFilter, UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown


class PartySerializer(serializers.ModelSerializer[AgreementParty]):
    organisation = Reference()

    class Meta:
        model = AgreementParty
        fields = ["id", "organisation", "role", "side", "chapter", *STAMPS]


class ClaimSerializer(serializers.ModelSerializer[AgreementClaim]):
    class Meta:
        model = AgreementClaim
        fields = ["id", "about", "statement", "edtf", "source", "preferred", *STAMPS]


AGREEMENT_FIELDS = [
    "kind",
    "title",
    "purpose",
    "areas",
    "attempted_only",
    "signed",
    "valid_from",
    "valid_to",
    "ended_on",
    "validity_text",
    "renewal",
    "outcome",
]


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    programme = ProgrammeSlug()
    twinning: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    replaced_by = Reference()
    force = serializers.SerializerMethodField(help_text="Whether it binds today.")
    parties = PartySerializer(many=True, read_only=True)

    class Meta:
        model = Agreement
        fields = [
            "id",
            "programme",
            "twinning",
            *AGREEMENT_FIELDS,
            "replaced_by",
            "force",
            "parties",
            *STAMPS,
        ]

    def get_force(self, agreement: Agreement) -> Force:
        return agreement.force_on(timezone.localdate())


class AgreementDetailSerializer(AgreementSerializer):
    claims = ClaimSerializer(many=True, read_only=True)

    class Meta(AgreementSerializer.Meta):
        fields = [*AgreementSerializer.Meta.fields, "claims"]


class PartyInput(StrictModelSerializer):
    organisation = organisation_field()

    class Meta:
        model = AgreementParty
        fields = ["organisation", "role", "side", "chapter"]
        extra_kwargs = {"role": {"required": True}}


class AgreementChange(StrictModelSerializer):
    twinning = VisibleSlug(
        queryset=Twinning.objects.all(), required=False, allow_null=True, help_text="Slug of a twinning."
    )
    replaced_by = VisibleId(queryset=Agreement.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Agreement
        fields = ["twinning", *AGREEMENT_FIELDS, "replaced_by"]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A cooperation agreement",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "twinning": "chennai-leather--santa-croce",
                "kind": "ca",
                "title": "Cooperation agreement of the associations",
                "signed": "2008-06",
                "valid_to": "2011-06-30",
                "parties": [
                    {"organisation": 5, "role": "signatory", "side": "emerging"},
                    {"organisation": 9, "role": "signatory", "side": "advanced"},
                ],
            },
        )
    ]
)
class AgreementInput(AgreementChange):
    programme = programme_field()
    parties = PartyInput(many=True, required=False)

    class Meta(AgreementChange.Meta):
        fields = ["programme", *AgreementChange.Meta.fields, "parties"]


class AgreementFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    twinning = django_filters.CharFilter("twinning__slug", label="Slug of a twinning.")
    in_force_on = DayFilter(
        method="in_force", label="Signed by this day and not ended; one without a stated end counts."
    )

    class Meta:
        model = Agreement
        fields = ["kind"]

    def in_force(self, rows: Any, name: str, value: Any) -> Any:
        return rows.in_force_on(value)


class AgreementViewSet(Listed, Shown, Made, Changed, Resource):
    """What organisations agreed, or tried to. Agreements between firms are seen where firm data is."""

    queryset = Agreement.objects.all()
    serializer_class = AgreementSerializer
    detail_class = AgreementDetailSerializer
    filterset_class = AgreementFilter
    inputs = {"create": AgreementInput, "partial_update": AgreementChange}
    joined = ("programme", "twinning", "replaced_by")
    refers = ("parties.organisation", "replaced_by")

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("claims")

    def add(self, **values: Any) -> Agreement:
        return services.create_agreement(actor=self.actor, **values)

    def edit(self, obj: Agreement, version: int | None, **values: Any) -> Agreement:
        return services.update_agreement(actor=self.actor, agreement=obj, version=version, **values)


class OfAgreement(Resource):
    """The records in ``agreements/{agreement_id}/…``."""

    queryset: Any = AgreementParty.objects.all()

    @property
    def agreement(self) -> Agreement:
        found: Agreement = self.visible(Agreement.objects.all(), pk=self.kwargs["agreement_id"])
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(agreement=self.agreement)


class PartyViewSet(Listed, Shown, Made, Removed, OfAgreement):
    """Who signed an agreement, and who supported it without signing."""

    queryset = AgreementParty.objects.all()
    serializer_class = PartySerializer
    inputs = {"create": PartyInput}
    joined = ("organisation", "agreement__programme")
    refers = ("organisation",)

    def add(self, **values: Any) -> AgreementParty:
        return services.add_party(actor=self.actor, agreement=self.agreement, **values)

    def remove(self, obj: AgreementParty, version: int | None) -> None:
        versions.locked(obj, version)
        services.remove_party(actor=self.actor, party=obj)


class ClaimChange(StrictModelSerializer):
    class Meta:
        model = AgreementClaim
        fields = AgreementClaim.WRITTEN


class ClaimInput(ClaimChange):
    class Meta(ClaimChange.Meta):
        fields = [*AgreementClaim.WRITTEN, "preferred"]


class ClaimViewSet(Listed, Shown, Made, Changed, OfAgreement):
    """What sources say about an agreement where they disagree. One is preferred, none is lost."""

    queryset = AgreementClaim.objects.all()
    serializer_class = ClaimSerializer
    inputs = {"create": ClaimInput, "partial_update": ClaimChange, "prefer": ReasonInput}
    joined = ("agreement__programme",)

    def add(self, **values: Any) -> AgreementClaim:
        return services.add_claim(actor=self.actor, agreement=self.agreement, **values)

    def edit(self, obj: AgreementClaim, version: int | None, **values: Any) -> AgreementClaim:
        return services.update_claim(actor=self.actor, claim=obj, version=version, **values)

    @action(detail=True, methods=["post"])
    def prefer(self, request: Request, **kwargs: Any) -> Response:
        """Prefer what this source says; what the others say stays."""
        claim = self.get_object()
        self.seen_version(claim)
        return self.shown(services.prefer_claim(actor=self.actor, claim=claim, **self.sent()))


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("agreements", AgreementViewSet, "agreement"),
    ("agreements/<int:agreement_id>/parties", PartyViewSet, "party"),
    ("agreements/<int:agreement_id>/claims", ClaimViewSet, "claim"),
]
