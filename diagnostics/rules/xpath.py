"""Conditions as XLSForm writes them, so that they mean in KoboToolbox and ODK what they mean here, and back.

Three things are said otherwise there. ``count`` of a question counts rows there, answered or not: ours is their
``count-non-empty``. ``sum`` over a row that is not answered is no number there, so such rows are left out. A day
that stands as text is no day there before ``date()`` makes it one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container

_ANSWERED = "[. != '']"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OURS = re.compile(
    r"""(?P<string>'[^']*'|"[^"]*")
    | \$\{(?P<name>[a-z0-9_]+)\}
    | (?P<count>\bcount)(?=\s*\(\s*\$\{(?P<counted>[a-z0-9_]+)\})
    | [a-z][a-z-]* | [()]
    """,
    re.VERBOSE,
)
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
    calls: list[str] = []  # the functions whose arguments are being read, the innermost last
    before = ""

    def written(part: re.Match[str]) -> str:
        nonlocal before
        word, before = before, part[0]
        within = calls[-1] if calls else ""
        if part["count"]:
            return part["count"] if part["counted"] in repeats else "count-non-empty"
        if part["name"]:
            return f"${{{field_of(part['name'])}}}{_ANSWERED if within == 'sum' else ''}"
        if part["string"]:
            is_day = within != "selected" and _DAY.fullmatch(part["string"][1:-1])
            return f"date({part['string']})" if is_day else part["string"]
        if part[0] == "(":
            calls.append(word)
        elif part[0] == ")":
            calls.pop()
        return part[0]

    return _OURS.sub(written, text)


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
