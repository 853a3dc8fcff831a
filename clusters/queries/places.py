"""Where clusters are and whom each is twinned with: the rows beside a map, and the map's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clusters.models import Cluster, Twinning
from clusters.queries.words import Word, position_text, twinning_word
from twinning.core.countries import country_name


@dataclass(frozen=True, slots=True)
class Tied:
    """A twinning, from one of its clusters: the other one, and how it stands."""

    twinning: Twinning
    other: Cluster
    word: Word

    @property
    def is_active(self) -> bool:
        return self.twinning.status == Twinning.Status.ACTIVE


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """``position`` in words, "" where none is recorded. ``leads``: it is the advanced side of a twinning."""

    cluster: Cluster
    country: str
    position: str
    leads: bool
    ties: tuple[Tied, ...]


def place_lines(clusters: Iterable[Cluster], twinnings: Iterable[Twinning]) -> tuple[PlaceLine, ...]:
    """A line for each cluster, by country and name. ``twinnings`` came ``for_list``; those of other clusters too."""
    by_cluster: dict[int, list[Tied]] = {}
    leading = set()
    for row in twinnings:
        word = twinning_word(row.status)
        by_cluster.setdefault(row.emerging_id, []).append(Tied(row, row.advanced, word))
        by_cluster.setdefault(row.advanced_id, []).append(Tied(row, row.emerging, word))
        leading.add(row.advanced_id)
    lines = [
        PlaceLine(
            row,
            country_name(row.country),
            position_text(row.position),
            row.pk in leading,
            tuple(by_cluster.get(row.pk, ())),
        )
        for row in clusters
    ]
    return tuple(sorted(lines, key=lambda line: (line.country, line.cluster.name, line.cluster.pk)))
