from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from activities.rules import Status, status_on
from clusters.models import Cluster, Organisation, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel
from twinning.core.periods import Reading, Segment


class ActivityQuerySet(ScopedQuerySet["Activity"]):
    def visible_to(self, user: User) -> Self:
        """In the programmes and clusters where the role reads activities; else those one took part in."""
        grants = grants_of(user)
        seen = Q(programme__in=grants.in_programmes(Can.READ_ACTIVITIES))
        if near := grants.in_clusters(Can.READ_ACTIVITIES):
            seen |= Q(pk__in=ActivityCluster.objects.filter(cluster__in=near).values("activity"))
        if own := grants.in_organisations(Can.READ_ACTIVITIES):
            took_part = Participation.objects.filter(organisation__in=own).values("activity")
            had_a_part = ActivityOrganisation.objects.filter(organisation__in=own).values("activity")
            seen |= Q(programme__in=grants.programmes) & (Q(pk__in=took_part) | Q(pk__in=had_a_part))
        return self.filter(seen, removed_at=None)

    def files_visible_to(self, user: User) -> Self:
        """Evidence names people (attendance lists, photographs): it is opened where people are read."""
        grants = grants_of(user)
        near = ActivityCluster.objects.filter(cluster__in=grants.in_clusters(Can.READ_PEOPLE))
        return self.visible_to(user).filter(
            Q(programme__in=grants.in_programmes(Can.READ_PEOPLE)) | Q(pk__in=near.values("activity"))
        )

    def history_near(self, user: User) -> Self:
        near = ActivityCluster.objects.filter(cluster__in=grants_of(user).in_clusters(Can.READ_HISTORY))
        return self.filter(pk__in=near.values("activity"))

    def changeable_by(self, user: User) -> Self:
        """Those of the visible that ``permissions.can_change`` allows to change."""
        grants = grants_of(user)
        near = ActivityCluster.objects.filter(cluster__in=grants.in_clusters(Can.LOG))
        return self.visible_to(user).filter(
            Q(programme__in=grants.in_programmes(Can.LOG)) | Q(pk__in=near.values("activity"))
        )

    def removed_for(self, user: User) -> Self:
        """Those taken out of the log that the user may put back."""
        grants = grants_of(user)
        near = ActivityCluster.objects.filter(cluster__in=grants.in_clusters(Can.LOG)).values("activity")
        mine = Q(programme__in=grants.in_programmes(Can.LOG)) | Q(pk__in=near) | Q(merged_into__in=near)
        return self.filter(mine, removed_at__isnull=False)

    def for_list(self) -> Self:
        return self.prefetch_related("cluster_links__cluster", "organisation_links__organisation")

    def with_status(self, day: dt.date) -> Self:
        """Adds ``status_now``: the same as ``rules.status_on`` for each row, for filters and counts."""
        return self.annotate(
            status_now=Case(
                When(~Q(status_set=""), then=F("status_set")),
                When(
                    Q(period_start=None) | Q(period_end=None),
                    period_open=False,
                    then=Value(Status.UNDATED.value),
                ),
                When(period_start__gt=day, then=Value(Status.PLANNED.value)),
                When(period_tentative=True, then=Value(Status.DUE.value)),
                When(period_open=False, period_end__lte=day, then=Value(Status.DONE.value)),
                default=Value(Status.ONGOING.value),
                output_field=models.CharField(),
            )
        )

    def derived(self, status: str, day: dt.date) -> Self:
        """Those whose period gives this status on ``day``, where none was set by hand.

        Says the same as ``status_now`` in conditions on plain columns, which indexes answer.
        """
        after, until = Q(period_start__gt=day), Q(period_start__lte=day)
        is_open, sure = Q(period_open=True), Q(period_tentative=False)
        closed = Q(period_open=False, period_start__isnull=False, period_end__isnull=False)
        begun = is_open & (Q(period_start=None) | until) | closed & until
        told = {
            Status.PLANNED.value: (is_open | closed) & after,
            Status.DUE.value: Q(period_tentative=True) & begun,
            Status.ONGOING.value: sure & begun & (is_open | Q(period_end__gt=day)),
            Status.DONE.value: sure & closed & Q(period_end__lte=day),
            Status.UNDATED.value: Q(period_open=False) & (Q(period_start=None) | Q(period_end=None)),
        }
        return self.filter(told[status], status_set="") if status in told else self.none()

    def set_by_hand(self, status: str) -> Self:
        # Said twice, since an index holds those that are not blank.
        return self.filter(~Q(status_set=""), status_set=status)

    def having(self, status: str, day: dt.date) -> Self:
        """Those that have this status on ``day``, set by hand or derived."""
        return self.set_by_hand(status) | self.derived(status, day)

    def overlapping(self, first: dt.date | None, last: dt.date | None) -> Self:
        """Those whose period may share a day with first..last (inclusive, None open); undated ones share
        none.
        """
        rows = self.filter(Q(period_start__isnull=False) | Q(period_open=True))
        if first:
            rows = rows.filter(Q(period_open=True) | Q(period_end__gte=first))
        if last:
            rows = rows.filter(Q(period_start=None) | Q(period_start__lte=last))
        return rows


class Activity(VersionedModel):
    """Something the programme does or did, with its period as people wrote it beside how it is read.

    ``period_text`` is what was written. ``period_segments`` is its reading (``core.periods``): a list of
    {start, end, precision, …}. ``period_start`` and ``period_end`` are the first and last possible day of all
    segments; ``period_open`` says that it has no end. Blank text means: not stated.
    """

    class Kind(models.TextChoices):
        TB = "TB", _("Trust-building")
        PR = "PR", _("Preparatory")
        NT = "NT", _("Non-twinning capability building")
        LH = "LH", _("Low-hanging twinning")
        LR = "LR", _("Long-run twinning")

    class Format(models.TextChoices):
        """What one would have seen who walked in. Tables 9 and 10 count workshops, visits, fairs by it."""

        WORKSHOP = "workshop", _("workshop or seminar")
        TRAINING = "training", _("training course")
        ON_SITE = "on-site", _("training on site, in firms")
        VISIT = "visit", _("visit or study tour")
        FAIR = "fair", _("fair or exhibition")
        SHOW = "technology-show", _("technology transfer show")
        MEETING = "meeting", _("meeting")
        STUDY = "study", _("study or assessment")
        OTHER = "other", _("something else")

    class Side(models.TextChoices):
        EMERGING = "emerging", _("in the emerging cluster")
        ADVANCED = "advanced", _("in the advanced cluster")
        BOTH = "both", _("in both")

    class StatusSet(models.TextChoices):
        DERIVED = "", _("from the period")
        PLANNED = "planned", _("planned")
        ONGOING = "ongoing", _("ongoing")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    class Origin(models.TextChoices):
        LOGGED = "logged", _("logged")
        IMPORTED = "imported", _("imported")
        API = "api", _("partner system")

    # The indexes below begin with the programme, so it needs none of its own.
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="activities", db_index=False)
    clusters = models.ManyToManyField(Cluster, through="ActivityCluster", related_name="activities")
    title = models.CharField(_("activity"), max_length=500)
    kind = models.CharField(_("type"), max_length=2, choices=Kind.choices, blank=True)
    format = models.CharField(_("format"), max_length=15, choices=Format.choices, blank=True)
    tags = models.CharField(_("tags"), max_length=80, blank=True)
    side = models.CharField(_("held"), max_length=8, choices=Side.choices, blank=True)
    link_class = models.CharField(_("link"), max_length=3, blank=True, editable=False)
    objective = models.TextField(_("objective"), blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    support_share = models.DecimalField(
        _("support share"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("Per cent.")
    )
    status_set = models.CharField(
        _("status"), max_length=9, choices=StatusSet.choices, blank=True, default=StatusSet.DERIVED
    )
    note = models.TextField(_("note"), blank=True)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices, default=Origin.LOGGED)

    period_text = models.CharField(_("period"), max_length=500, blank=True)
    period_edtf = models.CharField(max_length=500, blank=True, editable=False)
    period_segments = models.JSONField(default=list, blank=True, editable=False)
    period_start = models.DateField(_("first day"), null=True, editable=False)
    period_end = models.DateField(_("last day"), null=True, editable=False)
    period_open = models.BooleanField(default=False, editable=False)
    period_flags = models.JSONField(default=list, blank=True, editable=False)
    period_reading = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Reasons and alternatives of the reading."
    )
    period_doubtful = models.BooleanField(default=False, editable=False)
    period_tentative = models.BooleanField(_("called tentative"), default=False, editable=False)
    period_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    period_confirmed_at = models.DateTimeField(null=True, editable=False)
    # Kept by ``services.places`` with every link that is made or taken off.
    cluster_count = models.PositiveSmallIntegerField(default=0, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("made one with"),
    )
    # What the merge took over, so that it can be undone: see ``services.joint``.
    merge_undo = models.JSONField(default=dict, blank=True, editable=False)

    objects = ActivityQuerySet.as_manager()
    unrecorded = frozenset({"cluster_count"})

    class Meta:
        verbose_name = _("activity")
        ordering = ["period_start", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(support_share=None) | Q(support_share__gte=0, support_share__lte=100),
                name="activity_share_is_per_cent",
                violation_error_message=_("The support share is between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(period_start=None) | Q(period_end=None) | Q(period_end__gte=F("period_start")),
                name="activity_period_in_order",
                violation_error_message=_("The period ends before it starts."),
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "period_start", "id"], name="activity_by_start"),
            models.Index(fields=["programme", "id"], name="activity_of_programme"),
            models.Index(fields=["programme", "updated_at", "id"], name="activity_by_change"),
            models.Index(
                fields=["programme", "id"], name="activity_doubtful", condition=Q(period_doubtful=True)
            ),
            models.Index(fields=["programme", "period_end", "id"], name="activity_by_end"),
            models.Index(fields=["programme", "kind", "id"], name="activity_by_kind"),
            models.Index(fields=["programme", "format", "id"], name="activity_by_format"),
            models.Index(fields=["programme", "origin", "id"], name="activity_by_origin"),
            models.Index(
                fields=["programme", "status_set", "period_start", "id"],
                name="activity_status_set",
                condition=~Q(status_set=""),
            ),
            models.Index(
                fields=["programme", "id"], name="activity_tentative", condition=Q(period_tentative=True)
            ),
            models.Index(fields=["programme", "id"], name="activity_open", condition=Q(period_open=True)),
            models.Index(
                fields=["programme", "id"],
                name="activity_undated",
                condition=Q(period_start=None) | Q(period_end=None),
            ),
            models.Index(
                fields=["programme", "period_start", "id"],
                name="activity_joint",
                condition=Q(cluster_count__gt=1),
            ),
            models.Index(
                fields=["programme", "removed_at"],
                name="activity_removed",
                condition=Q(removed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def status_on(self, day: dt.date) -> Status:
        return status_on(
            day,
            start=self.period_start,
            end=self.period_end,
            is_open=self.period_open,
            status_set=self.status_set,
            tentative=self.period_tentative,
        )

    @property
    def reading(self) -> Reading:
        """How the printed text was read at first; what a person made of it stands in the columns."""
        if not self.period_reading:
            return Reading(self.period_text, tuple(Segment.from_json(item) for item in self.period_segments))
        return Reading.from_json(self.period_reading)


class ActivityClusterQuerySet(ScopedQuerySet["ActivityCluster"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(activity__in=Activity.objects.visible_to(user).values("pk"))


class ActivityCluster(models.Model):
    """An activity in the list of one cluster. A joint event stands in several lists and is one activity.

    Each cluster's sheet prints it with a number and words of its own: ``printed_title`` and
    ``printed_period`` hold them where they differ from the activity's.
    """

    class NumberSource(models.TextChoices):
        PRINTED = "printed", _("printed")
        ROW_ORDER = "row-order", _("row order")
        ASSIGNED = "assigned", _("assigned")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="cluster_links")
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="activity_links")
    number = models.PositiveIntegerField(_("number"))
    number_source = models.CharField(
        max_length=10, choices=NumberSource.choices, default=NumberSource.ASSIGNED
    )
    printed_title = models.CharField(_("title as printed"), max_length=500, blank=True)
    printed_period = models.CharField(_("date as printed"), max_length=500, blank=True)

    objects = ActivityClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a cluster's list")
        ordering = ["cluster_id", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "cluster"], name="activity_once_in_a_cluster")
        ]
        indexes = [
            models.Index(fields=["cluster", "number"], name="activity_by_number"),
            models.Index(fields=["cluster", "activity"], name="activity_of_cluster"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster} {self.number}"

    @property
    def history_programme_id(self) -> int | None:
        return self.activity.programme_id


class ActivityOrganisationQuerySet(ScopedQuerySet["ActivityOrganisation"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(
            activity__in=Activity.objects.visible_to(user).values("pk"),
            organisation__in=Organisation.objects.visible_to(user).values("pk"),
        )


class ActivityOrganisation(models.Model):
    """An organisation's part in an activity as a whole; who came is a participation."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("organiser")
        PARTNER = "partner", _("partner")
        HOST = "host", _("host")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="organisation_links")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="activity_links")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.ORGANISER)

    objects = ActivityOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organiser or partner")
        ordering = ["activity_id", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "organisation", "role"], name="activity_organisation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_role_display()}"

    @property
    def history_programme_id(self) -> int | None:
        return self.activity.programme_id


from activities.models.participation import Participation  # noqa: E402
