"""Parts for the pages of other rooms, loaded by the name of their address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.models import Activity, ActivityCluster
from activities.queries import activities_with, capped_count, log_row, status_counts
from clusters.models import Cluster, Organisation
from clusters.models.membership import grants_of
from clusters.queries import programme_of
from clusters.rules import Can
from twinning.core.pages import COUNT_LIMIT, actor, today, visible_or_404

MOST_ROWS = 10


@require_safe
def activity_summary_fragment(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """Activities by status today: of the programme, or of ?cluster=."""
    programme, user = programme_of(request, programme_slug), actor(request)
    rows = Activity.objects.visible_to(user).filter(programme=programme)
    cluster, total = None, None
    if slug := request.GET.get("cluster"):
        cluster = visible_or_404(Cluster.objects.filter(programme=programme), request, slug=slug)
        rows = rows.filter(cluster_links__cluster=cluster)
        listed = capped_count(ActivityCluster.objects.filter(cluster=cluster))
        # Only a list that is too long is counted by its places alone, and only for who may see all of it.
        whole = grants_of(user).may(Can.READ_ACTIVITIES, programme.pk, cluster.pk)
        total = listed if whole and listed > COUNT_LIMIT else None
    counts = status_counts(rows, today(), total)
    context = {"cluster": cluster, "counts": counts, "programme": programme}
    return render(request, "activities/_summary.html", context)


@require_safe
def organisation_activities_fragment(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """The latest activities in which an organisation had a part."""
    programme, user = programme_of(request, programme_slug), actor(request)
    organisation = visible_or_404(Organisation.objects.filter(programme=programme), request, pk=pk)
    found = activities_with(user, organisation, MOST_ROWS + 1)
    context = {
        "organisation": organisation,
        "rows": [log_row(activity, today()) for activity in found[:MOST_ROWS]],
        "more": len(found) > MOST_ROWS,
        "programme": programme,
    }
    return render(request, "activities/_of_organisation.html", context)
