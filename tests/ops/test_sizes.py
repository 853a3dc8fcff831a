"""What no longer fits on a screen is split: a view into what it does, a file into what it is about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_COUNTED = {".venv", "var", "migrations", "tests"}
LONGEST_VIEW = 25
LONGEST_FILE = 400


def our_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*.py")):
        if not NOT_COUNTED & set(path.relative_to(ROOT).parts):
            yield path


def is_of_pages(path: Path) -> bool:
    """``views.py``, ``views_tokens.py`` and whatever stands in a package ``views``."""
    return path.name.startswith("views") or path.parent.name.startswith("views")


def long_functions(source: str) -> list[tuple[str, int]]:
    """Name and lines, from ``def`` to the last one, of each function with more than LONGEST_VIEW of them."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    lengths = [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions]
    return [(name, lines) for name, lines in lengths if lines > LONGEST_VIEW]


def test_a_function_of_a_view_has_at_most_25_lines() -> None:
    pages = [path for path in our_files() if is_of_pages(path)]
    assert len(pages) > 20, "The views are not where they are looked for."
    long = {
        f"{path.relative_to(ROOT)}: {name}": lines
        for path in pages
        for name, lines in long_functions(path.read_text())
    }
    assert long == {}


def test_a_file_has_at_most_400_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in our_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_the_lines_of_a_function_are_counted_without_its_decorators() -> None:
    def written(body: int) -> str:
        return "@require_safe\ndef page(request):\n" + "    pass\n" * body

    assert long_functions(written(24)) == []
    assert long_functions(written(25)) == [("page", 26)]
