from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusters.models.membership import grants_of
from clusters.models.organisation import CDAEngagement
from clusters.models.programme import Programme
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.fields import EdtfField, SlugField
from twinning.core.models import User, VersionedModel


class TwinningQuerySet(ScopedQuerySet["Twinning"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(programme__in=grants_of(user).programmes)

    def history_near(self, user: User) -> Self:
        near = grants_of(user).in_clusters(Can.READ_HISTORY)
        return self.filter(models.Q(emerging__in=near) | models.Q(advanced__in=near))

    def for_list(self) -> Self:
        return self.select_related("emerging", "advanced")

    def with_agent_on(self, day: dt.date) -> Self:
        """Adds ``has_agent``: whether somebody works for the twinning on the advanced side on ``day`` (R2.1)."""
        agents = CDAEngagement.objects.filter(
            cluster=models.OuterRef("advanced"), side=CDAEngagement.Side.ADVANCED
        ).holding_on(day)
        return self.annotate(has_agent=models.Exists(agents))


class Twinning(VersionedModel):
    """An emerging cluster and an advanced one working together. One emerging cluster may have several.

    ``step`` is that of the implementation (step 7 of the method): 1 associations meet, 2 memorandum, 3 willing
    firms identified, 4 requirements specified, 5 partners identified, 6 linkages organised.
    """

    class Status(models.TextChoices):
        SCOUTING = "scouting", _("scouting")
        STUDY = "study", _("study")
        NEGOTIATING = "negotiating", _("negotiating")
        ACTIVE = "active", _("active")
        LAPSED = "lapsed", _("lapsed")
        ABANDONED = "abandoned", _("abandoned")

    class Step(models.IntegerChoices):
        ASSOCIATIONS = 1, _("1 Associations interact")
        MEMORANDUM = 2, _("2 Memorandum between associations and institutions")
        WILLING = 3, _("3 Willing firms and institutions identified")
        REQUIREMENTS = 4, _("4 Requirements specified both ways")
        PARTNERS = 5, _("5 Partners identified")
        LINKAGES = 6, _("6 Linkages organised")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="twinnings")
    slug = SlugField(_("short name in addresses"), unique=True, max_length=130)
    emerging = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, related_name="twinnings_as_emerging", verbose_name=_("emerging")
    )
    advanced = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, related_name="twinnings_as_advanced", verbose_name=_("advanced")
    )
    role_basis = models.TextField(_("why these roles"), blank=True)
    overlap = models.CharField(_("product overlap sought"), max_length=300, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.SCOUTING, editable=False
    )
    step = models.PositiveSmallIntegerField(_("step"), null=True, blank=True, choices=Step.choices)

    objects = TwinningQuerySet.as_manager()

    class Meta:
        verbose_name = _("twinning")
        ordering = ["emerging__name", "advanced__name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(emerging=F("advanced")),
                name="twinning_of_two_clusters",
                violation_error_message=_("A cluster is not twinned with itself."),
            ),
            models.UniqueConstraint(
                fields=["emerging", "advanced"],
                name="twinning_pair_once",
                violation_error_message=_(
                    "These two clusters have a twinning already; take that one up again."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.emerging} – {self.advanced}"


class TwinningStageQuerySet(ScopedQuerySet["TwinningStage"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(twinning__programme__in=grants_of(user).programmes)


class TwinningStage(VersionedModel):
    """One turn in the story of a twinning: what it became, when and why. The last one is its status."""

    twinning = models.ForeignKey(Twinning, models.PROTECT, related_name="stages")
    status = models.CharField(_("status"), max_length=12, choices=Twinning.Status.choices)
    since = EdtfField(_("since"))
    reason = models.TextField(_("reason"), blank=True)

    objects = TwinningStageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage")
        ordering = ["twinning_id", "id"]

    def __str__(self) -> str:
        return f"{self.twinning}: {self.get_status_display()}"

    @property
    def history_programme_id(self) -> int | None:
        return self.twinning.programme_id
