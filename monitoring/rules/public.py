"""What of a figure may be told to everybody: counts of very few firms or persons are not (part 6, rule 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, product

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


# Where a number stands in a table of one dimension or more: a value of each, "" for the total.
Cell = tuple[str, ...]


def covers_of_table(grid: Sequence[Sequence[Decimal | None]]) -> list[list[Cover]]:
    """For a table, its totals in the first line and column: which numbers are not told.

    What is covered in a line or column cannot be worked out from what is told: at least two numbers are covered in
    it, and together they are no small number themselves.
    """
    numbers: dict[Cell, Decimal | None] = {
        (_name(line), _name(column)): number
        for line, own in enumerate(grid)
        for column, number in enumerate(own)
    }
    found = _settled(
        numbers,
        {cell: Cover.FEW if _few(number) else Cover.NONE for cell, number in numbers.items()},
        frozenset(),
    )
    return [
        [found[_name(line), _name(column)] for column, _number in enumerate(own)]
        for line, own in enumerate(grid)
    ]


def _name(place: int) -> str:
    return str(place) if place else ""


def covers_of_parts(numbers: Mapping[Cell, Decimal | None]) -> dict[Cell, Cover]:
    """For counts by one dimension or two and, last, by place: which parts are not told to who is told the wholes.

    The programme less its other clusters is the last one, so places are a dimension as the others are, its total the
    programme. A whole (a place with no other value) is told in any case; of one of one or two no part is, since even
    a nought tells what they are not. Parts by one dimension are settled before those by two: they are told alike
    whatever they are crossed with. A part that is missing is 0. None is called few: that and the whole could tell
    the number.
    """
    axes = [{"", *(cell[axis] for cell in numbers)} for axis in range(len(next(iter(numbers), ())))]
    filled = {cell: numbers.get(cell) or Decimal(0) for cell in product(*map(sorted, axes))}
    found: dict[Cell, Cover] = {cell: Cover.NONE for cell in filled if not any(cell[:-1])}
    small = {cell[-1] for cell in found if _few(filled[cell])}
    divided = range(len(axes) - 1)
    for by in (by for size in divided for by in combinations(divided, size + 1)):
        totals = [axis for axis in divided if axis not in by]
        cells = {cell: number for cell, number in filled.items() if not any(cell[axis] for axis in totals)}
        own = {
            cell: found.get(cell, Cover.WITHHELD if cell[-1] in small or _few(number) else Cover.NONE)
            for cell, number in cells.items()
        }
        found |= _settled(cells, own, frozenset(cell for cell in cells if found.get(cell) is Cover.NONE))
    return found


def _few(number: Decimal | None) -> bool:
    return number is not None and 0 < number < FEWEST_FIRMS


def _settled(
    numbers: Mapping[Cell, Decimal | None], found: dict[Cell, Cover], told_anyway: frozenset[Cell]
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
    told_anyway: frozenset[Cell],
) -> Cell | None:
    """The number of a line that is to be withheld beside those that are covered; None where none is, or can be.

    The smallest part, of equal ones the first by name so that every page chooses alike; a nought where there is no
    other part and its own totals leave it open; at last the total.
    """

    def is_told(cell: Cell) -> bool:
        return found[cell] is Cover.NONE

    def number(cell: Cell) -> Decimal:
        return numbers[cell] or Decimal(0)

    def is_open(cell: Cell) -> bool:
        return all(number(total) for total in _totals_of(cell) if total in numbers)

    total, *parts = way
    covered = [cell for cell in parts if not is_told(cell)]
    if is_told(total):
        enough = len(covered) > 1 and sum(map(number, covered)) >= FEWEST_FIRMS
        if not covered or enough or not number(total):
            return None
    elif covered:
        return None
    free = [cell for cell in parts if is_told(cell) and cell not in told_anyway]
    can_be = [cell for cell in free if number(cell)] or [cell for cell in free if is_open(cell)]
    if can_be:
        return min(can_be, key=lambda cell: (number(cell), cell))
    return total if covered and total not in told_anyway else None


def _totals_of(cell: Cell) -> Iterator[Cell]:
    """The totals of the lines in which a part stands."""
    for axis, value in enumerate(cell):
        if value:
            yield (*cell[:axis], "", *cell[axis + 1 :])
