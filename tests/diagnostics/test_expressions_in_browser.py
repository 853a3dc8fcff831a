"""A phone without a connection works a condition out as the server does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from playwright.sync_api import Browser, Page

from diagnostics.rules.expressions import BadExpression, evaluate, parse
from tests.browsers import chromium
from tests.diagnostics.expression_cases import MEANINGS, UNREADABLE, answers, expressions, scraps

__all__ = ["chromium"]

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "field" / "expressions.js"
TODAY = dt.date(2011, 7, 31)
WORK_OUT = """([text, answer]) => {
  const { parse, evaluate, Decimal, BadExpression } = Field.expressions;
  const shown = (value) => value instanceof Decimal ? { number: String(value) } : value;
  try {
    return shown(evaluate(parse(text), () => answer, answer, "2011-07-31"));
  } catch (error) {
    if (error instanceof BadExpression) return { unreadable: true };
    throw error;
  }
}"""


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.add_script_tag(path=SCRIPT)
    yield page
    page.close()


def on_the_server(text: str, answer: Any) -> Any:
    try:
        value = evaluate(parse(text), lambda name: answer, answer, today=TODAY)
    except BadExpression:
        return {"unreadable": True}
    return shown(value)


def shown(value: Any) -> Any:
    """A value as the script above gives it back."""
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return {"number": (plain.rstrip("0").rstrip(".") if "." in plain else plain) if value else "0"}
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_what_an_expression_means_on_a_phone(blank: Page, text: str, meaning: Any) -> None:
    assert blank.evaluate(WORK_OUT, [text, None]) == shown(meaning)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_not_read_on_a_phone(blank: Page, text: str) -> None:
    assert blank.evaluate(WORK_OUT, [text, None]) == {"unreadable": True}


def test_phone_and_server_agree(blank: Page) -> None:
    @settings(max_examples=500, deadline=None)
    @given(expressions, answers)
    def agree(text: str, answer: Any) -> None:
        assert blank.evaluate(WORK_OUT, [text, answer]) == on_the_server(text, answer)

    agree()


def test_phone_and_server_refuse_the_same(blank: Page) -> None:
    @settings(max_examples=500, deadline=None)
    @given(scraps, answers)
    def agree(text: str, answer: Any) -> None:
        assert blank.evaluate(WORK_OUT, [text, answer]) == on_the_server(text, answer)

    agree()
