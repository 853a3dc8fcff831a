from __future__ import annotations

import zlib
from typing import Any, Self, TypeVar

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models.results import Indicator, ReportingPeriod, money, quantity
from monitoring.rules.values import State, Value
from twinning.core.access import ScopedQuerySet
from twinning.core.models import Change, User, VersionedModel

_M = TypeVar("_M", bound=models.Model)


class ClosingQuerySet(ScopedQuerySet["Closing"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(period__programme__in=grants_of(user).in_programmes(Can.READ_RESULTS))

    def history_near(self, user: User) -> Self:
        return self.filter(cluster__in=grants_of(user).in_clusters(Can.READ_HISTORY))

    def for_list(self) -> Self:
        return self.select_related("period__programme", "cluster", "submitted_by", "approved_by")


class Closing(VersionedModel):
    """A period of one cluster, or (without one) of the programme: entered, handed in, approved by another person.

    Once it is closed its figures are frozen with their evidence (``FrozenFigure``). ``revision`` counts the
    restatements since.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        SUBMITTED = "submitted", _("handed in")
        CLOSED = "closed", _("closed")

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="closings")
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="closings", verbose_name=_("cluster")
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.OPEN, editable=False
    )
    remark = models.TextField(_("returned because"), blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing")
        ordering = ["period__first", "cluster__name", "id"]
        constraints = [
            models.UniqueConstraint("period", Coalesce("cluster", 0), name="closing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.cluster or self.period.programme}"

    @property
    def history_programme_id(self) -> int | None:
        return self.period.programme_id


class OfClosingQuerySet(ScopedQuerySet[_M]):
    def visible_to(self, user: User) -> Self:
        seen = grants_of(user).in_programmes(Can.READ_RESULTS)
        return self.filter(closing__period__programme__in=seen)


class OfFrozenQuerySet(ScopedQuerySet["FrozenMember"]):
    def visible_to(self, user: User) -> Self:
        """Nobody reads who was counted from here: persons and firms are read where they stand."""
        return self.none()


class FrozenFigure(models.Model):
    """A figure as it stood when its period was closed, or restated: never edited, a restatement makes another.

    ``evidence`` is a packed list of the records that it counts, as they were: {"id", "title", "when", "counts",
    "note"}. ``rule`` is how it was counted then. ``parts`` are its divisions, as those of a measurement: each by one
    dimension or by two. None: it was not divided when it was closed.

    ``repeated`` is how many of its persons or firms an earlier closed period counts too, so that a figure to date is
    the sum of closed ones without these. It is kept up when another period is closed or restated, and is no part of
    what was closed. None: it is not known, and the figure is no part of such a sum.
    """

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="frozen")
    revision = models.PositiveSmallIntegerField()
    current = models.BooleanField(default=True)
    rule = models.JSONField(null=True)
    state = models.CharField(max_length=16)
    number, low, high = quantity("number"), quantity("low"), quantity("high")
    word = models.CharField(max_length=100, blank=True)
    amount = money("amount")
    spent = models.JSONField(default=list)
    records = models.PositiveIntegerField(default=0)
    firms = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(null=True, editable=False)
    source = models.TextField(blank=True)
    parts = models.JSONField(null=True)
    evidence = models.BinaryField(default=b"")

    objects = OfClosingQuerySet["FrozenFigure"].as_manager()

    class Meta:
        verbose_name = _("frozen figure")
        ordering = ["closing_id", "indicator_id", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "indicator"], condition=Q(current=True), name="frozen_figure_current_once"
            ),
            models.UniqueConstraint(
                fields=["closing", "indicator", "revision"], name="frozen_figure_of_a_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closing} {self.indicator.code}"

    @property
    def value(self) -> Value:
        return Value(State(self.state), self.number, self.low, self.high, self.word)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The records that the figure counts, as they were."""
        return orjson.loads(zlib.decompress(self.evidence)) if self.evidence else []

    @staticmethod
    def packed(lines: list[dict[str, Any]]) -> bytes:
        return zlib.compress(orjson.dumps(lines), 6)


class FrozenMember(models.Model):
    """A person or firm (``ref``, by id) that a closed figure counts, or whose money it tells.

    Who was counted once is not counted again in a figure to date. ``place`` is the cluster of the figure by id, or
    ``EVERYWHERE``: a page asks of each who came lately whether they were counted there before.
    """

    EVERYWHERE = 0  # the programme

    figure = models.ForeignKey(FrozenFigure, models.PROTECT, related_name="members")
    ref = models.BigIntegerField()
    place = models.BigIntegerField()

    objects = OfFrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a frozen figure")
        # The place follows from the figure; it stands there so that the index finds a person in a place at once.
        constraints = [models.UniqueConstraint(fields=["ref", "place", "figure"], name="frozen_member_once")]

    def __str__(self) -> str:
        return f"{self.figure_id}: {self.ref}"


class ClosingTouch(models.Model):
    """A record of a closed period was changed after it was closed; until it is looked into, figures may differ."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="touches")
    change = models.ForeignKey(Change, models.PROTECT, related_name="+")
    records = models.PositiveIntegerField(default=1)
    settled_at = models.DateTimeField(null=True)

    objects = OfClosingQuerySet["ClosingTouch"].as_manager()

    class Meta:
        verbose_name = _("change after the closing")
        ordering = ["closing_id", "id"]
        indexes = [
            models.Index(fields=["closing"], name="touch_unsettled", condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.closing}: {self.change}"


class Restatement(models.Model):
    """A closed figure that was put right: what it was, what it is, why and by whom. Never edited."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="restatements")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="restatements")
    revision = models.PositiveSmallIntegerField()
    before = models.ForeignKey(FrozenFigure, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(FrozenFigure, models.PROTECT, related_name="+")
    reason = models.TextField(_("why"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = OfClosingQuerySet["Restatement"].as_manager()

    class Meta:
        verbose_name = _("restatement")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.closing} {self.indicator.code}"


class ClosingException(VersionedModel):
    """Leave to correct typed values of a closed period until a day; each correction is a restatement."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="exceptions")
    until = models.DateField(_("until"), help_text=_("The last day."))
    reason = models.TextField(_("why"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")

    objects = OfClosingQuerySet["ClosingException"].as_manager()

    class Meta:
        verbose_name = _("exception from a closing")
        ordering = ["closing_id", "-until"]

    def __str__(self) -> str:
        return f"{self.closing} {self.until}"

    @property
    def history_programme_id(self) -> int | None:
        return self.closing.period.programme_id
