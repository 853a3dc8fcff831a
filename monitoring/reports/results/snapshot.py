"""The snapshot of the results report: the chain, the figures to date and by period, and the records behind them.

It is made to be issued, so nothing stands in it that a donor may not read: no money of fewer than three firms, no
part of a count that is of one or two or gives such a part away, no names of firms or of agreements in which one is a
party, and of stories those alone that were published with consent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from activities.models import Participation
from activities.queries import attendance
from clusters.models import Cluster, Programme
from monitoring.models import Indicator, Measurement, Outcome, OutcomeParty, ReportingPeriod
from monitoring.queries.closings import PeriodFigures, period_figures, restatements_of, told_once
from monitoring.queries.divided import Covers, Divided, covers_by_place, divided
from monitoring.queries.figures import rule_of
from monitoring.queries.outside import told_outside
from monitoring.queries.over_time import persons_by_days
from monitoring.queries.pages import clusters_of
from monitoring.queries.portfolio import agreements_between_bodies
from monitoring.queries.sources import Asked, Scope
from monitoring.queries.to_date import lines_to_date
from monitoring.queries.typed import closed_values, stated
from monitoring.reports.figures import figure_json, plain, results_to_date
from monitoring.reports.stories import stories_of
from monitoring.reports.trust import trust_of
from monitoring.rules.evaluation import names_in
from monitoring.rules.public import Cover, covers_of_table
from monitoring.rules.values import Span, State
from monitoring.rules.vocabulary import Rule
from twinning.core.reports import ReportRequest, steady_view

# 2: persons trained over time, divisions, from C2C to B2B, stories; direction of indicators.
# 3: divisions with what is not stated, and without small parts.
# 4: no small number of named persons and of firms; the measure of what was restated.
FORMAT = 4
MOST_PERIODS = 12
MOST_RESTATEMENTS = 500
MOST_DIVIDED = 6
Names = dict[int, list[str]]
TRAINED = "T9.8"


def title(request: ReportRequest) -> str:
    about = request.programme if request.whole else request.clusters[0]
    return _("Results of %(about)s") % {"about": about}


def take(request: ReportRequest) -> dict[str, Any]:
    """Read all results once, as of a day; a cluster's report is about that cluster alone."""
    programme = cast(Programme, request.programme)
    with steady_view():
        clusters = clusters_of(programme) if request.whole else [cast(Cluster, request.clusters[0])]
        found = results_to_date(programme, clusters, request.as_of, whole=request.whole)
        indicators, scopes = found.indicators, found.scopes
        periods = _periods(programme, indicators, clusters, request)
        return found.data | {
            "format": FORMAT,
            "kind": "results",
            "programme": {"slug": programme.slug, "code": programme.code, "title": programme.title},
            "as_of": request.as_of.isoformat(),
            "whole": request.whole,
            "periods": [_period(one, figures, indicators, scopes) for one, figures in periods],
            "trained": _trained(indicators, scopes, periods, request),
            "typed": _typed(indicators, clusters, request),
            "participation": _participation(programme, scopes, request),
            "divided": list(_divided(programme, indicators, clusters, scopes, request)),
            "practices": _practices(programme, scopes, request),
            "trust": trust_of(programme, None if request.whole else clusters, request.as_of, request.actor),
            "stories": stories_of(programme, None if request.whole else clusters),
            "agreements": _agreements(programme, request),
            "restatements": _restatements(programme, scopes, request),
            "evidence": list(_evidence(indicators, scopes, request)),
        }


# Periods -----------------------------------------------------------------------------------------------------


def _periods(
    programme: Programme, indicators: Sequence[Indicator], clusters: Sequence[Cluster], request: ReportRequest
) -> list[tuple[ReportingPeriod, PeriodFigures]]:
    """The latest periods that are over, in their order: frozen figures where they are closed."""
    rows = ReportingPeriod.objects.filter(programme=programme, last__lte=request.as_of)
    latest = list(rows.select_related("programme").order_by("-first")[:MOST_PERIODS])
    return [(period, period_figures(period, indicators, clusters)) for period in reversed(latest)]


def _period(
    period: ReportingPeriod, found: PeriodFigures, indicators: Sequence[Indicator], scopes: Sequence[Scope]
) -> dict[str, Any]:
    return {
        "title": period.title,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "closed": [found.is_frozen(scope) for scope in scopes],
        "touched": [
            scope in found.closings and found.closings[scope].pk in found.touched for scope in scopes
        ],
        "figures": [figure_json(found.figures[one.pk, scope]) for one in indicators for scope in scopes],
    }


def _trained(
    indicators: Sequence[Indicator],
    scopes: Sequence[Scope],
    periods: Sequence[tuple[ReportingPeriod, PeriodFigures]],
    request: ReportRequest,
) -> dict[str, Any] | None:
    """Persons trained up to the end of each period and to the day, each once overall; None where no period is over, or
    nobody is counted by that code.
    """
    indicator = next((one for one in indicators if one.code == TRAINED), None)
    if not periods or indicator is None:
        return None
    ends: list[tuple[dt.date, str]] = [(period.last, period.title) for period, _found in periods]
    if ends[-1][0] < request.as_of:
        ends.append((request.as_of, ""))
    counts = persons_by_days(indicator, scopes, [day for day, _title in ends])
    if counts is None:
        return None
    return {
        "code": indicator.code,
        "name": indicator.name,
        "days": [{"day": day.isoformat(), "period": title} for day, title in ends],
        "lines": [counts[scope] for scope in scopes],
    }


# Values and people -------------------------------------------------------------------------------------------


def _typed(
    indicators: Sequence[Indicator], clusters: Sequence[Cluster], request: ReportRequest
) -> list[dict[str, Any]]:
    """Typed values with their source: what was reported and could not be counted.

    What was closed stands as it was closed, or restated since: a correction counts once it is restated.
    """
    closed = closed_values(indicators, request.as_of)
    rows = Measurement.objects.filter(
        indicator__in=[one.pk for one in indicators if not one.is_computed], period__last__lte=request.as_of
    ).select_related("indicator", "period", "cluster")
    if not request.whole:
        rows = rows.filter(cluster__in=[cluster.pk for cluster in clusters])
    return [
        {
            "code": row.indicator.code,
            "name": row.indicator.name,
            "measure": row.indicator.measure,
            "unit": row.indicator.unit,
            "rising": row.indicator.rising,
            "period": row.period.title,
            "cluster": row.cluster.name if row.cluster else "",
            "applies": one.value.state is not State.NOT_APPLICABLE,
            "value": plain(one.value.number),
            "low": plain(one.value.low),
            "high": plain(one.value.high),
            "word": one.value.word,
            "source": one.source,
        }
        for row in rows.order_by("indicator__order", "period__first", "cluster__name")
        if (one := stated(row, closed))
    ]


def _divided(
    programme: Programme,
    indicators: Sequence[Indicator],
    clusters: Sequence[Cluster],
    scopes: Sequence[Scope],
    request: ReportRequest,
) -> Iterator[dict[str, Any]]:
    """Counts of persons by sex, age and size of the firm; indicators that count alike are divided once."""
    alike: dict[Rule, list[Indicator]] = {}
    for indicator in indicators:
        rule = rule_of(indicator)
        if rule is not None and rule.count == "persons":
            alike.setdefault(rule, []).append(indicator)
    # Everywhere, whatever is reported on: what is told of one place depends on the others.
    places = {cluster.pk for cluster in (*clusters_of(programme), *clusters)}
    asked = Asked(programme, tuple(places), Span(None, request.as_of), request.as_of)
    for rule, own in list(alike.items())[:MOST_DIVIDED]:
        if found := divided(rule, asked):
            yield {
                "codes": [one.code for one in own],
                "name": own[0].name,
                "whole": [found.whole[scope] for scope in scopes],
                "parts": {name: _parts(found, name, scopes) for name, _by_value in found.stated(*scopes)},
            }


def _parts(found: Divided, name: str, scopes: Sequence[Scope]) -> dict[str, list[int | str]]:
    """By value the number in each scope; where it is not told, the word of its ``Cover``."""
    covers = found.covers(name)
    return {
        value: [_unless_covered(numbers[scope], covers[value, scope]) for scope in scopes]
        for value, numbers in found.parts[name].items()
    }


def _unless_covered(number: int, cover: Cover) -> int | str:
    return number if cover is Cover.NONE else cover.value


def _participation(
    programme: Programme, scopes: Sequence[Scope], request: ReportRequest
) -> list[dict[str, int | str]]:
    # Everywhere, whatever is reported on: what is told of one place depends on the others.
    places = dict.fromkeys([None, *(cluster.pk for cluster in clusters_of(programme)), *scopes])
    found = {place: _attended(programme, place, request) for place in places}
    sexes = _covers(found, ("women", "men", "not_stated"))
    names = _covers(found, ("named", "unnamed"))
    firms = covers_of_table([[Decimal(one["firms"])] for one in found.values()])
    covers = sexes | names | {("firms", place): cover for place, (cover,) in zip(places, firms, strict=True)}
    told = ("women", "men", "not_stated", "named", "firms")
    return [
        {
            "persons": found[scope]["persons"],
            **{name: _unless_covered(found[scope][name], covers[name, scope]) for name in told},
        }
        for scope in scopes
    ]


def _attended(programme: Programme, scope: Scope, request: ReportRequest) -> dict[str, int]:
    done = Participation.objects.filter(
        activity__programme=programme,
        activity__removed_at=None,
        activity__period_end__lte=request.as_of,
        role=Participation.Role.TRAINEE,
    ).exclude(activity__status_set="cancelled")
    if scope is not None:
        done = done.filter(activity__cluster_links__cluster=scope)
    found = attendance(done)
    return {
        "persons": found.persons,
        "women": found.women,
        "men": found.men,
        "not_stated": found.not_stated,
        "named": found.named,
        "unnamed": found.persons - found.named,
        "firms": found.firms,
    }


def _covers(found: Mapping[Scope, Mapping[str, int]], parts: Sequence[str]) -> Covers:
    """Of the parts of all persons, by place: whether each is told."""
    numbers = {("", place): own["persons"] for place, own in found.items()}
    numbers |= {(name, place): own[name] for place, own in found.items() for name in parts}
    return covers_by_place(numbers)


def _practices(programme: Programme, scopes: Sequence[Scope], request: ReportRequest) -> list[dict[str, Any]]:
    """Practices that firms adopted, by what they are; which firms is not said."""
    names = _names_of_parties(programme)
    rows = Outcome.objects.standing().filter(
        programme=programme,
        kind=Outcome.Kind.PRACTICE,
        verified_at__isnull=False,
        happened_last__lte=request.as_of,
    )
    if not request.whole:
        rows = rows.filter(cluster__in=scopes)
    return [
        {
            "title": _unless_named(row, row.title, names),
            "cluster": row.cluster.name if row.cluster else "",
            "quantity": row.quantity,
        }
        for row in rows.select_related("cluster").order_by("cluster__name", "title", "pk")
    ]


def _agreements(programme: Programme, request: ReportRequest) -> list[dict[str, Any]]:
    """The register, without agreements of firms, which are theirs to publish."""
    return [
        {
            "title": row.title,
            "kind": row.kind,
            "signed": row.signed,
            "force": row.force_on(request.as_of).value,
        }
        for row in agreements_between_bodies(programme)
    ]


def _restatements(
    programme: Programme, scopes: Sequence[Scope], request: ReportRequest
) -> list[dict[str, Any]]:
    rows = restatements_of(programme)
    if not request.whole:
        rows = rows.filter(closing__cluster__in=scopes)
    return [
        {
            "code": once.codes,
            "name": row.indicator.name,
            "measure": row.indicator.measure,
            "period": row.closing.period.title,
            "cluster": row.closing.cluster.name if row.closing.cluster else "",
            "was": _stood(row.before),
            "is": _stood(row.after),
            "reason": row.reason,
            "at": row.at.date().isoformat(),
        }
        for once in told_once(rows[:MOST_RESTATEMENTS])
        for row in once.rows[:1]
    ]


def _stood(frozen: Any) -> dict[str, Any]:
    names = ("state", "word")
    found: dict[str, Any] = {name: getattr(frozen, name) for name in names}
    return found | {"value": plain(frozen.number), "low": plain(frozen.low), "high": plain(frozen.high)}


def _evidence(
    indicators: Sequence[Indicator], scopes: Sequence[Scope], request: ReportRequest
) -> Iterator[dict[str, Any]]:
    """The records that each figure to date counts: those of the programme, or of the cluster reported on."""
    practices = _names_of_parties(cast(Programme, request.programme))
    for indicator in indicators:
        rule = rule_of(indicator)
        names = practices if rule is not None and rule.count == "outcomes" else {}
        for line in told_outside(indicator, lines_to_date(indicator, scopes[0], request.as_of)):
            is_named = line.ref is not None and names_in(line.title, names.get(line.ref, ()))
            yield {
                "code": indicator.code,
                "record": line.note if is_named else line.title,
                "when": line.when,
                "counts": line.counts,
                "note": line.note,
            }


def _names_of_parties(programme: Programme) -> Names:
    """By the practice: the names, long and short, of those that adopted it."""
    rows = OutcomeParty.objects.filter(outcome__programme=programme, outcome__kind=Outcome.Kind.PRACTICE)
    found: Names = {}
    for outcome, *names in rows.values_list("outcome", "organisation__name", "organisation__short_name"):
        found.setdefault(outcome, []).extend(filter(None, names))
    return found


def _unless_named(row: Outcome, text: str, names: Names) -> str:
    return str(row.get_kind_display()) if names_in(text, names.get(row.pk, ())) else text
