from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clusters.models.membership import grants_of
from clusters.models.programme import Programme
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.fields import ChoiceListField, SlugField
from twinning.core.models import User, VersionedModel

_LATITUDES = _("A latitude is from -90 to 90 degrees.")
_LONGITUDES = _("A longitude is from -180 to 180 degrees.")
HALF_A_POSITION = _("A position needs its latitude and its longitude.")


class ClusterQuerySet(ScopedQuerySet["Cluster"]):
    def visible_to(self, user: User) -> Self:
        """Every member of a programme sees which clusters are in it."""
        return self.filter(programme__in=grants_of(user).programmes)

    def history_near(self, user: User) -> Self:
        return self.filter(pk__in=grants_of(user).in_clusters(Can.READ_HISTORY))


class Cluster(VersionedModel):
    """An industrial cluster in a programme. Emerging or advanced is a role in a twinning, not a property here."""

    class Composition(models.TextChoices):
        GEOGRAPHICAL = "geographical", _("geographical")
        SECTORAL = "sectoral", _("sectoral")
        HORIZONTAL = "horizontal", _("horizontal")
        VERTICAL = "vertical", _("vertical")

    class Advantage(models.TextChoices):
        HIGH_TECH = "high-tech", _("high-tech")
        KNOW_HOW = "historic-know-how", _("historic know-how-based")
        FACTORS = "factor-endowment", _("factor endowment")
        LOW_COST = "low-cost", _("low-cost manufacturing")
        SERVICES = "knowledge-services", _("knowledge services")

    class Label(models.TextChoices):
        NONE = "none", _("none")
        BRONZE = "bronze", _("bronze")
        SILVER = "silver", _("silver")
        GOLD = "gold", _("gold")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="clusters")
    slug = SlugField(_("short name in addresses"), unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(
        _("country"), max_length=2, help_text=_("Two letters, as in ISO 3166: IN, IT.")
    )
    locations = models.CharField(_("places"), max_length=300, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90, _LATITUDES), MaxValueValidator(90, _LATITUDES)],
        help_text=_("Of the middle of the cluster, in degrees; south of the equator below 0: 12.93."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180, _LONGITUDES), MaxValueValidator(180, _LONGITUDES)],
        help_text=_("In degrees; west of Greenwich below 0: 79.33."),
    )
    sector = models.CharField(_("sector"), max_length=120, blank=True)
    products = models.CharField(_("products"), max_length=300, blank=True)
    year_selected = models.PositiveSmallIntegerField(_("selected in"), null=True, blank=True)
    is_principal = models.BooleanField(
        _("principal cluster"),
        default=False,
        help_text=_("The programme primarily serves the business interest of its stakeholders."),
    )
    composition = ChoiceListField(_("composition"), of=Composition)
    advantage = ChoiceListField(_("comparative advantage"), of=Advantage)
    label = models.CharField(_("management label"), max_length=6, choices=Label.choices, default=Label.NONE)
    description = models.TextField(_("description"), blank=True)

    WRITTEN: Sequence[str] = (
        "slug",
        "name",
        "country",
        "locations",
        "latitude",
        "longitude",
        "sector",
        "products",
        "year_selected",
        "is_principal",
        "composition",
        "advantage",
        "label",
        "description",
    )

    objects = ClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="cluster_name_once"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="cluster_position_is_whole",
                violation_error_message=HALF_A_POSITION,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        missing = [name for name in ("latitude", "longitude") if getattr(self, name) is None]
        if len(missing) == 1:
            raise ValidationError({missing[0]: HALF_A_POSITION})

    @property
    def position(self) -> tuple[Decimal, Decimal] | None:
        """Latitude and longitude in degrees (WGS 84)."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


_M = TypeVar("_M", bound=models.Model)


class OfClusterQuerySet(ScopedQuerySet[_M]):
    def visible_to(self, user: User) -> Self:
        return self.filter(cluster__programme__in=grants_of(user).programmes)


class ClusterFigure(VersionedModel):
    """What somebody said about a cluster and when: a dated claim with its source. Two may disagree.

    ``value`` for an exact, around or over figure; ``low`` and ``high`` for a range. ``unit`` is a word (units,
    persons, %) or a currency code.
    """

    class Qualifier(models.TextChoices):
        EXACT = "exact", _("exactly")
        AROUND = "around", _("around")
        OVER = "over", _("over")
        RANGE = "range", _("between")

    class Measure(models.TextChoices):
        UNITS = "units", _("units")
        LARGE_UNITS = "large-units", _("large units")
        EMPLOYEES = "employees", _("employees")
        WOMEN_SHARE = "women-share", _("share of women")
        TURNOVER = "turnover", _("turnover")
        AVERAGE_TURNOVER = "average-turnover", _("average turnover of a firm")
        EXPORT_SHARE = "export-share", _("export share")
        NATIONAL_SHARE = "national-share", _("share of the national total")
        GROWTH = "growth", _("growth a year")
        EXPORTERS = "exporters", _("exporting firms")
        MEMBERS = "members", _("members of an association")
        OTHER = "other", _("other")

    cluster = models.ForeignKey("clusters.Cluster", models.PROTECT, related_name="figures")
    measure = models.CharField(_("measure"), max_length=20, choices=Measure.choices)
    about = models.CharField(
        _("of what"),
        max_length=200,
        blank=True,
        help_text=_("Which part it counts, such as a place, a product or the members of an association."),
    )
    qualifier = models.CharField(_("how sure"), max_length=6, choices=Qualifier.choices)
    value = models.DecimalField(_("figure"), max_digits=18, decimal_places=2, null=True, blank=True)
    low = models.DecimalField(_("from"), max_digits=18, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("to"), max_digits=18, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    preferred = models.BooleanField(_("preferred"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    WRITTEN: Sequence[str] = (
        "measure",
        "about",
        "qualifier",
        "value",
        "low",
        "high",
        "unit",
        "year",
        "source",
        "note",
    )

    objects = OfClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        ordering = ["cluster_id", "measure", "about", "-preferred", "-year", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(qualifier="range", value=None, low__isnull=False, high__isnull=False)
                    & Q(high__gte=F("low"))
                )
                | (~Q(qualifier="range") & Q(value__isnull=False, low=None, high=None)),
                name="figure_value_or_range",
                violation_error_message=_(
                    "Give one figure, or both ends of a range with the lower one first."
                ),
            ),
            models.UniqueConstraint(
                "cluster",
                "measure",
                "about",
                Coalesce("year", 0),
                condition=Q(preferred=True),
                name="figure_one_preferred",
                violation_error_message=_("Another claim on the same figure is preferred already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.about}".strip()

    @property
    def history_programme_id(self) -> int | None:
        return self.cluster.programme_id


class ProductGroup(VersionedModel):
    """What firms make, as a tree: leather, and below it bovine, goat, sheep."""

    cluster = models.ForeignKey("clusters.Cluster", models.PROTECT, related_name="product_groups")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    name = models.CharField(_("name"), max_length=120)

    objects = OfClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("product group")
        ordering = ["cluster_id", "name", "id"]
        constraints = [
            models.UniqueConstraint("cluster", Coalesce("parent", 0), "name", name="product_group_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def history_programme_id(self) -> int | None:
        return self.cluster.programme_id
