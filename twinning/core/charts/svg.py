"""The base of all pictures: their frame, their colours, and the pen that writes and escapes their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Required, TypedDict

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from twinning.core.charts.text import TEXT, sound

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


class Look(TypedDict, total=False):
    """What every picture is asked for with, besides its data; ``width`` in px."""

    language: Required[str]
    width: Required[int]
    title: Required[str]
    description: Required[str]
    ident: str  # unique on the page; the kind of picture where none is given
    inked: bool  # plain colours instead of variables
    font: str


@dataclass(frozen=True, slots=True)
class Pen:
    """How colours, fonts and the ids inside one picture are written."""

    look: Look
    kind: str

    @property
    def ident(self) -> str:
        return self.look.get("ident", self.kind)

    def ink(self, name: str) -> str:
        return _INKS[name] if self.look.get("inked") else f"var(--{name})"

    def ref(self, part: str) -> str:
        return f"url(#{self.ident}-{part})"

    def text(
        self, x: float, y: float, words: str, *, anchor: str = "start", colour: str = "ink"
    ) -> SafeString:
        return format_html(
            '<text x="{}" y="{}" text-anchor="{}" fill="{}" class="{}">{}</text>',
            number(x), number(y), anchor, self.ink(colour), f"chart-{colour}", words,
        )  # fmt: skip

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, extra: str = "") -> SafeString:
        """``extra`` is written as it stands: never words of people."""
        return format_html(
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"{}/>',
            number(x1), number(y1), number(x2), number(y2), self.ink(colour), mark_safe(extra),
        )  # fmt: skip

    def rect(self, x: float, y: float, width: float, height: float, fill: str, extra: str = "") -> SafeString:
        """``extra`` is written as it stands: never words of people."""
        return format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>',
            number(x), number(y), number(width), number(height), fill, mark_safe(extra),
        )  # fmt: skip

    def frame(self, height: float, parts: Sequence[SafeString]) -> SafeString:
        """The whole picture around its parts."""
        font = self.look.get("font")
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" class="{css}" viewBox="0 0 {width} {height}" width="{width}"'
            ' height="{height}" role="img" aria-labelledby="{id}-title {id}-desc" font-size="{size}"{font}>'
            '<title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>{parts}</svg>',
            css=self.kind,
            width=number(self.look["width"]),
            height=number(height),
            id=self.ident,
            size=number(TEXT),
            font=format_html(' font-family="{}"', font) if font else "",
            title=sound(self.look["title"]),
            description=sound(self.look["description"]),
            parts=mark_safe("".join(parts)),
        )


def number(value: float) -> str:
    """A coordinate: two decimals at most, whatever the reader's language writes."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
