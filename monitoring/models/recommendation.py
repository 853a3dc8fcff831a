from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models.membership import grants_of
from clusters.rules import Role
from monitoring.models.evaluation import Evaluation, OfEvaluation, OfEvaluationQuerySet
from monitoring.rules.evaluation import PENDING, Advice, is_overdue
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel


def _owned_by(user: User) -> Q:
    """Those that somebody is to see to, by name or by a role: as ``permissions.can_follow_up``."""
    grants = grants_of(user)
    owned = Q(owner=user.pk, evaluation__programme__in=grants.programmes)
    for programme, role in sorted(grants.roles):
        owned |= Q(evaluation__programme=programme, owner_role=role)
    return owned


class RecommendationQuerySet(OfEvaluationQuerySet["Recommendation"]):
    def visible_to(self, user: User) -> Self:
        """With the evaluation; a final one's also by who owns it, whose role may read no results."""
        mine = _owned_by(user) & Q(evaluation__status__in=[Evaluation.Status.FINAL.value])
        return self.filter(Q(evaluation__in=Evaluation.objects.visible_to(user).values("pk")) | mine)

    def owned_by(self, user: User) -> Self:
        return self.filter(_owned_by(user))

    def for_list(self) -> Self:
        return self.select_related("evaluation__programme", "owner")

    def overdue(self, day: dt.date) -> Self:
        """The same as ``rules.evaluation.is_overdue``."""
        return self.filter(due__lt=day, state__in=list(PENDING))


class Recommendation(OfEvaluation):
    """What an evaluation advises: who is to do what by when, and what became of it."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    text = models.TextField(_("recommendation"))
    addressed_to = models.CharField(
        _("addressed to"),
        max_length=200,
        blank=True,
        help_text=_("Such as the counterpart, the associations."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    owner_role = models.CharField(_("owner, by role"), max_length=20, choices=Role.choices, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=Advice.choices, default=Advice.OPEN, editable=False
    )
    response = models.TextField(_("response of the management"), blank=True, editable=False)

    WRITTEN = ("text", "addressed_to", "owner", "owner_role", "due")

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        ordering = ["evaluation_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="recommendation_number_once"),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(response=""),
                name="recommendation_rejected_with_reason",
                violation_error_message=_("Say why it is rejected."),
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="recommendation_by_due")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:100]}"

    @property
    def owner_text(self) -> str:
        """Who is to see to it; "" where nobody is named."""
        parts = [str(self.owner) if self.owner_id else "", str(self.get_owner_role_display())]
        return ", ".join(part for part in parts if part)

    def is_overdue_on(self, day: dt.date) -> bool:
        return is_overdue(self.state, self.due, day)


class FollowUpQuerySet(ScopedQuerySet["FollowUp"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(recommendation__in=Recommendation.objects.visible_to(user).values("pk"))

    def for_list(self) -> Self:
        return self.select_related("author")


class FollowUp(VersionedModel):
    """What was done or said about a recommendation, in order. Never edited: the next note mends the last."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="follow_ups")
    note = models.TextField(_("note"))
    state = models.CharField(_("state since"), max_length=8, choices=Advice.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up note")
        ordering = ["recommendation_id", "id"]

    def __str__(self) -> str:
        return f"{self.recommendation}: {self.get_state_display()}"

    @property
    def history_programme_id(self) -> int | None:
        return self.recommendation.history_programme_id
