"""Reading EDTF (ISO 8601-2:2019), levels 0 to 2, as far as a segment can hold it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .days import Precision, month_length, month_span
from .values import Segment

# Texts that can only be EDTF, or that mean the same as EDTF and as anything else.
_ONLY_EDTF = re.compile(r"[~?%{}\[\]X]|\.\.|/$|^/|\d-(?:2[1-9]|3[0-9]|4[01])(?:$|[/~?%])")
_CHARACTERS = re.compile(r"[0-9XYESTZ~?%/.,:{}\[\]+-]+")
_DATE = re.compile(
    r"([~?%]?)(\d[0-9X]{3})([~?%]?)(?:-([~?%]?)([0-9X]{2})([~?%]?)(?:-([~?%]?)([0-9X]{2})([~?%]?))?)?"
)
_TIME = re.compile(r"T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}(?::\d{2})?)?$")


def looks_like_edtf(text: str) -> bool:
    """True for a text that is written with EDTF's signs, such as "2010-03~" or "{2009-12,2010-02}"."""
    return bool(_CHARACTERS.fullmatch(text) and _ONLY_EDTF.search(text))


def read_edtf(text: str) -> tuple[tuple[Segment, ...], bool] | None:
    """(segments, whether only one of them is meant), or None when the text is not EDTF that we can hold."""
    try:
        if text.startswith("[") and text.endswith("]"):
            return _members(text[1:-1]), True
        return from_edtf(text), False
    except ValueError:
        return None


def from_edtf(text: str) -> tuple[Segment, ...]:
    """Segments of an EDTF string; "" gives none.

    Seasons become three months, approximate. "/.." and "../.." are "ongoing"; an unknown start and an open
    start are the same to us. A qualifier on either end holds for the whole segment. ValueError, with what
    is wrong, for text that is not EDTF and for EDTF that a segment cannot hold: years outside 1 to 9999, an
    unknown end, and "one of a set".
    """
    text = text.strip()
    if not text:
        return ()
    if text.startswith("["):
        raise ValueError(f"{text!r} names one of several dates; choose one of them")
    if text.startswith("{"):
        if not text.endswith("}"):
            raise ValueError(f"{text!r} starts with '{{' and does not end with '}}'")
        return _members(text[1:-1])
    return (_interval(text, "/"),) if "/" in text else (_single(text),)


def _members(text: str) -> tuple[Segment, ...]:
    members = [member.strip() for member in text.split(",")]
    return tuple(_interval(member, "..") if ".." in member else _single(member) for member in members)


@dataclass(frozen=True, slots=True)
class _Date:
    start: date
    end: date
    precision: Precision
    approximate: bool
    uncertain: bool


def _single(text: str) -> Segment:
    found = _date(text)
    return Segment(
        found.start, found.end, found.precision, approximate=found.approximate, uncertain=found.uncertain
    )


def _interval(text: str, sign: str) -> Segment:
    """An interval with "/", or a range within a set with "..", where an empty end is an open one."""
    start_text, _, end_text = text.partition(sign)
    if sign in end_text.replace("..", "") or (sign == ".." and ".." in end_text):
        raise ValueError(f"{text!r} has more than two ends")
    if sign == "/" and not end_text:
        raise ValueError(f"{text!r} has an unknown end; write '..' for an open one")
    start = None if start_text in ("", "..") else _date(start_text)
    end = None if end_text in ("", "..") else _date(end_text)
    return Segment(
        start.start if start else None,
        end.end if end else None,
        start.precision if start else end.precision if end else Precision.YEAR,
        end.precision if end else None,
        approximate=any(side.approximate for side in (start, end) if side),
        uncertain=any(side.uncertain for side in (start, end) if side),
    )


def _date(text: str) -> _Date:
    bare = _TIME.sub("", text) if "T" in text else text
    match = _DATE.fullmatch(bare)
    if not match:
        raise ValueError(f"{text!r} is not an EDTF date")
    marks = "".join(mark for mark in match.group(1, 3, 4, 6, 7, 9) if mark)
    approximate, uncertain = "~" in marks or "%" in marks, "?" in marks or "%" in marks
    year, month, day = match.group(2), match.group(5), match.group(8)
    try:
        start, end, precision = _bounds(year, month, day)
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from None
    return _Date(start, end, precision, approximate or _is_season(month), uncertain)


def _is_season(month: str | None) -> bool:
    return bool(month) and month != "XX" and 21 <= int(month or 0) <= 32


def _bounds(year: str, month: str | None, day: str | None) -> tuple[date, date, Precision]:
    """First and last day. X is an unspecified digit: 201X is the decade, 2004-XX some month of 2004."""
    if "X" in year:
        if not re.fullmatch(r"\d+X+", year) or month not in (None, "XX"):
            raise ValueError("only the last digits of a year may be unspecified")
        first, last = max(1, int(year.replace("X", "0"))), int(year.replace("X", "9"))
        return date(first, 1, 1), date(last, 12, 31), Precision.YEAR
    number = int(year)
    if number == 0:
        raise ValueError("there is no year 0 here")
    if month is None or month == "XX":
        if day not in (None, "XX"):
            raise ValueError("a day needs its month")
        return date(number, 1, 1), date(number, 12, 31), Precision.YEAR
    if "X" in month or (day and "X" in day and day != "XX"):
        raise ValueError("a half-known month or day cannot be kept")
    if not 1 <= int(month) <= 12:
        if day is not None:
            raise ValueError(f"there is no month {month}")
        return *_part_of_year(number, int(month)), Precision.MONTH
    if day is None or day == "XX":
        return *month_span(number, int(month), 1), Precision.MONTH
    if not 1 <= int(day) <= month_length(number, int(month)):
        raise ValueError(f"there is no day {day} in that month")
    found = date(number, int(month), int(day))
    return found, found, Precision.DAY


def _part_of_year(year: int, code: int) -> tuple[date, date]:
    """Codes 21 to 41: seasons (no hemisphere, northern, southern), quarters, thirds and halves of a year."""
    if 21 <= code <= 28:
        return month_span(year, 3 * ((code - 21) % 4 + 1), 3)
    if 29 <= code <= 32:
        return month_span(year, (9, 12, 3, 6)[code - 29], 3)
    for first, count, months in ((33, 4, 3), (37, 3, 4), (40, 2, 6)):
        if first <= code < first + count:
            return month_span(year, (code - first) * months + 1, months)
    raise ValueError(f"there is no month, season or quarter {code}")
