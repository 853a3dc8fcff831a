"""What stands in the log already, as far as a dry run compares with it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from activities.importers.words import normal
from activities.models import Activity, ActivityCluster, ActivityOrganisation
from activities.rules import SAME_EVENT, Status, same_event_score, status_on
from clusters.models import Cluster, Organisation
from twinning.core.models import User
from twinning.core.periods import Segment

# Events of other clusters that are looked at for joint ones, and how many of them one row is compared with.
_MOST_OTHERS = 20_000
_MOST_COMPARED = 300


@dataclass(slots=True)
class Standing:
    """An activity in the cluster's list. Title and period are in the words that its sheet printed."""

    activity: int
    version: int
    number: int
    number_source: str
    title: str
    period_text: str
    segments: tuple[Segment, ...]
    start: dt.date | None
    end: dt.date | None
    is_open: bool
    kind: str
    format: str
    status_set: str
    venue: str
    note: str
    tags: str
    tentative: bool
    joint: bool
    organisers: set[int] = field(default_factory=set)

    def status_on(self, day: dt.date) -> Status:
        return status_on(
            day,
            start=self.start,
            end=self.end,
            is_open=self.is_open,
            status_set=self.status_set,
            tentative=self.tentative,
        )


_COLUMNS = (
    "activity_id",
    "activity__version",
    "number",
    "number_source",
    "printed_title",
    "activity__title",
    "printed_period",
    "activity__period_text",
    "activity__period_segments",
    "activity__period_start",
    "activity__period_end",
    "activity__period_open",
    "activity__kind",
    "activity__format",
    "activity__status_set",
    "activity__venue",
    "activity__note",
    "activity__tags",
    "activity__period_tentative",
    "activity__cluster_count",
)


def standing_in(cluster: Cluster, *, with_organisers: bool) -> list[Standing]:
    """The activities of the cluster's list, in the order of their numbers."""
    links = ActivityCluster.objects.filter(cluster=cluster, activity__removed_at=None)
    found = []
    for row in links.order_by("number", "id").values_list(*_COLUMNS).iterator(chunk_size=2000):
        found.append(
            Standing(
                activity=row[0],
                version=row[1],
                number=row[2],
                number_source=row[3],
                title=row[4] or row[5],
                period_text=row[6] or row[7],
                segments=tuple(Segment.from_json(item) for item in row[8]),
                start=row[9],
                end=row[10],
                is_open=row[11],
                kind=row[12],
                format=row[13],
                status_set=row[14],
                venue=row[15],
                note=row[16],
                tags=row[17],
                tentative=row[18],
                joint=row[19] > 1,
            )
        )
    if with_organisers:
        parts = ActivityOrganisation.objects.filter(
            activity__in=links.values("activity"), role=ActivityOrganisation.Role.ORGANISER
        )
        by_activity: dict[int, set[int]] = defaultdict(set)
        for activity, organisation in parts.values_list("activity", "organisation"):
            by_activity[activity].add(organisation)
        for one in found:
            one.organisers = by_activity.get(one.activity, set())
    return found


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An activity of another cluster, which may be the same event."""

    activity: int
    title: str
    period_text: str
    cluster: str
    segments: tuple[Segment, ...]
    words: frozenset[str]


class OtherClusters:
    """The events of the programme's other clusters that the user may change, by the months they touch.

    What was told apart from an activity of this cluster is not proposed to a row of the same words, even
    where that activity has since been taken out of the log.
    """

    def __init__(self, actor: User, cluster: Cluster, first: dt.date | None, last: dt.date | None) -> None:
        self.by_month: dict[tuple[int, int], list[Elsewhere]] = defaultdict(list)
        self.told_apart = _told_apart(cluster)
        self._near_months: dict[tuple[int, int], list[Elsewhere]] = {}
        if first is None or last is None:
            return
        events = (
            Activity.objects.changeable_by(actor)
            .filter(programme=cluster.programme_id, period_start__lte=last, period_end__gte=first)
            .exclude(pk__in=ActivityCluster.objects.filter(cluster=cluster).values("activity"))
            .order_by("period_start", "id")
        )[:_MOST_OTHERS]
        rows = list(events.values_list("pk", "title", "period_text", "period_segments", "period_start"))
        names = self._clusters([row[0] for row in rows])
        for pk, title, text, segments, start in rows:
            event = Elsewhere(
                pk,
                title,
                text,
                names.get(pk, ""),
                tuple(Segment.from_json(item) for item in segments),
                _telling(title),
            )
            if start:
                self.by_month[start.year, start.month].append(event)

    @staticmethod
    def _clusters(pks: Sequence[int]) -> dict[int, str]:
        names: dict[int, str] = {}
        for begin in range(0, len(pks), 500):
            links = ActivityCluster.objects.filter(activity__in=pks[begin : begin + 500])
            for pk, name in links.order_by("-id").values_list("activity", "cluster__name"):
                names[pk] = name
        return names

    def _near(self, year: int, month: int) -> list[Elsewhere]:
        """Those that start in this month or a month beside it; a sheet asks for few months many times."""
        found = self._near_months.get((year, month))
        if found is None:
            months = [divmod(year * 12 + month - 1 + step, 12) for step in (-1, 0, 1)]
            events = [event for y, m in months for event in self.by_month.get((y, m + 1), [])]
            found = self._near_months[year, month] = events[:_MOST_COMPARED]
        return found

    def alike(self, title: str, text: str, segments: Sequence[Segment]) -> list[tuple[float, Elsewhere]]:
        """Up to three events that may be this one, best first."""
        start = min((s.start for s in segments if s.start), default=None)
        if start is None or not self.by_month:
            return []
        events = self._near(start.year, start.month)
        if not events:
            return []
        words, apart = _telling(title), self.told_apart.get((normal(title), normal(text)), set())
        scored = [
            (same_event_score(title, segments, event.title, event.segments), event)
            for event in events
            if event.activity not in apart
            # Two titles of one event share more than one word; comparing all with all would take minutes.
            if len(words & event.words) > 1 or event.words <= words or words <= event.words
        ]
        likely = [pair for pair in scored if pair[0] >= SAME_EVENT]
        return sorted(likely, key=lambda pair: (-pair[0], pair[1].activity))[:3]


def _told_apart(cluster: Cluster) -> dict[tuple[str, str], set[int]]:
    """By title and period in the words of this cluster's list: which activities are other events."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    links = ActivityCluster.objects.filter(cluster=cluster, activity__other_events__isnull=False)
    for printed, title, printed_period, text, other in links.values_list(
        "printed_title",
        "activity__title",
        "printed_period",
        "activity__period_text",
        "activity__other_events__other",
    ):
        found[normal(printed or title), normal(printed_period or text)].add(other)
    return found


def _telling(title: str) -> frozenset[str]:
    return frozenset(word for word in normal(title).split() if len(word) > 2 and not word.isdigit())


class Organisers:
    """The organisations of a programme by the names that a sheet may call them."""

    def __init__(self, actor: User, programme_id: int) -> None:
        self.by_name: dict[str, int | None] = {}
        rows = Organisation.objects.visible_to(actor).filter(programme=programme_id)
        for pk, name, short in rows.values_list("pk", "name", "short_name"):
            for word in {name.casefold().strip(), short.casefold().strip()} - {""}:
                # A name that two of them go by names neither.
                self.by_name[word] = None if word in self.by_name else pk

    def named(self, text: str) -> tuple[list[int], list[str]]:
        """Ids of the organisations that a cell names, and the names that are not known."""
        whole = self.by_name.get(text.casefold().strip())
        if whole is not None:
            return [whole], []
        known: dict[int, None] = {}
        unknown = []
        for part in _parts(text):
            pk = self.by_name.get(part.casefold())
            if pk is None:
                unknown.append(part)
            else:
                known[pk] = None
        return list(known), unknown


def _parts(text: str) -> list[str]:
    for sign in (";", "/", "&", "\n"):
        text = text.replace(sign, ",")
    return [part.strip() for part in text.split(",") if part.strip()]
