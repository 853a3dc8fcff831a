"""Which script a text is written in, so that each part is set in a face that has its letters.

Names and titles come without a language. The letters tell enough: a Korean name must not be set in the
Japanese shapes of its Chinese characters, and Arabic runs from right to left. Pure: no settings, no database.
"""

from __future__ import annotations

import bisect
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# First and last code point of blocks in which a script has its letters, and the language of its face.
_BLOCKS = sorted(
    [
        (0x0590, 0x05FF, "he"),
        (0x0600, 0x06FF, "ar"),
        (0x0750, 0x077F, "ar"),
        (0x08A0, 0x08FF, "ar"),
        (0x0900, 0x097F, "hi"),
        (0x0B80, 0x0BFF, "ta"),
        (0x1100, 0x11FF, "ko"),
        (0x2E80, 0x2FDF, "han"),
        (0x3000, 0x303F, "han"),
        (0x3040, 0x30FF, "ja"),
        (0x3130, 0x318F, "ko"),
        (0x31F0, 0x31FF, "ja"),
        (0x3400, 0x4DBF, "han"),
        (0x4E00, 0x9FFF, "han"),
        (0xA8E0, 0xA8FF, "hi"),
        (0xA960, 0xA97F, "ko"),
        (0xAC00, 0xD7FF, "ko"),
        (0xF900, 0xFAFF, "han"),
        (0xFB1D, 0xFB4F, "he"),
        (0xFB50, 0xFDFF, "ar"),
        (0xFE70, 0xFEFF, "ar"),
        (0xFF00, 0xFFEF, "han"),
        (0x20000, 0x3134F, "han"),
    ]
)
_STARTS = [first for first, _last, _language in _BLOCKS]
_RIGHT_TO_LEFT = {"ar", "he"}


def _script_of(character: str) -> str | None:
    """The language of a letter's script, "" for Latin and other letters, None for what has no script."""
    point = ord(character)
    if point < 0x0590:
        return "" if character.isalpha() else None
    block = _BLOCKS[bisect.bisect_right(_STARTS, point) - 1]
    if block[0] <= point <= block[1]:
        return block[2]
    return "" if character.isalpha() else None


def direction(text: str) -> str:
    """ "rtl" when the first letter with a direction runs from right to left, else "ltr"."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def runs(text: str) -> list[tuple[str, str]]:
    """The text cut into stretches of one script: (language or "" for Latin and the like, stretch).

    The stretches joined are the text. Spaces, digits and marks go with what stands before them. A text that
    has letters from right to left is one stretch, because only a whole can be put into its reading order.
    Chinese characters are Korean or Japanese in a text that also has Hangul or kana, else Chinese.
    """
    if text.isascii():
        return [("", text)] if text else []
    scripts = [_script_of(character) for character in text]
    found = {script for script in scripts if script}
    for language in ("ar", "he"):
        if language in found:
            return [(language, text)]
    han = "ko" if "ko" in found else "ja" if "ja" in found else "zh"
    return [
        (language, "".join(character for _language, character in stretch))
        for language, stretch in groupby(
            zip(_filled(scripts, han), text, strict=True), key=lambda pair: pair[0]
        )
    ]


def _filled(scripts: list[str | None], han: str) -> Iterator[str]:
    current = ""
    for script in scripts:
        if script is not None:
            current = han if script == "han" else script
        yield current


def marked(text: str) -> SafeString:
    """The text as HTML, with ``lang`` (and ``dir``) on what is not written in Latin letters."""
    return format_html_join("", "{}", ((_span(language, part),) for language, part in runs(text)))


def _span(language: str, part: str) -> str:
    if not language:
        return part
    if language in _RIGHT_TO_LEFT:
        return format_html('<span lang="{}" dir="{}">{}</span>', language, direction(part), part)
    return format_html('<span lang="{}">{}</span>', language, part)
