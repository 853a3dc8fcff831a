"""The ranking: worked examples that can be checked with pencil and paper, and what holds of every ranking."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.rules.selection import (
    Concern,
    Criterion,
    Direction,
    Opinion,
    Outcome,
    Scale,
    Standing,
    bounds,
    concerns,
    departures,
    evaluate,
    is_outside,
    opinion_of,
    ranks_of,
)

D = Decimal
Opinions = dict[int, dict[str, Opinion]]

SELECT, RESERVE, NOT = Outcome.SELECT, Outcome.RESERVE, Outcome.NOT_SELECTED


def given_values(table: dict[int, dict[str, Any]]) -> Opinions:
    """{candidate: {code: value, or values of several assessors}}"""
    return {
        key: {
            code: opinion_of([D(str(v)) for v in (value if isinstance(value, list) else [value])])
            for code, value in of.items()
        }
        for key, of in table.items()
    }


def by_key(standings: list[Standing]) -> dict[int, Standing]:
    return {standing.key: standing for standing in standings}


def told(standings: list[Standing]) -> dict[int, tuple[int | None, Decimal | None]]:
    return {s.key: (s.rank, s.composite) for s in standings}


# Worked by hand -------------------------------------------------------------------------------------------


def test_the_example_of_the_guide() -> None:
    """The table in docs/selection.md."""
    criteria = [Criterion("3"), Criterion("6"), Criterion("port", Scale.RAW, Direction.LESS)]
    weights = {"3": D(50), "6": D(30), "port": D(20)}
    found = evaluate(
        criteria,
        weights,
        given_values(
            {
                1: {"3": 5, "6": [4, 5], "port": 40},
                2: {"3": 3, "6": 2, "port": 10},
                3: {"3": 4, "port": 10},
            }
        ),
    )
    # A: (50*1 + 30*1 + 20*0) / 100; B: (50*0 + 30*0 + 20*1) / 100; C: (50*0.5 + 20*1) / 70
    assert told(found) == {1: (1, D("80")), 3: (2, D("64.29")), 2: (3, D("20"))}
    assert {s.key: s.completeness for s in found} == {1: D("100.0"), 2: D("100.0"), 3: D("70.0")}
    # If the assessor who gave A a 4 were right: (50 + 30 * 2/2.5) / 100.
    assert (by_key(found)[1].low, by_key(found)[1].high) == (D("74"), D("80"))
    assert [part.points for part in by_key(found)[3].parts.values()] == [D("35.71"), D("28.57")]


def test_what_is_missing_is_not_zero() -> None:
    weights = {"1": D(50), "2": D(50)}
    found = evaluate(
        [Criterion("1"), Criterion("2")],
        weights,
        given_values({1: {"1": 5}, 2: {"1": 5, "2": 1}, 3: {"1": 1, "2": 5}}),
    )
    assert told(found) == {1: (1, D(100)), 2: (2, D(50)), 3: (2, D(50))}
    assert by_key(found)[1].completeness == D("50.0")


def test_a_parameter_on_which_all_are_alike_rewards_nobody_for_having_a_value() -> None:
    criteria, weights = [Criterion("1"), Criterion("2")], {"1": D(60), "2": D(40)}
    found = evaluate(criteria, weights, given_values({1: {"1": 3, "2": 4}, 2: {"2": 4}, 3: {"1": 3, "2": 2}}))
    assert told(found) == {1: (1, D(100)), 2: (1, D(100)), 3: (3, D(0))}
    assert by_key(found)[1].parts["1"].share is None
    assert by_key(found)[1].completeness == D("100.0")


def test_who_has_nothing_that_counts_has_no_rank_and_comes_last() -> None:
    found = evaluate(
        [Criterion("1"), Criterion("2")],
        {"1": D(100), "2": D(0)},
        given_values({1: {}, 2: {"1": 1}, 3: {"2": 5}, 4: {"1": 2}}),
    )
    assert [(s.key, s.rank) for s in found] == [(4, 1), (2, 2), (1, None), (3, None)]
    assert {s.composite for s in found[2:]} == {None}


def test_one_candidate_alone_is_compared_with_nobody() -> None:
    (alone,) = evaluate([Criterion("1")], {"1": D(100)}, given_values({1: {"1": 5}}))
    assert (alone.rank, alone.composite) == (None, None)
    assert evaluate([Criterion("1")], {"1": D(100)}, {}) == []


def test_several_assessors_are_averaged_exactly() -> None:
    three = opinion_of([D(1), D(2), D(2)])
    assert (three.mean, three.low, three.high, three.assessors) == (Fraction(5, 3), D(1), D(2), 3)


@pytest.mark.parametrize(
    ("composites", "ranks"),
    [
        ([300, 200, 100], [1, 2, 3]),
        ([300, 200, 200, 100], [1, 2, 2, 4]),
        ([100, 100, 100], [1, 1, 1]),
        ([None, 200, 300], [None, 2, 1]),
        ([], []),
    ],
)
def test_who_is_level_shares_a_rank(composites: list[int | None], ranks: list[int | None]) -> None:
    assert list(ranks_of(dict(enumerate(composites))).values()) == ranks


def test_points_go_from_one_to_five_and_a_raw_figure_as_far_as_it_is_said() -> None:
    points, raw, free = bounds(Scale.POINTS), bounds(Scale.RAW, D(0), D(100)), bounds(Scale.RAW, D(0))
    assert [is_outside(D(v), points) for v in ("0.9", "1", "3.5", "5", "5.1")] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert [is_outside(D(v), raw) for v in ("-1", "0", "100", "101")] == [True, False, False, True]
    assert not is_outside(D("1e9"), free)


# R1.4: remote from global chains --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("three", "six", "warned"),
    [(1, 1, True), ("1.5", "1.5", True), (2, 1, False), (1, 2, False), (None, 1, False), (5, 5, False)],
)
def test_who_neither_sells_to_global_brands_nor_knows_them_is_pointed_out(
    three: Any, six: Any, warned: bool
) -> None:
    values = {code: value for code, value in (("3", three), ("6", six)) if value is not None}
    criteria, weights = [Criterion("3"), Criterion("6")], {"3": D(50), "6": D(50)}
    found = evaluate(criteria, weights, given_values({1: values, 2: {"3": 5, "6": 5}, 3: {"3": 4, "6": 2}}))
    assert (Concern.REMOTE in concerns(criteria, found).get(1, [])) == warned


def test_of_a_raw_figure_near_zero_is_a_twentieth_of_the_greatest() -> None:
    criteria = [Criterion("3", Scale.RAW), Criterion("6", Scale.RAW)]
    table = {1: {"3": 2, "6": 0}, 2: {"3": 40, "6": 10}, 3: {"3": 3, "6": 0}}
    found = concerns(criteria, evaluate(criteria, {"3": D(50), "6": D(50)}, given_values(table)))
    assert found == {1: [Concern.REMOTE]}


def test_little_known_and_not_ranked_are_pointed_out() -> None:
    criteria, weights = [Criterion("1"), Criterion("2")], {"1": D(40), "2": D(60)}
    found = evaluate(criteria, weights, given_values({1: {"1": 3}, 2: {"1": 5, "2": 2}, 3: {}, 4: {"2": 1}}))
    assert concerns(criteria, found) == {1: [Concern.THIN], 3: [Concern.UNRANKED]}


# R1.3: departing from the ranking -------------------------------------------------------------------------

RANKS: dict[int, int | None] = {1: 1, 2: 2, 3: 3, 4: 3, 5: 5, 6: None}


@pytest.mark.parametrize(
    ("outcomes", "departing"),
    [
        ([SELECT, SELECT, NOT, NOT, NOT, NOT], set()),
        ([NOT, NOT, NOT, NOT, NOT, NOT], set()),
        ([SELECT, SELECT, RESERVE, RESERVE, NOT, NOT], set()),
        ([SELECT, SELECT, SELECT, SELECT, SELECT, NOT], set()),
        # Places that end within a shared rank: either of the two may have it.
        ([SELECT, SELECT, SELECT, NOT, NOT, NOT], set()),
        ([SELECT, SELECT, NOT, SELECT, NOT, NOT], set()),
        ([SELECT, SELECT, RESERVE, NOT, NOT, NOT], set()),
        # The second is passed over for the fifth: both are departures.
        ([SELECT, NOT, NOT, NOT, SELECT, NOT], {2, 5}),
        ([RESERVE, SELECT, NOT, NOT, NOT, NOT], {1, 2}),
        ([NOT, SELECT, SELECT, NOT, NOT, NOT], {1, 3}),
        # Who has no rank is never selected by it.
        ([SELECT, SELECT, SELECT, SELECT, SELECT, SELECT], {6}),
        ([NOT, NOT, NOT, NOT, NOT, SELECT], {1, 6}),
    ],
)
def test_an_outcome_departs_where_the_ranking_alone_would_give_another(
    outcomes: list[str], departing: set[int]
) -> None:
    assert departures(RANKS, dict(zip(RANKS, outcomes, strict=True))) == departing


# What holds of every ranking ------------------------------------------------------------------------------

CODES = ["1", "2", "3", "4"]
values = st.integers(-500, 500).map(lambda n: D(n) / 4)
opinions = st.lists(values, min_size=1, max_size=3).map(opinion_of)
tables = st.dictionaries(
    st.integers(1, 9), st.dictionaries(st.sampled_from(CODES), opinions), min_size=1, max_size=6
)
directions = st.lists(st.sampled_from(Direction), min_size=4, max_size=4)


@st.composite
def weight_sets(draw: Any) -> dict[str, Decimal]:
    """Four weights with two decimals, together 100."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=3, max_size=3)))
    ends = [0, *cuts, 10_000]
    return {code: D(ends[n + 1] - ends[n]) / 100 for n, code in enumerate(CODES)}


def criteria_of(directions: list[Direction]) -> list[Criterion]:
    return [Criterion(code, Scale.RAW, way) for code, way in zip(CODES, directions, strict=True)]


@given(table=tables, weights=weight_sets(), ways=directions)
def test_a_composite_lies_between_0_and_100_and_within_what_the_assessors_span(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction]
) -> None:
    for standing in evaluate(criteria_of(ways), weights, table):
        assert 0 <= standing.completeness <= 100
        assert (standing.composite is None) == (standing.rank is None)
        if standing.composite is not None:
            assert standing.low is not None
            assert standing.high is not None
            assert 0 <= standing.low <= standing.composite <= standing.high <= 100


@given(
    table=tables,
    weights=weight_sets(),
    ways=directions,
    code=st.sampled_from(CODES),
    factor=st.fractions("1/50", 50),
    added=st.fractions(-100, 100),
)
def test_neither_another_unit_nor_another_zero_moves_anybody(
    table: Opinions,
    weights: dict[str, Decimal],
    ways: list[Direction],
    code: str,
    factor: Fraction,
    added: Fraction,
) -> None:
    def turned(opinion: Opinion) -> Opinion:
        mean, low, high = (Fraction(v) * factor + added for v in (opinion.mean, opinion.low, opinion.high))
        return Opinion(mean, low, high, opinion.assessors)  # type: ignore[arg-type]

    other = {key: {c: turned(o) if c == code else o for c, o in of.items()} for key, of in table.items()}
    criteria = criteria_of(ways)
    assert told(evaluate(criteria, weights, other)) == told(evaluate(criteria, weights, table))


@given(table=tables, weights=weight_sets(), ways=directions, code=st.sampled_from(CODES))
def test_turning_a_figure_round_together_with_its_direction_moves_nobody(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction], code: str
) -> None:
    other = {
        key: {c: Opinion(-o.mean, -o.high, -o.low, o.assessors) if c == code else o for c, o in of.items()}
        for key, of in table.items()
    }
    turned = [
        (Direction.LESS if way == Direction.MORE else Direction.MORE) if c == code else way
        for c, way in zip(CODES, ways, strict=True)
    ]
    left = by_key(evaluate(criteria_of(ways), weights, table))
    right = by_key(evaluate(criteria_of(turned), weights, other))
    for key, standing in left.items():
        assert (standing.rank, standing.composite, standing.low, standing.high) == (
            right[key].rank,
            right[key].composite,
            right[key].low,
            right[key].high,
        )


@given(table=tables, weights=weight_sets(), ways=directions, chance=st.randoms())
def test_in_which_order_candidates_and_parameters_stand_does_not_matter(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction], chance: Any
) -> None:
    keys, criteria = list(table), criteria_of(ways)
    chance.shuffle(keys)
    shuffled = list(criteria)
    chance.shuffle(shuffled)
    other = {key: table[key] for key in keys}
    assert told(evaluate(shuffled, weights, other)) == told(evaluate(criteria, weights, table))


@given(table=tables, weights=weight_sets(), ways=directions)
def test_a_parameter_without_weight_or_without_any_value_might_as_well_not_be_there(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction]
) -> None:
    criteria = criteria_of(ways)
    more = [*criteria, Criterion("5"), Criterion("empty")]
    other = {key: {**of, "5": opinion_of([D(key)])} for key, of in table.items()}
    weighed = {**weights, "5": D(0)}
    assert told(evaluate(more, weighed, other)) == told(evaluate(criteria, weights, table))


@given(table=tables, weights=weight_sets(), ways=directions, times=st.integers(2, 9))
def test_only_the_proportion_of_weights_counts(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction], times: int
) -> None:
    multiplied = {code: weight * times for code, weight in weights.items()}
    criteria = criteria_of(ways)
    assert told(evaluate(criteria, multiplied, table)) == told(evaluate(criteria, weights, table))


@given(table=tables, weights=weight_sets(), ways=directions)
def test_who_is_nowhere_better_never_ranks_before_who_is_nowhere_worse(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction]
) -> None:
    found = by_key(evaluate(criteria_of(ways), weights, table))
    sign = {code: 1 if way == Direction.MORE else -1 for code, way in zip(CODES, ways, strict=True)}
    for above, values_above in table.items():
        for below, values_below in table.items():
            known_alike = set(values_above) == set(values_below)
            if known_alike and all(
                sign[code] * (values_above[code].mean - values_below[code].mean) >= 0 for code in values_above
            ):
                first, second = found[above].rank, found[below].rank
                assert (first is None) == (second is None)
                assert first is None or second is None or first <= second


@given(table=tables, weights=weight_sets(), ways=directions)
def test_taking_a_value_away_leaves_the_candidate_among_what_the_rest_says(
    table: Opinions, weights: dict[str, Decimal], ways: list[Direction]
) -> None:
    """A missing value counts neither as the worst nor as the best: the composite is that of what is there."""
    criteria = criteria_of(ways)
    for key, standing in by_key(evaluate(criteria, weights, table)).items():
        telling = {code: part.share for code, part in standing.parts.items() if part.share is not None}
        whole = sum(weights[code] for code in telling)
        if not whole:
            assert standing.composite is None
            continue
        exact = sum(Fraction(weights[code]) * share for code, share in telling.items()) / Fraction(whole)
        assert standing.composite is not None
        assert abs(Fraction(standing.composite) - 100 * exact) <= Fraction(1, 200), key


@given(
    ranks=st.lists(st.none() | st.integers(1, 4), max_size=7),
    outcomes=st.lists(st.sampled_from(Outcome), min_size=7, max_size=7),
)
def test_a_decision_that_follows_the_ranking_departs_from_it_nowhere(
    ranks: list[int | None], outcomes: list[Outcome]
) -> None:
    places = dict(enumerate(ranks_of({n: r and -r for n, r in enumerate(ranks)}).values()))
    order = sorted(
        (key for key, rank in places.items() if rank is not None), key=lambda key: places[key] or 0
    )
    by_merit = sorted(outcomes[: len(order)], key=list(Outcome).index)
    follows: dict[int, str] = dict(zip(order, by_merit, strict=True))
    follows |= {key: NOT for key, rank in places.items() if rank is None}
    assert departures(places, follows) == set()
