"""Evaluations with their questions, evidence, rows of Table 11 and lessons."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ProgrammeSlug, programme_field
from monitoring import services
from monitoring.models import (
    AssessmentEvidence,
    ComparisonRow,
    CriterionAssessment,
    Evaluation,
    Lesson,
)
from monitoring.queries.evaluations import ratings_of
from twinning.core.api import versions
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown

MOST_TEXT = 20_000


class OverallSerializer(serializers.Serializer[Any]):
    """The mean of the ratings by weight. What is not rated and what cannot be assessed is left out of it."""

    mean = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)
    rated = serializers.IntegerField()
    unable = serializers.IntegerField(help_text="Questions rated 0: unable to assess.")
    missing = serializers.IntegerField(help_text="Questions without a rating.")
    covered = serializers.DecimalField(
        max_digits=4, decimal_places=1, help_text="% of the weight that the mean rests on."
    )


class EvaluationSerializer(serializers.ModelSerializer[Evaluation]):
    programme = ProgrammeSlug()
    overall = serializers.SerializerMethodField()

    class Meta:
        model = Evaluation
        fields = [
            "id",
            "programme",
            *Evaluation.WRITTEN,
            "status",
            "submitted_at",
            "decided_at",
            "overall",
            *STAMPS,
        ]

    def get_overall(self, evaluation: Evaluation) -> OverallSerializer:
        return OverallSerializer(ratings_of(evaluation.criteria.all()).whole).data  # type: ignore[return-value]


_EXAMPLE = {
    "programme": "tfind04a01",
    "kind": "mid-term",
    "title": "Mid-term evaluation 2009",
    "scope": "The twinning component; not the credit line.",
    "first": "2006-02-06",
    "last": "2009-03-31",
    "evaluators": "Two independent evaluators",
}


class EvaluationChange(StrictModelSerializer):
    class Meta:
        model = Evaluation
        fields = list(Evaluation.WRITTEN)
        extra_kwargs = {
            name: {"max_length": MOST_TEXT}
            for name in ("scope", "evaluators", "summary", "background", "planning", "partners", "steering")
        }


@extend_schema_serializer(
    examples=[OpenApiExample("A mid-term evaluation", request_only=True, value=_EXAMPLE)]
)
class EvaluationInput(EvaluationChange):
    programme = programme_field()

    class Meta(EvaluationChange.Meta):
        fields = ["programme", *EvaluationChange.Meta.fields]


class ReopenInput(StrictSerializer):
    reason = serializers.CharField(max_length=2000)


class EvaluationFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")

    class Meta:
        model = Evaluation
        fields = ["kind", "status", "illustrative"]


class EvaluationViewSet(Listed, Shown, Made, Changed, Resource):
    """Judgements of a programme by the six criteria of OECD-DAC. Final ones are read with results, drafts by
    evaluators and the management.
    """

    queryset = Evaluation.objects.all()
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilter
    inputs = {
        "create": EvaluationInput,
        "partial_update": EvaluationChange,
        "reopen": ReopenInput,
    }

    def add(self, **values: Any) -> Evaluation:
        return services.open_evaluation(actor=self.actor, **values)

    def edit(self, obj: Evaluation, version: int | None, **values: Any) -> Evaluation:
        return services.update_evaluation(actor=self.actor, evaluation=obj, version=version, **values)

    def _act(self) -> dict[str, Any]:
        found = self.get_object()
        return {"actor": self.actor, "evaluation": found, "version": self.seen_version(found)}

    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: Any) -> Response:
        """Hand a draft in, every question of which is rated."""
        return self.shown(services.submit_evaluation(**self._act()))

    @action(detail=True, methods=["post"])
    def finalise(self, request: Request, **kwargs: Any) -> Response:
        """Make it final: somebody other than who wrote it and who handed it in."""
        return self.shown(services.finalise_evaluation(**self._act()))

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **kwargs: Any) -> Response:
        """Make it a draft again, with a reason that its history keeps."""
        return self.shown(services.reopen_evaluation(**self._act(), **self.sent()))


class OfEvaluation(Resource):
    """The records in ``evaluations/{evaluation_id}/…``."""

    queryset: Any = Lesson.objects.all()
    joined = ("evaluation__programme",)

    @property
    def evaluation(self) -> Evaluation:
        rows = Evaluation.objects.select_related("programme")
        found: Evaluation = self.visible(rows, pk=self.kwargs["evaluation_id"])
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(evaluation=self.evaluation)


class CriterionSerializer(serializers.ModelSerializer[CriterionAssessment]):
    class Meta:
        model = CriterionAssessment
        fields = ["id", *CriterionAssessment.WRITTEN, *STAMPS]


class CriterionInput(StrictModelSerializer):
    class Meta:
        model = CriterionAssessment
        fields = list(CriterionAssessment.WRITTEN)
        extra_kwargs = {name: {"max_length": MOST_TEXT} for name in ("finding", "justification")}


class CriterionViewSet(Listed, Shown, Made, Changed, Removed, OfEvaluation):
    """Questions under the six criteria. Ratings go from 6 to 1; 0 says that it cannot be assessed."""

    queryset = CriterionAssessment.objects.all()
    serializer_class = CriterionSerializer
    inputs = {"create": CriterionInput, "partial_update": CriterionInput}

    def add(self, **values: Any) -> CriterionAssessment:
        return services.add_assessment(actor=self.actor, evaluation=self.evaluation, **values)

    def edit(self, obj: CriterionAssessment, version: int | None, **values: Any) -> CriterionAssessment:
        return services.update_assessment(actor=self.actor, assessment=obj, version=version, **values)

    def remove(self, obj: CriterionAssessment, version: int | None) -> None:
        versions.locked(obj, version)
        services.remove_assessment(actor=self.actor, assessment=obj)


class EvidenceSerializer(serializers.ModelSerializer[AssessmentEvidence]):
    criterion: Any = serializers.PrimaryKeyRelatedField(source="assessment", read_only=True)

    class Meta:
        model = AssessmentEvidence
        fields = ["id", "criterion", "kind", "record_id", "source", "text", *STAMPS]


class EvidenceInput(StrictModelSerializer):
    criterion = serializers.IntegerField(min_value=1, max_value=2**53, help_text="Id of the question.")

    class Meta:
        model = AssessmentEvidence
        fields = ["criterion", "kind", "record_id", "source", "text"]
        extra_kwargs = {
            "record_id": {"min_value": 1, "max_value": 2**53, "help_text": "Id of a record of that kind."},
            "text": {"max_length": 4000},
        }


class EvidenceViewSet(Listed, Shown, Made, Removed, OfEvaluation):
    """What the findings of an evaluation rest on: records of the programme and documents."""

    queryset = AssessmentEvidence.objects.all()
    serializer_class = EvidenceSerializer
    inputs = {"create": EvidenceInput}
    joined = ("assessment__evaluation__programme",)

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(assessment__evaluation=self.evaluation)

    def add(self, *, criterion: int, **values: Any) -> AssessmentEvidence:
        rows = CriterionAssessment.objects.filter(evaluation=self.evaluation)
        asked = rows.filter(pk=criterion).select_related("evaluation__programme").first()
        if asked is None:
            raise serializers.ValidationError(
                {"criterion": [serializers.ErrorDetail("There is no such question here.", code="unknown")]}
            )
        return services.add_evidence(actor=self.actor, assessment=asked, **values)

    def remove(self, obj: AssessmentEvidence, version: int | None) -> None:
        versions.locked(obj, version)
        services.remove_evidence(actor=self.actor, evidence=obj)


class ComparisonSerializer(serializers.ModelSerializer[ComparisonRow]):
    standard = serializers.CharField(
        read_only=True, help_text="What Table 11 prints of a standard programme."
    )
    twinning = serializers.CharField(
        read_only=True, help_text="What Table 11 prints of a twinning programme."
    )

    class Meta:
        model = ComparisonRow
        fields = ["id", "aspect", "standard", "twinning", *ComparisonRow.WRITTEN, *STAMPS]


class ComparisonChange(StrictModelSerializer):
    class Meta:
        model = ComparisonRow
        fields = list(ComparisonRow.WRITTEN)
        extra_kwargs = {name: {"max_length": MOST_TEXT} for name in ("planned", "observed")}


class ComparisonViewSet(Listed, Shown, Changed, OfEvaluation):
    """The six rows of Table 11: a standard programme against a twinning one, planned and observed."""

    queryset = ComparisonRow.objects.all()
    serializer_class = ComparisonSerializer
    inputs = {"partial_update": ComparisonChange}

    def edit(self, obj: ComparisonRow, version: int | None, **values: Any) -> ComparisonRow:
        return services.update_comparison(actor=self.actor, row=obj, version=version, **values)


class LessonSerializer(serializers.ModelSerializer[Lesson]):
    class Meta:
        model = Lesson
        fields = ["id", *Lesson.WRITTEN, *STAMPS]


class LessonInput(StrictModelSerializer):
    class Meta:
        model = Lesson
        fields = list(Lesson.WRITTEN)
        extra_kwargs = {"text": {"max_length": MOST_TEXT}}


class LessonViewSet(Listed, Shown, Made, Changed, Removed, OfEvaluation):
    """What others may learn from it."""

    queryset = Lesson.objects.all()
    serializer_class = LessonSerializer
    inputs = {"create": LessonInput, "partial_update": LessonInput}

    def add(self, **values: Any) -> Lesson:
        return services.add_lesson(actor=self.actor, evaluation=self.evaluation, **values)

    def edit(self, obj: Lesson, version: int | None, **values: Any) -> Lesson:
        return services.update_lesson(actor=self.actor, lesson=obj, version=version, **values)

    def remove(self, obj: Lesson, version: int | None) -> None:
        versions.locked(obj, version)
        services.remove_lesson(actor=self.actor, lesson=obj)


IN_EVALUATION = "evaluations/<int:evaluation_id>"
ROUTES: list[tuple[str, type[Resource], str]] = [
    ("evaluations", EvaluationViewSet, "evaluation"),
    (f"{IN_EVALUATION}/criteria", CriterionViewSet, "evaluation-criterion"),
    (f"{IN_EVALUATION}/evidence", EvidenceViewSet, "evaluation-evidence"),
    (f"{IN_EVALUATION}/comparison", ComparisonViewSet, "evaluation-comparison"),
    (f"{IN_EVALUATION}/lessons", LessonViewSet, "evaluation-lesson"),
]
