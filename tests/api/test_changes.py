from __future__ import annotations

from typing import Any

import pytest

from activities import services as log
from activities.models import Activity
from clusters import services
from tests.api.conftest import Partner
from tests.conftest import World


def read(partner: Partner, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = partner.get("changes/", **query).json()["results"]
    return found


def test_a_partner_follows_what_changes(partner: Partner, visit: Activity) -> None:
    last = read(partner)[-1]["id"]
    partner.change(f"activities/{visit.pk}/", {"title": "Visit to the tanneries"})
    (change,) = read(partner, after=last)
    assert (change["type"], change["object_id"], change["action"]) == ("activity", visit.pk, "changed")
    assert change["fields"] == {"title": ["Study visit to Santa Croce", "Visit to the tanneries"]}
    assert (change["actor"], change["programme"]) == ("Partner", "tanning")
    assert read(partner, after=change["id"]) == []


def test_the_history_of_one_record(partner: Partner, visit: Activity, workshop: Activity) -> None:
    found = read(partner, type="activity", object_id=visit.pk)
    assert [change["object_id"] for change in found] == [visit.pk]


@pytest.mark.parametrize("who", ["donor", "counterpart", "sc_member", "association", "institute", "firm"])
def test_who_reads_no_history_gets_none(world: World, visit: Activity, who: str) -> None:
    assert read(Partner(getattr(world, who))) == []


@pytest.mark.parametrize("who", ["expert", "broker", "laboratory", "stranger", "neighbour"])
def test_nor_does_who_has_no_part_in_it(world: World, visit: Activity, who: str) -> None:
    assert [c for c in read(Partner(getattr(world, who))) if c["programme"] == "tanning"] == []


def test_an_evaluator_reads_no_names_and_no_firms(world: World, visit: Activity) -> None:
    person = services.create_person(actor=world.manager, programme=world.programme, name="Giulia Rossi")
    services.engage_agent(
        actor=world.manager, cluster=world.leather, person=person, post="CDA", side="emerging", function="cda"
    )
    log.add_participation(actor=world.manager, activity=visit, person=person, organisation=world.tannery)
    seen = read(Partner(world.evaluator), limit=200)
    assert "activity" in {change["type"] for change in seen}
    assert "Giulia" not in str(seen)
    assert "Pakkar" not in str(seen)
    assert "membership" not in {change["type"] for change in seen}


def test_a_manager_reads_all_of_it(world: World, visit: Activity) -> None:
    assert {"membership", "organisation", "activity"} <= {
        c["type"] for c in read(Partner(world.manager), limit=200)
    }
