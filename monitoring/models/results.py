from __future__ import annotations

from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel
from twinning.core.models.rate import validate_currency

_M = TypeVar("_M", bound=models.Model)


class OfResultsQuerySet(ScopedQuerySet[_M]):
    """Rows that everybody reads who reads results in their programme."""

    def visible_to(self, user: User) -> Self:
        return self.filter(programme__in=grants_of(user).in_programmes(Can.READ_RESULTS))


class Level(models.TextChoices):
    OUTPUT = "output", _("output")
    OUTCOME = "outcome", _("outcome")
    IMPACT = "impact", _("impact")


class Result(VersionedModel):
    """A link of the results chain: what is to come about, on what it rests, and what it leads to."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="results")
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    title = models.CharField(_("result"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    assumptions = models.TextField(
        _("assumptions"), blank=True, help_text=_("What must hold for it to come about. One on a line.")
    )
    risks = models.TextField(_("risks"), blank=True, help_text=_("What may prevent it. One on a line."))
    contribution = models.TextField(
        _("contribution of the programme"),
        blank=True,
        help_text=_("What the programme did towards it, and who and what else did."),
    )
    leads_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="led_to_by", verbose_name=_("leads to")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    WRITTEN = ("level", "title", "description", "assumptions", "risks", "contribution", "leads_to", "order")

    objects = OfResultsQuerySet["Result"].as_manager()

    class Meta:
        verbose_name = _("result")
        ordering = ["programme_id", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                F("programme"),
                F("level"),
                Lower("title"),
                name="result_once_at_its_level",
                violation_error_message=_("There is a result of this name at this level already."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class IndicatorQuerySet(OfResultsQuerySet["Indicator"]):
    def for_list(self) -> Self:
        return self.select_related("result", "programme")

    def current(self) -> Self:
        return self.filter(retired_on=None)


class Indicator(VersionedModel):
    """What is measured of a result.

    With a ``rule`` (``monitoring.rules.vocabulary``) it is counted from records; without one its values are typed
    in, with their source. Indicators are told apart by level and name, since "Persons trained" is an output and
    an outcome (R8.2). ``level`` is that of its result.
    """

    class Measure(models.TextChoices):
        NUMBER = "number", _("number")
        PERCENT = "percent", _("per cent")
        SCALE = "scale", _("scale of words")

    class Total(models.TextChoices):
        SUM = "sum", _("values of periods and clusters are summed")
        LATEST = "latest", _("the latest value counts")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="indicators")
    result = models.ForeignKey(Result, models.PROTECT, related_name="indicators", verbose_name=_("result"))
    level = models.CharField(max_length=8, choices=Level.choices, editable=False)
    code = models.CharField(
        _("code"),
        max_length=20,
        validators=[
            RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9.-]*\Z", _("Use letters, digits, points and hyphens."))
        ],
    )
    name = models.CharField(_("name"), max_length=200)
    definition = models.TextField(_("definition"), blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    measure = models.CharField(_("measure"), max_length=8, choices=Measure.choices, default=Measure.NUMBER)
    has_amount = models.BooleanField(
        _("counts money too"), default=False, help_text=_("A number and an amount, as in Table 10.")
    )
    rising = models.BooleanField(_("more is better"), default=True)
    total = models.CharField(_("over time"), max_length=6, choices=Total.choices, default=Total.SUM)
    scale = models.JSONField(_("words of the scale"), default=list, blank=True)
    dimensions = models.JSONField(_("divided by"), default=list, blank=True)
    rule = models.JSONField(_("counted from records"), null=True, blank=True)
    verification = models.CharField(_("means of verification"), max_length=300, blank=True)
    reference = models.CharField(
        _("code elsewhere"),
        max_length=40,
        blank=True,
        help_text=_("Such as that of a donor's own framework."),
    )
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, null=True, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=18, decimal_places=4, null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(_("year of the baseline"), null=True, blank=True)
    baseline_note = models.CharField(_("source of the baseline"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired_on = models.DateField(_("not used any more since"), null=True, editable=False)

    WRITTEN = (
        "code",
        "name",
        "definition",
        "unit",
        "measure",
        "has_amount",
        "rising",
        "total",
        "scale",
        "dimensions",
        "rule",
        "verification",
        "reference",
        "weight",
        "baseline",
        "baseline_year",
        "baseline_note",
        "order",
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        ordering = ["programme_id", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                F("programme"),
                F("level"),
                Lower("name"),
                name="indicator_name_once_at_its_level",
                violation_error_message=_("There is an indicator of this name at this level already."),
            ),
            models.UniqueConstraint(
                F("programme"),
                Lower("code"),
                name="indicator_code_once",
                violation_error_message=_("Another indicator has this code."),
            ),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=100),
                name="indicator_weight_in_bounds",
                violation_error_message=_("A weight is from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=Q(baseline=None) | Q(baseline_year__isnull=False),
                name="indicator_baseline_has_a_year",
                violation_error_message=_("Say of which year the baseline is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_computed(self) -> bool:
        return self.rule is not None


class OfIndicatorQuerySet(ScopedQuerySet[_M]):
    def visible_to(self, user: User) -> Self:
        return self.filter(indicator__programme__in=grants_of(user).in_programmes(Can.READ_RESULTS))

    def for_list(self) -> Self:
        return self.select_related("indicator__programme", "cluster")


def quantity(label: Any, **options: Any) -> models.DecimalField[Any, Any]:
    """A number that an indicator takes."""
    return models.DecimalField(label, max_digits=18, decimal_places=4, null=True, blank=True, **options)


def money(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=18, decimal_places=2, null=True, blank=True)


class Target(VersionedModel):
    """What an indicator is to reach in a span of days, in a cluster or (without one) in the programme."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets")
    cluster = models.ForeignKey(Cluster, models.PROTECT, null=True, blank=True, verbose_name=_("cluster"))
    first = models.DateField(_("from"))
    last = models.DateField(_("to"), help_text=_("The last day."))
    value = quantity(_("target"))
    amount = money(_("amount"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    WRITTEN = ("cluster", "first", "last", "value", "amount", "note")

    objects = OfIndicatorQuerySet["Target"].as_manager()

    class Meta:
        verbose_name = _("target")
        ordering = ["indicator_id", "cluster_id", "last", "id"]
        constraints = [
            models.UniqueConstraint(
                "indicator",
                Coalesce("cluster", 0),
                "first",
                "last",
                name="target_once_for_a_span",
                violation_error_message=_("There is a target for these days already."),
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="target_days_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(amount__isnull=False),
                name="target_says_something",
                violation_error_message=_("Give a number or an amount."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.first} – {self.last}"

    @property
    def history_programme_id(self) -> int | None:
        return self.indicator.programme_id


class ReportingPeriod(VersionedModel):
    """A stretch of time for which results are reported and closed. Those of a programme do not overlap."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="reporting_periods")
    title = models.CharField(_("period"), max_length=60)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    due_on = models.DateField(_("to be handed in by"))

    WRITTEN = ("title", "first", "last", "due_on")

    objects = OfResultsQuerySet["ReportingPeriod"].as_manager()

    class Meta:
        verbose_name = _("reporting period")
        ordering = ["programme_id", "first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="reporting_period_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("last")),
                name="reporting_period_due_after_its_end",
                violation_error_message=_("It can be handed in only after its last day."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Measurement(VersionedModel):
    """A typed value of an indicator for a period, with its source; for what no record can be counted.

    ``parts``: [{"dims": {"sex": "f"}, "value": "12"}], which make the number. A range keeps ``low`` and ``high``.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="measurements")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="measurements")
    cluster = models.ForeignKey(Cluster, models.PROTECT, null=True, blank=True, verbose_name=_("cluster"))
    applies = models.BooleanField(_("applies"), default=True)
    value = quantity(_("value"))
    low = quantity(_("from"))
    high = quantity(_("to"))
    word = models.CharField(_("on the scale"), max_length=100, blank=True)
    amount = money(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[validate_currency])
    parts = models.JSONField(_("parts"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=300)
    note = models.TextField(_("note"), blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")

    WRITTEN = (
        "applies",
        "value",
        "low",
        "high",
        "word",
        "amount",
        "currency",
        "parts",
        "source",
        "note",
    )

    objects = OfIndicatorQuerySet["Measurement"].as_manager()

    class Meta:
        verbose_name = _("measurement")
        ordering = ["indicator_id", "period__first", "cluster_id", "id"]
        constraints = [
            models.UniqueConstraint(
                "indicator",
                "period",
                Coalesce("cluster", 0),
                name="measurement_once",
                violation_error_message=_("There is a value for this period already: change that one."),
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(high__gte=F("low")),
                name="measurement_range_in_order",
                violation_error_message=_("The range ends below its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.period}"

    @property
    def history_programme_id(self) -> int | None:
        return self.indicator.programme_id
