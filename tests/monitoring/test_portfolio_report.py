"""The portfolio report: what a donor asks of a programme, in every file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import pytest

from clusters import services as bodies
from monitoring import services
from monitoring.queries.portfolio import agreements_between_bodies
from tests.monitoring.results import event, tables
from tests.monitoring.test_portfolio import agreement, aimed, late_year, placed
from twinning.core import jobs
from twinning.core.documents import Table
from twinning.core.models import Attachment
from twinning.core.reports import Imprint, ReportRequest, digest, kind_of

KIND = kind_of("portfolio")


def snapshot(world, *clusters):
    chosen = clusters or (world.footwear, world.leather, world.santa_croce)
    return KIND.take(
        ReportRequest(world.programme, chosen, not clusters, dt.date(2011, 7, 31), world.manager)
    )


def imprint(language="en"):
    return Imprint("Manager", dt.datetime(2011, 8, 1, tzinfo=dt.UTC), language, "0" * 64)


@pytest.fixture
def told(world):
    placed(world)
    aimed(world)
    event(world, "Fair", "Feb 2010", "fair")
    agreement(world, "Framework", signed="2008-06", valid_to=dt.date(2010, 6, 30))
    agreement(world, "Letter of two firms", kind="loi", signed="2009")
    late_year(world)
    meeting = bodies.add_meeting(actor=world.manager, programme=world.programme, number=1, held="2008")
    bodies.record_decision(
        actor=world.manager,
        meeting=meeting,
        kind="select-cluster",
        cluster=world.leather,
        text="Take leather.",
    )
    return snapshot(world)


def table_of(data, name):
    from monitoring.reports.portfolio_document import document_of

    (found,) = [table for table in document_of(data, imprint(), inked=True).tables() if table.name == name]
    assert isinstance(found, Table)
    return found.rows


def test_it_says_who_takes_part_since_when(told):
    assert table_of(told, "Components") == (("Chennai leather", "since 2008, selective interventions"),)


def test_results_stand_beside_their_targets(told):
    (row,) = [row for row in table_of(told, "Outputs of the twinning (Table 9)") if "T9.6" in str(row[0])]
    assert row[1:] == (1, 0, 1, "4", "25\u00a0%")


def test_agreements_gaps_history_and_places_are_told(told):
    ((title, *_rest, force),) = table_of(told, "Agreements")
    assert (title, force) == ("Framework", "lapsed")
    assert [row[1] for row in table_of(told, "Late")] == ["Chennai footwear", "Chennai leather", "Programme"]
    ((cluster, _kind, _meeting, _held, text),) = table_of(told, "Selection")
    assert (cluster, text) == ("Chennai leather", "Take leather.")
    assert [row[:2] for row in table_of(told, "Countries")] == [
        ("India", "Chennai footwear"),
        ("India", "Chennai leather"),
        ("Italy", "Santa Croce"),
    ]


def test_of_a_cluster_it_tells_what_is_about_that_cluster(world, told):
    data = snapshot(world, world.footwear)
    assert data["scopes"] == ["Chennai footwear"]
    assert data["matrix"]["rows"] == []
    assert data["history"] == []
    assert [row["cluster"] for row in data["gaps"]["late"]] == ["Chennai footwear"]
    assert [row["cluster"] for row in data["places"]] == ["Chennai footwear"]


def test_no_money_of_few_firms_and_no_agreement_of_firms_is_in_it(world, told):
    made = services.record_outcome(
        actor=world.cda,
        programme=world.programme,
        cluster=world.leather,
        kind="investment",
        title="A mill",
        happened="2010",
        amount=5432,
        currency="EUR",
        source="Visit",
        parties=[(world.tannery, "gains")],
    )
    services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen.")
    data = snapshot(world)
    text = str(data)
    assert "5432" not in text
    assert "Letter of two firms" not in text
    assert agreements_between_bodies(world.programme).count() == 1
    assert "not shown" in KIND.html(data, imprint())


def test_the_same_records_give_the_same_snapshot_and_bytes(world, told):
    assert digest(snapshot(world)) == digest(told)
    assert KIND.xlsx(told, imprint()) == KIND.xlsx(told, imprint())


def test_its_figures_are_a_table_of_their_own(told):
    rows = list(csv.DictReader(io.StringIO(KIND.data(told).decode("utf-8-sig"))))
    (fair,) = [row for row in rows if (row["indicator"], row["scope"]) == ("T9.6", "programme")]
    assert (fair["value"], fair["target"], fair["achieved"]) == ("1", "4", "25")


def test_a_worker_builds_all_its_files(world, told):
    report = services.request_report(
        actor=world.manager, programme=world.programme, kind="portfolio", as_of=world.today
    )
    assert report.job is not None
    jobs.work(report.job.pk, heartbeat=False)
    report.refresh_from_db()
    files = {one.name.rpartition(".")[2]: one for one in Attachment.objects.of(report)}
    assert set(files) == {"pdf", "docx", "xlsx", "csv", "json"}
    assert files["pdf"].file.open("rb").read(5) == b"%PDF-"
    assert zipfile.is_zipfile(files["docx"].file.open("rb"))


def test_a_programme_without_anything_has_a_report_all_the_same(world):
    data = snapshot(world)
    assert "None is known." in KIND.html(data, imprint())
    assert tables(world)
