"""Where words beside marks find room: near their mark, off other words, and off lines where that can be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Spot = tuple[float, float]  # px from the left and from the top
Box = tuple[float, float, float, float]  # left, top, right, bottom, px

_CELL = 40.0  # px
_ON_LINE = 130.0  # what words on a line cost, in px of distance
_REACHES = (10.0, 34.0, 64.0, 100.0, 150.0)  # px from a mark to its words


class Crowd:
    """Boxes that are found again by where they are, so that a hundred names do not ask each of a thousand."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append(box)

    def meets(self, box: Box, *, but: Spot | None = None) -> bool:
        """Whether a box overlaps one of these, other than those around the spot ``but``."""
        return any(
            overlap(box, other) and not (but and _holds(other, but))
            for cell in _cells(box)
            for other in self._cells.get(cell, ())
        )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (math.floor(side / _CELL) for side in box)
    for across in range(left, right + 1):
        for down in range(top, bottom + 1):
            yield across, down


@dataclass(frozen=True, slots=True)
class Label:
    """``end``: where the line from the mark meets the words; ``leads``: whether they are so far that it needs one."""

    box: Box
    anchor: str
    end: Spot
    reach: float

    @property
    def leads(self) -> bool:
        return self.reach > _REACHES[0]


def place_label(
    point: Spot, size: tuple[float, float], frame: tuple[float, float], taken: Crowd, lines: Crowd
) -> Label | None:
    """The best place for words of a ``size`` inside a ``frame``, both width and height in px; None without room.

    It covers nothing that is ``taken``. Near is better than far; words on one of the ``lines``, and a line to them
    through other words, are worse than far.
    """
    best: tuple[float, Label] | None = None
    for label in (label for reach in _REACHES for label in _candidates(point, *size, reach)):
        if best is not None and label.reach >= best[0]:
            break
        left, top, right, bottom = label.box
        if left < 3 or top < 3 or right > frame[0] - 3 or bottom > frame[1] - 3 or taken.meets(label.box):
            continue
        cost = label.reach + _ON_LINE * lines.meets(label.box)
        if label.leads:
            cost += _ON_LINE * any(taken.meets(piece, but=point) for piece in straight(point, label.end))
        if best is None or cost < best[0]:
            best = cost, label
    return best[1] if best else None


def _candidates(point: Spot, wide: float, tall: float, reach: float) -> Iterator[Label]:
    """At the right, the left, below and above; farther away also aslant."""
    x, y = point
    for down in (0.0, reach, -reach, reach / 2, -reach / 2) if reach > _REACHES[0] else (0.0,):
        right, left, middle = x + reach, x - reach, y + down
        top = middle - tall / 2
        yield Label((right, top, right + wide, top + tall), "start", (right - 3, middle), reach)
        yield Label((left - wide, top, left, top + tall), "end", (left + 3, middle), reach)
    for shift in (0.5, 0.2, 0.8):
        left = x - wide * shift
        yield Label((left, y + reach, left + wide, y + reach + tall), "start", (x, y + reach), reach)
        yield Label((left, y - reach - tall, left + wide, y - reach), "start", (x, y - reach), reach)


def straight(start: Spot, end: Spot) -> Iterator[Box]:
    """Small boxes that cover a line."""
    pieces = max(int(math.dist(start, end) / 5), 1)
    for at in range(pieces + 1):
        part = at / pieces
        yield around((start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part), 2)


def around(point: Spot, by: float) -> Box:
    return point[0] - by, point[1] - by, point[0] + by, point[1] + by


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _holds(box: Box, point: Spot) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
