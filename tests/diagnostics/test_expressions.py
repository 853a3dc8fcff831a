"""The conditions of a questionnaire: what they mean, and that no text makes them fail otherwise than in words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.rules.expressions import BadExpression, evaluate, names, parse

TODAY = dt.date(2011, 7, 31)


def work_out(text: str, this: Any = None, **answers: Any) -> Any:
    return evaluate(parse(text), answers.get, this, today=TODAY)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("7 mod 4 - 1", Decimal(2)),
        ("9 div 2", Decimal("4.5")),
        ("-3 + 5", Decimal(2)),
        ("1 = 1 and 2 > 3", False),
        ("1 = 2 or 2 < 3", True),
        ("not(false())", True),
        ("'a' = \"a\"", True),
        ("if(1 = 1, 'yes', 'no')", "yes"),
        ("string-length('abc')", Decimal(3)),
        ("today() = '2011-07-31'", True),
        ("coalesce('', 'x')", "x"),
        ("1 div 0", None),
    ],
)
def test_what_an_expression_means(text: str, meaning: Any) -> None:
    assert work_out(text) == meaning


def test_answers_are_compared_as_what_they_are() -> None:
    assert work_out("${people} >= 10", people="10.0")
    assert work_out("${seen} < '2011-08-01'", seen="2011-07-31")
    assert work_out("${kind} = 'advanced'", kind="advanced")
    assert work_out("selected(${all}, 'b') and count-selected(${all}) = 2", all=["a", "b"])
    assert work_out("sum(${size}) = 30 and count(${size}) = 2", size=["10", "20"])


def test_what_is_not_answered_compares_with_nothing() -> None:
    assert not work_out("${people} > 0")
    assert not work_out("${people} < 0")
    assert not work_out("${people} + 1 > 0")
    assert work_out("${people} = ''")
    assert not work_out("${people} != ''")


@pytest.mark.parametrize("text", ["1e5", "1_000", "\u0663", "Infinity", "NaN", "+5", "5 000", "9" * 60])
def test_what_is_a_number_to_a_programming_language_only_is_a_text(text: str) -> None:
    assert not work_out("${people} >= 0", people=text)
    assert work_out("number(${people}) = ''", people=text)


def test_a_number_as_a_text_has_no_empty_places() -> None:
    assert work_out("string-length(10 div 0.01) = 4")
    assert work_out("selected('5 7', 5.00)")
    assert work_out("coalesce(0 * -1, 'none')") == 0


def test_choices_are_parted_by_plain_spaces() -> None:
    assert work_out("count-selected(${all})", all="a b\u00a0c") == 2


def test_a_constraint_sees_its_own_answer() -> None:
    assert work_out(". >= 0 and . <= ${all}", "5", all="7")
    assert not work_out(". >= 0 and . <= ${all}", "8", all="7")


def test_the_questions_an_expression_looks_at() -> None:
    assert names(parse("${a} = 1 and (not(selected(${b}, 'x')) or . > ${c})")) == {"a", "b", "c"}


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "\u0661 + 1", "1\u00a0+ 1", "${}", "system('x')", "${A}", "1 = ", "(1", "selected(1)", "sum(1)", "a.b", "'open", "1 1"],
)
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(BadExpression):
        parse(text)


@given(st.text(max_size=80))
def test_no_text_fails_otherwise(text: str) -> None:
    try:
        node = parse(text)
    except BadExpression:
        return
    evaluate(node, lambda name: None, today=TODAY)


_numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000)
_leaves = st.one_of(
    _numbers.map(lambda n: f"({n})" if n >= 0 else f"(0 - {-n})"),
    st.sampled_from(["${a}", "${b}", ".", "'x'", "true()", "today()"]),
)
_signs = st.sampled_from(["+", "-", "*", "div", "mod", "=", "!=", "<", ">=", "and", "or"])
_trees = st.recursive(
    _leaves,
    lambda inner: st.tuples(inner, _signs, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=12,
)


@given(_trees, st.one_of(st.none(), _numbers.map(str), st.text(max_size=5)))
def test_every_sound_expression_is_worked_out(text: str, answer: Any) -> None:
    evaluate(parse(text), lambda name: answer, answer, today=TODAY)


def test_depth_and_length_are_bounded() -> None:
    for text in ("(" * 200 + "1" + ")" * 200, "-" * 500 + "1", "1" + " + 1" * 500):
        with pytest.raises(BadExpression):
            parse(text)
