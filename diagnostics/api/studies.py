"""Diagnostic studies with what the rules say of them, the rows of their analysis, and the other assessments."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import ClusterReference
from diagnostics import services
from diagnostics.api.common import (
    EXAMPLE,
    EXAMPLE_OF_ANSWERS,
    SubmissionDetailSerializer,
    SubmissionFilter,
    SubmissionSerializer,
)
from diagnostics.api.parts import AOBORowFilter, AOBORowSerializer, Parts
from diagnostics.models import AOBOItem, Submission
from diagnostics.queries import candidates_of, study_state
from diagnostics.queries.words import GAPS
from diagnostics.rules.candidates import Basis, Kind
from diagnostics.rules.kinds import STUDIES
from diagnostics.rules.studies import Gap
from twinning.core.api import versions
from twinning.core.api.fields import StrictSerializer
from twinning.core.api.resources import Listed, Made, Resource, Shown


class CoverageSerializer(serializers.Serializer[Any]):
    group = serializers.CharField()
    firms = serializers.IntegerField(help_text="How many of them were sampled.")
    rows = serializers.IntegerField(help_text="How many AOBO rows speak of it.")
    by_size = serializers.DictField(child=serializers.IntegerField())


class StudyRemarkSerializer(serializers.Serializer[Any]):
    gap = serializers.ChoiceField([gap.value for gap in Gap])
    message = serializers.SerializerMethodField()
    about = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of AOBO rows.")

    def get_message(self, remark: Any) -> str:
        return str(GAPS[remark.gap])


class StudyStateSerializer(serializers.Serializer[Any]):
    """How far a study is by the rules of the method."""

    coverage = CoverageSerializer(many=True)
    remarks = StudyRemarkSerializer(many=True, help_text="What it leaves open. None of it hinders approval.")
    findings = serializers.IntegerField(
        allow_null=True, help_text="How many of the six are answered; null for an emerging cluster."
    )


_STATE = {
    "coverage": [{"group": "Goat", "firms": 1, "rows": 0, "by_size": {"small": 1}}],
    "remarks": [
        {
            "gap": "group-without-rows",
            "message": "No row of the analysis of business operation speaks of these product groups.",
            "about": ["Goat"],
            "rows": [],
        }
    ],
    "findings": None,
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Of an emerging cluster",
            response_only=True,
            value={**EXAMPLE, **EXAMPLE_OF_ANSWERS, "state": _STATE},
        )
    ]
)
class StudySerializer(SubmissionDetailSerializer):
    state = serializers.SerializerMethodField()

    class Meta(SubmissionDetailSerializer.Meta):
        fields = [*SubmissionDetailSerializer.Meta.fields, "state"]
        read_only_fields = fields

    @extend_schema_field(StudyStateSerializer)
    def get_state(self, submission: Submission) -> Any:
        return StudyStateSerializer(study_state(submission)).data


class CandidateReasonSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="Id of an AOBO row.")
    basis = serializers.ChoiceField(Basis.choices)
    words = serializers.CharField(help_text="The words in it that say so.")


class PlaceCandidateSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([kind.value for kind in Kind])
    name = serializers.CharField()
    country = serializers.CharField(allow_blank=True)
    cluster = ClusterReference(allow_null=True)
    twinning = serializers.CharField(
        source="twinning.slug", allow_null=True, help_text="Slug of the twinning with it."
    )
    strong = serializers.IntegerField(help_text="How many rows name the place or a body of it.")
    stakeholder_kinds = serializers.ListField(child=serializers.CharField())
    reasons = serializers.SerializerMethodField()

    @extend_schema_field(CandidateReasonSerializer(many=True))
    def get_reasons(self, line: Any) -> list[dict[str, Any]]:
        return [{"row": item.pk, "basis": basis.value, "words": words} for item, basis, words in line.reasons]


class CandidatesSerializer(serializers.Serializer[Any]):
    candidates = PlaceCandidateSerializer(many=True, help_text="Best founded first.")
    unplaced = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of rows that point nowhere."
    )


class StudyViewSet(Listed, Shown, Resource):
    """Diagnostic studies of emerging and of advanced clusters. They are written as submissions."""

    queryset = Submission.objects.studies()
    serializer_class = SubmissionSerializer
    detail_class = StudySerializer
    filterset_class = SubmissionFilter
    outputs = {"candidates": CandidatesSerializer}
    refers = ("organisation",)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.defer(None)

    @action(detail=True, methods=["get"])
    def candidates(self, request: Request, **kwargs: Any) -> Response:
        """The advanced clusters and other places that the rows of a study point to, with the rows behind each."""
        study = self.get_object()
        lines, nowhere = candidates_of(self.actor, study.cluster, study) if study.cluster else ([], [])
        found = {"candidates": lines, "unplaced": [item.pk for item in nowhere]}
        return Response(CandidatesSerializer(found).data)


class AssessmentViewSet(Listed, Shown, Resource):
    """Assessments of needs, of excellence and readiness, and cases. They are written as submissions."""

    queryset = Submission.objects.exclude(kind__in=STUDIES)
    serializer_class = SubmissionSerializer
    detail_class = SubmissionDetailSerializer
    filterset_class = SubmissionFilter
    refers = ("organisation",)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.defer(None)


def _words(longest: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=longest, **options)


class AOBORowChange(StrictSerializer):
    """Members as the questionnaire of the study asks for them; what it does not ask is refused."""

    firms = _words(300, help_text="The principal firms, by what they make.")
    item = _words(300)
    issue = _words(20_000)
    where = serializers.ChoiceField(AOBOItem.Where.choices, required=False, allow_blank=True)
    stakeholders = _words(20_000)
    countries = serializers.ListField(
        child=serializers.RegexField(r"^[A-Z]{2}$"), required=False, help_text="Codes of two letters."
    )
    stakeholder_kind = _words(30)
    entry_points = _words(20_000)
    standing = serializers.ChoiceField(AOBOItem.Standing.choices, required=False)
    reason = _words(20_000)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An issue",
            request_only=True,
            value={
                "firms": "Leather jackets",
                "item": "Technology",
                "issue": "Appropriate processing",
                "where": "advanced",
                "stakeholders": "Technicians from Solofra cluster",
                "entry_points": "5 medium and 50 small firms",
            },
        )
    ]
)
class AOBORowInput(AOBORowChange):
    item = serializers.CharField(max_length=300)
    issue = serializers.CharField(max_length=20_000)


class StudyRowViewSet(Listed, Shown, Made, Resource):
    """The rows of one study's analysis of business operation.

    What is written here are the answers of the form, so 409 says that it is not being filled any more.
    """

    queryset = AOBOItem.objects.all()
    serializer_class = AOBORowSerializer
    filterset_class = AOBORowFilter
    inputs = {"create": AOBORowInput, "partial_update": AOBORowChange}
    sorts = Parts.sorts
    joined = Parts.joined

    @property
    def study(self) -> Submission:
        found: Submission = self.visible(Submission.objects.studies(), pk=self.kwargs["study_id"])
        return found

    def of_parent(self, rows: Any) -> Any:
        texts = ("answers", "revisions", "clashes")
        return rows.filter(submission=self.study).defer(*[f"submission__{name}" for name in texts])

    def add(self, **values: Any) -> AOBOItem:
        return services.add_aobo_row(actor=self.actor, submission=self.study, **values)

    def _matched(self, request: Request) -> dict[str, Any]:
        """The row and the form as they stand, where If-Match names the row as it stands."""
        study = self.study
        item = self.get_object()
        versions.require_tag(request, item, self.etag(item, self.represent(item)))
        return {"actor": self.actor, "aobo_row": item, "submission": study}

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change members of a row."""
        matched = self._matched(request)
        return self.shown(services.update_aobo_row(**matched, **self.sent(partial=True)))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a row away with its answers; history keeps them."""
        with transaction.atomic():
            services.remove_aobo_row(**self._matched(request))
        return Response(status=204)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("studies", StudyViewSet, "study"),
    ("studies/<int:study_id>/aobo-rows", StudyRowViewSet, "study-aobo-row"),
    ("assessments", AssessmentViewSet, "assessment"),
]
