"""Where people arrive, and the programme at a glance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from clusters import services
from clusters.models import Programme, Twinning
from clusters.rules import Role
from tests.clusters.conftest import Visitor
from tests.conftest import World
from twinning.core.models import Job, User

Visit = Callable[[User], Visitor]


def at_home(visitor: Visitor) -> Any:
    return visitor.client.get(reverse("home"))


def test_who_is_of_one_programme_goes_straight_to_it(world: World, visit: Visit) -> None:
    assert at_home(visit(world.donor)).url == reverse("programme", args=["tanning"])


def test_who_is_of_two_chooses_and_reads_what_they_are_in_each(world: World, visit: Visit) -> None:
    services.add_member(
        actor=world.neighbour, programme=world.other_programme, user=world.donor, role=Role.EVALUATOR
    )
    page = at_home(visit(world.donor)).content.decode()
    assert "Tanning programme" in page
    assert "Another programme" in page
    assert "evaluator" in page


def test_who_is_of_none_is_told_whom_to_ask(world: World, visit: Visit) -> None:
    page = at_home(visit(world.stranger))
    assert page.status_code == 200
    assert world.stranger.email in page.content.decode()
    assert "Tanning" not in page.content.decode()


def test_staff_opens_a_programme_and_becomes_its_manager(world: World, visit: Visit) -> None:
    owner = visit(world.owner)
    assert reverse("programme_new") in at_home(owner).content.decode()

    sent = {
        "title": "Ceramics",
        "slug": "ceramics",
        "status": "running",
        "currency": "EUR",
        "starts": "June 2024",
    }
    answer: Any = owner.client.post(reverse("programme_new"), sent)

    opened = Programme.objects.get(slug="ceramics")
    assert answer.url == reverse("programme", args=["ceramics"])
    assert opened.starts == "2024-06"
    assert opened.memberships.get().user == world.owner


def test_a_name_in_addresses_that_is_taken_is_refused_beside_its_field(world: World, visit: Visit) -> None:
    sent = {"title": "Again", "slug": "tanning", "status": "running", "currency": "EUR"}
    answer: Any = visit(world.owner).client.post(reverse("programme_new"), sent)
    assert answer.status_code == 422
    assert "slug" in answer.context["form"].errors
    assert 'value="Again"' in answer.content.decode()


def test_a_currency_that_there_is_not_is_refused_beside_its_field(world: World, visit: Visit) -> None:
    sent = {"title": "New", "slug": "new", "status": "running", "currency": "XYZ"}
    answer: Any = visit(world.owner).client.post(reverse("programme_new"), sent)
    assert answer.context["form"].errors["currency"] == ["XYZ is no currency of ISO 4217."]


def test_anonymous_people_are_sent_to_sign_in(world: World) -> None:
    answer: Any = Client().get(reverse("programme", args=["tanning"]))
    assert answer.url.startswith(reverse("account_login"))


def test_a_twinning_at_work_without_an_agent_on_the_advanced_side_is_pointed_out(
    world: World, visit: Visit
) -> None:
    Twinning.objects.filter(pk=world.twinning.pk).update(status="active")
    manager = visit(world.manager)
    assert "no agent on the advanced side" in manager.get("programme").content.decode()

    services.engage_agent(
        actor=world.manager, cluster=world.santa_croce, post="Agent", function="cda", side="advanced"
    )
    assert "no agent on the advanced side" not in manager.get("programme").content.decode()


def test_a_twinning_that_was_only_scouted_needs_no_agent_yet(world: World, visit: Visit) -> None:
    assert "no agent on the advanced side" not in visit(world.manager).get("programme").content.decode()


def test_components_show_which_cluster_takes_part_since_when_and_how(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    manager.post("component_new", kind="CT", title="Cluster Twinning")
    component = world.programme.components.get()
    manager.post(
        "component_place", component.pk, cluster=world.leather.pk, start_year="2007", mode="selective"
    )
    page = visit(world.donor).get("programme").content.decode()
    assert "since 2007, selective interventions" in page


def test_the_committee_s_decisions_stand_on_the_overview_only_for_who_may_read_them(
    world: World, visit: Visit
) -> None:
    meeting = services.add_meeting(actor=world.manager, programme=world.programme, number=1)
    services.record_decision(
        actor=world.manager,
        meeting=meeting,
        text="Leather is confirmed",
        kind="select-cluster",
        cluster=world.leather,
    )
    for user, reads in [(world.donor, True), (world.cda, False), (world.firm, False)]:
        for page in (visit(user).get("programme"), visit(user).get("cluster", "leather")):
            assert ("Leather is confirmed" in page.content.decode()) == reads


def test_what_somebody_waits_for_is_theirs_alone(world: World, visit: Visit) -> None:
    Job.objects.create(kind="report", title="The yearly report", created_by=world.manager, status="running")
    assert "The yearly report" in visit(world.manager).get("programme").content.decode()
    assert "The yearly report" not in visit(world.coordinator).get("programme").content.decode()


def test_a_second_saver_of_the_programme_sees_both_versions_and_loses_nothing(
    world: World, visit: Visit
) -> None:
    manager = visit(world.manager)
    opened = manager.form("programme_edit")
    services.update_programme(
        actor=world.manager, programme=world.programme, version=None, description="Theirs"
    )

    answer = manager.post("programme_edit", **{**opened, "description": "Mine"})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else saved meanwhile" in page
    assert "Theirs" in page
    assert "Mine</textarea>" in page.replace("\r", "").replace("Mine\n", "Mine")
    resent = manager.post("programme_edit", **{**opened, "description": "Mine", "version": "2"})
    assert resent.status_code == 302
    world.programme.refresh_from_db()
    assert world.programme.description == "Mine"
