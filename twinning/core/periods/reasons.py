"""Why a text was read as it was: short sentences that can be shown, stored and translated.

Each sentence has a code that never changes and an English template that gettext can extract and translate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def gettext_noop(text: str) -> str:
    """Mark a text for extraction without translating it here: this package knows no language of a user."""
    return text


TEMPLATES: dict[str, str] = {
    # nothing to read
    "blank": gettext_noop("the cell is blank: no date is stated"),
    "unknown": gettext_noop("“%(words)s” says that no date is known"),
    "too_long": gettext_noop("the text has %(length)s characters; at most %(limit)s are read"),
    "unreadable": gettext_noop("not understood: “%(words)s”"),
    # words that are not dates
    "label": gettext_noop("kept as a label: “%(words)s”"),
    "partly_read": gettext_noop("“%(words)s” was not understood and may change the dates"),
    "second_dash": gettext_noop("a second dash joins more than two dates"),
    # open ends
    "ongoing": gettext_noop("“ongoing” has no end, which is not the same as blank"),
    "open_end": gettext_noop("no end is stated"),
    "open_or_not": gettext_noop("“from” without an end: read as not ended"),
    "open_or_not_alternative": gettext_noop("only the date itself, without “from”"),
    "trailing_dash": gettext_noop("a dash with nothing after it: perhaps not ended"),
    "ended_and_ongoing": gettext_noop("an end is printed and yet it says “ongoing”"),
    "no_start": gettext_noop("no start is stated"),
    # years
    "no_year": gettext_noop("no year is printed and none could be found nearby"),
    "year_shared": gettext_noop("the year printed once holds for the other dates of the cell"),
    "year_rolled": gettext_noop("the months run over a year's end, so one of them lies in the next year"),
    "year_rolled_alternative": gettext_noop("all dates in the printed year"),
    "year_neighbours": gettext_noop("no year is printed; %(year)s fits the rows around it"),
    "year_default": gettext_noop("no year is printed; %(year)s is the year of the sheet"),
    "year_status": gettext_noop("%(year)s, the last one before the status date"),
    "day_or_year": gettext_noop("“%(text)s” is read as a year, but may be a day"),
    "day_or_year_alternative": gettext_noop("“%(text)s” read as a day of the month"),
    # order of day and month
    "order_cell": gettext_noop("another date of the cell shows the order %(order)s"),
    "order_interval": gettext_noop("only %(order)s lets the interval end after it starts"),
    "order_given": gettext_noop("the order %(order)s was given for this sheet"),
    "order_sheet": gettext_noop("the other dates of the sheet show the order %(order)s"),
    "order_majority": gettext_noop("most other dates of the sheet show the order %(order)s"),
    "order_neighbours": gettext_noop("the order %(order)s fits the rows around it"),
    "order_default": gettext_noop("day and month cannot be told apart; read as %(order)s"),
    "order_alternative": gettext_noop("the same numbers read as %(order)s"),
    # fiscal years, quarters, seasons
    "fiscal": gettext_noop("a fiscal year starts in month %(month)s"),
    "fiscal_named": gettext_noop("a fiscal year with one number is taken to end in that year"),
    "fiscal_named_alternative": gettext_noop("the fiscal year that starts in that year"),
    "year_month": gettext_noop("“%(text)s” is read as year and month, but may be a fiscal year"),
    "short_years": gettext_noop("“%(text)s” is read as a fiscal year, but may be two calendar years"),
    "fiscal_pair": gettext_noop("“%(text)s” is read as a fiscal year, but may be a year and a month"),
    "year_pair": gettext_noop("“%(text)s” is read as two calendar years, but may be one fiscal year"),
    "fiscal_alternative": gettext_noop("the fiscal year “%(text)s”"),
    "year_month_alternative": gettext_noop("year and month “%(text)s”"),
    "edtf_season": gettext_noop("“%(text)s” is read as a season of ISO 8601-2, but may be two years"),
    "years_alternative": gettext_noop("the years “%(text)s”"),
    "season": gettext_noop("a season is read as three months of the northern hemisphere, about"),
    "season_alternative": gettext_noop("the winter that ends in that year"),
    # the title beside the cell
    "title_days": gettext_noop("the title gives the days and agrees with the cell"),
    "title_no_year": gettext_noop("the days in the title have no year; the year is that of the cell"),
    "title_only": gettext_noop("the cell is blank; the date stands in the title"),
    "title_disagrees": gettext_noop("the title gives other dates than the cell"),
    "title_alternative": gettext_noop("the dates of the title"),
    "cell_alternative": gettext_noop("the cell alone, without the title"),
    "title_year": gettext_noop("the title names the year %(year)s"),
    # tables and spreadsheets
    "spreadsheet": gettext_noop(
        "a spreadsheet shows a typed month and year like this; the day may be a year"
    ),
    "spreadsheet_alternative": gettext_noop("“%(text)s” as month and year"),
    "spreadsheet_stored": gettext_noop("the date that the spreadsheet stored, with the year of typing"),
    "serial": gettext_noop("%(text)s is read as the day number of a spreadsheet"),
    "serial_alternative": gettext_noop("a first of a month is often how a spreadsheet keeps a month"),
    "stored": gettext_noop("the spreadsheet holds this as a date"),
    # doubts about what is printed
    "impossible": gettext_noop("there is no day “%(text)s”; its month was kept"),
    "invalid": gettext_noop("the printed interval ends before it starts; kept as printed"),
    "invalid_month": gettext_noop("the end one or more months later"),
    "invalid_swapped": gettext_noop("start and end exchanged"),
    "invalid_year": gettext_noop("the end a year or more later"),
    "long": gettext_noop("%(months)s months is unusually long"),
    "long_alternative": gettext_noop("ending in the year in which it starts"),
    "either": gettext_noop("“or” names several dates; the first is taken"),
    "either_alternative": gettext_noop("the date after “or”"),
    "tentative": gettext_noop("called tentative"),
    "approximate": gettext_noop("the date is approximate"),
    "uncertain": gettext_noop("the date is marked as uncertain"),
    "several": gettext_noop("the text names %(count)s separate periods"),
    # data entry
    "entry_invalid": gettext_noop("the period ends (%(end)s) before it starts (%(start)s)"),
    "entry_unreadable": gettext_noop(
        "no date was understood; write for example “12 May 2010” or “Sep 2007 – Jan 2008”"
    ),
    "entry_impossible": gettext_noop("that month does not have this day"),
    "entry_no_year": gettext_noop("the year is missing"),
    "status_date": gettext_noop("ends on or after the status date %(date)s: planned or due, not done"),
}


class Reason(str):
    """An English sentence that also carries its code and parameters.

    It is a plain string wherever one is wanted; `translated` gives it in another language, and
    `to_json`/`from_json` keep it without loss. Parameters are strings.
    """

    code: str
    params: dict[str, str]

    def __new__(cls, code: str, **params: object) -> Reason:
        """KeyError for a code that has no template."""
        texts = {name: str(value) for name, value in params.items()}
        reason = super().__new__(cls, TEMPLATES[code] % texts)
        reason.code = code
        reason.params = texts
        return reason

    def translated(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language of `gettext`, a function from English template to template."""
        return gettext(TEMPLATES[self.code]) % self.params

    def to_json(self) -> dict[str, Any]:
        """{"code": ..., "params": {...}, "text": English sentence}."""
        return {"code": self.code, "params": dict(self.params), "text": str.__str__(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reason:
        """The inverse of `to_json`; KeyError for an unknown code."""
        return cls(data["code"], **data.get("params", {}))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.code, self.params)


def _rebuild(code: str, params: dict[str, str]) -> Reason:
    return Reason(code, **params)
