"""What is known of a cluster: its figures as claims, its bodies, its place in the programme."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clusters.models import (
    Cluster,
    ClusterFigure,
    ComponentCluster,
    Decision,
    OrganisationRole,
    ProductGroup,
    Twinning,
)
from clusters.queries.twinnings import Agent, TwinningLine, agents_of, twinning_lines
from clusters.queries.words import Word, figure_text, held_text, position_text, span_text
from clusters.rules import holds_on
from twinning.core.models import User
from twinning.core.queries import why_preferred

_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Claim:
    pk: int
    text: str
    source: str
    note: str
    preferred: bool
    why: str


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """The claims on one measure of one part in one year, the preferred one first; the others disagree."""

    measure: str
    about: str
    year: int | None
    leading: Claim
    others: list[Claim]


@dataclass(frozen=True, slots=True)
class Group:
    pk: int
    name: str
    children: list[Group]


@dataclass(frozen=True, slots=True)
class RoleLine:
    role: OrganisationRole
    when: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """Where the committee left a cluster: its latest decision that stands, and all there were."""

    word: Word
    latest: Decision | None
    story: list[tuple[Decision, str]]  # with the date of its meeting in words


@dataclass(frozen=True, slots=True)
class ClusterLine:
    cluster: Cluster
    leading: list[str]
    twinnings: list[TwinningLine]


@dataclass(frozen=True, slots=True)
class ClusterDetail:
    figures: list[FigureGroup]
    product_groups: list[Group]
    roles: list[tuple[str, list[RoleLine]]]
    has_more_roles: bool
    agents: list[Agent]
    twinnings: list[TwinningLine]
    components: list[ComponentCluster]
    composition: str
    advantage: str
    position: str


def _claim(figure: ClusterFigure, why: str) -> Claim:
    return Claim(figure.pk, figure_text(figure), figure.source, figure.note, figure.preferred, why)


def _figures(cluster: Cluster) -> list[FigureGroup]:
    order = {value: place for place, value in enumerate(ClusterFigure.Measure.values)}
    rows = sorted(
        ClusterFigure.objects.filter(cluster=cluster),
        key=lambda row: (order[row.measure], row.about, -(row.year or 0), not row.preferred, row.pk),
    )
    contested = Counter((row.measure, row.about, row.year) for row in rows)
    chosen = [row.pk for row in rows if row.preferred and contested[row.measure, row.about, row.year] > 1]
    why = why_preferred(ClusterFigure, chosen)
    groups = []
    for (measure, about, year), claims in groupby(rows, key=lambda row: (row.measure, row.about, row.year)):
        first, *others = [_claim(row, why.get(row.pk, "")) for row in claims]
        label = str(capfirst(ClusterFigure.Measure(measure).label))
        groups.append(FigureGroup(label, about, year, first, others))
    return groups


def _tree(cluster: Cluster) -> list[Group]:
    rows = list(ProductGroup.objects.filter(cluster=cluster))

    def below(parent: int | None) -> list[Group]:
        return [Group(row.pk, row.name, below(row.pk)) for row in rows if row.parent_id == parent]

    return below(None)


def role_line(row: OrganisationRole, day: dt.date) -> RoleLine:
    return RoleLine(row, span_text(row.valid_from, row.valid_to), holds_on(row.valid_from, row.valid_to, day))


def _roles(cluster: Cluster, day: dt.date, reader: User) -> tuple[list[tuple[str, list[RoleLine]]], bool]:
    visible = OrganisationRole.objects.visible_to(reader).filter(cluster=cluster)
    rows = list(visible.select_related("organisation").order_by("role", "organisation__name")[: _LIMIT + 1])
    lines = [role_line(row, day) for row in rows[:_LIMIT]]
    by_role = [
        (str(label), [line for line in lines if line.role.role == value])
        for value, label in OrganisationRole.Role.choices
    ]
    return [(label, found) for label, found in by_role if found], len(rows) > _LIMIT


def selections_of(clusters: Iterable[Cluster], reader: User) -> dict[int, Selection]:
    """The selection status of each cluster by id (step 1), of those on which the reader may see decisions."""
    rows = (
        Decision.objects.visible_to(reader)
        .filter(cluster__in=clusters)
        .select_related("meeting", "superseded_by")
        .order_by("meeting__number", "id")
    )
    by_cluster: dict[int, list[Decision]] = {}
    for row in rows:
        if row.cluster_id is not None:
            by_cluster.setdefault(row.cluster_id, []).append(row)
    return {pk: _selection(found) for pk, found in by_cluster.items()}


def _selection(decisions: list[Decision]) -> Selection:
    about_selection = (Decision.Kind.SELECT, Decision.Kind.DROP)
    standing = [row for row in decisions if row.kind in about_selection and not hasattr(row, "superseded_by")]
    latest = standing[-1] if standing else None
    return Selection(
        word=selection_word(latest),
        latest=latest,
        story=[(row, held_text(row.meeting.held, row.meeting.held_text)) for row in decisions],
    )


def selection_word(latest: Decision | None) -> Word:
    if latest is None:
        return Word(_("not decided"), "none")
    if latest.kind == Decision.Kind.SELECT:
        return Word(_("selected"), "good")
    return Word(_("dropped"), "off")


def _twinnings(clusters: Iterable[int], day: dt.date) -> list[TwinningLine]:
    of_either = Twinning.objects.filter(Q(emerging__in=clusters) | Q(advanced__in=clusters))
    return twinning_lines(of_either.for_list().with_agent_on(day)[: 2 * _LIMIT])


def cluster_lines(clusters: Iterable[Cluster], day: dt.date) -> list[ClusterLine]:
    """Each cluster with its count of units and workers and its twinnings; three queries for any number."""
    rows = list(clusters)
    leading: dict[int, list[str]] = {}
    measures = [ClusterFigure.Measure.UNITS, ClusterFigure.Measure.EMPLOYEES]
    figures = ClusterFigure.objects.filter(cluster__in=rows, measure__in=measures, about="", preferred=True)
    for figure in figures.order_by("-measure", "-year"):
        leading.setdefault(figure.cluster_id, []).append(figure_text(figure))
    twinnings = _twinnings([row.pk for row in rows], day)
    return [
        ClusterLine(
            cluster=row,
            leading=leading.get(row.pk, []),
            twinnings=[t for t in twinnings if row.pk in (t.twinning.emerging_id, t.twinning.advanced_id)],
        )
        for row in rows
    ]


def _words(chosen: list[str], of: type[Cluster.Composition] | type[Cluster.Advantage]) -> str:
    return ", ".join(str(label) for value, label in of.choices if value in chosen)


def cluster_detail(cluster: Cluster, day: dt.date, reader: User) -> ClusterDetail:
    roles, has_more = _roles(cluster, day, reader)
    return ClusterDetail(
        figures=_figures(cluster),
        product_groups=_tree(cluster),
        roles=roles,
        has_more_roles=has_more,
        agents=agents_of([cluster], day, reader),
        twinnings=_twinnings([cluster.pk], day),
        components=list(ComponentCluster.objects.filter(cluster=cluster).select_related("component")),
        composition=_words(cluster.composition, Cluster.Composition),
        position=position_text(cluster.position),
        advantage=_words(cluster.advantage, Cluster.Advantage),
    )
