from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from clusters.models import Cluster, Organisation, Programme, Twinning
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.fields import EdtfField
from twinning.core.models import User, VersionedModel
from twinning.core.models.rate import validate_currency


class OutcomeQuerySet(ScopedQuerySet["Outcome"]):
    def visible_to(self, user: User) -> Self:
        """Where firm data is read, and by an organisation that is a party; others read totals."""
        grants = grants_of(user)
        seen = Q(programme__in=grants.in_programmes(Can.READ_FIRMS))
        if near := grants.in_clusters(Can.READ_FIRMS):
            seen |= Q(cluster__in=near)
        if grants.organisations:
            mine = OutcomeParty.objects.filter(organisation__in=grants.organisations)
            seen |= Q(pk__in=mine.values("outcome"))
        return self.filter(seen, removed_at=None)

    def history_near(self, user: User) -> Self:
        return self.filter(cluster__in=grants_of(user).in_clusters(Can.READ_HISTORY))

    def for_list(self) -> Self:
        return self.select_related("programme", "cluster", "verified_by").prefetch_related(
            "parties__organisation"
        )

    def standing(self) -> Self:
        return self.filter(removed_at=None)


class Outcome(VersionedModel):
    """Something that came of the programme and that no activity shows: a machine sold, a practice adopted (Table 10).

    ``happened`` is a date as far as it is known; the last day that it may mean decides in which period it counts.
    It counts once somebody other than its author has verified it.
    """

    class Kind(models.TextChoices):
        TECHNOLOGY = "technology-transfer", _("technology transfer agreement")
        INVESTMENT = "investment", _("investment")
        OUTSOURCING = "outsourcing", _("outsourcing agreement")
        MACHINERY = "machinery-sold", _("machinery sold")
        PRACTICE = "practice-adopted", _("technological best practice adopted")
        SKILL = "skill-programme", _("skill development programme introduced")
        PROVIDER = "service-provider", _("new service provider introduced")
        MARKET = "market-identified", _("new market identified")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="outcomes")
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="outcomes", verbose_name=_("cluster")
    )
    twinning = models.ForeignKey(
        Twinning, models.PROTECT, null=True, blank=True, related_name="outcomes", verbose_name=_("twinning")
    )
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="outcomes", verbose_name=_("came of")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("what"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    quantity = models.PositiveIntegerField(
        _("how many"), default=1, help_text=_("Such as the firms that adopted the practice.")
    )
    happened = EdtfField(_("when"), blank=False, help_text=_("As far as it is known: 2010, 2010-06."))
    happened_first = models.DateField(null=True, editable=False)
    happened_last = models.DateField(null=True, editable=False)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[validate_currency])
    source = models.CharField(_("source"), max_length=300)
    contribution = models.TextField(
        _("contribution of the programme"),
        blank=True,
        help_text=_("What of it is owed to the programme, and what else played a part."),
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, editable=False)
    verified_note = models.CharField(_("how it was verified"), max_length=300, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    WRITTEN = (
        "cluster",
        "twinning",
        "activity",
        "kind",
        "title",
        "description",
        "quantity",
        "happened",
        "amount",
        "currency",
        "source",
        "contribution",
    )

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        ordering = ["-happened_last", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="outcome_counts_something",
                violation_error_message=_("Say how many: 1 or more."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | ~Q(currency=""),
                name="outcome_amount_has_a_currency",
                violation_error_message=_("Say in which currency."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="outcome_amount_not_negative",
                violation_error_message=_("An amount is not negative."),
            ),
        ]
        indexes = [models.Index(fields=["programme", "kind", "happened_last"], name="outcome_by_kind")]

    def __str__(self) -> str:
        return self.title


class OutcomePartyQuerySet(ScopedQuerySet["OutcomeParty"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(outcome__in=Outcome.objects.visible_to(user).values("pk"))


class OutcomeParty(VersionedModel):
    """An organisation's part in an outcome."""

    class Role(models.TextChoices):
        GAINS = "gains", _("gains by it")
        GIVES = "gives", _("supplies or teaches")
        SUPPORTS = "supports", _("supports it")

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="outcome_parts")
    role = models.CharField(_("part"), max_length=8, choices=Role.choices, default=Role.GAINS)

    objects = OutcomePartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        ordering = ["outcome_id", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["outcome", "organisation"], name="outcome_party_once")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_role_display()}"

    @property
    def history_programme_id(self) -> int | None:
        return self.outcome.programme_id
