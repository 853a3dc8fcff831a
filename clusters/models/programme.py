from __future__ import annotations

from collections.abc import Sequence
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.fields import EdtfField, SlugField
from twinning.core.models import User, VersionedModel
from twinning.core.models.rate import validate_currency


class ProgrammeQuerySet(ScopedQuerySet["Programme"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(pk__in=grants_of(user).programmes)


class Programme(VersionedModel):
    """One twinning programme: the tenant to which every other record belongs."""

    class Status(models.TextChoices):
        IDEA = "idea", _("idea")
        RUNNING = "running", _("running")
        FINALISING = "finalising", _("finalising")
        CLOSED = "closed", _("closed")
        SUSPENDED = "suspended", _("suspended")
        CANCELLED = "cancelled", _("cancelled")

    slug = SlugField(_("short name in addresses"), unique=True, max_length=60)
    code = models.CharField(_("code"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.RUNNING)
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[validate_currency])
    starts = EdtfField(_("start"))
    ends = EdtfField(_("end"))
    description = models.TextField(_("description"), blank=True)

    WRITTEN: Sequence[str] = ("slug", "code", "title", "status", "currency", "starts", "ends", "description")

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def history_programme_id(self) -> int | None:
        return self.pk


_M = TypeVar("_M", bound=models.Model)


class InProgrammeQuerySet(ScopedQuerySet[_M]):
    """Rows that every member of their programme may read."""

    def visible_to(self, user: User) -> Self:
        return self.filter(programme__in=grants_of(user).programmes)


class ProgrammeOrganisation(VersionedModel):
    """Who funds, counterparts and executes the programme."""

    class Role(models.TextChoices):
        DONOR = "donor", _("donor")
        COUNTERPART = "counterpart", _("counterpart")
        EXECUTING = "executing", _("executing agency")
        IMPLEMENTING = "implementing", _("implementing partner")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="organisation_roles")
    organisation = models.ForeignKey("clusters.Organisation", models.PROTECT, related_name="programme_roles")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)

    objects = InProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in the programme")
        ordering = ["programme_id", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "role"], name="programme_organisation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_role_display()}"


class Component(VersionedModel):
    """A part of the programme with its own logic: twinning, investment promotion, credit guarantees."""

    class Kind(models.TextChoices):
        CT = "CT", _("Cluster Twinning")
        ITP = "ITP", _("Investment and Technology Promotion")
        MCGF = "MCGF", _("Mutual Credit Guarantee Fund")
        OTHER = "other", _("Other")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="components")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)

    objects = InProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("component")
        ordering = ["programme_id", "id"]
        constraints = [models.UniqueConstraint(fields=["programme", "title"], name="component_title_once")]

    def __str__(self) -> str:
        return self.title


class ComponentClusterQuerySet(ScopedQuerySet["ComponentCluster"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(component__programme__in=grants_of(user).programmes)


class ComponentCluster(VersionedModel):
    """A cluster takes part in a component since a year, fully or by selective interventions (Table 1)."""

    class Mode(models.TextChoices):
        FULL = "full", _("full")
        SELECTIVE = "selective", _("selective interventions")

    component = models.ForeignKey(Component, models.PROTECT, related_name="cluster_links")
    cluster = models.ForeignKey("clusters.Cluster", models.PROTECT, related_name="component_links")
    start_year = models.PositiveSmallIntegerField(_("since"), null=True, blank=True)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.FULL)

    objects = ComponentClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster in a component")
        ordering = ["component_id", "cluster_id"]
        constraints = [
            models.UniqueConstraint(fields=["component", "cluster"], name="component_cluster_once")
        ]

    def __str__(self) -> str:
        return f"{self.component}: {self.cluster}"

    @property
    def history_programme_id(self) -> int | None:
        return self.component.programme_id


class CommitteeQuerySet(ScopedQuerySet["SteeringMeeting"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(programme__in=grants_of(user).in_programmes(Can.READ_COMMITTEE))

    def for_list(self) -> Self:
        return self.prefetch_related("decisions__cluster")


class SteeringMeeting(VersionedModel):
    """A meeting of the steering committee."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField(_("number"))
    held = EdtfField(_("date"))
    held_text = models.CharField(_("date as stated"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    attendees = models.TextField(_("attendees"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("steering committee meeting")
        ordering = ["programme_id", "number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="meeting_number_once")]

    def __str__(self) -> str:
        return _("Steering committee meeting %(number)d") % {"number": self.number}


class DecisionQuerySet(ScopedQuerySet["Decision"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(meeting__programme__in=grants_of(user).in_programmes(Can.READ_COMMITTEE))

    def for_list(self) -> Self:
        return self.select_related("meeting", "cluster", "component")

    def in_force(self) -> Self:
        return self.filter(superseded_by=None)


class Decision(VersionedModel):
    """What the committee decided. The selection status of a cluster is its latest decision; none is lost."""

    class Kind(models.TextChoices):
        SELECT = "select-cluster", _("select cluster")
        DROP = "drop", _("drop cluster")
        ADD_COMPONENT = "add-component", _("add component")
        APPROVE_PLAN = "approve-plan", _("approve plan")
        OTHER = "other", _("other")

    meeting = models.ForeignKey(SteeringMeeting, models.PROTECT, related_name="decisions")
    text = models.TextField(_("decision"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.OTHER)
    cluster = models.ForeignKey(
        "clusters.Cluster", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    component = models.ForeignKey(Component, models.PROTECT, null=True, blank=True, related_name="decisions")
    reason = models.TextField(_("reason"), blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        ordering = ["meeting__number", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["select-cluster", "drop"]) | Q(cluster__isnull=False),
                name="decision_on_a_cluster_names_it",
                violation_error_message=_("Say which cluster this decision is about."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def history_programme_id(self) -> int | None:
        return self.meeting.programme_id
