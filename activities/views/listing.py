"""One page of the log: filtered, ordered, perhaps grouped; never counted or sorted beyond what is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from activities.filters import LogFilter
from activities.models import Activity, ActivityCluster
from activities.models.activity import ActivityQuerySet
from activities.queries import LogRow, capped_count, log_row, with_places
from clusters.models import Programme
from twinning.core.models import User
from twinning.core.pages import COUNT_LIMIT, PAGE_SIZE, page_of, sorted_by


@dataclass(frozen=True)
class UncountedPage:
    """A page of a list too long to be counted; ``pagination`` shows only what comes before and after."""

    object_list: list[Any]
    number: int
    more: bool

    def has_next(self) -> bool:
        return self.more

    def has_previous(self) -> bool:
        return self.number > 1


@dataclass(frozen=True)
class Listing:
    """``groups`` are (heading, rows): one without a heading, or one for each cluster on the page."""

    page: Any
    groups: list[tuple[str, list[LogRow]]]
    order: str
    is_long: bool
    is_grouped: bool


def is_long(chosen: LogFilter, base: ActivityQuerySet) -> bool:
    """Whether the log, or that of the chosen cluster, is beyond what is counted and sorted."""
    if chosen.of_cluster:
        return capped_count(ActivityCluster.objects.filter(cluster=chosen.of_cluster)) > COUNT_LIMIT
    return capped_count(base) > COUNT_LIMIT


def listing_of(request: HttpRequest, chosen: LogFilter, programme: Programme, user: User) -> Listing:
    base = Activity.objects.visible_to(user).filter(programme=programme)
    rows, long = chosen.narrow(base), is_long(chosen, base)
    if request.GET.get("group") == "cluster" and not chosen.of_cluster:
        return _grouped(request, chosen, rows, long)
    default = "number" if chosen.of_cluster else "-start"
    page: Any
    if long:
        order, ordered = _by_index(request, chosen, rows, default)
        page = _uncounted(request, with_places(ordered))
    else:
        sorts = {"start": "period_start", "title": "title", "status": "status_now"}
        if chosen.of_cluster:
            sorts["number"] = "cluster_links__number"
        asked = request.GET.get("sort", default)
        order = asked if asked.removeprefix("-") in sorts else default
        ready = with_places(rows.with_status(chosen.day))
        page = page_of(request, sorted_by(request, ready, sorts, default))
    cluster_id = chosen.of_cluster.pk if chosen.of_cluster else None
    shown = [log_row(activity, chosen.day, cluster_id) for activity in page.object_list]
    return Listing(page, [("", shown)], order, long, is_grouped=False)


def _by_index(
    request: HttpRequest, chosen: LogFilter, rows: ActivityQuerySet, default: str
) -> tuple[str, ActivityQuerySet]:
    """An order that an index gives, so that a page costs the same among a million as among a thousand."""
    order = request.GET.get("sort", default)
    if order in ("number", "-number") and chosen.of_cluster:
        down = "-" if order.startswith("-") else ""
        return order, rows.order_by(f"{down}cluster_links__number", f"{down}pk")
    if chosen.chosen.get("status") == "undated":
        return "start", rows.order_by("pk")
    order = order if order in ("start", "-start") else "-start"
    down = "-" if order.startswith("-") else ""
    # Undated rows would stand at the end, where no page of a long list reaches; their status finds them.
    dated = rows.filter(period_start__isnull=False)
    return order, dated.order_by(f"{down}period_start", f"{down}pk")


def _uncounted(request: HttpRequest, rows: QuerySet[Any]) -> UncountedPage:
    asked = request.GET.get("page", "1")
    number = min(max(int(asked) if asked.isdecimal() and len(asked) < 9 else 1, 1), COUNT_LIMIT // PAGE_SIZE)
    start = (number - 1) * PAGE_SIZE
    found = list(rows[start : start + PAGE_SIZE + 1])
    return UncountedPage(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE)


def _grouped(request: HttpRequest, chosen: LogFilter, rows: ActivityQuerySet, long: bool) -> Listing:
    """By cluster and number, as the sheets print them: a joint event stands in each of its clusters."""
    wanted = rows.filter(pk=OuterRef("activity"))
    links = ActivityCluster.objects.filter(
        Exists(wanted), cluster__in=[cluster.pk for cluster in chosen.clusters]
    ).order_by("cluster_id", "number", "pk")
    page: Any = _uncounted(request, links) if long else page_of(request, links)
    found = list(page.object_list)
    by_id = {a.pk: a for a in with_places(Activity.objects.filter(pk__in={x.activity_id for x in found}))}
    shown = [log_row(by_id[link.activity_id], chosen.day, link.cluster_id) for link in found]
    groups = [
        (name, list(part)) for name, part in groupby(shown, lambda row: row.place.name if row.place else "")
    ]
    return Listing(page, groups, "number", long, is_grouped=True)
