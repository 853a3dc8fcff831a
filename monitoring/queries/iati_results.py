"""The results of a programme as IATI takes them: targets, baselines and typed values by period.

A number and its amount of money are two indicators. A range is told in words and never halved into a number; so is a
word of a scale. What is left undivided stands beside its parts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from clusters.models import Programme
from monitoring.models import Indicator, Measurement, Result, Target
from monitoring.queries.iati_parts import amount, source_of
from monitoring.rules import iati
from monitoring.rules.iati import codes

Span = tuple[dt.date, dt.date]
# What dimensions are called outside; the sexes too.
_SEX = {"f": "female", "m": "male", "unspecified": "unspecified"}


@dataclass
class _Told:
    """What is said of an indicator, by span of days: targets and actual values, as IATI values."""

    targets: dict[Span, list[iati.Value]] = field(default_factory=lambda: defaultdict(list))
    actuals: dict[Span, list[iati.Value]] = field(default_factory=lambda: defaultdict(list))

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


def results_for_iati(programme: Programme, as_of: dt.date) -> tuple[iati.Result, ...]:
    """The results that have indicators in use, in the order of the framework; values of periods begun by ``as_of``."""
    targets = defaultdict(list)
    for target in Target.objects.filter(indicator__programme=programme).select_related("cluster"):
        targets[target.indicator_id].append(target)
    measured = defaultdict(list)
    rows = Measurement.objects.filter(indicator__programme=programme, period__first__lte=as_of, applies=True)
    for measurement in rows.select_related("cluster", "period"):
        measured[measurement.indicator_id].append(measurement)
    indicators: dict[int, list[iati.Indicator]] = defaultdict(list)
    for indicator in Indicator.objects.filter(programme=programme).current():
        found = _indicators(indicator, targets[indicator.pk], measured[indicator.pk], programme.currency)
        indicators[indicator.result_id].extend(found)
    return tuple(
        iati.Result(
            type=codes.RESULT_OF_LEVEL[result.level],
            title=result.title,
            description=result.description,
            indicators=tuple(indicators[result.pk]),
            source=source_of(result),
        )
        for result in Result.objects.filter(programme=programme)
        if indicators[result.pk]
    )


def _indicators(
    indicator: Indicator, targets: list[Target], measured: list[Measurement], currency: str
) -> Iterator[iati.Indicator]:
    """The indicator, and beside it what of it IATI tells apart: its amounts, and its ranges."""
    if indicator.measure == Indicator.Measure.SCALE:
        words = _words(measured, lambda row: row.word)
        yield _indicator(indicator, "", codes.QUALITATIVE, words)
        return
    percent = indicator.measure == Indicator.Measure.PERCENT
    counted = _counted(targets, measured)
    ranges = _words(measured, lambda row: _range(row, "%" if percent else indicator.unit))
    measure = codes.PERCENTAGE if percent else codes.UNIT
    yield _indicator(indicator, "", measure, counted, baseline=True)
    if ranges.actuals:
        yield _indicator(indicator, "range", codes.QUALITATIVE, ranges)
    if indicator.has_amount:
        for code, told in _amounts(targets, measured, currency).items():
            yield _indicator(indicator, code, codes.UNIT, told)


def _indicator(
    indicator: Indicator, part: str, measure: str, told: _Told, *, baseline: bool = False
) -> iati.Indicator:
    start: tuple[iati.Value, ...] = ()
    if baseline and indicator.baseline is not None and indicator.baseline_year is not None:
        value = iati.Value(amount(indicator.baseline), year=str(indicator.baseline_year))
        start = (value,)
    return iati.Indicator(
        title=f"{indicator.name} ({part})" if part else indicator.name,
        description=indicator.definition,
        measure=measure,
        ascending=indicator.rising,
        aggregates=indicator.total == Indicator.Total.SUM and measure == codes.UNIT,
        references=(
            iati.Reference(f"{indicator.code}-{part}" if part else indicator.code, codes.OWN_INDICATOR),
        ),
        baselines=start,
        periods=told.periods(indicator),
        source=source_of(indicator),
    )


def _in_cluster(row: Target | Measurement) -> tuple[tuple[str, str], ...]:
    return (("cluster", row.cluster.name),) if row.cluster is not None else ()


def _span(row: Target | Measurement) -> Span:
    return (row.first, row.last) if isinstance(row, Target) else (row.period.first, row.period.last)


def _counted(targets: Iterable[Target], measured: Iterable[Measurement]) -> _Told:
    told = _Told()
    for target in targets:
        if target.value is not None:
            value = iati.Value(amount(target.value), _in_cluster(target), source=source_of(target))
            told.targets[_span(target)].append(value)
    for row in measured:
        if row.value is None:
            continue
        told.actuals[_span(row)].append(
            iati.Value(amount(row.value), _in_cluster(row), source=source_of(row))
        )
        for part in row.parts:
            dims = tuple((name, _SEX.get(value, value)) for name, value in part["dims"].items())
            number = amount(Decimal(part["value"]))
            told.actuals[_span(row)].append(
                iati.Value(number, (*_in_cluster(row), *dims), source=source_of(row))
            )
    return told


def _range(row: Measurement, unit: str) -> str:
    if row.low is None and row.high is None:
        return ""
    return f"{amount(row.low)} – {amount(row.high)} {unit}".strip()


def _words(measured: Iterable[Measurement], say: Callable[[Measurement], str]) -> _Told:
    told = _Told()
    for row in measured:
        if words := say(row):
            value = iati.Value("", _in_cluster(row), comment=words, source=source_of(row))
            told.actuals[_span(row)].append(value)
    return told


def _amounts(targets: Iterable[Target], measured: Iterable[Measurement], currency: str) -> dict[str, _Told]:
    """By currency: those of targets are in the programme's."""
    told: dict[str, _Told] = {}
    for target in targets:
        if target.amount is not None:
            value = iati.Value(amount(target.amount), _in_cluster(target), source=source_of(target))
            told.setdefault(currency, _Told()).targets[_span(target)].append(value)
    for row in measured:
        if row.amount is not None:
            value = iati.Value(amount(row.amount), _in_cluster(row), source=source_of(row))
            told.setdefault(row.currency or currency, _Told()).actuals[_span(row)].append(value)
    return told
