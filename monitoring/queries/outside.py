"""What a reader outside the programme may know of the records behind a figure: of a deal between firms only its kind.

Reports are made to be issued, so whatever they tell of records goes through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db.models import Model, Q

from clusters.models import Agreement
from clusters.models.agreement import BETWEEN_FIRMS
from monitoring.models import Indicator, Outcome
from monitoring.queries.figures import rule_of
from monitoring.queries.sources import SOURCES, EvidenceLine

_PAGE = 500
# What may be named, of the records that are not all to be named.
KNOWN: dict[type[Model], Q] = {
    Agreement: ~Q(kind__in=BETWEEN_FIRMS),
    Outcome: Q(kind=Outcome.Kind.PRACTICE),
}


def told_outside(indicator: Indicator, lines: Iterable[EvidenceLine]) -> Iterator[EvidenceLine]:
    """The lines without the names that are not for everybody; their kind stands instead, and no money."""
    rule = rule_of(indicator)
    model = SOURCES[rule.count].model if rule else None
    known = KNOWN.get(model) if model else None
    if model is None or known is None:
        yield from lines
        return
    rest = iter(lines)
    while page := list(islice(rest, _PAGE)):
        yield from _told(page, model, known)


def _told(page: list[EvidenceLine], model: type[Model], known: Q) -> Iterator[EvidenceLine]:
    refs: list[Any] = [line.ref for line in page if line.ref is not None]
    named = set(model._default_manager.filter(known, pk__in=refs).values_list("pk", flat=True))
    for line in page:
        if line.ref is None or line.ref in named:
            yield line
        else:
            yield replace(line, title=line.note, address="", money="")
