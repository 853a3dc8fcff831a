"""What was put right after a closing stands in later reports, and money behind the wall in none."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from activities import services as log
from activities.models import Participation
from clusters.models import Programme
from monitoring import services
from monitoring.reports import RESULTS
from tests.monitoring.results import tables
from tests.monitoring.test_closings import closed, quarter, trained
from twinning.core.reports import Imprint, ReportRequest, digest

__all__ = ["quarter"]


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
