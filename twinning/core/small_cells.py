"""The wall around single firms: a total that so few firms make up that one could work out theirs is not shown."""

from __future__ import annotations

from typing import TypeVar

FEWEST_FIRMS = 3

_T = TypeVar("_T")


def may_show(firms: int) -> bool:
    """Whether a total or mean over this many firms may be shown to people who do not see each of them."""
    return firms >= FEWEST_FIRMS


def shown(value: _T, firms: int) -> _T | None:
    """The total or mean, or None where it stands for too few firms."""
    return value if may_show(firms) else None
