"""Where a value lies in a picture."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


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
