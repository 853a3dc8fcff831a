"""The snapshot of the portfolio report: what a donor asks of a programme (part 4, report 6), as of a day.

It is made to be issued, so nothing stands in it that a donor may not read: no money of fewer than three firms, no
agreement in which a firm is a party.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.utils.translation import gettext as _

from clusters.models import Cluster, Decision, Programme
from monitoring.models import Indicator, Result
from monitoring.queries.figures import Figure
from monitoring.queries.pages import clusters_of
from monitoring.queries.portfolio import (
    Gaps,
    Matrix,
    agreements_between_bodies,
    gaps_of,
    matrix_of,
    selection_history,
)
from monitoring.queries.sources import Scope
from monitoring.queries.to_date import figures_to_date
from twinning.core.reports import ReportRequest, steady_view
from twinning.core.small_cells import may_show

FORMAT = 1


def title(request: ReportRequest) -> str:
    about = request.programme if request.whole else request.clusters[0]
    return _("Portfolio of %(about)s") % {"about": about}


def take(request: ReportRequest) -> dict[str, Any]:
    """Read the programme once; asked for a cluster, what of the programme is about that cluster."""
    programme = cast(Programme, request.programme)
    with steady_view():
        asked = cast("Sequence[Cluster]", request.clusters)
        clusters = clusters_of(programme) if request.whole else list(asked)
        scopes: list[Scope] = [None] if request.whole else []
        scopes += [cluster.pk for cluster in clusters]
        indicators = list(Indicator.objects.filter(programme=programme).current().for_list())
        found = figures_to_date(programme, indicators, clusters, request.as_of)
        names = {cluster.pk: cluster.name for cluster in clusters}
        return {
            "format": FORMAT,
            "kind": "portfolio",
            "programme": {"slug": programme.slug, "code": programme.code, "title": programme.title},
            "currency": programme.currency,
            "as_of": request.as_of.isoformat(),
            "whole": request.whole,
            "about": programme.title if request.whole else asked[0].name,
            "matrix": _matrix(matrix_of(programme, None if request.whole else asked)),
            "scopes": [None if scope is None else names[scope] for scope in scopes],
            "results": _results(programme),
            "indicators": [_indicator(one) for one in indicators],
            "figures": [_figure(found[one.pk, scope]) for one in indicators for scope in scopes],
            "agreements": _agreements(programme, request),
            "gaps": _gaps(gaps_of(programme, clusters, request.as_of), request),
            "history": _history(programme, request),
            "places": [
                {"country": row.country, "cluster": row.name, "places": row.locations} for row in asked
            ],
        }


def _matrix(matrix: Matrix) -> dict[str, Any]:
    return {
        "heads": list(matrix.heads),
        "rows": [
            {
                "cluster": row.cluster.name,
                "cells": [[[place.start_year, place.mode] for place in cell] for cell in row.cells],
            }
            for row in matrix.rows
        ],
    }


def _results(programme: Programme) -> list[dict[str, Any]]:
    rows = Result.objects.filter(programme=programme)
    return [{"id": row.pk, "title": row.title, "contribution": row.contribution} for row in rows]


def _indicator(row: Indicator) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "unit": row.unit,
        "measure": row.measure,
        "result": row.result_id,
    }


def _text(value: Any) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _figure(figure: Figure) -> dict[str, Any]:
    value, target = figure.value, figure.target
    walled = bool(figure.amount and figure.records and not may_show(figure.firms))
    spent = figure.amount.spent if figure.amount and not walled else ()
    return {
        "state": value.state.value,
        "value": _text(value.number),
        "low": _text(value.low),
        "high": _text(value.high),
        "word": value.word,
        "amounts": [[currency, _text(amount)] for currency, amount in spent],
        "walled": walled,
        "records": figure.records,
        "target": _text(target.value) if target else None,
        "achieved": _text(figure.achieved),
    }


def _agreements(programme: Programme, request: ReportRequest) -> list[dict[str, Any]]:
    rows = agreements_between_bodies(programme)
    if not request.whole:
        near = request.clusters[0].pk
        rows = rows.filter(twinning__emerging=near) | rows.filter(twinning__advanced=near)
    return [
        {
            "title": row.title,
            "kind": row.kind,
            "signed": row.signed,
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "force": row.force_on(request.as_of).value,
        }
        for row in rows
    ]


def _gaps(gaps: Gaps, request: ReportRequest) -> dict[str, Any]:
    near = {cluster.pk for cluster in request.clusters}
    twinnings = [line.twinning for line in gaps.without_agent]
    return {
        "without_agent": [
            str(row) for row in twinnings if request.whole or {row.emerging_id, row.advanced_id} & near
        ],
        "late": [
            {
                "period": due.period.title,
                "cluster": due.cluster.name if due.cluster else "",
                "due_on": due.period.due_on.isoformat(),
            }
            for due in gaps.late
            if request.whole or due.cluster
        ],
        "to_restate": [
            {"period": row.period.title, "cluster": row.cluster.name if row.cluster else ""}
            for row in gaps.to_restate
            if request.whole or row.cluster_id in near
        ],
        "risks": [{"title": row.title, "risks": row.risks.splitlines()} for row in gaps.risks],
    }


def _history(programme: Programme, request: ReportRequest) -> list[dict[str, Any]]:
    rows = Decision.objects.filter(meeting__programme=programme)
    if not request.whole:
        rows = rows.filter(cluster__in=[cluster.pk for cluster in request.clusters])
    return [
        {
            "cluster": str(row.cluster),
            "kind": row.kind,
            "meeting": row.meeting.number,
            "held": held,
            "text": row.text,
        }
        for row, held in selection_history(rows)
    ]
