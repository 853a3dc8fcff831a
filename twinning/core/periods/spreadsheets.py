"""Cells that a spreadsheet keeps as dates: what it shows, and what may have been typed."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from .days import Precision
from .notes import Notes
from .reading import finish, read, read_with
from .reasons import Reason
from .values import Context, Reading, Segment

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

# One code or literal of a number format: quoted text, an escaped sign, a bracketed modifier, a run of one
# letter.
_CODE = re.compile(
    r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(am/pm|a/p)|(y+|m+|d+|h+|s+|0+)|(.)', re.IGNORECASE | re.DOTALL
)
_LITERALS_AND_MODIFIERS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')

# Format 14 is the short date of the reader's locale; files name it by its American form.
_LOCALE_DATE = {"mm-dd-yy": "m/d/yyyy"}
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 (cells have no time zone)


def serial_text(
    value: datetime | date | int | float, number_format: str = "General", date1904: bool = False
) -> str:
    """The text that a spreadsheet shows for a date: 2007-09-01 with "mmm-yy" is "Sep-07".

    `value`: a date, or a day number counted from 1900, or from 1904 with `date1904`. A number whose format
    is no date format, or that lies outside the calendar, is given as a plain number.
    """
    number_format = _first_section(number_format)
    codes = date_codes(number_format)
    if not isinstance(value, date):
        moment = _moment(value, date1904) if codes else None
        if moment is None:
            return _plain_number(value)
        value = moment
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not codes:
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return _render(value, number_format)


def _plain_number(value: int | float) -> str:
    """2007 for 2007.0; very large numbers as Python writes them."""
    return (
        str(int(value))
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        else str(value)
    )


def date_codes(number_format: str) -> frozenset[str]:
    """Which of y, m (month), d a number format shows; empty for a format that is no date format."""
    bare = _LITERALS_AND_MODIFIERS.sub("", _first_section(number_format)).lower()
    if bare in ("general", "@", "standard") or not re.search("[ymd]", bare):
        return frozenset()
    found = {code for code in "yd" if code in bare}
    if re.search("m", re.sub(r"h+\W*m+|m+\W*s+", "", bare)):
        found.add("m")
    return frozenset(found)


def read_cell(
    value: object, number_format: str = "General", context: Context | None = None, date1904: bool = False
) -> Reading:
    """Read a cell of a spreadsheet, whatever it holds; never raises for text, numbers, dates and None.

    A date that is shown with its day and year is that day. One that is shown without its day ("Sep-07") is
    the month. One that is shown without its year ("7-Sep") is doubtful: the spreadsheet may have made it
    out of a typed month and year, and its stored year is then the year of typing.
    """
    context = context or Context()
    if value is None:
        return read("", context)
    if isinstance(value, bool) or not isinstance(value, date | int | float):
        return read(str(value), context)
    text = serial_text(value, number_format, date1904)
    codes = date_codes(number_format)
    if isinstance(value, date):
        moment: date | None = value
        codes = codes or frozenset("ymd")
    else:
        moment = _moment(value, date1904) if codes else None
    if moment is None:
        return read(text, context)
    day = moment.date() if isinstance(moment, datetime) else moment
    notes = Notes()
    if {"y", "m", "d"} <= codes or codes == {"y", "m"}:
        precision = Precision.DAY if "d" in codes else Precision.MONTH
        notes.explain(Reason("stored"))
        return finish(text, (Segment(day, day, precision),), context, notes)
    if codes == {"m", "d"}:
        notes.offer((Segment(day, day, Precision.DAY),), Reason("spreadsheet_stored"))
    return read_with(text, context, notes)


def _first_section(number_format: str) -> str:
    section = number_format.split(";")[0]
    return _LOCALE_DATE.get(section.lower(), section)


def _moment(value: int | float, date1904: bool) -> datetime | None:
    """The date of a day number. Days before March 1900 are one off: spreadsheets count a 29 February 1900."""
    try:
        days = timedelta(days=float(value) + (not date1904 and 0 < value < 60))
        return (_EPOCH_1904 if date1904 else _EPOCH) + timedelta(seconds=round(days.total_seconds()))
    except (OverflowError, ValueError):
        return None


def _render(moment: datetime, number_format: str) -> str:
    pieces: list[str] = []
    minutes = False  # after hours, "mm" means minutes
    twelve = re.search(r"am/pm|a/p", number_format, re.IGNORECASE) is not None
    for match in _CODE.finditer(number_format):
        quoted, escaped, half_day, code, sign = match.groups()
        if code:
            before_seconds = re.match(r"[^a-z]*s", number_format[match.end() :], re.IGNORECASE)
            is_minutes = code[0] in "mM" and (minutes or before_seconds is not None)
            pieces.append(_code(moment, code.lower(), is_minutes, twelve))
            minutes = code[0] in "hH"
        elif half_day:
            pieces.append("AM" if moment.hour < 12 else "PM")
        else:
            pieces.append(quoted or escaped or sign or "")
    return "".join(pieces).strip()


def _code(moment: datetime, code: str, is_minutes: bool, twelve: bool) -> str:
    letter, width = code[0], len(code)
    if letter == "y":
        return f"{moment.year:04d}" if width > 2 else f"{moment.year % 100:02d}"
    if letter == "d":
        if width > 2:
            name = _WEEKDAYS[moment.weekday()]
            return name if width > 3 else name[:3]
        return str(moment.day).zfill(width)
    if letter == "m" and not is_minutes:
        name = _MONTHS[moment.month - 1]
        return str(moment.month).zfill(width) if width < 3 else name[: {3: 3, 5: 1}.get(width, len(name))]
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    number = {"h": hour, "m": moment.minute, "s": moment.second}.get(letter, 0)
    return str(number).zfill(min(width, 2))
