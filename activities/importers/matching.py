"""Which row of a sheet is which activity of the list, when numbers shift and titles are reworded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from activities.importers.words import normal
from activities.rules import SAME_ROW, title_similarity

# A leftover row and a leftover activity of the same number are one that was reworded from this likeness on;
# less is asked where they also print the same period.
SAME_NUMBER = 0.6
SAME_NUMBER_AND_PERIOD = 0.35
# No row is compared with more activities than this, so that a sheet of 100,000 rows is matched in seconds.
_MOST_COMPARED = 40


class Known(NamedTuple):
    """A row, or an activity, as far as matching looks at it."""

    number: int
    title: str
    period: str


@dataclass(frozen=True, slots=True)
class Match:
    """The place of an activity, and whether a person should look: it was recognised by likeness alone."""

    place: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Key:
    number: int
    title: str
    period: str


def match(rows: Sequence[Known], standing: Sequence[Known]) -> list[Match | None]:
    """For each row the activity that it is, or None for a new one; no activity is given to two rows.

    First what is alike in title, period and number; then what is alike in fewer of them; last what is
    reworded. Every round is over the whole sheet, so that a row inserted at the top takes nobody's place.
    """
    ours = [_key(known) for known in rows]
    theirs = [_key(known) for known in standing]
    found: list[Match | None] = [None] * len(rows)
    taken: set[int] = set()
    rounds: list[Callable[[_Key], Hashable]] = [
        lambda key: (key.title, key.period, key.number),
        lambda key: (key.title, key.period),
        lambda key: (key.title, key.number),
        lambda key: key.title,
    ]
    for step, one in enumerate(rounds, 1):
        _exact(ours, theirs, one, found, taken, sure=step < len(rounds))
    _reworded(ours, theirs, rows, standing, found, taken)
    return found


def _key(known: Known) -> _Key:
    return _Key(known.number, normal(known.title), normal(known.period))


def _exact(
    ours: Sequence[_Key],
    theirs: Sequence[_Key],
    key_of: Callable[[_Key], Hashable],
    found: list[Match | None],
    taken: set[int],
    *,
    sure: bool,
) -> None:
    free: dict[Hashable, list[int]] = defaultdict(list)
    for place, key in enumerate(theirs):
        if place not in taken and key.title:
            free[key_of(key)].append(place)
    if not free:
        return
    for index, key in enumerate(ours):
        if found[index] is None and (places := free.get(key_of(key))):
            place = places.pop(0)
            found[index] = Match(place, sure)
            taken.add(place)


def _reworded(
    ours: Sequence[_Key],
    theirs: Sequence[_Key],
    rows: Sequence[Known],
    standing: Sequence[Known],
    found: list[Match | None],
    taken: set[int],
) -> None:
    by_number: dict[int, list[int]] = defaultdict(list)
    by_period: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(theirs):
        if place not in taken:
            by_number[key.number].append(place)
            by_period[key.period].append(place)
    if not by_number:
        return
    pairs: list[tuple[float, int, int]] = []
    for index, key in enumerate(ours):
        if found[index] is not None:
            continue
        candidates = [*by_number[key.number][:_MOST_COMPARED], *by_period[key.period][:_MOST_COMPARED]]
        for place in dict.fromkeys(candidates):
            score = _likeness(rows[index], key, standing[place], theirs[place])
            if score:
                pairs.append((score, -index, -place))
    for _score, index, place in _best_first(pairs):
        if found[index] is None and place not in taken:
            found[index] = Match(place, sure=False)
            taken.add(place)


def _best_first(pairs: list[tuple[float, int, int]]) -> Iterator[tuple[float, int, int]]:
    for score, index, place in sorted(pairs, reverse=True):
        yield score, -index, -place


def _likeness(row: Known, key: _Key, other: Known, other_key: _Key) -> float:
    """How surely two leftovers are one activity reworded; 0 where that would be a guess."""
    titles = title_similarity(row.title, other.title)
    same_number = key.number == other_key.number
    same_period = bool(key.period) and key.period == other_key.period
    if same_number and same_period:
        least = SAME_NUMBER_AND_PERIOD
    elif same_number:
        least = SAME_NUMBER
    else:
        least = SAME_ROW
    return titles + 0.2 * same_number + 0.2 * same_period if titles >= least else 0.0
