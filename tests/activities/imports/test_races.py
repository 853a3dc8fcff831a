"""Between the reading of an import's rows and their writing somebody may work on it. Then nothing is written."""

from __future__ import annotations

from typing import Any

import pytest

from activities import services, tasks
from activities.models import Activity, ImportBatch, ImportRow
from activities.services.imports import WAY
from tests.activities.importing import Importer
from tests.conftest import World
from twinning.core.access import WrongState
from twinning.core.batches import ChangedMeanwhile, Refused
from twinning.core.models import Change

pytestmark = pytest.mark.django_db
FAIR, SEMINAR = ["1", "Fair", "Jul-08"], ["2", "Seminar", "Aug-08"]


def decide(world: World, batch: ImportBatch, row: int, **decision: Any) -> None:
    pk = ImportRow.objects.get(batch=batch, row=row).pk
    services.decide(actor=world.manager, batch=batch, decisions={pk: decision})


def titles() -> set[str]:
    return set(Activity.objects.filter(removed_at=None).values_list("title", flat=True))


def test_an_answer_given_while_the_rows_are_made_ready_is_not_passed_over(
    importer: Importer, world: World
) -> None:
    batch = importer.tried([FAIR, SEMINAR])
    write = services.prepare_apply(actor=world.manager, batch=batch, mode="all")
    decide(world, batch, 3, leave=True)
    before = Change.objects.count()
    with pytest.raises(ChangedMeanwhile, match="Nothing was written"):
        write()
    assert (titles(), Change.objects.count()) == (set(), before)
    importer.apply(batch)
    assert titles() == {"Fair"}


def test_a_dry_run_kept_while_the_rows_are_made_ready_is_not_passed_over(
    importer: Importer, world: World
) -> None:
    batch = importer.tried([FAIR])
    write = services.prepare_apply(actor=world.manager, batch=batch, mode="all")
    tasks.dry_run(actor=world.manager, batch=batch)[1]()
    with pytest.raises(ChangedMeanwhile):
        write()
    assert titles() == set()
    assert importer.apply(batch).counts["created"] == 1


def test_columns_chosen_while_the_rows_are_made_ready_stop_the_import(
    importer: Importer, world: World
) -> None:
    batch = importer.tried([FAIR])
    write = services.prepare_apply(actor=world.manager, batch=batch, mode="all")
    tasks.choose(actor=world.manager, batch=batch, columns={"title": 1})
    with pytest.raises(WrongState):
        write()
    assert titles() == set()


def test_a_dry_run_of_columns_that_were_changed_since_is_not_kept(importer: Importer, world: World) -> None:
    batch = importer.tried([FAIR])
    _plan, keep = tasks.dry_run(actor=world.manager, batch=batch)
    tasks.choose(actor=world.manager, batch=batch, columns={"title": 1})
    with pytest.raises(ChangedMeanwhile):
        keep()
    assert not ImportRow.objects.filter(batch=batch).exists()


def test_an_import_undone_and_applied_anew_is_not_undone_by_an_older_wish(
    importer: Importer, world: World
) -> None:
    batch = importer.applied([FAIR])
    undo = services.prepare_undo(actor=world.manager, batch=batch)
    importer.undo(batch)
    with pytest.raises(WrongState):
        undo()
    tasks.dry_run(actor=world.manager, batch=batch)[1]()
    importer.apply(batch)
    with pytest.raises(ChangedMeanwhile):
        undo()
    assert titles() == {"Fair"}


def test_who_answers_after_the_import_was_handed_to_a_worker_is_told(
    importer: Importer, world: World
) -> None:
    batch = importer.tried([FAIR])
    services.queue(actor=world.manager, batch=batch, kind=WAY.apply, mode="all")
    with pytest.raises(WrongState):
        decide(world, batch, 2, leave=True)
    assert ImportRow.objects.get(batch=batch).decision == {}


def test_a_record_changed_while_the_rows_are_made_ready_is_not_overwritten(
    importer: Importer, world: World
) -> None:
    importer.applied([FAIR, SEMINAR])
    batch = importer.tried([["1", "Fair", "Sep-08"], ["2", "Seminar", "Oct-08"]])
    all_rows, good_rows = (
        services.prepare_apply(actor=world.manager, batch=batch, mode=mode) for mode in ("all", "good")
    )
    services.update_activity(
        actor=world.cda,
        activity=Activity.objects.get(title="Fair"),
        version=1,
        reading=services.read_for_entry("May 2008"),
    )
    with pytest.raises(Refused, match="row 2: Somebody changed it since the dry run: period"):
        all_rows()
    assert Activity.objects.get(title="Seminar").period_text == "Aug-08"
    counts = good_rows()
    assert (counts["updated"], counts["not_imported"]) == (1, 1)
    assert list(Activity.objects.order_by("id").values_list("period_text", flat=True)) == [
        "May 2008",
        "Oct-08",
    ]


def test_what_was_changed_beside_it_while_the_rows_are_made_ready_stays(
    importer: Importer, world: World
) -> None:
    importer.applied([FAIR])
    batch = importer.tried([["1", "Fair", "Sep-08"]])
    write = services.prepare_apply(actor=world.manager, batch=batch, mode="all")
    fair = Activity.objects.get()
    services.update_activity(actor=world.cda, activity=fair, version=1, venue="Chennai")
    write()
    fair.refresh_from_db()
    assert (fair.venue, fair.period_text, fair.version) == ("Chennai", "Sep-08", 3)
    assert [change.fields.get("venue") for change in Change.objects.of(fair)[:2]] == [None, ["", "Chennai"]]


def test_what_was_taken_out_while_the_rows_are_made_ready_stays_out(importer: Importer, world: World) -> None:
    importer.applied([FAIR])
    batch = importer.tried([["1", "Fair", "Sep-08"]])
    write = services.prepare_apply(actor=world.manager, batch=batch, mode="good")
    services.remove_activity(actor=world.cda, activity=Activity.objects.get(), version=1)
    assert write()["not_imported"] == 1
    assert "taken out of the list" in ImportRow.objects.get(batch=batch).reason


def test_what_somebody_builds_on_while_an_undo_is_made_ready_is_left(
    importer: Importer, world: World
) -> None:
    batch = importer.applied([FAIR, SEMINAR, ["3", "Tour", "Sep-08"]])
    undo = services.prepare_undo(actor=world.manager, batch=batch)
    fair, seminar, _tour = Activity.objects.order_by("id")
    services.update_activity(actor=world.cda, activity=fair, version=1, venue="Chennai")
    services.add_participation(
        actor=world.cda, activity=seminar, total=4, unspecified=4, note="list of names"
    )
    assert undo() == {"undone": 1, "kept": 2}
    assert titles() == {"Fair", "Seminar"}


def test_of_two_rows_for_one_event_of_another_cluster_one_comes_too_late(
    importer: Importer, world: World
) -> None:
    event = services.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.footwear],
        title="Joint stand at IILF 2008",
        period_text="Feb 2008",
    )
    batch = importer.tried(
        [["7", "Joint stand at IILF 2008", "Feb-08"], ["8", "Joint stand at the IILF 2008", "Feb-08"]]
    )
    for row in (2, 3):
        decide(world, batch, row, same=event.pk)
    with pytest.raises(Refused, match="row 3: The other cluster"):
        importer.apply(batch)
    batch = importer.apply(batch, mode="good")
    assert (batch.counts["joined"], batch.counts["not_imported"]) == (1, 1)
