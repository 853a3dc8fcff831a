from __future__ import annotations

from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from diagnostics.rules.forms import Form, form_of
from diagnostics.rules.kinds import Kind
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel


class QuestionnaireQuerySet(ScopedQuerySet["Questionnaire"]):
    def visible_to(self, user: User) -> Self:
        """Those of the library and those of one's programmes, for all who read studies somewhere."""
        grants = grants_of(user)
        readers = {
            programme for programme in grants.programmes if grants.anywhere(Can.READ_STUDIES, programme)
        }
        if not readers:
            return self.none()
        return self.filter(Q(programme=None) | Q(programme__in=readers))

    def for_list(self) -> Self:
        return self.select_related("programme").prefetch_related(
            models.Prefetch("versions", QuestionnaireVersion.objects.defer("definition"))
        )


class Questionnaire(VersionedModel):
    """A set of questions of one kind. ``programme`` None: of the library that comes with the application."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="questionnaires"
    )
    slug = models.SlugField(_("short name in addresses"), unique=True, max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersionQuerySet(ScopedQuerySet["QuestionnaireVersion"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(questionnaire__in=Questionnaire.objects.visible_to(user).order_by().values("pk"))

    def current(self) -> Self:
        return self.filter(status=QuestionnaireVersion.Status.PUBLISHED)


class QuestionnaireVersion(VersionedModel):
    """One wording of a questionnaire. Once published it is never changed, only retired: answers point to it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("in use")
        RETIRED = "retired", _("retired")

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    definition = models.JSONField(_("definition"))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("in use since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = QuestionnaireVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a questionnaire")
        ordering = ["questionnaire_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once"),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(status="published"), name="questionnaire_one_in_use"
            ),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(status="draft"), name="questionnaire_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return _("%(title)s, version %(number)d") % {"title": self.questionnaire, "number": self.number}

    @property
    def history_programme_id(self) -> int | None:
        return self.questionnaire.programme_id

    @cached_property
    def form(self) -> Form:
        """The definition, read. A version that was saved has a sound one."""
        return form_of(self.definition)
