"""Typed values as ranges on one scale, a picture for each unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from monitoring.reports.figures import Data, said
from monitoring.reports.pictures import Drawing
from twinning.core import charts
from twinning.core.documents import Picture

MOST_ROWS = 30


def plots(typed: Sequence[Data], drawing: Drawing) -> Iterator[Picture]:
    """Ranges as they were reported, and beside them what is one number in the same unit."""
    by_unit: dict[str, list[Data]] = {}
    for row in typed:
        if row["applies"] and (row["value"] is not None or _is_whole_range(row)):
            unit = "%" if row["measure"] == "percent" else row.get("unit", "")
            by_unit.setdefault(unit, []).append(row)
    for place, (unit, rows) in enumerate(by_unit.items(), start=1):
        if any(row["value"] is None for row in rows):
            title = _("Reported values, in %(unit)s") % {"unit": unit} if unit else _("Reported values")
            ranges = [_range(row) for row in rows[:MOST_ROWS]]
            yield Picture(
                title, charts.range_plot(ranges, unit=unit, **drawing.look(title, f"reported-{place}"))
            )


def _is_whole_range(row: Data) -> bool:
    return row["low"] is not None and row["high"] is not None


def _range(row: Data) -> charts.Range:
    low, high = (row["low"], row["high"]) if row["value"] is None else (row["value"], row["value"])
    words = said(row, row["measure"])
    if "rising" in row:
        words += f" ({_('more is better') if row['rising'] else _('less is better')})"
    return charts.Range(
        f"{row['code']} {row['name']}",
        float(low),
        float(high),
        note=", ".join([row["cluster"] or _("Programme"), row["period"]]),
        words=words,
    )
