from __future__ import annotations

from collections.abc import Sequence
from typing import Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clusters.models import Agreement, Component, Organisation, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.rules.iati import codes
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel
from twinning.core.models.rate import validate_currency

_M = TypeVar("_M", bound=models.Model)

validate_reference = RegexValidator(
    r"^[^\s/&|?]+\Z", _("No spaces, and none of the signs / & | ? in it."), "reference"
)
validate_sector = RegexValidator(r"^[0-9]{5}\Z", _("Five digits, as the DAC has them: 32130."))


class OfPublicationQuerySet(ScopedQuerySet[_M]):
    """What is published and the money behind it: read with the papers of the steering committee."""

    def visible_to(self, user: User) -> Self:
        return self.filter(programme__in=grants_of(user).in_programmes(Can.READ_COMMITTEE))

    def for_list(self) -> Self:
        return self.select_related("programme")


class Publication(VersionedModel):
    """How a programme is published to the International Aid Transparency Initiative, beyond its own records.

    Without one a programme is not published at all. ``is_public`` opens the file to everybody.
    """

    programme = models.OneToOneField(Programme, models.PROTECT, related_name="publication")
    is_public = models.BooleanField(
        _("open to everybody"),
        default=False,
        help_text=_("The file is then read without signing in, and may be registered with IATI."),
    )
    reporter_ref = models.CharField(
        _("reference of the reporting organisation"),
        max_length=100,
        validators=[validate_reference],
        help_text=_("As IATI registered it, such as XM-DAC-41123."),
    )
    reporter_type = models.CharField(
        _("kind of reporting organisation"), max_length=2, choices=codes.OrganisationType.choices
    )
    reporter_name = models.CharField(_("reporting organisation"), max_length=200)
    suffix = models.CharField(
        _("name of the programme in identifiers"),
        max_length=60,
        validators=[validate_reference],
        help_text=_("It stands behind the reference and never changes once it was published."),
    )
    language = models.CharField(
        _("language of its texts"), max_length=2, choices=settings.LANGUAGES, default="en"
    )
    collaboration = models.CharField(
        _("collaboration"),
        max_length=1,
        choices=codes.Collaboration.choices,
        default=codes.Collaboration.MULTILATERAL,
    )
    flow = models.CharField(_("flow"), max_length=2, choices=codes.Flow.choices, default=codes.Flow.ODA)
    finance = models.CharField(
        _("finance"), max_length=4, choices=codes.Finance.choices, default=codes.Finance.GRANT
    )
    aid = models.CharField(
        _("type of aid"), max_length=3, choices=codes.Aid.choices, default=codes.Aid.TECHNICAL
    )
    tied = models.CharField(
        _("tied status"), max_length=1, choices=codes.Tied.choices, default=codes.Tied.UNTIED
    )
    no_budget = models.CharField(
        _("why no budget is published"), max_length=1, choices=codes.NoBudget.choices, blank=True
    )
    association_type = models.CharField(
        _("associations are published as"),
        max_length=2,
        choices=codes.AssociationType.choices,
        default=codes.AssociationType.OTHER,
    )
    with_twinnings = models.BooleanField(_("publish the twinnings too"), default=False)
    with_activities = models.BooleanField(
        _("publish single activities too"),
        default=False,
        help_text=_("Those whose start is known. Otherwise they only count in the results."),
    )

    WRITTEN: Sequence[str] = (
        "is_public",
        "reporter_ref",
        "reporter_type",
        "reporter_name",
        "suffix",
        "language",
        "collaboration",
        "flow",
        "finance",
        "aid",
        "tied",
        "no_budget",
        "association_type",
        "with_twinnings",
        "with_activities",
    )

    objects = OfPublicationQuerySet["Publication"].as_manager()

    class Meta:
        verbose_name = _("publication")
        constraints = [
            models.UniqueConstraint(
                fields=["reporter_ref", "suffix"],
                name="publication_identifier_once",
                violation_error_message=_("Another programme is published under this identifier."),
            )
        ]

    def __str__(self) -> str:
        return self.identifier

    @property
    def identifier(self) -> str:
        """The IATI identifier of the programme; those of its parts begin with it."""
        return f"{self.reporter_ref}-{self.suffix}"


class OfPartQuerySet(OfPublicationQuerySet[_M]):
    def for_list(self) -> Self:
        return self.select_related("programme", "component")


class PublicationCode(VersionedModel):
    """A sector, country, region, tag or policy marker of the programme, or of one of its components.

    A component that has none of a kind has those of the programme. Where no country and no region is given, the
    countries of the clusters are published (``queries.iati``).
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="publication_codes")
    component = models.ForeignKey(
        Component, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("component")
    )
    scheme = models.CharField(_("kind"), max_length=7, choices=codes.Scheme.choices)
    vocabulary = models.CharField(
        _("vocabulary"),
        max_length=3,
        blank=True,
        help_text=_("Empty for the usual one: that of the DAC; of tags, the targets of the SDG (3)."),
    )
    code = models.CharField(
        _("code"),
        max_length=40,
        help_text=_("Such as 32130 for small firms, IN for India, 9.3 for a target."),
    )
    name = models.CharField(
        _("name"), max_length=200, blank=True, help_text=_("Needed with codes of your own (98, 99).")
    )
    percentage = models.DecimalField(
        _("per cent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Of sectors and places, where there are several."),
    )
    significance = models.CharField(
        _("significance"),
        max_length=1,
        blank=True,
        choices=codes.Significance.choices,
        help_text=_("Of policy markers."),
    )

    WRITTEN: Sequence[str] = (
        "component",
        "scheme",
        "vocabulary",
        "code",
        "name",
        "percentage",
        "significance",
    )

    objects = OfPartQuerySet["PublicationCode"].as_manager()

    class Meta:
        verbose_name = _("code of the publication")
        ordering = ["programme_id", "scheme", "component_id", "vocabulary", "id"]
        constraints = [
            models.UniqueConstraint(
                "programme",
                Coalesce("component", 0),
                "scheme",
                "vocabulary",
                "code",
                name="publication_code_once",
                violation_error_message=_("This code is there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.code}"

    def clean(self) -> None:
        """Raises ValidationError for a sector that cannot be one of the DAC's, which is the usual vocabulary."""
        if self.scheme == codes.Scheme.SECTOR and self.vocabulary in ("", codes.DAC):
            try:
                validate_sector(self.code)
            except ValidationError as error:
                raise ValidationError({"code": error}) from error


class Budget(VersionedModel):
    """What is planned to be spent in a stretch of a year at most."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="budgets")
    component = models.ForeignKey(
        Component, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("component")
    )
    type = models.CharField(
        _("type"), max_length=1, choices=codes.BudgetType.choices, default=codes.BudgetType.ORIGINAL
    )
    status = models.CharField(
        _("status"), max_length=1, choices=codes.BudgetStatus.choices, default=codes.BudgetStatus.INDICATIVE
    )
    first = models.DateField(_("from"))
    last = models.DateField(_("to"), help_text=_("The last day, a year later at most."))
    value = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    value_date = models.DateField(
        _("value of"), help_text=_("The day whose rate of exchange holds for this amount.")
    )

    WRITTEN: Sequence[str] = (
        "component",
        "type",
        "status",
        "first",
        "last",
        "value",
        "currency",
        "value_date",
    )

    objects = OfPartQuerySet["Budget"].as_manager()

    class Meta:
        verbose_name = _("budget")
        ordering = ["programme_id", "first", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="budget_days_in_order",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}: {self.value} {self.currency}"


class TransactionQuerySet(OfPartQuerySet["Transaction"]):
    def for_list(self) -> Self:
        return self.select_related("programme", "component", "provider", "receiver")


class Transaction(VersionedModel):
    """Money that moved or was promised. A firm that gave or got it is not named in what is published."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="transactions")
    component = models.ForeignKey(
        Component, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("component")
    )
    type = models.CharField(_("type"), max_length=2, choices=codes.TransactionType.choices)
    date = models.DateField(_("date"))
    value = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, help_text=_("With a minus where it is taken back.")
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    value_date = models.DateField(
        _("value of"), help_text=_("The day whose rate of exchange holds for this amount.")
    )
    description = models.CharField(_("what for"), max_length=300, blank=True)
    provider = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    receiver = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paid to")
    )
    sector = models.CharField(
        _("sector"),
        max_length=5,
        blank=True,
        validators=[validate_sector],
        help_text=_("A code of the DAC. Only where the publication itself names no sector."),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Two letters. Only where the publication itself names no place."),
    )

    WRITTEN: Sequence[str] = (
        "component",
        "type",
        "date",
        "value",
        "currency",
        "value_date",
        "description",
        "provider",
        "receiver",
        "sector",
        "country",
    )

    objects = TransactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("transaction")
        ordering = ["programme_id", "date", "id"]

    def __str__(self) -> str:
        return f"{self.date}: {self.value} {self.currency}"


class PublishedDocumentQuerySet(OfPartQuerySet["PublishedDocument"]):
    def for_list(self) -> Self:
        return self.select_related("programme", "component", "agreement")


class PublishedDocument(VersionedModel):
    """A document that everybody may read at its address, such as a memorandum or a report that was issued."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="published_documents")
    component = models.ForeignKey(
        Component, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("component")
    )
    category = models.CharField(_("what it is"), max_length=3, choices=codes.Category.choices)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=500, help_text=_("Where everybody can read it."))
    media_type = models.CharField(
        _("kind of file"),
        max_length=100,
        default="application/pdf",
        help_text=_("Such as application/pdf, text/html."),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, blank=True, default=""
    )
    date = models.DateField(
        _("date"), null=True, blank=True, help_text=_("Of an agreement: left empty, the day it was signed.")
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreement"),
        help_text=_("The agreement whose text it is. Those between firms are not published."),
    )

    WRITTEN: Sequence[str] = (
        "component",
        "category",
        "title",
        "url",
        "media_type",
        "language",
        "date",
        "agreement",
    )

    objects = PublishedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("published document")
        ordering = ["programme_id", "category", "id"]

    def __str__(self) -> str:
        return self.title
