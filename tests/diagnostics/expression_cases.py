"""Conditions and what they mean, for the server's reader and the browser's alike."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

MEANINGS: list[tuple[str, Any]] = [
    ("1 + 2 * 3", Decimal(7)),
    ("(1 + 2) * 3", Decimal(9)),
    ("7 mod 4 - 1", Decimal(2)),
    ("9 div 2", Decimal("4.5")),
    ("-3 + 5", Decimal(2)),
    ("0.1 + 0.2 = 0.3", True),
    ("-7 mod 4", Decimal(-3)),
    ("2 div 3", Decimal("0.6666666666666666666666666667")),
    ("1 = 1 and 2 > 3", False),
    ("1 = 2 or 2 < 3", True),
    ("not(false())", True),
    ("'a' = \"a\"", True),
    ("if(1 = 1, 'yes', 'no')", "yes"),
    ("string-length('abc')", Decimal(3)),
    ("string-length('\U0001f45e')", Decimal(1)),
    ("string-length(10 div 0.01) = 4", True),
    ("selected('5 7', 5.00)", True),
    ("today() = '2011-07-31'", True),
    ("coalesce('', 'x')", "x"),
    ("coalesce(0 * -1, 'none')", Decimal(0)),
    ("number('1e5') = ''", True),
    ("'b' > 'a' and not('' < 'a')", True),
    ("'\uffff' < '\U0001f45e'", True),
    ("'9' < '10'", True),
    ("1 div 0", None),
    ("1 mod 0", None),
]
UNREADABLE = [
    "",
    "1 +",
    "\u0661 + 1",
    "1\u00a0+ 1",
    "${}",
    "system('x')",
    "constructor()",
    "${A}",
    "1 = ",
    "(1",
    "selected(1)",
    "sum(1)",
    "a.b",
    "'open",
    "1 1",
    "(" * 200 + "1" + ")" * 200,
    "-" * 500 + "1",
    "1" + " + 1" * 500,
]

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000)
_leaves = st.one_of(
    numbers.map(lambda n: f"({n})" if n >= 0 else f"(0 - {-n})"),
    st.integers(0, 10**30).map(str),
    st.sampled_from(["${a}", "${b}", ".", "'x'", "''", "true()", "today()", "count(${b})", "sum(${b})"]),
)
_signs = st.sampled_from(["+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "and", "or"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    calls = st.sampled_from(["number", "not", "string-length", "count-selected"])
    return st.one_of(
        st.tuples(inner, _signs, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(calls, inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"selected({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"coalesce({t[0]}, {t[1]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"if({t[0]}, {t[1]}, {t[2]})"),
        inner.map(lambda one: f"-{one}"),
    )


expressions = st.recursive(_leaves, _larger, max_leaves=12)
answers = st.one_of(
    st.none(),
    numbers.map(str),
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.lists(st.one_of(numbers.map(str), st.sampled_from(["a", "x"]), st.integers(0, 9)), max_size=3),
)
# Texts that are nearly expressions, so that both readers refuse the same.
scraps = st.lists(
    st.one_of(
        st.sampled_from(
            ["(", ")", ",", "or", "and", "1", ".5", "2.", "${a}", "'x'", "-", "<=", "not", "sum", " "]
        ),
        st.text(st.characters(codec="utf-8"), max_size=2),
    ),
    max_size=8,
).map("".join)
