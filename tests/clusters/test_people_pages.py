"""Organisations, people, twinnings, the committee and the roles of members."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import reverse

from clusters import services
from clusters.models import Decision, Membership, Organisation, Person, Twinning
from tests.clusters.conftest import Visitor
from tests.conftest import PASSWORD, World
from twinning.core.models import User

Visit = Callable[[User], Visitor]


def text(answer: Any) -> str:
    return str(answer.content.decode())


# Organisations and people ---------------------------------------------------------------------------------


def test_an_agent_adds_an_organisation_with_a_role_in_the_own_cluster_only(
    world: World, visit: Visit
) -> None:
    agent = visit(world.cda)
    sent = {"name": "New tannery", "kind": "principal-firm", "role": "principal"}
    assert "cluster" in agent.post("organisation_new", **sent).context["form"].errors
    other = agent.post("organisation_new", **sent, cluster=world.footwear.pk)
    assert "cluster" in other.context["form"].errors

    made = agent.post("organisation_new", **sent, cluster=world.leather.pk)
    firm = Organisation.objects.get(name="New tannery")
    assert made.url == agent.address("organisation", firm.pk)
    assert firm.roles.get().cluster == world.leather


def test_organisations_are_filtered_and_firms_stay_unseen_where_they_must(world: World, visit: Visit) -> None:
    def names(user: User, **query: str) -> set[str]:
        return {str(body) for body in visit(user).get("organisations", **query).context["page"]}

    assert names(world.manager, kind="principal-firm") == {"Pakkar Tannery", "Shoemaker"}
    assert names(world.cda, kind="principal-firm") == {"Pakkar Tannery"}
    assert names(world.donor, kind="principal-firm") == set()
    assert names(world.manager, cluster="santa-croce") == {"Associazione Conciatori"}
    assert names(world.manager, q="research") == {"Leather Research Institute"}


def test_a_firm_sees_itself_and_no_other_firm(world: World, visit: Visit) -> None:
    firm = visit(world.firm)
    assert firm.get("organisation", world.tannery.pk).status_code == 200
    assert firm.get("organisation", world.shoemaker.pk).status_code == 404


def test_the_profile_of_a_firm_is_written_once_and_then_edited_with_its_version(
    world: World, visit: Visit
) -> None:
    agent = visit(world.cda)
    sent = {"size": "small", "turnover": "45000000", "turnover_currency": "INR", "turnover_year": "2008"}
    unknown = agent.post("firm_edit", world.tannery.pk, **sent | {"turnover_currency": "XYZ"})
    assert "XYZ is no currency of ISO 4217." in text(unknown)
    assert agent.post("firm_edit", world.tannery.pk, **sent).status_code == 302
    assert "INR" in text(agent.get("organisation", world.tannery.pk))

    opened = agent.form("firm_edit", world.tannery.pk)
    agent.post("firm_edit", world.tannery.pk, **{**opened, "size": "medium"})
    late = agent.post("firm_edit", world.tannery.pk, **{**opened, "size": "large"})
    assert late.status_code == 409
    assert late.context["form"].conflict == [("Size", "medium", "large")]


def test_a_firm_is_offered_the_product_groups_of_its_own_clusters(world: World, visit: Visit) -> None:
    goat = services.add_product_group(actor=world.cda, cluster=world.leather, name="Goat")
    services.add_product_group(actor=world.cda_other, cluster=world.footwear, name="Boots")
    agent = visit(world.cda)
    page = text(agent.get("firm_edit", world.tannery.pk))
    assert "Goat" in page
    assert "Boots" not in page
    agent.post("firm_edit", world.tannery.pk, product_groups=[goat.pk], version="1")
    assert agent.get("organisation", world.tannery.pk).context["detail"].product_groups == "Goat"


def test_a_turnover_without_its_currency_is_refused(world: World, visit: Visit) -> None:
    answer = visit(world.cda).post("firm_edit", world.tannery.pk, turnover="45000000")
    assert answer.status_code == 422
    assert "in which currency" in text(answer)


def test_a_body_that_is_no_firm_has_no_profile_page(world: World, visit: Visit) -> None:
    assert visit(world.manager).get("firm_edit", world.tanners.pk).status_code == 404


def test_a_role_in_a_cluster_ends_on_a_day_and_stays_on_the_page(world: World, visit: Visit) -> None:
    agent, role = visit(world.cda), world.clri.roles.get()
    assert "end it" in text(agent.get("organisation", world.clri.pk))
    assert "end it" not in text(visit(world.cda_other).get("organisation", world.clri.pk))
    agent.post("role_end", world.clri.pk, role.pk, last_day="2010-01-31", version=role.version)
    page = agent.get("organisation", world.clri.pk)
    assert [line.is_current for line in page.context["detail"].roles] == [False]


def test_a_role_does_not_end_before_it_began(world: World, visit: Visit) -> None:
    services.add_role(
        actor=world.cda,
        organisation=world.clri,
        cluster=world.leather,
        role="support",
        valid_from=dt.date(2010, 1, 1),
    )
    role = world.clri.roles.get(role="support")
    answer = visit(world.cda).post("role_end", world.clri.pk, role.pk, last_day="2009-01-01", version="1")
    assert answer.status_code == 422
    assert "before the first" in text(answer)


def test_people_are_seen_by_those_who_work_with_them(world: World, visit: Visit) -> None:
    for name, body in [("Of tanners", world.tanners), ("Of shoes", world.shoemaker), ("Of nobody", None)]:
        services.create_person(
            actor=world.manager, programme=world.programme, name=name, organisation=body, speciality="Hides"
        )

    def names(user: User, **query: str) -> set[str]:
        return {person.name for person in visit(user).get("people", **query).context["page"]}

    assert names(world.manager) == {"Of tanners", "Of shoes", "Of nobody"}
    assert names(world.cda) == {"Of tanners", "Of nobody"}
    assert names(world.manager, cluster="leather") == {"Of tanners"}
    assert names(world.manager, q="tanners") == {"Of tanners"}
    assert visit(world.donor).get("people").status_code == 404


def test_a_person_is_not_moved_out_of_a_cluster_that_one_does_not_edit(world: World, visit: Visit) -> None:
    services.add_role(actor=world.cda, organisation=world.tanners, cluster=world.leather, role="signatory")
    person = services.create_person(
        actor=world.manager, programme=world.programme, name="Of shoes", organisation=world.shoemaker
    )
    services.engage_agent(
        actor=world.cda, cluster=world.leather, post="Agent", person=person, function="cda", side="emerging"
    )
    agent = visit(world.cda)
    assert agent.get("person", person.pk).status_code == 200
    answer = agent.post(
        "person_edit", person.pk, name="Mine", sex="u", organisation=world.tanners.pk, version="1"
    )
    assert answer.status_code == 403
    assert Person.objects.get(pk=person.pk).organisation == world.shoemaker


def test_a_second_saver_of_a_person_sees_both(world: World, visit: Visit) -> None:
    person = services.create_person(actor=world.manager, programme=world.programme, name="Somebody")
    manager = visit(world.manager)
    opened = manager.form("person_edit", person.pk)
    services.update_person(actor=world.manager, person=person, version=1, speciality="Hides")
    answer = manager.post("person_edit", person.pk, **{**opened, "speciality": "Soles"})
    assert answer.status_code == 409
    assert answer.context["form"].conflict == [("Speciality", "Hides", "Soles")]


# Twinnings --------------------------------------------------------------------------------------------------


def test_a_twinning_is_proposed_and_offered_only_the_courses_it_may_take(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    manager.post("twinning_new", emerging=world.footwear.pk, advanced=world.santa_croce.pk, since="June 2007")
    twinning = Twinning.objects.get(slug="footwear--santa-croce")
    offered = manager.get("twinning_move", twinning.slug).context["form"].fields["to"].choices
    assert [value for value, _label in offered] == ["study", "abandoned"]

    without_reason = manager.post("twinning_move", twinning.slug, to="abandoned", version="1")
    assert "Say why it ended" in text(without_reason)
    manager.post("twinning_move", twinning.slug, to="abandoned", reason="Women’s shoes", version="1")
    stages = visit(world.donor).get("twinning", twinning.slug).context["detail"].stages
    assert [(stage.word.text, stage.since, stage.reason) for stage in stages] == [
        ("scouting", "Jun 2007", ""),
        ("abandoned", "", "Women’s shoes"),
    ]


def test_two_who_move_a_twinning_at_once_do_not_move_it_twice(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    manager.post("twinning_move", world.twinning.slug, to="study", version="1")
    late = manager.post("twinning_move", world.twinning.slug, to="study", version="1")
    assert late.status_code == 422  # it is no longer a course that the twinning may take
    assert world.twinning.stages.count() == 2


def test_a_move_that_saw_an_older_twinning_is_shown_so(world: World, visit: Visit) -> None:
    services.update_twinning(actor=world.manager, twinning=world.twinning, version=1, overlap="Hides")
    late = visit(world.manager).post("twinning_move", world.twinning.slug, to="study", version="1")
    assert late.status_code == 409
    assert "Somebody else saved meanwhile" in text(late)
    assert world.twinning.stages.count() == 1


def test_a_pair_that_exists_is_taken_up_again_instead(world: World, visit: Visit) -> None:
    answer = visit(world.manager).post(
        "twinning_new", emerging=world.leather.pk, advanced=world.santa_croce.pk
    )
    assert answer.status_code == 422
    assert "take that one up again" in text(answer)


def test_both_clusters_stand_side_by_side_with_their_preferred_figures(world: World, visit: Visit) -> None:
    for actor, cluster, value in [
        (world.cda, world.leather, 650),
        (world.cda_advanced, world.santa_croce, 400),
    ]:
        services.add_figure(
            actor=actor, cluster=cluster, measure="units", qualifier="around", value=value, source="Study"
        )
    services.update_twinning(actor=world.manager, twinning=world.twinning, version=1, step=3)
    detail = visit(world.donor).get("twinning", world.twinning.slug).context["detail"]
    assert [(row.measure, row.emerging, row.advanced) for row in detail.figures] == [
        ("Units", ["around 650"], ["around 400"])
    ]
    assert [step.state for step in detail.steps] == [
        "done",
        "done",
        "current",
        "to-come",
        "to-come",
        "to-come",
    ]


# The committee ----------------------------------------------------------------------------------------------


def test_a_decision_is_superseded_and_both_stay(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    manager.post("meeting_new", number="1", held="6 February 2006")
    manager.post("meeting_new", number="2", held="", held_text="after March 2009")
    first, second = world.programme.meetings.order_by("number")
    manager.post(
        "decision_new", first.pk, text="Leather is in", kind="select-cluster", cluster=world.leather.pk
    )
    chosen = Decision.objects.get()
    manager.post(
        "decision_new",
        second.pk,
        text="Leather is out",
        kind="drop",
        cluster=world.leather.pk,
        supersedes=chosen.pk,
        reason="No partner",
    )
    donor = visit(world.donor)
    selection = donor.get("cluster", "leather").context["selection"]
    assert selection.word.text == "dropped"
    assert [(decision.text, held) for decision, held in selection.story] == [
        ("Leather is in", "6 Feb 2006"),
        ("Leather is out", "after March 2009"),
    ]
    assert "superseded" in text(donor.get("committee"))
    offered = manager.get("decision_new", second.pk).context["form"].fields["supersedes"].queryset
    assert chosen not in offered


def test_a_decision_on_a_cluster_names_it(world: World, visit: Visit) -> None:
    meeting = services.add_meeting(actor=world.manager, programme=world.programme, number=1)
    answer = visit(world.manager).post("decision_new", meeting.pk, text="Which?", kind="drop")
    assert answer.status_code == 422
    assert "which cluster" in text(answer)


def test_a_second_saver_of_a_meeting_sees_both(world: World, visit: Visit) -> None:
    meeting = services.add_meeting(actor=world.manager, programme=world.programme, number=1)
    manager = visit(world.manager)
    opened = manager.form("meeting_edit", meeting.pk)
    services.update_meeting(actor=world.manager, meeting=meeting, version=1, place="Delhi")
    answer = manager.post("meeting_edit", meeting.pk, **{**opened, "place": "Rome"})
    assert answer.context["form"].conflict == [("Place", "Delhi", "Rome")]


# Members ----------------------------------------------------------------------------------------------------


def test_somebody_new_gets_a_message_sets_a_password_and_comes_in(world: World, visit: Visit) -> None:
    visit(world.manager).post("member_new", email="New.Donor@Test.Example", name="New Donor", role="donor")
    invited = User.objects.get(email="new.donor@test.example")
    assert not invited.has_usable_password()
    [message] = mail.outbox
    assert message.to == [invited.email]
    assert "Tanning programme" in message.subject

    newcomer = Client()
    link = re.search(r"http\S+/password/reset/key/\S+", str(message.body))
    assert link
    form = newcomer.get(link.group(), follow=True)
    newcomer.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    newcomer.post(reverse("account_login"), {"login": invited.email, "password": PASSWORD})
    assert newcomer.get(reverse("programme", args=["tanning"])).status_code == 200


def test_the_answer_does_not_tell_whether_an_address_was_known(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    pages = []
    for email in (world.stranger.email, "nobody.knows@test.example"):
        sent = manager.post("member_new", email=email, role="evaluator")
        pages.append((sent.status_code, sent.url, [str(m) for m in _told(manager)]))
    assert pages[0] == pages[1]
    assert [len(message.to) for message in mail.outbox] == [1, 1]
    assert "password" not in str(mail.outbox[0].body)
    assert Membership.objects.filter(user=world.stranger, role="evaluator").exists()


def _told(visitor: Visitor) -> list[Any]:
    return list(visitor.get("members").context["messages"])


def test_a_mail_server_that_is_away_costs_only_the_message(world: World, visit: Visit, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    manager = visit(world.manager)
    manager.post("member_new", email="far.away@test.example", role="donor")
    assert Membership.objects.filter(user__email="far.away@test.example").exists()
    assert any("mail server did not answer" in str(message) for message in _told(manager))


def test_a_role_that_needs_a_cluster_says_so_beside_the_field(world: World, visit: Visit) -> None:
    answer = visit(world.manager).post("member_new", email=world.stranger.email, role="cda")
    assert answer.status_code == 422
    assert answer.context["form"].errors["cluster"] == ["Say for which cluster."]
    assert mail.outbox == []


def test_roles_that_ended_are_kept_apart(world: World, visit: Visit) -> None:
    manager, membership = visit(world.manager), Membership.objects.get(user=world.donor)
    manager.post("member_end", membership.pk, last_day="2010-01-31", version=membership.version)
    current = {line.membership.user for line in manager.get("members").context["lines"]}
    ended = {line.membership.user for line in manager.get("members", which="ended").context["lines"]}
    assert world.donor not in current
    assert ended == {world.donor}
    assert visit(world.donor).get("programme").status_code == 404


def test_the_last_manager_is_told_to_name_another_first(world: World, visit: Visit) -> None:
    manager, membership = visit(world.manager), Membership.objects.get(user=world.manager)
    answer = manager.post("member_end", membership.pk, last_day="2030-01-31", version=membership.version)
    assert answer.status_code == 422
    assert "name another first" in text(answer)
