"""The conditions of a questionnaire: a small part of the XPath that XLSForm uses, parsed and worked out here.

The same text stands in the exported XLSForm, is worked out by the browser (``static/js/field/expressions.js``) and
by this module, so that a form asks the same questions on paper, on a phone and on the server. Whoever changes one of
the two changes the other; a test runs both over the same cases.

Grammar, weakest first: ``or``, ``and``, ``= != < <= > >=``, ``+ -``, ``* div mod``, unary ``-``; numbers, strings in
single or double quotes, ``${question}``, ``.`` (the answer itself, in a constraint), and the functions of
``FUNCTIONS``. Nothing else is known, so nothing in a questionnaire is ever run as code.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

LONGEST = 1000
DEEPEST = 40

Value = str | Decimal | bool | tuple[str, ...] | None
Lookup = Callable[[str], Any]


class BadExpression(ValueError):
    """``str()`` says what is wrong; ``at`` is the place in the text, from 0."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Reference:
    name: str  # "." for the answer itself


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    sign: str
    left: Node
    right: Node


Node = Literal | Reference | Call | Operation

# Name: least and most arguments.
FUNCTIONS: dict[str, tuple[int, int]] = {
    "selected": (2, 2),
    "count-selected": (1, 1),
    "not": (1, 1),
    "true": (0, 0),
    "false": (0, 0),
    "string-length": (1, 1),
    "today": (0, 0),
    "if": (3, 3),
    "coalesce": (2, 2),
    "count": (1, 1),
    "sum": (1, 1),
    "number": (1, 1),
}

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)
    | (?P<string>'[^']*'|"[^"]*")
    | \$\{(?P<reference>[a-z][a-z0-9_]*)\}
    | (?P<word>[a-z][a-z-]*)
    | (?P<sign><=|>=|!=|[=<>+\-*(),.])
    )""",
    re.VERBOSE | re.ASCII,
)
_SPACE = " \t\n\r\f\v"
# A number as XPath writes it. What looks like one to a programming language (1e5, 1_000) is a text.
_NUMBER = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!=", "<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    place, end = 0, len(text.rstrip(_SPACE))
    while place < end:
        found = _TOKEN.match(text, place)
        if not found or found.lastgroup is None:
            raise BadExpression(
                _("cannot be read from “%(text)s” on") % {"text": text[place:].strip()[:20]}, place
            )
        kind = found.lastgroup
        yield _Token(kind, found.group(kind), found.start(kind))
        place = found.end()


def _misplaced(token: _Token) -> BadExpression:
    if token.kind == "end":
        return BadExpression(_("ends too early"), token.at)
    return BadExpression(_("“%(text)s” is out of place") % {"text": token.text}, token.at)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [*_tokens(text), _Token("end", "", len(text))]
        self.place = 0
        self.depth = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self, text: str = "") -> _Token:
        token = self.next
        if text and token.text != text:
            raise BadExpression(_("“%(text)s” is missing") % {"text": text}, token.at)
        self.place += 1
        return token

    def level(self, depth: int = 0) -> Node:
        if depth == len(_LEVELS):
            return self.unary()
        left = self.level(depth + 1)
        while self.next.kind in ("word", "sign") and self.next.text in _LEVELS[depth]:
            left = Operation(self.take().text, left, self.level(depth + 1))
        return left

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadExpression(_("is nested too deeply"), self.next.at)
        try:
            if self.next.text == "-" and self.next.kind == "sign":
                self.take()
                return Operation("-", Literal(Decimal(0)), self.unary())
            return self.atom()
        finally:
            self.depth -= 1

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Literal(Decimal(token.text))
        if token.kind == "string":
            return Literal(token.text[1:-1])
        if token.kind == "reference":
            return Reference(token.text)
        if token.text == ".":
            return Reference(".")
        if token.text == "(":
            inner = self.level()
            self.take(")")
            return inner
        if token.kind == "word" and token.text in FUNCTIONS:
            return self.call(token)
        if token.kind == "word":
            raise BadExpression(_("“%(text)s” is not known") % {"text": token.text}, token.at)
        raise _misplaced(token)

    def call(self, name: _Token) -> Node:
        self.take("(")
        arguments: list[Node] = []
        while self.next.text != ")" or self.next.kind != "sign":
            if arguments:
                self.take(",")
            arguments.append(self.level())
        self.take(")")
        least, most = FUNCTIONS[name.text]
        if not least <= len(arguments) <= most:
            raise BadExpression(
                _("“%(name)s” takes %(count)d values") % {"name": name.text, "count": most}, name.at
            )
        if name.text in ("count", "sum") and not isinstance(arguments[0], Reference):
            raise BadExpression(_("“%(name)s” takes the name of a question") % {"name": name.text}, name.at)
        return Call(name.text, tuple(arguments))


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The expression as a tree. Raises BadExpression."""
    if len(text) > LONGEST:
        raise BadExpression(_("is longer than %(most)d characters") % {"most": LONGEST})
    parser = _Parser(text)
    if parser.next.kind == "end":
        raise BadExpression(_("is empty"))
    node = parser.level()
    if parser.next.kind != "end":
        raise _misplaced(parser.next)
    return node


def names(node: Node) -> set[str]:
    """The questions that an expression looks at; "." is not among them."""
    if isinstance(node, Reference):
        return set() if node.name == "." else {node.name}
    if isinstance(node, Call):
        return {name for argument in node.arguments for name in names(argument)}
    if isinstance(node, Operation):
        return names(node.left) | names(node.right)
    return set()


def number_of(value: Any) -> Decimal | None:
    """A value as a number; None where it is none."""
    if isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int | float | str):
        text = str(value).strip(_SPACE)
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    return None


def truth(value: Any) -> bool:
    """As XPath has it: a text or list that is not blank, a number that is not zero."""
    return bool(value)


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain) if value else "0"
    return str(value)


def _words(value: Any) -> tuple[Any, ...]:
    """What was chosen, from a list or from the text that stands for one."""
    return value if isinstance(value, tuple) else tuple(re.findall(f"[^{_SPACE}]+", text_of(value)))


def evaluate(node: Node, lookup: Lookup, this: Any = None, *, today: dt.date) -> Value:
    """Work the expression out. ``lookup`` gives the answer to a question: None where there is none, a text, a list
    of chosen names, or, for ``count`` and ``sum``, the values of all rows of a repeat. ``this`` is ".".

    A comparison with what is not answered is false, except ``= ''`` and ``!= ''``; arithmetic with it is unanswered.
    """
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Reference):
        found = this if node.name == "." else lookup(node.name)
        return tuple(found) if isinstance(found, list) else found
    if isinstance(node, Call):
        return _call(node, lookup, this, today)
    if node.sign in ("and", "or"):
        left = truth(evaluate(node.left, lookup, this, today=today))
        if left == (node.sign == "or"):
            return left
        return truth(evaluate(node.right, lookup, this, today=today))
    left_value = evaluate(node.left, lookup, this, today=today)
    right_value = evaluate(node.right, lookup, this, today=today)
    if node.sign in _LEVELS[2]:
        return _compare(node.sign, left_value, right_value)
    return _arithmetic(node.sign, left_value, right_value)


def _compare(sign: str, left: Any, right: Any) -> bool:
    if sign in ("=", "!="):
        a, b = number_of(left), number_of(right)
        same = a == b if a is not None and b is not None else text_of(left) == text_of(right)
        return same == (sign == "=")
    if isinstance(left, str) and isinstance(right, str) and number_of(left) is None:
        # Dates stand as text, year first, and so compare as text.
        pair: tuple[Any, Any] = (left, right)
        if not left or not right:
            return False
    else:
        pair = (number_of(left), number_of(right))
        if None in pair:
            return False
    first, second = pair
    return bool(
        {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[sign]
    )


def _arithmetic(sign: str, left: Any, right: Any) -> Decimal | None:
    a, b = number_of(left), number_of(right)
    if a is None or b is None:
        return None
    try:
        if sign == "+":
            return a + b
        if sign == "-":
            return a - b
        if sign == "*":
            return a * b
        return a / b if sign == "div" else a % b
    except DecimalException:
        return None


def _call(node: Call, lookup: Lookup, this: Any, today: dt.date) -> Value:
    name = node.name
    if name in ("true", "false"):
        return name == "true"
    if name == "today":
        return today.isoformat()
    if name in ("count", "sum"):
        return _over_rows(name, lookup(node.arguments[0].name))  # type: ignore[union-attr]
    values = [evaluate(argument, lookup, this, today=today) for argument in node.arguments]
    first = values[0]
    if name == "selected":
        return text_of(values[1]) in _words(first)
    if name == "count-selected":
        return Decimal(len(_words(first)))
    if name == "not":
        return not truth(first)
    if name == "string-length":
        return Decimal(len(text_of(first)))
    if name == "if":
        return values[1] if truth(first) else values[2]
    if name == "coalesce":
        return first if text_of(first) else values[1]
    return number_of(first)


def _over_rows(name: str, values: Any) -> Decimal:
    rows: Sequence[Any] = values if isinstance(values, list | tuple) else [] if values is None else [values]
    if name == "count":
        return Decimal(len(rows))
    return sum((found for found in map(number_of, rows) if found is not None), Decimal(0))
