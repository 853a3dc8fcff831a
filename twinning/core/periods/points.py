"""Single dates as they are written: a day, a month, a quarter, a year, with whatever the text leaves open.

Each `_form` looks at the tokens from one place on and answers with the date and the place behind it, or
None. The first form that fits wins, so they are listed from the most to the least demanding. Nothing is
decided here that needs other dates: missing years and the order of day and month are settled later
(`resolving`).
"""

from __future__ import annotations

from dataclasses import replace

from .cursor import Point, Shape, Tokens, Unit, full_year
from .vocabulary import ROMAN, WEAK_MONTHS, Kind

_WEAK = frozenset(WEAK_MONTHS)

Found = tuple[Point, int] | None


def find_point(tokens: Tokens, index: int) -> Found:
    """The date that starts at token `index`, or None."""
    if tokens.kind(index) in _STARTS or tokens.is_sign(index, "'"):
        for form in _FORMS:
            found = form(tokens, index)
            if found:
                return found
    return None


# --- parts of years: quarters, halves, seasons, fiscal years ----------------------------------------------


def _part_form(tokens: Tokens, index: int) -> Found:
    """Q3 2010, 3rd quarter of 2010, III trimestre 2010, H1 FY 2009-10, spring 2010; or year first."""
    fiscal_first = _fiscal_form(tokens, index)
    if fiscal_first:
        part = _part(tokens, tokens.skip(fiscal_first[1], "-/,."))
        if part and part[0] is not Unit.SEASON:
            point = Point(part[0], tokens.slice(index, part[2]), fiscal_first[0].year, part=part[1])
            return replace(point, shape=Shape.FISCAL_PART), part[2]
        return None
    year_first = tokens.year(index)
    if year_first:
        year, after = year_first
        part = _part(tokens, tokens.skip(after, "-/,."))
        if part:
            unit, number, end = part
            return Point(unit, tokens.slice(index, end), year, part=number), end
        return None
    part = _part(tokens, index)
    if not part:
        return None
    unit, number, after = part
    after = tokens.skip(after, "-/,.")
    fiscal = _fiscal_form(tokens, after)
    if fiscal:
        point, end = fiscal
        return Point(unit, tokens.slice(index, end), point.year, part=number, shape=Shape.FISCAL_PART), end
    found = tokens.year(after, short=True)
    if not found:
        # A part of an unnamed year counts when a range goes on: "Q1 - Q3 2010". A bare season is just a word.
        if unit is Unit.SEASON and tokens.kind(after) is not Kind.SEASON:
            return None
        return Point(unit, tokens.slice(index, part[2]), part=number), part[2]
    year, end = found
    return Point(unit, tokens.slice(index, end), year, part=number), end


def behind_half_of_month(tokens: Tokens, index: int) -> int | None:
    """The place of the month in "second half of March", or None."""
    part = _part(tokens, index)
    if not part or part[0] is not Unit.HALF:
        return None
    at = tokens.skip(part[2])
    return at if tokens.kind(at) is Kind.MONTH else None


def _part(tokens: Tokens, index: int) -> tuple[Unit, int, int] | None:
    """A quarter, half or season without its year: (unit, number, place behind it)."""
    kind = tokens.kind(index)
    if kind is Kind.SEASON:
        return Unit.SEASON, tokens.all[index].value, index + 1
    if kind is Kind.HALF and tokens.all[index].value:
        return Unit.HALF, tokens.all[index].value, index + 1
    if kind in _PART_UNITS:
        after = tokens.skip(index + 1, "-.")
        number = _small_number(tokens, after)
        return _checked_part(tokens, index, number, after + 1)
    number = _small_number(tokens, index)
    if number is None:
        return None
    after = index + 1
    if tokens.kind(after) is Kind.ORDINAL and not tokens.all[after].value:
        after += 1
    after = tokens.skip(after, "-.")
    return _checked_part(tokens, after, number, after + 1)


def _checked_part(tokens: Tokens, unit_at: int, number: int | None, end: int) -> tuple[Unit, int, int] | None:
    kind = tokens.kind(unit_at)
    if number is None or kind not in _PART_UNITS:
        return None
    unit, largest = _PART_UNITS[kind]
    return (unit, number, end) if 1 <= number <= largest else None


_PART_UNITS: dict[Kind | None, tuple[Unit, int]] = {
    Kind.QUARTER: (Unit.QUARTER, 4),
    Kind.HALF: (Unit.HALF, 2),
}


def _small_number(tokens: Tokens, index: int) -> int | None:
    """3, third or III."""
    kind = tokens.kind(index)
    if kind is Kind.ORDINAL and tokens.all[index].value:
        return tokens.all[index].value
    if kind is Kind.WORD:
        return ROMAN.get(tokens.all[index].text)
    return tokens.number(index, (1,))


def _fiscal_form(tokens: Tokens, index: int) -> Found:
    """FY 2009-10, FY 2009/2010, FY10."""
    if tokens.kind(index) is not Kind.FISCAL:
        return None
    first = tokens.year(tokens.skip(index + 1, "-."), short=True)
    if not first:
        return None
    year, end = first
    second = tokens.year(end + 1, short=True) if tokens.is_sign(end, "-/") else None
    if second and second[0] == year + 1:
        return Point(Unit.FISCAL, tokens.slice(index, second[1]), year), second[1]
    return Point(Unit.FISCAL, tokens.slice(index, end), year - 1, shape=Shape.FISCAL_NAMED), end


# --- numbers only -----------------------------------------------------------------------------------------


def _numeric_form(tokens: Tokens, index: int) -> Found:
    """2010-01-30, 30/01/2010, 1/30/10, 30.1.2010, 2010. 1. 30."""
    first = tokens.number(index, (1, 2, 4))
    if first is None or not tokens.is_sign(index + 1, "-/."):
        return None
    sign = tokens.all[index + 1].text
    glued = sign == "-"  # with blanks around it a dash is between two dates, not inside one
    if not (tokens.is_sign(index + 1, sign, glued=glued) and tokens.is_sign(index + 3, sign, glued=glued)):
        return None
    second, third = tokens.number(index + 2), tokens.number(index + 4, (1, 2, 4))
    if second is None or third is None or _continues(tokens, index + 5, sign):
        return None
    end, text = index + 5, tokens.slice(index, index + 5)
    if len(tokens.all[index].text) == 4:
        if not (first and 1 <= second <= 12 and 1 <= third <= 31 and len(tokens.all[index + 4].text) < 4):
            return None
        end += sign == "." and tokens.is_sign(end, ".")
        return Point(Unit.DAY, text, first, second, third, digits_only=True), end
    if len(tokens.all[index + 4].text) == 1:
        return None
    year = full_year(third) if len(tokens.all[index + 4].text) == 2 else third
    if not year or not _can_be_day_and_month(first, second):
        return None
    return Point(Unit.DAY, text, year, shape=Shape.NUMERIC, numbers=(first, second), digits_only=True), end


def _continues(tokens: Tokens, index: int, sign: str) -> bool:
    """True for the fourth member of 1.2.3.4, which is no date."""
    return tokens.is_sign(index, sign, glued=True) and tokens.kind(index + 1) is Kind.NUMBER and sign != "-"


def _can_be_day_and_month(one: int, other: int) -> bool:
    return 1 <= min(one, other) <= 12 and max(one, other) <= 31


def _day_month_numbers_form(tokens: Tokens, index: int) -> Found:
    """30/1 or 30.1. without a year, as before "- 3/2/2010"."""
    first, second = tokens.number(index), tokens.number(index + 2)
    if first is None or second is None or not tokens.is_sign(index + 1, "/."):
        return None
    sign = tokens.all[index + 1].text
    if not _can_be_day_and_month(first, second) or _continues(tokens, index + 3, "/"):
        return None
    end = index + 3 + (sign == "." and tokens.is_sign(index + 3, "."))
    text = tokens.slice(index, index + 3)
    return Point(Unit.DAY, text, shape=Shape.NUMERIC, numbers=(first, second), digits_only=True), end


def _year_month_numbers_form(tokens: Tokens, index: int) -> Found:
    """2010-01, 2010/1, 2010.01; 01/2010; and the pairs 2009-10 and 2009/10, which may be fiscal years."""
    if not tokens.is_sign(index + 1, "-/.") or not tokens.is_sign(index + 1, "-/.", glued=True):
        return None
    sign, text, end = tokens.all[index + 1].text, tokens.slice(index, index + 3), index + 3
    month, year = tokens.number(index), tokens.number(index + 2, (4,))
    if month and year and 1 <= month <= 12:
        return Point(Unit.MONTH, text, year, month, digits_only=True), end
    year, second = tokens.number(index, (4,)), tokens.number(index + 2)
    if not year or second is None or _continues(tokens, end, sign):
        return None
    follows = second == (year + 1) % (100 if len(tokens.all[index + 2].text) == 2 else 10)
    if follows and (sign == "/" or second > 12 or second == 0):
        shape = Shape.FISCAL_PAIR if 1 <= second <= 12 else Shape.SHORT_YEARS
        return Point(Unit.FISCAL, text, year, second, shape=shape, digits_only=True), end
    if not 1 <= second <= 12:
        return None
    shape = Shape.YEAR_MONTH if follows else Shape.PLAIN
    return Point(Unit.MONTH, text, year, second, shape=shape, digits_only=True), end


def _compact_form(tokens: Tokens, index: int) -> Found:
    """20100130."""
    value = tokens.number(index, (8,))
    if value is None:
        return None
    year, month, day = value // 10000, value // 100 % 100, value % 100
    if not (1900 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Point(Unit.DAY, tokens.slice(index, index + 1), year, month, day, digits_only=True), index + 1


# --- months by name or unit -------------------------------------------------------------------------------


def _units_form(tokens: Tokens, index: int) -> Found:
    """2010년 1월 30일, 2010년 1월, 1월 30일, 1월, and 31일 alone after another date."""
    start = index
    year, index = year_before_unit(tokens, index)
    month = tokens.number(index)
    if month is not None and tokens.kind(index + 1) is Kind.MONTH_UNIT and 1 <= month <= 12:
        index += 2
        day = tokens.day(index)
        if day and tokens.kind(day[1] - 1) is Kind.DAY_UNIT:
            return Point(Unit.DAY, tokens.slice(start, day[1]), year, month, day[0]), day[1]
        return Point(Unit.MONTH, tokens.slice(start, index), year, month), index
    day = tokens.day(index)
    if year is None and day and tokens.kind(index + 1) is Kind.DAY_UNIT:
        return Point(Unit.DAY, tokens.slice(start, day[1]), day=day[0]), day[1]
    return None


def year_before_unit(tokens: Tokens, index: int) -> tuple[int | None, int]:
    """The year of "2010년 1월", "2010. 1월" and the place of the month; None where no year is written."""
    found = tokens.year(index) if tokens.last_unit >= index else None
    if not found:
        return None, index
    at = tokens.skip(found[1], ".-/")
    has_unit = tokens.kind(found[1] - 1) is Kind.YEAR_UNIT
    return (found[0], at) if has_unit or tokens.kind(at + 1) is Kind.MONTH_UNIT else (None, index)


def _day_first_form(tokens: Tokens, index: int) -> Found:
    """30 January 2010, 12th Oct 09, 1er mars, 3Feb, 7-Sep."""
    found = tokens.day(index)
    if not found:
        return None
    day, after = found
    at = tokens.skip(after, "-/.,")
    if tokens.kind(at) is not Kind.MONTH:
        return None
    month, weak = named_month(tokens, at)
    year = year_after_month(tokens, at + 1)
    end = year[1] if year else at + 1
    bare = not year and at == after + 1 and tokens.is_sign(after, "-", glued=True)
    return Point(
        Unit.DAY,
        tokens.slice(index, end),
        year[0] if year else None,
        month,
        day,
        shape=Shape.DAY_MONTH if bare else Shape.PLAIN,
        weak=weak and not year,
    ), end


def named_month(tokens: Tokens, index: int) -> tuple[int, bool]:
    """The month at `index` and whether its name is an everyday word, written without a capital."""
    token = tokens.all[index]
    capital = tokens.text[token.start].isupper()
    return token.value, token.text in _WEAK and not capital


def year_after_month(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """The year behind "30 January": four digits, or two that cannot be the day of a following month."""
    if tokens.is_sign(index, "."):  # of the abbreviation
        index += 1
    plain = tokens.skip(index, ",-/.")
    found = tokens.year(plain)
    if found:
        return found
    if tokens.is_sign(index, "-/") and not tokens.is_sign(index, "-/", glued=True):
        return None  # "12 Jan - 14 Feb"
    found = tokens.year(tokens.skip(index, "-/"), short=True)
    if not found or tokens.kind(found[1]) in (Kind.MONTH, Kind.ORDINAL, Kind.TIME, Kind.MONTH_UNIT):
        return None  # "30 Jan 03 Feb"
    starts_next = tokens.is_sign(found[1], "-/.", glued=True) and tokens.kind(found[1] + 1) is Kind.MONTH
    return None if starts_next else found  # "30-Jan-03-Feb"


def _month_first_form(tokens: Tokens, index: int) -> Found:
    """January 30, 2010; January 2010; Sep-07; Jan '10; June 12; January."""
    if tokens.kind(index) is not Kind.MONTH:
        return None
    month, weak = named_month(tokens, index)
    after = index + 1
    if tokens.is_sign(after, "."):
        after += 1

    def point(
        unit: Unit, end: int, year: int | None, day: int | None = None, shape: Shape = Shape.PLAIN
    ) -> Found:
        text = tokens.slice(index, end)
        numbers = (tokens.all[end - 1].value,) if shape is Shape.DAY_OR_YEAR else ()
        return Point(unit, text, year, month, day, shape=shape, numbers=numbers, weak=weak and not year), end

    at = tokens.skip(after, "-/,")
    if year := tokens.year(at):
        return point(Unit.MONTH, year[1], year[0])
    day = tokens.day(at)
    if day and (year := _year_after_day(tokens, day[1])):
        return point(Unit.DAY, year[1], year[0], day[0])
    short = tokens.number(at, (2,))
    ordinal = tokens.kind(at + 1) is Kind.ORDINAL
    dashed = tokens.is_sign(at - 1, "-/")
    if short is not None and not ordinal and (dashed or short > 31 or tokens.all[at].text[0] == "0"):
        return point(Unit.MONTH, at + 1, full_year(short))
    if day and at == after + dashed and not tokens.is_sign(at - 1, ","):
        if short is not None and not ordinal:
            return point(Unit.MONTH, at + 1, None, shape=Shape.DAY_OR_YEAR)
        return point(Unit.DAY, day[1], None, day[0])
    return point(Unit.MONTH, after, None)


def _year_after_day(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """The year behind "January 30": ", 2010", "-2010" or " '10"."""
    return tokens.year(tokens.skip(index, ",-/."))


def _year_first_form(tokens: Tokens, index: int) -> Found:
    """2010 January 30, 2010-Jan-30, 2010 January."""
    found = tokens.year(index)
    if not found:
        return None
    year, after = found
    at = tokens.skip(after, "-/") if tokens.is_sign(after, "-/", glued=True) else tokens.skip(after)
    if tokens.kind(at) is not Kind.MONTH:
        return None
    month, _ = named_month(tokens, at)
    if _month_has_own_number(tokens, at):
        return None
    end = at + 1 + tokens.is_sign(at + 1, ".")
    day = tokens.day(tokens.skip(end, "-/"))
    if day and tokens.kind(day[1]) is not Kind.MONTH and not tokens.is_four_digit_year(day[1]):
        return Point(Unit.DAY, tokens.slice(index, day[1]), year, month, day[0]), day[1]
    return Point(Unit.MONTH, tokens.slice(index, end), year, month), end


def _month_has_own_number(tokens: Tokens, at: int) -> bool:
    """In "2009 March 2010" and "2008 Oct-09" the month belongs to what follows, not to the year before it."""
    after = tokens.skip(at + 1, "-/,.'")
    return tokens.is_four_digit_year(after) or (
        tokens.is_sign(at + 1, "-/'") and tokens.number(at + 2, (2,)) is not None
    )


def _year_form(tokens: Tokens, index: int) -> Found:
    """2010; 2010년; '10."""
    found = tokens.year(index)
    if not found:
        return None
    year, end = found
    return Point(Unit.YEAR, tokens.slice(index, end), year, digits_only=True), end


_STARTS = {
    Kind.NUMBER, Kind.MONTH, Kind.QUARTER, Kind.HALF, Kind.SEASON, Kind.FISCAL, Kind.ORDINAL, Kind.WORD,
}  # fmt: skip
_FORMS = (
    _part_form,
    _fiscal_form,
    _numeric_form,
    _compact_form,
    _units_form,
    _day_first_form,
    _month_first_form,
    _year_first_form,
    _year_month_numbers_form,
    _year_form,
    _day_month_numbers_form,
)
