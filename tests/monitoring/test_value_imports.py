"""Sheets of values and targets: tried out first, refused in the words of the services, wholly or not at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from monitoring import services, tasks
from monitoring.importers.values import dims_of
from monitoring.models import Measurement, Target, ValueBatch
from monitoring.services.value_imports import WAY
from tests.activities.imports import sheets
from tests.monitoring.importing import GOOD, HEAD, planned, sheet, tried, typed
from tests.monitoring.results import build_tables
from tests.monitoring.test_closings import closed, quarter
from twinning.core import jobs
from twinning.core.access import DomainError, PermissionRefused
from twinning.core.batches import Refused
from twinning.core.models import Job
from twinning.core.tabular import write_csv, write_xlsx

__all__ = ["quarter", "typed"]
pytestmark = pytest.mark.contents(build=build_tables)


def test_a_good_sheet_is_tried_out_and_then_entered(world, typed):
    batch = tried(
        world,
        GOOD | {"sex:f": 4, "sex:m": 6, "Amount": "1200.50"},
        GOOD | {"Cluster": "", "Value": "", "Low": 5, "High": 9},
        GOOD | {"Indicator": "mood", "Value": "", "Word": "high"},
        GOOD | {"Cluster": "Chennai footwear", "Value": "", "Does not apply": "yes", "Note": "No firms."},
    )
    assert [action for action, _reason in planned(batch)] == ["new"] * 4, planned(batch)
    assert not Measurement.objects.exists()
    assert tasks.start_values(actor=world.manager, batch=batch, mode="all") is None
    first, whole, mood, none = Measurement.objects.order_by("pk")
    assert (first.value, first.amount, first.currency) == (10, Decimal("1200.50"), "EUR")
    assert first.parts == [{"dims": {"sex": "f"}, "value": "4"}, {"dims": {"sex": "m"}, "value": "6"}]
    assert (whole.cluster, whole.low, whole.high) == (None, 5, 9)
    assert (mood.word, none.applies) == ("high", False)
    batch.refresh_from_db()
    assert (batch.status, batch.counts["created"]) == ("applied", 4)


def write_ods(head, rows):
    return sheets.ods("".join(sheets.ods_row([str(cell) for cell in row]) for row in (head, *rows)))


@pytest.mark.parametrize("write", [write_xlsx, write_csv, write_ods])
def test_the_same_sheet_again_changes_nothing_and_another_what_it_says(world, typed, write):
    first = tried(world, GOOD | {"sex:f": 4, "sex:m": 6}, write=write)
    tasks.start_values(actor=world.manager, batch=first, mode="all")
    again = tried(world, GOOD | {"sex:f": 4, "sex:m": 6}, write=write)
    assert planned(again) == [("unchanged", "")]
    other = tried(world, GOOD | {"Value": 11, "Source": "Second survey"}, write=write)
    (row,) = other.rows.all()
    assert row.changes == {
        "value": ["10", "11"],
        "source": ["Survey", "Second survey"],
        "parts": ["sex:f 4; sex:m 6", ""],
    }
    assert Measurement.objects.get().value == 10
    tasks.start_values(actor=world.manager, batch=other, mode="all")
    assert Measurement.objects.get().value == 11


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"Indicator": "NONE"}, "There is no indicator “NONE”"),
        ({"Indicator": "T9.8"}, "This indicator is counted from records"),
        ({"Period": "2010 Q9"}, "There is no period “2010 Q9”"),
        ({"Period": ""}, "Say of which period"),
        ({"Cluster": "atlantis"}, "There is no cluster “atlantis”"),
        ({"Value": "many"}, "“many” is not a number"),
        ({"Value": "nan"}, "“nan” is not a number"),
        ({"Value": "1.23456"}, "4 decimal places"),
        ({"Value": "9" * 20}, "digits"),
        ({"sex:f": 4, "sex:m": 5}, "The parts by sex sum to 9, not to 10"),
        ({"sex:f": "some"}, "“some” is not a number"),
        ({"sex:f": -1, "sex:m": 11}, "not negative"),
        ({"Value": "", "Low": 5}, "A range has two ends"),
        ({"Value": "", "Low": 9, "High": 5}, "ends below its beginning"),
        ({"Word": "high"}, "This indicator is a number"),
        ({"Indicator": "MOOD", "Value": "", "Word": "middling"}, "Choose one of: low, high"),
        ({"Indicator": "MOOD", "Value": "", "Word": "low", "Amount": 5}, "counts no money"),
        ({"Amount": 5, "Currency": "euros"}, "currency"),
        ({"Amount": 5, "Currency": "XYZ"}, "XYZ is no currency of ISO 4217."),
        ({"Source": ""}, "source: This field cannot be blank"),
        ({"Does not apply": "yes"}, "Say why it does not apply"),
        ({"Does not apply": "perhaps"}, "neither yes nor no"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_beside_it(world, typed, bad, why):
    batch = tried(world, GOOD | bad)
    ((action, reason),) = planned(batch)
    assert action == "refused"
    assert why in reason
    assert not Measurement.objects.exists()


def test_a_closed_period_is_refused_in_the_words_of_the_service(world, typed, quarter):
    closed(world, quarter, world.leather)
    with pytest.raises(DomainError) as refused:
        services.record_measurement(
            actor=world.manager,
            indicator=typed["EMP"],
            period=quarter,
            cluster=world.leather,
            value=Decimal(10),
            source="Survey",
        )
    assert planned(tried(world, GOOD)) == [("refused", str(refused.value.message))]


def test_a_place_that_stands_twice_in_the_file_is_refused_the_second_time(world, typed):
    batch = tried(world, GOOD, GOOD | {"Value": 11})
    assert planned(batch) == [("new", ""), ("refused", "This place stands in row 2 already.")]


def test_half_good_is_entered_by_choice_only(world, typed):
    batch = tried(world, GOOD, GOOD | {"Cluster": "", "sex:f": 3})
    with pytest.raises(Refused, match="nothing was imported"):
        tasks.start_values(actor=world.manager, batch=batch, mode="all")
    assert not Measurement.objects.exists()
    tasks.start_values(actor=world.manager, batch=batch, mode="good")
    assert Measurement.objects.get().cluster == world.leather
    batch.refresh_from_db()
    assert (batch.counts["created"], batch.counts["not_imported"]) == (1, 1)


def test_what_changed_since_the_dry_run_keeps_all_of_it_out(world, typed, quarter):
    batch = tried(world, GOOD | {"Cluster": ""}, GOOD)
    other = tried(world, GOOD | {"Value": 7})
    tasks.start_values(actor=world.manager, batch=other, mode="all")
    with pytest.raises(Refused, match="There is a value for this period already"):
        tasks.start_values(actor=world.manager, batch=batch, mode="all")
    assert [row.value for row in Measurement.objects.all()] == [7]
    assert not batch.rows.exclude(undo={}).exists()
    tasks.start_values(actor=world.manager, batch=batch, mode="good")
    assert [row.action for row in batch.rows.all()] == ["new", "refused"]
    assert Measurement.objects.count() == 2


def test_undo_takes_back_what_was_entered_and_changed_and_leaves_what_somebody_changed(world, typed):
    tasks.start_values(actor=world.manager, batch=tried(world, GOOD | {"Amount": 3}), mode="all")
    rows = [GOOD | {"Value": 11}, GOOD | {"Cluster": ""}, GOOD | {"Cluster": "footwear"}]
    batch = tried(world, *rows)
    tasks.start_values(actor=world.manager, batch=batch, mode="all")
    changed = Measurement.objects.get(cluster=world.footwear)
    services.update_measurement(
        actor=world.manager, measurement=changed, version=None, value=Decimal(99), source="Mine"
    )
    batch.refresh_from_db()
    tasks.start_undo_values(actor=world.manager, batch=batch)
    assert {row.cluster: (row.value, row.amount) for row in Measurement.objects.all()} == {
        world.leather: (10, 3),
        world.footwear: (99, None),
    }
    batch.refresh_from_db()
    assert (batch.status, batch.counts["undone"], batch.counts["kept"]) == ("undone", 2, 1)
    assert "somebody changed it" in batch.rows.get(place=4).reason


def test_undo_leaves_what_is_handed_in_by_now(world, typed, quarter):
    batch = tried(world, GOOD)
    tasks.start_values(actor=world.manager, batch=batch, mode="all")
    closed(world, quarter, world.leather)
    batch.refresh_from_db()
    tasks.start_undo_values(actor=world.manager, batch=batch)
    assert Measurement.objects.exists()
    assert "is closed" in batch.rows.get().reason


def test_an_agent_enters_for_their_cluster_only(world, typed):
    batch = tried(world, GOOD, GOOD | {"Cluster": "footwear"}, GOOD | {"Cluster": ""}, actor=world.cda)
    assert planned(batch) == [("new", ""), *[("refused", "You may not do this.")] * 2]
    tasks.start_values(actor=world.cda, batch=batch, mode="good")
    assert Measurement.objects.get().author == world.cda
    assert not ValueBatch.objects.visible_to(world.cda_other).exists()
    assert ValueBatch.objects.visible_to(world.coordinator).exists()
    for other in (world.cda_other, world.donor):
        with pytest.raises(PermissionRefused):
            services.prepare_undo_values(actor=other, batch=batch)


TARGET_HEAD = ["indicator", "period", "from", "to", "cluster", "value", "amount", "note"]
AIM = {"indicator": "T9.8", "period": "2010 Q1", "cluster": "leather", "value": 40}


def aimed(world, *rows, **more):
    return tried(world, *rows, holds="targets", head=TARGET_HEAD, **more)


def test_targets_come_in_for_a_period_or_from_day_to_day(world, typed, quarter):
    days = {"period": "", "from": "2008-01-01", "to": "2011-12-31", "cluster": "", "value": 100}
    batch = aimed(world, AIM, AIM | days)
    assert planned(batch) == [("new", ""), ("new", "")]
    tasks.start_values(actor=world.manager, batch=batch, mode="all")
    assert {(row.first, row.last, row.value) for row in Target.objects.all()} == {
        (quarter.first, quarter.last, 40),
        (dt.date(2008, 1, 1), dt.date(2011, 12, 31), 100),
    }
    more = aimed(world, AIM | {"value": 50}, AIM | days)
    assert [action for action, _reason in planned(more)] == ["changed", "unchanged"]
    tasks.start_values(actor=world.manager, batch=more, mode="all")
    more.refresh_from_db()
    tasks.start_undo_values(actor=world.manager, batch=more)
    assert Target.objects.get(first=quarter.first).value == 40
    batch.refresh_from_db()


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"period": ""}, "Say for which period the target is"),
        ({"period": "", "from": "soon", "to": "2011-12-31"}, "“soon” is not a day"),
        ({"period": "", "from": "2011-12-31", "to": "2008-01-01"}, "The last day is before the first"),
        ({"amount": 5}, "This indicator counts no money"),
        ({"indicator": "MOOD"}, "scale of words"),
        ({"value": "", "note": "Much"}, "Give a number or an amount"),
    ],
)
def test_what_is_wrong_with_a_target_is_said_beside_it(world, typed, bad, why):
    ((action, reason),) = planned(aimed(world, AIM | bad))
    assert action == "refused"
    assert why in reason


def test_targets_are_brought_in_by_who_shapes_the_framework(world, typed):
    with pytest.raises(PermissionRefused):
        aimed(world, AIM, actor=world.cda)


def test_a_file_without_heads_is_refused_and_not_kept(world, typed):
    with pytest.raises(DomainError, match="No row names the columns"):
        tried(world, {"a": "b"}, head=["a"])
    assert not ValueBatch.objects.exists()


def test_rows_without_a_value_and_columns_that_are_not_read_are_said(world, typed):
    batch = tried(world, {**GOOD, "Value": "", "Source": ""}, GOOD, head=[*HEAD, "Colour"])
    assert batch.counts["notes"] == [
        "Columns that are not read: colour",
        "Rows without a value, passed over: 1",
    ]
    assert batch.counts["rows"] == 1


def test_many_rows_are_a_workers_work(world, typed, quarter):
    rows = [GOOD | {"Indicator": f"X{number}"} for number in range(45)]
    for number in range(45):
        services.add_indicator(
            actor=world.manager, result=typed["EMP"].result, code=f"X{number}", name=f"Number {number}"
        )
    batch = tried(world, *rows)
    assert (batch.status, batch.job.kind) == ("reading", WAY.dry_run)
    _work()
    batch = ValueBatch.objects.get()
    assert (batch.stage, batch.counts["new"]) == ("ready", 45)
    assert not Measurement.objects.exists()
    tasks.start_values(actor=world.manager, batch=batch, mode="all")
    _work()
    assert Measurement.objects.count() == 45
    tasks.start_undo_values(actor=world.manager, batch=ValueBatch.objects.get())
    _work()
    assert not Measurement.objects.exists()
    assert ValueBatch.objects.get().stage == "undone"


def _work():
    for job in Job.objects.filter(status="queued"):
        jobs.work(job.pk, heartbeat=False)
        job.refresh_from_db()
        assert job.status == "done", job.error


def test_the_head_of_a_part():
    assert dims_of("sex:f, firm-size:small") == {"sex": "f", "firm-size": "small"}
    assert dims_of("colour:red") == dims_of("note") == {}


def test_the_command_says_what_would_happen_and_enters_it(world, typed, tmp_path, capsys):
    path = tmp_path / "values.csv"
    path.write_bytes(sheet(GOOD, write=write_csv))
    command = ("import_values", str(path), "--programme", world.programme.slug)
    call_command(*command, "--dry-run")
    assert "new        EMP, 2010 Q1, leather" in capsys.readouterr().out
    assert not ValueBatch.objects.exists()
    call_command(*command)
    assert Measurement.objects.get().value == 10
    path.write_bytes(sheet(GOOD | {"Value": "x"}, write=write_csv))
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command(*command)
