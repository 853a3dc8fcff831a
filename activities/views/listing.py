"""One page of the log: filtered, ordered, perhaps grouped; never counted or sorted beyond what is cheap."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import F, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest

from activities.filters import LogFilter, Part
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
    long = is_long(chosen, base)
    if request.GET.get("group") == "cluster" and not chosen.of_cluster:
        return _grouped(request, chosen, base, long)
    default = "number" if chosen.of_cluster else "-start"
    sorts = {"start": "period_start", "title": "title", "status": "status_now"}
    if chosen.of_cluster:
        sorts["number"] = "cluster_links__number"
    if long:
        # What no index gives in order is not sorted: a page costs the same among a million as among a
        # thousand.
        sorts = {name: field for name, field in sorts.items() if name in ("start", "number")}
    asked = request.GET.get("sort", default)
    order = asked if asked.removeprefix("-") in sorts else default
    page: Any
    if long:
        page = _page_by_index(request, chosen, base, order)
    else:
        rows = with_places(chosen.narrow(base).with_status(chosen.day))
        page = page_of(request, sorted_by(request, rows, sorts, default))
    cluster_id = chosen.of_cluster.pk if chosen.of_cluster else None
    shown = [log_row(activity, chosen.day, cluster_id) for activity in page.object_list]
    return Listing(page, [("", shown)], order, long, is_grouped=False)


def _page_by_index(
    request: HttpRequest, chosen: LogFilter, base: ActivityQuerySet, order: str
) -> UncountedPage:
    """One page by number or by first day; undated ones come last, as in a short list."""
    number, start, stop = _window(request)
    down = "-" if order.startswith("-") else ""
    if order.endswith("number"):
        places = chosen.narrow(base).order_by(f"{down}cluster_links__number", f"{down}pk")
        found = list(places.values_list("pk", flat=True)[: stop + 1])
    elif chosen.is_narrowing:
        found = _soon_found(chosen, base, down, stop + 1) or _sorted(chosen, base, down, stop + 1)
    else:
        found = _along_the_order(chosen.parts(base), down, stop + 1)
        if len(found) <= stop:
            undated = chosen.narrow(base).filter(period_start=None).order_by(f"{down}pk")
            found += list(undated.values_list("pk", flat=True)[: stop + 1 - len(found)])
    by_id = {a.pk: a for a in with_places(Activity.objects.filter(pk__in=found[start:stop]))}
    rows = [by_id[pk] for pk in found[start:stop]]
    return UncountedPage(rows, number, len(found) > stop)


# What is frequent is soon found along the order of the list; what is seldom by an index of its own, or in the list
# of a cluster. A database that takes the wrong way reads the whole log. So for each row that is wanted this many are
# looked through in order, and where that was not enough, what the filters leave is sorted.
LOOKED_THROUGH = 40


def _soon_found(chosen: LogFilter, base: ActivityQuerySet, down: str, count: int) -> list[int]:
    """The ids of the first ``count`` where they stand within the stretch that is looked through; else none."""
    parts = chosen.parts(base)
    log = Activity.objects.filter(programme=chosen.programme, period_start__isnull=False)
    if parts[0].last:
        log = log.filter(period_start__lte=parts[0].last)
    days = log.order_by(f"{down}period_start", f"{down}pk").values("period_start")
    place = LOOKED_THROUGH * count
    edge = Coalesce(Subquery(days[place : place + 1]), Value(dt.date.min if down else dt.date.max))
    within = {"period_start__gte" if down else "period_start__lte": edge}
    near = [Part(part.rows.filter(**within), part.last) for part in parts]
    found = _along_the_order(near, down, count)
    return found if len(found) == count else []


def _along_the_order(parts: list[Part], down: str, count: int) -> list[int]:
    keys: list[tuple[Any, int]] = []
    for part in parts:
        ordered = part.dated().order_by(f"{down}period_start", f"{down}pk")
        keys += list(ordered.values_list("period_start", "pk")[:count])
    return [pk for _day, pk in sorted(keys, reverse=bool(down))[:count]]


def _sorted(chosen: LogFilter, base: ActivityQuerySet, down: str, count: int) -> list[int]:
    """The ids of the first ``count``, undated ones last, in an order that no index has."""
    day = F("day").desc(nulls_last=True) if down else F("day").asc(nulls_last=True)
    rows = chosen.narrow(base).annotate(day=Greatest("period_start", "period_start"))
    return list(rows.order_by(day, f"{down}pk").values_list("pk", flat=True)[:count])


def _window(request: HttpRequest) -> tuple[int, int, int]:
    """Number of the page asked for, and its first and last place in the list."""
    asked = request.GET.get("page", "1")
    number = min(max(int(asked) if asked.isdecimal() and len(asked) < 9 else 1, 1), COUNT_LIMIT // PAGE_SIZE)
    return number, (number - 1) * PAGE_SIZE, number * PAGE_SIZE


def _grouped(request: HttpRequest, chosen: LogFilter, base: ActivityQuerySet, long: bool) -> Listing:
    """By cluster and number, as the sheets print them: a joint event stands in each of its clusters."""
    ordered = chosen.listed_in(chosen.read_clusters, base)
    if long:
        number, start, stop = _window(request)
        found = list(ordered[start : stop + 1])
        page: Any = UncountedPage(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE)
    else:
        page = page_of(request, ordered)
    on_page = list(page.object_list)
    by_id = {a.pk: a for a in with_places(Activity.objects.filter(pk__in={x.activity_id for x in on_page}))}
    shown = [log_row(by_id[link.activity_id], chosen.day, link.cluster_id) for link in on_page]
    groups = [
        (name, list(part)) for name, part in groupby(shown, lambda row: row.place.name if row.place else "")
    ]
    return Listing(page, groups, "number", long, is_grouped=True)
