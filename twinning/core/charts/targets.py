"""How much of each target is reached: bars, each to the scale of its own target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from twinning.core.charts.svg import Look, Pen, number
from twinning.core.charts.text import breadth, fit, sound

_ROW, _BAR, _TOP = 26.0, 14.0, 22.0
_MOST = 150.0  # per cent; what goes beyond ends in a point
_NARROW = 480  # px; in a picture below that labels stand above their bars
_ABOVE = 18.0


@dataclass(frozen=True, slots=True)
class Aim:
    """One row: what is reached in per cent of the target; ``words`` stand behind the bar, such as "7 of 10"."""

    label: str
    reached: float
    words: str = ""


def target_bars(aims: Sequence[Aim], **look: Unpack[Look]) -> SafeString:
    """A bar for each of ``aims`` and one line through all where targets are reached; what is below zero has no bar."""
    pen, width = Pen(look, "targets"), look["width"]
    is_narrow = width < _NARROW
    above = _ABOVE if is_narrow else 0.0
    left = (
        0.0 if is_narrow else min(max((breadth(aim.label) for aim in aims), default=0.0) + 12, width * 0.42)
    )
    aside = min(max((breadth(aim.words) for aim in aims), default=0.0), width * 0.25)
    room = width - left - aside - 16
    at_target = left + room * 100 / _MOST
    label_at, label_room = (4, at_target - 12) if is_narrow else (0, left - 8)
    bottom = _TOP + (above + _ROW) * len(aims)
    parts: list[SafeString] = []
    for index, aim in enumerate(aims):
        y = _TOP + (above + _ROW) * index
        length = room * min(max(aim.reached, 0.0), _MOST) / _MOST
        parts.append(
            format_html(
                "<g><title>{}</title>{}</g>",
                sound(f"{aim.label}: {aim.words}"),
                mark_safe(
                    pen.text(label_at, y + 17, fit(aim.label, label_room))
                    + _bar(pen, left, y + above + 6, length, beyond=aim.reached > _MOST)
                    + pen.text(width, y + above + 17, fit(aim.words, aside), anchor="end")
                ),
            )
        )
    if aims:
        with translation.override(look["language"]):
            words = fit(f"{_('target')} (100 %)", 2 * (width - at_target))
        parts += [
            pen.line(left, _TOP, left, bottom, "ink-2"),
            pen.line(at_target, _TOP - 4, at_target, bottom, "ink", ' stroke-width="2" class="target"'),
            pen.text(at_target, _TOP - 8, words, anchor="middle", colour="ink-2"),
            pen.text(left, _TOP - 8, "0", anchor="start" if is_narrow else "middle", colour="ink-2"),
        ]
    return pen.frame(max(bottom + 4, 1.0), parts)


def _bar(pen: Pen, x: float, y: float, length: float, *, beyond: bool) -> SafeString:
    if not beyond:
        return pen.rect(x, y, length, _BAR, pen.ink("chart-1"), ' class="reached"')
    corners = [
        (x, y),
        (x + length - 8, y),
        (x + length, y + _BAR / 2),
        (x + length - 8, y + _BAR),
        (x, y + _BAR),
    ]
    points = " ".join(f"{number(a)},{number(b)}" for a, b in corners)
    return format_html('<polygon points="{}" fill="{}" class="reached"/>', points, pen.ink("chart-1"))
