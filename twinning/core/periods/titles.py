"""What the title of a row says about its dates.

Titles are full of numbers that are no dates of the activity: "5 CETPs", "IILF 2010", "2 weeks". Only two
things are taken: explicit days that lie inside what the cell says, and, when the cell is blank, an
explicit day with its year or a month and year that open the title before a colon ("April 2009: ...").
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from .cursor import Point, Shape, Unit
from .days import Precision
from .grammar import Chain, Parsed, parse
from .lexer import clean, fold
from .notes import Notes
from .reasons import Reason
from .resolving import Choices, only_order, resolve
from .spans import Span
from .values import Flag, Segment
from .vocabulary import LANGUAGES, Kind

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+")
_THREE_NUMBERS = re.compile(r"\d[-/.] ?\d\d?[-/.] ?\d")
_NEAR = 14  # characters between a day and its month: "12th of the month of "
LONGEST = 2000  # characters of a title that is looked at
_BARE_YEAR = re.compile(r"(?<![\w.,/-])((?:19|20)\d\d)(?![\w/-]|[.,]\d)")


@cache
def _tentative_words() -> tuple[str, ...]:
    spellings = "|".join(language.words.get(Kind.TENTATIVE, "") for language in LANGUAGES).split("|")
    return tuple(fold(clean(spelling)) for spelling in spellings if spelling)


def says_tentative(title: str) -> bool:
    """True when the title itself says tentative or provisional."""
    folded = fold(clean(title))
    found = [word for word in _tentative_words() if word in folded]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded) for word in found)


@cache
def _months() -> re.Pattern[str]:
    spellings = [names for language in LANGUAGES for names in language.month_spellings]
    names = {fold(clean(name)) for group in spellings for name in group}
    units = {
        fold(unit) for language in LANGUAGES for unit in language.words.get(Kind.MONTH_UNIT, "").split("|")
    }
    return re.compile("|".join(sorted(map(re.escape, (names | units) - {""}))))


def _may_name_days(title: str) -> bool:
    """A cheap look before the full one: a number near what may be the name of a month, or three numbers."""
    if not _DIGIT.search(title):
        return False
    folded = fold(clean(title))
    if _THREE_NUMBERS.search(folded):
        return True
    near = (
        folded[max(0, number.start() - _NEAR) : number.end() + _NEAR] for number in _NUMBER.finditer(folded)
    )
    return any(_months().search(text) for text in near)


def title_matters(title: str, text: str) -> bool:
    """False when nothing in the title can change how the cell is read."""
    if not title or len(title) > LONGEST:
        return False
    return says_tentative(title) or _may_name_days(title) or (not text.strip() and bool(_DIGIT.search(title)))


@lru_cache(maxsize=2048)
def _day_spans(title: str) -> tuple[Span, ...]:
    """Spans of a title that name explicit days."""
    if not _may_name_days(title):
        return ()
    return tuple(span for chain in parse(title).chains for span in chain.spans if _names_days(span))


def _names_days(span: Span) -> bool:
    if (span.open_end and not span.maybe_open) or not span.first or span.either:
        return False
    return all(_is_explicit_day(point) for point in span.points)


def _is_explicit_day(point: Point) -> bool:
    if point.unit is not Unit.DAY or point.weak:
        return False
    if point.shape is Shape.NUMERIC:
        return point.year is not None and only_order(point) is not None
    return point.shape is not Shape.DAY_OR_YEAR and point.month is not None


def _resolve(spans: tuple[Span, ...], year: int | None = None) -> tuple[Segment, ...]:
    """Segments of the title's days. All belong together, so that a year printed once serves all."""
    return tuple(resolve(spans, [0] * len(spans), Choices(year=year, closed=True)).segments)


def read_title_days(segments: tuple[Segment, ...], title: str, notes: Notes) -> tuple[Segment, ...]:
    """The segments of the cell, or the days of the title where they lie inside them."""
    if not segments or any(
        s.precision is Precision.DAY or s.invalid or not (s.start and s.end) for s in segments
    ):
        return segments
    spans = _day_spans(title)
    if not spans:
        return segments
    has_year = any(point.year is not None for span in spans for point in span.points)
    years = [None] if has_year else sorted({d.year for s in segments for d in (s.start, s.end) if d})
    for year in years:
        days = _resolve(spans, year)
        if _agree(days, segments):
            notes.add(Flag.DATES_FROM_TITLE, Reason("title_days"))
            if year is not None:
                notes.add(Flag.YEAR_FROM_CONTEXT, Reason("title_no_year"))
            notes.offer(segments, Reason("cell_alternative"))
            return days
    if has_year:
        notes.add(Flag.TITLE_DISAGREES, Reason("title_disagrees"))
        notes.offer(_resolve(spans), Reason("title_alternative"))
    return segments


def _agree(days: tuple[Segment, ...], cell: tuple[Segment, ...]) -> bool:
    """Every day lies in a segment of the cell, and every segment of the cell has a day."""
    if not days or any(day.invalid for day in days):
        return False
    homes = [next((home for home in cell if _contains(home, day)), None) for day in days]
    return None not in homes and set(homes) == set(cell)


def _contains(outer: Segment, inner: Segment) -> bool:
    if not (outer.start and outer.end and inner.start and inner.end):
        return False
    return outer.start <= inner.start and inner.end <= outer.end


def title_of_blank(title: str, notes: Notes) -> tuple[Segment, ...]:
    """What the title says where the cell is blank: a reading to confirm, or only a suggestion."""
    if not _DIGIT.search(title):
        return ()
    parsed = parse(title)
    spans = _prefix(parsed) or tuple(span for span in _day_spans(title) if _has_year(span))
    segments = _resolve(spans) if spans else ()
    if segments:
        notes.add(Flag.TITLE_ONLY, Reason("title_only"))
        return segments
    for match in _BARE_YEAR.finditer(clean(title)):
        year = Segment.from_json({"start": match.group(1), "end": match.group(1), "precision": "year"})
        notes.offer((year,), Reason("title_year", year=match.group(1)))
    return ()


def _prefix(parsed: Parsed) -> tuple[Span, ...]:
    """Dates with a year that open the title and are followed by a colon."""
    if not parsed.chains or not _opens(parsed, parsed.chains[0]):
        return ()
    return parsed.chains[0].spans if all(_has_year(span) for span in parsed.chains[0].spans) else ()


def _opens(parsed: Parsed, chain: Chain) -> bool:
    behind = parsed.tokens[chain.end] if chain.end < len(parsed.tokens) else None
    exact = all(point.unit is not Unit.YEAR for span in chain.spans for point in span.points)
    return chain.start == 0 and behind is not None and behind.text == ":" and exact


def _has_year(span: Span) -> bool:
    return any(point.year is not None for point in span.points)
