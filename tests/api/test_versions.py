from __future__ import annotations

import pytest

from activities.models import Activity
from clusters import services
from clusters.models import AgreementParty
from tests.api.conftest import Partner
from tests.conftest import World


def test_a_record_that_still_stands_is_not_sent_again(partner: Partner, visit: Activity) -> None:
    first = partner.get(f"activities/{visit.pk}/")
    again = partner.get(f"activities/{visit.pk}/", headers={"If-None-Match": f'"other", {first["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_a_new_name_of_a_related_record_is_noticed(world: World, partner: Partner, visit: Activity) -> None:
    before = partner.get(f"activities/{visit.pk}/")
    services.update_organisation(
        actor=world.manager, organisation=world.tanners, version=None, short_name="LMA"
    )
    again = partner.get(f"activities/{visit.pk}/", headers={"If-None-Match": before["ETag"]})
    assert again.status_code == 200
    assert "LMA" in [part["name"] for part in again.json()["organisations"]]


def test_a_change_needs_the_version_that_was_seen(partner: Partner, visit: Activity) -> None:
    answer = partner.send("patch", f"activities/{visit.pk}/", {"title": "New"})
    assert answer.status_code == 428
    assert answer.json()["type"] == "/api/v1/problems/precondition-required/"


def test_the_second_of_two_is_shown_what_the_first_saved(partner: Partner, visit: Activity) -> None:
    seen = partner.get(f"activities/{visit.pk}/")["ETag"]
    first = partner.send("patch", f"activities/{visit.pk}/", {"title": "First"}, If_Match=seen)
    assert (first.status_code, first.json()["title"], first.json()["version"]) == (200, "First", 2)

    second = partner.send("patch", f"activities/{visit.pk}/", {"title": "Second"}, If_Match=seen)
    assert second.status_code == 412
    assert second.json()["current"]["title"] == "First"

    third = partner.send("patch", f"activities/{visit.pk}/", {"title": "Second"}, If_Match=second["ETag"])
    assert third.json()["title"] == "Second"


def test_a_star_takes_whatever_stands(partner: Partner, visit: Activity) -> None:
    assert (
        partner.send("patch", f"activities/{visit.pk}/", {"venue": "Pisa"}, If_Match="*").status_code == 200
    )


@pytest.mark.parametrize("tag", ['"cluster-1-1"', "nonsense", '""', '"activity-1"'])
def test_the_tag_of_something_else_is_stale(partner: Partner, visit: Activity, tag: str) -> None:
    answer = partner.send("patch", f"activities/{visit.pk}/", {"title": "New"}, If_Match=tag)
    assert answer.status_code == 412


def test_what_is_removed_was_seen_as_it_stands(world: World, partner: Partner) -> None:
    agreement = services.create_agreement(
        actor=world.manager, programme=world.programme, kind="ca", title="Cooperation"
    )
    party = services.add_party(
        actor=world.manager,
        agreement=agreement,
        organisation=world.tanners,
        role="supporter",
        side="emerging",
    )
    address = f"agreements/{agreement.pk}/parties/{party.pk}/"
    assert partner.send("delete", address).status_code == 428
    assert partner.send("delete", address, If_Match=f'"agreementparty-{party.pk}-9-x"').status_code == 412
    assert partner.send("delete", address, If_Match=partner.get(address)["ETag"]).status_code == 204
    assert not AgreementParty.objects.filter(pk=party.pk).exists()
