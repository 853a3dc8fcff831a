"""Values of indicators: a number, a range that stays a range, a word on a scale; and how they stand to a target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any, cast

HUNDRED = Decimal(100)
# The dimensions by which a value may be divided, and the values of those that are fixed.
# By age in full years: from the first of these to below the second.
AGES: dict[str, tuple[int | None, int | None]] = {
    "under-25": (None, 25),
    "25-34": (25, 35),
    "35-54": (35, 55),
    "55-over": (55, None),
}
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "sex": ("f", "m", "u"),
    "age": (*AGES, "not-stated"),
    "firm-size": ("micro", "small", "medium", "large", "not-stated"),
    "product-group": (),
}


class State(StrEnum):
    """Zero, not reported and not applicable are three things."""

    VALUE = "value"
    NOT_REPORTED = "not-reported"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of an indicator in a span. A range has ``low`` and ``high`` and no ``number``."""

    state: State = State.NOT_REPORTED
    number: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    word: str = ""

    @property
    def is_range(self) -> bool:
        return self.number is None and (self.low is not None or self.high is not None)


@dataclass(frozen=True, slots=True)
class Span:
    """Days first..last, both inclusive; ``first`` None: since ever."""

    first: dt.date | None
    last: dt.date

    def holds(self, day: dt.date | None) -> bool:
        return day is not None and day <= self.last and (self.first is None or self.first <= day)


def uncovered(covered: Iterable[Span], last: dt.date) -> tuple[Span, ...]:
    """The days up to ``last`` that no span covers, in order; the first such stretch has no first day.

    ``covered`` have a first day each, lie before ``last`` and do not overlap.
    """
    day, found = dt.timedelta(1), []
    first: dt.date | None = None
    for span in sorted(covered, key=lambda one: one.last):
        start = cast(dt.date, span.first)
        if first is None or first < start:
            found.append(Span(first, start - day))
        first = span.last + day
    if first is None or first <= last:
        found.append(Span(first, last))
    return tuple(found)


def achieved(
    value: Decimal | None, target: Decimal | None, baseline: Decimal | None, *, rising: bool
) -> Decimal | None:
    """How much of the way to the target is done, in per cent, one decimal; None where it cannot be said.

    Counted from the baseline where there is one. An indicator that is to fall is measured by how far it fell.
    """
    if value is None or target is None:
        return None
    start = baseline if baseline is not None else (Decimal(0) if rising else None)
    if start is None or target == start:
        return None
    share = (value - start) / (target - start) * HUNDRED
    return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Part:
    """A value for one combination of dimension values: {"sex": "f", "firm-size": "small"}."""

    dims: Mapping[str, str]
    value: Decimal


def parts_from(data: Iterable[Mapping[str, Any]]) -> list[Part]:
    return [Part(dict(row["dims"]), Decimal(str(row["value"]))) for row in data]


def margins(parts: Sequence[Part], dimension: str) -> dict[str, Decimal]:
    """The parts summed over all other dimensions."""
    found: dict[str, Decimal] = {}
    for part in parts:
        if dimension in part.dims:
            key = part.dims[dimension]
            found[key] = found.get(key, Decimal(0)) + part.value
    return found


def shape_of(part: Part) -> tuple[str, ...]:
    return tuple(sorted(part.dims))


def unsound_parts(parts: Sequence[Part], total: Decimal | None) -> dict[tuple[str, ...], Decimal]:
    """The divisions whose parts do not make the total, with the sum that they make.

    Each division (by sex; by sex and size) must be whole by itself. Where no total is stated none can be unsound.
    """
    if total is None:
        return {}
    sums: dict[tuple[str, ...], Decimal] = {}
    for part in parts:
        sums[shape_of(part)] = sums.get(shape_of(part), Decimal(0)) + part.value
    return {shape: found for shape, found in sums.items() if found != total}


def disagreeing_margins(parts: Sequence[Part]) -> list[tuple[str, str]]:
    """(dimension, value) for which two divisions say different numbers: by sex 12 women, by sex and size 11."""
    seen: dict[tuple[str, str], dict[tuple[str, ...], Decimal]] = {}
    for part in parts:
        for item in part.dims.items():
            by_shape = seen.setdefault(item, {})
            by_shape[shape_of(part)] = by_shape.get(shape_of(part), Decimal(0)) + part.value
    return sorted(item for item, by_shape in seen.items() if len(set(by_shape.values())) > 1)
