"""Collects flags, reasons and alternatives while a text is read."""

from __future__ import annotations

from .reasons import Reason
from .values import Alternative, Flag, Reading, Segment


class Notes:
    """Each flag, reason and alternative once, in the order in which they came up."""

    def __init__(self) -> None:
        self.flags: dict[Flag, None] = {}
        self.reasons: dict[Reason, None] = {}
        self.alternatives: dict[tuple[Segment, ...], Reason] = {}

    def add(self, flag: Flag, reason: Reason | None = None) -> None:
        """Note a flag with the reason for it."""
        self.flags[flag] = None
        if reason is not None:
            self.explain(reason)

    def explain(self, reason: Reason) -> None:
        """Note a reason that needs no flag."""
        self.reasons[reason] = None

    def offer(self, segments: tuple[Segment, ...], reason: Reason) -> None:
        """Note another possible reading; an empty one is none."""
        if segments:
            self.alternatives.setdefault(segments, reason)

    def reading(self, raw: str, segments: tuple[Segment, ...]) -> Reading:
        """The finished reading; alternatives that say the same as the reading are left out."""
        alternatives = tuple(
            Alternative(other, reason) for other, reason in self.alternatives.items() if other != segments
        )
        return Reading(raw, segments, tuple(self.flags), tuple(self.reasons), alternatives)
