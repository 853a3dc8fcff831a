"""How far a ranking hangs on its weights. Pure, and the same every time: nothing is drawn by chance.

Each of DRAWS draws moves every weight by its own share of up to SWING per cent, up or down, and ranks anew. The
moves of a parameter are read from SHAKE-256 of its code, two bytes a draw: evenly spread, unrelated to those
of the others, the same on every machine, and not changed by a parameter that is added later.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from clusters.rules.selection import Grid, Standing, in_whole_numbers, ranks_of

DRAWS = 1000
SWING = 20  # per cent
_MOST = 2**16 - 1


@dataclass(frozen=True, slots=True)
class Hold:
    """How a candidate's rank fares: in how many draws it is kept, and the best and worst that it becomes."""

    kept: int
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class Alone:
    """One weight moved by ``percent`` and the others left: {candidate: rank} of those whose rank changes."""

    code: str
    percent: int
    changed: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """``holds`` by candidate, of those that have a rank; ``alone`` for each weight, first up, then down."""

    draws: int
    swing: int
    holds: Mapping[int, Hold]
    alone: Sequence[Alone]


def moves_of(code: str, draws: int, swing: int) -> list[int]:
    """A factor for each draw, in parts of 100 * 65535: from 100 - swing to 100 + swing per cent."""
    numbers = struct.unpack(f">{draws}H", hashlib.shake_256(code.encode()).digest(2 * draws))
    return [(100 - swing) * _MOST + 2 * swing * number for number in numbers]


def sensitivity(
    codes: Sequence[str],
    weights: Mapping[str, Decimal],
    standings: Sequence[Standing],
    *,
    draws: int = DRAWS,
    swing: int = SWING,
) -> Sensitivity:
    """How the ranks of ``standings`` (from ``evaluate``) fare when these weights move."""
    base = {standing.key: standing.rank for standing in standings if standing.rank is not None}
    grid = Grid(
        codes,
        {s.key: {code: part.share for code, part in s.parts.items()} for s in standings if s.key in base},
    )
    whole = in_whole_numbers(codes, weights)
    kept = dict.fromkeys(base, 0)
    best, worst = dict(base), dict(base)
    moves = [moves_of(code, draws, swing) for code in codes]
    for factors in zip(*moves, strict=True):
        moved = [weight * factor for weight, factor in zip(whole, factors, strict=True)]
        for key, rank in _ranks(grid, moved).items():
            kept[key] += rank == base[key]
            best[key], worst[key] = min(best[key], rank), max(worst[key], rank)
    return Sensitivity(
        draws=draws,
        swing=swing,
        holds={key: Hold(kept[key], best[key], worst[key]) for key in base},
        alone=[
            _alone(grid, whole, base, index, percent)
            for index, weight in enumerate(whole)
            if weight
            for percent in (swing, -swing)
        ],
    )


def _ranks(grid: Grid, weights: Sequence[int]) -> dict[int, int]:
    return {key: rank for key, rank in ranks_of(grid.composites(weights)).items() if rank is not None}


def _alone(grid: Grid, whole: Sequence[int], base: Mapping[int, int], index: int, percent: int) -> Alone:
    moved = [weight * (100 + percent if at == index else 100) for at, weight in enumerate(whole)]
    ranks = _ranks(grid, moved)
    return Alone(grid.codes[index], percent, {key: r for key, r in ranks.items() if r != base[key]})
