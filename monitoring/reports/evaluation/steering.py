"""How a programme is steered: what its committee decided, the agents at work, the frameworks that were agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from clusters.models import Agreement, CDAEngagement
from clusters.queries.words import force_word, held_text, span_text
from clusters.rules import Force
from monitoring.reports.figures import Data
from monitoring.reports.pictures import Drawing
from twinning.core import charts
from twinning.core.documents import (
    Block,
    Bullets,
    Column,
    Heading,
    Paragraphs,
    Picture,
    Table,
    cells,
    has_rows,
)
from twinning.core.queries import edtf_text

MOST_BARS = 40  # of a picture that fits a page


def decisions(rows: Sequence[Data]) -> Iterator[Block]:
    """The log of the steering committee."""
    lines = tuple(
        cells(
            row["meeting"],
            held_text(row["held"], row["held_text"]),
            row["cluster"],
            _decision(row),
            row["reason"],
        )
        for row in rows
    )
    columns = (
        Column(_("Meeting"), 10, True),
        Column(_("Date"), 18),
        Column(_("Cluster"), 18),
        Column(_("Decision"), 30),
        Column(_("Reason"), 0),
    )
    yield from has_rows(Table(_("Decisions of the steering committee"), columns, lines, name=_("Decisions")))


def _decision(row: Data) -> str:
    if row["superseded_at"] is None:
        return str(row["text"])
    return _("%(text)s (superseded at meeting %(number)d)") % {
        "text": row["text"],
        "number": row["superseded_at"],
    }


def agents(data: Data, until: dt.date, drawing: Drawing) -> Iterator[Block]:
    """Which clusters had an agent when: a picture of the posts whose days are known, a table of all."""
    rows = data["agents"]
    if gaps := data["gaps"]:
        yield Heading(_gap(data))
        yield Bullets(tuple(gaps))
    bars = [
        charts.Bar(f"{row['cluster']}: {row['post']}", (charts.Stretch(*_days(row)),))
        for row in rows
        if row["first"]
    ]
    yield from _over_time(_("Agents over time"), "agents", bars, until, drawing)
    lines = tuple(
        cells(
            row["cluster"],
            row["post"],
            str(CDAEngagement.Side(row["side"]).label),
            str(CDAEngagement.Function(row["function"]).label),
            row["qualified"],
            span_text(*_days(row)),
        )
        for row in rows
    )
    heads = (_("Cluster"), _("Post"), _("Side"), _("Function"), _("Qualification"), _("Period"))
    columns = tuple(map(Column, heads))
    yield from has_rows(Table(_("Agents by cluster"), columns, lines, name=_("Agents")))


def _gap(data: Data) -> str:
    """Before format 3 they were asked of the day of the report."""
    if "until" not in data:
        return _("Twinnings without an agent on the advanced side on that day")
    return _("Twinnings at work in the evaluated period without an agent on the advanced side")


def _days(row: Data) -> tuple[dt.date | None, dt.date | None]:
    first, last = (dt.date.fromisoformat(row[name]) if row[name] else None for name in ("first", "last"))
    return first, last


def frameworks(rows: Sequence[Data], until: dt.date, drawing: Drawing) -> Iterator[Block]:
    """The agreements between bodies on which the scope of each twinning rests (Table 8), over time."""
    if not rows:
        return
    words = {
        "associations": _("association – association"),
        "association-institution": _("association – institution"),
        "institutions": _("institution – institution"),
        "": _("other bodies"),
    }
    bars = [
        charts.Bar(
            row["title"],
            (charts.Stretch(*_days(row), first_known=row["first_known"]),),
            words=words[row["between"]],
        )
        for row in rows
        if row["first"]
    ]
    title = _("Frameworks over time")
    yield from _over_time(title, "frameworks", bars, until, drawing)
    lines = tuple(
        cells(
            row["title"],
            row["twinning"],
            words[row["between"]],
            str(Agreement.Kind(row["kind"]).label),
            edtf_text(row["signed"]),
            str(force_word(Force(row["force"])).text),
        )
        for row in rows
    )
    heads = (
        Column(_("Agreement"), 24),
        Column(_("Twinning"), 20),
        *map(Column, (_("Between"), _("Kind"), _("Signed"), _("State"))),
    )
    yield Table(_("Agreements on which the scope of twinnings rests"), heads, lines, name=_("Frameworks"))
    yield Paragraphs(
        _(
            "A framework between associations, and between associations and institutions, lifts what institutions,"
            " service providers and firms can do with each other (Table 8); when it lapses, they fall back."
        ),
        "note",
    )


def _over_time(
    title: str, ident: str, bars: Sequence[charts.Bar], as_of: dt.date, drawing: Drawing
) -> Iterator[Picture]:
    """Up to the end of the year of a day; what begins after that would be a row without a bar."""
    last = dt.date(as_of.year, 12, 31)
    drawn = [
        (first, bar)
        for bar in bars
        for stretch in bar.stretches
        if (first := stretch.first) and first <= last
    ]
    if any(first <= as_of for first, _bar in drawn):
        first = dt.date(min(first for first, _bar in drawn).year, 1, 1)
        yield Picture(
            title,
            charts.timeline(
                [bar for _first, bar in drawn[:MOST_BARS]],
                first=first,
                last=last,
                as_of=as_of,
                labels=0.45,
                **drawing.look(title, ident),
            ),
        )
