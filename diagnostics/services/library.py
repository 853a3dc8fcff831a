"""The questionnaires that come with the application, as data files beside this room's code."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from diagnostics.services.questionnaires import bring

LIBRARY = Path(__file__).parents[1] / "library"


def definition_in(path: Path) -> tuple[str, dict[str, Any]]:
    """(kind, definition) of a file. Its name is the slug of the questionnaire."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return raw.pop("kind"), raw


def bring_library() -> int:
    """Publish what is new in the library since this database last saw it; returns how many questionnaires."""
    changed = 0
    for path in sorted(LIBRARY.glob("*.toml")):
        kind, definition = definition_in(path)
        changed += bring(path.stem, kind, definition["title"][definition["language"]], definition)
    return changed
