"""One page of the log: filtered, ordered, perhaps grouped; never counted or sorted beyond what is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

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
    field = "cluster_links__number" if order.endswith("number") else "period_start"
    keys: list[tuple[Any, int]] = []
    if field == "period_start":
        for part in chosen.parts(base):
            keys += _first_by_day(part, chosen, down, stop + 1)
    else:
        ordered = chosen.narrow(base).order_by(f"{down}{field}", f"{down}pk")
        keys += list(ordered.values_list(field, "pk")[: stop + 1])
    keys.sort(reverse=bool(down))
    found = [pk for _key, pk in keys[: stop + 1]]
    if field == "period_start" and len(found) <= stop:
        undated = chosen.narrow(base).filter(period_start=None).order_by(f"{down}pk")
        found += list(undated.values_list("pk", flat=True)[: stop + 1 - len(found)])
    by_id = {a.pk: a for a in with_places(Activity.objects.filter(pk__in=found[start:stop]))}
    rows = [by_id[pk] for pk in found[start:stop]]
    return UncountedPage(rows, number, len(found) > stop)


# For each row that is wanted so many are looked through in the order of the list, before the filters are asked
# which they leave.
LOOKED_THROUGH = 40


def _first_by_day(part: Part, chosen: LogFilter, down: str, count: int) -> list[tuple[Any, int]]:
    """The first ``count`` (first day, id) of a part.

    What is frequent is soon found along the order of the list, what is seldom by an index of its own or in
    the list of a cluster; a database that takes the wrong way reads the whole log. So the order is followed
    for a stretch, and where that was not enough, what the filters leave is sorted.
    """
    rows = part.dated()
    edge = _day_at(part, chosen, down, LOOKED_THROUGH * count) if chosen.is_narrowing else None
    if edge is None:
        return _in_order(rows, "period_start", down, count)
    near = rows.filter(**{"period_start__gte" if down else "period_start__lte": edge})
    found = _in_order(near, "period_start", down, count)
    return found if len(found) == count else _in_order(part.scattered(), "day", down, count)


def _in_order(rows: ActivityQuerySet, field: str, down: str, count: int) -> list[tuple[Any, int]]:
    return list(rows.order_by(f"{down}{field}", f"{down}pk").values_list(field, "pk")[:count])


def _day_at(part: Part, chosen: LogFilter, down: str, place: int) -> Any:
    """The first day of the activity at this place of the whole log in its order; None where it is shorter."""
    log = Activity.objects.filter(programme=chosen.programme, period_start__isnull=False)
    if part.last:
        log = log.filter(period_start__lte=part.last)
    days = log.order_by(f"{down}period_start", f"{down}pk").values_list("period_start", flat=True)
    return next(iter(days[place : place + 1]), None)


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
