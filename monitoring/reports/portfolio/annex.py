"""The annex of the portfolio report: technologies adopted, counted without names, and policy cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from diagnostics.queries.cases import (
    AdoptionCase,
    PolicyCase,
    adoption_matrix,
    library,
    policy_cases,
    translations_of,
)
from diagnostics.rules.adoption import Mark, SubDimension
from diagnostics.rules.kinds import Kind
from monitoring.reports.figures import Data
from twinning.core.countries import country_name
from twinning.core.documents import Block, Column, Paragraphs, Table, cells, has_rows
from twinning.core.models import User
from twinning.core.small_cells import FEWEST_FIRMS, may_show, shown

FEW = -1  # stands for a number of firms from one to two


def annex_of(programme: Programme, clusters: Sequence[Cluster] | None, reader: User | None) -> dict[str, Any]:
    """Adoption by all approved cases, as numbers of firms; policy cases that the reader may read."""
    firms = library(Kind.ADOPTION, programme, None, clusters)
    policy = library(Kind.POLICY, programme, reader, clusters)
    policies, _more = policy_cases(policy)
    words = translations_of(firms, "technologies") | translations_of(policy, "area", "issue", "challenge")
    return {
        "adoption": _adoption(adoption_matrix(firms).cases),
        "policies": [_policy(case) for case in policies],
        "words": words,
    }


def _adoption(cases: Sequence[AdoptionCase]) -> dict[str, Any] | None:
    """How many firms say what; None where fewer than three do, so that nothing is told of one of them."""
    firms = {case.firm for case in cases}
    if not may_show(len(firms)):
        return None
    technologies: dict[str, set[str]] = {}
    for case in cases:
        for technology in case.technologies:
            technologies.setdefault(technology, set()).add(case.firm)
    return {
        "firms": len(firms),
        "countries": len({case.country for case in cases if case.country}),
        "areas": [
            [
                area.value,
                *(
                    _counted({case.firm for case in cases if case.mark(area) is mark})
                    for mark in (Mark.CLAIMED, Mark.INFERRED)
                ),
            ]
            for area in SubDimension
        ],
        "technologies": sorted(
            ([name, _counted(users)] for name, users in technologies.items()),
            key=lambda one: (-int(one[1]), str(one[0]).casefold()),
        ),
        "illustrative": any(case.illustrative for case in cases),
    }


def _counted(firms: set[str]) -> int:
    known = shown(len(firms), len(firms))
    return known if known is not None else FEW if firms else 0


def _policy(case: PolicyCase) -> dict[str, Any]:
    return {
        "title": case.title,
        "country": case.country,
        "area": case.area,
        "issue": case.issue,
        "instrument": case.instrument,
        "challenges": list(case.challenges),
    }


# Document ----------------------------------------------------------------------------------------------------


def adoption_blocks(data: Data | None, language: str) -> Iterator[Block]:
    found = data["adoption"] if data else None
    if data is None or found is None:
        return
    yield Paragraphs(
        _(
            "%(firms)d firms in %(countries)d countries, none of them named. A number of firms below %(few)d is not"
            " shown."
        )
        % {"firms": found["firms"], "countries": found["countries"], "few": FEWEST_FIRMS}
    )
    if found["illustrative"]:
        yield Paragraphs(_("Some of the cases are illustrative."), "note")
    rows = tuple(
        (
            str(SubDimension(area).dimension.label),
            str(SubDimension(area).label),
            _number(claimed),
            _number(inferred),
        )
        for area, claimed, inferred in found["areas"]
    )
    heads = (
        Column(_("Dimension"), 24),
        Column(_("What technology changed"), 40),
        Column(_("Firms that say so"), 0, True),
        Column(_("Read out of their story"), 0, True),
    )
    yield Table(_("Impact of digital production technologies"), heads, rows, heads=False, name=_("Adoption"))
    used = tuple((_say(data, name, language), _number(count)) for name, count in found["technologies"])
    columns = (Column(_("Technology"), 50), Column(_("Firms"), 0, True))
    yield from has_rows(Table(_("Technologies in use"), columns, used, name=_("Technologies")))


def policy_blocks(data: Data | None, language: str) -> Iterator[Block]:
    if data is None:
        return
    rows = tuple(
        cells(
            row["title"],
            country_name(row["country"]) if row["country"] else "",
            _say(data, row["area"], language),
            row["instrument"],
            ", ".join(_say(data, one, language) for one in row["challenges"]),
        )
        for row in data["policies"]
    )
    heads = (
        Column(_("Case"), 24),
        Column(_("Country"), 12),
        Column(_("Area"), 18),
        Column(_("Instrument"), 26),
        Column(_("Challenge")),
    )
    yield from has_rows(Table(_("Policies for advanced production"), heads, rows, name=_("Policies")))


def _number(count: int) -> int | str:
    return _("fewer than %(few)d") % {"few": FEWEST_FIRMS} if count == FEW else count


def _say(data: Data, words: str, language: str) -> str:
    return str(data["words"].get(words, {}).get(language) or words)
