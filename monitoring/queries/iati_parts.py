"""Dates, places, bodies and codes of what is published, from the words of our records."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clusters.models import Cluster
from clusters.models import Organisation as Body
from monitoring.models import Budget, Publication, PublicationCode, PublishedDocument, Transaction
from monitoring.rules import iati
from monitoring.rules.iati import codes
from twinning.core import periods

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Edge:
    """The first day that a start, or the last day that an end may mean; ``text`` where less than a day is known."""

    day: dt.date
    text: str = ""


def edges(edtf: str, language: str) -> tuple[Edge | None, Edge | None]:
    """(first possible day, last possible day) of a date as far as it is known; None where it states none."""
    if not edtf:
        return None, None
    segments = periods.from_edtf(edtf)
    days = {segment.precision for segment in segments} == {periods.Precision.DAY}
    text = "" if days else periods.display(segments, language)
    first, last = periods.bounds(segments)
    start = Edge(first, text) if first else None
    goes_on = any(segment.end is None for segment in segments)
    return start, Edge(last, text) if last and not goes_on else None


def dates(
    start: Edge | None, end: Edge | None, today: dt.date, *, begun: bool, over: bool
) -> tuple[iati.ActivityDate, ...]:
    """Planned or actual: what has begun and lies behind us is actual. What goes on has no end."""
    found = []
    if start is not None:
        actual = begun and start.day <= today
        kind = codes.ACTUAL_START if actual else codes.PLANNED_START
        found.append(iati.ActivityDate(kind, start.day, start.text))
    if end is not None:
        kind = codes.ACTUAL_END if over and end.day <= today else codes.PLANNED_END
        found.append(iati.ActivityDate(kind, end.day, end.text))
    return tuple(found)


def amount(value: Decimal | None) -> str:
    """A number as it stands in the file: without an exponent, without noughts at its end."""
    return "" if value is None else format(value.normalize() + 0, "f")


def source_of(record: object) -> iati.Source:
    meta = record._meta  # type: ignore[attr-defined]
    return iati.Source(meta.model_name, record.pk, str(record))  # type: ignore[attr-defined]


def body(organisation: Body | None, publication: Publication, role: str = "") -> iati.Organisation | None:
    """A body under its name; None for a firm, which is not named, and where there is none."""
    if organisation is None or organisation.is_firm:
        return None
    kind = codes.TYPE_OF_BODY.get(organisation.kind)
    ref = publication.reporter_ref if organisation.name == publication.reporter_name else ""
    return iati.Organisation(
        ref=ref,
        type=publication.association_type if kind is None else kind.value,
        name=organisation.name,
        role=role,
        source=source_of(organisation),
    )


def coded(
    rows: Iterable[PublicationCode], scheme: codes.Scheme, component: int | None
) -> tuple[iati.Coded, ...]:
    """The codes of a kind: a component's own, or where it has none those of the programme."""
    of_kind = [row for row in rows if row.scheme == scheme]
    own = [row for row in of_kind if row.component_id == component]
    chosen = own or [row for row in of_kind if row.component_id is None]
    return tuple(
        iati.Coded(
            code=row.code,
            vocabulary=row.vocabulary,
            percentage=amount(row.percentage),
            significance=row.significance,
            name=row.name,
            source=source_of(row),
        )
        for row in chosen
    )


def countries_of(clusters: Sequence[Cluster]) -> tuple[iati.Coded, ...]:
    """The countries of clusters, each with its share of them where there are several."""
    counted = Counter(cluster.country for cluster in clusters)
    if len(counted) < 2:
        return tuple(iati.Coded(country) for country in counted)
    found, left = [], Decimal(100)
    for index, (country, count) in enumerate(sorted(counted.items()), start=1):
        share = (Decimal(100) * count / len(clusters)).quantize(_CENT)
        share = left if index == len(counted) else share  # so that they make 100
        left -= share
        found.append(iati.Coded(country, percentage=amount(share)))
    return tuple(found)


def locations_of(clusters: Iterable[Cluster]) -> tuple[iati.Location, ...]:
    return tuple(
        iati.Location(cluster.name, cluster.locations, point=_point(cluster)) for cluster in clusters
    )


def _point(cluster: Cluster) -> str:
    return " ".join(f"{degrees.normalize():f}" for degrees in cluster.position or ())


def placed(
    shared: dict[str, Any], clusters: list[Cluster], transactions: tuple[iati.Transaction, ...] = ()
) -> dict[str, Any]:
    """The countries of the clusters, where neither the publication nor a transaction says a place."""
    said = shared["countries"] or shared["regions"] or any(one.countries for one in transactions)
    countries = shared["countries"] if said else countries_of(clusters)
    return {"countries": countries, "locations": locations_of(clusters)}


def budgets_of(rows: Iterable[Budget], component: int | None) -> tuple[iati.Budget, ...]:
    return tuple(
        iati.Budget(
            type=row.type,
            status=row.status,
            first=row.first,
            last=row.last,
            value=amount(row.value),
            currency=row.currency,
            value_date=row.value_date,
            source=source_of(row),
        )
        for row in rows
        if row.component_id == component
    )


def transactions_of(
    rows: Iterable[Transaction], component: int | None, publication: Publication
) -> tuple[iati.Transaction, ...]:
    return tuple(
        iati.Transaction(
            type=row.type,
            day=row.date,
            value=amount(row.value),
            currency=row.currency,
            value_date=row.value_date,
            description=row.description,
            provider=body(row.provider, publication),
            receiver=body(row.receiver, publication),
            sectors=(iati.Coded(row.sector, codes.DAC),) if row.sector else (),
            countries=(iati.Coded(row.country.upper()),) if row.country else (),
            source=source_of(row),
        )
        for row in rows
        if row.component_id == component
    )


def documents_of(rows: Iterable[PublishedDocument], component: int | None) -> tuple[iati.Document, ...]:
    return tuple(
        iati.Document(
            url=row.url,
            media_type=row.media_type,
            title=row.title,
            category=row.category,
            language=row.language,
            day=row.date or _signed_on(row),
            source=source_of(row),
        )
        for row in rows
        if row.component_id == component and (row.agreement is None or _is_published(row))
    )


def _is_published(row: PublishedDocument) -> bool:
    """Whether the agreement is still of a kind that is published: it may have been corrected since."""
    return row.agreement is not None and row.agreement.kind in codes.PUBLISHED_AGREEMENTS


def _signed_on(row: PublishedDocument) -> dt.date | None:
    """The day of signature, where the day is known."""
    agreement = row.agreement
    if agreement is None or agreement.signed_first != agreement.signed_last:
        return None
    return agreement.signed_first
