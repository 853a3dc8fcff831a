"""What a measurement is: a time beside the time of its baseline, both from the same run on the same machine."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """``measured`` and ``baseline`` in ``unit``; ``goal`` is the largest ratio of the two that is good enough."""

    name: str
    measured: float
    baseline: float
    goal: float | None
    unit: str = "s"
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.measured / self.baseline if self.baseline else float("inf")

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "met" if self.ratio <= self.goal else "MISSED"

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": round(self.ratio, 3), "verdict": self.verdict}


def median_seconds(call: Callable[[], Any], *, runs: int = 5, warm: int = 1) -> float:
    """The median time of ``runs`` calls after ``warm`` unmeasured ones, without the collector's pauses."""
    for _unused in range(warm):
        call()
    times = []
    for _unused in range(runs):
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
        gc.enable()
    return statistics.median(times)


def interleaved(one: Callable[[], Any], other: Callable[[], Any], *, runs: int = 5) -> tuple[float, float]:
    """Medians of two calls measured turn by turn, so that a busy moment of the machine falls on both."""
    one()
    other()
    times: tuple[list[float], list[float]] = ([], [])
    for _unused in range(runs):
        for call, into in zip((one, other), times, strict=True):
            gc.collect()
            start = time.perf_counter()
            call()
            into.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])
