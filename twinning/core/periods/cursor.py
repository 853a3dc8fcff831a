"""A date as it is written, and looking at the tokens around a place: the ground for the forms in `points`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .lexer import Token
from .vocabulary import Kind

# Two-digit years: 00 to 69 are 2000 to 2069, 70 to 99 are 1970 to 1999 (the convention of POSIX, less one
# year).
PIVOT = 70


class Unit(StrEnum):
    """What a point covers."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    SEASON = "season"
    FISCAL = "fiscal"
    YEAR = "year"


class Shape(StrEnum):
    """How a point is written, where that leaves a choice."""

    PLAIN = "plain"
    NUMERIC = "numeric"  # 5/9/2009: `numbers` holds the two numbers before the year, in the order written
    DAY_OR_YEAR = "day or year"  # Dec 10: `numbers` holds (10,)
    YEAR_MONTH = "year and month"  # 2009-10, which may be a fiscal year
    FISCAL_PAIR = "fiscal pair"  # 2009/10, which may be a year and month
    FISCAL_NAMED = "fiscal named"  # FY 2010
    SHORT_YEARS = "short years"  # 2012-13
    FISCAL_PART = "fiscal part"  # Q1 FY 2009-10
    DAY_MONTH = "day-month"  # 7-Sep, which may be a spreadsheet's rendering of Sep-07


@dataclass(frozen=True, slots=True)
class Point:
    """One date as written. None: not written. `part`: number of the quarter, half or season."""

    unit: Unit
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: int = 0
    shape: Shape = Shape.PLAIN
    numbers: tuple[int, ...] = ()
    weak: bool = False  # a month name that is also an everyday word
    digits_only: bool = False


class Tokens:
    """The tokens of a text with the small look-aheads that all forms share."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.all = tokens
        self.last_month = self._last(Kind.MONTH)
        self.last_unit = max(self._last(Kind.MONTH_UNIT), self._last(Kind.YEAR_UNIT))

    def _last(self, kind: Kind) -> int:
        """Place of the last token of a kind, so that no one looks for it in vain; -1 for none."""
        return max((place for place, token in enumerate(self.all) if token.kind is kind), default=-1)

    def kind(self, index: int) -> Kind | None:
        """Kind of the token at `index`, None beyond the end."""
        return self.all[index].kind if 0 <= index < len(self.all) else None

    def is_sign(self, index: int, signs: str, *, glued: bool = False) -> bool:
        """True when the token is one of the signs; with `glued`, touching its neighbours on both sides."""
        if self.kind(index) is not Kind.PUNCTUATION or self.all[index].text not in signs:
            return False
        return not glued or (
            self.all[index].glued and index + 1 < len(self.all) and self.all[index + 1].glued
        )

    def slice(self, start: int, end: int) -> str:
        """The text from token `start` up to, not including, token `end`."""
        return self.text[self.all[start].start : self.all[end - 1].end] if end > start else ""

    def skip(self, index: int, signs: str = "") -> int:
        """Behind one optional sign and any fillers ("of", "de")."""
        while self.kind(index) is Kind.FILLER:
            index += 1
        if signs and self.is_sign(index, signs):
            index += 1
        while self.kind(index) is Kind.FILLER:
            index += 1
        return index

    # --- numbers ------------------------------------------------------------------------------------------

    def number(self, index: int, digits: Sequence[int] = (1, 2)) -> int | None:
        """The number at `index` when it is written with so many digits."""
        if self.kind(index) is not Kind.NUMBER or len(self.all[index].text) not in digits:
            return None
        return self.all[index].value

    def day(self, index: int) -> tuple[int, int] | None:
        """A day of the month, with or without ordinal ending or day unit: (day, place behind it)."""
        value = self.number(index)
        if value is None or not 1 <= value <= 31:
            return None
        index += 1
        return value, index + 1 if self.kind(index) in (Kind.ORDINAL, Kind.DAY_UNIT) else index

    def year(self, index: int, *, short: bool = False) -> tuple[int, int] | None:
        """A year of four digits, or of two where `short`, an apostrophe or a unit allows it."""
        apostrophe = self.is_sign(index, "'")
        if apostrophe:
            index += 1
        unit = self.kind(index + 1) is Kind.YEAR_UNIT
        value = self.number(index, (4, 2) if short or apostrophe or unit else (4,))
        if value is None or (value == 0 and len(self.all[index].text) == 4):
            return None
        if len(self.all[index].text) == 2:
            value = full_year(value)
        return value, index + 1 + unit

    def is_four_digit_year(self, index: int) -> bool:
        """True for a number of four digits."""
        return self.number(index, (4,)) is not None


def full_year(two_digits: int) -> int:
    """The year meant by two digits (see PIVOT)."""
    return two_digits + (2000 if two_digits < PIVOT else 1900)
