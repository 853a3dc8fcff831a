"""What of a figure may be told to everybody: counts of very few firms or persons are not (part 6, rule 5)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from monitoring.rules.vocabulary import Rule
from twinning.core.small_cells import FEWEST_FIRMS

# Divisions that only counts of persons or firms have.
_OF_PERSONS_AND_FIRMS = {"sex", "age", "firm-size"}


class Cover(StrEnum):
    """What is told of a count. ``WITHHELD``: large enough, but with the total it would give away a small one."""

    NONE = "none"
    FEW = "few"
    WITHHELD = "withheld"


def counts_few(rule: Rule | None, dimensions: Sequence[str]) -> bool:
    """Whether each thing that an indicator counts is a person, a firm, or something of one firm.

    Events and agreements between bodies are the programme's own and told of singly.
    """
    if rule is None:
        return bool(_OF_PERSONS_AND_FIRMS & set(dimensions))
    if rule.count == "agreements":
        return rule.values("between") != ("bodies",)
    return rule.count != "activities"


def covers(numbers: Sequence[Decimal | None]) -> list[Cover]:
    """For the counts of a row, the whole first and then its parts: which are not told.

    1 and 2 are few; 0 says nothing of anybody. Where a single part is few and the whole is told, the whole less the
    other parts would be that part: the smallest of the others is withheld too.
    """
    found = [Cover.FEW if n is not None and 0 < n < FEWEST_FIRMS else Cover.NONE for n in numbers]
    few = [place for place, cover in enumerate(found[1:], start=1) if cover is Cover.FEW]
    if len(few) == 1 and found[0] is Cover.NONE:
        told = [(n, place) for place, n in enumerate(numbers) if place and n and found[place] is Cover.NONE]
        if told:
            found[min(told)[1]] = Cover.WITHHELD
    return found


Place = tuple[int, int]


def covers_of_table(grid: Sequence[Sequence[Decimal | None]]) -> list[list[Cover]]:
    """For a table, its totals in the first line and column: which numbers are not told.

    What is covered in a line or column cannot be worked out from what is told: at least two numbers are covered in
    it, and together they are no small number themselves.
    """
    found = [[_few(number) for number in line] for line in grid]
    height, width = len(grid), len(grid[0]) if grid else 0
    ways = [[(line, column) for column in range(width)] for line in range(height)]
    ways += [[(line, column) for line in range(height)] for column in range(width)]
    ways = [way for way in ways if len(way) > 1]
    while withheld := [place for way in ways if (place := _to_withhold(grid, found, way)) is not None]:
        for line, column in withheld:
            found[line][column] = Cover.WITHHELD
    return found


def _few(number: Decimal | None) -> Cover:
    return Cover.FEW if number is not None and 0 < number < FEWEST_FIRMS else Cover.NONE


def _to_withhold(
    grid: Sequence[Sequence[Decimal | None]], found: Sequence[Sequence[Cover]], way: Sequence[Place]
) -> Place | None:
    """The number of a line or column that is to be withheld beside those that are covered; None where none is."""

    def is_told(place: Place) -> bool:
        return found[place[0]][place[1]] is Cover.NONE

    def number(place: Place) -> Decimal:
        return grid[place[0]][place[1]] or Decimal(0)

    total, *parts = way
    covered = [place for place in parts if not is_told(place)]
    if is_told(total):
        enough = len(covered) > 1 and sum(map(number, covered)) >= FEWEST_FIRMS
        if not covered or enough:
            return None
    elif covered:
        return None
    told = [place for place in parts if is_told(place) and number(place)]
    if told:
        return min(told, key=number)
    return total if covered else None
