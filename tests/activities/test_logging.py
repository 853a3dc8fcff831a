"""Logging an activity: the quick line, the full form, and who may."""

from __future__ import annotations

from typing import Any

import pytest

from activities import services
from activities.models import Activity
from tests.activities.conftest import Log, address
from tests.conftest import World
from twinning.core.access import DomainError, PermissionRefused

NO_PARTS = {"parts-TOTAL_FORMS": "0", "parts-INITIAL_FORMS": "0"}


def quick(world: World, **values: Any) -> dict[str, Any]:
    return {"title": "Workshop on dyeing", "period_text": "May 2010", "cluster": world.leather.pk} | values


def test_an_agent_logs_in_one_line_and_is_ready_for_the_next(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    answer = client.post(address("activities", world), quick(world, kind="TB", format="workshop"))
    assert answer.url.endswith("#quick_title")
    logged = Activity.objects.get()
    assert (logged.title, logged.period_edtf, logged.kind) == ("Workshop on dyeing", "2010-05", "TB")
    assert (logged.format, logged.cluster_links.get().number) == ("workshop", 1)
    page = client.get(address("activities", world))
    assert page.context["quick"].initial == {"cluster": world.leather.pk, "kind": "TB"}


def test_an_agent_of_another_cluster_is_refused(world: World, sign_in: Any) -> None:
    answer = sign_in(world.cda_other).post(address("activities", world), quick(world))
    assert answer.status_code == 422
    assert "cluster" in answer.context["form"].errors
    with pytest.raises(PermissionRefused):
        services.log_activity(
            actor=world.cda_other, programme=world.programme, clusters=[world.leather], title="Sneaked in"
        )
    assert not Activity.objects.exists()


def test_an_agent_logs_a_joint_event_with_a_twinned_cluster(world: World, sign_in: Any) -> None:
    sign_in(world.cda).post(address("activities", world), quick(world, joint=world.santa_croce.pk))
    logged = Activity.objects.get()
    assert set(logged.clusters.all()) == {world.leather, world.santa_croce}


def test_a_donor_is_offered_no_form_and_may_not_send_one(world: World, sign_in: Any) -> None:
    client = sign_in(world.donor)
    assert client.get(address("activities", world)).context["quick"] is None
    assert client.post(address("activities", world), quick(world)).status_code == 403


def test_what_was_typed_is_kept_when_the_period_cannot_stand(world: World, sign_in: Any) -> None:
    answer = sign_in(world.manager).post(
        address("activities", world), quick(world, period_text="18-05-2008 to 11-05-2008")
    )
    assert answer.status_code == 422
    assert "period_text" in answer.context["form"].errors
    assert b"Workshop on dyeing" in answer.content
    assert not Activity.objects.exists()


def test_the_line_shows_how_a_period_is_read_while_one_types(world: World, sign_in: Any) -> None:
    url = address("activity_reading", world)
    text = sign_in(world.cda).get(url, {"period_text": "Dec and Feb 2010"}).content.decode()
    assert "Dec 2009; Feb 2010" in text
    assert "Dec 2010; Feb 2010" in text
    assert 'name="choice"' in text


def test_a_reading_chosen_at_once_is_decided(world: World, sign_in: Any) -> None:
    values = {"period_text": "Dec and Feb 2010", "choice": "0", "choice_for": "Dec and Feb 2010"}
    sign_in(world.cda).post(address("activities", world), quick(world, **values))
    logged = Activity.objects.get()
    assert logged.period_text == "Dec and Feb 2010"
    assert logged.period_edtf == "{2010-12,2010-02}"
    assert not logged.period_doubtful
    assert logged.period_confirmed_by == world.cda


def test_a_choice_made_for_another_text_does_not_count(world: World, sign_in: Any) -> None:
    values = {"period_text": "9/5/2009", "choice": "0", "choice_for": "Dec and Feb 2010"}
    sign_in(world.cda).post(address("activities", world), quick(world, **values))
    assert Activity.objects.get().period_doubtful


def test_the_full_form_logs_with_organisers_and_partners(world: World, sign_in: Any) -> None:
    answer = sign_in(world.manager).post(
        address("activity_new", world),
        {
            "title": "Visit to Santa Croce",
            "period_text": "3-14 March 2010",
            "clusters": [world.leather.pk, world.santa_croce.pk],
            "kind": "TB",
            "format": "visit",
            "side": "advanced",
            "parts-TOTAL_FORMS": "2",
            "parts-INITIAL_FORMS": "0",
            "parts-0-organisation": "Leather Manufacturers Association",
            "parts-0-role": "organiser",
            "parts-1-organisation": "associazione conciatori",
            "parts-1-role": "host",
        },
    )
    logged = Activity.objects.get()
    assert answer.url == address("activity", world, logged.pk)
    assert {link.role for link in logged.organisation_links.all()} == {"organiser", "host"}
    assert (logged.link_class, logged.format) == ("C2C", "visit")


def test_an_organisation_that_is_not_known_is_named_beside_its_field(world: World, sign_in: Any) -> None:
    values = {"title": "Visit", "clusters": [world.leather.pk]} | NO_PARTS
    values |= {"parts-TOTAL_FORMS": "1", "parts-0-organisation": "Nobody Ltd", "parts-0-role": "partner"}
    answer = sign_in(world.manager).post(address("activity_new", world), values)
    assert answer.status_code == 422
    assert b"There is no organisation of this name" in answer.content
    assert not Activity.objects.exists()


@pytest.mark.parametrize("side", ["advanced", "both"])
def test_non_twinning_work_elsewhere_is_refused_beside_the_field(
    world: World, sign_in: Any, side: str
) -> None:
    values = {"title": "Vision", "clusters": [world.leather.pk], "kind": "NT", "side": side} | NO_PARTS
    answer = sign_in(world.manager).post(address("activity_new", world), values)
    assert answer.status_code == 422
    assert "side" in answer.context["form"].errors


def test_non_twinning_work_in_the_advanced_cluster_alone_is_refused(world: World, log: Log) -> None:
    with pytest.raises(DomainError, match="emerging"):
        log("Vision building", "May 2010", world.santa_croce, kind="NT")
    assert log("Vision building", "May 2010", world.leather, world.santa_croce, kind="NT")


def test_numbers_go_on_from_the_last_of_each_cluster(world: World, log: Log) -> None:
    log("First", "2009")
    joint = log("Second", "2010", world.leather, world.footwear)
    numbers = dict(joint.cluster_links.values_list("cluster__slug", "number"))
    assert numbers == {"leather": 2, "footwear": 1}
