"""What indicators can count, by the word that a rule uses for it."""

from collections.abc import Iterator
from typing import Any

from monitoring.queries.sources.activities import Activities
from monitoring.queries.sources.agreements import Agreements
from monitoring.queries.sources.base import Asked, Count, EvidenceLine, LeftOut, Scope, Source
from monitoring.queries.sources.outcomes import Outcomes
from monitoring.queries.sources.participants import PARTICIPANTS
from monitoring.rules.vocabulary import Rule, Vocabulary

SOURCES: dict[str, Source] = {
    "activities": Activities(),
    **PARTICIPANTS,
    "agreements": Agreements(),
    "outcomes": Outcomes(),
}
VOCABULARY: dict[str, Vocabulary] = {name: source.vocabulary for name, source in SOURCES.items()}

_PAGE = 500


def counted_lines(rule: Rule, scope: Scope, asked: Asked) -> Iterator[tuple[Any, EvidenceLine]]:
    """Every record that a rule counts, with its line, read a page at a time."""
    source = SOURCES[rule.count]
    rows = source.counted(rule, scope, asked)
    start = 0
    while page := list(rows[start : start + _PAGE]):
        yield from zip(page, source.lines(page, rule, scope, asked), strict=True)
        start += _PAGE


__all__ = [
    "SOURCES",
    "VOCABULARY",
    "Asked",
    "Count",
    "EvidenceLine",
    "LeftOut",
    "Scope",
    "Source",
    "counted_lines",
]
