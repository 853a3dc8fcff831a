"""Where a programme has more organisations than a list could show, a form takes their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters import services
from clusters.models import Organisation, Person
from tests.clusters.conftest import Visitor
from tests.clusters.test_agreement_pages import agreement_of, text
from tests.conftest import World
from twinning.core.models import User

Visit = Callable[[User], Visitor]


@pytest.fixture
def many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than are offered: the five of the cast and 30 tanneries."""
    monkeypatch.setattr("clusters.queries.organisations.MOST_OFFERED", 5)
    for n in range(30):
        organisation(world, f"Tannery {n:02}")


def organisation(world: World, name: str, kind: str = "association", **values: Any) -> Organisation:
    return services.create_organisation(
        actor=world.manager, programme=world.programme, name=name, kind=kind, **values
    )


def names(visitor: Visitor, typed: str) -> list[str]:
    answer = visitor.get(
        "organisation_names", field="parties-0-organisation", **{"parties-0-organisation": typed}
    )
    assert answer.status_code == 200
    return [row.name for row in answer.context["found"]]


def test_few_organisations_are_chosen_from_a_list(world: World, visit: Visit) -> None:
    page = text(visit(world.manager).get("person_new"))
    assert '<select name="organisation"' in page
    assert ">Associazione Conciatori</option>" in page


@pytest.mark.usefixtures("many")
def test_many_are_named_and_no_page_lists_them(world: World, visit: Visit) -> None:
    manager, agreement = visit(world.manager), agreement_of(world)
    for page in [
        manager.get("agreement_new"),
        manager.get("party_new", agreement.pk),
        manager.get("person_new"),
        manager.get("member_new"),
        manager.get("activity_new"),
    ]:
        shown = text(page)
        assert "/p/tanning/organisations/names?field=" in shown
        assert "Tannery 00" not in shown


@pytest.mark.usefixtures("many")
def test_what_is_found_while_one_types_is_bounded_and_begins_with_the_best(
    world: World, visit: Visit
) -> None:
    organisation(world, "Old tannery", short_name="OT")
    manager = visit(world.manager)
    assert names(manager, "tannery") == [f"Tannery {n:02}" for n in range(20)]
    assert names(manager, "tannery 2")[0] == "Tannery 20"
    assert names(manager, "annery 29") == ["Tannery 29"]
    assert names(manager, "ot")[0] == "Old tannery"
    assert names(manager, "t") == []
    assert names(manager, "") == []


@pytest.mark.usefixtures("many")
def test_only_what_the_reader_may_see_is_found(world: World, visit: Visit) -> None:
    services.create_organisation(
        actor=world.neighbour, programme=world.other_programme, name="Tannery elsewhere", kind="association"
    )
    assert "Pakkar Tannery" in names(visit(world.manager), "pakkar")
    assert names(visit(world.donor), "pakkar") == []
    assert names(visit(world.manager), "elsewhere") == []


@pytest.mark.usefixtures("many")
def test_a_party_is_added_by_its_name_or_short_name(world: World, visit: Visit) -> None:
    organisation(world, "Old tannery", short_name="OT")
    agreement, manager = agreement_of(world), visit(world.manager)
    for typed in ("tannery 07", "ot"):
        sent = {"organisation": typed, "role": "signatory", "side": "emerging"}
        assert manager.post("party_new", agreement.pk, **sent).status_code == 302
    named = set(agreement.parties.values_list("organisation__name", flat=True))
    assert {"Tannery 07", "Old tannery"} <= named


@pytest.mark.usefixtures("many")
def test_a_name_that_is_not_whole_is_answered_with_those_that_hold_it(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    refused = manager.post("person_new", name="Meena", sex="f", organisation="conciat")
    assert refused.status_code == 422
    assert "Perhaps one of: Associazione Conciatori." in text(refused)
    assert '<option value="Associazione Conciatori">' in text(refused)
    assert 'value="conciat"' in text(refused)
    unknown = manager.post("person_new", name="Meena", sex="f", organisation="Nobody")
    assert "There is no organisation of this name; add it first." in text(unknown)


@pytest.mark.usefixtures("many")
def test_a_record_shows_the_name_and_keeps_it_when_something_else_is_saved(
    world: World, visit: Visit
) -> None:
    manager = visit(world.manager)
    person = services.create_person(
        actor=world.manager, programme=world.programme, name="Meena", sex="f", organisation=world.clri
    )
    opened = manager.form("person_edit", person.pk)
    assert opened["organisation"] == "Leather Research Institute"
    services.update_person(actor=world.manager, person=person, version=1, organisation=world.tanners)
    answer = manager.post("person_edit", person.pk, **{**opened, "designation": "Chemist"})
    assert answer.status_code == 409
    assert answer.context["form"]["organisation"].value() == "Leather Manufacturers Association"
    again = {
        **opened,
        "designation": "Chemist",
        "version": 2,
        "organisation": "Leather Manufacturers Association",
    }
    assert manager.post("person_edit", person.pk, **again).status_code == 302
    assert Person.objects.get().organisation == world.tanners


@pytest.mark.usefixtures("many")
def test_the_forms_cost_the_same_however_many_organisations_there_are(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    costs = []
    for more in (0, 30):
        for n in range(more):
            organisation(world, f"Further {n:02}")
        for page, query in [("agreement_new", {}), ("organisation_names", {"field": "q", "q": "tan"})]:
            manager.get(page, **query)
            with CaptureQueriesContext(connection) as asked:
                manager.get(page, **query)
            costs.append(len(asked))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 12
