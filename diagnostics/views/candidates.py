"""Where the studies of an emerging cluster point to, and what two twinned clusters want to speak of."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clusters.models import Cluster, Twinning
from clusters.permissions import can_edit_programme
from clusters.queries import programme_of
from diagnostics.queries import candidates_of, topics_across
from diagnostics.views.base import DIAGNOSTICS, room_of
from twinning.core.pages import actor, url, visible_or_404


@require_safe
def cluster_candidates(request: HttpRequest, programme_slug: str, cluster_slug: str) -> HttpResponse:
    user, programme = room_of(request, programme_slug)
    cluster = visible_or_404(Cluster.objects.filter(programme=programme), request, slug=cluster_slug)
    lines, nowhere = candidates_of(user, cluster)
    context = {
        "place": "diagnostics",
        "cluster": cluster,
        "crumbs": DIAGNOSTICS.crumbs(programme, (cluster.name, url("cluster", programme, cluster.slug))),
        "lines": lines,
        "nowhere": nowhere,
        "may_propose": can_edit_programme(user, programme),
    }
    return render(request, "diagnostics/candidates.html", context)


@require_safe
def twinning_topics_fragment(request: HttpRequest, programme_slug: str, twinning_slug: str) -> HttpResponse:
    programme = programme_of(request, programme_slug)
    twinning = visible_or_404(Twinning.objects.filter(programme=programme), request, slug=twinning_slug)
    topics = topics_across(actor(request), twinning)
    return render(request, "diagnostics/_topics.html", {"topics": topics, "twinning": twinning})
