"""Rows find their activities again, whatever was inserted, reworded or moved."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from activities.importers.matching import Known, match
from tests.activities.imports import sheets

ANNEX = [Known(int(row["number"]), row["title"], row["period_text"]) for row in sheets.annex()]
AUTO = [Known(int(row["number"]), row["title"], row["period_text"]) for row in sheets.annex("chennai-auto")]


def places(rows: list[Known], standing: list[Known]) -> list[int | None]:
    return [found.place if found else None for found in match(rows, standing)]


def test_a_row_inserted_at_the_top_moves_all_numbers_and_matches_all_the_same() -> None:
    rows = [Known(1, "Opening ceremony", "Jan-07"), *(k._replace(number=k.number + 1) for k in ANNEX)]
    assert places(rows, ANNEX) == [None, *range(33)]


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 32))
def test_no_order_and_no_missing_row_confuses_it(chance: random.Random, missing: int) -> None:
    order = [place for place in range(33) if place != missing]
    chance.shuffle(order)
    rows = [ANNEX[place]._replace(number=index + 1) for index, place in enumerate(order)]
    assert places(rows, ANNEX) == order


def test_a_reworded_row_is_the_same_activity_and_asks() -> None:
    rows = [*ANNEX]
    rows[4] = Known(5, "Mapping of firms for the SPX programme", "Jun-08")
    found = match(rows, ANNEX)
    assert [one.place for one in found if one] == list(range(33))
    assert [index for index, one in enumerate(found) if one and not one.sure] == [4]


def test_a_row_of_the_same_number_and_another_event_is_new() -> None:
    rows = [*ANNEX[:4], Known(5, "Study visit to Kanpur tanneries", "Mar-12"), *ANNEX[5:]]
    assert places(rows, ANNEX)[4] is None


def test_rows_that_differ_in_one_figure_are_not_taken_for_each_other() -> None:
    assert AUTO[24].title.replace("5- units", "3 -units") == AUTO[25].title
    assert places([AUTO[25], AUTO[24]], AUTO) == [25, 24]
    assert places([AUTO[24]], AUTO[25:26]) == [0]  # alone it may be a correction, and asks
    assert not match([AUTO[24]], AUTO[25:26])[0].sure  # type: ignore[union-attr]


def test_one_activity_is_never_given_to_two_rows() -> None:
    twice = [Known(1, "Design Programme by CLRI", "Nov-09"), Known(2, "Design Programme by CLRI", "Dec-10")]
    assert places(twice, twice[:1]) == [0, None]
    assert places(twice[::-1], twice[:1]) == [None, 0]
