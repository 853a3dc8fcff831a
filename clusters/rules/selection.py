"""Step 1 of the method: comparing candidate clusters (R1.1 to R1.4). The sums are told in docs/selection.md.

The method names eight parameters and says that there may be more; scale, weight and formula are ours. All
arithmetic is in whole numbers and fractions, so that nothing depends on the machine and a tie is a tie.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scale(TextChoices):
    POINTS = "points", _("points from 1 to 5")
    RAW = "raw", _("a figure in its own unit")


class Direction(TextChoices):
    MORE = "more", _("more is better")
    LESS = "less", _("less is better")


class Outcome(TextChoices):
    SELECT = "select", _("selected")
    RESERVE = "reserve", _("held in reserve")
    NOT_SELECTED = "not-selected", _("not selected")


# R1.1, by the numbers that the method gives them.
STANDARD = {
    "1": _("Imports of technology, raw material and designs"),
    "2": _("Exports of intermediary products"),
    "3": _("Exports of finished products to global brands"),
    "4": _("Contribution to manufacturing turnover, value added, employment or export"),
    "5": _("Similar emerging clusters in the country"),
    "6": _("Links with global chains today: trust with advanced clusters"),
    "7": _("Earlier cluster development programmes"),
    "8": _("Willingness of associations, support firms and technical institutions"),
}
GLOBAL_BRANDS, GLOBAL_CHAINS = "3", "6"

POINTS = (Decimal(1), Decimal(5))
WHOLE = Decimal(100)  # what the weights of a set sum to
THIN = Decimal(50)  # below this completeness (%) a composite rests on less than half of the weight
NEAR_ZERO_POINTS = Fraction(3, 2)
NEAR_ZERO_SHARE = Fraction(1, 20)  # of the greatest raw figure among the candidates

ROUND_MOVES: dict[str, set[str]] = {
    "open": {"decided", "closed"},
    "decided": {"open", "closed"},
    "closed": {"open"},
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """What the arithmetic knows of a parameter."""

    code: str
    scale: str = Scale.POINTS
    direction: str = Direction.MORE


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the assessors say of one candidate on one parameter, in the unit of the parameter."""

    mean: Fraction
    low: Decimal
    high: Decimal
    assessors: int


@dataclass(frozen=True, slots=True)
class Part:
    """One candidate on one parameter.

    ``share`` says where it stands between the worst candidate (0) and the best (1); None where all are alike
    and the parameter tells none from another. ``points`` are what it adds to the composite.
    """

    opinion: Opinion
    share: Fraction | None
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate in the ranking; ``composite`` of 0 to 100, or None (then without a rank) where nothing counts.

    ``low`` and ``high`` are the composite if each time the least or the most favourable assessor were right.
    ``completeness`` is the share (%) of the weight for which there is a value.
    """

    key: int
    rank: int | None
    composite: Decimal | None
    low: Decimal | None
    high: Decimal | None
    completeness: Decimal
    parts: Mapping[str, Part]


def bounds(
    scale: str, lowest: Decimal | None = None, highest: Decimal | None = None
) -> tuple[Decimal | None, Decimal | None]:
    """The least and the greatest value that a scale takes; None where a raw figure has no bound."""
    return POINTS if scale == Scale.POINTS else (lowest, highest)


def is_outside(value: Decimal, within: tuple[Decimal | None, Decimal | None]) -> bool:
    lowest, highest = within
    return (lowest is not None and value < lowest) or (highest is not None and value > highest)


def weights_sum(weights: Mapping[str, Decimal]) -> Decimal:
    return sum(weights.values(), Decimal(0))


def opinion_of(values: Sequence[Decimal]) -> Opinion:
    """The values that several assessors gave, of which there is at least one."""
    mean = sum((Fraction(value) for value in values), Fraction(0)) / len(values)
    return Opinion(mean, min(values), max(values), len(values))


# The ranking ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scope:
    """The worst and the best value among the candidates, worst first whichever direction is better."""

    worst: Fraction
    best: Fraction

    def share(self, value: Fraction | Decimal) -> Fraction | None:
        if self.worst == self.best:
            return None
        share = (Fraction(value) - self.worst) / (self.best - self.worst)
        return min(max(share, Fraction(0)), Fraction(1))


def _scope(criterion: Criterion, opinions: Mapping[int, Mapping[str, Opinion]]) -> _Scope:
    means = [of[criterion.code].mean for of in opinions.values() if criterion.code in of]
    ends = (min(means), max(means)) if means else (Fraction(0), Fraction(0))
    return _Scope(*ends) if criterion.direction == Direction.MORE else _Scope(*reversed(ends))


_View = Callable[[Criterion, Opinion], Fraction | Decimal]


def _mean(criterion: Criterion, opinion: Opinion) -> Fraction:
    return opinion.mean


def _least(criterion: Criterion, opinion: Opinion) -> Decimal:
    """What the least favourable assessor says."""
    return opinion.low if criterion.direction == Direction.MORE else opinion.high


def _most(criterion: Criterion, opinion: Opinion) -> Decimal:
    return opinion.high if criterion.direction == Direction.MORE else opinion.low


class Grid:
    """Shares of candidates on parameters as whole numbers, for weighing them many times over."""

    def __init__(self, codes: Sequence[str], shares: Mapping[int, Mapping[str, Fraction | None]]) -> None:
        self.codes = list(codes)
        place = {code: index for index, code in enumerate(self.codes)}
        known = {
            key: [(place[code], share) for code, share in of.items() if share is not None]
            for key, of in shares.items()
        }
        self.whole = math.lcm(1, *{share.denominator for of in known.values() for _index, share in of})
        self.rows = {
            key: [(index, share.numerator * (self.whole // share.denominator)) for index, share in of]
            for key, of in known.items()
        }

    def composites(self, weights: Sequence[int]) -> dict[int, int | None]:
        """The composite of each candidate in hundredths of a point, rounded half up; None without weight.

        ``weights`` are in the order of ``codes`` and in any unit: those of the parameters for which a
        candidate has a value are brought to a whole.
        """
        found: dict[int, int | None] = {}
        for key, row in self.rows.items():
            present = sum(weights[index] for index, _share in row) * self.whole
            gained = sum(weights[index] * share for index, share in row)
            found[key] = (20_000 * gained + present) // (2 * present) if present else None
        return found


def ranks_of(composites: Mapping[int, int | None]) -> dict[int, int | None]:
    """1 for the best; who is level shares a rank, and the next one's counts them all (1, 2, 2, 4)."""
    ordered = sorted(value for value in composites.values() if value is not None)
    return {
        key: None if value is None else 1 + len(ordered) - bisect_right(ordered, value)
        for key, value in composites.items()
    }


def in_whole_numbers(codes: Iterable[str], weights: Mapping[str, Decimal]) -> list[int]:
    """The weights (two decimals at most) in the order of ``codes``, in hundredths; 0 where there is none."""
    return [int(weights.get(code, Decimal(0)) * 100) for code in codes]


def _hundredths(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value) / 100


def evaluate(
    criteria: Sequence[Criterion],
    weights: Mapping[str, Decimal],
    opinions: Mapping[int, Mapping[str, Opinion]],
) -> list[Standing]:
    """The ranking of the candidates in ``opinions`` ({candidate: {code: opinion}}), best first.

    A parameter on which all candidates are alike is left out for all of them: it tells none from another, and
    counting it would reward a candidate for merely having a value. What is missing is left out for the
    candidate alone, and the other weights are brought to a whole.
    """
    codes = [criterion.code for criterion in criteria]
    scopes = {criterion.code: _scope(criterion, opinions) for criterion in criteria}
    whole = in_whole_numbers(codes, weights)

    def shares(view: _View) -> dict[int, dict[str, Fraction | None]]:
        return {
            key: {c.code: scopes[c.code].share(view(c, of[c.code])) for c in criteria if c.code in of}
            for key, of in opinions.items()
        }

    means = shares(_mean)
    composites = Grid(codes, means).composites(whole)
    lows = Grid(codes, shares(_least)).composites(whole)
    highs = Grid(codes, shares(_most)).composites(whole)
    ranks = ranks_of(composites)
    found = [
        Standing(
            key=key,
            rank=ranks[key],
            composite=_hundredths(composites[key]),
            low=_hundredths(lows[key]),
            high=_hundredths(highs[key]),
            completeness=_completeness(of, weights),
            parts=_parts(of, means[key], weights),
        )
        for key, of in opinions.items()
    ]
    return sorted(found, key=lambda s: (s.rank is None, s.rank or 0))


def _completeness(of: Mapping[str, Opinion], weights: Mapping[str, Decimal]) -> Decimal:
    total = weights_sum(weights)
    if not total:
        return Decimal(0)
    present = sum((weight for code, weight in weights.items() if code in of), Decimal(0))
    return (100 * present / total).quantize(Decimal("0.1"))


def _parts(
    of: Mapping[str, Opinion], shares: Mapping[str, Fraction | None], weights: Mapping[str, Decimal]
) -> dict[str, Part]:
    telling = {code: Fraction(weights.get(code, 0)) for code, share in shares.items() if share is not None}
    whole = sum(telling.values(), Fraction(0))

    def points(code: str) -> Decimal | None:
        share = shares[code]
        if share is None or not whole:
            return None
        return Decimal(math.floor(10_000 * telling[code] * share / whole + Fraction(1, 2))) / 100

    return {code: Part(of[code], shares[code], points(code)) for code in shares}


# What a reader is warned of, and what a decision owes ------------------------------------------------------


class Concern(StrEnum):
    REMOTE = "remote"  # R1.4
    THIN = "thin"
    UNRANKED = "unranked"


def concerns(criteria: Sequence[Criterion], standings: Sequence[Standing]) -> dict[int, list[Concern]]:
    """What to say beside each candidate: remote from global chains (R1.4), little known, not ranked."""
    scales = {criterion.code: criterion.scale for criterion in criteria}

    def is_near_zero(standing: Standing, code: str) -> bool:
        if code not in standing.parts or code not in scales:
            return False
        mean = standing.parts[code].opinion.mean
        if scales[code] == Scale.POINTS:
            return mean <= NEAR_ZERO_POINTS
        greatest = max(abs(s.parts[code].opinion.mean) for s in standings if code in s.parts)
        return abs(mean) <= NEAR_ZERO_SHARE * greatest

    found: dict[int, list[Concern]] = {}
    are_ranked = any(standing.rank is not None for standing in standings)
    for standing in standings:
        if is_near_zero(standing, GLOBAL_BRANDS) and is_near_zero(standing, GLOBAL_CHAINS):
            found.setdefault(standing.key, []).append(Concern.REMOTE)
        if standing.rank is None and are_ranked:
            found.setdefault(standing.key, []).append(Concern.UNRANKED)
        elif standing.rank is not None and standing.completeness < THIN:
            found.setdefault(standing.key, []).append(Concern.THIN)
    return found


def departures(ranks: Mapping[int, int | None], outcomes: Mapping[int, str]) -> set[int]:
    """The candidates of ``outcomes`` whose outcome is not the one that the ranking alone would give (R1.3).

    The ranking alone gives as many places as the decision does: the selected ones to the first in rank, then
    the reserve. Who shares a rank at the edge of the places may come out on either side of it. Who has no
    rank has nothing to be selected by.
    """
    given = list(outcomes.values())
    order = [
        *([Outcome.SELECT] * given.count(Outcome.SELECT)),
        *([Outcome.RESERVE] * given.count(Outcome.RESERVE)),
    ]
    order += [Outcome.NOT_SELECTED] * (len(given) - len(order))
    ranked = [rank for key in outcomes if (rank := ranks.get(key)) is not None]

    def allowed(rank: int | None) -> set[str]:
        if rank is None:
            return {Outcome.NOT_SELECTED}
        ahead = sum(other < rank for other in ranked)
        return set(order[ahead : ahead + ranked.count(rank)])

    return {key for key, outcome in outcomes.items() if outcome not in allowed(ranks.get(key))}
