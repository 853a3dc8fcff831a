"""Applying writes what the dry run said, once, and undo takes it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from activities import services
from activities.importers.corrections import correction_file
from activities.models import Activity, ActivityCluster, ImportBatch, ImportRow
from tests.activities.importing import Importer
from tests.activities.imports import sheets
from tests.conftest import World
from twinning.core.access import DomainError, WrongState
from twinning.core.batches import Refused
from twinning.core.models import Change
from twinning.core.tabular import open_sheet, write_csv

pytestmark = pytest.mark.django_db
Actions = Callable[[ImportBatch], list[str]]
HEAD = ["No", "Activity", "Date", "Type", "Format", "Venue", "Organiser"]


def decide(world: World, batch: ImportBatch, row: int, **decision: Any) -> None:
    pk = ImportRow.objects.get(batch=batch, row=row).pk
    services.decide(actor=world.manager, batch=batch, decisions={pk: decision})


def titles(world: World) -> list[str]:
    links = ActivityCluster.objects.filter(cluster=world.leather, activity__removed_at=None)
    return list(links.order_by("number").values_list("activity__title", flat=True))


def test_the_annex_enters_the_log_as_printed_with_its_history(importer: Importer, world: World) -> None:
    batch = importer.apply(importer.tried_file(sheets.leather_xlsx(), "leather.xlsx"))
    assert (batch.stage, batch.counts["created"]) == ("applied", 33)
    links = ActivityCluster.objects.filter(cluster=world.leather).order_by("number")
    assert [(str(x.number), x.activity.title, x.activity.period_text) for x in links] == [
        tuple(row) for row in sheets.leather_rows()
    ]
    wet_end = links[16].activity
    assert (wet_end.origin, links[16].number_source) == ("imported", "printed")
    assert wet_end.period_edtf == "{2009-12,2010-02}"
    [change] = Change.objects.of(wet_end)
    assert (change.action, change.actor, change.reason) == (
        "created",
        world.manager,
        "import of leather.xlsx",
    )
    assert Change.objects.filter(parent_id=wet_end.pk, content_type__model="activitycluster").count() == 1


def test_an_imported_activity_is_what_a_logged_one_would_be(importer: Importer, world: World) -> None:
    row = ["1", "Seminar on salt", "June - July 2010", "TB", "Seminar", "Ambur", "Leather Research Institute"]
    importer.applied([row], head=HEAD)
    imported = Activity.objects.get()
    logged = services.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather],
        title="Seminar on salt",
        period_text="June - July 2010",
        kind="TB",
        format="workshop",
        venue="Ambur",
        organisations=[(world.clri, "organiser")],
    )
    own = {"id", "origin", "created_at", "updated_at"}
    names = [field.attname for field in Activity._meta.concrete_fields if field.attname not in own]
    assert {n: getattr(imported, n) for n in names} == {n: getattr(logged, n) for n in names}
    assert imported.organisation_links.get().organisation == world.clri


def test_an_import_applied_twice_changes_nothing_the_second_time(
    importer: Importer, actions: Actions
) -> None:
    importer.applied(sheets.leather_rows())
    last = Change.objects.order_by("-id").values_list("id", flat=True)[0]
    batch = importer.applied(sheets.leather_rows())
    assert set(actions(batch)) == {"unchanged"}
    touched = Change.objects.filter(id__gt=last).values_list("content_type__model", flat=True)
    assert set(touched) == {"importbatch", "attachment"}
    with pytest.raises(WrongState):
        importer.apply(batch)


def test_all_or_nothing_stops_at_a_refused_row_and_good_rows_go_on(importer: Importer, world: World) -> None:
    batch = importer.tried([["1", "Workshop", "Sep-07"], ["2", "", "Oct-07"]])
    with pytest.raises(Refused, match="1 row is refused"):
        importer.apply(batch)
    assert titles(world) == []
    batch = importer.apply(batch, mode="good")
    assert titles(world) == ["Workshop"]
    assert (batch.counts["created"], batch.counts["not_imported"]) == (1, 1)


def test_changes_are_written_with_what_stood_before(importer: Importer, world: World) -> None:
    importer.applied([["1", "Firm mapping", "Jun-08"], ["2", "Seminar", "Jul-08"]])
    importer.applied([["1", "Firm mapping", "Aug-08"], ["3", "Seminar", "Jul-08"]])
    mapping, seminar = Activity.objects.order_by("id")
    assert (mapping.period_text, mapping.period_edtf, mapping.version) == ("Aug-08", "2008-08", 2)
    assert Change.objects.of(mapping)[0].fields["period_text"] == ["Jun-08", "Aug-08"]
    assert seminar.cluster_links.get().number == 3


def test_what_somebody_changed_after_the_dry_run_is_not_overwritten(importer: Importer, world: World) -> None:
    importer.applied([["1", "Firm mapping for SPX", "Jun-08"], ["2", "Seminar", "Jul-08"]])
    batch = importer.tried([["1", "Firm mapping for SPX", "Aug-08"], ["2", "Seminar", "Sep-08"]])
    first = Activity.objects.order_by("id")[0]
    services.update_activity(
        actor=world.cda, activity=first, version=1, reading=services.read_for_entry("May 2008")
    )
    with pytest.raises(Refused, match="row 2: Somebody changed it since the dry run: period"):
        importer.apply(batch)
    assert Activity.objects.get(title="Seminar").period_text == "Jul-08"
    importer.apply(batch, mode="good")
    assert [a.period_text for a in Activity.objects.order_by("id")] == ["May 2008", "Sep-08"]
    late = ImportRow.objects.get(batch=batch, row=2)
    assert (late.action, "Somebody changed it" in late.reason) == ("refused", True)


def test_a_change_beside_what_the_row_changes_does_no_harm(importer: Importer, world: World) -> None:
    importer.applied([["1", "Firm mapping for SPX", "Jun-08"]])
    batch = importer.tried([["1", "Firm mapping for SPX", "Aug-08"]])
    services.update_activity(actor=world.cda, activity=Activity.objects.get(), version=1, venue="Chennai")
    importer.apply(batch)
    assert (Activity.objects.get().venue, Activity.objects.get().period_text) == ("Chennai", "Aug-08")


def test_what_somebody_logged_meanwhile_is_not_logged_twice(importer: Importer, world: World) -> None:
    batch = importer.tried([["1", "Firm mapping for SPX", "Jun-08"]])
    importer.applied([["1", "Firm mapping for SPX", "Jun-08"]])
    with pytest.raises(Refused, match="logged by somebody else"):
        importer.apply(batch)
    assert Activity.objects.count() == 1


def test_doubtful_periods_are_read_as_the_person_decided(importer: Importer, world: World) -> None:
    texts = ["9/5/2009", "9/5/2009", "9/5/2009", "9/5/2009"]
    batch = importer.tried([[str(n), f"Workshop no {n * 111}", text] for n, text in enumerate(texts, 1)])
    assert batch.counts["questions"] == 4
    decide(world, batch, 2, period=-1)
    decide(world, batch, 3, period=0)
    decide(world, batch, 4, text="12 Sep 2009")
    importer.apply(batch)
    rows = list(Activity.objects.order_by("id"))
    assert {row.period_text for row in rows} == {"9/5/2009"}
    assert [row.period_doubtful for row in rows] == [False, False, False, True]
    assert {rows[0].period_edtf, rows[1].period_edtf} == {"2009-05-09", "2009-09-05"}
    assert rows[2].period_edtf == "2009-09-12"
    assert [row.period_confirmed_by for row in rows] == [*[world.manager] * 3, None]


def test_an_answer_that_cannot_be_read_is_refused_and_the_others_wait(
    importer: Importer, world: World
) -> None:
    batch = importer.tried([["1", "Workshop", "9/5/2009"]])
    row = ImportRow.objects.get(batch=batch)
    with pytest.raises(DomainError) as refused:
        decide(world, batch, 2, text="when it rains")
    assert list(refused.value.fields) == [f"{row.pk}-text"]
    with pytest.raises(DomainError):
        decide(world, batch, 2, same=99)
    row.refresh_from_db()
    assert row.decision == {}


def test_a_joint_event_becomes_one_record_in_two_lists(importer: Importer, world: World) -> None:
    event = services.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.footwear],
        title="Participated in IILF 2008 with a joint stand",
        period_text="Feb 2008",
    )
    batch = importer.tried([["7", "Joint stand at IILF 2008", "Feb-08"]])
    decide(world, batch, 2, same=event.pk)
    batch = importer.apply(batch)
    assert (batch.counts["created"], batch.counts["joined"]) == (0, 1)
    place = event.cluster_links.get(cluster=world.leather)
    assert (place.number, place.printed_title) == (7, "Joint stand at IILF 2008")
    # The next sheet with the same words changes nothing, and one with others changes only this list.
    again = importer.tried([["7", "Joint stand at IILF 2008", "Feb-08"]])
    assert again.counts["unchanged"] == 1
    importer.applied([["7", "Joint stand at the IILF 2008 fair", "Feb-08"]])
    event.refresh_from_db()
    assert event.title == "Participated in IILF 2008 with a joint stand"
    assert importer.undo(batch).counts["kept"] == 1


def test_a_joint_event_is_parted_again_by_undo(importer: Importer, world: World) -> None:
    event = services.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.footwear],
        title="Ambur Open 2010",
        period_text="Jul-10",
    )
    batch = importer.tried([["7", "Ambur Open 2010", "Jul-10"]])
    decide(world, batch, 2, same=event.pk)
    importer.undo(importer.apply(batch))
    assert [link.cluster for link in event.cluster_links.all()] == [world.footwear]


def test_rows_that_a_person_leaves_out_or_parts_stay_apart(importer: Importer, world: World) -> None:
    importer.applied([["1", "Firm mapping for SPX", "Jun-08"]])
    batch = importer.tried([["1", "Mapping of firms for SPX profiles", "Jun-08"], ["2", "Fair", "Jul-08"]])
    decide(world, batch, 2, same="other")
    decide(world, batch, 3, leave=True)
    batch = importer.apply(batch)
    assert sorted(titles(world)) == ["Firm mapping for SPX", "Mapping of firms for SPX profiles"]
    assert batch.counts["left_out"] == 1


def test_undo_brings_back_what_stood_before(importer: Importer, world: World) -> None:
    importer.applied([["1", "Firm mapping", "Jun-08"]])
    before = Activity.objects.values().get()
    head = ["No", "Activity", "Date", "Organiser"]
    rows = [["2", "Firm mapping", "Aug-08", "Leather Research Institute"], ["3", "Fair", "Jul-08", ""]]
    batch = importer.applied(rows, head=head)
    batch = importer.undo(batch)
    assert (batch.stage, batch.counts["undone"], batch.counts["kept"]) == ("undone", 2, 0)
    assert titles(world) == ["Firm mapping"]
    after = Activity.objects.values().get(pk=before["id"])
    moved = {"version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in moved} == {
        k: v for k, v in before.items() if k not in moved
    }
    activity = Activity.objects.get(pk=before["id"])
    assert activity.cluster_links.get().number == 1
    assert not activity.organisation_links.exists()


def test_undo_leaves_what_somebody_built_on(importer: Importer, world: World) -> None:
    batch = importer.applied([["1", "Fair", "Jul-08"], ["2", "Seminar", "Jul-08"], ["3", "Tour", "Jul-08"]])
    fair, seminar, _tour = Activity.objects.order_by("id")
    services.update_activity(actor=world.cda, activity=fair, version=1, venue="Chennai")
    services.add_participation(
        actor=world.cda, activity=seminar, total=4, unspecified=4, note="list of names"
    )
    batch = importer.undo(batch)
    assert (batch.counts["undone"], batch.counts["kept"]) == (1, 2)
    assert titles(world) == ["Fair", "Seminar"]
    kept = ImportRow.objects.filter(batch=batch).exclude(reason="")
    assert [row.row for row in kept] == [2, 3]


def test_a_sheet_that_was_undone_can_be_imported_again(importer: Importer, world: World) -> None:
    importer.undo(importer.applied(sheets.leather_rows()))
    batch = importer.applied(sheets.leather_rows())
    assert batch.counts["created"] == 33
    assert len(titles(world)) == 33


def test_the_refused_rows_come_back_mended(importer: Importer, world: World) -> None:
    head = ["No", "Activity", "Date", "Type", "Budget"]
    batch = importer.tried(
        [["1", "Fair", "Jul-08", "TB", "10"], ["2", "Seminar", "Jul-08", "=1+1", "20"]], head=head
    )
    batch = importer.apply(batch, mode="good")
    for kind in ("xlsx", "csv"):
        data = correction_file(batch, ImportRow.objects.filter(batch=batch, action="refused"), kind)
        lines = [[c.text for c in row.cells] for row in open_sheet(data).sheet().read().rows]
        assert lines[0][:5] == head
        assert lines[1][:5] == ["2", "Seminar", "Jul-08", "=1+1", "20"]
        assert "not a type" in lines[1][5]
        assert lines[1][6] == "3"
    lines[1][3] = "LH"
    mended = importer.tried_file(write_csv(lines[0], lines[1:]), "mended.csv")
    assert mended.counts["new"] == 1
    importer.apply(mended)
    assert titles(world) == ["Fair", "Seminar"]
