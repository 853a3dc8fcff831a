from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.models.membership import grants_of, holding
from clusters.models.programme import Programme
from clusters.rules import FIRM_KINDS, Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel
from twinning.core.models.rate import validate_currency

_M = TypeVar("_M", bound=models.Model)

ENDS_AFTER_START = Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
ENDS_BEFORE_START_TEXT = _("The last day is before the first.")


class OrganisationQuerySet(ScopedQuerySet["Organisation"]):
    def visible_to(self, user: User) -> Self:
        """Bodies are seen by all in the programme; firms only where firm data may be read, and by themselves."""
        grants = grants_of(user)
        in_clusters = grants.in_clusters(Can.READ_FIRMS)
        firms = Q(programme__in=grants.in_programmes(Can.READ_FIRMS)) | Q(pk__in=grants.organisations)
        if in_clusters:
            near = OrganisationRole.objects.filter(cluster__in=in_clusters).values("organisation")
            firms |= Q(pk__in=near)
        return self.filter(Q(programme__in=grants.programmes) & (~Q(kind__in=FIRM_KINDS) | firms))

    def history_near(self, user: User) -> Self:
        near = grants_of(user).in_clusters(Can.READ_HISTORY)
        roles = OrganisationRole.objects.filter(cluster__in=near)
        return self.visible_to(user).filter(pk__in=roles.values("organisation"))

    def for_list(self) -> Self:
        return self.prefetch_related("roles__cluster")


class Organisation(VersionedModel):
    """A firm, association, institution or agency. What it is is global; what it does is a role per cluster."""

    class Kind(models.TextChoices):
        PRINCIPAL_FIRM = "principal-firm", _("principal firm")
        SUBCONTRACTOR = "subcontractor", _("subcontractor")
        SUPPORT_FIRM = "support-firm", _("support firm (machinery, material, chemicals)")
        ASSOCIATION = "association", _("association (BMO)")
        TECHNICAL = "technical-institution", _("technical institution")
        FINANCIAL = "financial-institution", _("financial institution")
        BDSP = "bdsp", _("individual service provider")
        AGENCY = "public-agency", _("public agency")
        BUYER = "buyer", _("OEM or tier-1 buyer")
        RESEARCH = "research", _("research or university")
        FACILITY = "common-facility", _("common facility (CETP, CFC)")
        DONOR = "donor", _("donor")
        MULTILATERAL = "multilateral", _("multilateral organisation")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="organisations")
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="arms", verbose_name=_("part of")
    )
    note = models.TextField(_("note"), blank=True)

    WRITTEN: Sequence[str] = ("name", "short_name", "kind", "country", "place", "website", "part_of", "note")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="organisation_name_once")]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_firm(self) -> bool:
        return self.kind in FIRM_KINDS


class OfOrganisationQuerySet(ScopedQuerySet[_M]):
    def visible_to(self, user: User) -> Self:
        return self.filter(organisation__in=Organisation.objects.visible_to(user).values("pk"))


class Firm(VersionedModel):
    """What is known of a firm beyond its name. Read only by those who may read firm data."""

    class Size(models.TextChoices):
        MICRO = "micro", _("micro")
        SMALL = "small", _("small")
        MEDIUM = "medium", _("medium")
        LARGE = "large", _("large")

    class Willingness(models.IntegerChoices):
        NONE = 0, _("not willing")
        LOW = 1, _("hesitant")
        FAIR = 2, _("interested")
        HIGH = 3, _("keen")

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="firm")
    size = models.CharField(_("size"), max_length=6, choices=Size.choices, blank=True)
    tier = models.PositiveSmallIntegerField(
        _("tier"), null=True, blank=True, choices=[(1, "1"), (2, "2"), (3, "3")]
    )
    women = models.PositiveIntegerField(_("women employed"), null=True, blank=True)
    men = models.PositiveIntegerField(_("men employed"), null=True, blank=True)
    turnover = models.DecimalField(_("turnover"), max_digits=18, decimal_places=2, null=True, blank=True)
    turnover_currency = models.CharField(
        _("currency"), max_length=3, blank=True, validators=[validate_currency]
    )
    turnover_year = models.PositiveSmallIntegerField(_("year of the turnover"), null=True, blank=True)
    exports = models.BooleanField(_("exports"), null=True, blank=True)
    raw_material = models.CharField(_("raw material"), max_length=200, blank=True)
    product_groups = models.ManyToManyField("clusters.ProductGroup", blank=True, related_name="firms")
    certifications = models.CharField(_("certifications"), max_length=200, blank=True)
    vision_on = models.DateField(_("vision statement of"), null=True, blank=True)
    willingness = models.PositiveSmallIntegerField(
        _("willingness"), null=True, blank=True, choices=Willingness.choices
    )
    financial_backing = models.BooleanField(_("financial backing"), null=True, blank=True)

    WRITTEN: Sequence[str] = (
        "size",
        "tier",
        "women",
        "men",
        "turnover",
        "turnover_currency",
        "turnover_year",
        "exports",
        "raw_material",
        "product_groups",
        "certifications",
        "vision_on",
        "willingness",
        "financial_backing",
    )

    objects = OfOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("firm profile")
        constraints = [
            models.CheckConstraint(
                condition=Q(turnover=None) | ~Q(turnover_currency=""),
                name="firm_turnover_has_a_currency",
                violation_error_message=_("Say in which currency the turnover is."),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def history_programme_id(self) -> int | None:
        return self.organisation.programme_id


class OrganisationRole(VersionedModel):
    """What an organisation does in a cluster, from one day to another."""

    class Role(models.TextChoices):
        PRINCIPAL = "principal", _("principal")
        SUPPORT = "support", _("support")
        INTERMEDIARY = "intermediary", _("intermediary")
        KNOWLEDGE = "knowledge-repository", _("knowledge repository")
        SIGNATORY = "signatory", _("signatory")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="roles")
    cluster = models.ForeignKey("clusters.Cluster", models.PROTECT, related_name="organisation_roles")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))

    objects = OfOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a cluster")
        ordering = ["cluster_id", "role", "id"]
        constraints = [
            models.CheckConstraint(
                condition=ENDS_AFTER_START,
                name="organisation_role_ends_after_it_starts",
                violation_error_message=ENDS_BEFORE_START_TEXT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_role_display()}"

    @property
    def history_programme_id(self) -> int | None:
        return self.organisation.programme_id


class PersonQuerySet(ScopedQuerySet["Person"]):
    def visible_to(self, user: User) -> Self:
        """Names of people are read where the role says so: in the programme, or in one's own clusters."""
        grants = grants_of(user)
        seen = Q(programme__in=grants.in_programmes(Can.READ_PEOPLE))
        near = grants.in_clusters(Can.READ_PEOPLE)
        if near:
            seen |= Q(
                organisation__in=OrganisationRole.objects.filter(cluster__in=near).values("organisation")
            )
            seen |= Q(pk__in=CDAEngagement.objects.filter(cluster__in=near).values("person"))
            # Whoever has no organisation belongs to the programme as a whole, such as an expert.
            reading = [pk for pk in grants.programmes if grants.anywhere(Can.READ_PEOPLE, pk)]
            seen |= Q(organisation=None, programme__in=reading)
        return self.filter(seen)

    def history_near(self, user: User) -> Self:
        near = grants_of(user).in_clusters(Can.READ_HISTORY)
        roles = OrganisationRole.objects.filter(cluster__in=near)
        posts = CDAEngagement.objects.filter(cluster__in=near)
        return self.visible_to(user).filter(
            Q(organisation__in=roles.values("organisation")) | Q(pk__in=posts.values("person"))
        )

    def for_list(self) -> Self:
        return self.select_related("organisation")


class Person(VersionedModel):
    """Somebody the programme works with. Not a user: a person need not sign in."""

    class Sex(models.TextChoices):
        FEMALE = "f", _("female")
        MALE = "m", _("male")
        UNSPECIFIED = "u", _("not stated")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="people")
    name = models.CharField(_("name"), max_length=150)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people"
    )
    designation = models.CharField(_("designation"), max_length=150, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.UNSPECIFIED)
    born = models.PositiveSmallIntegerField(
        _("year of birth"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
        help_text=_("Only so that results can be told by age; no page shows it to who may not see people."),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    speciality = models.CharField(_("speciality"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)

    WRITTEN: Sequence[str] = (
        "name",
        "organisation",
        "designation",
        "sex",
        "born",
        "email",
        "phone",
        "speciality",
        "note",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["programme", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        # No bound of the column, since it moves on with time.
        if isinstance(self.born, int) and self.born > timezone.localdate().year:
            raise ValidationError({"born": gettext("This year has not come yet.")})


class CDAEngagementQuerySet(ScopedQuerySet["CDAEngagement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(programme__in=grants_of(user).programmes)

    def for_list(self) -> Self:
        return self.select_related("person", "cluster")

    def holding_on(self, day: dt.date) -> Self:
        return self.filter(holding(day))


class CDAEngagement(VersionedModel):
    """An agent at work for a cluster (step 2). The post is public in the programme, the person is not."""

    class Side(models.TextChoices):
        EMERGING = "emerging", _("emerging side")
        ADVANCED = "advanced", _("advanced side")

    class Function(models.TextChoices):
        CDA = "cda", _("CDA")
        TECHNICAL = "technical-cda", _("technical CDA")
        COORDINATOR = "coordinator", _("overall coordinator")
        BUSINESS = "business-adviser", _("business adviser")
        INVESTMENT = "investment-cda", _("CDA for technology transfer and investment")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="engagements")
    cluster = models.ForeignKey("clusters.Cluster", models.PROTECT, related_name="engagements")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="engagements", verbose_name=_("person")
    )
    post = models.CharField(_("post"), max_length=150)
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    function = models.CharField(_("function"), max_length=16, choices=Function.choices)
    full_time = models.BooleanField(_("full time"), null=True, blank=True)
    technical_qualification = models.CharField(_("technical qualification"), max_length=200, blank=True)
    trained_on = models.DateField(_("trained as CDA on"), null=True, blank=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))

    WRITTEN: Sequence[str] = (
        "post",
        "side",
        "function",
        "full_time",
        "technical_qualification",
        "trained_on",
        "valid_from",
        "valid_to",
    )

    objects = CDAEngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        ordering = ["cluster_id", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=ENDS_AFTER_START,
                name="engagement_ends_after_it_starts",
                violation_error_message=ENDS_BEFORE_START_TEXT,
            )
        ]

    def __str__(self) -> str:
        return self.post
