"""The snapshot of the results report: the chain, the figures to date and by period, and the records behind them.

It is made to be issued, so nothing stands in it that a donor may not read: no money of fewer than three firms, no
names of firms or of agreements between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.utils.translation import gettext as _

from activities.models import Participation
from activities.queries import attendance
from clusters.models import Agreement, Cluster, Programme
from monitoring.models import Indicator, Measurement, Outcome, ReportingPeriod, Result
from monitoring.queries.closings import period_figures, restatements_of
from monitoring.queries.figures import Figure, rule_of
from monitoring.queries.outside import KNOWN, told_outside
from monitoring.queries.pages import clusters_of
from monitoring.queries.sources import Scope
from monitoring.queries.to_date import figures_to_date, lines_to_date
from twinning.core.reports import ReportRequest, steady_view
from twinning.core.small_cells import may_show

FORMAT = 1
MOST_PERIODS = 12
MOST_RESTATEMENTS = 500


def title(request: ReportRequest) -> str:
    about = request.programme if request.whole else request.clusters[0]
    return _("Results of %(about)s") % {"about": about}


def take(request: ReportRequest) -> dict[str, Any]:
    """Read all results once, as of a day; a cluster's report is about that cluster alone."""
    programme = cast(Programme, request.programme)
    with steady_view():
        clusters = clusters_of(programme) if request.whole else [cast(Cluster, request.clusters[0])]
        scopes: list[Scope] = [cluster.pk for cluster in clusters]
        if request.whole:
            scopes = [None, *scopes]
        indicators = list(Indicator.objects.filter(programme=programme).current().for_list())
        found = figures_to_date(programme, indicators, clusters, request.as_of)
        return {
            "format": FORMAT,
            "kind": "results",
            "programme": {"slug": programme.slug, "code": programme.code, "title": programme.title},
            "currency": programme.currency,
            "as_of": request.as_of.isoformat(),
            "whole": request.whole,
            "scopes": [None if scope is None else _named(clusters, scope) for scope in scopes],
            "results": _chain(programme),
            "indicators": [_indicator(one) for one in indicators],
            "figures": [_figure(found[one.pk, scope]) for one in indicators for scope in scopes],
            "periods": list(_periods(programme, indicators, clusters, scopes, request)),
            "typed": _typed(indicators, clusters, request),
            "participation": [_participation(programme, scope, request) for scope in scopes],
            "practices": _practices(programme, scopes, request),
            "agreements": _agreements(programme, request),
            "restatements": _restatements(programme, scopes, request),
            "evidence": list(_evidence(indicators, scopes, request)),
        }


def _named(clusters: Sequence[Cluster], pk: int) -> str:
    return next(cluster.name for cluster in clusters if cluster.pk == pk)


def _chain(programme: Programme) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "level": row.level,
            "title": row.title,
            "description": row.description,
            "assumptions": row.assumptions.splitlines(),
            "risks": row.risks.splitlines(),
            "contribution": row.contribution,
            "leads_to": row.leads_to.title if row.leads_to else "",
        }
        for row in Result.objects.filter(programme=programme).select_related("leads_to")
    ]


def _indicator(row: Indicator) -> dict[str, Any]:
    rule = rule_of(row)
    return {
        "code": row.code,
        "name": row.name,
        "level": row.level,
        "result": row.result_id,
        "unit": row.unit,
        "measure": row.measure,
        "rule": rule.as_json() if rule else None,
        "baseline": _text(row.baseline),
        "baseline_year": row.baseline_year,
    }


def _text(value: Any) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _figure(figure: Figure) -> dict[str, Any]:
    value, target = figure.value, figure.target
    walled = bool(figure.amount and figure.records and not may_show(figure.firms))
    amounts = figure.amount.spent if figure.amount and not walled else ()
    return {
        "state": value.state.value,
        "value": _text(value.number),
        "low": _text(value.low),
        "high": _text(value.high),
        "word": value.word,
        "amounts": [[currency, _text(amount)] for currency, amount in amounts],
        "total": _text(figure.amount.total) if amounts and figure.amount else None,
        "walled": walled,
        "records": figure.records,
        "target": _text(target.value) if target else None,
        "achieved": _text(figure.achieved),
    }


def _periods(
    programme: Programme,
    indicators: Sequence[Indicator],
    clusters: Sequence[Cluster],
    scopes: Sequence[Scope],
    request: ReportRequest,
) -> Iterator[dict[str, Any]]:
    """The latest periods that are over: frozen figures where they are closed."""
    rows = ReportingPeriod.objects.filter(programme=programme, last__lte=request.as_of)
    for period in reversed(list(rows.select_related("programme").order_by("-first")[:MOST_PERIODS])):
        found = period_figures(period, indicators, clusters)
        yield {
            "title": period.title,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "closed": [found.is_frozen(scope) for scope in scopes],
            "touched": [
                scope in found.closings and found.closings[scope].pk in found.touched for scope in scopes
            ],
            "figures": [_figure(found.figures[one.pk, scope]) for one in indicators for scope in scopes],
        }


def _typed(
    indicators: Sequence[Indicator], clusters: Sequence[Cluster], request: ReportRequest
) -> list[dict[str, Any]]:
    """Typed values with their source: what was reported and could not be counted."""
    rows = Measurement.objects.filter(
        indicator__in=[one.pk for one in indicators if not one.is_computed], period__last__lte=request.as_of
    ).select_related("indicator", "period", "cluster")
    if not request.whole:
        rows = rows.filter(cluster__in=[cluster.pk for cluster in clusters])
    return [
        {
            "code": row.indicator.code,
            "name": row.indicator.name,
            "measure": row.indicator.measure,
            "period": row.period.title,
            "cluster": row.cluster.name if row.cluster else "",
            "applies": row.applies,
            "value": _text(row.value),
            "low": _text(row.low),
            "high": _text(row.high),
            "word": row.word,
            "source": row.source,
        }
        for row in rows.order_by("indicator__order", "period__first", "cluster__name")
    ]


def _participation(programme: Programme, scope: Scope, request: ReportRequest) -> dict[str, int]:
    done = Participation.objects.filter(
        activity__programme=programme,
        activity__removed_at=None,
        activity__period_end__lte=request.as_of,
        role=Participation.Role.TRAINEE,
    ).exclude(activity__status_set="cancelled")
    if scope is not None:
        done = done.filter(activity__cluster_links__cluster=scope)
    found = attendance(done)
    return {
        "persons": found.persons,
        "women": found.women,
        "men": found.men,
        "not_stated": found.not_stated,
        "named": found.named,
        "firms": found.firms,
    }


def _practices(programme: Programme, scopes: Sequence[Scope], request: ReportRequest) -> list[dict[str, Any]]:
    """Practices that firms adopted, by what they are; which firms is not said."""
    rows = Outcome.objects.standing().filter(
        programme=programme,
        kind=Outcome.Kind.PRACTICE,
        verified_at__isnull=False,
        happened_last__lte=request.as_of,
    )
    if not request.whole:
        rows = rows.filter(cluster__in=scopes)
    return [
        {"title": row.title, "cluster": row.cluster.name if row.cluster else "", "quantity": row.quantity}
        for row in rows.select_related("cluster").order_by("cluster__name", "title", "pk")
    ]


def _agreements(programme: Programme, request: ReportRequest) -> list[dict[str, Any]]:
    """The register, without agreements between firms, which are theirs to publish."""
    rows = Agreement.objects.filter(programme=programme).filter(KNOWN[Agreement])
    return [
        {
            "title": row.title,
            "kind": row.kind,
            "signed": row.signed,
            "force": row.force_on(request.as_of).value,
        }
        for row in rows.order_by("signed_first", "pk")
    ]


def _restatements(
    programme: Programme, scopes: Sequence[Scope], request: ReportRequest
) -> list[dict[str, Any]]:
    rows = restatements_of(programme)
    if not request.whole:
        rows = rows.filter(closing__cluster__in=scopes)
    return [
        {
            "code": row.indicator.code,
            "name": row.indicator.name,
            "period": row.closing.period.title,
            "cluster": row.closing.cluster.name if row.closing.cluster else "",
            "was": _stood(row.before),
            "is": _stood(row.after),
            "reason": row.reason,
            "at": row.at.date().isoformat(),
        }
        for row in rows[:MOST_RESTATEMENTS]
    ]


def _stood(frozen: Any) -> dict[str, Any]:
    names = ("state", "word")
    found: dict[str, Any] = {name: getattr(frozen, name) for name in names}
    return found | {"value": _text(frozen.number), "low": _text(frozen.low), "high": _text(frozen.high)}


def _evidence(
    indicators: Sequence[Indicator], scopes: Sequence[Scope], request: ReportRequest
) -> Iterator[dict[str, Any]]:
    """The records that each figure to date counts: those of the programme, or of the cluster reported on."""
    for indicator in indicators:
        for line in told_outside(indicator, lines_to_date(indicator, scopes[0], request.as_of)):
            yield {
                "code": indicator.code,
                "record": line.title,
                "when": line.when,
                "counts": line.counts,
                "note": line.note,
            }
