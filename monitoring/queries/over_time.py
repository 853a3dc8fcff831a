"""How many persons a figure to date counted, up to each of some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from monitoring.models import Indicator
from monitoring.queries.closed import closed_parts, summed
from monitoring.queries.figures import rule_of
from monitoring.queries.sources import SOURCES, Asked, Scope
from monitoring.queries.sources.participants import Persons
from monitoring.queries.to_date import asked_beside
from monitoring.rules.values import Span


def persons_by_days(
    indicator: Indicator, scopes: Sequence[Scope], days: Sequence[dt.date]
) -> dict[Scope, list[int]] | None:
    """By cluster, or None for the programme: the number up to each of ``days``, which are in order; the last is that
    of the figure to date. None where the indicator counts no persons.

    A closed period adds on its last day what was closed, without those whom an earlier one counts; the rest is counted
    from the records, without those whom a closed period counts. Five queries at most, however many days.
    """
    rule = rule_of(indicator)
    source = SOURCES[rule.count] if rule else None
    if rule is None or not isinstance(source, Persons):
        return None
    clusters, last = tuple(scope for scope in scopes if scope is not None), days[-1]
    asked = Asked(indicator.programme, clusters, Span(None, last), last, None in scopes)
    parts = closed_parts([indicator], asked)
    live = source.by_days(rule, days, asked_beside(summed(parts), {indicator.pk: rule}, asked))
    return {
        scope: [
            number
            + sum(int(part.adds) for part in parts.get((indicator.pk, scope), ()) if part.span.last <= day)
            for day, number in zip(days, live[scope], strict=True)
        ]
        for scope in scopes
    }
