"""Counts of persons and firms by sex, by age and by size of the firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from monitoring.queries.sources import SOURCES, VOCABULARY, Asked, Scope
from monitoring.rules.public import Cover, covers_of_parts
from monitoring.rules.vocabulary import NOT_STATED, Rule

DIVISIONS = ("sex", "age", "firm-size")
_KEPT_BY_FEW = ("age",)
Numbers = dict[Scope, int]  # by cluster, or None for the programme
Covers = dict[tuple[str, Scope], Cover]  # by value of a dimension, and place


@dataclass(frozen=True, slots=True)
class Divided:
    """A count as a whole, and {dimension: {value: numbers}}, what is not stated among the values.

    Who came at two ages or from two firms is in two parts: parts may be more than the whole, never less.
    """

    whole: Numbers
    parts: dict[str, dict[str, Numbers]]

    def stated(self, *scopes: Scope) -> list[tuple[str, dict[str, Numbers]]]:
        """The dimensions, those that few programmes keep only where something is stated in one of the scopes."""
        return [
            (name, by_value)
            for name, by_value in self.parts.items()
            if name not in _KEPT_BY_FEW
            or any(
                numbers[scope]
                for value, numbers in by_value.items()
                if value != NOT_STATED
                for scope in scopes
            )
        ]

    def covers(self, name: str) -> Covers:
        """By value and place of a dimension, whether who does not read firms is told its number there.

        A count must be of the programme and of every cluster for this: one place less the others gives a part away.
        """
        numbers = {("", scope): number for scope, number in self.whole.items()}
        for value, own in self.parts[name].items():
            numbers |= {(value, scope): number for scope, number in own.items()}
        return covers_by_place(numbers)


def covers_by_place(numbers: Mapping[tuple[str, Scope], int]) -> Covers:
    """``covers_of_parts`` of counts by value ("" for the whole) and place."""
    found = covers_of_parts({(value, place(scope)): Decimal(n) for (value, scope), n in numbers.items()})
    return {(value, scope): found[value, place(scope)] for value, scope in numbers}


def place(scope: Scope) -> str:
    """A cluster or the programme as ``covers_of_parts`` names it."""
    return str(scope or "")


def divided(rule: Rule, asked: Asked) -> Divided | None:
    """What a rule counts now, divided where it does not narrow already; None where it counts neither persons nor
    firms, or has no dimension left. One query.
    """
    if rule.count not in ("persons", "firms"):
        return None
    fields = VOCABULARY[rule.count].fields
    wanted = [name for name in DIVISIONS if name in fields and not rule.values(name)]
    keys = [(name, value) for name in wanted for value, _label in fields[name].offered]
    if not keys:
        return None
    rules = {
        at: Rule(rule.count, tuple(sorted((*rule.where, (name, (value,))))))
        for at, (name, value) in enumerate(keys)
    }
    counts = SOURCES[rule.count].counts(rules | {len(keys): rule}, asked)

    def numbers(at: int) -> Numbers:
        return {scope: counts[at, scope].number if (at, scope) in counts else 0 for scope in asked.scopes}

    parts: dict[str, dict[str, Numbers]] = {}
    for at, (name, value) in enumerate(keys):
        parts.setdefault(name, {})[value] = numbers(at)
    return Divided(numbers(len(keys)), parts)
