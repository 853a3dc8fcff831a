from __future__ import annotations

import uuid
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Organisation, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from diagnostics.models.questionnaire import QuestionnaireVersion
from diagnostics.rules.kinds import CASES, STUDIES, Kind
from diagnostics.rules.review import OPEN, Status
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel

_M = TypeVar("_M", bound=models.Model)


def readable(user: User, prefix: str = "") -> Q:
    """The forms that a user may read: those of a cluster or programme where studies are read, those about an own
    firm once they were submitted, and those that one fills oneself while one may still file in that cluster.

    Approved cases about no cluster and no firm of the programme are its library, for all who read studies somewhere.

    ``prefix``: the way from the model at hand to the submission, such as "submission__".
    """
    grants = grants_of(user)
    wide = Q(**{f"{prefix}programme__in": grants.in_programmes(Can.READ_STUDIES)})
    near = Q(**{f"{prefix}cluster__in": grants.in_clusters(Can.READ_STUDIES)})
    own = Q(**{f"{prefix}organisation__in": grants.in_organisations(Can.READ_STUDIES)}) & ~Q(
        **{f"{prefix}status__in": [*OPEN, Status.WITHDRAWN]}
    )
    library = Q(
        **{
            f"{prefix}programme__in": [
                pk for pk in grants.programmes if grants.anywhere(Can.READ_STUDIES, pk)
            ],
            f"{prefix}kind__in": CASES,
            f"{prefix}status": Status.APPROVED,
            f"{prefix}cluster": None,
            f"{prefix}organisation": None,
        }
    )
    return wide | near | own | library


def reads_closed_topics(user: User, submission: Submission) -> bool:
    """Topics that a side does not discuss are read on that side and by those who run the programme."""
    grants = grants_of(user)
    return (Can.MANAGE, submission.programme_id) in grants.wide or (
        submission.cluster_id is not None and (Can.READ_STUDIES, submission.cluster_id) in grants.near
    )


class SubmissionQuerySet(ScopedQuerySet["Submission"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(readable(user))

    def for_list(self) -> Self:
        """Without the answers, which may be as long as a book."""
        return self.select_related(
            "programme", "cluster", "organisation", "questionnaire_version__questionnaire", "created_by"
        ).defer("answers", "revisions", "clashes", "questionnaire_version__definition")

    def studies(self) -> Self:
        return self.filter(kind__in=STUDIES)

    def in_force(self) -> Self:
        """Approved, and not superseded by a revision that was approved."""
        return self.filter(status=Status.APPROVED)


class Submission(VersionedModel):
    """A questionnaire as somebody fills it: a study of a cluster, an assessment of a firm, a case.

    ``answers``: {path: value}, see ``rules.answers``; ``revisions``: {path: version that wrote it last};
    ``clashes``: {path: [{"value", "by", "at", "device"}]}, what another device typed over an answer that had
    changed meanwhile, kept until a person chose. ``key`` is the id that the device gave it before the server knew it.
    """

    class Origin(models.TextChoices):
        FORM = "form", _("filled here")
        IMPORTED = "imported", _("imported")
        API = "api", _("from a partner system")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="submissions")
    questionnaire_version = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, related_name="submissions", verbose_name=_("questionnaire")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name=_("cluster")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("firm"),
    )
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("date"), null=True, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    revises = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="revised_by", verbose_name=_("revises")
    )
    answers = models.JSONField(default=dict, blank=True, editable=False)
    revisions = models.JSONField(default=dict, blank=True, editable=False)
    clashes = models.JSONField(default=dict, blank=True, editable=False)
    answered = models.PositiveIntegerField(_("answered"), default=0, editable=False)
    asked = models.PositiveIntegerField(_("asked"), default=0, editable=False)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.FORM)
    illustrative = models.BooleanField(
        _("illustrative"), default=False, help_text=_("Made up or inferred, to show how it works.")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("filed form")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["programme", "kind", "-id"], name="submission_by_kind"),
            models.Index(fields=["cluster", "kind", "-id"], name="submission_of_cluster"),
            models.Index(fields=["status", "programme"], name="submission_by_status"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stage(self) -> Status:
        return Status(self.status)

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def is_study(self) -> bool:
        return self.kind in STUDIES


class OfSubmissionQuerySet(ScopedQuerySet[_M]):
    """Rows that are read where the form that they stand in is read."""

    def visible_to(self, user: User) -> Self:
        return self.filter(readable(user, "submission__"))


class Remark(VersionedModel):
    """What a reviewer says of an answer (``path``) or of the whole form (""); open until somebody closes it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="remarks")
    path = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("remark"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: Any = OfSubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        ordering = ["submission_id", "id"]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def history_programme_id(self) -> int | None:
        return self.submission.programme_id
