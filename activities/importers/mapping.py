"""Where in a sheet the table begins, and which column holds what: proposed, for a person to change."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from activities.importers.words import HEADS, STATES, format_of, is_head, kind_of, normal
from activities.models import ColumnMapping
from clusters.models import Cluster
from twinning.core import periods
from twinning.core.periods import Flag, Precision
from twinning.core.tabular import Cell, Kind, Row

FIELDS = tuple(HEADS)
_LOOK = 40  # rows in which a head is looked for
_SAMPLE = 60
_HEAD_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """How one sheet is laid out. Columns count from 0; ``head_rows`` are row numbers of the spreadsheet.

    ``source`` says where the columns come from: remembered, heads, content, or chosen.
    """

    columns: Mapping[str, int]
    heads: Sequence[str] = ()
    head_rows: Sequence[int] = ()
    titles: Sequence[str] = ()
    source: str = "heads"
    status_date: dt.date | None = None

    @property
    def first_row(self) -> int:
        """The row after which the data begins."""
        return max(self.head_rows, default=0)

    def to_json(self) -> dict[str, Any]:
        return {
            "columns": dict(self.columns),
            "heads": list(self.heads),
            "head_rows": list(self.head_rows),
            "titles": list(self.titles),
            "source": self.source,
            "status_date": self.status_date.isoformat() if self.status_date else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Layout:
        day = data.get("status_date")
        return cls(
            columns={name: int(index) for name, index in data["columns"].items()},
            heads=data.get("heads", []),
            head_rows=data.get("head_rows", []),
            titles=data.get("titles", []),
            source=data.get("source", "chosen"),
            status_date=dt.date.fromisoformat(day) if day else None,
        )


@dataclass(slots=True)
class _Column:
    """What the first cells of a column look like, as shares of its cells that are not blank."""

    cells: list[Cell] = field(default_factory=list)

    def share(self, test: Any) -> float:
        return sum(map(test, self.cells)) / len(self.cells) if self.cells else 0.0

    @property
    def numbers(self) -> float:
        return self.share(lambda cell: cell.text.strip(" .)#").isdigit() and len(cell.text) < 7)

    @property
    def dates(self) -> float:
        return self.share(_is_date)

    @property
    def years(self) -> float:
        return self.share(lambda cell: cell.text.isdigit() and 1950 < int(cell.text) < 2100)

    @property
    def states(self) -> float:
        return self.share(lambda cell: normal(cell.text) in STATES)

    @property
    def kinds(self) -> float:
        return self.share(lambda cell: kind_of(cell.text) != "")

    @property
    def formats(self) -> float:
        return self.share(lambda cell: format_of(cell.text) != "")

    @property
    def length(self) -> float:
        return sum(len(cell.text) for cell in self.cells) / len(self.cells) if self.cells else 0.0


def _is_date(cell: Cell) -> bool:
    if cell.kind is Kind.DATE:
        return True
    if len(cell.text) > 120 or cell.kind is Kind.ERROR:
        return False
    reading = periods.read(cell.text)
    return bool(reading.segments) and Flag.PARTLY_READ not in reading.flags


def propose(rows: Sequence[Row]) -> Layout:
    """The layout of a sheet from its first rows: by its heads, and by what its columns hold."""
    heads, head_rows = find_heads(rows)
    first = max(head_rows, default=0)
    above = [row for row in rows if row.number < min(head_rows, default=1)]
    titles = [" ".join(dict.fromkeys(cell.text.strip() for cell in row.cells if cell.text)) for row in above]
    sample = [row for row in rows if row.number > first][:_SAMPLE]
    width = max((len(row.cells) for row in sample), default=0)
    columns = [
        _Column([row.cells[i] for row in sample if i < len(row.cells) and row.cells[i].text.strip()])
        for i in range(max(width, len(heads)))
    ]
    by_heads = bool(heads)
    found = _assign(heads, columns)
    return Layout(
        columns=found,
        heads=heads,
        head_rows=head_rows,
        titles=titles,
        source="heads" if by_heads else "content",
        status_date=status_date_in(titles),
    )


def find_heads(rows: Sequence[Row]) -> tuple[list[str], list[int]]:
    """The head of each column, and the numbers of the one or two rows that make it; both may be []."""
    best, score = -1, 0.0
    for index, row in enumerate(rows[:_LOOK]):
        found = _head_score(row)
        if found > score:
            best, score = index, found
    if best < 0 or score < 1.0:
        return [], []
    chosen = [rows[best]]
    following = rows[best + 1] if best + 1 < len(rows) else None
    previous = rows[best - 1] if best else None
    if following and following.number == chosen[0].number + 1 and _is_second_head(following):
        chosen.append(following)
    elif previous and previous.number == chosen[0].number - 1 and _is_second_head(previous):
        chosen.insert(0, previous)
    width = max(len(row.cells) for row in chosen)
    heads = []
    for column in range(width):
        parts = dict.fromkeys(" ".join(row.cell(column).text.split()) for row in chosen)
        heads.append(" ".join(part for part in parts if part))
    return heads, [row.number for row in chosen]


def _head_score(row: Row) -> float:
    """How much a row looks like a head: how many different fields its short texts name."""
    texts = [cell for cell in row.cells if cell.text.strip()]
    if any(len(cell.text) > _HEAD_LENGTH or cell.kind in (Kind.NUMBER, Kind.DATE) for cell in texts):
        return 0.0
    if len({normal(cell.text) for cell in texts}) < min(2, len(row.cells)):
        return 0.0
    named = {name: max((is_head(name, cell.text) for cell in texts), default=0.0) for name in FIELDS if texts}
    known = sum(named.values()) if named else 0.0
    # A title such as "Activity status July 2011" names fields too, but in one cell.
    cells = sum(any(is_head(name, cell.text) for name in FIELDS) for cell in texts)
    return min(known, cells) if cells > 1 or (cells == 1 and len(texts) == 1 and known >= 1) else 0.0


def _is_second_head(row: Row) -> bool:
    texts = [cell for cell in row.cells if cell.text.strip()]
    if not texts or any(len(c.text) > _HEAD_LENGTH or c.kind is not Kind.TEXT for c in texts):
        return False
    if len({normal(cell.text) for cell in texts}) < 2 and len(texts) > 2:
        return False
    named = sum(any(is_head(name, cell.text) == 1.0 for name in FIELDS) for cell in texts)
    return named >= 1 and not any(_is_date(cell) for cell in texts)


def _assign(heads: Sequence[str], columns: Sequence[_Column]) -> dict[str, int]:
    """Each field to the column that fits it best, and no column to two fields."""
    scores = []
    for index, column in enumerate(columns):
        head = heads[index] if index < len(heads) else ""
        for name in FIELDS:
            points = _name_points(name, head) + _content_points(name, column)
            if points >= 0.6:
                scores.append((points, -index, name))
    found: dict[str, int] = {}
    for _points, position, name in sorted(scores, reverse=True):
        if name not in found and -position not in found.values():
            found[name] = -position
    if "title" not in found:
        texts = [
            (column.length, index) for index, column in enumerate(columns) if index not in found.values()
        ]
        longest = max(texts, default=(0.0, 0))
        if longest[0] >= 8:
            found["title"] = longest[1]
    if "period_end" in found and "period" not in found:
        found["period"] = found.pop("period_end")
    return dict(sorted(found.items(), key=lambda item: FIELDS.index(item[0])))


def _name_points(name: str, head: str) -> float:
    points = is_head(name, head)
    # "Period from", "Period to": the part below the common head decides.
    if name == "period_end" and normal(head).split(" ")[-1:] in (["to"], ["end"], ["al"], ["fin"], ["hasta"]):
        points = max(points, 1.2) if is_head("period", head) else points
    # Many sheets call "Type" whether it was a workshop or a fair: then the cells must bear it out.
    if name == "format" and is_head("kind", head):
        points = max(points, 0.4)
    return points


def _content_points(name: str, column: _Column) -> float:
    """What the cells add to the word of the head, or take from it."""
    if not column.cells:
        return -0.2
    if name == "number":
        numbers = column.numbers if column.years < 0.5 else 0.0
        return 0.65 if numbers > 0.9 else 0.0 if numbers > 0.4 else -0.5
    if name in ("period", "period_end"):
        dates = column.dates if column.numbers < 0.9 or column.years > 0.9 else 0.0
        extra = 0.65 if dates > 0.6 else 0.2 if dates > 0.25 else -0.6
        return extra if name == "period" else min(extra, 0.2)
    if name == "status":
        return 0.65 if column.states > 0.8 else 0.1 if column.states > 0.4 else -0.5
    if name == "kind":
        # Even one cell that is a type bears the head out; without any, every row would be refused.
        return 0.65 if column.kinds > 0.8 else 0.1 if column.kinds > 0 else -0.5
    if name == "format":
        # Without a head they are not enough: titles may be no more than "Workshop" or "Fair".
        return 0.5 if column.formats > 0.8 else 0.1 if column.formats > 0 else -0.5
    if name == "title":
        return 0.2 if column.length > 12 else 0.0
    return 0.0


def status_date_in(titles: Sequence[str]) -> dt.date | None:
    """The day that a title such as "Leather Activity Status July 2011" tells of: the last of its month."""
    for title in titles:
        reading = periods.read(title)
        if len(reading.segments) != 1:
            continue
        segment = reading.segments[0]
        if segment.end and segment.start and segment.coarsest is not Precision.YEAR:
            return segment.end
    return None


def letter_of(place: int) -> str:
    """A for 0, AA for 26, as spreadsheets name columns."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def left_out(heads: Sequence[str], columns: Collection[int], filled: Iterable[int]) -> list[str]:
    """The names of the ``filled`` columns that are not among those imported: their heads, else their letters.

    A column that seems to hold the type or the format and is left out says why.
    """
    names = []
    for place in sorted(set(filled) - set(columns)):
        head = heads[place] if place < len(heads) else ""
        name = head or _("column %(letter)s") % {"letter": letter_of(place)}
        if is_head("kind", head) == 1.0:
            name = _("%(head)s (the types are TB, PR, NT, LH and LR)") % {"head": head}
        elif is_head("format", head) == 1.0:
            name = _("%(head)s (no cell names a format, such as workshop, visit or fair)") % {"head": head}
        names.append(name)
    return names


def heads_digest(heads: Sequence[str], width: int) -> str:
    """What a sheet is known by next time: its heads, or where it has none the number of its columns."""
    known = [normal(head) for head in heads] or [f"{width} columns"]
    return hashlib.sha256("\x1f".join(known).encode()).hexdigest()


def remembered(programme_id: int, layout: Layout) -> Layout:
    """The layout with the columns that a person chose for these heads before, if anyone did."""
    if not layout.heads:
        return layout
    kept = ColumnMapping.objects.filter(
        programme=programme_id, heads_sha256=heads_digest(layout.heads, len(layout.heads))
    ).first()
    if kept is None:
        return layout
    return Layout.from_json(layout.to_json() | {"columns": kept.mapping, "source": "remembered"})


def other_cluster_named(
    titles: Sequence[str], cluster: Cluster, clusters: Sequence[Cluster]
) -> Cluster | None:
    """The cluster that the titles above the table name, where that is another one than was chosen.

    Words that all the clusters share (the city) say nothing.
    """
    words = {c.pk: set(normal(f"{c.name} {c.slug}").split()) for c in clusters}
    shared = set.intersection(*words.values()) if len(words) > 1 else set()
    title = set(normal(" ".join(titles)).split())
    named = {pk: len((own - shared) & title) for pk, own in words.items()}
    if not title or named.get(cluster.pk):
        return None
    best = max(named, key=lambda pk: named[pk], default=None)
    return next((c for c in clusters if c.pk == best and named[c.pk]), None)
