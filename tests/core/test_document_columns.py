"""A column of a report asks for a share of the width; the sheet of styles knows each share that is asked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def shares_in(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Column":
            asked = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "share")]
            for value in asked:
                yield from (
                    one.value
                    for one in ast.walk(value)
                    if isinstance(one, ast.Constant) and type(one.value) is int
                )


def test_every_share_of_a_column_is_known_to_the_styles():
    known = {int(n) for n in re.findall(r"\.share-(\d+) \{", (ROOT / "static/css/report.css").read_text())}
    rooms = [
        path for room in ("monitoring", "diagnostics", "activities") for path in (ROOT / room).rglob("*.py")
    ]
    asked = {share for path in rooms for share in shares_in(path.read_text())} - {0}
    assert asked
    assert asked <= known
