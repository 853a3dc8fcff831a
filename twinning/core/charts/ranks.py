"""Ranks that move: for each row a bar from its best to its worst rank, and a mark on the one that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from twinning.core.charts.svg import Look, Pen, number
from twinning.core.charts.text import TEXT, breadth, fit, sound

_ROW = 26.0
_BAR = 10.0
_MARK = 6.0  # the radius of the mark
_TOP = 24.0


@dataclass(frozen=True, slots=True)
class RankSpan:
    """One row: the rank that stands, the best and the worst that it becomes; ``words`` stand behind the bar."""

    label: str
    rank: int
    best: int
    worst: int
    words: str = ""


def rank_spans(spans: Sequence[RankSpan], *, last: int, **look: Unpack[Look]) -> SafeString:
    """Rows in the order of ``spans``, ranks from 1 at the left to ``last`` at the right."""
    pen, width = Pen(look, "ranks"), look["width"]
    left = min(max((breadth(span.label) for span in spans), default=0.0) + 20, width * 0.4)
    right = width - max((breadth(span.words) for span in spans), default=0.0) - 24
    bottom = _TOP + _ROW * len(spans)

    def at(rank: int) -> float:
        return left + (right - left) * (rank - 0.5) / max(last, 1)

    parts: list[SafeString] = []
    for rank in range(1, last + 1):
        parts.append(pen.line(at(rank), _TOP - 4, at(rank), bottom, "rule"))
        parts.append(pen.text(at(rank), _TOP - 9, str(rank), anchor="middle", colour="ink-2"))
    for index, span in enumerate(spans):
        y = _TOP + _ROW * index + _ROW / 2
        parts.append(_row(pen, span, y, at(span.best), at(span.rank), at(span.worst), left, right))
    with translation.override(look["language"]):
        legend = _("bar: ranks in the draws; dot: rank that stands")
    parts.append(pen.text(left, bottom + 18, legend, colour="ink-2"))
    return pen.frame(bottom + 28, parts)


def _row(
    pen: Pen, span: RankSpan, y: float, best: float, stands: float, worst: float, left: float, right: float
) -> SafeString:
    base = y + TEXT * 0.36
    parts = [
        pen.text(0, base, fit(span.label, left - 12)),
        pen.rect(
            best - _BAR / 2, y - _BAR / 2, worst - best + _BAR, _BAR, pen.ink("chart-5"), ' rx="5" class="span"'
        ),
        format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="2"/>',
            number(stands), number(y), number(_MARK), pen.ink("chart-1"), pen.ink("paper"),
        ),
        pen.text(right + 12, base, span.words, colour="ink-2"),
    ]  # fmt: skip
    return format_html("<g><title>{}</title>{}</g>", sound(span.label), mark_safe("".join(parts)))
