"""Period texts ("Sep-07", "Dec and Feb 2010", "Ongoing") read into segments with a stated precision.

What was printed is kept unchanged; beside it stand the segments understood, why, and what else they may
mean. Pure: no database, no clock. See docs/periods.md.
"""

from .days import Precision
from .edtf_reading import from_edtf
from .entry import check_entry
from .printing import display, languages
from .reading import read
from .reasons import Reason
from .sheet import order_votes, read_sheet
from .spreadsheets import read_cell, serial_text
from .values import DOUBTFUL, Alternative, Context, DayOrder, Flag, Reading, Segment, bounds

__all__ = [
    "DOUBTFUL",
    "Alternative",
    "Context",
    "DayOrder",
    "Flag",
    "Precision",
    "Reading",
    "Reason",
    "Segment",
    "bounds",
    "check_entry",
    "display",
    "from_edtf",
    "languages",
    "order_votes",
    "read",
    "read_cell",
    "read_sheet",
    "serial_text",
]
