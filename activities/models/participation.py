from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clusters.models import Organisation, Person
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel


class ParticipationQuerySet(ScopedQuerySet["Participation"]):
    def visible_to(self, user: User) -> Self:
        """Who took part is read where people are, and by an organisation of its own."""
        grants = grants_of(user)
        seen = Q(activity__programme__in=grants.in_programmes(Can.READ_PEOPLE))
        if near := grants.in_clusters(Can.READ_PEOPLE):
            seen |= Q(activity__cluster_links__cluster__in=near)
        if grants.organisations:
            seen |= Q(organisation__in=grants.organisations)
        rows = self.filter(seen, activity__removed_at=None)
        return rows.distinct() if near else rows

    def for_list(self) -> Self:
        return self.select_related("organisation", "person", "activity")


class Participation(VersionedModel):
    """Who took part in an activity: one named person, or a count of people whose names were not kept.

    A named row counts one. A headcount row says how many, of which women, men and not stated, and why there
    are no names. Firms and persons are counted distinct over rows, never from typed totals (step 8).
    """

    class Role(models.TextChoices):
        TRAINEE = "trainee", _("trainee or participant")
        TRAINER = "trainer", _("trainer")
        EXPERT = "expert", _("expert")
        ORGANISER = "organiser", _("organiser")

    class From(models.TextChoices):
        FIRM = "firm", _("firms")
        BODY = "body", _("associations, institutions or agencies")

    activity = models.ForeignKey("activities.Activity", models.PROTECT, related_name="participations")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="participations"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="participations")
    come_from = models.CharField(
        _("come from"),
        max_length=4,
        choices=From.choices,
        blank=True,
        help_text=_("Where no organisation is named: whether they are of firms."),
    )
    role = models.CharField(_("role"), max_length=9, choices=Role.choices, default=Role.TRAINEE)
    designation = models.CharField(_("designation"), max_length=150, blank=True)
    female = models.PositiveIntegerField(_("women"), default=0)
    male = models.PositiveIntegerField(_("men"), default=0)
    unspecified = models.PositiveIntegerField(_("not stated"), default=0)
    total = models.PositiveIntegerField(_("persons"), default=1)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        ordering = ["activity_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("female") + F("male") + F("unspecified")),
                name="participation_parts_make_the_total",
                violation_error_message=_("Women, men and not stated together must make the total."),
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(total=1),
                name="participation_named_counts_one",
                violation_error_message=_("A named person counts one."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(total__gte=1),
                name="participation_counts_somebody",
                violation_error_message=_("Say how many took part."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(note=""),
                name="participation_without_names_says_why",
                violation_error_message=_("Say where the number comes from, since there are no names."),
            ),
            models.UniqueConstraint(
                fields=["activity", "person", "role"],
                condition=Q(person__isnull=False),
                name="participation_person_once",
                violation_error_message=_("This person is on the list of this activity already."),
            ),
        ]

    def __str__(self) -> str:
        if self.person:
            return str(self.person)
        words = ngettext("%(n)d person without a name", "%(n)d persons without names", self.total)
        return ", ".join(filter(None, (words % {"n": self.total}, str(self.organisation or ""))))

    @property
    def history_programme_id(self) -> int | None:
        return self.activity.programme_id
