"""Where a problem of the publication is mended: the page of the record that it points to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clusters.models import Programme
from monitoring.rules import iati
from monitoring.rules.iati.rules import RULES
from twinning.core.pages import url

_ANY = ""
# (record, field) -> name of the page, and whether it is of the one record. A field that is not named: any.
_PAGES: dict[tuple[str, str], tuple[str, bool]] = {
    ("publication", _ANY): ("publication_edit", False),
    ("programme", "identifier"): ("publication_edit", False),
    ("programme", "language"): ("publication_edit", False),
    ("programme", "aid_types"): ("publication_edit", False),
    ("programme", "participating"): ("partner_new", False),
    ("programme", "sectors"): ("publication_code_new", False),
    ("programme", "places"): ("publication_code_new", False),
    ("programme", _ANY): ("programme_edit", False),
    ("component", "identifier"): ("publication_edit", False),
    ("component", "language"): ("publication_edit", False),
    ("component", "aid_types"): ("publication_edit", False),
    ("component", "participating"): ("partner_new", False),
    ("component", "sectors"): ("publication_code_new", False),
    ("component", "places"): ("publication_code_new", False),
    ("component", "dates"): ("programme_edit", False),
    ("component", _ANY): ("component_edit", True),
    ("publicationcode", _ANY): ("publication_code_edit", True),
    ("budget", _ANY): ("budget_edit", True),
    ("transaction", _ANY): ("transaction_edit", True),
    ("publisheddocument", _ANY): ("publication_document_edit", True),
    ("organisation", _ANY): ("organisation_edit", True),
    ("activity", "identifier"): ("publication_edit", False),
    ("activity", "participating"): ("partner_new", False),
    ("activity", "sectors"): ("publication_code_new", False),
    ("activity", "places"): ("publication_code_new", False),
    ("activity", _ANY): ("activity", True),
    ("twinning", "sectors"): ("publication_code_new", False),
    ("twinning", "places"): ("publication_code_new", False),
    ("twinning", _ANY): ("twinnings", False),
}


def mend_at(programme: Programme, problem: iati.Problem) -> str:
    """The address of the page on which it is mended; that of the publication where none is nearer."""
    kind = problem.source.kind
    found = _PAGES.get((kind, problem.field)) or _PAGES.get((kind, _ANY))
    if found is None:
        return url("publication", programme)
    name, of_record = found
    return url(name, programme, problem.source.pk) if of_record else url(name, programme)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is broken: in which words, and where each time (record, detail, address)."""

    rule: str
    is_error: bool
    words: str
    places: list[tuple[str, str, str]]


def rule_by_rule(programme: Programme, problems: Iterable[iati.Problem]) -> list[Broken]:
    """Errors first, each rule once with every record that breaks it."""
    found: dict[str, Broken] = {}
    for problem in problems:
        broken = found.setdefault(
            problem.rule, Broken(problem.rule, problem.is_error, str(RULES[problem.rule].words), [])
        )
        place = (problem.source.text, problem.detail, mend_at(programme, problem))
        if place not in broken.places:
            broken.places.append(place)
    return sorted(found.values(), key=lambda broken: not broken.is_error)
