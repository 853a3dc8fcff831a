"""The activities of each cluster over time."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.filters import LogFilter, address_of, filters_of
from activities.models import Activity, ActivityCluster
from activities.permissions import can_log_somewhere
from activities.queries import ClusterBars, cluster_bars, doubtful_of, with_places
from activities.views.base import crumbs_of, log_of
from clusters.models import Cluster, Programme
from twinning.core.charts import timeline as draw
from twinning.core.models import User

MOST_ROWS = 100  # of one cluster
MOST_CLUSTERS = 5  # each costs a query
WIDTH = 960


@require_safe
def timeline(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = log_of(request, programme_slug)
    chosen = LogFilter(request, programme, user)
    clusters = [chosen.of_cluster] if chosen.of_cluster else _with_activities(chosen.read_clusters)
    parts = _parts(user, programme, chosen, clusters[:MOST_CLUSTERS])
    context = {
        "place": "activities",
        "filter": chosen,
        "cluster": chosen.of_cluster,
        "parts": [(part, picture(part, chosen)) for part in parts],
        "further": clusters[MOST_CLUSTERS:],
        "address": address_of(chosen.query),
        "plain_address": filters_of(chosen.query),
        "doubtful": can_log_somewhere(user, programme) and doubtful_of(user, programme).exists(),
        "crumbs": crumbs_of(programme),
    }
    return render(request, "activities/timeline.html", context)


def _with_activities(clusters: list[Cluster]) -> list[Cluster]:
    listed = ActivityCluster.objects.filter(cluster=OuterRef("pk"))
    rows = Cluster.objects.filter(Exists(listed), pk__in=[cluster.pk for cluster in clusters])
    return list(rows)


def _parts(user: User, programme: Programme, chosen: LogFilter, clusters: list[Cluster]) -> list[ClusterBars]:
    """What the filters leave of each cluster, in the order of its list; none where they leave nothing."""
    rows = Activity.objects.visible_to(user).filter(programme=programme)
    listed: dict[int, list[int]] = {}
    for cluster in clusters:
        ordered = chosen.listed_in(cluster, rows).values_list("activity_id", flat=True)
        listed[cluster.pk] = list(ordered[: MOST_ROWS + 1])
    wanted = {pk for pks in listed.values() for pk in pks}
    by_id = {activity.pk: activity for activity in with_places(Activity.objects.filter(pk__in=wanted))}
    return [
        cluster_bars(
            cluster,
            [by_id[pk] for pk in listed[cluster.pk][:MOST_ROWS]],
            day=chosen.day,
            first=chosen.chosen.get("from"),
            last=chosen.chosen.get("to"),
            more=len(listed[cluster.pk]) > MOST_ROWS,
        )
        for cluster in clusters
        if listed[cluster.pk]
    ]


def picture(part: ClusterBars, chosen: LogFilter, **options: Any) -> SafeString:
    count = ngettext("%(n)d activity", "%(n)d activities", len(part.bars)) % {"n": len(part.bars)}
    return draw(
        part.bars,
        first=part.first,
        last=part.last,
        as_of=chosen.day,
        language=get_language() or "en",
        width=WIDTH,
        title=_("Activities of %(cluster)s over time") % {"cluster": part.cluster.name},
        description=_("%(count)s from %(first)s to %(last)s. The table below says the same.")
        % {"count": count, "first": date_format(part.first), "last": date_format(part.last)},
        labels=0.26,
        ident=f"timeline-{part.cluster.slug}",
        **options,
    )
