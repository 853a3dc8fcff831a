"""What assessments come to, one by one and for a cluster together, and the library of cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusters.models import Cluster, Programme
from diagnostics import pictures
from diagnostics.forms_assessments import AdoptionFilter, PolicyFilter
from diagnostics.models import ReadinessScore, Submission
from diagnostics.queries import assessments, cases
from diagnostics.queries.cluster_assessments import cluster_overview
from diagnostics.queries.filed import status_word
from diagnostics.reports import adoption_sheets
from diagnostics.rules.adoption import PARTS
from diagnostics.rules.kinds import ASSESSMENTS, CASES, Kind
from diagnostics.rules.scoring import BANDS
from diagnostics.views.base import room_of
from twinning.core.models import User
from twinning.core.pages import visible_or_404
from twinning.core.tabular import MEDIA_TYPES

# One assessment or case -----------------------------------------------------------------------------------


@require_safe
def assessment_results(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme = room_of(request, programme_slug)
    rows = Submission.objects.filter(programme=programme, kind__in=(*ASSESSMENTS, *CASES))
    rows = rows.select_related("cluster", "organisation", "questionnaire_version__questionnaire")
    shown = visible_or_404(rows, request, pk=pk)
    kind = Kind(shown.kind)
    context = {
        "place": "diagnostics",
        "cluster": shown.cluster,
        "submission": shown,
        "kind": kind,
        "word": status_word(shown.status),
        **_RESULTS[kind](shown, user),
    }
    return render(request, f"diagnostics/results/{kind.value}.html", context)


def _training(shown: Submission, user: User) -> dict[str, Any]:
    return {"results": assessments.training_results(shown)}


def _excellence(shown: Submission, user: User) -> dict[str, Any]:
    results = assessments.excellence_results(shown)
    return {"results": results, "picture": pictures.excellence(results), "modes": results.modes}


def _readiness(shown: Submission, user: User) -> dict[str, Any]:
    results = assessments.readiness_results(shown, user, timezone.localdate())
    return {"results": results, "picture": pictures.readiness(results)}


def _adoption(shown: Submission, user: User) -> dict[str, Any]:
    return {"results": assessments.adoption_results(shown)}


def _policy(shown: Submission, user: User) -> dict[str, Any]:
    return {"results": assessments.policy_results(shown)}


_RESULTS: dict[Kind, Callable[[Submission, User], dict[str, Any]]] = {
    Kind.TRAINING: _training,
    Kind.EXCELLENCE: _excellence,
    Kind.READINESS: _readiness,
    Kind.ADOPTION: _adoption,
    Kind.POLICY: _policy,
}


# A cluster ------------------------------------------------------------------------------------------------


@require_safe
def cluster_assessments(request: HttpRequest, programme_slug: str, cluster_slug: str) -> HttpResponse:
    user, programme = room_of(request, programme_slug)
    cluster = visible_or_404(Cluster.objects.filter(programme=programme), request, slug=cluster_slug)
    overview = cluster_overview(cluster, user)
    waves = dict(ReadinessScore.Wave.choices)
    context = {
        "place": "diagnostics",
        "cluster": cluster,
        "overview": overview,
        "means": [(overview.excellence.labels[mean.key], mean) for mean in overview.excellence.means],
        "excellence_picture": pictures.excellence_of_cluster(overview.excellence),
        "readiness_picture": pictures.readiness_of_cluster(overview.readiness),
        "modes": overview.interventions.modes,
        "bands": [f"{low}–{high} %" for low, high in BANDS],
        "waves": [(waves[band.wave], band) for band in overview.readiness.bands],
        "forms": [(form, status_word(form.status)) for form in overview.forms],
    }
    return render(request, "diagnostics/cluster_assessments.html", context)


# The library ----------------------------------------------------------------------------------------------


def _matrix(
    request: HttpRequest, programme_slug: str
) -> tuple[Programme, AdoptionFilter, cases.AdoptionMatrix]:
    user, programme = room_of(request, programme_slug)
    rows = cases.library(Kind.ADOPTION, programme, user)
    offered = cases.choices_in(rows, "country") | {"technology": cases.technologies_in(rows)}
    chosen = AdoptionFilter(request.GET, offered)
    return programme, chosen, cases.adoption_matrix(cases.narrowed(rows, **chosen.chosen))


@require_safe
def adoption_matrix(request: HttpRequest, programme_slug: str) -> HttpResponse:
    _programme, chosen, matrix = _matrix(request, programme_slug)
    columns = matrix.columns()
    context = {
        "place": "diagnostics",
        "filter": chosen,
        "matrix": matrix,
        "columns": columns,
        "dimensions": [(dimension, len(parts)) for dimension, parts in PARTS.items()],
        "firsts": [parts[0] for parts in PARTS.values()],
        "all_inferred": bool(matrix.cases) and not any(column.claimed for column in columns),
        "address": request.GET.urlencode(),
    }
    return render(request, "diagnostics/adoption_matrix.html", context)


@require_safe
def adoption_matrix_xlsx(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme, chosen, matrix = _matrix(request, programme_slug)
    today = timezone.localdate()
    narrowed = ", ".join(chosen.chosen.values())
    about = [
        (_("Programme"), " ".join(filter(None, [programme.title, programme.code]))),
        (_("As of"), date_format(today)),
        (_("Made by"), str(request.user)),
        *([(_("Only"), narrowed)] if narrowed else []),
    ]
    data = adoption_sheets.workbook(matrix, (), about, {"title": _("Technology adoption")})
    response = HttpResponse(data, content_type=MEDIA_TYPES["xlsx"])
    name = f"adoption-matrix_{programme.slug}_{today.isoformat()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def policy_cases(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = room_of(request, programme_slug)
    rows = cases.library(Kind.POLICY, programme, user)
    chosen = PolicyFilter(request.GET, cases.choices_in(rows, "country", "area", "issue"))
    found, more = cases.policy_cases(cases.narrowed(rows, **chosen.chosen))
    by_area: dict[str, list[cases.PolicyCase]] = {}
    for case in found:
        by_area.setdefault(case.area, []).append(case)
    context = {
        "place": "diagnostics",
        "filter": chosen,
        "areas": list(by_area.items()),
        "count": len(found),
        "more": more,
        "narrowed": bool(chosen.chosen),
    }
    return render(request, "diagnostics/policy_cases.html", context)
