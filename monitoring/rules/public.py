"""What of a figure may be told to everybody: counts of very few firms or persons are not (part 6, rule 5)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
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


# Where a number stands in a table of one dimension or more: a value of each, and what is falsy for the total.
Cell = tuple[Hashable, ...]


def covers_of_table(grid: Sequence[Sequence[Decimal | None]]) -> list[list[Cover]]:
    """For a table, its totals in the first line and column: which numbers are not told.

    What is covered in a line or column cannot be worked out from what is told: at least two numbers are covered in
    it, and together they are no small number themselves.
    """
    numbers: dict[Cell, Decimal | None] = {
        (line, column): number for line, own in enumerate(grid) for column, number in enumerate(own)
    }
    found = _settled(numbers, {cell: _few(number) for cell, number in numbers.items()})
    return [[found[line, column] for column, _number in enumerate(own)] for line, own in enumerate(grid)]


def covers_of_parts(numbers: Mapping[Cell, Decimal | None]) -> dict[Cell, Cover]:
    """For counts by one dimension or more and, last, by place: which parts are not told to who is told the wholes.

    The programme less its other clusters is the last one, so places are a dimension as the others are, its total the
    programme. A whole (a place with no other value) is told in any case; of one of one or two no part is, since even
    a nought tells what they are not.
    """
    wholes = {cell for cell in numbers if not any(cell[:-1])}
    small = {cell[-1] for cell in wholes if _few(numbers[cell]) is Cover.FEW}
    found = {
        cell: Cover.NONE if cell in wholes else Cover.WITHHELD if cell[-1] in small else _few(number)
        for cell, number in numbers.items()
    }
    return _settled(numbers, found, wholes)


def _few(number: Decimal | None) -> Cover:
    return Cover.FEW if number is not None and 0 < number < FEWEST_FIRMS else Cover.NONE


def _settled(
    numbers: Mapping[Cell, Decimal | None], found: dict[Cell, Cover], told_anyway: Collection[Cell] = ()
) -> dict[Cell, Cover]:
    """``found``, with all that must be withheld beside it."""
    ways = _ways(numbers)
    while withheld := [
        cell for way in ways if (cell := _to_withhold(numbers, found, way, told_anyway)) is not None
    ]:
        found |= dict.fromkeys(withheld, Cover.WITHHELD)
    return found


def _ways(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Every line of a table in every direction, its total first; those without a total give nothing away."""
    ways: dict[tuple[int, Cell], list[Cell]] = {}
    for cell in cells:
        for axis, value in enumerate(cell):
            way = ways.setdefault((axis, (*cell[:axis], *cell[axis + 1 :])), [])
            way.insert(len(way) if value else 0, cell)
    return [way for (axis, _beside), way in ways.items() if len(way) > 1 and not way[0][axis]]


def _to_withhold(
    numbers: Mapping[Cell, Decimal | None],
    found: Mapping[Cell, Cover],
    way: Sequence[Cell],
    told_anyway: Collection[Cell],
) -> Cell | None:
    """The number of a line that is to be withheld beside those that are covered; None where none is, or can be."""

    def is_told(cell: Cell) -> bool:
        return found[cell] is Cover.NONE

    def number(cell: Cell) -> Decimal:
        return numbers[cell] or Decimal(0)

    total, *parts = way
    covered = [cell for cell in parts if not is_told(cell)]
    if is_told(total):
        enough = len(covered) > 1 and sum(map(number, covered)) >= FEWEST_FIRMS
        if not covered or enough:
            return None
    elif covered:
        return None
    can_be = [cell for cell in parts if is_told(cell) and number(cell) and cell not in told_anyway]
    if can_be:
        return min(can_be, key=number)
    return total if covered and total not in told_anyway else None
