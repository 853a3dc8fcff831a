"""The activity status report as people read it: HTML for a page, and the same set as a PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.reports.activity_status import ActivityStatus, ClusterTable, Line, month_of
from activities.reports.status_data import write_csv
from activities.rules import Status
from twinning.core import charts
from twinning.core.pdf import Embedded, html_to_pdf
from twinning.core.periods import Precision, Segment, display
from twinning.core.reports import Imprint, canonical

# Beyond these the paper says so and points to the data inside it; setting a row takes milliseconds.
ROWS_ON_PAPER = 5_000
BARS_IN_A_PICTURE = 42  # as many as stand on one page under their caption
BARS_ON_PAPER = 210
PICTURE_WIDTH = 720
_FONTS = "Noto Sans, DejaVu Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class ShownLine:
    number: int
    title: str
    date_text: str
    reading: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Note:
    letter: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class ShownTable:
    """One cluster's part of the report, in the words of its language."""

    anchor: str
    name: str
    heading: str
    total: int
    counts: list[tuple[str, int]]
    lines: list[ShownLine]
    notes: list[Note]
    cut: str
    pictures: list[str]
    picture_cut: str


def html(data: dict[str, Any], imprint: Imprint) -> str:
    """The body of the report for a page."""
    with translation.override(imprint.language):
        return _body(ActivityStatus.from_json(data), imprint, inked=False)


def paper_html(snapshot: ActivityStatus, imprint: Imprint) -> str:
    """The whole document that is set as a PDF."""
    with translation.override(imprint.language):
        return render_to_string(
            "reports/paper.html",
            {
                "language": imprint.language,
                "imprint": imprint,
                "snapshot": snapshot,
                "title": _("Activity status %(month)s") % {"month": month_of(snapshot.as_of)},
                "about": [table.name for table in snapshot.tables],
                "attached": "activities.csv, snapshot.json",
                "body": _body(snapshot, imprint, inked=True),
                "contents": [("summary", _("Summary")), *_contents(snapshot)],
            },
        )


def pdf(data: dict[str, Any], imprint: Imprint) -> bytes:
    """The report on paper, with its snapshot and the same as CSV inside."""
    snapshot = ActivityStatus.from_json(data)
    with translation.override(imprint.language):
        as_table, as_records = (
            _("The activities of this report as a table"),
            _("The records behind this report"),
        )
    embedded = [
        Embedded("activities.csv", write_csv(snapshot), "text/csv", as_table),
        Embedded("snapshot.json", canonical(data), "application/json", as_records),
    ]
    return html_to_pdf(paper_html(snapshot, imprint), made_at=imprint.made_at, attachments=embedded)


def _heading(table: ClusterTable, snapshot: ActivityStatus) -> str:
    return _("%(cluster)s Activity Status %(month)s") % {
        "cluster": table.name,
        "month": month_of(snapshot.as_of),
    }


def _contents(snapshot: ActivityStatus) -> Iterator[tuple[str, str]]:
    for index, table in enumerate(snapshot.tables, start=1):
        yield f"cluster-{index}", _heading(table, snapshot)


def _body(snapshot: ActivityStatus, imprint: Imprint, *, inked: bool) -> str:
    room = iter(range(ROWS_ON_PAPER))
    tables = [
        _shown(table, index, snapshot, imprint, inked=inked, room=room)
        for index, table in enumerate(snapshot.tables, start=1)
    ]
    totals = snapshot.counts()
    used = [status for status, count in totals.items() if count]
    return render_to_string(
        "reports/activity_status.html",
        {
            "snapshot": snapshot,
            "imprint": imprint,
            "options": imprint.options,
            "tables": tables,
            "statuses": [capfirst(str(status.label)) for status in used],
            "summary": [
                (shown, [table.counts()[status] for status in used])
                for shown, table in zip(tables, snapshot.tables, strict=True)
            ],
            "totals": [totals[status] for status in used],
            "total": sum(totals.values()),
            "picture": _counts_picture(totals, imprint, inked=inked) if used else "",
            "has_joint": any(line.joint for table in snapshot.tables for line in table.lines),
        },
    )


def _shown(
    table: ClusterTable,
    index: int,
    snapshot: ActivityStatus,
    imprint: Imprint,
    *,
    inked: bool,
    room: Iterator[int],
) -> ShownTable:
    letters = _letters()
    lines, notes = [], []
    for line, _place in zip(table.lines, room, strict=False):
        words = _note(line, imprint.language)
        letter = next(letters) if words else ""
        if words:
            notes.append(Note(letter, line.number, words))
        lines.append(
            ShownLine(
                number=line.number,
                title=line.title,
                date_text=line.date_text,
                reading=display(line.segments, imprint.language),
                status=str(line.status.label),
                note=letter,
            )
        )
    pictures = bool(imprint.options.get("timeline")) and bool(lines)
    return ShownTable(
        anchor=f"cluster-{index}",
        name=table.name,
        heading=_heading(table, snapshot),
        total=len(table.lines),
        counts=[(str(status.label), count) for status, count in table.counts().items() if count],
        lines=lines,
        notes=notes,
        cut=_cut(len(lines), len(table.lines)),
        pictures=list(_timelines(table, index, snapshot, imprint, inked=inked)) if pictures else [],
        picture_cut=_cut(BARS_ON_PAPER, len(table.lines)) if pictures else "",
    )


def _cut(shown: int, total: int) -> str:
    if shown >= total:
        return ""
    return _(
        "Only the first %(shown)d of %(total)d activities are shown here. All of them are in the attached "
        "activities.csv and in the spreadsheet of this report."
    ) % {"shown": shown, "total": total}


def _letters() -> Iterator[str]:
    """a … z, aa, ab …"""
    yield from ascii_lowercase
    for first in _letters():
        yield from (first + second for second in ascii_lowercase)


def _note(line: Line, language: str) -> str:
    """What a careful reader must know of this line, in sentences; "" for nothing."""
    parts = []
    if line.doubts:
        reasons = "; ".join(reason.translated(_) for reason in line.doubts)
        if line.segments:
            read = display(line.segments, language)
            parts.append(_("Read as %(reading)s: %(reasons)s.") % {"reading": read, "reasons": reasons})
        else:
            parts.append(capfirst(reasons) + ".")
    for other in line.alternatives:
        reading = display(other.segments, language)
        if reading:
            parts.append(_("It may also mean %(reading)s.") % {"reading": reading})
    if line.confirmed:
        parts.append(_("The reading of the date was confirmed by hand."))
    if line.tentative:
        parts.append(_("Called tentative."))
    if line.joint:
        lists = ", ".join(
            _("no. %(number)d of %(cluster)s") % {"number": n, "cluster": name} for name, n in line.joint
        )
        parts.append(_("Joint event, also %(lists)s.") % {"lists": lists})
    return " ".join(parts)


# Pictures -------------------------------------------------------------------------------------------------

_COLOURS = {
    Status.DONE: 3,
    Status.ONGOING: 1,
    Status.DUE: 4,
    Status.PLANNED: 5,
    Status.CANCELLED: 7,
    Status.UNDATED: 2,
}


def _counts_picture(totals: dict[Status, int], imprint: Imprint, *, inked: bool) -> str:
    shown = [(status, count) for status, count in totals.items() if count]
    words = ", ".join(f"{status.label} {count}" for status, count in shown)
    return charts.bar_counts(
        [charts.Count(capfirst(str(status.label)), count, _COLOURS[status]) for status, count in shown],
        language=imprint.language,
        width=PICTURE_WIDTH,
        title=_("Activities by status: %(counts)s") % {"counts": words},
        description=_("One bar for each status."),
        ident="by-status",
        inked=inked,
        font=_FONTS if inked else "",
    )


def _stretch(segment: Segment, *, doubtful: bool) -> charts.Stretch:
    ends = segment.end_precision or segment.precision
    return charts.Stretch(
        first=segment.start,
        last=segment.end,
        first_known=segment.precision is Precision.DAY,
        last_known=ends is Precision.DAY,
        doubtful=doubtful or segment.uncertain or segment.approximate,
    )


def _timelines(
    table: ClusterTable, index: int, snapshot: ActivityStatus, imprint: Imprint, *, inked: bool
) -> Iterator[str]:
    """Pictures of at most BARS_IN_A_PICTURE lines each, about equally long, all over the same years."""
    first, last = _span(table.lines, snapshot.as_of)
    shown = table.lines[:BARS_ON_PAPER]
    pieces = -(-len(shown) // BARS_IN_A_PICTURE)
    size = -(-len(shown) // pieces)
    for part, start in enumerate(range(0, len(shown), size), start=1):
        chunk = shown[start : start + size]
        yield charts.timeline(
            [_bar(line, imprint.language) for line in chunk],
            first=first,
            last=last,
            as_of=snapshot.as_of,
            language=imprint.language,
            width=PICTURE_WIDTH,
            title=_("Timeline of %(cluster)s, activities %(first)d to %(last)d")
            % {"cluster": table.name, "first": chunk[0].number, "last": chunk[-1].number},
            description=_("One row for each activity; its period stands in the table."),
            ident=f"timeline-{index}-{part}",
            inked=inked,
            font=_FONTS if inked else "",
        )


def _bar(line: Line, language: str) -> charts.Bar:
    return charts.Bar(
        label=line.title,
        stretches=tuple(
            _stretch(segment, doubtful=bool(line.doubts))
            for segment in line.segments
            if not segment.invalid and (segment.start or segment.end)
        ),
        number=str(line.number),
        words=display(line.segments, language),
        faint=line.status is Status.CANCELLED,
    )


def _span(lines: Sequence[Line], as_of: dt.date) -> tuple[dt.date, dt.date]:
    """The years from the first dated activity to the last, the day of the report within."""
    days = [day for line in lines for s in line.segments if not s.invalid for day in (s.start, s.end) if day]
    days.append(as_of)
    return dt.date(min(days).year, 1, 1), dt.date(max(days).year, 12, 31)
