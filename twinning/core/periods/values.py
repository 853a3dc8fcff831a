"""The values that reading a period text gives: segments, flags, a reading with its alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from .days import Precision, coarser, date_text, first_day, last_day, parse_date_text
from .edtf_writing import write_segment, write_segments
from .reasons import Reason


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of time as it was stated.

    `start` is the first and `end` the last possible day, inclusive. `start` None: not stated. `end` None:
    open ("ongoing"), never "today". Dates are moved to the first or last day of their month or year, so
    that a segment of precision month always starts on a first and ends on a last day. `invalid` is
    computed: the printed end lies before the start, and both are kept as printed.
    """

    start: date | None
    end: date | None
    precision: Precision
    end_precision: Precision | None = None
    label: str = ""
    approximate: bool = False
    uncertain: bool = False
    invalid: bool = False

    def __post_init__(self) -> None:
        end_precision = self.end_precision or self.precision
        if self.start is None:
            # Without a start there is one precision only, that of the end; without both, nothing is claimed.
            object.__setattr__(self, "precision", end_precision if self.end else Precision.YEAR)
        else:
            object.__setattr__(self, "start", first_day(self.start, self.precision))
        if self.end is not None:
            object.__setattr__(self, "end", last_day(self.end, end_precision))
        differs = self.start is not None and self.end is not None and end_precision is not self.precision
        object.__setattr__(self, "end_precision", end_precision if differs else None)
        object.__setattr__(self, "invalid", bool(self.start and self.end and self.end < self.start))

    @property
    def is_open(self) -> bool:
        """True when no end is stated, as for "ongoing"."""
        return self.end is None

    @property
    def coarsest(self) -> Precision:
        """The less exact of the precisions of start and end."""
        return coarser(self.precision, self.end_precision or self.precision)

    @property
    def edtf(self) -> str:
        """The segment as EDTF level 0 or 1, e.g. "2010-01-30/2010-02-03"; an invalid one as printed."""
        return write_segment(self)

    @property
    def start_text(self) -> str | None:
        """'YYYY', 'YYYY-MM' or 'YYYY-MM-DD' by precision; None where no start is stated."""
        return date_text(self.start, self.precision) if self.start else None

    @property
    def end_text(self) -> str | None:
        """Like `start_text`, for the end; None where it is open."""
        return date_text(self.end, self.end_precision or self.precision) if self.end else None

    def to_json(self) -> dict[str, Any]:
        """Texts, booleans and None under the names of the fields; dates as `start_text` and `end_text`."""
        return {
            "start": self.start_text,
            "end": self.end_text,
            "precision": self.precision.value,
            "end_precision": self.end_precision.value if self.end_precision else None,
            "label": self.label,
            "approximate": self.approximate,
            "uncertain": self.uncertain,
            "invalid": self.invalid,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Segment:
        """The inverse of `to_json`; only start, end and precision are required. ValueError for a bad date."""
        start, end = data["start"], data["end"]
        end_precision = data.get("end_precision")
        return cls(
            parse_date_text(start)[0] if start else None,
            parse_date_text(end)[0] if end else None,
            Precision(data["precision"]),
            Precision(end_precision) if end_precision else None,
            label=data.get("label", ""),
            approximate=bool(data.get("approximate")),
            uncertain=bool(data.get("uncertain")),
        )


class Flag(StrEnum):
    """What is noteworthy about a reading. The words are stable: they are stored and exported."""

    ONGOING = "ongoing"  # an end is expressly open
    BLANK = "blank"  # nothing is printed
    UNKNOWN = "unknown"  # a placeholder is printed: n/a, tbd
    UNREADABLE = "unreadable"  # printed, and no date was understood
    PARTLY_READ = "partly_read"  # words or numbers were left that may change the dates
    LABELLED = "labelled"  # words were left and kept as a label
    SEVERAL_PIECES = "several_pieces"  # more than one segment
    NO_YEAR = "no_year"  # no year is printed and none was found
    YEAR_FROM_CONTEXT = (
        "year_from_context"  # the year comes from the rows around, the sheet or the cell beside
    )
    YEAR_SHARED = "year_shared"  # one printed year serves several dates
    YEAR_ROLLED = "year_rolled"  # a date without a year was put into the year before or after the printed one
    DAY_MONTH_ORDER = "day_month_order"  # day and month could not be told apart from the text
    DAY_ORDER_FROM_SHEET = (
        "day_order_from_sheet"  # order of day and month proved elsewhere in the sheet, or given
    )
    DAY_OR_YEAR = "day_or_year"  # "Dec 10" is a year or a day
    FISCAL_YEAR = "fiscal_year"  # read as a fiscal year
    FISCAL_OR_CALENDAR = "fiscal_or_calendar"  # may or may not be a fiscal year
    SEASON = "season"  # spring, summer ... read as three months
    APPROXIMATE = "approximate"  # "about", "mid", "~"
    UNCERTAIN = "uncertain"  # "?", "perhaps"
    TENTATIVE = "tentative"  # the cell or the title says tentative, provisional
    EITHER = "either"  # "or" between dates: the first was taken
    OPEN_OR_NOT = "open_or_not"  # "from March 2010": perhaps open, perhaps not
    DATES_FROM_TITLE = "dates_from_title"  # the days stand in the title and agree with the cell
    TITLE_ONLY = "title_only"  # the cell is blank, the date stands in the title
    TITLE_DISAGREES = "title_disagrees"  # the title gives other days than the cell
    INVALID_AS_PRINTED = "invalid_as_printed"  # an interval ends before it starts
    IMPOSSIBLE_DATE = "impossible_date"  # a day that its month does not have
    LONG = "long"  # more than two years between months or days
    SPREADSHEET_DATE = "spreadsheet_date"  # perhaps a month and year that a spreadsheet turned into a day
    SERIAL_NUMBER = "serial_number"  # a bare day number of a spreadsheet
    AT_OR_AFTER_STATUS_DATE = (
        "at_or_after_status_date"  # ends on or after the date of the sheet: due or planned
    )


# A reading with one of these is shown to a person, who confirms or corrects it.
DOUBTFUL = frozenset(
    {
        Flag.UNREADABLE,
        Flag.PARTLY_READ,
        Flag.NO_YEAR,
        Flag.YEAR_FROM_CONTEXT,
        Flag.YEAR_ROLLED,
        Flag.DAY_MONTH_ORDER,
        Flag.DAY_OR_YEAR,
        Flag.FISCAL_OR_CALENDAR,
        Flag.SEASON,
        Flag.EITHER,
        Flag.OPEN_OR_NOT,
        Flag.TITLE_ONLY,
        Flag.TITLE_DISAGREES,
        Flag.INVALID_AS_PRINTED,
        Flag.IMPOSSIBLE_DATE,
        Flag.LONG,
        Flag.SPREADSHEET_DATE,
        Flag.SERIAL_NUMBER,
    }
)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another possible reading and why it is possible (a `Reason` when it comes from this package)."""

    segments: tuple[Segment, ...]
    reason: str

    def to_json(self) -> dict[str, Any]:
        """{"segments": [...], "reason": {"code", "params", "text"} or a plain text}."""
        reason = self.reason.to_json() if isinstance(self.reason, Reason) else self.reason
        return {"segments": [segment.to_json() for segment in self.segments], "reason": reason}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Alternative:
        """The inverse of `to_json`."""
        reason = data["reason"]
        return cls(
            tuple(Segment.from_json(segment) for segment in data["segments"]),
            Reason.from_json(reason) if isinstance(reason, dict) else str(reason),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says: the text unchanged, and beside it the segments understood."""

    raw: str
    segments: tuple[Segment, ...] = ()
    flags: tuple[Flag, ...] = ()
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def start(self) -> date | None:
        """The earliest day of the valid segments; None where none is stated."""
        return min((s.start for s in self.segments if s.start and not s.invalid), default=None)

    @property
    def end(self) -> date | None:
        """The latest day of the valid segments; None where one of them is open or nothing is stated."""
        valid = [segment for segment in self.segments if not segment.invalid]
        if any(segment.is_open for segment in valid):
            return None
        return max((segment.end for segment in valid if segment.end), default=None)

    @property
    def edtf(self) -> str:
        """One EDTF string (levels 0 to 2) for the valid segments; "" where there is none."""
        return write_segments([segment for segment in self.segments if not segment.invalid])

    @property
    def is_certain(self) -> bool:
        """True when no person needs to confirm the reading."""
        return DOUBTFUL.isdisjoint(self.flags)

    @property
    def is_ongoing(self) -> bool:
        """True when the text expressly leaves the end open."""
        return any(segment.is_open for segment in self.segments)

    def to_json(self) -> dict[str, Any]:
        """raw, edtf, certain, segments, flags, reasons, alternatives, in plain JSON values."""
        return {
            "raw": self.raw,
            "edtf": self.edtf,
            "certain": self.is_certain,
            "segments": [segment.to_json() for segment in self.segments],
            "flags": [flag.value for flag in self.flags],
            "reasons": [reason.to_json() for reason in self.reasons],
            "alternatives": [alternative.to_json() for alternative in self.alternatives],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reading:
        """The inverse of `to_json`; edtf and certain are computed. KeyError or ValueError for bad data."""
        return cls(
            raw=data["raw"],
            segments=tuple(Segment.from_json(segment) for segment in data["segments"]),
            flags=tuple(Flag(flag) for flag in data["flags"]),
            reasons=tuple(Reason.from_json(reason) for reason in data["reasons"]),
            alternatives=tuple(Alternative.from_json(item) for item in data["alternatives"]),
        )


class DayOrder(StrEnum):
    """Which number comes first in 5/9/2009."""

    DMY = "dmy"
    MDY = "mdy"

    @property
    def other(self) -> DayOrder:
        """The opposite order."""
        return DayOrder.MDY if self is DayOrder.DMY else DayOrder.DMY

    @property
    def words(self) -> str:
        """For sentences: "day/month" or "month/day"."""
        return "day/month" if self is DayOrder.DMY else "month/day"


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the text of one cell. Everything may be left out.

    title: the title of the row. before, after: readings of the rows above and below, nearest first; only
    those with a start help. day_order: the order of the sheet, as a person stated it. order_votes: how many
    dates of the sheet can only be day/month and only month/day. status_date: the sheet tells how things
    stood on that day. fiscal_year_start: month in which a fiscal year starts (India: 4). default_year: year
    of the sheet, for dates without one. short_years: the sheet is known to write "Mar 10" for a month and
    year.
    """

    title: str = ""
    before: tuple[Reading, ...] = ()
    after: tuple[Reading, ...] = ()
    day_order: DayOrder | None = None
    order_votes: tuple[int, int] = (0, 0)
    status_date: date | None = None
    fiscal_year_start: int = 4
    default_year: int | None = None
    short_years: bool = False


def bounds(segments: Sequence[Segment]) -> tuple[date | None, date | None]:
    """The first and the last day that any of the segments may mean; None where none states one."""
    starts = [segment.start for segment in segments if segment.start]
    ends = [segment.end for segment in segments if segment.end]
    return min(starts, default=None), max(ends, default=None)
