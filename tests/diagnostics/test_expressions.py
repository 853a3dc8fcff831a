"""The conditions of a questionnaire: what they mean, and that no text makes them fail otherwise than in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.rules.expressions import BadExpression, evaluate, names, parse
from tests.diagnostics.expression_cases import MEANINGS, UNREADABLE, answers, expressions

TODAY = dt.date(2011, 7, 31)


def work_out(text: str, this: Any = None, **answers: Any) -> Any:
    return evaluate(parse(text), answers.get, this, today=TODAY)


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
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


def test_choices_are_parted_by_plain_spaces() -> None:
    assert work_out("count-selected(${all})", all="a b\u00a0c") == 2


def test_a_constraint_sees_its_own_answer() -> None:
    assert work_out(". >= 0 and . <= ${all}", "5", all="7")
    assert not work_out(". >= 0 and . <= ${all}", "8", all="7")


def test_the_questions_an_expression_looks_at() -> None:
    assert names(parse("${a} = 1 and (not(selected(${b}, 'x')) or . > ${c})")) == {"a", "b", "c"}


@pytest.mark.parametrize("text", UNREADABLE)
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


@given(expressions, answers)
def test_every_sound_expression_is_worked_out(text: str, answer: Any) -> None:
    evaluate(parse(text), lambda name: answer, answer, today=TODAY)
