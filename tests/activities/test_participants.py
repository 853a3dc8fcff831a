"""Who took part: entered by name or by number, counted once, shown to those who may read of people."""

from __future__ import annotations

from typing import Any

import pytest

from activities import services
from activities.models import Activity, Participation
from activities.queries import attendance
from clusters.models import Person
from clusters.services import create_person
from tests.activities.conftest import Log, address
from tests.conftest import World


@pytest.fixture
def training(world: World, log: Log) -> Activity:
    return log("Class room training", "Jun 2009")


def person(world: World, name: str, sex: str = "u", organisation: Any = None) -> Person:
    return create_person(
        actor=world.manager, programme=world.programme, name=name, sex=sex, organisation=organisation
    )


def counts(world: World, activity: Activity) -> tuple[int, ...]:
    found = attendance(Participation.objects.visible_to(world.manager).filter(activity=activity))
    return found.persons, found.women, found.men, found.not_stated, found.firms, found.organisations


def test_persons_and_firms_are_counted_once(world: World, training: Activity) -> None:
    manager = world.manager
    meena = person(world, "Meena Raghavan", "f", world.tannery)
    services.add_participation(actor=manager, activity=training, person=meena)
    services.add_participation(actor=manager, activity=training, person=meena, role="trainer")
    services.add_participation(
        actor=manager, activity=training, organisation=world.tannery, male=4, unspecified=2, note="Sheet"
    )
    services.add_participation(
        actor=manager, activity=training, organisation=world.clri, female=1, note="Sheet"
    )
    assert counts(world, training) == (8, 2, 4, 2, 1, 2)


def test_nobody_yet_is_zero_and_not_an_error(world: World, training: Activity) -> None:
    assert counts(world, training) == (0, 0, 0, 0, 0, 0)


def test_somebody_known_is_put_on_the_list_by_name(world: World, training: Activity, sign_in: Any) -> None:
    person(world, "Meena Raghavan", "f", world.tannery)
    url = address("participants", world, training.pk)
    answer = sign_in(world.cda).post(f"{url}?as=known", {"name": "meena raghavan", "role": "trainee"})
    assert answer.url == f"{url}?as=known#who_name"
    row = Participation.objects.get()
    assert (row.female, row.total, row.organisation) == (1, 1, world.tannery)


def test_of_several_with_one_name_the_agent_says_which(
    world: World, training: Activity, sign_in: Any
) -> None:
    person(world, "R. Kumar", "m", world.tannery)
    second = person(world, "R. Kumar", "m", world.clri)
    client, url = sign_in(world.cda), f"{address('participants', world, training.pk)}?as=known"
    asked = client.post(url, {"name": "R. Kumar", "role": "trainee"})
    assert asked.status_code == 422
    assert b"say which one" in asked.content
    client.post(url, {"name": "R. Kumar", "role": "trainee", "person": second.pk})
    assert Participation.objects.get().person == second


def test_somebody_new_is_made_and_put_on_the_list_in_one(
    world: World, training: Activity, sign_in: Any
) -> None:
    client, url = sign_in(world.cda), f"{address('participants', world, training.pk)}?as=new"
    sent = {"name": "Meena Raghavan", "sex": "f", "role": "trainee", "organisation": world.tannery.name}
    assert client.post(url, sent).status_code == 302
    assert Participation.objects.get().person == Person.objects.get(name="Meena Raghavan")
    # The same name again is asked about, not silently doubled.
    assert client.post(url, sent).status_code == 422
    assert client.post(url, sent | {"namesake": "on"}).status_code == 302
    assert Person.objects.filter(name="Meena Raghavan").count() == 2


def test_a_year_of_birth_to_come_is_refused_beside_its_field(
    world: World, training: Activity, sign_in: Any
) -> None:
    client, url = sign_in(world.cda), f"{address('participants', world, training.pk)}?as=new"
    answer = client.post(url, {"name": "Meena", "sex": "f", "role": "trainee", "born": "2999"})
    assert answer.status_code == 422
    assert "born" in answer.context["form"].errors
    assert not Person.objects.filter(name="Meena").exists()


def test_an_organisation_that_is_not_known_yet_is_added_from_the_form(
    world: World, training: Activity, sign_in: Any
) -> None:
    link = address("organisation_new", world)
    for way, is_there in (("new", True), ("count", True), ("known", False)):
        page = sign_in(world.cda).get(f"{address('participants', world, training.pk)}?as={way}")
        assert (f'href="{link}"' in page.content.decode()) is is_there


def test_a_number_without_names_says_where_it_comes_from(
    world: World, training: Activity, sign_in: Any
) -> None:
    client, url = sign_in(world.cda), f"{address('participants', world, training.pk)}?as=count"
    refused = client.post(url, {"female": 3, "male": 4, "role": "trainee"})
    assert "note" in refused.context["form"].errors
    client.post(url, {"female": 3, "male": 4, "role": "trainee", "note": "Attendance sheet"})
    assert counts(world, training) == (7, 3, 4, 0, 0, 0)
    nobody = client.post(url, {"role": "trainee", "note": "Attendance sheet"})
    assert nobody.status_code == 422


def test_a_person_stands_on_the_list_once_in_a_role(world: World, training: Activity, sign_in: Any) -> None:
    person(world, "Meena Raghavan")
    client, url = sign_in(world.cda), f"{address('participants', world, training.pk)}?as=known"
    sent = {"name": "Meena Raghavan", "role": "trainee"}
    client.post(url, sent)
    assert b"on the list of this activity already" in client.post(url, sent).content


def test_a_headcount_is_corrected_and_removed(world: World, training: Activity, sign_in: Any) -> None:
    row = services.add_participation(actor=world.cda, activity=training, male=4, note="Sheet")
    client = sign_in(world.cda)
    url = address("participant_edit", world, training.pk, row.pk)
    sent = {
        "female": 2,
        "male": 3,
        "unspecified": 0,
        "note": "Sheet, page 2",
        "role": "trainee",
        "version": 1,
    }
    assert client.post(url, sent).status_code == 302
    assert counts(world, training)[:3] == (5, 2, 3)
    assert client.post(url, sent | {"male": 9}).status_code == 409
    removed = client.post(address("participant_remove", world, training.pk, row.pk), {"version": 2})
    assert removed.status_code == 302
    assert counts(world, training)[0] == 0


def test_a_donor_sees_the_activity_and_nobody_on_it(world: World, training: Activity, sign_in: Any) -> None:
    services.add_participation(actor=world.cda, activity=training, person=person(world, "Meena Raghavan"))
    client = sign_in(world.donor)
    page = client.get(address("activity", world, training.pk)).content
    assert b"Who took part" not in page
    assert b"Evidence" not in page
    assert b"History" not in page
    for name in ("participants", "activity_history"):
        assert client.get(address(name, world, training.pk)).status_code == 404


def test_a_firm_sees_its_own_people_and_no_totals(world: World, training: Activity, sign_in: Any) -> None:
    own, other = person(world, "Meena", "f", world.tannery), person(world, "Arun", "m", world.clri)
    for somebody in (own, other):
        services.add_participation(actor=world.cda, activity=training, person=somebody)
    page = sign_in(world.firm).get(address("participants", world, training.pk))
    assert "Meena" in page.content.decode()
    assert "Arun" not in page.content.decode()
    assert b'class="figures"' not in page.content


def test_names_are_offered_to_those_who_read_of_people(world: World, sign_in: Any) -> None:
    person(world, "Meena Raghavan", "f", world.tannery)
    url = address("person_names", world)
    assert b"Meena Raghavan" in sign_in(world.cda).get(url, {"name": "meen"}).content
    assert b"Meena" not in sign_in(world.cda_other).get(url, {"name": "meen"}).content
    assert sign_in(world.donor).get(url, {"name": "meen"}).status_code == 403


def test_a_body_among_many_is_looked_up_by_its_name(
    world: World, training: Activity, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clusters.queries.organisations.MOST_OFFERED", 2)
    client, url = sign_in(world.cda), f"{address('participants', world, training.pk)}?as=count"
    page = client.get(url).content.decode()
    assert "/p/tanning/organisations/names?field=organisation" in page
    assert '<option value="Leather' not in page
    sent = {"male": "4", "note": "Sheet", "role": "trainee", "organisation": "leather res"}
    refused = client.post(url, sent).content.decode()
    assert "Perhaps one of: Leather Research Institute." in refused
    client.post(url, sent | {"organisation": "Leather Research Institute"})
    assert Participation.objects.get().organisation == world.clri
