"""The portfolio report: what a donor asks of a programme, in every file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest

from clusters import services as bodies
from monitoring import services
from monitoring.models import Result
from monitoring.queries.portfolio import agreements_between_bodies
from tests.conftest import fresh
from tests.diagnostics.test_adoption_cases import case
from tests.monitoring.iati.stage import budget, publish, transaction
from tests.monitoring.results import event, tables
from tests.monitoring.test_portfolio import agreement, aimed, late_year, on_the_map, placed
from twinning.core import jobs
from twinning.core.documents import Table
from twinning.core.models import Attachment
from twinning.core.reports import Imprint, ReportRequest, digest, kind_of

KIND = kind_of("portfolio")
HIDDEN = "fewer than three firms, not shown"


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
    from monitoring.reports.portfolio.document import document_of

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


def test_it_has_the_map_and_its_table(world):
    on_the_map(world)
    data = snapshot(world)
    assert [row[1:] for row in table_of(data, "Countries")] == [
        ("Chennai footwear", None, None, "–"),
        ("Chennai leather", None, "12.93°\u00a0N, 79.33°\u00a0E", "Santa Croce (scouting)"),
        ("Santa Croce", None, "43.71°\u00a0N, 10.78°\u00a0E", "Chennai leather (scouting)"),
    ]
    assert 'class="place-map"' in KIND.html(data, imprint())
    assert "Places near each other share one mark." in KIND.html(data, imprint())
    assert "Carte des clusters" in KIND.html(data, imprint("fr"))
    assert "partagent un seul signe" in KIND.html(data, imprint("fr"))


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


# Money, goals, stories, publication, annex ----------------------------------------------------------------------


@pytest.fixture
def paid(world):
    component = bodies.add_component(
        actor=world.manager, programme=world.programme, kind="ITP", title="Promotion"
    )
    budget(world.manager, world.programme, component=component)
    transaction(world.manager, world.programme, component=component)
    transaction(world.manager, world.programme, type="1", date=dt.date(2009, 1, 5), value=Decimal(9000))
    return component


def test_money_stands_by_component_and_by_year(world, paid):
    data = snapshot(world)
    assert table_of(data, "Spend by component") == (
        ("Promotion", "1,000.5", "250", "25\u00a0%"),
        ("programme as a whole", "0", "0", None),
        ("Together", "1,000.5", "250", "25\u00a0%"),
    )
    assert table_of(data, "Spend by year") == (
        ("2009", "0", "9,000", "0"),
        ("2010", "1,000.5", "0", "250"),
        ("Together", "1,000.5", "9,000", "250"),
    )
    assert 'class="pairs"' in KIND.html(data, imprint())


def test_neither_what_few_firms_got_nor_a_sum_with_it_is_told(world, paid):
    transaction(world.manager, world.programme, value=Decimal(7654), receiver=world.tannery)
    data = snapshot(world)
    assert "7654" not in str(data)
    assert [row[2] for row in table_of(data, "Spend by component")] == ["250", HIDDEN, HIDDEN]
    assert [row[3] for row in table_of(data, "Spend by year")] == ["0", HIDDEN, HIDDEN]
    assert (("Spent", None, HIDDEN)) in table_of(data, "As recorded")
    assert "7,904" not in KIND.html(data, imprint())


@pytest.mark.parametrize(("name", "reads"), [("donor", True), ("cta", True), ("broker", False)])
def test_money_is_told_to_who_reads_the_papers_of_the_committee(world, paid, name, reads):
    asked = ReportRequest(
        world.programme, (world.leather,), True, dt.date(2011, 7, 31), fresh(getattr(world, name))
    )
    data = KIND.take(asked)
    assert (data["money"] is not None) is reads
    assert ("Budget and spend" in KIND.html(data, imprint())) is reads


def test_the_report_of_a_cluster_tells_no_money_of_the_programme(world, paid):
    data = snapshot(world, world.leather)
    assert data["money"] is None
    assert data["publication"] is None


def test_results_stand_by_the_targets_that_the_programme_names(world):
    indicator = aimed(world)
    services.update_indicator(actor=world.manager, indicator=indicator, version=None, reference="9.3.1")
    event(world, "Fair", "Feb 2010", "fair")
    for code in ("17.6", "9.3"):
        services.add_publication_code(actor=world.manager, programme=world.programme, scheme="tag", code=code)
    rows = table_of(snapshot(world), "SDG")
    assert [(row[0], row[2], row[4]) for row in rows] == [
        ("9.3", "T9.6 Participation in fairs/exhibitions", "25\u00a0%"),
        ("17.6", "no indicator names it", ""),
    ]


def test_what_stands_against_publication_is_counted_by_rule(world):
    publish(world.manager, world.programme, world.tanners)
    day = dt.date(2011, 7, 31)
    assert snapshot(world)["publication"]["errors"] == 0
    transaction(world.manager, world.programme, value_date=day + dt.timedelta(days=30), date=day)
    data = snapshot(world)
    assert [(row["rule"], row["count"]) for row in data["publication"]["rules"]] == [("11.2.2", 1)]
    ((rule, words, severity, times),) = table_of(data, "IATI")
    assert (rule, severity, times) == ("11.2.2", "error", 1)
    assert words == "The value of the transaction is of a day to come."
    # Not those of the log, which are told of everywhere else.
    assert "IATI activities checked" in KIND.html(data, imprint())


def test_gaps_name_what_is_not_reported_and_what_lapsed(world, told):
    gained = services.add_indicator(
        actor=world.manager, result=Result.objects.all()[0], code="X1", name="Gain", measure="percent"
    )
    html = KIND.html(snapshot(world), imprint())
    assert html.index("Indicators that nothing is reported of") < html.rindex(f"X1 {gained.name}")
    assert snapshot(world)["gaps"]["lapsed"] == ["Framework"]


def test_adoption_is_counted_and_no_firm_is_named(world):
    for n in range(3):
        case(world, f"Secret firm {n}", {"impact_area": "efficiency"})
    case(world, "Secret firm 3", {"impact_area": "product"})
    data = snapshot(world)
    assert "Secret" not in str(data)
    counted = {row[1]: row[2] for row in table_of(data, "Adoption")}
    assert (counted["Efficiency"], counted["Product"], counted["Skills and roles"]) == (3, "fewer than 3", 0)


def test_nothing_is_told_of_adoption_in_fewer_than_three_firms(world):
    case(world, "Secret firm", {"impact_area": "efficiency"})
    assert snapshot(world)["annex"]["adoption"] is None


def test_a_snapshot_of_before_is_printed_as_it_was(told):
    older = {
        name: value
        for name, value in told.items()
        if name not in ("money", "targets", "stories", "publication", "annex")
    } | {"format": 1}
    older["places"] = [{key: one[key] for key in ("country", "cluster", "places")} for one in told["places"]]
    older["gaps"] = {
        name: value for name, value in told["gaps"].items() if name not in ("not_reported", "lapsed")
    }
    for name, gone in (("indicators", ("rising", "reference", "baseline")), ("figures", ("total",))):
        older[name] = [{key: one[key] for key in one if key not in gone} for one in told[name]]
    html = KIND.html(older, imprint())
    assert "Participation in fairs/exhibitions" in html
    assert "Budget and spend" not in html
    assert KIND.pdf(older, imprint())[:5] == b"%PDF-"
