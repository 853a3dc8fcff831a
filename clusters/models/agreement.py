from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusters.models.membership import grants_of
from clusters.models.organisation import Organisation
from clusters.models.programme import Programme
from clusters.models.twinning import Twinning
from clusters.rules import FIRM_KINDS, Can, Force, force_on
from twinning.core import periods
from twinning.core.access import ScopedQuerySet
from twinning.core.fields import EdtfField
from twinning.core.models import User, VersionedModel

# Agreements between firms are commercial: seen where firm data is, and by their parties.
BETWEEN_FIRMS = ("loi", "technology-transfer", "outsourcing")


class AgreementQuerySet(ScopedQuerySet["Agreement"]):
    def visible_to(self, user: User) -> Self:
        grants = grants_of(user)
        commercial = Q(programme__in=grants.in_programmes(Can.READ_FIRMS))
        if grants.organisations:
            mine = AgreementParty.objects.filter(organisation__in=grants.organisations)
            commercial |= Q(pk__in=mine.values("agreement"))
        return self.filter(Q(programme__in=grants.programmes) & (~Q(kind__in=BETWEEN_FIRMS) | commercial))

    def files_visible_to(self, user: User) -> Self:
        """The signed paper names its firms, which the page may hide: it is opened where firm data is read."""
        grants = grants_of(user)
        mine = AgreementParty.objects.filter(organisation__in=grants.organisations).values("agreement")
        may_read = Q(programme__in=grants.in_programmes(Can.READ_FIRMS)) | Q(pk__in=mine)
        firms = AgreementParty.objects.filter(organisation__kind__in=FIRM_KINDS).values("agreement")
        return self.visible_to(user).filter(may_read | ~Q(pk__in=firms))

    def for_list(self) -> Self:
        return self.select_related(
            "twinning__emerging", "twinning__advanced", "replaced_by"
        ).prefetch_related("parties__organisation")

    def in_force_on(self, day: dt.date) -> Self:
        """Signed by ``day`` and not ended; one without a stated end counts, and says so (``force_on``)."""
        return (
            self.filter(attempted_only=False)
            .filter(Q(valid_from__lte=day) | Q(valid_from=None, signed_first__lte=day))
            .filter(Q(valid_to=None) | Q(valid_to__gte=day))
            .filter(Q(ended_on=None) | Q(ended_on__gt=day))
        )

    def between_bodies(self) -> Self:
        """Those that the programme may tell of: no firm is a party, and they are not of a kind that firms make."""
        firms = AgreementParty.objects.filter(organisation__kind__in=FIRM_KINDS).values("agreement")
        return self.exclude(kind__in=BETWEEN_FIRMS).exclude(pk__in=firms)


class Agreement(VersionedModel):
    """What two or more organisations agreed, or tried to. Overlapping agreements are legal."""

    class Kind(models.TextChoices):
        CA = "ca", _("cooperation agreement")
        MOU = "mou", _("memorandum of understanding")
        LOI = "loi", _("letter of intent")
        TWINNING = "twinning", _("twinning agreement")
        TECHNOLOGY = "technology-transfer", _("technology transfer agreement")
        OUTSOURCING = "outsourcing", _("outsourcing agreement")

    class Renewal(models.TextChoices):
        NOT_STATED = "", _("not stated")
        RENEWED = "renewed", _("renewed")
        NOT_RENEWED = "not-renewed", _("not renewed")
        REPLACED = "replaced", _("replaced")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="agreements")
    twinning = models.ForeignKey(
        Twinning, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("twinning")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)
    areas = models.TextField(_("areas of cooperation"), blank=True, help_text=_("One on a line."))
    attempted_only = models.BooleanField(
        _("attempted, never signed"), default=False, help_text=_("It was sought and given up.")
    )
    signed = EdtfField(_("signed"), help_text=_("As far as it is known: 2008, 2008-06 or 2008-06-24."))
    signed_first = models.DateField(null=True, editable=False)
    signed_last = models.DateField(null=True, editable=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day."))
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    validity_text = models.CharField(_("validity as stated"), max_length=200, blank=True)
    renewal = models.CharField(
        _("renewal"), max_length=12, choices=Renewal.choices, blank=True, default=Renewal.NOT_STATED
    )
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )
    outcome = models.TextField(_("what became of it"), blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        ordering = ["signed_first", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(attempted_only=False) | Q(signed="", valid_from=None, valid_to=None),
                name="agreement_never_signed_has_no_dates",
                violation_error_message=_("An agreement that was never signed has no date of signature."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def force_on(self, day: dt.date) -> Force:
        return force_on(
            day,
            was_signed=not self.attempted_only,
            valid_from=self.valid_from or self.signed_first,
            valid_to=self.valid_to,
            ended_on=self.ended_on,
        )


_M = TypeVar("_M", bound=models.Model)


class OfAgreementQuerySet(ScopedQuerySet[_M]):
    def visible_to(self, user: User) -> Self:
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


class AgreementParty(VersionedModel):
    """Who signed, for which side, and who supported without signing."""

    class Role(models.TextChoices):
        SIGNATORY = "signatory", _("signatory")
        SUPPORTER = "supporter", _("supporter, did not sign")

    class Side(models.TextChoices):
        EMERGING = "emerging", _("emerging side")
        ADVANCED = "advanced", _("advanced side")
        PROGRAMME = "programme", _("programme")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="agreement_roles")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.SIGNATORY)
    side = models.CharField(_("side"), max_length=10, choices=Side.choices)
    chapter = models.CharField(_("chapter"), max_length=120, blank=True)

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        ordering = ["agreement_id", "-side", "role", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="agreement_party_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"

    @property
    def history_programme_id(self) -> int | None:
        return self.agreement.programme_id


class AgreementClaim(VersionedModel):
    """What a source says about an agreement where sources disagree. One is preferred, none is lost."""

    class About(models.TextChoices):
        SIGNED = "signed", _("date of signature")
        VALIDITY = "validity", _("validity")
        PARTIES = "parties", _("parties")
        OTHER = "other", _("other")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="claims")
    about = models.CharField(_("about"), max_length=10, choices=About.choices)
    statement = models.CharField(_("what it says"), max_length=300)
    edtf = EdtfField(_("as a date"))
    source = models.CharField(_("source"), max_length=300)
    preferred = models.BooleanField(_("preferred"), default=False)

    WRITTEN: Sequence[str] = ("about", "statement", "edtf", "source")

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        ordering = ["agreement_id", "about", "-preferred", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "about"],
                condition=Q(preferred=True),
                name="agreement_one_preferred_claim",
                violation_error_message=_("Another claim is preferred already."),
            )
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def dates(self) -> dict[str, Any]:
        """The fields of the agreement that this claim states, with what it says; {} where it gives no date.

        A claim about validity that gives one date gives the end.
        """
        if not self.edtf or self.about not in (self.About.SIGNED, self.About.VALIDITY):
            return {}
        if self.about == self.About.SIGNED:
            return {"signed": self.edtf}
        segments = periods.from_edtf(self.edtf)
        starts = [segment.start for segment in segments]
        ends = [segment.end for segment in segments]
        found: dict[str, Any] = {"valid_to": None if None in ends else max(filter(None, ends))}
        if "/" in self.edtf:
            found["valid_from"] = None if None in starts else min(filter(None, starts))
        return found

    @property
    def history_programme_id(self) -> int | None:
        return self.agreement.programme_id
