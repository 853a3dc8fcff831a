"""What was put right after a closing stands in later reports, and money behind the wall in none."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from activities import services as log
from activities.models import Participation
from clusters.models import Programme
from monitoring import services
from monitoring.reports import RESULTS
from monitoring.reports.results.document import document_of
from tests.monitoring.results import build_tables, tables
from tests.monitoring.test_closings import closed, quarter, trained
from twinning.core.reports import Imprint, ReportRequest, digest

__all__ = ["quarter"]
pytestmark = pytest.mark.contents(build=build_tables)


def take(programme: Programme) -> dict[str, Any]:
    return RESULTS.take(ReportRequest(programme, (), True, dt.date(2011, 7, 31), None))


MADE_AT = dt.datetime(2026, 11, 25, 10, 20, tzinfo=dt.UTC)


def test_a_participation_corrected_after_a_closing_is_told_by_the_new_report_and_not_by_the_old(
    world: Any, quarter: Any
) -> None:
    tables(world)
    trained(world)
    closing = closed(world, quarter, world.leather)
    old = take(world.programme)
    kept = digest(old)
    row = Participation.objects.get()
    log.update_participation(actor=world.cda, participation=row, version=None, unspecified=10)
    services.restate(actor=world.manager, closing=closing, version=None, reason="Two were counted twice.")
    new = take(world.programme)
    assert digest(old) == kept
    assert digest(new) != kept
    told = [(one["code"], one["was"]["value"], one["is"]["value"]) for one in new["restatements"]]
    # The same figure is an output and an outcome: it was put right once.
    assert told == [("T9.8, T10.8", "12", "10")]
    assert "Two were counted twice." in RESULTS.html(new, Imprint("Maria Rossi", MADE_AT, "en", digest(new)))
    assert Decimal(old["periods"][0]["figures"][_place(old, "T9.8", "Chennai leather")]["value"]) == 12


def _place(snapshot: dict[str, Any], code: str, scope: str) -> int:
    at = next(place for place, one in enumerate(snapshot["indicators"]) if one["code"] == code)
    return at * len(snapshot["scopes"]) + int(snapshot["scopes"].index(scope))


def test_a_donor_reads_no_money_of_fewer_than_three_firms_in_it(world: Any) -> None:
    tables(world)
    made = services.record_outcome(
        actor=world.cda,
        programme=world.programme,
        cluster=world.leather,
        kind="investment",
        title="A mill of Pakkar Tannery",
        happened="2010",
        amount=98765,
        currency="EUR",
        source="Visit",
        parties=[(world.tannery, "gains")],
    )
    services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen")
    text = json.dumps(take(world.programme))
    assert "98765" not in text
    assert "Pakkar" not in text


def test_a_corrected_value_of_a_closed_period_stands_in_it_once_it_is_restated(
    world: Any, quarter: Any, sign_in: Any
) -> None:
    result = tables(world)["T9.1"].result
    scale = {"measure": "percent", "total": "latest"}
    own = services.add_indicator(actor=world.manager, result=result, code="R1", name="Rejects", **scale)
    place = {"indicator": own, "period": quarter, "cluster": world.leather}
    made = services.record_measurement(actor=world.cda, value=4, source="Firms", **place)
    closing = closed(world, quarter, world.leather)
    services.grant_exception(
        actor=world.manager, closing=closing, until=dt.date(2099, 1, 1), reason="A typing error."
    )

    def told() -> list[tuple[str, bool, str]]:
        typed = take(world.programme)["typed"]
        return [(one["value"], one["applies"], one["source"]) for one in typed]

    services.update_measurement(actor=world.cda, measurement=made, version=None, value=5, source="Visits")
    assert told() == [("4", True, "Firms")]
    services.restate(actor=world.manager, closing=closing, version=None, reason="A typing error.")
    assert told() == [("5", True, "Visits")]
    new = take(world.programme)
    rows = document_of(new, Imprint("Maria Rossi", MADE_AT, "en", digest(new)), inked=True).tables()
    (row,) = next(table.rows for table in rows if table.name == "Restatements")
    assert row[2:4] == ("4\u00a0%", "5\u00a0%")
    shown = sign_in(world.manager).get(f"/p/tanning/closings/{closing.pk}").content.decode()
    assert '<td class="num" data-label="Was">4 %</td>' in shown.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_register_says_of_a_figure_that_it_was_not_reported(
    world: Any, quarter: Any, sign_in: Any
) -> None:
    result = tables(world)["T9.1"].result
    own = services.add_indicator(actor=world.manager, result=result, code="R1", name="Rejects")
    closing = closed(world, quarter, world.leather)
    services.grant_exception(
        actor=world.manager, closing=closing, until=dt.date(2099, 1, 1), reason="It came late."
    )
    services.record_measurement(
        actor=world.cda, indicator=own, period=quarter, cluster=world.leather, value=5, source="Firms"
    )
    assert take(world.programme)["typed"] == []
    services.restate(actor=world.manager, closing=closing, version=None, reason="It came late.")
    for page in ("closings/restatements", f"closings/{closing.pk}"):
        shown = sign_in(world.manager).get(f"/p/tanning/{page}").content.decode()
        assert '<td class="num" data-label="Was"><span class="muted">not reported</span></td>' in shown


def test_the_register_shows_once_what_two_tables_count_alike(world: Any, quarter: Any, sign_in: Any) -> None:
    tables(world)
    trained(world)
    closing = closed(world, quarter, world.leather)
    row = Participation.objects.get()
    log.update_participation(actor=world.cda, participation=row, version=None, unspecified=10)
    services.restate(actor=world.manager, closing=closing, version=None, reason="Two were counted twice.")
    client = sign_in(world.manager)
    for page in ("closings/restatements", f"closings/{closing.pk}"):
        shown = client.get(f"/p/tanning/{page}").content.decode()
        assert shown.count('<td data-label="Why">Two were counted twice.</td>') == 1
        for code in ("T9.8", "T10.8"):
            assert f'/p/tanning/results/indicators/{code}"' in shown
    # The API lists each indicator by itself.
    found = client.get(f"/api/v1/restatements/?closing={closing.pk}").json()
    assert {one["indicator"]["code"] for one in found["results"]} == {"T9.8", "T10.8"}
