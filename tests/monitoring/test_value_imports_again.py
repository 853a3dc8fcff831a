"""Sheets of values a second time: refused rows that come back mended, and imports that are tried out anew."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from monitoring import services, tasks
from monitoring.models import Measurement, ValueBatch
from monitoring.services.value_imports import WAY
from tests.monitoring.importing import GOOD, address, planned, tried, typed
from tests.monitoring.results import build_tables
from tests.monitoring.test_closings import quarter
from twinning.core import jobs
from twinning.core.access import WrongState
from twinning.core.batches import ChangedMeanwhile
from twinning.core.tabular import open_sheet

__all__ = ["quarter", "typed"]
pytestmark = pytest.mark.contents(build=build_tables)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_refused_rows_come_back_to_be_mended(world, typed, sign_in, kind):
    client = sign_in(world.manager)
    bad = [GOOD | {"Value": "x", "Note": "=1+1"}, GOOD | {"Cluster": "nowhere", "Value": 1234.5}]
    batch = tried(world, GOOD, *bad)
    assert "to mend, as XLSX" in client.get(address(world, f"/{batch.pk}")).content.decode()
    answer = client.get(address(world, f"/{batch.pk}/refused"), {"kind": kind})
    assert answer["Content-Disposition"] == f'attachment; filename="corrections-{batch.pk}.{kind}"'
    table = open_sheet(answer.content, f"c.{kind}").sheet().read()
    assert not any(cell.formula for row in table.rows for cell in row.cells)
    first, second = table.rows[1:]
    assert "“x” is not a number" in first.cells[-2].text
    assert (first.cells[-1].text, second.cells[-1].text) == ("3", "4")
    # Sent as it is, it is refused for the same reasons; its further columns are our own, and not spoken of.
    again = tasks.begin_values(
        actor=world.manager,
        programme=world.programme,
        holds="values",
        filename=f"c.{kind}",
        data=answer.content,
    )
    assert planned(again) == planned(batch)[1:]
    assert again.counts["notes"] == []
    once_more = client.get(address(world, f"/{again.pk}/refused"), {"kind": kind}).content
    heads = [cell.text for cell in open_sheet(once_more, f"c.{kind}").sheet().read().rows[0].cells]
    assert heads.count("Why it was refused") == 1


def test_a_day_in_a_refused_row_can_be_read_again(world, typed, sign_in):
    row = {"Indicator": "EMP", "Cluster": "nowhere", "From": 40179, "To": "2010-12-31", "Value": 3}
    batch = tried(world, row, head=list(row), holds="targets", write=_with_a_day)
    data = sign_in(world.manager).get(address(world, f"/{batch.pk}/refused")).content
    assert "2010-01-01" in {cell.text for cell in open_sheet(data).sheet().read().rows[1].cells}


def _with_a_day(head, rows):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    page.write_row(0, 0, head)
    for at, row in enumerate(rows, start=1):
        page.write_row(at, 0, row)
        page.write_number(
            at, head.index("From"), row[head.index("From")], book.add_format({"num_format": "d/m/yy"})
        )
    book.close()
    return out.getvalue()


def test_an_import_is_tried_out_again_against_what_stands_by_then(world, typed, sign_in):
    client = sign_in(world.manager)
    batch = tried(world, GOOD)
    assert planned(batch) == [("new", "")]
    tasks.enter_values(actor=world.manager, batch=tried(world, GOOD), mode="all")
    assert client.post(address(world, f"/{batch.pk}/again")).status_code == 302
    assert planned(batch) == [("unchanged", "")]


def test_what_was_undone_can_be_tried_and_entered_once_more(world, typed, sign_in):
    client = sign_in(world.manager)
    batch = tried(world, GOOD)
    for step in ("apply", "undo", "again", "apply"):
        client.post(address(world, f"/{batch.pk}/{step}"), {"mode": "all"})
    batch.refresh_from_db()
    assert batch.stage == "applied"
    assert batch.undone_at is None
    assert Measurement.objects.get().value == 10
    client.post(address(world, f"/{batch.pk}/again"))
    batch.refresh_from_db()
    assert batch.stage == "applied"  # what is entered is not tried out


def test_rows_that_were_tried_out_anew_meanwhile_are_not_entered_by_an_older_reading(world, typed):
    batch = tried(world, GOOD)
    write = services.prepare_values(actor=world.manager, batch=batch, mode="all")
    tasks.start_values_again(actor=world.manager, batch=ValueBatch.objects.get())
    with pytest.raises(ChangedMeanwhile):
        write()
    assert not Measurement.objects.exists()
    tasks.start_values(actor=world.manager, batch=ValueBatch.objects.get(), mode="all")
    undo = services.prepare_undo_values(actor=world.manager, batch=ValueBatch.objects.get())
    undo()
    assert not Measurement.objects.exists()
    with pytest.raises(WrongState):
        undo()


def test_what_was_undone_stays_undone_where_the_next_dry_run_is_cancelled(world, typed, quarter):
    batch = tried(world, GOOD)
    tasks.enter_values(actor=world.manager, batch=batch, mode="all")
    tasks.start_undo_values(actor=world.manager, batch=ValueBatch.objects.get())
    job = services.queue_values(actor=world.manager, batch=ValueBatch.objects.get(), kind=WAY.dry_run)
    jobs.cancel(actor=world.manager, job_id=job.pk)
    stopped = ValueBatch.objects.for_list().get()
    assert stopped.stage == "undone"
    with pytest.raises(WrongState):
        tasks.start_values(actor=world.manager, batch=stopped, mode="good")
    tasks.start_values_again(actor=world.manager, batch=stopped)
    tasks.start_values(actor=world.manager, batch=ValueBatch.objects.get(), mode="all")
    assert Measurement.objects.get().value == 10


def test_many_rows_are_tried_out_again_by_a_worker_also_where_the_first_time_was_cancelled(world, typed):
    batch = tried(world, *[GOOD | {"Indicator": f"N{n}"} for n in range(45)])
    assert batch.stage == "reading"
    with pytest.raises(WrongState):
        tasks.start_values_again(actor=world.manager, batch=batch)
    jobs.cancel(actor=world.manager, job_id=batch.job_id)
    stopped = ValueBatch.objects.for_list().get()
    assert stopped.stage == "uploaded"
    assert tasks.start_values_again(actor=world.manager, batch=stopped) is not None
