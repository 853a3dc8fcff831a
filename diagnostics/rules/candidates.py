"""Which advanced clusters the rows of an analysis of business operation point to (R3.4): derived, never predetermined.

Each row that has its solution in an advanced cluster is read for a place: a cluster that the programme knows, by its
name or by a body that works there; a cluster that it does not know yet ("technicians from Solofra cluster"); else a
country, as stated in the row or named in its words. A country alone also speaks, more weakly, for the known clusters of
that country and trade.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from diagnostics.rules.countries import countries_in


class Basis(TextChoices):
    """Why a row speaks for a place, strongest first."""

    NAMED = "named", _("names the place")
    BODY = "body", _("names a body of it")
    COUNTRY = "country", _("names its country only")


class Kind(StrEnum):
    CLUSTER = "cluster"  # one of the programme
    PLACE = "place"  # a cluster that the programme does not know yet
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Row:
    """An open AOBO row whose solution lies in an advanced cluster."""

    id: int
    text: str
    countries: tuple[str, ...] = ()
    stakeholder_kind: str = ""


@dataclass(frozen=True, slots=True)
class KnownCluster:
    """``words``: its name and places; ``bodies``: names of organisations with a role in it."""

    id: int
    name: str
    country: str
    trade: str
    words: tuple[str, ...]
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownBody:
    """An organisation without a role in a known cluster, such as a national association."""

    name: str
    country: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    row: int
    basis: Basis
    words: str  # what in the row says so


@dataclass(slots=True)
class Candidate:
    """A place with the rows that point to it.

    ``stakeholder_kinds``: what is looked for there, by the rows that name it, or where none does by all.
    """

    kind: Kind
    name: str
    country: str
    cluster: int | None = None
    reasons: list[Reason] = field(default_factory=list)
    stakeholder_kinds: list[str] = field(default_factory=list)

    @property
    def strong(self) -> int:
        return sum(reason.basis is not Basis.COUNTRY for reason in self.reasons)


# What kind of stakeholder a row speaks of, where its form was not asked or does not say.
_STAKEHOLDERS = (
    ("machinery", r"machin|equipment"),
    ("chemicals", r"chemical|auxiliar"),
    ("materials", r"suppl(?:y|ier)|raw material|hide|skin|wet.?blue"),
    ("experts", r"technician|technocrat|expert|consultant|designer|trainer"),
    ("institution", r"institut|universit|school|laborator"),
    ("association", r"associat|chamber|federation"),
    ("buyers", r"buyer|brand|retail"),
    ("finance", r"invest|bank|fund"),
    ("principal-firm", r"\bunits?\b|firms?\b|compan|tanner|manufactur|maker"),
)
_WORD = re.compile(r"\w+")
_NAMED_CLUSTER = re.compile(r"\b((?:[A-ZÀ-Þ][\w’'-]+ ?){1,4})(?:[Cc]luster|[Dd]istrict)\b")


def stakeholder_of(row: Row) -> str:
    """The kind of stakeholder: as stated, else by the first word that tells; "" where none does."""
    text = row.text.casefold()
    return row.stakeholder_kind or next((kind for kind, words in _STAKEHOLDERS if re.search(words, text)), "")


class _Names:
    """Names that are looked for in texts as whole words. They are kept by their first word, so that a text is held
    against few of them: a cluster may have thousands of firms, and a study hundreds of rows.
    """

    def __init__(self, names: Iterable[tuple[int, Iterable[str]]]) -> None:
        """``names``: (whose they are, the names with the best first)."""
        self._by_head: dict[str, list[tuple[int, int, str]]] = {}
        for owner, own in names:
            for place, name in enumerate(own):
                head = _WORD.search(name.casefold())
                if head is not None and len(name) > 2:
                    self._by_head.setdefault(head.group(), []).append((owner, place, name))

    def said_in(self, text: str) -> dict[int, str]:
        """{whose: the first of its names that stands in the text}."""
        folded = text.casefold()
        found: dict[int, str] = {}
        heads = dict.fromkeys(_WORD.findall(folded))
        for owner, _place, name in sorted(one for head in heads for one in self._by_head.get(head, ())):
            if owner not in found and _stands_in(folded, name.casefold()):
                found[owner] = name
        return found


def _stands_in(text: str, name: str) -> bool:
    return name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the programme knows, ready to be looked up."""

    clusters: Sequence[KnownCluster]
    bodies: Sequence[KnownBody]
    places: _Names  # by the place of the cluster in ``clusters``
    near: _Names  # bodies of clusters, likewise
    national: _Names  # by the place in ``bodies``
    home: str
    trade: str


def derive(
    rows: Sequence[Row],
    clusters: Sequence[KnownCluster],
    bodies: Sequence[KnownBody],
    *,
    home: str,
    trade: str,
) -> list[Candidate]:
    """The candidates that the rows point to: clusters, then other places, then countries, each best founded first.

    ``home``: the country of the emerging cluster, in which no advanced cluster is looked for unless a row names it;
    ``trade``: its sector. What a row does not place anywhere has no candidate; ``unplaced`` names such rows.
    """
    known = _Known(
        clusters=clusters,
        bodies=bodies,
        places=_Names((at, cluster.words) for at, cluster in enumerate(clusters)),
        near=_Names((at, cluster.bodies) for at, cluster in enumerate(clusters)),
        national=_Names((at, body.words) for at, body in enumerate(bodies)),
        home=home,
        trade=trade,
    )
    found: dict[tuple[Kind, str], Candidate] = {}
    for row in rows:
        for candidate, reason in _of_row(row, known):
            standing = found.setdefault((candidate.kind, candidate.name), candidate)
            standing.reasons.append(reason)
    strength = list(Basis)
    for candidate in found.values():
        candidate.reasons.sort(key=lambda reason: strength.index(reason.basis))
        strong = [reason.row for reason in candidate.reasons if reason.basis is not Basis.COUNTRY]
        telling = strong or [reason.row for reason in candidate.reasons]
        kinds = (stakeholder_of(row) for row in rows if row.id in telling)
        candidate.stakeholder_kinds = list(dict.fromkeys(kind for kind in kinds if kind))
    places = list(Kind)
    return sorted(
        found.values(),
        key=lambda one: (places.index(one.kind), -one.strong, -len(one.reasons), one.name),
    )


def unplaced(rows: Sequence[Row], candidates: Sequence[Candidate]) -> list[int]:
    """The rows that point nowhere: their text names no place and no country was stated."""
    placed = {reason.row for candidate in candidates for reason in candidate.reasons}
    return [row.id for row in rows if row.id not in placed]


def _of_row(row: Row, known: _Known) -> list[tuple[Candidate, Reason]]:
    found: list[tuple[Candidate, Reason]] = []
    places, near = known.places.said_in(row.text), known.near.said_in(row.text)
    for at, cluster in enumerate(known.clusters):
        if words := places.get(at):
            found.append((_known(cluster), Reason(row.id, Basis.NAMED, words)))
        elif words := near.get(at):
            found.append((_known(cluster), Reason(row.id, Basis.BODY, words)))
    for match in _NAMED_CLUSTER.finditer(row.text):
        place = match.group(1).strip()
        if not known.places.said_in(place):
            country = next(iter(row.countries or countries_in(row.text)), "")
            found.append((Candidate(Kind.PLACE, place, country), Reason(row.id, Basis.NAMED, place)))
    return found or list(_by_country(row, known))


def _by_country(row: Row, known: _Known) -> Iterable[tuple[Candidate, Reason]]:
    named = {code: (Basis.NAMED, code) for code in (*countries_in(row.text), *row.countries)}
    national = {
        known.bodies[at].country: (Basis.BODY, words)
        for at, words in known.national.said_in(row.text).items()
    }
    for country, (basis, words) in (named | national).items():
        if not country or country == known.home:
            continue
        yield Candidate(Kind.COUNTRY, country, country), Reason(row.id, basis, words)
        for cluster in known.clusters:
            if cluster.country == country and _same_trade(cluster.trade, known.trade):
                yield _known(cluster), Reason(row.id, Basis.COUNTRY, words)


def _same_trade(one: str, other: str) -> bool:
    return bool(other) and one.casefold() == other.casefold()


def _known(cluster: KnownCluster) -> Candidate:
    return Candidate(Kind.CLUSTER, cluster.name, cluster.country, cluster.id)
