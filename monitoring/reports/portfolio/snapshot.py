"""The snapshot of the portfolio report: what a donor asks of a programme (part 4, report 6), as of a day.

It is made to be issued, so nothing stands in it that a donor may not read: no money of fewer than three firms, no
agreement in which a firm is a party, no firm that adopted a technology, and of stories those alone that were published
with consent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.utils.translation import gettext as _

from clusters.models import Cluster, Decision, Programme, Twinning
from clusters.queries import place_lines
from clusters.rules import Force
from monitoring.permissions import can_read_budget
from monitoring.queries.pages import clusters_of
from monitoring.queries.portfolio import (
    Gaps,
    Matrix,
    agreements_between_bodies,
    gaps_of,
    matrix_of,
    selection_history,
)
from monitoring.reports.figures import results_to_date
from monitoring.reports.portfolio.annex import annex_of
from monitoring.reports.portfolio.money import money_of
from monitoring.reports.portfolio.published import publication_of, targets_of
from monitoring.reports.stories import stories_of
from monitoring.rules.values import State
from twinning.core.reports import ReportRequest, steady_view

# 3: positions of clusters and their twinnings.
# 2: money, targets of the SDG, stories, publication, annex; in the gaps what is not reported and what lapsed.
FORMAT = 3


def title(request: ReportRequest) -> str:
    about = request.programme if request.whole else request.clusters[0]
    return _("Portfolio of %(about)s") % {"about": about}


def take(request: ReportRequest) -> dict[str, Any]:
    """Read the programme once; asked for a cluster, what of the programme is about that cluster."""
    programme = cast(Programme, request.programme)
    with steady_view():
        asked = cast("Sequence[Cluster]", request.clusters)
        clusters = clusters_of(programme) if request.whole else list(asked)
        near = None if request.whole else clusters
        found = results_to_date(programme, clusters, request.as_of, whole=request.whole).data
        agreements = _agreements(programme, request)
        return found | {
            "format": FORMAT,
            "kind": "portfolio",
            "programme": {"slug": programme.slug, "code": programme.code, "title": programme.title},
            "as_of": request.as_of.isoformat(),
            "whole": request.whole,
            "about": programme.title if request.whole else asked[0].name,
            "matrix": _matrix(matrix_of(programme, None if request.whole else asked)),
            "targets": targets_of(programme),
            "money": money_of(programme, request.as_of) if _tells_money(request, programme) else None,
            "agreements": agreements,
            "stories": stories_of(programme, near),
            "gaps": _gaps(gaps_of(programme, clusters, request.as_of), request)
            | {"not_reported": _not_reported(found), "lapsed": _lapsed(agreements)},
            "history": _history(programme, request),
            "places": _places(programme, asked),
            "publication": publication_of(programme, request.as_of) if request.whole else None,
            "annex": annex_of(programme, near, request.actor),
        }


def _tells_money(request: ReportRequest, programme: Programme) -> bool:
    """Money is the programme's as a whole, and told to who reads it otherwise."""
    return request.whole and (request.actor is None or can_read_budget(request.actor, programme))


def _not_reported(found: dict[str, Any]) -> list[str]:
    """Indicators without a value in any place that is reported on."""
    wide = len(found["scopes"])
    return [
        f"{one['code']} {one['name']}"
        for place, one in enumerate(found["indicators"])
        if all(
            figure["state"] == State.NOT_REPORTED
            for figure in found["figures"][place * wide : (place + 1) * wide]
        )
    ]


def _lapsed(agreements: Sequence[dict[str, Any]]) -> list[str]:
    return [row["title"] for row in agreements if row["force"] == Force.LAPSED]


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
    return {
        "without_agent": [
            str(row)
            for row in gaps.without_agent
            if request.whole or {row.emerging_id, row.advanced_id} & near
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


def _places(programme: Programme, clusters: Sequence[Cluster]) -> list[dict[str, Any]]:
    """Where the clusters are, in degrees, and the names of those that each is twinned with."""
    twinnings = Twinning.objects.filter(programme=programme).for_list()
    return [
        {
            "country": line.cluster.country,
            "cluster": line.cluster.name,
            "places": line.cluster.locations,
            "position": [str(degrees) for degrees in line.cluster.position or ()],
            "leads": line.leads,
            "twinned": [[tied.other.name, tied.twinning.status] for tied in line.ties],
        }
        for line in place_lines(clusters, twinnings)
    ]


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
