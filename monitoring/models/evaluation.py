from __future__ import annotations

from decimal import Decimal
from typing import Self, TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.rules.evaluation import PRINTED, Aspect, Criterion, Rating, Table11
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel

_M = TypeVar("_M", bound=models.Model)


class EvaluationQuerySet(ScopedQuerySet["Evaluation"]):
    def visible_to(self, user: User) -> Self:
        """Final ones by all who read results; drafts by roles that read drafts of the whole programme."""
        grants = grants_of(user)
        final = Q(
            programme__in=grants.in_programmes(Can.READ_RESULTS), status__in=[Evaluation.Status.FINAL.value]
        )
        return self.filter(final | Q(programme__in=grants.in_programmes(Can.READ_DRAFTS)))

    def for_list(self) -> Self:
        return self.select_related("programme", "author", "decided_by").prefetch_related("criteria")


class Evaluation(VersionedModel):
    """A judgement of the programme by the six criteria of OECD-DAC (step 8), and what it recommends.

    It becomes final through somebody other than its author and who handed it in. What is final does not
    change; it is opened again with a reason, and its history keeps both.
    """

    class Kind(models.TextChoices):
        MID_TERM = "mid-term", _("mid-term evaluation")
        TERMINAL = "terminal", _("terminal evaluation")
        EX_POST = "ex-post", _("ex-post evaluation")
        SELF = "self", _("self-evaluation")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("handed in")
        FINAL = "final", _("final")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="evaluations")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    illustrative = models.BooleanField(
        _("illustrative"),
        default=False,
        help_text=_(
            "It shows how an evaluation works; its ratings are nobody’s. Every page and file says so."
        ),
    )
    scope = models.TextField(
        _("scope"), blank=True, help_text=_("What is evaluated, and what is left out and why.")
    )
    first = models.DateField(_("from"), null=True, blank=True)
    last = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))
    evaluators = models.TextField(
        _("evaluators"), blank=True, help_text=_("Who evaluates, and for whom. One on a line.")
    )
    summary = models.TextField(_("summary"), blank=True)
    background = models.TextField(_("background and context"), blank=True)
    planning = models.TextField(_("planning and outputs"), blank=True)
    partners = models.TextField(_("partners"), blank=True)
    steering = models.TextField(_("steering and management"), blank=True)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(_("handed in"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("made final"), null=True, editable=False)

    WRITTEN = (
        "kind",
        "title",
        "illustrative",
        "scope",
        "first",
        "last",
        "evaluators",
        "summary",
        "background",
        "planning",
        "partners",
        "steering",
    )

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first=None) | Q(last=None) | Q(last__gte=F("first")),
                name="evaluation_period_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(status="final") | Q(decided_by__isnull=False) & ~Q(decided_by=F("author")),
                name="evaluation_final_by_another",
                violation_error_message=_("An evaluation is made final by somebody other than its author."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_final(self) -> bool:
        return self.status == self.Status.FINAL


class OfEvaluationQuerySet(ScopedQuerySet[_M]):
    def visible_to(self, user: User) -> Self:
        return self.filter(evaluation__in=Evaluation.objects.visible_to(user).values("pk"))


class OfEvaluation(VersionedModel):
    """A part of an evaluation."""

    evaluation: models.ForeignKey[Evaluation, Evaluation]

    class Meta:
        abstract = True

    @property
    def history_programme_id(self) -> int | None:
        return self.evaluation.programme_id


class AssessmentQuerySet(OfEvaluationQuerySet["CriterionAssessment"]):
    def for_list(self) -> Self:
        return self.prefetch_related("evidence")


class CriterionAssessment(OfEvaluation):
    """One question under a criterion, what was found, and the rating with its justification.

    No rating yet is None; 0 says that it cannot be assessed, which needs a justification like any other.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="criteria")
    criterion = models.CharField(_("criterion"), max_length=14, choices=Criterion.choices)
    aspect = models.CharField(_("aspect"), max_length=8, choices=Aspect.choices, blank=True)
    question = models.CharField(_("question"), max_length=300)
    finding = models.TextField(
        _("finding"), blank=True, help_text=_("What was found, as the evidence has it.")
    )
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True, choices=Rating.choices)
    justification = models.TextField(
        _("justification"), blank=True, help_text=_("Why this rating and not the next one up or down.")
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    WRITTEN = ("criterion", "aspect", "question", "finding", "rating", "justification", "weight", "order")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment of a criterion")
        ordering = ["evaluation_id", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating=None) | ~Q(justification=""),
                name="assessment_rating_is_justified",
                violation_error_message=_("Say why: a rating stands with its justification."),
            ),
            models.CheckConstraint(
                condition=Q(aspect="") | Q(criterion=Criterion.COHERENCE),
                name="assessment_aspect_of_coherence",
                violation_error_message=_("Only coherence is internal or external."),
            ),
        ]

    def __str__(self) -> str:
        if self.aspect:
            return f"{self.get_criterion_display()}, {self.get_aspect_display()}"
        return str(self.get_criterion_display())


class EvidenceQuerySet(ScopedQuerySet["AssessmentEvidence"]):
    def visible_to(self, user: User) -> Self:
        seen = CriterionAssessment.objects.visible_to(user)
        return self.filter(assessment__in=seen.values("pk"))


class AssessmentEvidence(VersionedModel):
    """What a finding rests on: a record of the programme, or a document elsewhere, and what it shows.

    ``record_id`` is that of a record of ``kind``; who reads sees it named only if he may see that record
    (``monitoring.queries.evidence``).
    """

    class Kind(models.TextChoices):
        ACTIVITY = "activity", _("activity")
        AGREEMENT = "agreement", _("agreement")
        OUTCOME = "outcome", _("outcome")
        INDICATOR = "indicator", _("figure of an indicator")
        REPORT = "report", _("report")
        DOCUMENT = "document", _("document")

    assessment = models.ForeignKey(CriterionAssessment, models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    record_id = models.PositiveBigIntegerField(_("record"), null=True, blank=True)
    source = models.CharField(
        _("document"), max_length=300, blank=True, help_text=_("Title, date and page; or its address.")
    )
    text = models.TextField(_("what it shows"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        ordering = ["assessment_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="document", record_id=None) & ~Q(source="")
                | ~Q(kind="document") & Q(record_id__isnull=False, source=""),
                name="evidence_is_record_or_document",
                violation_error_message=_("Name the record, or the document: one of the two."),
            ),
            models.UniqueConstraint(
                fields=["assessment", "kind", "record_id"],
                condition=Q(record_id__isnull=False),
                name="evidence_record_once",
                violation_error_message=_("This record is evidence here already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.get_kind_display()}"

    @property
    def history_programme_id(self) -> int | None:
        return self.assessment.evaluation.programme_id


class ComparisonRow(OfEvaluation):
    """A row of Table 11: what the programme planned in this aspect, and what was observed."""

    class Judged(models.TextChoices):
        NOT_JUDGED = "", _("not judged")
        YES = "yes", _("as expected of twinning")
        PARTLY = "partly", _("partly")
        NO = "no", _("not so")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="comparison")
    aspect = models.CharField(_("aspect"), max_length=10, choices=Table11.choices, editable=False)
    planned = models.TextField(_("planned"), blank=True)
    observed = models.TextField(_("observed"), blank=True)
    judged = models.CharField(
        _("judged"), max_length=6, choices=Judged.choices, blank=True, default=Judged.NOT_JUDGED
    )
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    WRITTEN = ("planned", "observed", "judged")

    objects = OfEvaluationQuerySet["ComparisonRow"].as_manager()

    class Meta:
        verbose_name = _("row of Table 11")
        ordering = ["evaluation_id", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "aspect"], name="comparison_aspect_once")
        ]

    def __str__(self) -> str:
        return str(self.get_aspect_display())

    @property
    def standard(self) -> str:
        """What Table 11 prints of a standard programme."""
        return str(PRINTED[self.aspect][0])

    @property
    def twinning(self) -> str:
        """What Table 11 prints of a twinning programme."""
        return str(PRINTED[self.aspect][1])


class Lesson(OfEvaluation):
    """What others may learn from it."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="lessons")
    text = models.TextField(_("lesson"))
    applies_to = models.CharField(
        _("applies to"), max_length=200, blank=True, help_text=_("Where it holds, and where it may not.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    WRITTEN = ("text", "applies_to", "order")

    objects = OfEvaluationQuerySet["Lesson"].as_manager()

    class Meta:
        verbose_name = _("lesson")
        ordering = ["evaluation_id", "order", "id"]

    def __str__(self) -> str:
        return self.text[:100]
