"""One figure that somebody asks for, as pages and the API name it, and the records behind it that they may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from clusters.models import Cluster
from monitoring.models import Closing, FrozenFigure, Indicator, ReportingPeriod
from monitoring.queries.closings import figure_of, span_of
from monitoring.queries.figures import Figure, figures, with_targets
from monitoring.queries.pages import Evidence, closed_evidence, evidence_of, frozen_evidence
from monitoring.queries.sources import Asked
from monitoring.queries.to_date import ClosedPart, figure_to_date
from monitoring.rules.values import Value
from twinning.core.models import User


@dataclass(frozen=True, slots=True)
class AskedFigure:
    """A figure of a cluster (None: the programme) in a period (None: all time), as it stands there.

    ``closing`` is that of the period where it is closed; ``frozen`` None then says that the indicator was not
    among what was closed. ``parts``: the closed periods that a figure to date adds up.
    """

    indicator: Indicator
    cluster: Cluster | None
    period: ReportingPeriod | None
    asked: Asked
    figure: Figure
    parts: tuple[ClosedPart, ...] = ()
    closing: Closing | None = None
    frozen: FrozenFigure | None = None


def figure_asked(
    indicator: Indicator, cluster: Cluster | None, period: ReportingPeriod | None, today: dt.date
) -> AskedFigure:
    """The figure as it was closed, or where the period is open as the records say now."""
    scope = cluster.pk if cluster else None
    if period is None:
        made = figure_to_date(indicator, cluster, today)
        return AskedFigure(indicator, cluster, None, made.asked, made.figure, made.parts)
    span, clusters = span_of(period), [cluster] if cluster else []
    asked = Asked(indicator.programme, (), span, today)
    closing = Closing.objects.filter(period=period, cluster=cluster, status=Closing.Status.CLOSED).first()
    if closing is None:
        found = figures(indicator.programme, [indicator], clusters, span, today, whole=cluster is None)
        return AskedFigure(indicator, cluster, period, asked, found[indicator.pk, scope])
    rows = FrozenFigure.objects.filter(closing=closing, indicator=indicator, current=True)
    frozen = rows.select_related("closing__period__programme", "indicator__programme").first()
    figure = figure_of(frozen) if frozen else Figure(indicator, scope, Value())
    aimed = with_targets({(indicator.pk, scope): figure}, [indicator], span)
    return AskedFigure(
        indicator, cluster, period, asked, aimed[indicator.pk, scope], closing=closing, frozen=frozen
    )


def evidence_asked(user: User, asked: AskedFigure, page: slice, why: str = "") -> Evidence | None:
    """What the figure stands on; None for typed values. ``why``: the key of a reason for which records are left out."""
    if asked.frozen is not None:
        return frozen_evidence(user, asked.frozen, page)
    if asked.closing is not None:
        return Evidence(_("not measured when the period was closed"), 0, ())
    found = evidence_of(user, asked.figure, asked.asked, page, why=why)
    if found is None or found.shown or page.start:
        return found
    return replace(found, closed=closed_evidence(user, asked.figure, asked.parts))
