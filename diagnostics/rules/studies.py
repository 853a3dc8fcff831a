"""What the method says of a study: whom it sampled, what it leaves open (R3.1 to R3.4, R4.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Gap(StrEnum):
    """What a study does not do yet. Each is a warning, and is printed in the report."""

    GROUP_NOT_SAMPLED = "group-not-sampled"  # R3.1
    GROUP_WITHOUT_ROWS = "group-without-rows"  # R3.1
    NO_ROWS = "no-rows"
    NO_ENTRY_POINT = "no-entry-point"  # R3.2
    NOT_TWINNING = "not-twinning"  # R3.3: no solution lies in an advanced cluster
    NO_BASELINE = "no-baseline"
    UNPLACED = "unplaced"  # R3.4: a row that points to no place
    WILLINGNESS_OPEN = "willingness-open"  # R4.1
    FINDING_OPEN = "finding-open"  # R4.1


@dataclass(frozen=True, slots=True)
class Remark:
    """``about``: the names that it is about; ``rows``: ids of the rows."""

    gap: Gap
    about: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """A product group with how many firms of it were sampled and how many AOBO rows speak of it."""

    group: str
    firms: int
    rows: int
    by_size: Mapping[str, int]


def same(a: str, b: str) -> bool:
    """Whether two names mean one product group: "Leather jackets" and "leather jacket"."""
    return _plain(a) == _plain(b)


def _plain(name: str) -> str:
    return " ".join(word.rstrip("s") for word in name.casefold().split())


def coverage(
    groups: Sequence[str], firms: Sequence[tuple[Sequence[str], str]], rows: Sequence[str]
) -> list[Coverage]:
    """Of each group of the cluster, and of each that the study names beside them.

    ``firms``: (groups, size) of each sampled firm; ``rows``: the principal firms that each AOBO row is about.
    """
    named = [*groups, *(group for own, _size in firms for group in own), *rows]
    order = dict.fromkeys(_plain(name) for name in named if name)
    label = {_plain(name): name for name in reversed(named)}
    found = []
    for key in order:
        own = [size for groups_of, size in firms if key in map(_plain, groups_of)]
        about = sum(_plain(name) == key for name in rows)
        found.append(Coverage(label[key], len(own), about, dict(Counter(own))))
    return found
