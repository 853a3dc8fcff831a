"""How a programme sets up its reports: what it adds to their sections, and how they are laid out."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models.results import ReportingPeriod
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel

MOST_NARRATIVE = 4000


class NarrativeQuerySet(ScopedQuerySet["Narrative"]):
    def visible_to(self, user: User) -> Self:
        """Who reads drafts of the report in which it will stand, and who may ask for that report."""
        grants, readers = grants_of(user), (Can.READ_DRAFTS, Can.REPORT)
        wide = {pk for can in readers for pk in grants.in_programmes(can)}
        near = {pk for can in readers for pk in grants.in_clusters(can)}
        return self.filter(Q(programme__in=wide) | Q(programme__in=grants.programmes, cluster__in=near))

    def history_near(self, user: User) -> Self:
        return self.filter(cluster__in=grants_of(user).in_clusters(Can.READ_HISTORY))

    def for_list(self) -> Self:
        return self.select_related("programme", "cluster", "period__programme")


class Narrative(VersionedModel):
    """A text that a programme adds to a section of a kind of report, on one cluster or on the whole.

    With a period it is about that period; without one it stands in every report.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="narratives")
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="narratives", verbose_name=_("cluster")
    )
    kind = models.CharField(_("kind"), max_length=20)
    section = models.CharField(_("section"), max_length=30)
    period = models.ForeignKey(
        ReportingPeriod,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="narratives",
        verbose_name=_("period"),
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    text = models.TextField(
        _("text"), max_length=MOST_NARRATIVE, validators=[MaxLengthValidator(MOST_NARRATIVE)]
    )

    objects = NarrativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a report")
        ordering = ["programme_id", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                "programme",
                "kind",
                "section",
                "language",
                Coalesce("cluster", 0),
                Coalesce("period", 0),
                name="narrative_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.section}: {self.period or self.cluster or self.programme}"


class ReportLayoutQuerySet(ScopedQuerySet["ReportLayout"]):
    def visible_to(self, user: User) -> Self:
        grants = grants_of(user)
        seen = {
            programme
            for programme in grants.programmes
            if any(grants.anywhere(can, programme) for can in (Can.READ_DRAFTS, Can.REPORT))
        }
        return self.filter(programme__in=seen)

    def for_list(self) -> Self:
        return self.select_related("programme")


class ReportLayout(VersionedModel):
    """How a programme lays out a kind of report. Its logo is the one file that belongs to it."""

    WRITTEN = ("order", "left_out", "accent", "subtitle", "logo_alt", "language", "shows_qr")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="report_layouts")
    kind = models.CharField(_("kind"), max_length=20)
    order = models.JSONField(_("order of sections"), default=list, blank=True)
    left_out = models.JSONField(_("sections left out"), default=list, blank=True)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        help_text=_("As # and six digits, such as #0b5a6b; dark enough to be read on white."),
    )
    subtitle = models.CharField(
        _("line on the cover"), max_length=200, blank=True, help_text=_("Under the title.")
    )
    logo_alt = models.CharField(
        _("the logo in words"),
        max_length=200,
        blank=True,
        help_text=_("What a reader hears who does not see it: “UNIDO”, not “logo”."),
    )
    language = models.CharField(
        _("usual language"),
        max_length=8,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Offered to who asks for the report."),
    )
    shows_qr = models.BooleanField(
        _("QR code on the cover"),
        default=True,
        help_text=_("It leads to the page on which everybody can verify a copy."),
    )

    objects = ReportLayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("layout of a report")
        ordering = ["programme_id", "kind"]
        constraints = [models.UniqueConstraint(fields=["programme", "kind"], name="report_layout_once")]

    def __str__(self) -> str:
        return str(_("Layout of %(kind)s") % {"kind": self.kind})
