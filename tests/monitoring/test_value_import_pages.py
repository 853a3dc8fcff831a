"""The pages on which sheets of values are uploaded, looked at, entered and undone, and the sheet to fill in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from monitoring import services, tasks
from monitoring.models import Measurement, ValueBatch
from tests.monitoring.importing import GOOD, address, planned, sheet, tried, typed
from tests.monitoring.results import build_tables
from tests.monitoring.test_closings import closed, quarter
from twinning.core.tabular import open_sheet

__all__ = ["quarter", "typed"]
pytestmark = pytest.mark.contents(build=build_tables)


def upload(data, name="values.xlsx", holds="values"):
    return {"file": SimpleUploadedFile(name, data), "holds": holds}


def test_an_agent_uploads_looks_enters_and_undoes(world, typed, sign_in):
    client = sign_in(world.cda)
    assert "No sheet was brought in yet" in client.get(address(world)).content.decode()
    answer = client.post(address(world, "/new"), upload(sheet(GOOD, GOOD | {"Cluster": "", "Value": "x"})))
    batch = ValueBatch.objects.get()
    assert answer.url == address(world, f"/{batch.pk}")
    page = client.get(answer.url).content.decode()
    assert "“x” is not a number" in page
    assert "the good rows only" in page
    client.post(address(world, f"/{batch.pk}/apply"), {"mode": "all"})
    assert not Measurement.objects.exists()
    client.post(address(world, f"/{batch.pk}/apply"), {"mode": "good"})
    assert Measurement.objects.get().value == 10
    assert "Undo this import?" in client.get(address(world, f"/{batch.pk}/undo")).content.decode()
    client.post(address(world, f"/{batch.pk}/undo"))
    assert not Measurement.objects.exists()
    assert "values.xlsx" in client.get(address(world)).content.decode()


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken"])
def test_a_file_that_is_no_sheet_is_refused_beside_its_field(world, typed, sign_in, data):
    answer = sign_in(world.manager).post(address(world, "/new"), upload(data))
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not ValueBatch.objects.exists()


def test_the_sheet_to_fill_in_comes_back_unchanged_and_is_no_formula(world, typed, sign_in, quarter):
    services.record_measurement(
        actor=world.manager,
        indicator=typed["EMP"],
        period=quarter,
        cluster=world.leather,
        value=Decimal("10.5"),
        source='=HYPERLINK("http://x.example")',
        note="@note",
        parts=[{"dims": {"sex": "f"}, "value": "10.5"}],
    )
    client = sign_in(world.manager)
    answer = client.get(address(world, f"/sheet?holds=values&period={quarter.pk}"))
    data = answer.content
    table = open_sheet(data).sheet().read()
    assert not any(cell.formula for row in table.rows for cell in row.cells)
    codes = {row.cells[0].text for row in table.rows[1:]}
    assert codes == {"EMP", "MOOD"}
    batch = tasks.begin_values(
        actor=world.manager, programme=world.programme, holds="values", filename="back.xlsx", data=data
    )
    assert planned(batch) == [("unchanged", "")]
    assert client.get(address(world, "/sheet?holds=values&period=9999")).status_code == 404


def test_the_sheet_of_an_agent_names_their_cluster_only(world, typed, sign_in, quarter):
    client = sign_in(world.cda)
    data = client.get(address(world, f"/sheet?holds=values&period={quarter.pk}")).content
    rows = open_sheet(data).sheet().read().rows[1:]
    assert {row.cells[2].text for row in rows} == {"leather"}
    assert client.get(address(world, f"/sheet?holds=targets&period={quarter.pk}")).status_code == 404


def test_the_list_and_a_batch_cost_the_same_queries(world, typed, sign_in, django_assert_max_num_queries):
    for _number in range(6):
        batch = tried(world, *[GOOD | {"Indicator": f"N{n}"} for n in range(20)])
    client = sign_in(world.manager)
    client.get(address(world))
    for page in (address(world), address(world, f"/{batch.pk}")):
        with django_assert_max_num_queries(15):
            client.get(page)


def test_a_row_of_a_cluster_without_a_column_is_refused_with_the_reason(world, typed):
    batch = tried(world, GOOD | {"Cluster": "santa-croce"}, GOOD)
    (refused, why), (good, _why) = planned(batch)
    assert (refused, good) == ("refused", "new")
    assert "no column for Santa Croce" in why


def test_the_sheet_to_fill_in_has_the_places_that_results_are_reported_for(world, typed, sign_in, quarter):
    closed(world, quarter, world.leather, by=world.cda)
    client, address = sign_in(world.manager), f"/p/{world.programme.slug}/results/imports"
    page = client.get(f"{address}/new").content.decode()
    assert "2010 Q1 – closed for Chennai leather</option>" in page
    data = client.get(f"{address}/sheet?holds=values&period={quarter.pk}").content
    rows = open_sheet(data).sheet().read().rows[1:]
    # A row that ends with blank cells is shorter: that of the programme names no cluster.
    assert {row.cells[2].text if len(row.cells) > 2 else "" for row in rows} == {"leather", "footwear", ""}
