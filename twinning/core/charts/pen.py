"""The pen of every picture: colours, texts, lines and the frame around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# The light twins of tokens.css.
_INKS = {
    "paper": "#ffffff",
    "ink": "#1c1b19",
    "ink-2": "#5a5751",
    "rule": "#dedbd4",
    "bad": "#a12327",
    "chart-1": "#0b5a6b",
    "chart-2": "#b4652a",
    "chart-3": "#6b7f2a",
    "chart-4": "#7a4b8c",
    "chart-5": "#3f7fb5",
    "chart-6": "#a13b52",
    "chart-7": "#6d6a63",
    "chart-uncertain": "#9a968d",
}
TEXT = 12.0  # px in the units of the viewBox


@dataclass(frozen=True, slots=True)
class Pen:
    """How colours, fonts and the ids inside one picture are written."""

    inked: bool
    ident: str
    font: str

    def ink(self, name: str) -> str:
        return _INKS[name] if self.inked else f"var(--{name})"

    def ref(self, part: str) -> str:
        return f"url(#{self.ident}-{part})"

    def text(
        self, x: float, y: float, words: str, *, anchor: str = "start", colour: str = "ink"
    ) -> SafeString:
        return format_html(
            '<text x="{}" y="{}" text-anchor="{}" fill="{}" class="{}">{}</text>',
            coord(x), coord(y), anchor, self.ink(colour), f"chart-{colour}", words,
        )  # fmt: skip

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, extra: str = "") -> SafeString:
        return format_html(
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"{}/>',
            coord(x1), coord(y1), coord(x2), coord(y2), self.ink(colour), mark_safe(extra),
        )  # fmt: skip

    def rect(self, x: float, y: float, width: float, height: float, fill: str, extra: str = "") -> SafeString:
        return format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>',
            coord(x), coord(y), coord(width), coord(height), fill, mark_safe(extra),
        )  # fmt: skip


def coord(value: float) -> str:
    """A coordinate: two decimals at most, whatever the reader's language writes."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


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


def frame(
    pen: Pen,
    width: float,
    height: float,
    title: str,
    description: str,
    css: str,
    parts: Sequence[SafeString],
) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="{css}" viewBox="0 0 {width} {height}" width="{width}"'
        ' height="{height}" role="img" aria-labelledby="{id}-title {id}-desc" font-size="{size}"{font}>'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>{parts}</svg>',
        css=css,
        width=coord(width),
        height=coord(height),
        id=pen.ident,
        size=coord(TEXT),
        font=format_html(' font-family="{}"', pen.font) if pen.font else "",
        title=sound(title),
        description=sound(description),
        parts=mark_safe("".join(parts)),
    )
