"""Results: what each indicator stands at, and the records behind each figure."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clusters.models import Cluster, Programme
from clusters.permissions import can_read_history
from monitoring.forms.results import ResultsFilter
from monitoring.models import Indicator, Measurement, ReportingPeriod
from monitoring.permissions import can_measure, can_read_money
from monitoring.queries.asked import AskedFigure, evidence_asked, figure_asked, narrowed_to, without_age
from monitoring.queries.divisions import dimensions, is_part_told, sees_parts
from monitoring.queries.entering import places_entered
from monitoring.queries.figures import rule_of
from monitoring.queries.pages import Evidence, breakdown, clusters_of, may_see_amount, results_of
from monitoring.queries.sources import VOCABULARY
from monitoring.queries.to_date import figures_to_date
from monitoring.rules.values import Span
from monitoring.rules.vocabulary import RuleError, in_words
from monitoring.views.base import frame, number_in, readable
from monitoring.views.cells import NARROWING, cell_of, evidence_url, lines_of
from twinning.core.models import User
from twinning.core.pages import PAGE_SIZE, today
from twinning.core.queries import history_of


@require_safe
def results(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    asked = ResultsFilter(request.GET, programme=programme)
    period: ReportingPeriod | None = asked.chosen.get("period")
    found = results_of(programme, today(), period)
    context = frame(user, programme, "results") | {
        "filter": asked,
        "results": found,
        "period": period,
        "tables": lines_of(user, found),
        "has_indicators": any(table.rows for table in found.tables),
    }
    return render(request, "monitoring/results/results.html", context)


def indicator_of(request: HttpRequest, programme: Programme, code: str) -> Indicator:
    rows = Indicator.objects.filter(programme=programme).select_related("result", "programme")
    return get_object_or_404(rows, code__iexact=code)


@require_safe
def indicator(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    shown = indicator_of(request, programme, code)
    clusters, span = clusters_of(programme), Span(None, today())
    found = figures_to_date(programme, [shown], clusters, today())
    stood = [(one, found[shown.pk, one.pk if one else None]) for one in (None, *clusters)]
    rule = rule_of(shown)
    context = frame(user, programme, "results") | {
        "indicator": shown,
        "rule": in_words(rule, VOCABULARY) if rule else "",
        "cells": [cell_of(user, figure, cluster, None) for cluster, figure in stood],
        "parts": breakdown(user, shown, None, span, today()),
        "is_divided": bool(dimensions(shown)),
        "may_enter": bool(places_entered(user, programme)),
        "targets": shown.targets.for_list()[:200],
        "measurements": [
            (row, can_read_money(user, programme, row.cluster), can_measure(user, programme, row.cluster))
            for row in Measurement.objects.filter(indicator=shown).select_related("period", "cluster")[:200]
        ],
        "changes": history_of(shown, 20, reader=user) if can_read_history(user, programme) else None,
    }
    return render(request, "monitoring/results/indicator.html", context)


def _asked(user: User, request: HttpRequest, programme: Programme, code: str) -> tuple[AskedFigure, bool]:
    """The figure, or the part of one; and whether its numbers are not told to this reader, only what it stands on."""
    shown = indicator_of(request, programme, code)
    slug, period_pk = request.GET.get("cluster", ""), number_in(request, "period")
    cluster = get_object_or_404(Cluster, programme=programme, slug=slug) if slug else None
    period = get_object_or_404(ReportingPeriod, programme=programme, pk=period_pk) if period_pk else None
    by = {name: request.GET[name] for name in NARROWING if request.GET.get(name)}
    if not by:
        return figure_asked(shown, cluster, period, today()), False
    try:
        found = narrowed_to(shown, cluster, period, by, today())
    except RuleError as error:
        raise Http404 from error
    if not is_part_told(user, shown, by, cluster=cluster, period=period, today=today()):
        raise Http404
    return found, not sees_parts(user, shown, cluster)


def _counted(asked: AskedFigure, found: Evidence) -> dict[str, int]:
    """How many records stand behind a figure: those of its closed periods, on each page of the list, and all."""
    parts = () if found.shown else asked.parts
    in_closed = sum(part.records for part in parts)
    return {
        "closed_periods": len(parts),
        "in_closed": in_closed,
        "all_records": in_closed + found.total,
    }


def _page_of(asked: AskedFigure, period: int) -> str:
    """The evidence of a closed period that a figure to date is made of."""
    return evidence_url(asked.indicator.programme, asked.indicator, asked.cluster, period)


@require_safe
def evidence(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    asked, hides = _asked(user, request, programme, code)
    number = max(1, number_in(request, "page") or 1)
    lines = slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE)
    found = evidence_asked(user, asked, lines, request.GET.get("why", ""))
    if found is None or (number > 1 and not found.lines):
        raise Http404
    context = frame(user, programme, "results") | {
        "asked": asked,
        "evidence": found,
        "closed": [(one, _page_of(asked, one.part.period)) for one in found.closed],
        **_counted(asked, found),
        "page": Paginator(range(found.total), PAGE_SIZE).get_page(number),
        "may_see_amount": may_see_amount(user, asked.figure),
        "cluster": asked.cluster,
        "hides_numbers": hides,
        "without_age": without_age(asked),
        "sees_parts": sees_parts(user, asked.indicator, asked.cluster),
        "is_divided": bool(dimensions(asked.indicator, asked.cluster)),
    }
    return render(request, "monitoring/results/evidence.html", context)
