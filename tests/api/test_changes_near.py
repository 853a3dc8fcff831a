"""The feed of an agent: the changes of what belongs to his cluster, told as far as he may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q

from activities import services as log
from activities.models import Activity
from activities.permissions import can_read_history
from clusters import services
from tests.api.conftest import Partner
from tests.api.test_changes import read
from tests.conftest import World, fresh
from twinning.core.models import Change

FIRMS = {"Pakkar Tannery", "Shoemaker"}


@pytest.fixture
def joint(world: World) -> Activity:
    """A fair of leather and footwear, with a firm and a person of either side."""
    activity = log.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather, world.footwear],
        title="Ambur Open",
        period_text="Jul 2010",
        organisations=[(world.tannery, "organiser"), (world.shoemaker, "partner")],
    )
    for name, firm in (("Meena Raghavan", world.tannery), ("Giulia Rossi", world.shoemaker)):
        person = services.create_person(
            actor=world.manager, programme=world.programme, name=name, organisation=firm
        )
        log.add_participation(actor=world.manager, activity=activity, person=person, organisation=firm)
    return activity


def feed(world: World, who: str, **query: Any) -> list[dict[str, Any]]:
    return read(Partner(fresh(getattr(world, who))), limit=200, **query)


def of(changes: list[dict[str, Any]], kind: str) -> set[int]:
    return {change["object_id"] for change in changes if change["type"] == kind}


def test_an_agent_reads_the_changes_of_his_own_activities(
    world: World, visit: Activity, workshop: Activity, joint: Activity
) -> None:
    assert of(feed(world, "cda"), "activity") == {visit.pk, joint.pk}
    assert of(feed(world, "cda_other"), "activity") == {workshop.pk, joint.pk}
    assert of(feed(world, "cda_advanced"), "activity") == {visit.pk}


def test_it_is_what_the_pages_let_him_read(
    world: World, visit: Activity, workshop: Activity, joint: Activity
) -> None:
    for who in ("cda", "cda_other", "cda_advanced", "coordinator", "evaluator", "donor", "association"):
        reader = fresh(getattr(world, who))
        paged = {a.pk for a in Activity.objects.visible_to(reader) if can_read_history(reader, a)}
        assert of(feed(world, who), "activity") == paged, who


def test_his_cluster_its_bodies_people_and_twinnings_are_told_too(world: World, joint: Activity) -> None:
    found = feed(world, "cda")
    assert of(found, "cluster") == {world.leather.pk}
    assert of(found, "twinning") == {world.twinning.pk}
    assert of(found, "organisation") == {world.tanners.pk, world.clri.pk, world.tannery.pk}
    assert "membership" not in {change["type"] for change in found}
    assert {c["object_text"] for c in found if c["type"] == "person"} == {"Meena Raghavan"}


def test_a_joint_event_does_not_give_away_who_came_from_the_other_cluster(
    world: World, joint: Activity
) -> None:
    mine = str(feed(world, "cda"))
    assert "Meena Raghavan" in mine
    assert "Pakkar Tannery" in mine
    assert "Giulia Rossi" not in mine
    assert "Shoemaker" not in mine
    (hidden,) = [
        change
        for change in feed(world, "cda", type="activityorganisation")
        if change["fields"]["organisation"][1]["id"] is None
    ]
    assert (hidden["object_text"], hidden["fields"]["organisation"][1]["text"]) == ("", "")


def test_what_was_told_apart_names_the_other_to_who_sees_it(world: World, visit: Activity) -> None:
    other = log.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.footwear],
        title="Secret of footwear",
        period_text="March 2010",
    )
    log.tell_apart(actor=world.manager, activity=visit, other=other)
    assert "Secret" not in str(feed(world, "cda"))
    assert "Secret" in str(feed(world, "coordinator", type="anotherevent"))


def test_what_leaves_his_list_or_the_log_is_told(world: World, joint: Activity, visit: Activity) -> None:
    last = feed(world, "cda")[-1]["id"]
    log.remove_cluster(actor=world.manager, activity=joint, cluster=world.leather)
    log.remove_activity(actor=world.manager, activity=visit, version=None)
    told = feed(world, "cda", after=last)
    assert [(c["type"], c["action"]) for c in told] == [
        ("activitycluster", "removed"),
        ("activity", "changed"),
    ]
    log.update_activity(actor=world.manager, activity=joint, version=None, venue="Ambur")
    assert feed(world, "cda", after=told[-1]["id"]) == []


def test_imports_and_drafts_are_told_where_they_are_read(world: World) -> None:
    log.start_import(actor=world.manager, cluster=world.leather, filename="a.csv", data=b"No,Activity\n1,A\n")
    assert len(of(feed(world, "cda"), "importbatch")) == 1
    assert of(feed(world, "cda_other"), "importbatch") == set()
    assert len(of(feed(world, "coordinator"), "importbatch")) == 1


def test_a_page_reads_no_further_than_it_may_and_says_where_to_go_on(
    world: World, visit: Activity, workshop: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = feed(world, "cda")
    monkeypatch.setattr("twinning.core.api.pagination.REACH", 3)
    partner, found, pages = Partner(world.cda), list[dict[str, Any]](), 0
    answer = partner.get("changes/").json()
    while True:
        found, pages = found + answer["results"], pages + 1
        if not answer["next"]:
            break
        answer = partner.get(answer["next"]).json()
    assert found == whole
    walked = Change.objects.filter(Q(programme_id=world.programme.pk)).count()
    assert pages == -(-walked // 3)


def test_who_left_reads_nothing_more(world: World, visit: Activity) -> None:
    membership = world.cda.memberships.get()
    services.end_membership(actor=world.manager, membership=membership, last_day=world.today, version=None)
    assert feed(world, "cda") == []
