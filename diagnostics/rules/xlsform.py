"""What an XLSForm of ours is made of: the names that export, import and the reading of returns agree on.

A name of a question here has no hyphen. What XLSForm needs beside a question is named after it with one: the second
photo of ``works`` is ``works-2``, the name of a firm that is not in the list of ``firm`` is ``firm-other``, and the
words above the rows of ``firms`` are ``firms-hint``. So nothing of the questionnaire can be called the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from django.utils.translation import get_language_info

from diagnostics.rules.forms import NAME

ABOUT = "about-form"  # the group of what is said of the form itself, always the first
VERSION, HELD_ON, FIRM, TITLE = "about-version", "about-date", "about-firm", "about-title"
OTHER, HINT = "other", "hint"
ORGANISATIONS, PRODUCT_GROUPS = "cluster-organisations", "cluster-product-groups"  # lists of choices
NOT_LISTED = "OTHER"  # the choice that asks for words
ORGANISATION_KEY, PRODUCT_GROUP_KEY = "o", "g"  # before the id of the record that a choice stands for
TEXTS = "twinning"  # the sheet of what XLSForm has no place for: translations of the title, pillars

_LANGUAGE = re.compile(r"(?:.*\s)?([a-z]{2,3}-[A-Za-z0-9]{2,8})\s*\(([a-z]{2,3})\)|.*\(([a-zA-Z-]+)\)")
_INSIDE = re.compile(r"[^a-z0-9]+")
_RESERVED, _OWN = frozenset({"meta"}), "own"  # what XForms keep for themselves
_SHOWN = "$\u200b{"  # a text that says "${" is not to be filled in with an answer


def field_name(name: str) -> str:
    """What a question is called there; ``own_name`` takes it back."""
    return beside(name, _OWN) if name in _RESERVED else name


def beside(name: str, what: str | int) -> str:
    return f"{name}-{what}"


def base_of(name: str) -> tuple[str, str]:
    """("works", "2") for ``works-2``; ("works", "") for a name of ours."""
    base, _hyphen, what = name.rpartition("-")
    return (base, what) if base else (name, "")


def version_mark(slug: str, number: int) -> str:
    """What the form says of itself, since KoboToolbox puts numbers of its own in the place of ours."""
    return f"{slug}:{number}"


def language_name(code: str) -> str:
    """ "Italian (it)", as XLSForm writes languages; "Portuguese pt-BR (pt)", since it knows no regions."""
    base = code.split("-")[0]
    try:
        name = str(get_language_info(base)["name"])
    except KeyError:
        name = base
    return f"{name} ({code})" if base == code else f"{name} {code} ({base})"


def language_code(name: str) -> str:
    """The code in the name of a language; "" where there is none."""
    found = _LANGUAGE.fullmatch(name.strip())
    if not found:
        return ""
    region, base, plain = found.groups()
    return region if region and region.startswith(f"{base}-") else (plain or base).lower()


def own_name(name: str, taken: Container[str] = ()) -> str:
    """A name of an XLSForm as it is kept here: small letters, digits and _, a letter first, at most 60."""
    base, what = base_of(name)
    found = base if what == _OWN and base in _RESERVED else name
    if not NAME.fullmatch(found):
        ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        found = _INSIDE.sub("_", ascii_only.lower()).strip("_")
        if not found or not found[0].isalpha():
            found = f"q_{found}".rstrip("_")
        found = found[:60]
    number, free = 2, found
    while free in taken:
        free, number = f"{found[:56]}_{number}", number + 1
    return free


def shown(text: str) -> str:
    return text.replace("${", _SHOWN)


def unshown(text: str) -> str:
    return text.replace(_SHOWN, "${")


def with_unit(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label


def without_unit(label: str, unit: str) -> str:
    return label.removesuffix(f" ({unit})") if unit else label
