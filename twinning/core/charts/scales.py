"""Where a value lies in a picture."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

_LEAST_SPAN = 1e-8  # what lies nearer is one value: places are rounded to ten decimals


@dataclass(frozen=True, slots=True)
class DayScale:
    """Days from ``first`` to ``last``, both inclusive, between two places (px)."""

    first: dt.date
    last: dt.date
    left: float
    right: float

    def at(self, day: dt.date, *, after: bool = False) -> float:
        """Where a day begins; with ``after``, where it ends. Days outside lie on the border."""
        days = (self.last - self.first).days + 1
        passed = (day - self.first).days + after
        return self.left + (self.right - self.left) * min(max(passed / days, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class AmountScale:
    """Amounts from zero to ``most`` as lengths of at most ``room`` (px)."""

    most: float
    room: float

    def length(self, amount: float) -> float:
        return self.room * amount / self.most if self.most else 0.0


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Values from ``low`` to ``high`` between two places (px). Values outside lie on the border."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values, evenly apart (1, 2 or 5 times a power of ten), the first at or below ``low`` and the last at or
    above ``high``: about so many, and two at least.
    """
    span = high - low if high - low > _LEAST_SPAN else max(abs(high), 1.0)
    raw = span / max(about - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.floor(low / step), math.ceil(max(high, low + span) / step)
    return [round(step * place, 10) for place in range(first, last + 1)]
