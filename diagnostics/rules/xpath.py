"""Conditions as XLSForm writes them, so that they mean in KoboToolbox and ODK what they mean here, and back.

Three things are said otherwise there. ``count`` of a question counts rows there, answered or not: ours is their
``count-non-empty``. ``sum`` over a row that is not answered is no number there, so such rows are left out. A day
that stands as text is no day there before ``date()`` makes it one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container

from diagnostics.rules.expressions import Token, tokens

_ANSWERED = "[. != '']"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTS = re.compile(
    r"""(?P<string>'[^']*'|"[^"]*")
    | \bdate\(\s*(?P<day>'\d{4}-\d{2}-\d{2}'|"\d{4}-\d{2}-\d{2}")\s*\)
    | \bcount-non-empty(?=\s*\()
    | (?P<count>\bcount\(\s*)\$\{\s*(?P<counted>[^{}]+?)\s*\}(?=\s*\))
    | \$\{\s*(?P<reference>[^{}]+?)\s*\}(?:\[\.\s*!=\s*(?:''|"")\])?
    """,
    re.VERBOSE,
)
_CURLY = str.maketrans("“”‘’", "\"\"''")


def to_xpath(text: str, repeats: Container[str], field_of: Callable[[str], str]) -> str:
    """A condition that is sound here, as XLSForm has it.

    ``repeats``: the names of the repeated groups. ``field_of``: what a question is called there.
    """
    found = list(tokens(text))
    out, done = [], 0
    calls: list[str] = []  # the functions whose arguments are being read, the innermost last
    for place, token in enumerate(found):
        start, end = _extent(token)
        within = calls[-1] if calls else ""
        own = text[start:end]
        if token.kind == "word" and token.text == "count" and found[place + 2].text not in repeats:
            own = "count-non-empty"
        elif token.kind == "reference":
            own = f"${{{field_of(token.text)}}}{_ANSWERED if within == 'sum' else ''}"
        elif token.kind == "string" and within != "selected" and _DAY.fullmatch(token.text[1:-1]):
            own = f"date({own})"
        elif token.kind == "sign" and token.text == "(":
            calls.append(found[place - 1].text if place and found[place - 1].kind == "word" else "")
        elif token.kind == "sign" and token.text == ")":
            calls.pop()
        out += [text[done:start], own]
        done = end
    return "".join(out) + text[done:]


def _extent(token: Token) -> tuple[int, int]:
    """Where a token begins and ends; a reference with its ``${`` and ``}``."""
    if token.kind == "reference":
        return token.at - 2, token.at + len(token.text) + 1
    return token.at, token.at + len(token.text)


def from_xpath(text: str, name_of: Callable[[str], str], repeat_of: Callable[[str], str]) -> str:
    """A condition of an XLSForm as it is written here; whether it is one is for ``expressions.parse`` to say.

    ``name_of``: what a question is called here. ``repeat_of``: the repeated group of a question of that name, "" for
    none; counting a question of a group counts its rows there, answered or not, and so counts the group here.
    """

    def written(part: re.Match[str]) -> str:
        if part["string"] or part["day"]:
            return part["string"] or part["day"]
        if part["counted"]:
            name = name_of(part["counted"])
            return f"{part['count']}${{{repeat_of(name) or name}}}"
        return f"${{{name_of(part['reference'])}}}" if part["reference"] else "count"

    straight = text if "'" in text or '"' in text else text.translate(_CURLY)
    return _PARTS.sub(written, straight.strip())
