"""The refused rows of a sheet of values, with the reasons, as a sheet that can be imported again after mending."""

from __future__ import annotations

from collections.abc import Iterator

from monitoring.importers.values import rows_again
from monitoring.models import ValueBatch, ValueRow
from twinning.core.batch_files import kept_file, refused_heads, refused_sheet
from twinning.core.tabular import open_sheet
from twinning.core.tabular.writing import Value


def value_corrections(batch: ValueBatch, kind: str) -> bytes | None:
    """The refused rows with all columns of their sheet, and behind them the reason and the row; None without any.

    ``kind``: xlsx or csv. An import of this file passes over the two columns that were added. Raises DomainError
    where the file of the import is gone.
    """
    refused = ValueRow.objects.filter(batch=batch, action=ValueRow.Action.REFUSED).order_by("place")
    reasons = dict(refused.values_list("place", "reason"))
    if not reasons:
        return None
    heads, cells = rows_again(open_sheet(kept_file(batch), batch.filename), reasons)

    own = {head.lower() for head in refused_heads()}
    width = next((at for at, head in enumerate(heads) if head.lower() in own), len(heads))

    def rows() -> Iterator[list[Value]]:
        for place, reason in reasons.items():
            yield [*cells[place][:width], reason, place]

    return refused_sheet(kind, heads[:width], rows(), [16] * width)
