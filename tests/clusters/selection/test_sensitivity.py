"""How far a ranking hangs on its weights."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings

from clusters.rules.selection import Criterion, Direction, evaluate
from clusters.rules.sensitivity import DRAWS, SWING, Sensitivity, moves_of, sensitivity
from tests.clusters.selection.test_rules import (
    CODES,
    Opinions,
    criteria_of,
    directions,
    given_values,
    tables,
    weight_sets,
)

D = Decimal
FEW = 60
ONE = 100 * (2**16 - 1)


def moved(table: Opinions, weights: dict[str, Decimal], draws: int = DRAWS) -> Sensitivity:
    codes = list(weights)
    standings = evaluate([Criterion(code) for code in codes], weights, table)
    return sensitivity(codes, weights, standings, draws=draws)


def test_moves_stay_within_the_swing_reach_both_ends_and_are_the_same_for_ever() -> None:
    factors = moves_of("3", DRAWS, SWING)
    assert len(factors) == DRAWS
    assert 0.8 <= min(factors) / ONE < 0.81
    assert 1.19 < max(factors) / ONE <= 1.2
    assert 0.99 < sum(factors) / DRAWS / ONE < 1.01
    assert [round(factor / ONE, 4) for factor in factors[:4]] == [0.8134, 0.97, 1.0322, 1.1001]


def test_who_leads_everywhere_keeps_the_first_rank_in_every_draw() -> None:
    table = given_values({1: {"1": 5, "2": 5}, 2: {"1": 3, "2": 4}, 3: {"1": 1, "2": 1}})
    found = moved(table, {"1": D(50), "2": D(50)})
    assert {key: (hold.kept, hold.best, hold.worst) for key, hold in found.holds.items()} == {
        1: (DRAWS, 1, 1),
        2: (DRAWS, 2, 2),
        3: (DRAWS, 3, 3),
    }
    assert [alone.changed for alone in found.alone] == [{}, {}, {}, {}]


def test_a_race_that_the_weights_decide_is_shown_as_one() -> None:
    """1 leads on the first parameter, 2 on the second; the first weighs a little more."""
    table = given_values({1: {"1": 5, "2": 1}, 2: {"1": 1, "2": 5}, 3: {"1": 1, "2": 1}})
    found = moved(table, {"1": D(52), "2": D(48)})
    first, second = found.holds[1], found.holds[2]
    assert first.kept == second.kept
    assert 0.6 * DRAWS < first.kept < 0.9 * DRAWS
    assert (first.best, first.worst, second.best, second.worst) == (1, 2, 1, 2)
    assert found.holds[3].kept == DRAWS
    assert [(a.code, a.percent, a.changed) for a in found.alone] == [
        ("1", SWING, {}),
        ("1", -SWING, {1: 2, 2: 1}),
        ("2", SWING, {1: 2, 2: 1}),
        ("2", -SWING, {}),
    ]


def test_a_parameter_that_weighs_nothing_is_not_moved() -> None:
    table = given_values({1: {"1": 5, "2": 1}, 2: {"1": 1, "2": 5}})
    found = moved(table, {"1": D(100), "2": D(0)})
    assert {alone.code for alone in found.alone} == {"1"}
    assert {hold.kept for hold in found.holds.values()} == {DRAWS}


def test_what_is_added_later_does_not_move_the_draws_of_the_others() -> None:
    table = given_values({1: {"1": 5, "2": 1}, 2: {"1": 1, "2": 5}})
    weights = {"1": D(52), "2": D(48)}
    before, after = moved(table, weights), moved(table, {"new": D(0), **weights})
    assert before.holds == after.holds


@settings(max_examples=40)
@given(table=tables, weights=weight_sets(), ways=directions)
def test_the_rank_that_stands_lies_between_the_best_and_the_worst(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction]
) -> None:
    standings = evaluate(criteria_of(ways), weights, table)
    found = sensitivity(CODES, weights, standings, draws=FEW)
    ranked = {standing.key: standing.rank for standing in standings if standing.rank is not None}
    assert set(found.holds) == set(ranked)
    for key, hold in found.holds.items():
        assert hold.best <= ranked[key] <= hold.worst
        assert 0 <= hold.kept <= FEW
        assert (hold.kept == FEW) == (hold.best == hold.worst)
    assert found == sensitivity(CODES, weights, standings, draws=FEW)


@settings(max_examples=40)
@given(table=tables, weights=weight_sets(), ways=directions)
def test_no_weighing_puts_the_dominated_before_the_dominator(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction]
) -> None:
    complete = {key: of for key, of in table.items() if set(of) == set(CODES)}
    standings = evaluate(criteria_of(ways), weights, complete)
    found = sensitivity(CODES, weights, standings, draws=FEW)
    for above in standings:
        for below in standings:
            if below.key in found.holds and all(
                (above.parts[code].share or 0) >= (below.parts[code].share or 0) for code in CODES
            ):
                assert found.holds[above.key].best <= found.holds[below.key].best
                assert found.holds[above.key].worst <= found.holds[below.key].worst
