"""Advanced clusters that the studies of an emerging cluster point to, with the rows behind each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from clusters.models import Cluster, Organisation, OrganisationRole, Twinning
from diagnostics.models import AOBOItem, Submission
from diagnostics.queries.words import looked_for, why
from diagnostics.rules.candidates import (
    Basis,
    Candidate,
    Kind,
    KnownBody,
    KnownCluster,
    Row,
    derive,
    unplaced,
)
from diagnostics.rules.review import Status
from twinning.core.models import User

_MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A candidate; ``reasons``: (row, basis, the words in it that say so). ``twinning`` where there is one."""

    kind: Kind
    name: str
    country: str
    cluster: Cluster | None
    twinning: Twinning | None
    strong: int
    stakeholder_kinds: tuple[str, ...]
    reasons: tuple[tuple[AOBOItem, Basis, str], ...]

    @property
    def looked_for(self) -> list[str]:
        """The kinds of stakeholder that its rows ask for, in words."""
        return looked_for(self.stakeholder_kinds)

    @property
    def rows(self) -> list[tuple[AOBOItem, str]]:
        """Each row with the reason why it speaks for this place."""
        return [(item, why(basis, words)) for item, basis, words in self.reasons]


def open_rows(
    user: User | None, cluster: Cluster, submission: Submission | None = None
) -> QuerySet[AOBOItem]:
    """The rows that count: of one study, where it is given; else of approved studies, or, where none is approved
    yet, of those that were begun. ``user`` None is the operator of the machine.
    """
    rows = AOBOItem.objects.all() if user is None else AOBOItem.objects.visible_to(user)
    rows = rows.filter(submission__cluster=cluster, where=AOBOItem.Where.ADVANCED)
    rows = rows.exclude(standing=AOBOItem.Standing.RETIRED).select_related("submission")
    if submission is not None:
        return rows.filter(submission=submission)[:_MOST_ROWS]
    approved = rows.filter(submission__status=Status.APPROVED)
    if approved.exists():
        return approved[:_MOST_ROWS]
    return rows.exclude(submission__status__in=[Status.WITHDRAWN, Status.SUPERSEDED])[:_MOST_ROWS]


def candidates_of(
    user: User | None, cluster: Cluster, submission: Submission | None = None
) -> tuple[list[CandidateLine], list[AOBOItem]]:
    """The candidates, best founded first, and the rows that point nowhere. Six queries."""
    items = {item.pk: item for item in open_rows(user, cluster, submission)}
    rows = [_row(item) for item in items.values()]
    clusters, known, bodies = _known(cluster)
    found = derive(rows, known, bodies, home=cluster.country, trade=cluster.sector)
    pairs = Twinning.objects.all() if user is None else Twinning.objects.visible_to(user)
    twinnings = {one.advanced_id: one for one in pairs.filter(emerging=cluster)}
    lines = [_line(candidate, items, clusters, twinnings) for candidate in found]
    return lines, [items[pk] for pk in unplaced(rows, found)]


def unplaced_rows(submission: Submission, items: Sequence[AOBOItem]) -> list[AOBOItem]:
    """Those of a study's rows whose solution lies in an advanced cluster that nothing in them tells."""
    cluster = submission.cluster
    outside = [item for item in items if item.where == AOBOItem.Where.ADVANCED]
    if cluster is None or not outside:
        return []
    rows = [_row(item) for item in outside]
    _clusters, known, bodies = _known(cluster)
    nowhere = set(unplaced(rows, derive(rows, known, bodies, home=cluster.country, trade=cluster.sector)))
    return [item for item in outside if item.pk in nowhere]


def _row(item: AOBOItem) -> Row:
    return Row(item.pk, item.stakeholders, tuple(item.countries), item.stakeholder_kind)


def _known(home: Cluster) -> tuple[dict[int, Cluster], list[KnownCluster], list[KnownBody]]:
    """The programme's other clusters with the bodies that work in them, and the bodies that work in none."""
    clusters = {
        one.pk: one for one in Cluster.objects.filter(programme=home.programme_id).exclude(pk=home.pk)
    }
    bodies: dict[int, list[str]] = defaultdict(list)
    placed = set()
    roles = OrganisationRole.objects.filter(cluster__programme=home.programme_id).values_list(
        "cluster_id", "organisation_id", "organisation__short_name", "organisation__name"
    )
    for at, organisation, short, name in roles:
        placed.add(organisation)
        if at in clusters:
            bodies[at] += _names(short, name)
    known = [
        KnownCluster(
            id=pk,
            name=one.name,
            country=one.country,
            trade=one.sector,
            words=(one.name, *(place.strip() for place in one.locations.split(",") if place.strip())),
            bodies=tuple(dict.fromkeys(bodies[pk])),
        )
        for pk, one in clusters.items()
    ]
    loose = (
        Organisation.objects.filter(programme=home.programme_id).exclude(pk__in=placed).exclude(country="")
    )
    national = [
        KnownBody(body.name, body.country, tuple(_names(body.short_name, body.name)))
        for body in loose[:_MOST_ROWS]
    ]
    return clusters, known, national


def _names(short: str, name: str) -> list[str]:
    return [one for one in (short, name) if one]


def _line(
    candidate: Candidate,
    items: dict[int, AOBOItem],
    clusters: dict[int, Cluster],
    twinnings: dict[int, Twinning],
) -> CandidateLine:
    return CandidateLine(
        kind=candidate.kind,
        name=candidate.name,
        country=candidate.country,
        cluster=clusters.get(candidate.cluster or 0),
        twinning=twinnings.get(candidate.cluster or 0),
        strong=candidate.strong,
        stakeholder_kinds=tuple(candidate.stakeholder_kinds),
        reasons=tuple((items[one.row], one.basis, one.words) for one in candidate.reasons),
    )
