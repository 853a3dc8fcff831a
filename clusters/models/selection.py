from __future__ import annotations

from decimal import Decimal
from typing import Self, TypeVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.models.membership import grants_of
from clusters.models.programme import Programme
from clusters.rules import Can
from clusters.rules.selection import STANDARD, Direction, Outcome, Scale, bounds
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel

_M = TypeVar("_M", bound=models.Model)


def reading(user: User) -> set[int]:
    """The programmes whose selection somebody reads: committee papers, or editing in all of the programme."""
    grants = grants_of(user)
    return grants.in_programmes(Can.READ_COMMITTEE) | grants.in_programmes(Can.EDIT)


class SelectionRoundQuerySet(ScopedQuerySet["SelectionRound"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(programme__in=reading(user))

    def for_list(self) -> Self:
        return self.select_related("programme")


class SelectionRound(VersionedModel):
    """Candidate clusters that are compared with one another, and what was decided on them (step 1).

    ``sittings`` counts how often it was decided: a round that is opened again and decided anew keeps the
    outcomes of each time.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        DECIDED = "decided", _("decided")
        CLOSED = "closed", _("closed")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="selection_rounds")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=200)
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.OPEN, editable=False
    )
    illustrative = models.BooleanField(
        _("illustrative"),
        default=False,
        help_text=_("The scores show how a round works; nobody gave them. Every page and file says so."),
    )
    note = models.TextField(_("note"), blank=True)
    sittings = models.PositiveSmallIntegerField(_("times decided"), default=0, editable=False)

    objects = SelectionRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("selection round")
        ordering = ["programme_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="selection_round_number_once",
                violation_error_message=_("The programme has a round of this number already."),
            )
        ]

    def __str__(self) -> str:
        return gettext("Selection round %(number)d") % {"number": self.number}


class OfRoundQuerySet(ScopedQuerySet[_M]):
    def visible_to(self, user: User) -> Self:
        return self.filter(round__programme__in=reading(user))


class SelectionParameter(VersionedModel):
    """What candidates are compared by. Codes 1 to 8 are those of the method; further ones have their own.

    A blank ``name`` of a parameter of the method reads as the method names it. Points go from 1 to 5; a raw
    figure has a ``unit`` and may be bounded.
    """

    round = models.ForeignKey(SelectionRound, models.PROTECT, related_name="parameters")
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    code = models.SlugField(_("code"), max_length=20, help_text=_("Such as 9, or a short word."))
    name = models.CharField(_("name"), max_length=200, blank=True)
    guidance = models.TextField(_("how to score"), blank=True)
    scale = models.CharField(_("scale"), max_length=6, choices=Scale.choices, default=Scale.POINTS)
    unit = models.CharField(
        _("unit"), max_length=40, blank=True, help_text=_("Of a raw figure: %, units, EUR.")
    )
    lowest = models.DecimalField(_("least value"), max_digits=18, decimal_places=4, null=True, blank=True)
    highest = models.DecimalField(_("greatest value"), max_digits=18, decimal_places=4, null=True, blank=True)
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction.choices, default=Direction.MORE
    )

    objects = OfRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("selection parameter")
        ordering = ["round_id", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "code"],
                name="selection_parameter_code_once",
                violation_error_message=_("The round has a parameter with this code already."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") | Q(code__in=list(STANDARD)),
                name="selection_parameter_named",
                violation_error_message=_("Give a parameter of your own a name."),
            ),
            models.CheckConstraint(
                condition=Q(scale=Scale.RAW) | Q(unit="", lowest=None, highest=None),
                name="selection_points_have_no_unit",
                violation_error_message=_("Points go from 1 to 5: they have no unit and no other bounds."),
            ),
            models.CheckConstraint(
                condition=Q(lowest=None) | Q(highest=None) | Q(highest__gt=F("lowest")),
                name="selection_bounds_in_order",
                violation_error_message=_("The greatest value must lie above the least."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(STANDARD.get(self.code, self.code))

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        return bounds(self.scale, self.lowest, self.highest)

    @property
    def history_programme_id(self) -> int | None:
        return self.round.programme_id


class SelectionWeights(VersionedModel):
    """What each parameter weighs: {code: "12.5"}, together 100. Never edited: a change is a new set.

    The set with the greatest number counts.
    """

    round = models.ForeignKey(SelectionRound, models.PROTECT, related_name="weight_sets")
    number = models.PositiveSmallIntegerField(_("number"))
    weights = models.JSONField(_("weights"))
    reason = models.TextField(_("reason"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by")
    )

    objects = OfRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("set of weights")
        ordering = ["round_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="selection_weights_number_once")
        ]

    def __str__(self) -> str:
        return gettext("Weights %(number)d") % {"number": self.number}

    @property
    def by_code(self) -> dict[str, Decimal]:
        return {code: Decimal(weight) for code, weight in self.weights.items()}

    @property
    def history_programme_id(self) -> int | None:
        return self.round.programme_id


class SelectionCandidateQuerySet(OfRoundQuerySet["SelectionCandidate"]):
    def for_list(self) -> Self:
        return self.select_related("cluster")

    def standing(self) -> Self:
        return self.filter(status=SelectionCandidate.Status.CANDIDATE)


class SelectionCandidate(VersionedModel):
    """A cluster that is compared: one of the programme, or one that is not (yet) in it, by its own name."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate", _("candidate")
        WITHDRAWN = "withdrawn", _("withdrawn")

    round = models.ForeignKey(SelectionRound, models.PROTECT, related_name="candidates")
    cluster = models.ForeignKey(
        "clusters.Cluster",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="candidacies",
        verbose_name=_("cluster of the programme"),
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.CANDIDATE, editable=False
    )
    withdrawn_because = models.TextField(_("withdrawn because"), blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    objects = SelectionCandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        ordering = ["round_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cluster__isnull=False, name="", country="", place="")
                | Q(cluster=None) & ~Q(name=""),
                name="selection_candidate_is_one",
                violation_error_message=_(
                    "Choose a cluster of the programme, or name one that is not in it: one of the two."
                ),
            ),
            models.UniqueConstraint(
                fields=["round", "cluster"],
                name="selection_candidate_cluster_once",
                violation_error_message=_("This cluster is a candidate of the round already."),
            ),
            models.UniqueConstraint(
                "round",
                Lower("name"),
                condition=Q(cluster=None),
                name="selection_candidate_name_once",
                violation_error_message=_("The round has a candidate of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.cluster is None else self.cluster.name

    @property
    def is_withdrawn(self) -> bool:
        return self.status == self.Status.WITHDRAWN

    @property
    def history_programme_id(self) -> int | None:
        return self.round.programme_id


class OfCandidateQuerySet(ScopedQuerySet[_M]):
    def visible_to(self, user: User) -> Self:
        return self.filter(candidate__round__programme__in=reading(user))


class SelectionScore(VersionedModel):
    """What one assessor gives a candidate on a parameter, and on what evidence.

    The assessor is a user, or somebody without an account by name, whose scores a manager enters.
    """

    candidate = models.ForeignKey(SelectionCandidate, models.PROTECT, related_name="scores")
    parameter = models.ForeignKey(SelectionParameter, models.PROTECT, related_name="scores")
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assessor"),
    )
    assessor_name = models.CharField(_("assessor without account"), max_length=150, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    evidence = models.TextField(_("evidence"), help_text=_("What the value rests on."))
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("Where that can be read, and of when it is.")
    )
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = OfCandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        ordering = ["candidate_id", "parameter_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(assessor__isnull=False, assessor_name="")
                | Q(assessor=None) & ~Q(assessor_name=""),
                name="selection_score_has_one_assessor",
            ),
            models.UniqueConstraint(
                fields=["candidate", "parameter", "assessor"],
                condition=Q(assessor__isnull=False),
                name="selection_score_once",
            ),
            models.UniqueConstraint(
                "candidate",
                "parameter",
                Lower("assessor_name"),
                condition=Q(assessor=None),
                name="selection_score_by_name_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate}: {self.parameter}"

    @property
    def history_programme_id(self) -> int | None:
        return self.candidate.round.programme_id


class SelectionOutcomeQuerySet(OfCandidateQuerySet["SelectionOutcome"]):
    def for_list(self) -> Self:
        return self.select_related("candidate__cluster", "decision__meeting").order_by(
            "-sitting",
            Case(
                *[When(outcome=value, then=Value(str(n))) for n, value in enumerate(Outcome.values)],
                output_field=CharField(),
            ),
            F("rank").asc(nulls_last=True),
            "pk",
        )


class SelectionOutcome(VersionedModel):
    """What was decided on a candidate, with the values that lay on the table. Never edited.

    ``snapshot``: {"weights": {code: "12.5"}, "weight_set": n, "values": {code: {"mean", "low", "high",
    "assessors", "points"}}, "composite", "low", "high", "completeness", "candidates": n, "illustrative"};
    figures are texts, or None.
    """

    candidate = models.ForeignKey(SelectionCandidate, models.PROTECT, related_name="outcomes")
    sitting = models.PositiveSmallIntegerField(_("which decision of the round"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    rank = models.PositiveSmallIntegerField(_("rank at that time"), null=True, blank=True)
    overrides_ranking = models.BooleanField(_("departs from the ranking"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    decided_on = models.DateField(_("decided on"))
    decision = models.ForeignKey(
        "clusters.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="selection_outcomes",
        verbose_name=_("decision of the committee"),
    )
    snapshot = models.JSONField(_("values at that time"))

    objects = SelectionOutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        ordering = ["candidate_id", "sitting"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "sitting"], name="selection_outcome_once"),
            models.CheckConstraint(
                condition=Q(overrides_ranking=False) | ~Q(reason=""),
                name="selection_override_has_a_reason",
                violation_error_message=_("Say why the decision departs from the ranking."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate}: {self.get_outcome_display()}"

    @property
    def history_programme_id(self) -> int | None:
        return self.candidate.round.programme_id
