"""Printing segments in one clean form per language, which `read` understands again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from .days import Precision
from .values import Reading, Segment
from .vocabulary import LANGUAGES, Language


def display(what: Reading | Segment | Sequence[Segment], language: str = "en") -> str:
    """A reading or segments as people write them: "30 Jan 2010 – 3 Feb 2010", "since Mar 2010", "2007"; ""
    for none.

    Languages: those of the vocabulary, by their code or a longer one ("fr-CA"); English for any other.
    Labels follow in brackets. `read` of the text gives the same segments, as long as labels hold no
    brackets or dates.
    """
    if isinstance(what, Segment):
        segments: Sequence[Segment] = (what,)
    else:
        segments = what.segments if isinstance(what, Reading) else what
    tongue = _language(language)
    return "; ".join(_segment(segment, tongue) for segment in segments)


def languages() -> tuple[str, ...]:
    """Codes of the languages that can be read and printed."""
    return tuple(language.code for language in LANGUAGES)


@cache
def _language(code: str) -> Language:
    short = code.replace("_", "-").lower().split("-")[0]
    return next((language for language in LANGUAGES if language.code == short), LANGUAGES[0])


def _segment(segment: Segment, language: Language) -> str:
    printing = language.printing
    mark = "?" if segment.uncertain else ""
    start = _date(segment.start, segment.precision, language) + mark if segment.start else ""
    end = _date(segment.end, segment.end_precision or segment.precision, language) if segment.end else ""
    if start and end:
        text = start if _is_one(segment) else printing.span.format(start=start, end=end)
    elif start:
        text = printing.since.format(start=start)
    elif end:
        text = printing.until.format(end=end + mark)
    else:
        text = printing.ongoing
    if segment.approximate and (start or end):
        text = printing.about.format(text=text)
    return f"{text} ({segment.label})" if segment.label else text


def _is_one(segment: Segment) -> bool:
    return segment.start_text == segment.end_text


def _date(day: date, precision: Precision, language: Language) -> str:
    printing = language.printing
    names = language.month_spellings[day.month - 1]
    month = names[min(1, len(names) - 1)] if printing.short_months else names[0]
    month = month.capitalize() if printing.capital_months else month
    form = {Precision.DAY: printing.day, Precision.MONTH: printing.month, Precision.YEAR: printing.year}[
        precision
    ]
    return form.format(day=day.day, month=month, number=day.month, year=f"{day.year:04d}")
