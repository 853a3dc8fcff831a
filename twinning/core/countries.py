"""Countries in the reader's words."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language


@lru_cache(maxsize=64)
def _territories(language: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(language, sep="-").territories)
    except (UnknownLocaleError, ValueError):
        return dict(Locale("en").territories)


def country_name(code: str) -> str:
    """A country by its two letters of ISO 3166, in the active language; the letters where they are none."""
    return _territories(get_language() or "en").get(code.upper(), code)
