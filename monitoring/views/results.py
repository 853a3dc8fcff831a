"""Results: what each indicator stands at, and the records behind each figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clusters.models import Cluster, Programme
from clusters.permissions import can_read_history
from monitoring.forms.results import ResultsFilter
from monitoring.models import Closing, FrozenFigure, Indicator, Measurement, ReportingPeriod
from monitoring.queries.closings import span_of
from monitoring.queries.figures import Figure, figures, rule_of
from monitoring.queries.pages import (
    Evidence,
    breakdown,
    clusters_of,
    evidence_of,
    frozen_evidence,
    may_see_amount,
    results_of,
)
from monitoring.queries.sources import VOCABULARY
from monitoring.rules.values import Span
from monitoring.rules.vocabulary import in_words
from monitoring.views.base import frame, number_in, readable
from monitoring.views.cells import cell_of, lines_of
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
    found = figures(programme, [shown], clusters, span, today())
    stood = [(one, found[shown.pk, one.pk if one else None]) for one in (None, *clusters)]
    rule = rule_of(shown)
    context = frame(user, programme, "results") | {
        "indicator": shown,
        "rule": in_words(rule, VOCABULARY) if rule else "",
        "cells": [cell_of(user, figure, cluster, None) for cluster, figure in stood],
        "parts": breakdown(shown, None, span, today()),
        "targets": shown.targets.for_list()[:200],
        "measurements": Measurement.objects.filter(indicator=shown).select_related("period", "cluster")[:200],
        "changes": history_of(shown, 20, reader=user) if can_read_history(user, programme) else None,
    }
    return render(request, "monitoring/results/indicator.html", context)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which figure: its cluster (None: the programme), its period (None: all time), and how it stands there."""

    indicator: Indicator
    cluster: Cluster | None
    period: ReportingPeriod | None
    figure: Figure
    frozen: FrozenFigure | None

    @property
    def span(self) -> Span:
        return span_of(self.period) if self.period else Span(None, today())


def _asked(request: HttpRequest, programme: Programme, code: str) -> _Asked:
    shown = indicator_of(request, programme, code)
    slug, period_pk = request.GET.get("cluster", ""), number_in(request, "period")
    cluster = get_object_or_404(Cluster, programme=programme, slug=slug) if slug else None
    period = get_object_or_404(ReportingPeriod, programme=programme, pk=period_pk) if period_pk else None
    frozen = None
    if period is not None:
        closed = Closing.objects.filter(period=period, cluster=cluster, status=Closing.Status.CLOSED)
        rows = FrozenFigure.objects.filter(closing__in=closed, indicator=shown, current=True)
        frozen = rows.select_related("closing__period__programme", "indicator").first()
    span = span_of(period) if period else Span(None, today())
    clusters = [cluster] if cluster else []
    found = figures(programme, [shown], clusters, span, today())
    return _Asked(shown, cluster, period, found[shown.pk, cluster.pk if cluster else None], frozen)


@require_safe
def evidence(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    asked = _asked(request, programme, code)
    number = max(1, number_in(request, "page") or 1)
    found = _evidence(
        user, asked, slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE), request.GET.get("why", "")
    )
    if found is None or (number > 1 and not found.lines):
        raise Http404
    context = frame(user, programme, "results") | {
        "asked": asked,
        "evidence": found,
        "page": Paginator(range(found.total), PAGE_SIZE).get_page(number),
        "may_see_amount": may_see_amount(user, asked.figure),
        "cluster": asked.cluster,
    }
    return render(request, "monitoring/results/evidence.html", context)


def _evidence(user: User, asked: _Asked, page: slice, why: str) -> Evidence | None:
    money: Any = may_see_amount(user, asked.figure)
    if asked.frozen is not None:
        return frozen_evidence(asked.frozen, page, with_money=money)
    return evidence_of(asked.figure, asked.span, today(), page, why=why, with_money=money)
