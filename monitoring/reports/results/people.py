"""Who took part, who was trained by when, and what firms adopted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitoring.queries.sources import VOCABULARY
from monitoring.reports.figures import MANY, Data
from monitoring.reports.pictures import Drawing
from monitoring.rules.public import Cover
from monitoring.rules.vocabulary import NOT_STATED
from twinning.core import charts
from twinning.core.documents import Block, Cell, Column, Paragraphs, Picture, Table
from twinning.core.small_cells import FEWEST_FIRMS


def participation(scopes: Sequence[str], rows: Sequence[Data]) -> Iterator[Block]:
    heads = (_("Persons"), _("Women"), _("Men"), _("Sex not stated"), _("With a name"), _("Firms"))
    names = ("persons", "women", "men", "not_stated", "named", "firms")
    yield Table(
        _("Trainees and participants of what is done, each person once"),
        (Column(_("Where"), 28), *(Column(head, 0, True) for head in heads)),
        tuple(
            (scope, *(_told(row[name]) for name in names)) for scope, row in zip(scopes, rows, strict=True)
        ),
        name=_("Participation"),
    )
    if any(isinstance(row[name], str) for row in rows for name in names):
        yield Paragraphs(
            _(
                "Numbers of one or two persons or firms are not shown, nor what they could be worked out from."
            ),
            "note",
        )


def trained(found: Data | None, data: Data, scopes: Sequence[str], drawing: Drawing) -> Iterator[Block]:
    """``found``: how many were trained by the end of each period; ``data``: the whole snapshot."""
    if not found or not any(line[-1] for line in found["lines"]):
        return
    days = [(dt.date.fromisoformat(one["day"]), one["period"]) for one in found["days"]]
    title = _("%(name)s, up to each day") % {"name": found["name"]}
    if len(days) > 1:
        ticks = [(day, date_format(day, "SHORT_DATE_FORMAT")) for day, _period in days]
        lines = [charts.Line(scopes[place], found["lines"][place]) for place in _drawn(found["lines"])]
        yield Picture(title, charts.day_lines(ticks, lines, **drawing.look(title, "trained-by")))
    rows = tuple(
        (
            date_format(day, "DATE_FORMAT"),
            period or _("day of this report"),
            *(line[place] for line in found["lines"]),
        )
        for place, (day, period) in enumerate(days)
    )
    numbers = (Column(name, 0, True) for name in scopes)
    # Names of clusters are long; the more of them, the less is left for what stands before them.
    first, second = (14, 10) if len(scopes) >= MANY else (18, 15)
    heads = (Column(_("Up to"), first), Column(_("End of the period"), second), *numbers)
    yield Table(title, heads, rows, name=_("Over time"))
    note = _(
        "A person counts once overall, at the first event: what is added from one day to the next are persons who"
        " had not been trained before. Those counted without a name may come again and count again."
    )
    if any(any(period["closed"]) for period in data["periods"]):
        note += " " + _(
            "A closed period adds what was closed, without those whom an earlier one counts; the rest is counted from"
            " the records."
        )
    yield Paragraphs(note, "note")


def _drawn(lines: Sequence[Sequence[int]]) -> list[int]:
    """The places of the lines that a picture can tell apart: the first, and the highest of those above zero."""
    others = [place for place in range(1, len(lines)) if lines[place][-1]]
    highest = sorted(others, key=lambda place: -lines[place][-1])[: charts.MOST_LINES - 1]
    return [0, *sorted(highest)]


# The value of each dimension that stands last, under words of its own.
_NOT_STATED = {"sex": "u", "age": NOT_STATED, "firm-size": NOT_STATED}


def divisions(rows: Sequence[Data], scopes: Sequence[str]) -> Iterator[Block]:
    """For each count of persons a table: where, how many, and these by sex, by age and by size of the firm."""
    fields = VOCABULARY["persons"].fields
    told: list[Data] = []
    for row in rows:
        wholes = row["whole"]
        heads = [Column(_("Where"), 24), Column(_("Persons"), 0, True)]
        columns: list[Sequence[Cell]] = [scopes, wholes]
        for dimension, rest in (
            ("sex", _("sex not stated")),
            ("age", _("age not stated")),
            ("firm-size", _("size not stated")),
        ):
            parts: dict[str, list[int | str]] = row["parts"].get(dimension, {})
            stated = {value: own for value, own in parts.items() if value != _NOT_STATED[dimension]}
            for value, own in stated.items():
                heads.append(Column(fields[dimension].label_of(value), 0, True))
                columns.append([_told(cell) for cell in own])
            if parts:
                heads.append(Column(rest, 0, True))
                last = parts.get(_NOT_STATED[dimension]) or _left(wholes, list(stated.values()))
                columns.append([_told(cell) for cell in last])
        if len(heads) > 2 and any(wholes):
            by = (
                _("By sex, age and size of firm: %(name)s")
                if row["parts"].get("age")
                else _("By sex and size of firm: %(name)s")
            )
            codes = ", ".join(row["codes"])
            yield Table(
                by % {"name": f"{codes} {row['name']}"},
                tuple(heads),
                tuple(zip(*columns, strict=True)),
                name=_("Divided %(codes)s") % {"codes": codes},
            )
            told.append(row)
    yield from _of_parts(told)


def _told(cell: int | str | None) -> Cell:
    if cell == Cover.FEW:
        return _("fewer than %(few)d") % {"few": FEWEST_FIRMS}
    return _("not shown") if cell == Cover.WITHHELD else cell


def _left(wholes: Sequence[int], parts: Sequence[Sequence[Any]]) -> list[int | None]:
    """What snapshots before format 3 leave to be not stated; None where a person in two parts hides how many."""
    left = [whole - sum(own) for whole, *own in zip(wholes, *parts, strict=True)]
    return [number if number >= 0 else None for number in left]


def _of_parts(rows: Sequence[Data]) -> Iterator[Paragraphs]:
    """What is to be said of the parts of these counts: why some are not told, and why they may be too many."""
    by_dimension = [parts for row in rows for parts in row["parts"].values()]
    notes = []
    if any(NOT_STATED in parts for parts in by_dimension):
        notes.append(
            _(
                "A person is in each age at which they came and in each size of firm that they came from: the parts"
                " may be more than the whole."
            )
        )
    if any(isinstance(cell, str) for parts in by_dimension for own in parts.values() for cell in own):
        notes.append(_("Parts of one or two persons are not shown, nor what they could be worked out from."))
    if notes:
        yield Paragraphs(" ".join(notes), "note")


def adoption(practices: Sequence[Data]) -> Iterator[Block]:
    """Practice by number of units, as the method's Box 2 has it."""
    adopted: dict[tuple[str, str], int] = {}
    for row in practices:
        key = (row["title"], row["cluster"])
        adopted[key] = adopted.get(key, 0) + row["quantity"]
    if not adopted:
        return
    rows: list[tuple[Cell, ...]] = [(title, cluster or None, n) for (title, cluster), n in adopted.items()]
    rows.append((_("Adoptions together"), "", sum(adopted.values())))
    heads = (Column(_("Practice"), 50), Column(_("Cluster"), 28), Column(_("Units that adopted it"), 0, True))
    yield Table(_("Practices that firms adopted"), heads, tuple(rows), name=_("Practices"))
    yield Paragraphs(_("A unit counts once for each practice that it adopted."), "note")
