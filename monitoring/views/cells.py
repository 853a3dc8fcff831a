"""The cells of a table of results: a figure, where its evidence stands, and whether its money is behind the wall."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from clusters.models import Cluster, Programme
from monitoring.models import Indicator, ReportingPeriod, Result
from monitoring.queries.figures import Figure
from monitoring.queries.pages import Results, may_see_amount
from twinning.core.models import User
from twinning.core.pages import url


@dataclass(frozen=True, slots=True)
class Cell:
    figure: Figure
    address: str
    place: str
    is_walled: bool


@dataclass(frozen=True, slots=True)
class Line:
    indicator: Indicator
    cells: tuple[Cell, ...]

    @property
    def whole(self) -> Figure:
        """The figure of the programme."""
        return self.cells[0].figure


def evidence_url(
    programme: Programme, indicator: Indicator, cluster: Cluster | None, period: ReportingPeriod | None
) -> str:
    """Where the records behind a figure are listed; "" for an indicator whose values are typed."""
    if not indicator.is_computed:
        return ""
    asked = {"cluster": cluster.slug if cluster else "", "period": period.pk if period else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = url("evidence", programme, indicator.code)
    return f"{address}?{query}" if query else address


def lines_of(user: User, programme: Programme, results: Results) -> list[tuple[Result, list[Line]]]:
    scopes: list[Cluster | None] = [None, *results.clusters]
    found = []
    for table in results.tables:
        lines = [
            Line(
                row.indicator,
                tuple(
                    Cell(
                        figure,
                        evidence_url(programme, row.indicator, cluster, results.period),
                        str(cluster or programme),
                        not may_see_amount(user, figure),
                    )
                    for figure, cluster in zip(row.figures, scopes, strict=True)
                ),
            )
            for row in table.rows
        ]
        found.append((table.result, lines))
    return found
