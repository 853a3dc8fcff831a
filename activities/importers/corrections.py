"""The refused rows of a sheet, with the reasons, as a sheet that can be imported again after mending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from activities.models import ImportBatch, ImportRow
from twinning.core.batch_files import refused_sheet


def correction_file(batch: ImportBatch, rows: Iterable[ImportRow], kind: str) -> bytes:
    """The refused ``rows`` with all columns of their sheet, and behind them the reason and the row.

    ``kind``: "xlsx" or "csv". Texts are those of the sheet, also where they could not be understood. An
    import of this file finds its columns by their heads and passes over the two that were added.
    """
    heads: list[str] = list(batch.mapping.get("heads", []))
    places: dict[str, int] = batch.mapping["columns"]
    width = max([len(heads), *(place + 1 for place in places.values())])
    heads += [""] * (width - len(heads))
    for name, place in places.items():
        heads[place] = heads[place] or name
    widths = [60 if place == places.get("title") else 18 for place in range(width)]
    return refused_sheet(kind, heads, _rows(rows, width), widths)


def _rows(rows: Iterable[ImportRow], width: int) -> Iterator[list[str | int]]:
    for row in rows:
        cells = row.values.get("cells", [])[:width]
        yield [*cells, *[""] * (width - len(cells)), row.reason, row.row]
