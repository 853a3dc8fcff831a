"""The programme of a page, and the programme at a glance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from clusters.models import (
    Agreement,
    Cluster,
    Component,
    ComponentCluster,
    Decision,
    Organisation,
    Programme,
    ProgrammeOrganisation,
    Twinning,
)
from clusters.models.membership import grants_of
from clusters.queries.agreements import AgreementLine, agreement_lines
from clusters.queries.twinnings import TwinningLine, twinning_lines
from clusters.queries.words import Word, held_text, programme_word
from clusters.rules import Can, Role
from twinning.core.models import Job, User
from twinning.core.pages import actor
from twinning.core.queries import edtf_text

_LIMIT = 50


def programme_of(request: HttpRequest, slug: str) -> Programme:
    """The programme of an address, 404 unless the user is of it; from then on the page shows its sections."""
    programme = get_object_or_404(Programme.objects.visible_to(actor(request)), slug=slug)
    request.programme = programme  # type: ignore[attr-defined]
    return programme


def programme_where(
    request: HttpRequest, slug: str, may: Callable[[User, Programme], bool]
) -> tuple[User, Programme]:
    """The reader and the programme; 404 as well for who ``may`` not read what the page shows."""
    programme, user = programme_of(request, slug), actor(request)
    if not may(user, programme):
        raise Http404
    return user, programme


def clusters_where(user: User, programme: Programme, can: Can) -> list[Cluster]:
    """The programme's clusters in which the user may do something, by name."""
    grants = grants_of(user)
    rows = Cluster.objects.filter(programme=programme)
    if not grants.may(can, programme.pk):
        rows = rows.filter(pk__in=grants.in_clusters(can))
    return list(rows)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    cluster: Cluster
    cells: list[ComponentCluster | None]  # one for each component, in their order


@dataclass(frozen=True, slots=True)
class Overview:
    word: Word
    starts: str
    ends: str
    partners: list[tuple[str, list[Organisation]]]
    components: list[Component]
    matrix: list[MatrixRow]
    other_clusters: list[Cluster]  # those in no component
    twinnings: list[TwinningLine]
    gaps: list[TwinningLine]
    in_force: list[AgreementLine]
    not_in_force: list[AgreementLine]
    decisions: list[tuple[Decision, str]]


def _partners(programme: Programme, reader: User) -> list[tuple[str, list[Organisation]]]:
    visible = Organisation.objects.visible_to(reader).values("pk")
    links = ProgrammeOrganisation.objects.filter(programme=programme, organisation__in=visible)
    rows = list(links.select_related("organisation"))
    grouped = [
        (str(label), [row.organisation for row in rows if row.role == value])
        for value, label in ProgrammeOrganisation.Role.choices
    ]
    return [(label, found) for label, found in grouped if found]


def _matrix(clusters: list[Cluster], components: list[Component]) -> list[MatrixRow]:
    links = ComponentCluster.objects.filter(component__in=components).select_related("component")
    found = {(link.cluster_id, link.component_id): link for link in links}
    return [
        MatrixRow(cluster, [found.get((cluster.pk, component.pk)) for component in components])
        for cluster in clusters
        if any((cluster.pk, component.pk) in found for component in components)
    ]


def overview_of(programme: Programme, day: dt.date, reader: User) -> Overview:
    clusters = list(Cluster.objects.filter(programme=programme)[:_LIMIT])
    components = list(Component.objects.filter(programme=programme))
    matrix = _matrix(clusters, components)
    placed = {row.cluster.pk for row in matrix}
    paired = Twinning.objects.filter(programme=programme).for_list().with_agent_on(day)
    twinnings = twinning_lines(paired[:_LIMIT])
    agreements = Agreement.objects.visible_to(reader).filter(programme=programme)
    holding = agreements.in_force_on(day)
    lines = agreement_lines(holding[:_LIMIT], day, reader, programme.slug)
    ended = agreements.exclude(pk__in=holding.values("pk")).order_by("-signed_first", "-id")
    decisions = Decision.objects.visible_to(reader).filter(meeting__programme=programme).for_list()
    return Overview(
        word=programme_word(programme.status),
        starts=edtf_text(programme.starts),
        ends=edtf_text(programme.ends),
        partners=_partners(programme, reader),
        components=components,
        matrix=matrix,
        other_clusters=[cluster for cluster in clusters if cluster.pk not in placed],
        twinnings=twinnings,
        gaps=[line for line in twinnings if line.without_agent],
        in_force=lines,
        not_in_force=agreement_lines(ended[:10], day, reader, programme.slug),
        decisions=[
            (row, held_text(row.meeting.held, row.meeting.held_text))
            for row in decisions.order_by("-meeting__number", "-id")[:5]
        ],
    )


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    programme: Programme
    word: Word
    roles: str  # of the reader, in words


def programmes_of(reader: User) -> list[ProgrammeLine]:
    """The programmes somebody is of, with what they are there."""
    roles: dict[int, list[str]] = {}
    for programme_id, role in sorted(grants_of(reader).roles):
        roles.setdefault(programme_id, []).append(str(Role(role).label))
    return [
        ProgrammeLine(row, programme_word(row.status), ", ".join(roles[row.pk]))
        for row in Programme.objects.visible_to(reader)[:_LIMIT]
    ]


def jobs_under_way(reader: User) -> list[Job]:
    """What the reader asked for and still waits for."""
    unfinished = Job.objects.visible_to(reader).filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
    return list(unfinished[:10])
