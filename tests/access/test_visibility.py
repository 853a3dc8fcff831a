"""Whatever page or API asks: no row of a programme is seen from outside it, and firms' rows by few within."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from clusters import services
from clusters.models import Firm, Organisation, Person, Programme
from clusters.rules import Role
from tests.conftest import make_user
from tests.demonstration import demo
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User
from twinning.demo.load import Demo

__all__ = ["demo"]

OUR_APPS = {"core", "clusters", "diagnostics", "activities", "monitoring"}
# The library of questionnaires is everybody's who files in some programme.
LIBRARY = {
    "diagnostics.Questionnaire": "programme",
    "diagnostics.QuestionnaireVersion": "questionnaire__programme",
}
# Rows that a person reaches only through a record with a rule of its own, or that hold nothing of a programme.
REACHED_THROUGH = {
    "core.User": "signs in; seen in members and history of a programme",
    "core.Change": "read with its record, or by programme where history is readable",
    "core.Attachment": "seen with its record (core.attachments)",
    "core.ApiToken": "listed to its own user",
    "core.IdempotencyKey": "answers its own user",
    "core.ExchangeRate": "seen by programme (clusters.queries.RateQuerySet), published ones in every one",
    "core.RateLoad": "listed to who loaded it",
    "monitoring.Reminded": "bookkeeping of reminders, read by nobody",
    "activities.ColumnMapping": "read through its programme",
}


def scoped_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        and isinstance(model._default_manager.get_queryset(), ScopedQuerySet)
    ]


def seen(model: type[models.Model], user: User) -> Any:
    rows = model._default_manager.get_queryset()
    assert isinstance(rows, ScopedQuerySet)
    return rows.visible_to(User.objects.get(pk=user.pk))


@pytest.fixture(autouse=True)
def _database(demo: Demo, db: None) -> None:
    """Each test sees the programme that the module loaded once."""


def test_every_model_says_who_sees_it() -> None:
    silent = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS and not model._meta.auto_created and model not in scoped_models()
    }
    assert silent == set(REACHED_THROUGH)


@pytest.mark.parametrize("model", scoped_models(), ids=lambda model: model._meta.label)
def test_outside_the_programme_nothing_is_seen(demo: Demo, model: type[models.Model]) -> None:
    stranger = make_user("stranger")
    neighbour = make_user("neighbour", is_staff=True)
    services.open_programme(actor=neighbour, slug="next-door", title="Next door")
    assert not seen(model, stranger).exists()
    theirs = {Programme: 1, apps.get_model("clusters.Membership"): 1}
    ours = seen(model, neighbour)
    if model._meta.label in LIBRARY:
        assert not ours.exclude(**{LIBRARY[model._meta.label]: None}).exists()
    else:
        assert ours.count() == theirs.get(model, 0)


def test_a_role_that_has_ended_opens_nothing(demo: Demo, settings: Any) -> None:
    import datetime as dt

    donor = demo.users["donor"]
    membership = donor.memberships.get()
    services.end_membership(
        actor=demo.manager, membership=membership, last_day=dt.date(2011, 7, 31), version=None
    )
    assert not seen(Programme, donor).exists()


def test_somebody_who_left_sees_nothing(demo: Demo) -> None:
    donor = demo.users["donor"]
    donor.is_active = False
    donor.save()
    assert not seen(Programme, donor).exists()


@pytest.mark.parametrize("name", ["donor", "counterpart", "evaluator", "broker", "laboratory"])
def test_firms_and_people_are_no_ones_business_but_the_field_workers(demo: Demo, name: str) -> None:
    firms = seen(Organisation, demo.users[name]).filter(kind="principal-firm")
    assert not firms.exists()
    assert not seen(Person, demo.users[name]).exists()
    assert not seen(Firm, demo.users[name]).exists()


def test_a_firm_sees_itself_and_no_other(demo: Demo) -> None:
    firms = seen(Organisation, demo.users["firm"]).filter(kind="principal-firm")
    assert [firm.name for firm in firms] == ["Pakkar Leather Exports"]


def test_an_agent_sees_the_firms_of_the_own_cluster(demo: Demo) -> None:
    firms = seen(Organisation, demo.users["cda.leather"]).filter(kind="principal-firm")
    assert {role.cluster.slug for firm in firms for role in firm.roles.all()} == {"chennai-leather"}


def test_an_advanced_agent_reads_the_log_of_the_twin_but_not_its_firms(demo: Demo) -> None:
    agent = demo.users["cda.italy"]
    assert seen(apps.get_model("activities.Activity"), agent).count() == 33
    assert not seen(Organisation, agent).filter(kind="principal-firm").exists()


def test_every_role_has_its_line_in_the_table() -> None:
    from clusters.rules import ROLE_TABLE

    assert set(ROLE_TABLE) == set(Role)
