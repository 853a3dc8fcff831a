"""What is refused when a period is typed in, though an import keeps and flags it."""

from __future__ import annotations

from .reasons import Reason
from .values import Flag, Reading

_REFUSED = {
    Flag.UNREADABLE: "entry_unreadable",
    Flag.IMPOSSIBLE_DATE: "entry_impossible",
    Flag.NO_YEAR: "entry_no_year",
}


def check_entry(reading: Reading) -> list[Reason]:
    """Problems that a person must mend before the period can be saved; empty when there is none.

    An interval that ends before it starts is refused on entry, whereas an import keeps it, flagged (UNIDO
    2013, table 4). So are text without any date, a day that its month does not have, and dates without a
    year.
    """
    problems = [
        Reason("entry_invalid", start=segment.start_text, end=segment.end_text)
        for segment in reading.segments
        if segment.invalid
    ]
    return problems + [Reason(code) for flag, code in _REFUSED.items() if flag in reading.flags]
