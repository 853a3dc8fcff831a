"""Nobody gains rights over a record by drawing it to himself."""

from __future__ import annotations

from typing import Any

import pytest

from activities import services as log
from clusters import services
from clusters.models import Person, Twinning
from tests.conftest import World, fresh, make_user
from twinning.core.access import PermissionRefused
from twinning.core.accounts import KnownPeopleBackend
from twinning.core.attachments import attach, visible_attachment
from twinning.core.models import ApiToken
from twinning.core.tokens import issue_token


def test_an_advanced_agent_cannot_list_the_twins_event_as_his_own(world: World) -> None:
    visit = log.log_activity(
        actor=world.cda, programme=world.programme, clusters=[world.leather], title="Visit"
    )
    with pytest.raises(PermissionRefused):
        log.add_cluster(actor=world.cda_advanced, activity=visit, cluster=world.santa_croce)


def test_an_agent_cannot_make_another_clusters_body_his(world: World) -> None:
    services.create_person(
        actor=world.manager, programme=world.programme, name="Director", organisation=world.clri
    )
    with pytest.raises(PermissionRefused):
        services.add_role(
            actor=world.cda_other, organisation=world.clri, cluster=world.footwear, role="support"
        )
    assert not Person.objects.visible_to(fresh(world.cda_other)).filter(name="Director").exists()


def test_a_pair_that_is_only_looked_at_shares_nothing(world: World) -> None:
    assert world.twinning.status == Twinning.Status.SCOUTING
    log.log_activity(actor=world.cda, programme=world.programme, clusters=[world.leather], title="Visit")
    seen = type(world.leather).objects.filter(activities__title="Visit")
    assert seen.exists()
    assert not log_of(world.cda_advanced)
    services.move_twinning(actor=world.manager, twinning=world.twinning, to="study", version=None)
    assert log_of(world.cda_advanced) == ["Visit"]


def log_of(user: Any) -> list[str]:
    from activities.models import Activity

    return list(Activity.objects.visible_to(fresh(user)).values_list("title", flat=True))


def test_a_signed_paper_that_names_a_firm_is_opened_where_firms_are_read(world: World) -> None:
    agreement = services.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind="ca",
        title="Agreement",
        parties=[
            {"organisation": world.tanners, "side": "emerging"},
            {"organisation": world.conciatori, "side": "advanced"},
            {"organisation": world.tannery, "side": "emerging", "role": "supporter"},
        ],
    )
    paper = attach(actor=world.manager, owner=agreement, name="signed.txt", data=b"x")
    assert visible_attachment(fresh(world.manager), paper.pk) == paper
    assert visible_attachment(fresh(world.firm), paper.pk) == paper
    assert visible_attachment(fresh(world.donor), paper.pk) is None


def test_demonstration_users_do_not_come_in_on_a_production_server(settings: Any, db: None) -> None:
    user = make_user("manager", is_staff=True)
    user.email = "manager@demo.example"
    user.save()
    issue_token(actor=user, name="t", scopes=["read"], days=1)
    assert KnownPeopleBackend().get_user(user.pk) == user
    assert ApiToken.objects.usable().exists()
    settings.DEMO_ALLOWED = False
    assert KnownPeopleBackend().get_user(user.pk) is None
    assert not ApiToken.objects.usable().exists()


def test_the_organisations_of_an_activity_raise_its_version(world: World) -> None:
    visit = log.log_activity(
        actor=world.cda, programme=world.programme, clusters=[world.leather], title="Visit"
    )
    log.add_organisation(actor=world.cda, activity=visit, organisation=world.clri, role="host")
    visit.refresh_from_db()
    assert visit.version == 2
    log.remove_organisation(actor=world.cda, link=visit.organisation_links.get())
    visit.refresh_from_db()
    assert visit.version == 3
