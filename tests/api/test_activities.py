from __future__ import annotations

from typing import Any

import pytest

from activities import services
from activities.api.activities import ActivitySerializer
from activities.models import Activity, Participation
from clusters import services as who
from tests.api.conftest import Partner
from tests.conftest import World
from twinning.core.models import Change

EVENT = {
    "programme": "tanning",
    "clusters": ["leather"],
    "title": "Training",
    "period_text": "Dec and Feb 2010",
}


def log(partner: Partner, **more: Any) -> Any:
    return partner.send("post", "activities/", EVENT | more)


def test_a_period_is_sent_as_people_write_it(partner: Partner) -> None:
    answer = log(partner)
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"/api/v1/activities/{answer.json()['id']}/")
    period = answer.json()["period"]
    assert period["text"] == "Dec and Feb 2010"
    assert [segment["start"] for segment in period["segments"]] == ["2009-12", "2010-02"]
    assert (period["start"], period["end"], period["open"]) == ("2009-12-01", "2010-02-28", False)
    assert answer.json()["origin"] == "api"


def test_a_period_that_cannot_stand_is_refused(partner: Partner) -> None:
    answer = log(partner, period_text="9 March 2010 - 5 March 2010")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/period_text"
    assert not Activity.objects.exists()


def test_a_format_is_sent_shown_and_one_of_those_that_are_known(partner: Partner) -> None:
    made = log(partner, format="on-site").json()
    assert made["format"] == "on-site"
    answer = partner.change(f"activities/{made['id']}/", {"format": ""})
    assert (answer.status_code, answer.json()["format"]) == (200, "")
    wrong = log(partner, format="seminar")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "#/format")


def test_a_joint_event_is_one_activity_of_two_clusters(world: World, partner: Partner) -> None:
    parts = [{"id": world.tanners.pk, "role": "organiser"}, {"id": world.conciatori.pk, "role": "host"}]
    made = log(partner, clusters=["leather", "santa-croce"], organisations=parts).json()
    assert [(place["slug"], place["number"]) for place in made["clusters"]] == [
        ("leather", 1),
        ("santa-croce", 1),
    ]
    assert [part["role"] for part in made["organisations"]] == ["host", "organiser"]
    assert made["link_class"] == "C2C"


def test_what_is_shown_is_what_the_schema_says(partner: Partner, visit: Activity) -> None:
    shown = partner.get(f"activities/{visit.pk}/").json()
    told: Any = ActivitySerializer().fields
    assert set(shown) == set(told)
    assert set(shown["period"]) == set(told["period"].fields)
    assert set(shown["clusters"][0]) == set(told["clusters"].child.fields)
    assert set(shown["organisations"][0]) == set(told["organisations"].child.fields)
    assert partner.get("activities/").json()["results"] == [shown]


def test_clusters_and_parts_are_sent_as_a_whole(world: World, partner: Partner, visit: Activity) -> None:
    body = {
        "clusters": ["leather", "footwear"],
        "organisations": [{"id": world.clri.pk, "role": "organiser"}],
    }
    answer = partner.change(f"activities/{visit.pk}/", body)
    assert answer.status_code == 200
    assert [place["slug"] for place in answer.json()["clusters"]] == ["leather", "footwear"]
    assert [part["id"] for part in answer.json()["organisations"]] == [world.clri.pk]


def test_a_part_that_one_does_not_see_stays(world: World, visit: Activity) -> None:
    services.add_organisation(
        actor=world.manager, activity=visit, organisation=world.shoemaker, role="partner"
    )
    cda = Partner(world.cda)
    cda.change(f"activities/{visit.pk}/", {"organisations": []})
    assert [link.organisation for link in visit.organisation_links.all()] == [world.shoemaker]


def test_a_new_period_text_is_read_anew(partner: Partner, visit: Activity) -> None:
    answer = partner.change(f"activities/{visit.pk}/", {"period_text": "2010"})
    assert answer.json()["period"]["edtf"] == "2010"


def test_a_removed_activity_is_gone_and_comes_back(world: World, partner: Partner, visit: Activity) -> None:
    address = f"activities/{visit.pk}/"
    assert partner.send("delete", address, If_Match=partner.get(address)["ETag"]).status_code == 204
    assert partner.get(address).status_code == 404
    assert Partner(world.cda_other).send("post", f"{address}restore/").status_code == 404
    assert partner.send("post", f"{address}restore/").json()["title"] == "Study visit to Santa Croce"
    assert partner.send("post", f"{address}restore/").status_code == 409


def test_a_doubtful_period_is_confirmed(partner: Partner) -> None:
    made = log(partner, period_text="5/9/2009").json()
    assert made["period"]["doubtful"] is True
    answer = partner.send("post", f"activities/{made['id']}/confirm-period/", {"correction": "5 Sep 2009"})
    period = answer.json()["period"]
    assert (period["text"], period["edtf"], period["doubtful"]) == ("5/9/2009", "2009-09-05", False)
    wrong = partner.send("post", f"activities/{made['id']}/confirm-period/", {"alternative": 99})
    assert (wrong.status_code, wrong.json()["reason"]) == (400, "no_such_reading")


def test_history_says_who_did_it(world: World, partner: Partner) -> None:
    made = log(partner).json()
    change = Change.objects.of(Activity.objects.get(pk=made["id"])).get()
    assert change.actor == world.partner


@pytest.fixture
def guest(world: World, visit: Activity) -> dict[str, Any]:
    person = who.create_person(
        actor=world.manager,
        programme=world.programme,
        name="Giulia Rossi",
        sex="f",
        organisation=world.tannery,
    )
    return {"activity": visit.pk, "person": person.pk}


def test_a_named_participant_counts_one_of_her_own_sex(
    world: World, partner: Partner, guest: dict[str, Any]
) -> None:
    row = partner.send("post", "participations/", guest).json()
    assert (row["female"], row["total"], row["person"]["name"]) == (1, 1, "Giulia Rossi")
    assert row["organisation"] == {"id": world.tannery.pk, "name": "Pakkar Tannery"}
    twice = partner.send("post", "participations/", guest)
    assert twice.status_code == 400


def test_a_headcount_says_where_it_comes_from(partner: Partner, visit: Activity) -> None:
    body = {"activity": visit.pk, "female": 3, "male": 4}
    assert partner.send("post", "participations/", body).status_code == 400
    row = partner.send("post", "participations/", body | {"note": "attendance sheet"}).json()
    assert row["total"] == 7
    changed = partner.change(f"participations/{row['id']}/", {"female": 5, "total": 9})
    assert changed.json()["total"] == 9
    wrong = partner.change(f"participations/{row['id']}/", {"total": 99})
    assert wrong.status_code == 400


def test_a_participation_is_taken_off(partner: Partner, guest: dict[str, Any]) -> None:
    row = partner.send("post", "participations/", guest).json()
    address = f"participations/{row['id']}/"
    assert partner.send("delete", address, If_Match=partner.get(address)["ETag"]).status_code == 204
    assert not Participation.objects.exists()


def test_a_firm_reads_its_own_participation(world: World, partner: Partner, guest: dict[str, Any]) -> None:
    partner.send("post", "participations/", guest)
    (row,) = Partner(world.firm).get("participations/").json()["results"]
    assert row["person"]["name"] == "Giulia Rossi"
    assert Partner(world.donor).get("participations/").json()["results"] == []
