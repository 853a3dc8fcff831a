from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from clusters.api.common import STAMPS, ProgrammeSlug, organisation_field, programme_field
from clusters.models import Agreement, Component, Programme
from monitoring import services
from monitoring.models import Budget, Publication, PublicationCode, PublishedDocument, Transaction
from monitoring.queries.iati_checks import checked
from twinning.core.api.fields import Reference, StrictModelSerializer, VisibleId
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    programme = ProgrammeSlug()
    identifier = serializers.CharField(read_only=True, help_text="The IATI identifier of the programme.")

    class Meta:
        model = Publication
        fields = ["id", "programme", "identifier", *Publication.WRITTEN, *STAMPS]


class PublicationProblemSerializer(serializers.Serializer[Any]):
    """A rule of IATI's ruleset that is broken, and the record that breaks it."""

    rule = serializers.CharField(help_text="Its id in the ruleset; those that begin with own are ours.")
    severity = serializers.ChoiceField(
        choices=["E", "W"], help_text="An error (E) keeps the activity out of the file."
    )
    message = serializers.CharField()
    activity = serializers.CharField(help_text="The IATI identifier of the activity.")
    record = serializers.CharField(source="source.kind", help_text="What kind of record is to be mended.")
    record_id = serializers.IntegerField(source="source.pk")
    field = serializers.CharField(help_text="What of the activity is wrong.")


_PUBLICATION = {
    "id": 1,
    "programme": "tfind04a01",
    "identifier": "XM-EXAMPLE-TFIND04A01",
    "is_public": True,
    "reporter_ref": "XM-EXAMPLE",
    "reporter_type": "40",
    "reporter_name": "United Nations Industrial Development Organization",
    "suffix": "TFIND04A01",
    "language": "en",
    "collaboration": "4",
    "flow": "10",
    "finance": "110",
    "aid": "D02",
    "tied": "5",
    "no_budget": "",
    "association_type": "90",
    "with_twinnings": False,
    "with_activities": False,
    "version": 1,
    "created_at": "2011-07-01T08:00:00Z",
    "updated_at": "2011-07-01T08:00:00Z",
    "problems": [
        {
            "rule": "7.5.3",
            "severity": "E",
            "message": "A budget is of one year at most: part it.",
            "activity": "XM-EXAMPLE-TFIND04A01",
            "record": "budget",
            "record_id": 3,
            "field": "budgets",
        }
    ],
}


@extend_schema_serializer(examples=[OpenApiExample("A publication", response_only=True, value=_PUBLICATION)])
class PublicationDetailSerializer(PublicationSerializer):
    problems = serializers.SerializerMethodField(help_text="What hinders publishing, rule by rule.")

    class Meta(PublicationSerializer.Meta):
        fields = [*PublicationSerializer.Meta.fields, "problems"]

    def get_problems(self, publication: Publication) -> PublicationProblemSerializer(many=True):  # type: ignore[valid-type]
        return PublicationProblemSerializer(checked(publication).problems, many=True).data


class PublicationChange(StrictModelSerializer):
    class Meta:
        model = Publication
        fields = Publication.WRITTEN


class PublicationInput(PublicationChange):
    programme = programme_field()

    class Meta(PublicationChange.Meta):
        fields = ["programme", *Publication.WRITTEN]


class OfProgrammeFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")

    class Meta:
        model = Budget
        fields: list[str] = []


class PublicationFilter(OfProgrammeFilter):
    class Meta:
        model = Publication
        fields = ["is_public"]


class PublicationViewSet(Listed, Shown, Made, Changed, Resource):
    """How programmes are published to the International Aid Transparency Initiative, and what hinders it."""

    queryset = Publication.objects.all()
    serializer_class = PublicationSerializer
    detail_class = PublicationDetailSerializer
    filterset_class = PublicationFilter
    inputs = {"create": PublicationInput, "partial_update": PublicationChange}

    def add(self, programme: Programme, **values: Any) -> Publication:
        return services.set_up_publication(actor=self.actor, programme=programme, **values)

    def edit(self, obj: Publication, version: int | None, **values: Any) -> Publication:
        return services.update_publication(actor=self.actor, publication=obj, version=version, **values)


def component_field() -> VisibleId:
    return VisibleId(
        queryset=Component.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of a component; null for the whole programme.",
    )


class Part(Listed, Shown, Made, Changed, Removed):
    """A code, a budget, a transaction or a document that is published."""

    def remove(self: Any, obj: Any, version: int | None) -> None:
        services.remove_publication_part(actor=self.actor, part=obj, version=version)


class CodeSerializer(serializers.ModelSerializer[PublicationCode]):
    programme = ProgrammeSlug()

    class Meta:
        model = PublicationCode
        fields = ["id", "programme", *PublicationCode.WRITTEN, *STAMPS]


class CodeChange(StrictModelSerializer):
    component = component_field()

    class Meta:
        model = PublicationCode
        fields = PublicationCode.WRITTEN


class CodeInput(CodeChange):
    programme = programme_field()

    class Meta(CodeChange.Meta):
        fields = ["programme", *PublicationCode.WRITTEN]


class CodeFilter(OfProgrammeFilter):
    class Meta:
        model = PublicationCode
        fields = ["scheme"]


class CodeViewSet(Part, Resource):
    """Sectors, countries, regions, tags and policy markers of programmes and their components."""

    queryset = PublicationCode.objects.all()
    serializer_class = CodeSerializer
    filterset_class = CodeFilter
    inputs = {"create": CodeInput, "partial_update": CodeChange}

    def add(self, **values: Any) -> PublicationCode:
        return services.add_publication_code(actor=self.actor, **values)

    def edit(self, obj: PublicationCode, version: int | None, **values: Any) -> PublicationCode:
        return services.update_publication_code(
            actor=self.actor, classification=obj, version=version, **values
        )


class BudgetSerializer(serializers.ModelSerializer[Budget]):
    programme = ProgrammeSlug()

    class Meta:
        model = Budget
        fields = ["id", "programme", *Budget.WRITTEN, *STAMPS]


class BudgetChange(StrictModelSerializer):
    component = component_field()

    class Meta:
        model = Budget
        fields = Budget.WRITTEN


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A budget of a year",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "type": "1",
                "status": "2",
                "first": "2010-01-01",
                "last": "2010-12-31",
                "value": "120000.00",
                "currency": "EUR",
                "value_date": "2010-01-01",
            },
        )
    ]
)
class BudgetInput(BudgetChange):
    programme = programme_field()

    class Meta(BudgetChange.Meta):
        fields = ["programme", *Budget.WRITTEN]


class BudgetViewSet(Part, Resource):
    """What is planned to be spent, in stretches of a year at most. Amounts are texts, so that none is rounded."""

    queryset = Budget.objects.all()
    serializer_class = BudgetSerializer
    filterset_class = OfProgrammeFilter
    inputs = {"create": BudgetInput, "partial_update": BudgetChange}

    def add(self, **values: Any) -> Budget:
        return services.add_budget(actor=self.actor, **values)

    def edit(self, obj: Budget, version: int | None, **values: Any) -> Budget:
        return services.update_budget(actor=self.actor, budget=obj, version=version, **values)


class TransactionSerializer(serializers.ModelSerializer[Transaction]):
    programme = ProgrammeSlug()
    provider = Reference()
    receiver = Reference()

    class Meta:
        model = Transaction
        fields = ["id", "programme", *Transaction.WRITTEN, *STAMPS]


class TransactionChange(StrictModelSerializer):
    component = component_field()
    provider = organisation_field(required=False, allow_null=True)
    receiver = organisation_field(required=False, allow_null=True)

    class Meta:
        model = Transaction
        fields = Transaction.WRITTEN


class TransactionInput(TransactionChange):
    programme = programme_field()

    class Meta(TransactionChange.Meta):
        fields = ["programme", *Transaction.WRITTEN]


class TransactionFilter(OfProgrammeFilter):
    class Meta:
        model = Transaction
        fields = ["type"]


class TransactionViewSet(Part, Resource):
    """Money that moved or was promised. A firm that gave or got it is not named in what is published."""

    queryset = Transaction.objects.all()
    serializer_class = TransactionSerializer
    filterset_class = TransactionFilter
    inputs = {"create": TransactionInput, "partial_update": TransactionChange}
    refers = ("provider", "receiver")

    def add(self, **values: Any) -> Transaction:
        return services.add_transaction(actor=self.actor, **values)

    def edit(self, obj: Transaction, version: int | None, **values: Any) -> Transaction:
        return services.update_transaction(actor=self.actor, transaction=obj, version=version, **values)


class DocumentSerializer(serializers.ModelSerializer[PublishedDocument]):
    programme = ProgrammeSlug()

    class Meta:
        model = PublishedDocument
        fields = ["id", "programme", *PublishedDocument.WRITTEN, *STAMPS]


class DocumentChange(StrictModelSerializer):
    component = component_field()
    agreement = VisibleId(queryset=Agreement.objects.all(), required=False, allow_null=True)

    class Meta:
        model = PublishedDocument
        fields = PublishedDocument.WRITTEN


class DocumentInput(DocumentChange):
    programme = programme_field()

    class Meta(DocumentChange.Meta):
        fields = ["programme", *PublishedDocument.WRITTEN]


class DocumentFilter(OfProgrammeFilter):
    class Meta:
        model = PublishedDocument
        fields = ["category"]


class DocumentViewSet(Part, Resource):
    """Documents that everybody may read. None about an agreement between firms."""

    queryset = PublishedDocument.objects.all()
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    inputs = {"create": DocumentInput, "partial_update": DocumentChange}

    def add(self, **values: Any) -> PublishedDocument:
        return services.publish_document(actor=self.actor, **values)

    def edit(self, obj: PublishedDocument, version: int | None, **values: Any) -> PublishedDocument:
        return services.update_document(actor=self.actor, document=obj, version=version, **values)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("publications", PublicationViewSet, "publication"),
    ("publication-codes", CodeViewSet, "publication-code"),
    ("published-documents", DocumentViewSet, "published-document"),
    ("budgets", BudgetViewSet, "budget"),
    ("transactions", TransactionViewSet, "transaction"),
]
