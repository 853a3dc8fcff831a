"""Reads across the models of this room, as frozen values for pages, fragments and reports."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.models import (
    Activity,
    ActivityCluster,
    ActivityOrganisation,
    AnotherEvent,
    Participation,
)
from activities.models.activity import ActivityQuerySet
from activities.rules import SAME_EVENT, SAME_ROW, Status, same_event_score
from clusters.models import Cluster, Organisation, Programme
from clusters.rules import FIRM_KINDS
from twinning.core.charts import Bar, Stretch
from twinning.core.models import User
from twinning.core.pages import COUNT_LIMIT
from twinning.core.periods import Flag, Precision, Reading, Reason, Segment, display

STATUS_KINDS = {
    Status.DONE: "good",
    Status.DUE: "warn",
    Status.ONGOING: "busy",
    Status.PLANNED: "plan",
    Status.CANCELLED: "off",
    Status.UNDATED: "none",
}
# Flags that do not make the reading say more than the text beside it.
_PLAIN = {
    Flag.ONGOING,
    Flag.BLANK,
    Flag.UNKNOWN,
    Flag.YEAR_SHARED,
    Flag.TENTATIVE,
    Flag.AT_OR_AFTER_STATUS_DATE,
}


@dataclass(frozen=True, slots=True)
class Place:
    """The activity in one cluster's list, with the words of that list where they are its own."""

    cluster_id: int
    slug: str
    name: str
    number: int
    title: str
    period: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log. ``reading`` is "" where the text says the same by itself."""

    id: int
    title: str
    places: tuple[Place, ...]
    place: Place | None  # the one whose list is shown
    kind: str
    kind_label: str
    period: str
    reading: str
    doubtful: bool
    status: Status
    status_kind: str

    @property
    def is_joint(self) -> bool:
        return len(self.places) > 1


def with_places(rows: ActivityQuerySet) -> ActivityQuerySet:
    """The activities with their clusters, in one query more."""
    links = ActivityCluster.objects.select_related("cluster")
    return rows.select_related(None).prefetch_related(Prefetch("cluster_links", links))


def log_row(activity: Activity, day: dt.date, cluster_id: int | None = None) -> LogRow:
    """One activity as the log of ``cluster_id`` (or of the programme) shows it, with its status on ``day``."""
    places = tuple(
        Place(
            link.cluster_id,
            link.cluster.slug,
            link.cluster.name,
            link.number,
            link.printed_title,
            link.printed_period,
        )
        for link in activity.cluster_links.all()
    )
    place = next((p for p in places if p.cluster_id == cluster_id), None)
    status = activity.status_on(day)
    return LogRow(
        id=activity.pk,
        title=(place and place.title) or activity.title,
        places=places,
        place=place,
        kind=activity.kind,
        kind_label=activity.get_kind_display(),
        period=(place and place.period) or activity.period_text,
        reading=reading_beside(activity),
        doubtful=activity.period_doubtful,
        status=status,
        status_kind=STATUS_KINDS[status],
    )


def segments_of(activity: Activity) -> tuple[Segment, ...]:
    return tuple(Segment.from_json(segment) for segment in activity.period_segments)


def in_words(segments: Sequence[Segment]) -> str:
    """Segments in the reader's language; "" for none."""
    return display(segments, get_language() or "en")


def reading_beside(activity: Activity) -> str:
    """How the period is read, in words, where that is not plain from the text: else ""."""
    flags = {Flag(flag) for flag in activity.period_flags}
    proposed = activity.period_reading.get("segments", activity.period_segments)
    plain = (
        flags <= _PLAIN
        and proposed == activity.period_segments
        and (
            re.search(r"[^\W\d]", activity.period_text) or re.fullmatch(r"\s*\d{4}\s*", activity.period_text)
        )
    )
    return "" if plain or not activity.period_text else in_words(segments_of(activity))


def reasons_in_words(reasons: Iterable[Reason | str]) -> list[str]:
    return [reason.translated(_) if isinstance(reason, Reason) else reason for reason in reasons]


# Counts ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """Activities by status on a day; ``counts`` is None where there are more than COUNT_LIMIT."""

    total: int
    counts: tuple[tuple[Status, int], ...] | None

    @property
    def is_capped(self) -> bool:
        return self.counts is None


def capped_count(rows: QuerySet[Activity] | QuerySet[ActivityCluster]) -> int:
    """How many rows, counted no further than one beyond COUNT_LIMIT."""
    return rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()


def status_counts(rows: ActivityQuerySet, day: dt.date, total: int | None = None) -> StatusCounts:
    """``total`` is their number as ``capped_count`` gives it, where the caller has a cheaper way to know
    it.
    """
    total = capped_count(rows) if total is None else total
    if total > COUNT_LIMIT:
        return StatusCounts(COUNT_LIMIT, None)
    statuses: QuerySet[Any] = rows.with_status(day).order_by()
    found = dict(statuses.values_list("status_now").annotate(n=Count("pk", distinct=True)))
    return StatusCounts(total, tuple((status, found.get(status.value, 0)) for status in Status))


# Who took part ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attendance:
    """Distinct named persons plus headcounts, by sex; and distinct organisations, of which firms."""

    persons: int
    women: int
    men: int
    not_stated: int
    named: int
    organisations: int
    firms: int


def attendance(rows: QuerySet[Participation]) -> Attendance:
    """Count people and firms over participations: a person once however often they are on the list (step
    8).
    """
    named, counted = Q(person__isnull=False), Q(person=None)
    found = rows.order_by().aggregate(
        named=Count("person", distinct=True),
        named_women=Count("person", distinct=True, filter=named & Q(female=1)),
        named_men=Count("person", distinct=True, filter=named & Q(male=1)),
        female=Sum("female", filter=counted, default=0),
        male=Sum("male", filter=counted, default=0),
        unspecified=Sum("unspecified", filter=counted, default=0),
        organisations=Count("organisation", distinct=True),
        firms=Count("organisation", distinct=True, filter=Q(organisation__kind__in=FIRM_KINDS)),
    )
    women, men = found["named_women"] + found["female"], found["named_men"] + found["male"]
    persons = found["named"] + found["female"] + found["male"] + found["unspecified"]
    return Attendance(
        persons=persons,
        women=women,
        men=men,
        not_stated=persons - women - men,
        named=found["named"],
        organisations=found["organisations"],
        firms=found["firms"],
    )


def organisations_of(user: User, activity: Activity) -> list[ActivityOrganisation]:
    """The organisations' parts that the user may see."""
    return list(
        ActivityOrganisation.objects.filter(
            activity=activity, organisation__in=Organisation.objects.visible_to(user).values("pk")
        )
        .select_related("organisation")
        .order_by("role", "organisation__name")
    )


def activities_with(user: User, organisation: Organisation, limit: int) -> list[Activity]:
    """The latest activities that the organisation organised, hosted or partnered, or sent people to."""
    took_part = Participation.objects.visible_to(user).filter(organisation=organisation)
    had_a_part = ActivityOrganisation.objects.filter(organisation=organisation)
    rows = Activity.objects.visible_to(user).filter(
        Q(pk__in=took_part.values("activity")) | Q(pk__in=had_a_part.values("activity"))
    )
    newest = rows.order_by(F("period_start").desc(nulls_last=True), "-pk")
    return list(with_places(newest)[:limit])


# Perhaps one event ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another activity that may be the same event: joint when other clusters list it, else a duplicate."""

    row: LogRow
    score: float
    is_joint: bool


_NEIGHBOURS = 300
_AROUND = dt.timedelta(days=400)


def same_events(user: User, activity: Activity, day: dt.date, limit: int = 3) -> list[Proposal]:
    """What may be the same event as ``activity``, the likeliest first, among what the user may change.

    Looks at no more than the _NEIGHBOURS that start near it, so that it costs the same in any log.
    """
    other_events = AnotherEvent.objects.filter(activity=activity).values("other")
    rows = (
        Activity.objects.changeable_by(user)
        .filter(programme=activity.programme_id)
        .exclude(Q(pk=activity.pk) | Q(pk__in=other_events))
    )
    if activity.period_start is None:
        rows = rows.filter(period_start=None).order_by("-pk")
    else:
        latest = activity.period_end or activity.period_start + _AROUND
        near = Q(period_start__gte=activity.period_start - _AROUND, period_start__lte=latest)
        rows = rows.filter(near).order_by("period_start", "pk")
    mine = {link.cluster_id for link in activity.cluster_links.all()}
    segments = segments_of(activity)
    found = []
    for other in with_places(rows)[:_NEIGHBOURS]:
        score = same_event_score(activity.title, segments, other.title, segments_of(other))
        is_joint = mine.isdisjoint(link.cluster_id for link in other.cluster_links.all())
        if score >= (SAME_EVENT if is_joint else SAME_ROW):
            found.append(Proposal(log_row(other, day), score, is_joint))
    return sorted(found, key=lambda proposal: (-proposal.score, proposal.row.id))[:limit]


def told_apart(user: User, activity: Activity, day: dt.date, limit: int = 20) -> list[LogRow]:
    """Those of which a person said that they are other events, as far as the user may say otherwise."""
    said = AnotherEvent.objects.filter(activity=activity).values("other")
    rows = Activity.objects.changeable_by(user).filter(pk__in=said).order_by("pk")
    return [log_row(other, day) for other in with_places(rows)[:limit]]


# Timeline -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClusterBars:
    """The picture of one cluster: its rows, and the bars of those that have a place in time."""

    cluster: Cluster
    rows: tuple[LogRow, ...]
    bars: tuple[Bar, ...]
    first: dt.date
    last: dt.date
    undated: tuple[LogRow, ...]
    more: bool


def bar_of(activity: Activity, row: LogRow) -> Bar:
    """Its segments as they are drawn; one that ends before it starts cannot be."""
    stretches = tuple(
        Stretch(
            first=segment.start,
            last=segment.end,
            first_known=segment.precision is Precision.DAY,
            last_known=(segment.end_precision or segment.precision) is Precision.DAY,
            doubtful=activity.period_doubtful or segment.approximate or segment.uncertain,
        )
        for segment in segments_of(activity)
        if not segment.invalid
    )
    return Bar(
        label=row.title,
        stretches=stretches,
        number=str(row.place.number) if row.place else "",
        words=" · ".join(part for part in (row.period, row.reading) if part),
        faint=row.status is Status.CANCELLED,
    )


def cluster_bars(
    cluster: Cluster,
    activities: Sequence[Activity],
    *,
    day: dt.date,
    first: dt.date | None,
    last: dt.date | None,
    more: bool = False,
) -> ClusterBars:
    """The rows of one cluster as bars, over whole years around what they span and ``day``, or over
    first..last.
    """
    rows = [log_row(activity, day, cluster.pk) for activity in activities]
    bars = [bar_of(activity, row) for activity, row in zip(activities, rows, strict=True)]
    days = [day]
    for bar in bars:
        days += [edge for stretch in bar.stretches for edge in (stretch.first, stretch.last) if edge]
    begin = first or dt.date(min(days).year, 1, 1)
    end = last or dt.date(max(days).year, 12, 31)
    return ClusterBars(
        cluster=cluster,
        rows=tuple(rows),
        bars=tuple(bar for bar in bars if bar.stretches),
        first=min(begin, end),
        last=max(begin, end),
        undated=tuple(row for row, bar in zip(rows, bars, strict=True) if not bar.stretches),
        more=more,
    )


def doubtful_of(user: User, programme: Programme) -> ActivityQuerySet:
    """The activities whose period waits for the user to say how it is meant."""
    rows = Activity.objects.changeable_by(user).filter(programme=programme, period_doubtful=True)
    return rows.order_by("pk")


# Periods as a person decides them ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """One way to read a period: ``value`` is what the form sends for it."""

    value: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadingView:
    """How a text is read, why, and what else it may mean."""

    words: str
    certain: bool
    reasons: tuple[str, ...]
    choices: tuple[ReadingChoice, ...]
    problems: tuple[str, ...] = ()


def reading_view(reading: Reading, problems: Iterable[Reason] = ()) -> ReadingView:
    choices = [ReadingChoice("proposed", in_words(reading.segments), "")] if reading.segments else []
    for index, other in enumerate(reading.alternatives):
        words = in_words(other.segments)
        choices.append(ReadingChoice(str(index), words, reasons_in_words([other.reason])[0]))
    return ReadingView(
        words=in_words(reading.segments),
        certain=reading.is_certain,
        reasons=tuple(reasons_in_words(reading.reasons)),
        choices=tuple(choices),
        problems=tuple(reasons_in_words(problems)),
    )
