"""The refused rows of a sheet of values, with the reasons, as a sheet that can be imported again after mending."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from monitoring.importers.values import corrections_heads, rows_again
from monitoring.models import ValueBatch, ValueRow
from twinning.core.batches import kept_file
from twinning.core.tabular import open_sheet, write_csv, write_xlsx
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

    own = {head.lower() for head in corrections_heads()}
    width = next((at for at, head in enumerate(heads) if head.lower() in own), len(heads))

    def rows() -> Iterator[list[Value]]:
        for place, reason in reasons.items():
            yield [*cells[place][:width], reason, place]

    head = [*heads[:width], *corrections_heads()]
    if kind == "csv":
        return write_csv(head, rows())
    return write_xlsx(head, rows(), sheet=_("Refused rows"), widths=[*[16] * width, 50, 10])
