"""A figure divided by one thing, or by two across each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clusters.models import Cluster, Programme
from monitoring.forms.divided import DividedFilter
from monitoring.models import Indicator, ReportingPeriod
from monitoring.queries.divisions import LABELS, Divided, dimensions, divide, words_for
from monitoring.queries.figures import rule_of
from monitoring.rules.divisions import CLUSTER, NOT_STATED, OTHERS, Crossed
from monitoring.rules.public import Cover
from monitoring.views.base import frame, readable
from monitoring.views.cells import evidence_url
from monitoring.views.results import indicator_of
from twinning.core.pages import today


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and where its records are listed; ``number`` None: not known, or with ``is_covered`` not told."""

    number: Decimal | None
    is_covered: bool
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: tuple[Cell, ...]


class _Grid:
    """The cells of a table as its reader sees them: the total first, then the columns."""

    def __init__(
        self,
        programme: Programme,
        indicator: Indicator,
        found: Divided,
        table: Crossed,
        where: dict[str, Any],
    ) -> None:
        self.programme, self.indicator, self.found, self.table = programme, indicator, found, table
        self.cluster: Cluster | None = where["cluster"]
        self.period: ReportingPeriod | None = where["period"]
        by_cluster = CLUSTER in (table.by, table.across)
        rows = Cluster.objects.filter(programme=programme) if by_cluster else ()
        self.clusters = {row.slug: row for row in rows}
        self.rows = words_for(table.by, [line.value for line in table.lines], indicator)
        self.columns = words_for(table.across, table.columns, indicator) if table.across else {}

    @property
    def lines(self) -> list[Line]:
        return [
            Line(
                self.rows[line.value],
                self._cells(place, [line.total, *line.cells], {self.table.by: line.value}),
            )
            for place, line in enumerate(self.table.lines, start=1)
        ]

    @property
    def totals(self) -> tuple[Cell, ...]:
        return self._cells(0, [self.table.whole, *self.table.totals], {})

    def _cells(self, place: int, numbers: list[Decimal | None], by: dict[str, str]) -> tuple[Cell, ...]:
        covers, columns = self.found.covers[place], ("", *self.table.columns)
        return tuple(
            self._cell(number, cover, by | ({self.table.across: column} if column else {}))
            for number, cover, column in zip(numbers, covers, columns, strict=True)
        )

    def _cell(self, number: Decimal | None, cover: Cover, by: dict[str, str]) -> Cell:
        if cover is not Cover.NONE:
            return Cell(None, True, "")
        return Cell(number, False, self._address(by) if number else "")

    def _address(self, by: dict[str, str]) -> str:
        """The records of a part; "" where there are none to be listed: typed, closed, or put together of many."""
        cluster, period = self.cluster, self.period
        if (self.found.is_frozen and by) or OTHERS in by.values() or by.get(CLUSTER) == NOT_STATED:
            return ""
        narrowed = {name: value for name, value in by.items() if name != CLUSTER}
        if CLUSTER in by:
            cluster = self.clusters[by[CLUSTER]]
        return evidence_url(self.programme, self.indicator, cluster, period.pk if period else None, narrowed)


@require_safe
def divided(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    shown = indicator_of(request, programme, code)
    names = dimensions(shown)
    if not names:
        raise Http404
    asked = DividedFilter(request.GET, programme=programme, names=names)
    where = asked.division
    found = divide(user, shown, today=today(), **where)
    context = frame(user, programme, "results") | where
    context |= {"indicator": shown, "filter": asked, "found": found, "table": found.table}
    context |= {"by_label": LABELS[where["by"]], "across_label": LABELS.get(where["across"], "")}
    context |= {"is_counted": rule_of(shown) is not None}
    if found.table is not None:
        context["grid"] = _Grid(programme, shown, found, found.table, where)
    return render(request, "monitoring/results/divided.html", context)
