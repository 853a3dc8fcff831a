"""A dry run tells all and does nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from activities import services, tasks
from activities.models import Activity, ActivityCluster, ImportBatch, ImportRow
from tests.activities.importing import Importer
from tests.activities.imports import sheets
from tests.conftest import World
from twinning.core.access import PermissionRefused
from twinning.core.models import Change
from twinning.core.tabular import write_csv

pytestmark = pytest.mark.django_db
Actions = Callable[[ImportBatch], list[str]]


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (sheets.leather_xlsx, "leather.xlsx"),
        (sheets.excel_leather, "typed.xlsx"),
        (sheets.leather_ods, "leather.ods"),
        (sheets.leather_csv, "leather.csv"),
    ],
)
def test_the_annex_is_read_as_a_careful_person_reads_it(
    importer: Importer, make: Callable[[], bytes], name: str
) -> None:
    batch = importer.tried_file(make(), name)
    rows = list(ImportRow.objects.filter(batch=batch))
    assert {row.action for row in rows} == {"new"}
    for row, wanted in zip(rows, sheets.annex(), strict=True):
        assert (row.values["title"], row.values["period_text"]) == (wanted["title"], wanted["period_text"])
    assert importer.plan is not None
    readings = [planned.reading for planned in importer.plan.rows]
    for reading, wanted in zip(readings, sheets.annex(), strict=True):
        start = reading.start.isoformat() if reading.start else ""
        assert start == wanted["reading_start"], wanted["title"]


def test_nothing_changes_but_the_import_itself(importer: Importer) -> None:
    before = Activity.objects.count(), ActivityCluster.objects.count()
    last = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
    importer.tried_file(sheets.leather_xlsx(), "leather.xlsx")
    assert (Activity.objects.count(), ActivityCluster.objects.count()) == before
    changed = Change.objects.filter(id__gt=last).values_list("content_type__model", flat=True)
    assert set(changed) <= {"importbatch", "attachment"}


def test_the_second_month_is_told_row_by_row_and_field_by_field(importer: Importer, actions: Actions) -> None:
    rows = sheets.leather_rows()
    importer.applied(rows)
    rows[4] = ["5", "Mapping of firms for SPX", "Jun-08"]
    rows[5] = ["6", rows[5][1], "Oct-08"]
    rows[6] = ["7", "", "Sep-08"]
    del rows[9]
    rows.append(["34", "Closing workshop", "Jan-12"])
    batch = importer.tried(rows)
    assert actions(batch) == [
        *["unchanged"] * 4,
        "changed",
        "changed",
        "refused",
        *["unchanged"] * 25,
        "new",
    ]
    changed = ImportRow.objects.filter(batch=batch, action="changed")
    assert [row.changes for row in changed] == [
        {"title": ["Firm mapping for SPX", "Mapping of firms for SPX"]},
        {"period_text": ["Sep-08", "Oct-08"]},
    ]
    assert [row.needs_answer for row in changed] == [True, False]
    gone = [one["title"][:20] for one in batch.counts["gone_shown"]]
    assert gone == ["Awareness programme ", "Seminars conducted b"]


def test_a_period_written_otherwise_that_means_the_same_is_no_change(
    importer: Importer, actions: Actions
) -> None:
    importer.applied([["1", "Workshop on salt", "Sep-07"]])
    assert actions(importer.tried([["1", "Workshop on salt", "September 2007"]])) == ["unchanged"]


def test_rows_are_refused_with_the_reason_in_words(importer: Importer) -> None:
    head = ["No", "Activity", "Date", "Type", "Status"]
    batch = importer.tried(
        [
            ["one two", "Workshop", "Sep-07", "TB", "done"],
            ["2", "", "Sep-07", "TB", "done"],
            ["3", "Seminar", "Sep-07", "XX", "done"],
            ["4", "Fair", "Sep-07", "TB", "who knows"],
            ["5", "A" * 501, "Sep-07", "TB", "done"],
            ["6", "Study tour", "Sep-07", "TB", "done"],
            ["6", "Study tour", "Sep-07", "TB", "done"],
        ],
        head=head,
    )
    refused = ImportRow.objects.filter(batch=batch, action="refused")
    assert [(row.row, row.reason.split(".")[0]) for row in refused] == [
        (2, "“one two” is not a number of an activity"),
        (3, "There is no title"),
        (4, "“XX” is not a type"),
        (5, "“who knows” is not a status"),
        (6, "activity: Ensure this value has at most 500 characters (it has 501)"),
        (8, "The same as row 7"),
    ]


def test_a_status_that_the_period_says_already_is_not_fixed_by_hand(importer: Importer) -> None:
    head = ["No", "Activity", "Date", "Status"]
    batch = importer.tried(
        [
            ["1", "Held", "Sep-07", "done"],
            ["2", "Coming", "Nov-11", "planned"],
            ["3", "Off", "Sep-07", "cancelled"],
        ],
        head=head,
        status_date=dt.date(2011, 7, 31),
    )
    rows = ImportRow.objects.filter(batch=batch)
    assert [row.values["status_set"] for row in rows] == ["", "", "cancelled"]


def test_an_event_of_another_cluster_is_proposed_as_a_joint_one(importer: Importer, world: World) -> None:
    services.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.footwear],
        title="Participated in IILF 2008 with a joint stand",
        period_text="Feb 2008",
    )
    row = ["1", "Joint stand at IILF 2008", "Feb-08"]
    [found] = ImportRow.objects.filter(batch=importer.tried([row]))
    assert [p["cluster"] for p in found.proposals] == ["Chennai footwear"]
    assert found.needs_answer
    # The agent of the leather cluster does not read footwear's log, so nothing of it is told.
    [found] = ImportRow.objects.filter(batch=importer.tried([row], actor=world.cda))
    assert found.proposals == []


def test_a_row_that_stands_twice_with_two_numbers_asks(importer: Importer) -> None:
    batch = importer.tried([["1", "Core meeting", "Mar-08"], ["2", "Core meeting", "Mar-08"]])
    [row] = ImportRow.objects.filter(batch=batch, needs_answer=True)
    assert row.proposals == [{"kind": "row", "row": 2, "title": "Core meeting"}]


def test_a_stored_date_is_that_date_and_a_typed_one_asks(importer: Importer) -> None:
    def build(page: object) -> None:
        page.append(["No", "Activity", "Date"])  # type: ignore[attr-defined]
        page.append([1, "Stored", dt.date(2009, 9, 5)])  # type: ignore[attr-defined]
        page["C2"].number_format = "m/d/yyyy"  # type: ignore[index]
        page.append([2, "Typed", "9/5/2009"])  # type: ignore[attr-defined]

    batch = importer.tried_file(sheets.xlsx(build), "dates.xlsx")
    rows = list(ImportRow.objects.filter(batch=batch))
    assert [row.values["period_text"] for row in rows] == ["9/5/2009", "9/5/2009"]
    assert [row.needs_answer for row in rows] == [False, True]
    assert rows[0].reading["edtf"] == "2009-09-05"


def test_non_twinning_work_is_refused_in_the_list_of_an_advanced_cluster(
    importer: Importer, world: World
) -> None:
    head, row = ["No", "Activity", "Date", "Type"], ["1", "Capability building", "Sep-07", "NT"]
    [found] = ImportRow.objects.filter(batch=importer.tried([row], head=head, cluster=world.santa_croce))
    assert found.action == "refused"
    [found] = ImportRow.objects.filter(batch=importer.tried([row], head=head, cluster=world.leather))
    assert found.action == "new"


def test_columns_that_a_person_chose_are_proposed_for_the_next_such_sheet(world: World) -> None:
    data = write_csv(["No", "Activity", "Date", "Place"], [["1", "Seminar on leather", "Sep-07", "Pisa"]])
    batch = tasks.begin(actor=world.manager, cluster=world.leather, filename="a.csv", data=data)
    assert (batch.mapping["source"], batch.mapping["columns"]["venue"]) == ("heads", 3)
    chosen = {"number": 0, "title": 1, "period": 2, "note": 3}
    tasks.choose(actor=world.manager, batch=batch, columns=chosen)
    again = tasks.begin(actor=world.manager, cluster=world.leather, filename="b.csv", data=data)
    assert (again.mapping["source"], again.mapping["columns"]) == ("remembered", chosen)


def test_who_may_not_import_into_the_cluster_is_refused(importer: Importer, world: World) -> None:
    for name in ("cda_other", "donor", "association", "stranger", "neighbour"):
        with pytest.raises(PermissionRefused):
            importer.tried([["1", "Workshop", "Sep-07"]], actor=getattr(world, name))
    assert not ImportBatch.objects.exists()


def test_rows_without_numbers_continue_the_list(importer: Importer) -> None:
    """A sheet that prints no numbers must not number its new rows from 1 again."""
    importer.applied([["1", "Visit", "Sep-07"], ["7", "Seminar", "Oct-07"]], head=["#", "Activity", "Date"])
    batch = importer.tried(
        [["Visit", "Sep-07"], ["Training", "Nov-07"], ["Fair", "Dec-07"]], head=["Activity", "Date"]
    )
    rows = ImportRow.objects.filter(batch=batch).order_by("row")
    assert [(row.values["title"], row.action) for row in rows] == [
        ("Visit", "unchanged"),
        ("Training", "new"),
        ("Fair", "new"),
    ]
    assert [row.values["number"] for row in rows[1:]] == [8, 9]
