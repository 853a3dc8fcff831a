"""The cells of a table of results: a figure, where its evidence stands, and whether its money is behind the wall."""

from __future__ import annotations

from collections.abc import Mapping
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


# The dimensions of which a part has records of its own, as its address names them.
NARROWING = ("sex", "age", "firm-size", "product-group")


def evidence_url(
    programme: Programme,
    indicator: Indicator,
    cluster: Cluster | None,
    period: int | None,
    by: Mapping[str, str] | None = None,
) -> str:
    """Where the records behind a figure are listed; "" for an indicator whose values are typed. ``period``: its id.

    ``by``: the part of the figure that is asked for, where it is not the whole.
    """
    if not indicator.is_computed:
        return ""
    asked = {"cluster": cluster.slug if cluster else "", "period": period or "", **(by or {})}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = url("evidence", programme, indicator.code)
    return f"{address}?{query}" if query else address


def cell_of(user: User, figure: Figure, cluster: Cluster | None, period: ReportingPeriod | None) -> Cell:
    programme = figure.indicator.programme
    address = evidence_url(programme, figure.indicator, cluster, period.pk if period else None)
    return Cell(figure, address, str(cluster or programme), not may_see_amount(user, figure))


def lines_of(user: User, results: Results) -> list[tuple[Result, list[Line]]]:
    scopes: list[Cluster | None] = [None, *results.clusters]
    return [
        (
            table.result,
            [
                Line(
                    row.indicator,
                    tuple(
                        cell_of(user, figure, cluster, results.period)
                        for figure, cluster in zip(row.figures, scopes, strict=True)
                    ),
                )
                for row in table.rows
            ],
        )
        for table in results.tables
    ]
