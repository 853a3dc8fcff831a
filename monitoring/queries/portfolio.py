"""Programmes as a donor looks at them: one with all its sections, and all of a reader's side by side.

A section of one programme is a function here and a field of ``Portfolio``; one that is added is one more of both,
with a part in ``templates/monitoring/portfolio/one.html`` and a section in ``reports/portfolio/document.py``.
Figures and gaps cost most and are no part of it: the page of a programme, and each line of the list, loads its own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count as SqlCount
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clusters.models import (
    Agreement,
    Cluster,
    Component,
    ComponentCluster,
    Decision,
    Programme,
    Twinning,
)
from clusters.models.membership import grants_of
from clusters.queries import (
    AgreementLine,
    PlaceLine,
    agreement_lines,
    place_lines,
    twinning_lines,
    without_agent_in,
)
from clusters.queries.words import Word, held_text, programme_word
from clusters.rules import Can, Force
from monitoring.models import Closing, ClosingTouch, PublicPage, ReportingPeriod, Result
from monitoring.queries.closings import Due, due_closings
from monitoring.queries.figures import Figure
from monitoring.queries.pages import Results, reported_on
from twinning.core.models import User

PROGRAMMES_ON_A_PAGE = 20
MOST_ROWS = 200
IN_FORCE = (Force.IN_FORCE, Force.END_NOT_STATED)


def programmes_for(reader: User) -> QuerySet[Programme]:
    """The programmes whose results somebody reads."""
    return Programme.objects.filter(pk__in=grants_of(reader).in_programmes(Can.READ_RESULTS))


# Components and clusters (Table 1) ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """How a cluster takes part in a component."""

    start_year: int | None
    mode: str

    @property
    def words(self) -> str:
        """Such as "since 2008, selective interventions"."""
        since = _("since %(year)d") % {"year": self.start_year} if self.start_year else _("yes")
        if self.mode == ComponentCluster.Mode.FULL:
            return since
        return f"{since}, {ComponentCluster.Mode(self.mode).label}"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A cluster and its places: under each head mostly none or one."""

    cluster: Cluster
    cells: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    heads: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def matrix_of(programme: Programme, clusters: Sequence[Cluster] | None = None) -> Matrix:
    """Clusters of one programme, all or some, by its components; one that has none of them is no head."""
    links = ComponentCluster.objects.filter(component__programme=programme)
    if clusters is not None:
        links = links.filter(cluster__in=clusters)
    return _matrix(links, lambda link: (link.component_id, link.component.title))


def joint_matrix(programmes: Sequence[Programme]) -> Matrix:
    """Clusters of several programmes by kind of component, programme by programme."""
    links = ComponentCluster.objects.filter(component__programme__in=programmes)
    order = {value: place for place, value in enumerate(Component.Kind.values)}
    return _matrix(links, lambda link: (order[link.component.kind], str(link.component.get_kind_display())))


_Head = Callable[[ComponentCluster], tuple[int, str]]


def _matrix(links: QuerySet[ComponentCluster], head_of: _Head) -> Matrix:
    """``head_of``: the order and the words of the head under which a link stands."""
    rows = list(
        links.select_related("cluster__programme", "component").order_by(
            "cluster__programme__title", "cluster__programme", "cluster__name", "cluster", "component"
        )[:MOST_ROWS]
    )
    heads = sorted({head_of(link) for link in rows})
    return Matrix(
        tuple(words for _order, words in heads),
        tuple(
            MatrixRow(found[0].cluster, tuple(_places(found, head_of, head) for head in heads))
            for found in (list(group) for _pk, group in groupby(rows, key=lambda link: link.cluster_id))
        ),
    )


def _places(links: Iterable[ComponentCluster], head_of: _Head, head: tuple[int, str]) -> tuple[Place, ...]:
    return tuple(Place(link.start_year, link.mode) for link in links if head_of(link) == head)


# Results -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a programme is. ``aimed``: its figures with a target, ``reached``: how many of these are there."""

    indicators: int
    reported: int
    aimed: tuple[Figure, ...]
    reached: int


def progress_of(results: Results) -> Progress:
    """Counted over the figures of the programme as a whole."""
    figures = [row.figures[0] for table in results.tables for row in table.rows]
    aimed = tuple(figure for figure in figures if figure.achieved is not None)
    return Progress(
        len(figures),
        sum(figure.value.state == "value" for figure in figures),
        aimed,
        sum(figure.achieved >= 100 for figure in aimed if figure.achieved is not None),
    )


# Agreements, gaps, history, places ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreements:
    """Agreements between bodies on a day. ``others``: not yet in force, without dates, or never signed."""

    in_force: tuple[AgreementLine, ...]
    lapsed: tuple[AgreementLine, ...]
    others: tuple[AgreementLine, ...]


def agreements_between_bodies(programme: Programme) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(programme=programme).between_bodies()
    return rows.order_by("signed_first", "pk")


def agreements_on(programme: Programme, day: dt.date, reader: User) -> Agreements:
    rows = agreements_between_bodies(programme)[:MOST_ROWS]
    lines = agreement_lines(rows, day, reader, programme.slug)
    force = {line.agreement.pk: line.agreement.force_on(day) for line in lines}
    return Agreements(
        tuple(line for line in lines if force[line.agreement.pk] in IN_FORCE),
        tuple(line for line in lines if force[line.agreement.pk] is Force.LAPSED),
        tuple(line for line in lines if force[line.agreement.pk] not in (*IN_FORCE, Force.LAPSED)),
    )


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a donor should ask about: twinnings that nobody presses, what is late, what is to be put right, risks."""

    without_agent: tuple[Twinning, ...]
    late: tuple[Due, ...]
    to_restate: tuple[Closing, ...]
    risks: tuple[Result, ...]

    def __bool__(self) -> bool:
        return bool(self.without_agent or self.late or self.to_restate or self.risks)


def gaps_of(programme: Programme, clusters: Sequence[Cluster], day: dt.date) -> Gaps:
    """The gaps as they stand on a day; closings are those of ``clusters`` and of the programme."""
    twinnings = Twinning.objects.filter(programme=programme).for_list()[:MOST_ROWS]
    touched = ClosingTouch.objects.filter(settled_at=None, closing__period__programme=programme)
    return Gaps(
        tuple(without_agent_in(twinnings, day, day)),
        tuple(due for due in due_closings(programme, clusters, day, whole=True) if due.is_late),
        tuple(Closing.objects.filter(pk__in=touched.values("closing")).for_list()[:MOST_ROWS]),
        tuple(Result.objects.filter(programme=programme).exclude(risks="")),
    )


def selection_history(rows: QuerySet[Decision]) -> tuple[tuple[Decision, str], ...]:
    """Of some decisions those on clusters, by cluster, each with the date of its meeting in words."""
    of_clusters = rows.filter(cluster__isnull=False).for_list()  # type: ignore[attr-defined]
    found = of_clusters.order_by("cluster__name", "meeting__number", "pk")[:MOST_ROWS]
    return tuple((row, held_text(row.meeting.held, row.meeting.held_text)) for row in found)


def places_in(programmes: Sequence[Programme]) -> tuple[PlaceLine, ...]:
    """Where the clusters of some programmes are, and their twinnings, in two queries."""
    rows = Cluster.objects.filter(programme__in=programmes).select_related("programme").order_by("name", "pk")
    clusters = list(rows[:MOST_ROWS])
    near = Q(emerging__in=clusters) | Q(advanced__in=clusters)
    return place_lines(clusters, Twinning.objects.filter(near).for_list())


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One programme as its donors look at it, on a day; its results and gaps are read apart (``gaps_of``)."""

    matrix: Matrix
    agreements: Agreements
    history: tuple[tuple[Decision, str], ...]
    places: tuple[PlaceLine, ...]


def portfolio_of(programme: Programme, day: dt.date, reader: User) -> Portfolio:
    decisions = Decision.objects.visible_to(reader).filter(meeting__programme=programme)
    return Portfolio(
        matrix_of(programme),
        agreements_on(programme, day, reader),
        selection_history(decisions),
        places_in([programme]),
    )


# All programmes of a reader ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    """A programme among others. ``late``: periods of clusters and programme that are not handed in in time."""

    programme: Programme
    word: Word
    clusters: int
    twinnings: int
    without_agent: int
    in_force: int
    lapsed: int
    late: int
    to_restate: int
    is_open: bool


def portfolio_lines(programmes: Sequence[Programme], day: dt.date) -> list[PortfolioLine]:
    """A line for each, in a number of queries that does not grow with them."""
    clusters: dict[int, list[Cluster]] = {row.pk: [] for row in programmes}
    for cluster in Cluster.objects.filter(programme__in=programmes):
        clusters[cluster.programme_id].append(cluster)
    active, gaps = _twinnings(programmes, day)
    forces = _forces(programmes, day)
    late = _late(clusters, day)
    open_pages = set(
        PublicPage.objects.open().filter(programme__in=programmes).values_list("programme", flat=True)
    )
    touched = dict(
        ClosingTouch.objects.filter(settled_at=None, closing__period__programme__in=programmes)
        .values_list("closing__period__programme")
        .annotate(n=SqlCount("closing", distinct=True))
        .order_by()
    )
    return [
        PortfolioLine(
            row,
            programme_word(row.status),
            clusters=len(clusters[row.pk]),
            twinnings=active[row.pk],
            without_agent=gaps[row.pk],
            in_force=sum(forces[row.pk, force] for force in IN_FORCE),
            lapsed=forces[row.pk, Force.LAPSED],
            late=late[row.pk],
            to_restate=touched.get(row.pk, 0),
            is_open=row.pk in open_pages,
        )
        for row in programmes
    ]


def _twinnings(programmes: Sequence[Programme], day: dt.date) -> tuple[Counter[int], Counter[int]]:
    """By programme: active twinnings, and twinnings at work without an agent."""
    rows = Twinning.objects.filter(programme__in=programmes).for_list().with_agent_on(day)
    lines = twinning_lines(rows)
    active = [line.twinning for line in lines if line.twinning.status == Twinning.Status.ACTIVE]
    return (
        Counter(row.programme_id for row in active),
        Counter(line.twinning.programme_id for line in lines if line.without_agent),
    )


def _forces(programmes: Sequence[Programme], day: dt.date) -> Counter[tuple[int, Force]]:
    rows = Agreement.objects.filter(programme__in=programmes).between_bodies()
    dates = rows.only("programme_id", "attempted_only", "signed_first", "valid_from", "valid_to", "ended_on")
    return Counter((row.programme_id, row.force_on(day)) for row in dates.order_by())


def _late(clusters: dict[int, list[Cluster]], day: dt.date) -> Counter[int]:
    periods = ReportingPeriod.objects.filter(programme__in=clusters, due_on__lt=day)
    handed_in = Closing.objects.filter(period__in=periods).exclude(status=Closing.Status.OPEN)
    there = set(handed_in.order_by().values_list("period", "cluster"))
    found: Counter[int] = Counter()
    for pk, programme in periods.order_by().values_list("pk", "programme"):
        scopes = [None, *(cluster.pk for cluster in reported_on(clusters[programme]))]
        found[programme] += sum((pk, scope) not in there for scope in scopes)
    return found
