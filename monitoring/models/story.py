from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Organisation, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel


class ImpactStoryQuerySet(ScopedQuerySet["ImpactStory"]):
    def visible_to(self, user: User) -> Self:
        """Published ones by all who read results; those with consent by who evaluates; all by who edits there."""
        grants = grants_of(user)
        published = Q(programme__in=grants.in_programmes(Can.READ_RESULTS), published_at__isnull=False)
        consented = Q(
            programme__in=grants.in_programmes(Can.EVALUATE),
            consent_on__isnull=False,
            consent_withdrawn_on=None,
        )
        return self.filter(published | consented | self._edited_by(user))

    def files_visible_to(self, user: User) -> Self:
        """The paper of a consent names and is signed by the person: it is opened by who edits the story."""
        return self.filter(self._edited_by(user))

    def history_near(self, user: User) -> Self:
        return self.filter(cluster__in=grants_of(user).in_clusters(Can.EDIT))

    def for_list(self) -> Self:
        return self.select_related("programme", "cluster", "organisation")

    def consented(self) -> Self:
        return self.filter(consent_on__isnull=False, consent_withdrawn_on=None)

    def _edited_by(self, user: User) -> Q:
        grants = grants_of(user)
        near = Q(cluster__in=grants.in_clusters(Can.EDIT))
        return Q(programme__in=grants.in_programmes(Can.EDIT)) | near


class ImpactStory(VersionedModel):
    """What somebody says that the programme changed, with a figure before and after.

    Published only while the consent of the person stands. ``names_allowed``: whether the consent covers the names of
    person and firm; without it a reader is told the cluster alone.
    """

    class How(models.TextChoices):
        WRITTEN = "written", _("in writing, signed")
        EMAIL = "e-mail", _("by e-mail")
        SPOKEN = "spoken", _("spoken, before a witness")
        RECORDED = "recorded", _("recorded")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="stories")
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="stories", verbose_name=_("cluster")
    )
    title = models.CharField(_("title"), max_length=200)
    quote = models.TextField(_("quote"), help_text=_("In the person’s own words."))
    text = models.TextField(_("the story"), blank=True, help_text=_("What happened, in your words."))
    speaker = models.CharField(_("who speaks"), max_length=150)
    position = models.CharField(_("position"), max_length=150, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name=_("organisation"),
    )
    measure = models.CharField(
        _("what changed"), max_length=200, blank=True, help_text=_("Such as rejection in process.")
    )
    before = models.DecimalField(_("before"), max_digits=18, decimal_places=4, null=True, blank=True)
    after = models.DecimalField(_("after"), max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("Who measured or said the figures, and when.")
    )
    consent_by = models.CharField(_("consent given by"), max_length=150, blank=True, editable=False)
    consent_on = models.DateField(_("consent given on"), null=True, editable=False)
    consent_how = models.CharField(
        _("how consent was given"), max_length=8, choices=How.choices, blank=True, editable=False
    )
    consent_note = models.CharField(_("what it covers"), max_length=300, blank=True, editable=False)
    names_allowed = models.BooleanField(_("names may be told"), default=False, editable=False)
    consent_withdrawn_on = models.DateField(_("consent withdrawn on"), null=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")

    WRITTEN = (
        "cluster",
        "title",
        "quote",
        "text",
        "speaker",
        "position",
        "organisation",
        "measure",
        "before",
        "after",
        "unit",
        "source",
    )

    objects = ImpactStoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("impact story")
        verbose_name_plural = _("impact stories")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(consent_on__isnull=False, consent_withdrawn_on=None),
                name="story_published_with_consent",
                violation_error_message=_("A story is published only with the consent of the person."),
            ),
            models.CheckConstraint(
                condition=Q(before=None, after=None) | ~Q(measure=""),
                name="story_figures_say_of_what",
                violation_error_message=_("Say what the figures measure."),
            ),
            models.CheckConstraint(
                condition=Q(consent_withdrawn_on=None) | Q(consent_withdrawn_on__gte=F("consent_on")),
                name="story_withdrawn_after_given",
                violation_error_message=_("Consent cannot be withdrawn before it was given."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_consent(self) -> bool:
        return self.consent_on is not None and self.consent_withdrawn_on is None

    def attribution(self, *, named: bool) -> str:
        """Whose words they are; without ``named`` only from which cluster."""
        if named:
            parts = [self.speaker, self.position, str(self.organisation) if self.organisation_id else ""]
            return ", ".join(part for part in parts if part)
        if self.cluster is None:
            return _now("somebody from the programme, not named")
        return _now("somebody from %(cluster)s, not named") % {"cluster": self.cluster}
