"""The key by which a form that comes a second time is known again."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Sequence

from diagnostics.importers.returns.model import Returned

_SPACE = uuid.UUID("6f0f6f0e-5d0e-5f3c-9c5e-2a1d7f4b8a11")


class Keys:
    """Each form's key: the UUID of its id, or one made of its id, or, where it has none, of what it says."""

    def __init__(self, slug: str, returns: Sequence[Returned]) -> None:
        alike: Counter[str] = Counter()
        self._keys: dict[int, uuid.UUID] = {}
        for one in returns:
            text = one.ident
            if not text:
                text = json.dumps([dict(one.values), one.rows], sort_keys=True, default=dict)
                alike[text] += 1
                text = f"{text}{alike[text]}"
            self._keys[id(one)] = _key(slug, text)
        self._seen: set[uuid.UUID] = set()

    def all(self) -> list[uuid.UUID]:
        return list(dict.fromkeys(self._keys.values()))

    def of(self, one: Returned) -> tuple[uuid.UUID, bool]:
        """The key, and whether it was asked for before: the form stands twice in its file."""
        key = self._keys[id(one)]
        twice = key in self._seen
        self._seen.add(key)
        return key, twice


def _key(slug: str, ident: str) -> uuid.UUID:
    try:
        return uuid.UUID(ident.removeprefix("uuid:"))
    except ValueError:
        return uuid.uuid5(_SPACE, f"{slug}\n{ident}")
