"""A programme as the activities of IATI (docs/iati.md): itself, its components, on demand twinnings and activities.

Only what may be published stands in them: no letter of intent and no agreement between firms, no firm by its name, no
person. What is told in words is told as it stands in titles and descriptions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from clusters.models import Component, Programme, Twinning, TwinningStage
from monitoring.models import Publication
from monitoring.queries import iati_parts as parts
from monitoring.queries.iati_log import logged
from monitoring.queries.iati_records import Records, read, updated_at
from monitoring.queries.iati_results import results_for_iati
from monitoring.rules import iati
from monitoring.rules.iati import codes


def activities_of(publication: Publication, today: dt.date | None = None) -> Iterator[iati.Activity]:
    """The programme, then its components, then twinnings and activities where the publication says so."""
    records = read(publication, today or timezone.now().date(), updated_at(publication))
    return written(records)


def written(records: Records, *, whole: bool = True) -> Iterator[iati.Activity]:
    """The activities of what was read; unless ``whole``, without what is counted or very many.

    That is results, and single activities. Neither can be wrong by itself: the database keeps values and periods
    sound, and what a single activity shares with the programme is wrong there too.
    """
    yield _programme(records, with_results=whole)
    for component in records.components:
        yield _component(records, component)
    for twinning, stages in records.twinnings.items():
        yield from _twinning(records, twinning, stages)
    if records.publication.with_activities and whole:
        yield from logged(records, _shared(records, None))


def _joined(*groups: tuple[iati.Organisation, ...]) -> tuple[iati.Organisation, ...]:
    """Each body once in a role."""
    found = {(one.name, one.role): one for group in groups for one in group}
    return tuple(found.values())


def _shared(records: Records, component: int | None) -> dict[str, Any]:
    """What every activity of the file says alike."""
    publication = records.publication
    regions = parts.coded(records.codes, codes.Scheme.REGION, component)
    countries = parts.coded(records.codes, codes.Scheme.COUNTRY, component)
    return {
        "reporting": iati.Organisation(
            publication.reporter_ref,
            publication.reporter_type,
            publication.reporter_name,
            source=parts.source_of(publication),
        ),
        "language": publication.language,
        "currency": records.programme.currency,
        "updated": records.updated,
        "countries": countries,
        "regions": regions,
        "sectors": parts.coded(records.codes, codes.Scheme.SECTOR, component),
        "tags": parts.coded(records.codes, codes.Scheme.TAG, component),
        "markers": parts.coded(records.codes, codes.Scheme.MARKER, component),
        "collaboration": publication.collaboration,
        "flow": publication.flow,
        "finance": publication.finance,
        "aid_types": (iati.Coded(publication.aid, codes.DAC),),
        "tied": publication.tied,
        "budget_not_provided": publication.no_budget,
    }


def _money(records: Records, component: int | None, shared: dict[str, Any]) -> dict[str, Any]:
    budgets = parts.budgets_of(records.budgets, component)
    return {
        "budgets": budgets,
        "budget_not_provided": "" if budgets else shared["budget_not_provided"],
        "transactions": parts.transactions_of(records.transactions, component, records.publication),
        "documents": parts.documents_of(records.documents, component),
    }


def _days(records: Records, start: parts.Edge | None) -> tuple[iati.ActivityDate, ...]:
    """From ``start`` (None: that of the programme) to the end of the programme."""
    programme = records.programme
    first, _last = parts.edges(programme.starts, records.publication.language)
    _first, last = parts.edges(programme.ends, records.publication.language)
    begun = programme.status != Programme.Status.IDEA
    over = programme.status in (Programme.Status.CLOSED, Programme.Status.CANCELLED)
    return parts.dates(start or first, last, records.today, begun=begun, over=over)


def _programme(records: Records, *, with_results: bool) -> iati.Activity:
    programme = records.programme
    shared = _shared(records, None)
    money = _money(records, None, shared)
    own = (iati.OtherIdentifier(programme.code, codes.INTERNAL_IDENTIFIER),) if programme.code else ()
    return iati.Activity(
        **shared
        | money
        | parts.placed(shared, records.clusters[None], money["transactions"])
        | {
            "identifier": records.base,
            "title": programme.title,
            "description": programme.description,
            "status": codes.STATUS_OF_PROGRAMME[programme.status],
            "hierarchy": codes.PROGRAMME,
            "source": parts.source_of(programme),
            "participating": _joined(records.partners, records.signatories),
            "other_identifiers": own,
            "dates": _days(records, None),
            "related": tuple((records.of_component(one), codes.CHILD) for one in records.components),
            "results": results_for_iati(programme, records.today) if with_results else (),
        }
    )


def _component(records: Records, component: Component) -> iati.Activity:
    """A component; what it does not say itself is that of the programme."""
    clusters = records.clusters.get(component.pk) or records.clusters[None]
    shared = _shared(records, component.pk)
    money = _money(records, component.pk, shared)
    names = ", ".join(cluster.name for cluster in clusters)
    is_twinning = component.kind == Component.Kind.CT
    finance = codes.GUARANTEE_FINANCE if component.kind == Component.Kind.MCGF else shared["finance"]
    children = list(records.twinnings) if component == _parent(records) else []
    return iati.Activity(
        **shared
        | money
        | parts.placed(shared, clusters, money["transactions"])
        | {
            "identifier": records.of_component(component),
            "title": component.title,
            "description": f"{records.programme.title}: {component.title}. {names}".strip(),
            "status": codes.STATUS_OF_PROGRAMME[records.programme.status],
            "hierarchy": codes.COMPONENT,
            "source": parts.source_of(component),
            "participating": _joined(records.partners, records.signatories if is_twinning else ()),
            "dates": _days(records, _start_of(component)),
            "finance": finance,
            "related": (
                (records.base, codes.PARENT),
                *((records.of_twinning(one), codes.CHILD) for one in children),
            ),
        }
    )


def _start_of(component: Component) -> parts.Edge | None:
    """The first of the years in which clusters joined it (Table 1)."""
    years = [link.start_year for link in component.cluster_links.all() if link.start_year]
    return parts.Edge(dt.date(min(years), 1, 1), str(min(years))) if years else None


def _parent(records: Records) -> Component | None:
    """The component to which the twinnings belong; without one they belong to the programme."""
    return next((one for one in records.components if one.kind == Component.Kind.CT), None)


def _twinning(records: Records, twinning: Twinning, stages: list[TwinningStage]) -> Iterator[iati.Activity]:
    """A twinning, from the day on which its story begins; one without such a day is left out."""
    language = records.publication.language
    starts = [first for first, _last in (parts.edges(one.since, language) for one in stages) if first]
    if not starts:
        return
    parent = _parent(records)
    shared = _shared(records, parent.pk if parent else None)
    over = twinning.status in (Twinning.Status.LAPSED, Twinning.Status.ABANDONED)
    end = parts.edges(stages[-1].since, language)[1] if over else None
    clusters = [twinning.emerging]
    siblings = [one for one in records.twinnings if one != twinning]
    yield iati.Activity(
        **shared
        | parts.placed(shared, clusters)
        | {
            "identifier": records.of_twinning(twinning),
            "title": str(twinning),
            "description": f"{records.programme.title}: {twinning}. {twinning.overlap}".strip(),
            "status": codes.STATUS_OF_TWINNING[twinning.status],
            "hierarchy": codes.TWINNING,
            "source": parts.source_of(twinning),
            "participating": records.partners,
            "dates": parts.dates(
                min(starts, key=lambda edge: edge.day), end, records.today, begun=True, over=over
            ),
            "related": (
                (records.of_component(parent) if parent else records.base, codes.PARENT),
                *((records.of_twinning(one), codes.SIBLING) for one in siblings),
            ),
        }
    )
