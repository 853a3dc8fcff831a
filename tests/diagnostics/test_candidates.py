"""Advanced clusters are derived from the rows of the analysis, and each suggestion names its rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.rules import candidates
from diagnostics.rules.candidates import (
    Basis,
    Kind,
    KnownBody,
    KnownCluster,
    Row,
    derive,
    stakeholder_of,
    unplaced,
)
from diagnostics.rules.countries import countries_in
from diagnostics.rules.studies import coverage

SANTA_CROCE = KnownCluster(1, "Santa Croce", "IT", "Leather", ("Santa Croce",), ("Associazione Conciatori",))
MARCHE = KnownCluster(2, "Marche", "IT", "Footwear", ("Marche",))
ASSOMAC = KnownBody("ASSOMAC", "IT", ("ASSOMAC",))
# The leather jacket table of the method's paper (Table 7), row by row.
JACKET = [
    Row(1, "Chemical suppliers in Italy and Germany"),
    Row(2, "Ethiopian suppliers"),
    Row(3, "Italian machinery manufacturer (ASSOMAC)"),
    Row(4, "Technicians from Solofra Cluster"),
    Row(5, "Italian technocrats"),
    Row(6, "Italian units"),
]


def suggested(rows: list[Row]) -> dict[str, tuple[list[int], list[str]]]:
    found = derive(rows, [SANTA_CROCE, MARCHE], [ASSOMAC], home="IN", trade="Leather")
    return {one.name: ([reason.row for reason in one.reasons], one.stakeholder_kinds) for one in found}


def test_the_leather_jacket_points_to_solofra_santa_croce_and_ethiopia() -> None:
    found = suggested(JACKET)
    assert found["Solofra"] == ([4], ["experts"])
    assert found["ET"] == ([2], ["materials"])
    rows, kinds = found["Santa Croce"]
    assert 3 in rows
    assert "machinery" in kinds
    assert "Marche" not in found  # of another trade
    assert found["DE"] == ([1], ["chemicals"])


def test_a_body_of_a_cluster_speaks_for_it_more_than_its_country_does() -> None:
    rows = [Row(1, "Associazione Conciatori"), Row(2, "Italian units")]
    best = derive(rows, [MARCHE, SANTA_CROCE], [], home="IN", trade="Leather")[0]
    assert (best.name, [reason.basis for reason in best.reasons]) == (
        "Santa Croce",
        [Basis.BODY, Basis.COUNTRY],
    )


def test_a_national_body_speaks_for_its_country_by_its_name() -> None:
    (italy,) = derive([Row(1, "Makers of machines in ASSOMAC")], [], [ASSOMAC], home="IN", trade="Leather")
    assert [(reason.basis, reason.words) for reason in italy.reasons] == [(Basis.BODY, "ASSOMAC")]


def test_a_text_is_held_only_against_names_that_begin_with_a_word_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cluster of thousands of firms and a study of hundreds of rows are compared in no time."""
    held: list[str] = []
    stands_in = candidates._stands_in

    def counted(text: str, name: str) -> bool:
        held.append(name)
        return stands_in(text, name)

    monkeypatch.setattr(candidates, "_stands_in", counted)
    firms = tuple(f"Maker{n} of leather" for n in range(3000))
    cluster = KnownCluster(1, "Santa Croce", "IT", "Leather", ("Santa Croce",), firms)
    rows = [Row(n, f"Technicians of Maker{n} of leather, row {n}") for n in range(150)]
    (found,) = derive(rows, [cluster], [], home="IN", trade="Leather")
    assert [reason.words for reason in found.reasons] == list(firms[:150])
    assert len(held) == 150


def test_what_a_person_stated_is_enough() -> None:
    found = derive([Row(1, "Fornitori di pelli", ("ET",), "materials")], [], [], home="IN", trade="Leather")
    assert [(one.kind, one.name, one.stakeholder_kinds) for one in found] == [
        (Kind.COUNTRY, "ET", ["materials"])
    ]


def test_a_row_that_points_nowhere_is_named() -> None:
    rows = [Row(1, "Somebody who knows"), Row(2, "Ethiopian suppliers")]
    assert unplaced(rows, derive(rows, [], [], home="IN", trade="Leather")) == [1]


def test_the_own_country_is_no_advanced_cluster() -> None:
    assert derive([Row(1, "Indian suppliers")], [], [], home="IN", trade="Leather") == []


def test_a_name_within_another_word_is_no_name() -> None:
    assert derive([Row(1, "Marchetti and sons")], [MARCHE], [], home="IN", trade="Footwear") == []


def test_countries_by_name_and_adjective() -> None:
    assert countries_in("Italian and South African tanners, or Koreans; not in Chennai") == ["IT", "ZA", "KR"]


def test_kinds_of_stakeholder_as_stated_before_as_read() -> None:
    assert stakeholder_of(Row(1, "Italian machinery makers", (), "experts")) == "experts"


@given(st.lists(st.builds(Row, st.integers(1, 9), st.text(max_size=40)), max_size=5))
def test_every_row_is_placed_or_named_as_unplaced(rows: list[Row]) -> None:
    found = derive(rows, [SANTA_CROCE], [ASSOMAC], home="IN", trade="Leather")
    placed = {reason.row for one in found for reason in one.reasons}
    assert placed | set(unplaced(rows, found)) == {row.id for row in rows}


def test_coverage_knows_groups_by_their_names() -> None:
    found = coverage(
        ["Goat", "Leather jackets"], [(["goat"], "small"), (["Goat"], "large")], ["leather jacket"]
    )
    assert [(one.group, one.firms, one.rows) for one in found] == [("Goat", 2, 0), ("Leather jackets", 0, 1)]
    assert found[0].by_size == {"small": 1, "large": 1}
