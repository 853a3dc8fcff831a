"""What the parts of a programme's IATI file share, read once, and the state of the records that a file shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from clusters.models import (
    Agreement,
    AgreementParty,
    Cluster,
    Component,
    ComponentCluster,
    Programme,
    Twinning,
    TwinningStage,
)
from clusters.rules import FIRM_KINDS
from monitoring.models import Budget, Publication, PublicationCode, PublishedDocument, Transaction
from monitoring.queries import iati_parts as parts
from monitoring.rules import iati
from monitoring.rules.iati import codes
from twinning.core import feed
from twinning.core.models import Change

# Raised when the same records make another file.
WRITER = 1


def publication_of(programme: Programme) -> Publication | None:
    return Publication.objects.filter(programme=programme).select_related("programme").first()


@dataclass(frozen=True, slots=True)
class Records:
    """All of a programme that the parts of its file share, read once."""

    publication: Publication
    programme: Programme
    today: dt.date
    updated: dt.datetime
    components: list[Component]
    clusters: dict[int | None, list[Cluster]]  # by component; None: those that the programme serves
    codes: list[PublicationCode]
    budgets: list[Budget]
    transactions: list[Transaction]
    documents: list[PublishedDocument]
    partners: tuple[iati.Organisation, ...]
    signatories: tuple[iati.Organisation, ...]
    twinnings: dict[Twinning, list[TwinningStage]]

    @property
    def base(self) -> str:
        return self.publication.identifier

    def of_component(self, component: Component) -> str:
        return f"{self.base}-{component.kind}-{component.pk}"

    def of_twinning(self, twinning: Twinning) -> str:
        return f"{self.base}-T-{twinning.pk}"


def read(publication: Publication, today: dt.date, updated: dt.datetime) -> Records:
    programme = publication.programme
    components = list(Component.objects.filter(programme=programme).prefetch_related("cluster_links"))
    links = [link for component in components for link in component.cluster_links.all()]
    of_programme: dict[str, Any] = {"programme": programme}
    return Records(
        publication=publication,
        programme=programme,
        today=today,
        updated=updated,
        components=components,
        clusters=_clusters(programme, links),
        codes=list(PublicationCode.objects.filter(**of_programme).for_list()),
        budgets=list(Budget.objects.filter(**of_programme)),
        transactions=list(Transaction.objects.filter(**of_programme).for_list()),
        documents=list(PublishedDocument.objects.filter(**of_programme).for_list()),
        partners=_partners(publication),
        signatories=_signatories(publication),
        twinnings=_twinnings(publication),
    )


def _clusters(programme: Programme, links: list[ComponentCluster]) -> dict[int | None, list[Cluster]]:
    """By component. The programme serves its principal clusters; where none is marked, the emerging, else all."""
    twinned = Twinning.objects.filter(emerging=OuterRef("pk"))
    every = list(Cluster.objects.filter(programme=programme).annotate(is_twinned=Exists(twinned)))
    by_pk = {cluster.pk: cluster for cluster in every}
    found: dict[int | None, list[Cluster]] = {}
    for link in sorted(links, key=lambda link: (by_pk[link.cluster_id].name, link.cluster_id)):
        found.setdefault(link.component_id, []).append(by_pk[link.cluster_id])
    served = [cluster for cluster in every if cluster.is_principal]
    if not served:
        served = [cluster for cluster in every if cluster.is_twinned]  # type: ignore[attr-defined]
    found[None] = served or every
    return found


def _partners(publication: Publication) -> tuple[iati.Organisation, ...]:
    roles = publication.programme.organisation_roles.select_related("organisation")
    found = [parts.body(row.organisation, publication, codes.ROLE_IN_PROGRAMME[row.role]) for row in roles]
    return tuple(one for one in found if one is not None)


def _agreements(publication: Publication) -> Any:
    """Those that are published: signed, and not between firms."""
    return Agreement.objects.filter(
        programme=publication.programme,
        kind__in=codes.PUBLISHED_AGREEMENTS,
        attempted_only=False,
        signed_first__isnull=False,
    )


def _signatories(publication: Publication) -> tuple[iati.Organisation, ...]:
    """The associations and institutions that signed: they carry the twinning out."""
    rows = (
        AgreementParty.objects.filter(
            agreement__in=_agreements(publication).values("pk"), role=AgreementParty.Role.SIGNATORY
        )
        .exclude(organisation__kind__in=FIRM_KINDS)
        .select_related("organisation")
        .order_by("organisation__name", "organisation_id")
    )
    bodies = {row.organisation_id: row.organisation for row in rows}
    found = [parts.body(one, publication, codes.IMPLEMENTING) for one in bodies.values()]
    return tuple(one for one in found if one is not None)


def _twinnings(publication: Publication) -> dict[Twinning, list[TwinningStage]]:
    """The twinnings whose story is told, each with its turns in their order."""
    found: dict[Twinning, list[TwinningStage]] = {}
    if publication.with_twinnings:
        rows = TwinningStage.objects.filter(twinning__programme=publication.programme)
        for stage in rows.select_related("twinning__emerging", "twinning__advanced").order_by(
            "twinning", "pk"
        ):
            found.setdefault(stage.twinning, []).append(stage)
    return found


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the records a file shows. ``tag`` is None while changes are being written that it may lack."""

    tag: str | None
    changed: dt.datetime


def edition_of(publication: Publication, today: dt.date) -> Edition:
    """The same tag means the same bytes. It changes with each day too, since what was planned becomes actual."""
    latest = Change.objects.filter(programme_id=publication.programme_id).order_by("-id").first()
    settled = feed.last_settled()
    if latest is None or (settled is not None and settled < latest.pk):
        return Edition(None, timezone.now())
    midnight = dt.datetime.combine(today, dt.time(), dt.UTC)
    return Edition(f'"iati-{WRITER}-{latest.pk}-{today}"', max(latest.at, midnight))


def updated_at(publication: Publication) -> dt.datetime:
    """When anything of the programme last changed."""
    latest = Change.objects.filter(programme_id=publication.programme_id).aggregate(at=Max("at"))["at"]
    return latest or publication.updated_at
