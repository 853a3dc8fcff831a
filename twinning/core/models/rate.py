from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from twinning.core.models.base import VersionedModel
from twinning.core.models.job import Job
from twinning.core.money import BASES, HOLDS_DAYS, RATE_DECIMALS, RATE_DIGITS, Rate, is_currency

# A day beyond is a slip of the pen.
_DAYS = (MinValueValidator(dt.date(1900, 1, 1)), MaxValueValidator(dt.date(2199, 12, 31)))


@deconstructible
class CurrencyValidator(RegexValidator):
    """A code of ISO 4217 that is money. The pattern stays one of its own, since the API's schema tells it."""

    regex = r"^[A-Z]{3}\Z"
    message = _("Three capital letters, as in ISO 4217: EUR, INR.")

    def __call__(self, value: str) -> None:
        super().__call__(value)
        if not is_currency(value):
            said = _("%(code)s is no currency of ISO 4217.")
            raise ValidationError(said, code="unknown_currency", params={"code": value})


validate_currency = CurrencyValidator()


class RateLoad(models.Model):
    """A file of the ECB's rates that somebody loaded, or that a worker is to load: the log of where rates came from.

    ``loaded_at`` stays empty until its rates are in, all of them at once.
    """

    filename = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)
    added = models.PositiveIntegerField(_("rates that were new"), default=0)
    known = models.PositiveIntegerField(_("rates that were known"), default=0)
    corrected = models.PositiveIntegerField(_("rates that were corrected"), default=0)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("taken in"), auto_now_add=True)
    loaded_at = models.DateTimeField(_("loaded"), null=True)

    class Meta:
        verbose_name = _("file of rates")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    def holding(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def reaching(self, first: dt.date, last: dt.date) -> Self:
        """Those that hold on one of the days from ``first`` to ``last``, if no later one goes before them."""
        earliest = dt.date.fromordinal(max(first.toordinal() - HOLDS_DAYS, 1))
        return self.filter(Q(last_day=None, day__gte=earliest) | Q(last_day__gte=first), day__lte=last)

    def used_by(self, programme_id: int | None) -> Self:
        """Those that a programme converts by: published ones and its own."""
        published = Q(programme_id=None)
        return self.filter(published if programme_id is None else published | Q(programme_id=programme_id))


class ExchangeRate(VersionedModel):
    """So many units of a currency for one of the base, from a day on.

    A rate of the ECB is everybody's and comes from a loaded file; a typed one is one programme's, so that nobody
    changes the figures of another, and says its source. The programme's own goes before the ECB's for as long as it
    holds: who types a rate has one that the books of the programme go by, such as the operational rate of exchange
    of the United Nations. What is not typed stays the ECB's. A rate is not edited: it is withdrawn, and kept, and
    another takes its place.
    """

    class Origin(models.TextChoices):
        ECB = "ecb", _("European Central Bank")
        TYPED = "typed", _("typed")

    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[validate_currency],
        help_text=_("Three letters, as in ISO 4217: INR."),
    )
    base = models.CharField(
        _("against"), max_length=3, choices=[(base, base) for base in BASES], default=BASES[0]
    )
    day = models.DateField(
        _("day"),
        validators=_DAYS,
        help_text=_("The day on which the rate was published, or from which it holds."),
    )
    last_day = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        validators=_DAYS,
        help_text=_("Where it holds longer than a week, such as until the end of the month."),
    )
    rate = models.DecimalField(
        _("rate"),
        max_digits=RATE_DIGITS,
        decimal_places=RATE_DECIMALS,
        validators=[MinValueValidator(Decimal(1).scaleb(-RATE_DECIMALS))],
        help_text=_("How many units of the currency one unit of the other buys."),
    )
    source = models.CharField(
        _("source"), max_length=300, help_text=_("Where it was published, so that others find it.")
    )
    origin = models.CharField(_("origin"), max_length=5, choices=Origin.choices, default=Origin.TYPED)
    programme_id = models.BigIntegerField(null=True, blank=True, editable=False)
    load = models.ForeignKey(
        RateLoad, models.PROTECT, null=True, blank=True, editable=False, related_name="rates"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    WRITTEN: Sequence[str] = ("currency", "base", "day", "last_day", "rate", "source")
    # Each change says of which programme it is anyway.
    unrecorded = frozenset({"programme_id"})

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange rate")
        ordering = ["-day", "currency", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "base", "day"],
                condition=Q(programme_id=None, withdrawn_at=None),
                name="published_rate_once",
            ),
            models.UniqueConstraint(
                fields=["programme_id", "currency", "base", "day"],
                condition=Q(programme_id__isnull=False, withdrawn_at=None),
                name="typed_rate_once",
                violation_error_message=_("There is a rate for this day already. Withdraw it first."),
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_above_zero"),
            models.CheckConstraint(
                condition=~Q(currency=F("base")),
                name="rate_of_another_currency",
                violation_error_message=_("A currency has no rate against itself."),
            ),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("day")),
                name="rate_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(origin="ecb", programme_id=None, base="EUR")
                | Q(origin="typed", programme_id__isnull=False),
                name="typed_rate_is_of_a_programme",
            ),
        ]
        indexes = [
            models.Index(fields=["day", "currency"], name="rate_of_day"),
            models.Index(fields=["currency", "day"], name="rate_of_currency"),
            models.Index(
                fields=["programme_id", "day"],
                condition=Q(programme_id__isnull=False),
                name="rate_of_programme",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.currency} {self.day.isoformat()}"

    @property
    def holds_until(self) -> dt.date:
        return self.last_day or self.day + dt.timedelta(days=HOLDS_DAYS)

    def as_rate(self) -> Rate:
        return Rate(
            currency=self.currency,
            base=self.base,
            day=self.day,
            last_day=self.holds_until,
            value=self.rate,
            source=self.source,
            own=self.origin == self.Origin.TYPED,
            pk=self.pk,
        )
