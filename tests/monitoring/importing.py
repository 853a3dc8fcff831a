"""Sheets of values and targets on their road into the results, as the tests walk it."""

from __future__ import annotations

import pytest

from monitoring import services, tasks
from monitoring.models import Indicator
from tests.monitoring.results import tables
from twinning.core.tabular import write_xlsx

HEAD = ["Indicator", "Period", "Cluster", "Value", "Low", "High", "Word", "Amount", "Currency"]
HEAD += ["sex:f", "sex:m", "Source", "Note", "Does not apply"]
GOOD = {"Indicator": "EMP", "Period": "2010 Q1", "Cluster": "leather", "Value": 10, "Source": "Survey"}


@pytest.fixture
def typed(world, quarter):
    result = tables(world)["T9.1"].result
    made = {"actor": world.manager, "result": result}
    services.add_indicator(**made, code="EMP", name="Employed", dimensions=["sex"], has_amount=True)
    services.add_indicator(**made, code="MOOD", name="Mood", measure="scale", scale=["low", "high"])
    return {row.code: row for row in Indicator.objects.all()}


def sheet(*rows, head=HEAD, write=write_xlsx):
    return write(head, [[row.get(name, "") for name in head] for row in rows])


def tried(world, *rows, actor=None, holds="values", head=HEAD, write=write_xlsx, name="values.xlsx"):
    return tasks.begin_values(
        actor=actor or world.manager,
        programme=world.programme,
        holds=holds,
        filename=name,
        data=sheet(*rows, head=head, write=write),
    )


def planned(batch):
    return [(row.action, row.reason) for row in batch.rows.all()]


def address(world, tail=""):
    return f"/p/{world.programme.slug}/results/imports{tail}"
