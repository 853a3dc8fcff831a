"""Where the clusters are, in the portfolio report: a map and its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from clusters.models import Twinning
from clusters.queries import position_text, twinning_word
from monitoring.pictures import Mark, map_legend, map_of
from monitoring.reports.figures import Data
from monitoring.reports.pictures import Drawing
from twinning.core.countries import country_name
from twinning.core.documents import Block, Column, Paragraphs, Picture, Table, cells, has_rows


def place_blocks(rows: Sequence[Data], drawing: Drawing) -> Iterator[Block]:
    """``rows`` are those of the snapshot; before format 3 they have neither positions nor twinnings."""
    caption = _("Map of the clusters")
    drawn = map_of([_mark(row) for row in rows], **drawing.look(caption, "places"))
    if drawn:
        yield Picture(caption, drawn)
        yield Paragraphs(map_legend(), "note")
    found = tuple(
        cells(
            country_name(row["country"]),
            row["cluster"],
            row["places"],
            position_text(_position(row)),
            ", ".join(f"{name} ({twinning_word(status).text})" for name, status in row.get("twinned", ()))
            or "–",
        )
        for row in sorted(rows, key=lambda row: (country_name(row["country"]), row["cluster"]))
    )
    columns = (
        Column(_("Country"), 12),
        Column(_("Cluster"), 22),
        Column(_("Places"), 24),
        Column(_("Position"), 18),
        Column(_("Twinned with")),
    )
    yield from has_rows(Table(_("Clusters by country"), columns, found, name=_("Countries")))


def _position(row: Data) -> tuple[Decimal, Decimal] | None:
    match row.get("position"):
        case [latitude, longitude]:
            return Decimal(latitude), Decimal(longitude)
    return None


def _mark(row: Data) -> Mark:
    others = [(name, status == Twinning.Status.ACTIVE) for name, status in row.get("twinned", ())]
    return Mark(row["cluster"], row["cluster"], _position(row), row.get("leads", False), others)
