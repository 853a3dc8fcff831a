"""The rules on results: values that are there and are numbers, periods in order, references at one level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitoring.rules.iati import codes
from monitoring.rules.iati.activity import Indicator, Result, Source, Value, number


def results(given: Iterable[Result]) -> Iterator[tuple[str, Source | None, str, str]]:
    """(rule, record, field, detail) of each thing that is wrong."""
    for result in given:
        if not result.title.strip():
            yield "4.3.1", result.source, "title", ""
        for indicator in result.indicators:
            if result.references and indicator.references:
                yield "8.11.1", indicator.source, "references", indicator.title
            yield from _indicator(indicator)


def _indicator(indicator: Indicator) -> Iterator[tuple[str, Source | None, str, str]]:
    if not indicator.title.strip():
        yield "4.3.1", indicator.source, "title", ""
    for baseline in indicator.baselines:
        yield from _value(indicator, baseline, "8.8", "baseline")
    for period in indicator.periods:
        if period.last < period.first:
            yield "8.6.1", period.source or indicator.source, "periods", f"{period.first} – {period.last}"
        for target in period.targets:
            yield from _value(indicator, target, "8.9", "targets")
        for actual in period.actuals:
            yield from _value(indicator, actual, "8.10", "actuals")


def _value(
    indicator: Indicator, value: Value, prefix: str, field: str
) -> Iterator[tuple[str, Source | None, str, str]]:
    source = value.source or indicator.source
    if indicator.measure == codes.QUALITATIVE:
        if value.value:
            yield f"{prefix}.3", source, field, value.value
    elif not value.value.strip():
        yield f"{prefix}.1", source, field, indicator.title
    elif number(value.value) is None:
        yield f"{prefix}.2", source, field, value.value
