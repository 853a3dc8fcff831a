"""The results of a programme as IATI takes them: baselines, targets and figures by period.

A number and its amount of money are two indicators. A range is told in words and never halved into a number; so is a
word of a scale. What is left undivided stands beside its parts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from clusters.models import Cluster, Programme
from monitoring.models import Indicator, Measurement, ReportingPeriod, Result, Target
from monitoring.queries.closings import period_figures
from monitoring.queries.divided import place
from monitoring.queries.divisions import as_they_stand
from monitoring.queries.figure_rows import covers_of, tells_money, tells_of_few
from monitoring.queries.figures import Figure, figures
from monitoring.queries.iati_parts import amount, edges, source_of
from monitoring.rules import iati
from monitoring.rules.iati import codes
from monitoring.rules.public import Cell, Cover, covers_of_parts
from monitoring.rules.values import Part, Span, State, shape_of

Days = tuple[dt.date, dt.date]
_SEX = {"f": "female", "m": "male", "u": "not stated"}
_SDG_INDICATOR = re.compile(r"\d{1,2}\.[0-9a-z]\.\d{1,2}")
_SCALE, _PERCENT = Indicator.Measure.SCALE, Indicator.Measure.PERCENT


@dataclass
class _Told:
    """What is said of an indicator, or of the part of it that IATI tells apart, by days."""

    targets: dict[Days, list[iati.Value]] = field(default_factory=lambda: defaultdict(list))
    actuals: dict[Days, list[iati.Value]] = field(default_factory=lambda: defaultdict(list))

    def periods(self, indicator: Indicator) -> tuple[iati.Period, ...]:
        return tuple(
            iati.Period(
                first=first,
                last=last,
                targets=tuple(self.targets.get((first, last), ())),
                actuals=tuple(self.actuals.get((first, last), ())),
                source=source_of(indicator),
            )
            for first, last in sorted({*self.targets, *self.actuals})
        )


@dataclass
class _Indicator:
    """An indicator in its parts: its numbers, its words, and its amounts by currency."""

    numbers: _Told = field(default_factory=_Told)
    words: _Told = field(default_factory=_Told)
    amounts: dict[str, _Told] = field(default_factory=lambda: defaultdict(_Told))


def results_for_iati(programme: Programme, as_of: dt.date) -> tuple[iati.Result, ...]:
    """The results that have indicators in use, in the order of the framework.

    Actual values are of the reporting periods that are over by ``as_of``: frozen where a period is closed, else as
    the records have it. A programme without reporting periods is told year by year.
    """
    indicators = list(Indicator.objects.filter(programme=programme).current())
    told: dict[int, _Indicator] = defaultdict(_Indicator)
    _tell_targets(told, programme)
    typed = list(
        Measurement.objects.filter(indicator__programme=programme, period__last__lte=as_of, applies=True)
        .filter(indicator__rule__isnull=True)
        .select_related("period", "cluster", "indicator")
    )
    clusters = list(Cluster.objects.filter(programme=programme))
    rows = list(_in_rows(_by_period(indicators, clusters, programme, as_of)))
    _tell_parts(told, typed, _covered(rows))
    _tell_figures(told, rows, clusters)
    by_result: dict[int, list[iati.Indicator]] = defaultdict(list)
    for indicator in indicators:
        by_result[indicator.result_id].extend(_written(indicator, told[indicator.pk]))
    return tuple(
        iati.Result(
            type=codes.RESULT_OF_LEVEL[result.level],
            title=result.title,
            description=result.description,
            indicators=tuple(by_result[result.pk]),
            source=source_of(result),
        )
        for result in Result.objects.filter(programme=programme)
        if by_result[result.pk]
    )


def _tell_targets(told: dict[int, _Indicator], programme: Programme) -> None:
    """Amounts of targets are in the currency of the programme."""
    rows = Target.objects.filter(indicator__programme=programme).select_related("cluster", "indicator")
    for row in rows:
        days, of = (row.first, row.last), _of(row.cluster)
        if row.value is not None:
            value = iati.Value(amount(row.value), of, source=source_of(row))
            told[row.indicator_id].numbers.targets[days].append(value)
        if row.amount is not None:
            value = iati.Value(amount(row.amount), of, source=source_of(row))
            told[row.indicator_id].amounts[programme.currency].targets[days].append(value)


def _of(cluster: Cluster | None) -> tuple[tuple[str, str], ...]:
    return (("cluster", cluster.name),) if cluster is not None else ()


def _days(row: Measurement) -> Days:
    return row.period.first, row.period.last


def _in_rows(by_days: Iterable[tuple[Days, list[Figure]]]) -> Iterator[tuple[Days, list[Figure]]]:
    """The figures of one indicator together, the programme's first."""
    for days, found in by_days:
        rows: dict[int, list[Figure]] = defaultdict(list)
        for figure in sorted(found, key=lambda one: one.scope or 0):
            rows[figure.indicator.pk].append(figure)
        for row in rows.values():
            yield days, row


def _covered(rows: Iterable[tuple[Days, list[Figure]]]) -> set[tuple[Days, int, int | None]]:
    """The figures that are not told to everybody, whose parts would add up to them."""
    return {
        (days, figure.indicator.pk, figure.scope)
        for days, row in rows
        for figure, cover in zip(row, covers_of(row[0].indicator, row), strict=True)
        if cover is not Cover.NONE
    }


def _tell_parts(
    told: dict[int, _Indicator], rows: Sequence[Measurement], covered: set[tuple[Days, int, int | None]]
) -> None:
    together: dict[tuple[int, Days, tuple[str, ...]], list[tuple[Measurement, Part]]] = defaultdict(list)
    numbers: dict[tuple[int, Days, int | None], Decimal | None] = {}
    for row, stated, number in as_they_stand(rows):
        numbers[row.indicator_id, _days(row), row.cluster_id] = number
        for part in stated:
            together[row.indicator_id, _days(row), shape_of(part)].append((row, part))
    for (indicator, days, _shape), parts in together.items():
        # The parts of one shape make the whole, so they are one dimension, of however many they say something.
        cells: dict[Cell, Decimal | None] = {_cell(row, part): part.value for row, part in parts}
        cells |= {
            ("", place(row.cluster_id)): numbers[indicator, days, row.cluster_id] for row, _part in parts
        }
        hidden = covers_of_parts(cells) if tells_of_few(parts[0][0].indicator) else {}
        for row, part in parts:
            is_whole_told = (days, indicator, row.cluster_id) not in covered
            if is_whole_told and hidden.get(_cell(row, part), Cover.NONE) is Cover.NONE:
                dims = tuple((name, _SEX.get(value, value)) for name, value in part.dims.items())
                value = iati.Value(amount(part.value), (*_of(row.cluster), *dims), source=source_of(row))
                told[indicator].numbers.actuals[days].append(value)


def _cell(row: Measurement, part: Part) -> Cell:
    return str(sorted(part.dims.items())), place(row.cluster_id)


def _tell_figures(
    told: dict[int, _Indicator], rows: Iterable[tuple[Days, list[Figure]]], clusters: Iterable[Cluster]
) -> None:
    """What everybody may know: counts of very few persons or firms are left out, as on the public page."""
    by_pk = {cluster.pk: cluster for cluster in clusters}
    for days, row in rows:
        money = tells_money(row)
        for figure, cover in zip(row, covers_of(row[0].indicator, row), strict=True):
            if cover is Cover.NONE:
                cluster = by_pk[figure.scope] if figure.scope is not None else None
                _tell(told[figure.indicator.pk], days, figure, _of(cluster), money=money)


def _by_period(
    indicators: Sequence[Indicator], clusters: Sequence[Cluster], programme: Programme, as_of: dt.date
) -> Iterator[tuple[Days, list[Figure]]]:
    """Figures of each reporting period that is over, without them of each year."""
    periods = list(ReportingPeriod.objects.filter(programme=programme).select_related("programme"))
    for period in periods:
        if period.last <= as_of:
            found = period_figures(period, indicators, clusters).figures
            yield (period.first, period.last), list(found.values())
    if periods:
        return
    # From the last year back, so that years in which nothing happened any more are seen to be such.
    years: list[tuple[Days, list[Figure]]] = []
    for year in reversed(_years(programme, as_of)):
        days = dt.date(year, 1, 1), dt.date(year, 12, 31)
        told = list(figures(programme, indicators, clusters, Span(*days), as_of).values())
        if years or any(figure.records for figure in told):
            years.append((days, told))
    yield from reversed(years)


def _years(programme: Programme, as_of: dt.date) -> range:
    """The years that are over since the programme started, or until it ended."""
    start, _last = edges(programme.starts, "en")
    _first, end = edges(programme.ends, "en")
    if start is None:
        return range(0)
    over = dt.date(as_of.year + (as_of == dt.date(as_of.year, 12, 31)), 1, 1)
    last = min(over.year - 1, end.day.year) if end else over.year - 1
    return range(start.day.year, last + 1)


def _tell(
    told: _Indicator, days: Days, figure: Figure, of: tuple[tuple[str, str], ...], *, money: bool
) -> None:
    """A figure of the programme is told as it is; of a cluster, where it stands on something."""
    value, source = figure.value, source_of(figure.indicator)
    if value.state is not State.VALUE or (figure.scope is not None and not figure.records):
        return
    if value.word or value.is_range:
        words = value.word or _range(figure)
        told.words.actuals[days].append(iati.Value("", of, comment=words, source=source))
    elif value.number is not None:
        told.numbers.actuals[days].append(iati.Value(amount(value.number), of, source=source))
    if figure.amount is None or not money:
        return
    for currency, spent in figure.amount.spent:
        told.amounts[currency].actuals[days].append(iati.Value(amount(spent), of, source=source))


def _range(figure: Figure) -> str:
    unit = "%" if figure.indicator.measure == _PERCENT else figure.indicator.unit
    return f"{amount(figure.value.low)} – {amount(figure.value.high)} {unit}".strip()


def _written(indicator: Indicator, told: _Indicator) -> Iterator[iati.Indicator]:
    """The indicator, and beside it what of it IATI tells apart: its ranges and its amounts."""
    if indicator.measure == _SCALE:
        yield _one(indicator, "", codes.QUALITATIVE, told.words)
        return
    measure = codes.PERCENTAGE if indicator.measure == _PERCENT else codes.UNIT
    baselines, numbers = _baseline(indicator), told.numbers
    if numbers.targets or numbers.actuals or baselines or not told.words.actuals:
        yield _one(indicator, "", measure, numbers, baselines)
    if told.words.actuals:
        yield _one(indicator, "range", codes.QUALITATIVE, told.words)
    if indicator.has_amount:
        for currency, in_currency in sorted(told.amounts.items()):
            yield _one(indicator, currency, codes.UNIT, in_currency)


def _baseline(indicator: Indicator) -> tuple[iati.Value, ...]:
    if indicator.baseline is None:
        return ()
    return (iati.Value(amount(indicator.baseline), year=str(indicator.baseline_year or "")),)


def _references(indicator: Indicator, code: str) -> tuple[iati.Reference, ...]:
    """Our own code, and the indicator of the SDG where the framework names one."""
    own = iati.Reference(code, codes.OWN_INDICATOR)
    if not _SDG_INDICATOR.fullmatch(indicator.reference):
        return (own,)
    return own, iati.Reference(indicator.reference, codes.SDG_INDICATOR)


def _one(
    indicator: Indicator, part: str, measure: str, told: _Told, baselines: Iterable[iati.Value] = ()
) -> iati.Indicator:
    code = f"{indicator.code}-{part}" if part else indicator.code
    return iati.Indicator(
        title=f"{indicator.name} ({part})" if part else indicator.name,
        description=indicator.definition,
        measure=measure,
        ascending=indicator.rising,
        aggregates=indicator.total == Indicator.Total.SUM and measure == codes.UNIT,
        references=_references(indicator, code),
        baselines=tuple(baselines),
        periods=told.periods(indicator),
        source=source_of(indicator),
    )
