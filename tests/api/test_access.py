"""Who sees and writes what over the API; the table of every address is in tests/access."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from activities import services as log
from activities.models import Activity
from clusters import services
from clusters.models import Person
from tests.api.conftest import Partner
from tests.conftest import World
from twinning.core.api.resources import Listed, Resource
from twinning.core.models import ApiToken

LISTS = [
    "programmes",
    "clusters",
    "organisations",
    "people",
    "twinnings",
    "agreements",
    "selection-rounds",
    "questionnaires",
    "submissions",
    "studies",
    "assessments",
    "aobo-rows",
    "findings",
    "topics",
    "gaps",
    "impact-claims",
    "baseline-values",
    "sampled-firms",
    "activities",
    "participations",
    "imports",
    "value-imports",
    "results",
    "indicators",
    "targets",
    "reporting-periods",
    "measurements",
    "outcomes",
    "closings",
    "restatements",
    "reports",
    "report-schedules",
    "rates",
    "evaluations",
    "recommendations",
    "stories",
    "changes",
    "jobs",
]


def rows(partner: Partner, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = partner.get(path, **query)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_a_resource_that_says_nothing_of_who_sees_it_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured):

        class Tokens(Listed, Resource):
            queryset = ApiToken.objects.all()


@pytest.mark.parametrize("name", LISTS)
def test_a_stranger_finds_every_list_empty(world: World, visit: Activity, name: str) -> None:
    assert rows(Partner(world.stranger), f"{name}/") == []


def test_a_neighbour_finds_only_his_own(world: World, visit: Activity) -> None:
    neighbour = Partner(world.neighbour)
    assert [row["slug"] for row in rows(neighbour, "clusters/")] == ["elsewhere"]
    for path in [
        "programmes/tanning/",
        "clusters/leather/",
        "twinnings/leather--santa-croce/",
        f"activities/{visit.pk}/",
        f"organisations/{world.tanners.pk}/",
        "clusters/leather/figures/",
    ]:
        assert neighbour.get(path).status_code == 404


def test_a_donor_reads_activities_but_no_people_and_no_firms(world: World, visit: Activity) -> None:
    services.create_person(actor=world.manager, programme=world.programme, name="Giulia Rossi")
    log.add_participation(
        actor=world.manager, activity=visit, organisation=world.tannery, female=3, note="attendance sheet"
    )
    donor = Partner(world.donor)
    (activity,) = rows(donor, "activities/")
    assert [part["name"] for part in activity["organisations"]] == ["Leather Manufacturers Association"]
    assert rows(donor, "people/") == rows(donor, "participations/") == []
    assert "Pakkar Tannery" not in {row["name"] for row in rows(donor, "organisations/")}
    assert donor.get(f"organisations/{world.tannery.pk}/").status_code == 404
    assert rows(donor, "activities/", organiser=world.tannery.pk) == []


def test_a_party_that_may_not_be_named_is_not_named(world: World) -> None:
    services.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind="mou",
        title="Memorandum",
        parties=[
            {"organisation": world.tannery, "side": "emerging"},
            {"organisation": world.conciatori, "side": "advanced"},
        ],
    )
    (seen,) = rows(Partner(world.donor), "agreements/")
    names = [party["organisation"] and party["organisation"]["name"] for party in seen["parties"]]
    assert sorted(names, key=str) == ["Associazione Conciatori", None]


def test_an_agreement_between_firms_is_hidden_from_a_donor(world: World) -> None:
    letter = services.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind="loi",
        title="Letter",
        parties=[
            {"organisation": world.tannery, "side": "emerging"},
            {"organisation": world.shoemaker, "side": "advanced"},
        ],
    )
    assert Partner(world.donor).get(f"agreements/{letter.pk}/").status_code == 404
    assert Partner(world.firm).get(f"agreements/{letter.pk}/").status_code == 200


def test_an_agent_is_shown_without_a_name_to_who_reads_no_people(world: World) -> None:
    person = services.create_person(actor=world.manager, programme=world.programme, name="Giulia Rossi")
    services.engage_agent(
        actor=world.manager, cluster=world.leather, person=person, post="CDA", side="emerging", function="cda"
    )
    assert rows(Partner(world.donor), "clusters/leather/engagements/")[0]["person"] is None
    assert rows(Partner(world.cda), "clusters/leather/engagements/")[0]["person"]["name"] == "Giulia Rossi"


def test_a_cda_does_not_see_the_activities_of_another_cluster(
    world: World, visit: Activity, workshop: Activity
) -> None:
    cda = Partner(world.cda)
    assert [row["id"] for row in rows(cda, "activities/")] == [visit.pk]
    assert cda.get(f"activities/{workshop.pk}/").status_code == 404
    assert cda.send("patch", f"activities/{workshop.pk}/", {"title": "X"}, If_Match="*").status_code == 404


def test_a_cda_writes_in_his_cluster_and_nowhere_else(world: World) -> None:
    cda, figure = (
        Partner(world.cda),
        {"measure": "units", "qualifier": "exact", "value": "5", "source": "study"},
    )
    assert cda.send("post", "clusters/leather/figures/", figure).status_code == 201
    assert cda.send("post", "clusters/footwear/figures/", figure).status_code == 403
    event = {"programme": "tanning", "title": "Event", "period_text": "2011"}
    assert cda.send("post", "activities/", event | {"clusters": ["footwear"]}).status_code == 403
    joint = cda.send("post", "activities/", event | {"clusters": ["leather", "footwear"]})
    assert joint.status_code == 201


def test_a_donor_writes_nothing(world: World, visit: Activity) -> None:
    donor = Partner(world.donor)
    assert donor.send("patch", f"activities/{visit.pk}/", {"title": "X"}, If_Match="*").status_code == 403
    assert donor.send("delete", f"activities/{visit.pk}/", If_Match="*").status_code == 403
    assert donor.send("post", "people/", {"programme": "tanning", "name": "A"}).status_code == 403
    assert not Person.objects.exists()


def test_a_firm_sees_the_activities_it_took_part_in(
    world: World, visit: Activity, workshop: Activity
) -> None:
    assert [row["id"] for row in rows(Partner(world.firm), "activities/")] == [visit.pk]


def test_records_of_another_programme_cannot_be_named(world: World) -> None:
    body = {"programme": "tanning", "clusters": ["elsewhere"], "title": "Event"}
    answer = Partner(world.manager).send("post", "activities/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "does_not_exist"


def test_a_job_is_seen_by_who_asked_for_it(world: World) -> None:
    from twinning.core.models import Job

    job = Job.objects.create(kind="x", title="x", created_by=world.manager)
    assert Partner(world.manager).get(f"jobs/{job.pk}/").json()["status"] == "queued"
    assert Partner(world.coordinator).get(f"jobs/{job.pk}/").status_code == 404
    assert Partner(world.manager).send("post", f"jobs/{job.pk}/cancel/").json()["status"] == "cancelled"
    assert Partner(world.manager).send("post", f"jobs/{job.pk}/cancel/").status_code == 409
