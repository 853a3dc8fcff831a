"""What the answers of a form say, as rows that can be listed, counted and compared across forms.

The answers are the truth. ``services.parts`` writes these rows anew from them in the transaction that writes the
answers; nothing else does. ``row`` is the id of the row of the repeated group that a part comes from.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation
from clusters.models.membership import grants_of
from clusters.rules import Can
from diagnostics.models.submission import OfSubmissionQuerySet, Submission
from diagnostics.rules.review import Status
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User


class Part(models.Model):
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="%(class)ss")
    row = models.CharField(max_length=36)
    place = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["submission_id", "place", "id"]

    @property
    def history_programme_id(self) -> int | None:
        return self.submission.programme_id


class OpenPart(Part):
    """A part that is read wherever its form is read."""

    objects: Any = OfSubmissionQuerySet.as_manager()

    class Meta(Part.Meta):
        abstract = True


class SampledFirm(OpenPart):
    """A firm of the sample of a study, by what it makes (R3.1)."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="sampled", verbose_name=_("firm")
    )
    name = models.CharField(_("firm"), max_length=300)
    groups = models.JSONField(_("product groups"), default=list)
    size = models.CharField(_("size"), max_length=20, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("sampled firm")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="sampled_firm_once")]

    def __str__(self) -> str:
        return self.name


class AOBOItem(OpenPart):
    """A row of the analysis of business operation (R3.2-3.4): an issue, and where its solution lies."""

    class Where(models.TextChoices):
        CLUSTER = "cluster", _("within the cluster")
        COUNTRY = "country", _("within the country")
        ADVANCED = "advanced", _("in an advanced cluster")

    class Standing(models.TextChoices):
        OPEN = "open", _("stands")
        ADDED = "added", _("added by value chain analysis")
        RETIRED = "retired", _("retired")

    firms = models.CharField(_("principal firms"), max_length=300)
    item = models.CharField(_("item"), max_length=300)
    issue = models.TextField(_("issue where twinning can help"))
    stakeholders = models.TextField(_("advanced cluster, stakeholders"))
    entry_points = models.TextField(_("likely entry points"))
    where = models.CharField(_("where the solution lies"), max_length=8, choices=Where.choices, blank=True)
    countries = models.JSONField(_("countries"), default=list)
    stakeholder_kind = models.CharField(_("kind of stakeholder"), max_length=30, blank=True)
    standing = models.CharField(_("standing"), max_length=8, choices=Standing.choices, default=Standing.OPEN)
    reason = models.TextField(_("reason"), blank=True)

    class Meta(Part.Meta):
        verbose_name = _("AOBO row")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="aobo_row_once")]

    def __str__(self) -> str:
        return f"{self.item}: {self.issue}"[:120]


class BaselineValue(OpenPart):
    """What was so before: results are measured against it."""

    measure = models.CharField(_("measure"), max_length=300)
    value = models.DecimalField(_("value"), max_digits=21, decimal_places=6, null=True)
    unit = models.CharField(_("unit"), max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("baseline value")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="baseline_value_once")]

    def __str__(self) -> str:
        return self.measure


class Finding(OpenPart):
    """One of the six things that a study of an advanced cluster must identify (step 4); ``row`` names it."""

    class Subject(models.TextChoices):
        STAKEHOLDERS = "stakeholders", _("likely twinning stakeholders")
        NEEDS = "needs", _("their business needs")
        AREAS = "areas", _("areas of business cooperation")
        WILLINGNESS = "willingness", _("willingness and conditions for support")
        PARTNERS = "partners", _("most willing partners")
        INTERMEDIARIES = "intermediaries", _("likely intermediaries")

    text = models.TextField(_("finding"))
    willingness = models.PositiveSmallIntegerField(_("willingness"), null=True)
    conditions = models.TextField(_("conditions"), blank=True)

    class Meta(Part.Meta):
        verbose_name = _("finding")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="finding_once")]

    def __str__(self) -> str:
        return str(self.Subject(self.row).label)


class TopicQuerySet(ScopedQuerySet["Topic"]):
    def visible_to(self, user: User) -> Self:
        """Where the study is read; and, once it is approved, in the twinned cluster too, but for closed topics."""
        grants = grants_of(user)
        near = grants.in_clusters(Can.READ_STUDIES)
        across = (
            Q(submission__cluster__twinnings_as_advanced__emerging__in=near)
            | Q(submission__cluster__twinnings_as_emerging__advanced__in=near)
        ) & Q(submission__status=Status.APPROVED, closed=False)
        whole = Q(submission__programme__in=grants.in_programmes(Can.MANAGE))
        coordinated = Q(submission__programme__in=grants.in_programmes(Can.READ_STUDIES), closed=False)
        own = Q(submission__cluster__in=near)
        return self.filter(whole | coordinated | own | across).distinct()


class Topic(Part):
    """A subject of cooperation with the priority that each side gives it (R4.3).

    ``closed``: not to be discussed, on the word of the cluster that the study is of; the other side never sees it.
    """

    name = models.CharField(_("topic"), max_length=300)
    emerging_priority = models.CharField(_("priority in the emerging cluster"), max_length=20, blank=True)
    advanced_priority = models.CharField(_("priority in the advanced cluster"), max_length=20, blank=True)
    closed = models.BooleanField(_("not to be discussed"), default=False)

    objects: Any = TopicQuerySet.as_manager()

    class Meta(Part.Meta):
        verbose_name = _("topic")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="topic_once")]

    def __str__(self) -> str:
        return self.name


class Gap(OpenPart):
    """A gap found in a firm by an excellence gap analysis. ``score``: 0 (nothing there) to 5 (excellent)."""

    area = models.CharField(_("area"), max_length=60)
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True)
    recommendation = models.TextField(_("recommendation"), blank=True)

    class Meta(Part.Meta):
        verbose_name = _("gap")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="gap_once")]

    def __str__(self) -> str:
        return self.area


class ImpactClaim(OpenPart):
    """What a technology is said to have changed in a firm, in one of the ten sub-dimensions.

    ``inferred``: read out of a narrative by the one who recorded it, not said by the source.
    """

    area = models.CharField(_("sub-dimension"), max_length=40)
    direction = models.CharField(_("direction"), max_length=12, blank=True)
    value = models.CharField(_("value"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=300, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    inferred = models.BooleanField(_("inferred"), default=False)

    class Meta(Part.Meta):
        verbose_name = _("impact claim")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="impact_claim_once")]

    def __str__(self) -> str:
        return self.area


class TrainingFinding(OpenPart):
    """What a training needs assessment found in one area: quality, productivity, yield, technology, skills."""

    area = models.CharField(_("area"), max_length=60)
    text = models.TextField(_("finding"))
    evidence = models.TextField(_("what shows it"), blank=True)

    class Meta(Part.Meta):
        verbose_name = _("finding of a training needs assessment")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="training_finding_once")]

    def __str__(self) -> str:
        return self.text[:80]


class TrainingNeed(OpenPart):
    """What has to be learnt. ``modules``: the numbers of the modules of the same assessment that teach it."""

    need = models.CharField(_("need"), max_length=300)
    audience = models.CharField(_("by whom"), max_length=60, blank=True)
    priority = models.CharField(_("priority"), max_length=20, blank=True)
    people = models.PositiveIntegerField(_("people"), null=True)
    modules = models.JSONField(_("modules"), default=list)

    class Meta(Part.Meta):
        verbose_name = _("training need")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="training_need_once")]

    def __str__(self) -> str:
        return self.need


class TrainingModule(OpenPart):
    """A module that a training needs assessment asks for."""

    number = models.PositiveIntegerField(_("number"), null=True)
    title = models.CharField(_("title"), max_length=300)
    content = models.TextField(_("content"), blank=True)
    mode = models.CharField(_("know-how or do-how"), max_length=20, blank=True)
    level = models.CharField(_("level of the trainees"), max_length=60, blank=True)
    days = models.DecimalField(_("days"), max_digits=21, decimal_places=6, null=True)
    language = models.CharField(_("language"), max_length=300, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("training module")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="training_module_once")]

    def __str__(self) -> str:
        return self.title


class Intervention(OpenPart):
    """A row of the intervention matrix: the modes identified by the analysis, and those that were ratified."""

    area = models.CharField(_("area of intervention"), max_length=300)
    identified = models.JSONField(_("identified"), default=list)
    ratified = models.JSONField(_("ratified"), default=list)
    qualifier = models.CharField(_("more precisely"), max_length=300, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("intervention")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="intervention_once")]

    def __str__(self) -> str:
        return self.area


class ReadinessScore(OpenPart):
    """The points of one pillar of a readiness assessment, by ``rules.scoring``."""

    class Wave(models.TextChoices):
        PRE = "pre", _("before the intervention")
        POST = "post", _("after the intervention")

    pillar = models.CharField(_("pillar"), max_length=60)
    wave = models.CharField(_("when"), max_length=4, choices=Wave.choices, blank=True)
    points = models.PositiveIntegerField(_("points"))
    most = models.PositiveIntegerField(_("of at most"))
    answered = models.PositiveIntegerField(_("answered"))
    asked = models.PositiveIntegerField(_("asked"))

    class Meta(Part.Meta):
        verbose_name = _("readiness score")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="readiness_score_once")]

    def __str__(self) -> str:
        return self.pillar


class UsedTechnology(OpenPart):
    """A technology that a firm adopted: its name in the list, or its words where it is not in it."""

    name = models.CharField(_("technology"), max_length=120)

    class Meta(Part.Meta):
        verbose_name = _("technology in use")
        verbose_name_plural = _("technologies in use")
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="used_technology_once")]

    def __str__(self) -> str:
        return self.name
