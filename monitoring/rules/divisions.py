"""A figure divided by one thing, or by two across each other: pure, from counts to a table whose parts make the whole.

A number may stand in two parts: a firm of two product groups, an event of two clusters, a person who came from a small
firm and from a large one. So the parts may be more than their whole, by ``excess``, and never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitoring.rules.values import DIMENSIONS, Part

NOT_STATED = "not-stated"
CLUSTER = "cluster"
MOST_LINES = 40  # of a dimension with words of its own; the smallest beyond are put together
OTHERS = "others"
ZERO = Decimal(0)

Shape = tuple[str, ...]
# By the dimensions of a division, in their order: a number for each combination of their values.
Numbers = Mapping[Shape, Mapping[tuple[str, ...], Decimal]]


def not_stated(dimension: str) -> str:
    return "u" if dimension == "sex" else NOT_STATED


@dataclass(frozen=True, slots=True)
class Line:
    """One value of the first dimension: its total, and its number for each value of the second.

    A cell is None where it is not known: typed values are divided by the one and by the other, not by both.
    """

    value: str
    total: Decimal
    cells: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Crossed:
    """``columns``: the values of the second dimension, with their ``totals``; none where there is one dimension."""

    by: str
    across: str
    whole: Decimal
    lines: tuple[Line, ...]
    columns: tuple[str, ...] = ()
    totals: tuple[Decimal, ...] = ()

    @property
    def excess(self) -> Decimal:
        """By how much the lines are more than the whole."""
        return sum((line.total for line in self.lines), -self.whole)

    @property
    def has_gaps(self) -> bool:
        """Whether some cells are not known: the parts of a typed value were typed for one dimension only."""
        return any(cell is None for line in self.lines for cell in line.cells)

    @property
    def excess_across(self) -> Decimal:
        return sum(self.totals, -self.whole) if self.columns else ZERO


def shapes_for(by: str, across: str) -> list[Shape]:
    """The divisions that a table of these dimensions is made of."""
    return [(), (by,), (across,), (by, across)] if across else [(), (by,)]


def crossed(numbers: Numbers, by: str, across: str = "") -> Crossed:
    """The table of counts by ``shapes_for``, each made by itself. The division by both may be missing."""
    whole = numbers[()].get((), ZERO)
    by_value = {key[0]: number for key, number in numbers[(by,)].items()}
    lines = _ordered(by, by_value)
    if not across:
        return _folded(Crossed(by, "", whole, tuple(Line(value, by_value[value]) for value in lines)))
    column_totals = {key[0]: number for key, number in numbers[(across,)].items()}
    columns = _ordered(across, column_totals)
    cells = numbers.get((by, across))
    return _folded(
        Crossed(
            by,
            across,
            whole,
            tuple(
                Line(
                    value,
                    by_value[value],
                    tuple(None if cells is None else cells.get((value, column), ZERO) for column in columns),
                )
                for value in lines
            ),
            tuple(columns),
            tuple(column_totals[column] for column in columns),
        )
    )


def _ordered(dimension: str, numbers: Mapping[str, Decimal]) -> list[str]:
    """Known values in their order, words from the largest; what is not stated comes last."""
    last = not_stated(dimension)
    fixed = [value for value in DIMENSIONS.get(dimension, ()) if value != last]
    if fixed:
        found = [value for value in fixed if value in numbers]
    else:
        found = sorted((value for value in numbers if value != last), key=lambda one: (-numbers[one], one))
    return [*found, last] if numbers.get(last) else found


def _folded(table: Crossed) -> Crossed:
    lines, columns = table.lines, table.columns
    if len(lines) > MOST_LINES:
        rest = lines[MOST_LINES - 1 :]
        cells = tuple(_sum(own) for own in zip(*(line.cells for line in rest), strict=True))
        folded = Line(OTHERS, sum((line.total for line in rest), ZERO), cells)
        lines = (*lines[: MOST_LINES - 1], folded)
    totals = table.totals
    if len(columns) > MOST_LINES:
        kept = MOST_LINES - 1
        columns = (*columns[:kept], OTHERS)
        totals = (*totals[:kept], sum(totals[kept:], ZERO))
        lines = tuple(
            Line(line.value, line.total, (*line.cells[:kept], _sum(line.cells[kept:]))) for line in lines
        )
    return Crossed(table.by, table.across, table.whole, lines, columns, totals)


def _sum(numbers: Iterable[Decimal | None]) -> Decimal | None:
    found = list(numbers)
    return None if None in found else sum((one for one in found if one is not None), ZERO)


def typed_numbers(
    parts: Sequence[Part], whole: Decimal, by: str, across: str = ""
) -> dict[Shape, dict[tuple[str, ...], Decimal]]:
    """The divisions of a typed value by its parts; what they leave of the whole is not stated."""
    found: dict[Shape, dict[tuple[str, ...], Decimal]] = {(): {(): whole}}
    both = _collapsed(parts, (by, across), whole) if across else None
    if both is not None:
        found[by, across] = both
    for place, dimension in enumerate(filter(None, (by, across))):
        if both is not None:
            own: dict[tuple[str, ...], Decimal] = {}
            for key, number in both.items():
                own[(key[place],)] = own.get((key[place],), ZERO) + number
        else:
            own = _collapsed(parts, (dimension,), whole) or {(not_stated(dimension),): whole}
        found[(dimension,)] = own
    return found


def _collapsed(parts: Sequence[Part], shape: Shape, whole: Decimal) -> dict[tuple[str, ...], Decimal] | None:
    """One division, summed from the coarsest that has these dimensions; None where none has."""
    having = [part for part in parts if set(shape) <= set(part.dims)]
    if not having:
        return None
    coarsest = min({tuple(sorted(part.dims)) for part in having}, key=lambda own: (len(own), own))
    found: dict[tuple[str, ...], Decimal] = {}
    for part in having:
        if tuple(sorted(part.dims)) == coarsest:
            key = tuple(part.dims[name] for name in shape)
            found[key] = found.get(key, ZERO) + part.value
    rest = whole - sum(found.values(), ZERO)
    if rest:
        key = tuple(not_stated(name) for name in shape)
        found[key] = found.get(key, ZERO) + rest
    return found


def kept_numbers(
    parts: Sequence[Part], whole: Decimal, shapes: Iterable[Shape]
) -> dict[Shape, dict[tuple[str, ...], Decimal]]:
    """The divisions of a count as they were kept with it: each shape stands by itself."""
    found: dict[Shape, dict[tuple[str, ...], Decimal]] = {shape: {} for shape in shapes}
    for part in parts:
        for shape, own in found.items():
            if set(shape) == set(part.dims):
                own[tuple(part.dims[name] for name in shape)] = part.value
    return found | {(): {(): whole}}
