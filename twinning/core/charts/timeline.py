"""Rows of bars over time.

A day that is known has a hard edge, a month or a year a soft one, a doubtful reading is hatched, and what has no
end fades out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats, translation
from django.utils.dates import MONTHS_3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from twinning.core.charts.pen import TEXT, Pen, breadth, coord, fit, frame, sound

_ROW = 22.0
_BAR = 12.0
_HATCH = 9.0  # the least width at which hatching is seen
_FADE = 26.0  # the greatest length over which an end fades
_FADING = (0.14, 0.32, 0.5, 0.68, 0.85)  # opacity of the slices of an end that fades
_MARK = 5.0  # the least width at which a bar is seen and its edges can be told


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of time: ``first`` and ``last`` possible day, None where that end is open or not stated.

    ``first_known`` and ``last_known`` say whether the day itself is known, not just its month or year.
    ``doubtful`` is a reading that is uncertain, approximate or waits to be confirmed.
    """

    first: dt.date | None
    last: dt.date | None
    first_known: bool = True
    last_known: bool = True
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a timeline. ``faint`` rows are drawn in grey: what was cancelled."""

    label: str
    stretches: tuple[Stretch, ...]
    number: str = ""
    words: str = ""  # the period in words, for the tooltip
    faint: bool = False


@dataclass(frozen=True, slots=True)
class _Scale:
    first: dt.date
    last: dt.date
    left: float
    right: float

    def at(self, day: dt.date, *, after: bool = False) -> float:
        """Where a day begins; with ``after``, where it ends. Days outside lie on the border."""
        days = (self.last - self.first).days + 1
        passed = (day - self.first).days + after
        return self.left + (self.right - self.left) * min(max(passed / days, 0.0), 1.0)


def timeline(
    bars: Sequence[Bar],
    *,
    first: dt.date,
    last: dt.date,
    as_of: dt.date | None,
    language: str,
    width: int,
    title: str,
    description: str,
    ident: str = "timeline",
    inked: bool = False,
    font: str = "",
    labels: float = 0.36,
) -> SafeString:
    """Rows of bars over time, one row for each of ``bars``, from ``first`` to ``last`` (both inclusive).

    ``as_of`` draws the line up to which things are known. ``ident`` must be unique on the page;
    ``labels`` is the share of the width for the names of the rows. Stretches
    that lie wholly outside are not drawn; a bar without any keeps its row. ValueError when ``last`` comes
    before ``first``.
    """
    if last < first:
        raise ValueError("The picture ends before it starts.")
    pen = Pen(inked, ident, font)
    left = round(width * labels)
    scale = _Scale(first, last, left, width - 12.0)
    top = 40.0 if as_of else 24.0
    bottom = top + _ROW * len(bars)
    with translation.override(language):
        parts = [_definitions(pen), *_axis(pen, scale, top, bottom)]
        numbers = max((breadth(bar.number) for bar in bars), default=0.0)
        for index, bar in enumerate(bars):
            parts.append(_row(pen, scale, bar, top + _ROW * index, left, numbers))
        if as_of is not None and first <= as_of <= last:
            parts += _as_of_line(pen, scale, as_of, top, bottom)
        height, legend = _legend(pen, bars, bottom + 14.0, width)
        parts += legend
    return frame(pen, width, height, title, description, "timeline", parts)


def _definitions(pen: Pen) -> SafeString:
    return format_html(
        '<defs><pattern id="{}-hatch" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<path d="M-1 1 L1 -1 M0 5 L5 0 M4 6 L6 4" stroke="{}" stroke-width="1.3" fill="none"/>'
        "</pattern></defs>",
        pen.ident,
        pen.ink("chart-1"),
    )


def _axis(pen: Pen, scale: _Scale, top: float, bottom: float) -> list[SafeString]:
    parts = [pen.line(0, top, scale.right, top, "rule")]
    free = -1.0
    for day, label in _ticks(scale.first, scale.last):
        x = scale.at(day)
        parts.append(pen.line(x, top - 5, x, bottom, "rule"))
        # A label that would run into the one before, or over the border, is left out; its line stays.
        if x + 3 >= free and x + 3 + breadth(label) <= scale.right + 10:
            parts.append(pen.text(x + 3, top - 7, label, colour="ink-2"))
            free = x + 3 + breadth(label) + 4
    return parts


def _ticks(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    """Years; quarters as well below three years; months below one year."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = 1 if months <= 13 else 3 if months <= 36 else 12
    ticks = []
    for index in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, month = divmod(index, 12)
        day = dt.date(year, month + 1, 1)
        if month % step == 0 and day >= first.replace(day=1):
            named = str(year) if month == 0 else str(MONTHS_3[month + 1])
            ticks.append((max(day, first), named))
    if not ticks or (step < 12 and not any(day.month == 1 for day, _label in ticks)):
        ticks = [(first, f"{MONTHS_3[first.month]} {first.year}"), *ticks[1:]]
    return ticks


def _row(pen: Pen, scale: _Scale, bar: Bar, y: float, left: float, numbers: float) -> SafeString:
    indent = numbers + 8 if numbers else 0.0
    words = fit(bar.label, left - indent - 12)
    base = y + _ROW / 2 + TEXT * 0.36
    parts = [pen.text(indent, base, words, colour="ink-2" if bar.faint else "ink")]
    if bar.number:
        parts.insert(0, pen.text(numbers, base, sound(bar.number), anchor="end", colour="ink-2"))
    for stretch in bar.stretches:
        parts.append(_stretch(pen, scale, stretch, y + (_ROW - _BAR) / 2, faint=bar.faint))
    tip = ": ".join(part for part in (bar.label, bar.words) if part)
    return format_html("<g><title>{}</title>{}</g>", sound(tip), mark_safe("".join(parts)))


def _stretch(pen: Pen, scale: _Scale, stretch: Stretch, y: float, *, faint: bool) -> SafeString:
    first, last = stretch.first, stretch.last
    if (first and first > scale.last) or (last and last < scale.first):
        return SafeString("")
    x1 = scale.at(first) if first else scale.left
    x2 = scale.at(last, after=True) if last else scale.right
    least = _HATCH if stretch.doubtful else _MARK
    if x2 - x1 < least:
        x1, x2 = (x1 + x2 - least) / 2, (x1 + x2 + least) / 2
    if stretch.doubtful:
        edge = f' stroke="{pen.ink("chart-1")}" stroke-width="1" class="doubtful"'
        return pen.rect(x1, y, x2 - x1, _BAR, pen.ref("hatch"), edge)
    # How far each end fades: an open one over a length of its own, so that nobody reads the border of the
    # picture as its end; one known by its month or year over a part of the bar; a known day not at all.
    room = x2 - x1
    fade_in = (
        min(_FADE, room / 2) if first is None else 0.0 if stretch.first_known else min(room * 0.3, _FADE)
    )
    fade_out = min(_FADE, room / 2) if last is None else 0.0 if stretch.last_known else min(room * 0.3, _FADE)
    kind = "open" if None in (first, last) else "coarse" if fade_in or fade_out else "known"
    fill, strength = (pen.ink("chart-7"), 0.35) if faint else (pen.ink("chart-1"), 1.0)
    steps = [(opacity, fade_in / len(_FADING)) for opacity in _FADING]
    steps += [(1.0, room - fade_in - fade_out)]
    steps += [(opacity, fade_out / len(_FADING)) for opacity in reversed(_FADING)]
    parts, x = [], x1
    for opacity, length in steps:
        if length > 0:
            # Slices and not a gradient: renderers of print do not agree on gradients that fade.
            seen = "" if opacity * strength == 1 else f' fill-opacity="{coord(opacity * strength)}"'
            parts.append(pen.rect(x, y, length, _BAR, fill, seen))
        x += length
    return format_html('<g class="{}">{}</g>', kind, mark_safe("".join(parts)))


def _as_of_line(pen: Pen, scale: _Scale, day: dt.date, top: float, bottom: float) -> list[SafeString]:
    x = scale.at(day, after=True)
    words = _("as of %(day)s") % {"day": formats.date_format(day, "DATE_FORMAT")}
    anchor = "end" if x + breadth(words) > scale.right else "start"
    return [
        pen.line(x, top - 22, x, bottom, "bad", ' stroke-width="1.5" class="as-of"'),
        pen.text(x + (4 if anchor == "start" else -4), top - 26 + 4, words, anchor=anchor, colour="bad"),
    ]


def _legend(pen: Pen, bars: Sequence[Bar], y: float, width: float) -> tuple[float, list[SafeString]]:
    """The marks that this picture uses, in words; and the height at which the picture ends."""
    stretches = [stretch for bar in bars for stretch in bar.stretches]
    day = dt.date(2000, 1, 1)
    sure = [stretch for stretch in stretches if not stretch.doubtful]
    samples = [
        (any(s.first_known and s.last_known and s.last for s in sure), Stretch(day, day), _("days known")),
        (
            any(not (s.first_known and s.last_known) for s in sure),
            Stretch(day, day, first_known=False, last_known=False),
            _("month or year known"),
        ),
        (any(s.doubtful for s in stretches), Stretch(day, day, doubtful=True), _("doubtful or about")),
        (any(s.last is None for s in sure), Stretch(day, None), _("no end stated")),
    ]
    parts, x = [], 0.0
    for used, stretch, words in samples:
        if not used:
            continue
        needed = 44 + breadth(words) + 20
        if x and x + needed > width:
            x, y = 0.0, y + 20
        scale = _Scale(day, day, x, x + 36)
        parts.append(_stretch(pen, scale, stretch, y, faint=False))
        parts.append(pen.text(x + 44, y + _BAR - 2, words, colour="ink-2"))
        x += needed
    return (y + _BAR + 8 if parts else y), parts
