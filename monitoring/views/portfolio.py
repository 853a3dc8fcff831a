"""The donor's room: the programmes of a reader side by side, and one with all its sections."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clusters.models import Programme
from clusters.queries import PlaceLine
from monitoring.exporters.results import results_csv as csv_of
from monitoring.forms.results import ResultsFilter
from monitoring.models import Report
from monitoring.permissions import can_open_to_all, can_report_somewhere
from monitoring.pictures import map_legend, marks_of, page_map, page_reached
from monitoring.queries.figure_rows import rows_of
from monitoring.queries.pages import clusters_of, may_see_amount, results_of
from monitoring.queries.portfolio import (
    MOST_ROWS,
    PROGRAMMES_ON_A_PAGE,
    gaps_of,
    joint_matrix,
    places_in,
    portfolio_lines,
    portfolio_of,
    programmes_for,
    progress_of,
)
from monitoring.queries.public import public_page_of
from monitoring.views.base import readable
from monitoring.views.cells import lines_of
from twinning.core.models import User
from twinning.core.pages import actor, today
from twinning.core.reports import kinds

_REPORTS = 10


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    rows = programmes_for(actor(request))
    page = Paginator(rows, PROGRAMMES_ON_A_PAGE).get_page(request.GET.get("page"))
    programmes = list(page.object_list)
    if not programmes:
        raise Http404
    context = {
        "page": page,
        "lines": portfolio_lines(programmes, today()),
        "matrix": joint_matrix(programmes),
        **_placed(places_in(programmes)),
        "several": len(programmes) > 1,
        "day": today(),
    }
    return render(request, "monitoring/portfolio/list.html", context)


@require_safe
def programme_portfolio(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    found = portfolio_of(programme, today(), user)
    context = {
        "place": "programme_portfolio",
        "day": today(),
        "portfolio": found,
        **_placed(found.places),
        "reports": _issued(user, programme),
        "may_request": can_report_somewhere(user, programme),
        "may_open": can_open_to_all(user, programme),
        "public": public_page_of(programme),
    }
    return render(request, "monitoring/portfolio/one.html", context)


def _placed(lines: Sequence[PlaceLine]) -> dict[str, Any]:
    return {
        "places": lines,
        "most_places": MOST_ROWS,
        "map": page_map(marks_of(lines)),
        "legend": map_legend(),
    }


def _issued(user: User, programme: Programme) -> list[tuple[Report, str]]:
    labels = {kind.slug: str(kind.label) for kind in kinds()}
    issued = Report.objects.visible_to(user).filter(programme=programme, issued_at__isnull=False).for_list()
    rows = issued.order_by("-as_of", "-pk")[:_REPORTS]
    return [(row, labels.get(row.kind, row.kind)) for row in rows]


@require_safe
def progress_fragment(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """How far one programme is, for its line in the portfolio."""
    _user, programme = readable(request, programme_slug)
    context = {"progress": progress_of(results_of(programme, today()))}
    return render(request, "monitoring/portfolio/_progress.html", context)


@require_safe
def results_fragment(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """The results of one programme against their targets, for its portfolio."""
    user, programme = readable(request, programme_slug)
    found = results_of(programme, today())
    progress = progress_of(found)
    context = {
        "results": found,
        "tables": lines_of(user, found),
        "progress": progress,
        "picture": page_reached(progress.aimed),
    }
    return render(request, "monitoring/portfolio/_results.html", context)


@require_safe
def gaps_fragment(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """What a donor should ask about in one programme, for its portfolio."""
    _user, programme = readable(request, programme_slug)
    context = {"gaps": gaps_of(programme, clusters_of(programme), today())}
    return render(request, "monitoring/portfolio/_gaps.html", context)


@require_safe
def results_csv(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """The figures that the reader sees, to date or of a period (``?period=``), as CSV."""
    user, programme = readable(request, programme_slug)
    asked = ResultsFilter(request.GET, programme=programme)
    if asked.unused:  # a file does not say what it leaves out
        raise Http404
    found = results_of(programme, today(), asked.chosen.get("period"))
    data = csv_of(rows_of(found, partial(may_see_amount, user)))
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme.slug}-results.csv"'
    return response
