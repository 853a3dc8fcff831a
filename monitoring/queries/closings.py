"""What stands frozen, what a period would say now, and who owes what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from clusters.models import Cluster, Programme
from monitoring.models import Closing, ClosingTouch, FrozenFigure, Indicator, ReportingPeriod, Restatement
from monitoring.queries.figures import Amount, Figure, Figures, computed, figures, rule_of, with_targets
from monitoring.queries.sources import Asked, EvidenceLine, Scope, counted_lines
from monitoring.queries.typed import typed
from monitoring.rules.values import Span, Value
from twinning.core.models import Change, User


def span_of(period: ReportingPeriod) -> Span:
    return Span(period.first, period.last)


def live_figures(closing: Closing, indicators: Sequence[Indicator]) -> list[Figure]:
    """What the records of a closing's period say now, for its cluster or the programme."""
    period, cluster = closing.period, closing.cluster
    found = figures(
        period.programme,
        indicators,
        [cluster] if cluster else [],
        span_of(period),
        timezone.localdate(),
        whole=cluster is None,
    )
    return [found[indicator.pk, closing.cluster_id] for indicator in indicators]


def asked_in(closing: Closing) -> Asked:
    """The days of a closing's period, as the records say now."""
    return Asked(closing.period.programme, (), span_of(closing.period), timezone.localdate())


def evidence_lines(closing: Closing, figure: Figure) -> list[dict[str, Any]]:
    """The records that a figure counts, as plain data, to be kept with it."""
    rule = rule_of(figure.indicator)
    if rule is None or not figure.records:
        return []
    return [
        {
            "id": row.pk,
            "title": line.title,
            "when": line.when,
            "counts": line.counts,
            "note": line.note,
            "money": line.money,
        }
        for row, line in counted_lines(rule, closing.cluster_id, asked_in(closing))
    ]


def frozen_line(kept: dict[str, Any]) -> EvidenceLine:
    """A line of evidence as ``evidence_lines`` kept it."""
    return EvidenceLine(
        kept["title"], kept["when"], kept["counts"], "", kept["note"], kept["money"], ref=kept["id"]
    )


def figure_of(frozen: FrozenFigure) -> Figure:
    """A frozen figure as it was closed."""
    amount = None
    if frozen.indicator.has_amount:
        spent = tuple((currency, Decimal(text)) for currency, text in frozen.spent)
        amount = Amount(frozen.closing.period.programme.currency, frozen.amount, spent)
    return Figure(
        frozen.indicator,
        frozen.closing.cluster_id,
        frozen.value,
        frozen.records,
        frozen.firms,
        amount,
        source=frozen.source,
    )


def frozen_figures(closing: Closing) -> dict[int, FrozenFigure]:
    """The figures that stand, by indicator."""
    rows = FrozenFigure.objects.filter(closing=closing, current=True).defer("evidence", "parts")
    return {
        row.indicator_id: row
        for row in rows.select_related("indicator__programme", "closing__period__programme")
    }


def differing(closing: Closing) -> list[tuple[FrozenFigure | None, Figure]]:
    """The closed figures that the records now contradict, each with what they say: a restatement that is due."""
    frozen = frozen_figures(closing)
    # Those that were closed: an indicator that came later was not reported then, and one may have gone since.
    indicators = [one.indicator for one in frozen.values()]
    return [
        (frozen[figure.indicator.pk], figure)
        for figure in live_figures(closing, indicators)
        if not _alike(figure_of(frozen[figure.indicator.pk]), figure)
    ]


def _alike(closed: Figure, now: Figure) -> bool:
    return closed.value == now.value and _spent(closed) == _spent(now)


def _spent(figure: Figure) -> tuple[tuple[str, Decimal], ...]:
    return figure.amount.spent if figure.amount else ()


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The figures of a period: frozen where it is closed, live where not, and what is to be known of each scope."""

    figures: dict[tuple[int, Scope], Figure]
    closings: dict[Scope, Closing]
    touched: frozenset[int]  # closings of which records changed since, not restated yet

    def is_frozen(self, scope: Scope) -> bool:
        closing = self.closings.get(scope)
        return closing is not None and closing.status == Closing.Status.CLOSED


def period_figures(
    period: ReportingPeriod, indicators: Sequence[Indicator], clusters: Sequence[Cluster]
) -> PeriodFigures:
    """By (indicator, cluster or None). What is closed costs one query, however much was done in the period."""
    rows_of = with_touches(Closing.objects.filter(period=period).for_list())
    closings: dict[Scope, Closing] = {row.cluster_id: row for row in rows_of}
    closed = {scope: row for scope, row in closings.items() if row.status == Closing.Status.CLOSED}
    found: dict[tuple[int, Scope], Figure] = {}
    open_clusters = [cluster for cluster in clusters if cluster.pk not in closed]
    whole = None not in closed
    if open_clusters or whole:
        found |= open_figures(period, indicators, [cluster.pk for cluster in open_clusters], whole=whole)
    rows = FrozenFigure.objects.filter(closing__in=list(closed.values()), current=True).defer(
        "evidence", "parts"
    )
    for row in rows.select_related("indicator__programme", "closing__period__programme"):
        found[row.indicator_id, row.closing.cluster_id] = figure_of(row)
    for indicator in indicators:
        for scope in (None, *(cluster.pk for cluster in clusters)):
            found.setdefault((indicator.pk, scope), Figure(indicator, scope, Value()))
    touched = frozenset(row.pk for row in closed.values() if row.is_touched)  # type: ignore[attr-defined]
    # What was aimed at is no part of what was closed: a target stands beside frozen figures as beside live ones.
    return PeriodFigures(with_targets(found, indicators, span_of(period)), closings, touched)


def open_figures(
    period: ReportingPeriod, indicators: Sequence[Indicator], clusters: Sequence[int], *, whole: bool
) -> Figures:
    """What the records say of places of a period that are not closed, without targets; ``clusters`` by id."""
    asked = Asked(period.programme, tuple(clusters), span_of(period), timezone.localdate(), whole)
    return computed(indicators, asked) | typed(indicators, asked)


@dataclass(frozen=True, slots=True)
class Due:
    """A period that somebody owes, and since when. ``cluster`` None: that of the programme."""

    period: ReportingPeriod
    cluster: Cluster | None
    status: str
    is_late: bool
    remark: str = ""


def due_closings(
    programme: Programme, clusters: Sequence[Cluster], today: dt.date, *, whole: bool
) -> list[Due]:
    """The periods that are over and not handed in, in these clusters and, where ``whole``, in the programme."""
    return due_in({programme.pk: [*clusters, *([None] if whole else [])]}, today)


def due_in(scopes: Mapping[int, Sequence[Cluster | None]], today: dt.date) -> list[Due]:
    """The same in many programmes at once; ``scopes`` by id of the programme, None for the programme itself."""
    over = ReportingPeriod.objects.filter(programme__in=scopes, last__lt=today)
    over = over.select_related("programme").order_by("programme", "first")
    known = {
        (row.period_id, row.cluster_id): row
        for row in Closing.objects.filter(period__programme__in=scopes, period__last__lt=today)
    }
    found = []
    for period in over:
        for cluster in scopes[period.programme_id]:
            closing = known.get((period.pk, cluster.pk if cluster else None))
            status = closing.status if closing else Closing.Status.OPEN
            if status == Closing.Status.OPEN:
                late = period.due_on < today
                found.append(Due(period, cluster, status, late, closing.remark if closing else ""))
    return found


def with_touches(rows: Any) -> Any:
    """Adds ``is_touched``: records of the closed period were changed since, and it was not restated yet."""
    touches = ClosingTouch.objects.filter(closing=OuterRef("pk"), settled_at=None)
    return rows.annotate(is_touched=Exists(touches))


def changed_by(closing: Closing) -> set[int | None]:
    """Who made the changes that a closed period is to be restated for."""
    touches = ClosingTouch.objects.filter(closing=closing, settled_at=None)
    return set(Change.objects.filter(pk__in=touches.values("change")).values_list("actor", flat=True))


def changed_by_alone(user: User, closing: Closing) -> bool:
    """Whether all that a closed period is to be restated for was changed by this user: somebody else restates it."""
    return changed_by(closing) == {user.pk}


def were_touched(figures: Sequence[int]) -> bool:
    """Whether records of the periods of these closed figures were changed since and not restated yet."""
    closings = FrozenFigure.objects.filter(pk__in=figures).values("closing")
    return ClosingTouch.objects.filter(closing__in=closings, settled_at=None).exists()


@dataclass(frozen=True, slots=True)
class RestatedOnce:
    """What was put right at once and is one figure under several indicators, such as T9.8 and T10.8; else one row."""

    rows: tuple[Restatement, ...]

    @property
    def first(self) -> Restatement:
        return self.rows[0]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(sorted((row.indicator for row in self.rows), key=lambda one: (one.order, one.pk)))

    @property
    def codes(self) -> str:
        return ", ".join(one.code for one in self.indicators)


def told_once(rows: Iterable[Restatement]) -> list[RestatedOnce]:
    """Restatements in their order; those of indicators that count the same of one closing stand together, once."""
    found: dict[Any, list[Restatement]] = {}
    for row in rows:
        rule = rule_of(row.indicator)
        was = _figure_key(row.before) if row.before else None
        alike = (row.closing_id, row.revision, row.indicator.name, rule, was, _figure_key(row.after))
        found.setdefault(alike if rule else row.pk, []).append(row)
    return [RestatedOnce(tuple(own)) for own in found.values()]


def _figure_key(frozen: FrozenFigure) -> tuple[Any, ...]:
    return frozen.state, frozen.number, frozen.low, frozen.high, frozen.word, str(frozen.spent)


def restatements_of(programme: Programme) -> QuerySet[Restatement]:
    """The register of a programme, newest first."""
    rows = Restatement.objects.filter(closing__period__programme=programme).select_related(
        "closing__period__programme", "closing__cluster", "indicator", "before", "after", "actor"
    )
    return rows.defer("before__evidence", "before__parts", "after__evidence", "after__parts")
