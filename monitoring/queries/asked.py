"""One figure that somebody asks for, as pages and the API name it, and the records behind it that they may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from clusters.models import Cluster
from monitoring.models import Closing, FrozenFigure, Indicator, ReportingPeriod
from monitoring.queries.closed import ClosedPart
from monitoring.queries.closings import figure_of, span_of
from monitoring.queries.figures import Figure, figures, rule_of, with_targets
from monitoring.queries.pages import Evidence, closed_evidence, evidence_of, frozen_evidence
from monitoring.queries.sources import SOURCES, VOCABULARY, Asked
from monitoring.queries.sources.grouped import dimensions_of
from monitoring.queries.sources.participants import Persons
from monitoring.queries.to_date import figure_to_date
from monitoring.rules.values import Span, Value
from monitoring.rules.vocabulary import RuleError, read_rule
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


def narrowed_to(
    indicator: Indicator,
    cluster: Cluster | None,
    period: ReportingPeriod | None,
    by: Mapping[str, str],
    today: dt.date,
) -> AskedFigure:
    """A part of a figure: its rule with one value more of each dimension in ``by``, as the records say now.

    Raises RuleError for a value that there is not.
    """
    rule = rule_of(indicator)
    if rule is None or not set(by) <= set(dimensions_of(rule)):
        raise RuleError(_("This figure is not divided so."))
    part = copy(indicator)
    part.rule = rule.narrowed(by).as_json()
    read_rule(part.rule, VOCABULARY)
    span = span_of(period) if period else Span(None, today)
    clusters = [cluster] if cluster else []
    found = figures(indicator.programme, [part], clusters, span, today, whole=cluster is None)
    figure = replace(found[part.pk, cluster.pk if cluster else None], target=None)
    return AskedFigure(part, cluster, period, Asked(indicator.programme, (), span, today), figure)


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


def without_age(asked: AskedFigure) -> int | None:
    """How many persons of headcounts there are beside a figure that asks for ages, which none of them has.

    None for other figures, and for a closed one. The records of closed periods are not asked again: beside a figure to
    date it is those of the days that are open, beside a part of one, which the records tell as they are now, all.
    """
    rule = rule_of(asked.indicator)
    source = SOURCES[rule.count] if rule else None
    if rule is None or not isinstance(source, Persons) or not rule.values("age") or asked.closing is not None:
        return None
    of_any_age = replace(rule, where=tuple(one for one in rule.where if one[0] != "age"))
    return source.unnamed(of_any_age, asked.cluster.pk if asked.cluster else None, asked.asked)
