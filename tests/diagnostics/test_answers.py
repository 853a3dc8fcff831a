"""Answers as they are kept, what is wrong with them, and two people who fill one form."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.rules.answers import (
    BadAnswer,
    Change,
    clean,
    merge,
    place_of,
    problems_of,
    progress_of,
    rows_of,
)
from diagnostics.rules.forms import Form, form_of
from tests.diagnostics.conftest import definition

TODAY = dt.date(2011, 7, 31)
CHOICES = {"yes_no": [{"name": "yes", "label": "yes"}, {"name": "no", "label": "no"}]}


def form(*items: dict[str, Any]) -> Form:
    return form_of(definition(*items, choices=CHOICES))


def ask(kind: str, **extra: Any) -> dict[str, Any]:
    return {"name": "q", "type": kind, "label": "Question", **extra}


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  hides ", "hides"),
        ("integer", "1,200", "1200"),
        ("integer", 12, "12"),
        ("decimal", "12,50", "12.50"),
        ("decimal", "1 200.5", "1200.5"),
        ("date", "2011-07-31", "2011-07-31"),
        ("one", "yes", "yes"),
        ("several", ["no", "yes", "no"], ["yes", "no"]),
        ("place", "13.08, 80.27", "13.08 80.27"),
        ("text", "", None),
        ("several", [], None),
    ],
)
def test_what_was_typed_is_kept_in_one_way(kind: str, typed: Any, kept: Any) -> None:
    asked = form(ask(kind, choices="yes_no"))
    place = place_of(asked, "q")
    assert place is not None
    assert clean(asked, place, typed) == kept
    assert clean(asked, place, kept) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("integer", "many"),
        ("integer", "1.5"),
        ("decimal", "1e9"),
        ("date", "31/7/2011"),
        ("one", "perhaps"),
        ("several", ["perhaps"]),
        ("several", "yes"),
        ("place", "100 200"),
        ("text", "x" * 301),
        ("photo", ["../x"]),
        ("text", {"a": 1}),
    ],
)
def test_what_is_no_answer_is_refused_in_words(kind: str, typed: Any) -> None:
    asked = form(ask(kind, choices="yes_no"))
    place = place_of(asked, "q")
    assert place is not None
    with pytest.raises(BadAnswer):
        clean(asked, place, typed)


def test_a_path_points_to_a_question_a_row_or_nothing() -> None:
    asked = form(ask("note"))
    assert place_of(asked, "country")
    assert place_of(asked, "figures/a1")
    assert place_of(asked, "figures/a1/figure")
    for path in (
        "q",
        "nobody",
        "figure",
        "figures",
        "figures/A 1",
        "figures/a1/country",
        "figures/a1/figure/x",
    ):
        assert place_of(asked, path) is None


def test_only_what_is_asked_can_be_missing() -> None:
    asked = form(ask("text", required=True, relevant="${area} = 'x'"))
    assert problems_of(asked, {}, today=TODAY) == []
    found = problems_of(asked, {"area": "x"}, today=TODAY)
    assert [(problem.path, problem.code) for problem in found] == [("q", "missing")]


def test_a_constraint_in_a_row_sees_its_row() -> None:
    rows = {
        "name": "firms",
        "type": "repeat",
        "label": "Firms",
        "items": [
            {"name": "people", "type": "integer", "label": "People"},
            {"name": "women", "type": "integer", "label": "Women", "constraint": ". <= ${people}"},
        ],
    }
    answers = {
        "firms/a": 0,
        "firms/a/people": "5",
        "firms/a/women": "3",
        "firms/b": 1,
        "firms/b/people": "2",
        "firms/b/women": "3",
    }
    assert [problem.path for problem in problems_of(form(rows), answers, today=TODAY)] == ["firms/b/women"]


def test_progress_counts_what_is_asked() -> None:
    asked = form(ask("text", relevant="${area} = 'x'"))
    assert progress_of(asked, {"country": "India"}, today=TODAY) == (1, 5)
    assert progress_of(asked, {"country": "India", "area": "x"}, today=TODAY) == (2, 6)


def test_two_devices_that_answer_different_questions_lose_nothing() -> None:
    merged = merge({"a": "1"}, {"a": 3}, [Change("b", "2", seen=1)])
    assert (merged.taken, merged.clashes) == ({"b": "2"}, ())


def test_two_different_answers_to_one_question_are_both_kept() -> None:
    mine = Change("a", "mine", seen=1)
    merged = merge({"a": "theirs"}, {"a": 3}, [mine])
    assert (merged.taken, merged.clashes) == ({}, (mine,))
    assert merge({"a": "same"}, {"a": 3}, [Change("a", "same", seen=1)]).clashes == ()


def test_a_row_that_was_removed_while_it_was_filled_comes_back() -> None:
    removed = {"figures/a": 3, "figures/a/figure": 3}
    for seen in (1, 4):
        merged = merge({}, removed, [Change("figures/a/figure", "12", seen=seen)])
        assert (merged.taken, merged.clashes) == ({"figures/a/figure": "12", "figures/a": 0}, ())


def test_a_row_that_somebody_fills_is_not_removed_from_under_them() -> None:
    standing = {"figures/a": 0, "figures/a/figure": "12"}
    removal = [Change("figures/a", None, seen=2)]
    for written in ({"figures/a": 5}, {"figures/a": 1, "figures/a/figure": 5}):
        merged = merge(standing, written, removal)
        assert (merged.taken, merged.clashes) == ({}, ())
    assert merge(standing, {"figures/a": 1, "figures/a/figure": 2}, removal).taken == {"figures/a": None}


def test_nobody_chooses_between_two_places_of_a_row() -> None:
    merged = merge({"figures/a": 4}, {"figures/a": 5}, [Change("figures/a", 2, seen=3)])
    assert (merged.taken, merged.clashes) == ({}, ())


def test_no_list_holds_what_a_database_refuses() -> None:
    asked = form(ask("product-group"))
    place = place_of(asked, "q")
    assert place is not None
    assert clean(asked, place, ["Goat\x00", "\x00"]) == ["Goat"]


def test_lines_end_alike_whatever_sent_them() -> None:
    asked = form(ask("long-text"))
    place = place_of(asked, "q")
    assert place is not None
    assert clean(asked, place, "one\r\ntwo") == "one\ntwo"


_paths = st.sampled_from(["a", "b", "r/x", "r/x/q", "r/y/q"])
_values = st.one_of(st.none(), st.sampled_from(["1", "2", "3"]))


@given(
    st.dictionaries(_paths, st.sampled_from(["1", "2"])),
    st.dictionaries(_paths, st.integers(0, 5)),
    st.lists(st.builds(Change, _paths, _values, st.integers(0, 5)), max_size=6, unique_by=lambda c: c.path),
)
def test_nothing_typed_is_lost(
    answers: dict[str, str], revisions: dict[str, int], changes: list[Change]
) -> None:
    merged = merge(answers, revisions, changes)
    kept = {**answers, **merged.taken}
    for change in changes:
        if change.value is not None and change.path != "r/x":  # the place of a row, which nobody typed
            assert kept.get(change.path) == change.value or change in merged.clashes


def test_rows_stand_in_their_order() -> None:
    assert rows_of({"r/b": 2, "r/a": 10, "r/c": 2, "r/a/q": "x", "rr/z": 1}, "r") == ["b", "c", "a"]
