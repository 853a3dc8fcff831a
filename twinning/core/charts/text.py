"""Words in pictures: how wide they are, what of them fits, and what XML allows of them."""

from __future__ import annotations

import re
import unicodedata

TEXT = 12.0  # height of the letters, px in the units of the viewBox

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW = frozenset("iljtfrI.,:;!|'()[]- ")
_BROAD = frozenset("mwMW@%—…")


def breadth(words: str) -> float:
    """About how wide the words are at TEXT: without fonts at hand it errs to the wide side."""
    ems = 0.0
    for char in words:
        if unicodedata.east_asian_width(char) in "WF":
            ems += 1.0
        elif char in _NARROW:
            ems += 0.36
        elif char in _BROAD:
            ems += 0.92
        else:
            ems += 0.72 if char.isupper() else 0.59
    return ems * TEXT


def sound(words: str) -> str:
    """The words without the control characters that XML forbids, each stretch of blanks as one."""
    return " ".join(_FORBIDDEN.sub(" ", words).split())


def fit(words: str, room: float) -> str:
    """The words, cut with an ellipsis where they are wider than ``room`` (px)."""
    words = sound(words)
    if breadth(words) <= room:
        return words
    while words and breadth(words + "…") > room:
        words = words[:-1]
    return words.rstrip(" ,;.:-–") + "…"
