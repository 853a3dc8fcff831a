from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities import services as log
from activities.models import Activity, ImportBatch, ImportRow
from clusters import services
from clusters.models import Person
from monitoring.models import Report
from monitoring.services import schedule_report
from tests.api.conftest import Partner
from tests.conftest import World
from twinning.core import history
from twinning.core.models import Change, Job


def pages(partner: Partner, path: str, **query: Any) -> Iterator[dict[str, Any]]:
    answer = partner.get(path, **query).json()
    yield answer
    while answer["next"]:
        answer = partner.get(answer["next"]).json()
        yield answer


def ids(page: dict[str, Any]) -> list[int]:
    return [row["id"] for row in page["results"]]


@pytest.fixture
def people(world: World) -> list[int]:
    return [
        services.create_person(actor=world.manager, programme=world.programme, name=f"Person {i}").pk
        for i in range(7)
    ]


def test_a_list_is_walked_forward_and_back(partner: Partner, people: list[int]) -> None:
    first, second, third = pages(partner, "people/", limit=3)
    assert [*ids(first), *ids(second), *ids(third)] == people
    assert (first["previous"], third["next"]) == (None, None)
    back = partner.get(third["previous"]).json()
    assert ids(back) == ids(second)
    assert ids(partner.get(back["previous"]).json()) == ids(first)


@pytest.mark.parametrize("sort", ["-id", "updated_at", "-updated_at"])
def test_each_order_shows_everybody_once(partner: Partner, people: list[int], sort: str) -> None:
    found = [pk for page in pages(partner, "people/", limit=3, sort=sort) for pk in ids(page)]
    assert found == (people[::-1] if sort.startswith("-") else people)


def test_equal_moments_are_told_apart_by_id(world: World, partner: Partner, people: list[int]) -> None:
    Person.objects.update(updated_at=timezone.now())
    found = [pk for page in pages(partner, "people/", limit=2, sort="updated_at") for pk in ids(page)]
    assert found == people


def test_what_is_added_meanwhile_moves_nothing(world: World, partner: Partner, people: list[int]) -> None:
    newest = partner.get("people/", limit=3, sort="-id").json()
    services.create_person(actor=world.manager, programme=world.programme, name="Late")
    rest = [pk for page in pages(partner, newest["next"]) for pk in ids(page)]
    assert [*ids(newest), *rest] == people[::-1]


def test_a_cursor_belongs_to_its_order(partner: Partner, people: list[int]) -> None:
    following = partner.get("people/", limit=3).json()["next"]
    assert partner.get(f"{following}&sort=-id").status_code == 400


def test_an_empty_list_has_no_neighbours(partner: Partner) -> None:
    assert partner.get("jobs/").json() == {"results": [], "next": None, "previous": None}


@pytest.fixture
def joint(world: World, visit: Activity, workshop: Activity) -> dict[str, Activity]:
    ongoing = log.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather],
        title="Advice on effluents",
        period_text="Ongoing",
        kind="NT",
        format="study",
    )
    return {"visit": visit, "workshop": workshop, "ongoing": ongoing}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "visit workshop ongoing"),
        ({"programme": "tanning"}, "visit workshop ongoing"),
        ({"programme": "other"}, ""),
        ({"cluster": "leather"}, "visit ongoing"),
        ({"cluster": "no-such"}, ""),
        ({"kind": "TB"}, "visit"),
        ({"format": "study"}, "ongoing"),
        ({"format": "fair"}, ""),
        ({"origin": "api"}, ""),
        ({"status": "done"}, "visit workshop"),
        ({"status": "ongoing", "on": "2010-03-07"}, "visit ongoing"),
        ({"status": "planned", "on": "2010-03-07"}, "workshop"),
        ({"from": "2010-03-09", "to": "2010-03-20"}, "visit ongoing"),
        ({"from": "2011-09-30"}, "workshop ongoing"),
        ({"to": "2010-03-05"}, "visit ongoing"),
        ({"q": "STUDY"}, "visit"),
        ({"updated_since": "2000-01-01T00:00:00Z"}, "visit workshop ongoing"),
        ({"updated_since": "2999-01-01T00:00:00Z"}, ""),
        ({"doubtful": "true"}, ""),
        ({"doubtful": "false", "kind": "NT"}, "ongoing"),
    ],
)
def test_activities_are_filtered(
    partner: Partner, joint: dict[str, Activity], query: dict[str, str], found: str
) -> None:
    names = {activity.pk: name for name, activity in joint.items()}
    assert [names[pk] for pk in ids(partner.get("activities/", **query).json())] == found.split()


def test_activities_of_an_organiser(world: World, partner: Partner, joint: dict[str, Activity]) -> None:
    assert ids(partner.get("activities/", organiser=world.tanners.pk).json()) == [joint["visit"].pk]
    assert ids(partner.get("activities/", organiser=world.tannery.pk).json()) == []


def test_status_is_that_of_the_day_asked_for(partner: Partner, visit: Activity) -> None:
    (row,) = partner.get("activities/", status="planned", on="2010-01-01").json()["results"]
    assert row["status"] == "planned"
    assert partner.get(f"activities/{visit.pk}/").json()["status"] == "done"


def more(world: World, start: int) -> None:
    """Five further records of each kind."""
    manager, programme = world.manager, world.programme
    for i in range(start, start + 5):
        firm = services.create_organisation(
            actor=manager,
            programme=programme,
            cluster=world.leather,
            role="principal",
            name=f"Firm {i}",
            kind="principal-firm",
            part_of=world.tannery,
        )
        person = services.create_person(
            actor=manager, programme=programme, name=f"Person {i}", organisation=firm
        )
        cluster = services.create_cluster(
            actor=manager, programme=programme, slug=f"cluster-{i}", name=f"Cluster {i}", country="IN"
        )
        twinning = services.propose_twinning(
            actor=manager, programme=programme, emerging=cluster, advanced=world.santa_croce
        )
        agreement = services.create_agreement(
            actor=manager,
            programme=programme,
            kind="loi",
            title=f"Letter {i}",
            twinning=twinning,
            parties=[
                {"organisation": firm, "side": "emerging"},
                {"organisation": world.shoemaker, "side": "advanced"},
            ],
        )
        services.add_claim(
            actor=manager, agreement=world.agreement, about="signed", statement=f"In {i}", source="paper"
        )
        services.add_party(
            actor=manager, agreement=world.agreement, organisation=firm, role="supporter", side="emerging"
        )
        services.update_agreement(
            actor=manager, agreement=agreement, version=None, replaced_by=world.agreement
        )
        services.add_figure(
            actor=manager, cluster=world.leather, measure="units", qualifier="exact", value=i, source="study"
        )
        services.add_product_group(actor=manager, cluster=world.leather, name=f"Group {i}")
        services.engage_agent(
            actor=manager,
            cluster=world.leather,
            person=person,
            post=f"CDA {i}",
            side="emerging",
            function="cda",
        )
        services.add_role(actor=manager, organisation=world.tanners, cluster=cluster, role="support")
        component = services.add_component(actor=manager, programme=programme, kind="CT", title=f"Part {i}")
        services.place_cluster(actor=manager, component=component, cluster=world.leather)
        services.place_cluster(actor=manager, component=world.component, cluster=cluster)
        services.add_programme_organisation(
            actor=manager, programme=programme, organisation=firm, role="donor"
        )
        services.add_meeting(actor=manager, programme=programme, number=i + 10)
        services.type_rate(
            actor=manager,
            programme=programme,
            currency="INR",
            day=world.today + timedelta(days=i),
            rate=Decimal(60 + i),
            source="Bulletin",
        )
        services.record_decision(
            actor=manager, meeting=world.meeting, text=f"Yes {i}", kind="select-cluster", cluster=cluster
        )
        activity = log.log_activity(
            actor=manager,
            programme=programme,
            clusters=[world.leather, cluster],
            title=f"Event {i}",
            period_text="2010",
            organisations=[(firm, "host"), (world.tanners, "organiser")],
        )
        log.add_participation(actor=manager, activity=activity, person=person)
        services.open_programme(actor=world.owner, manager=manager, slug=f"p-{i}", title="P")
        job = Job.objects.create(kind="x", title="x", created_by=manager)
        batch = ImportBatch(
            programme=programme, cluster=cluster, filename="a.csv", created_by=manager, job=job
        )
        history.create(batch, actor=manager)
        ImportRow.objects.create(batch=world.batch, row=i, action="new", activity=activity)
        report = Report(
            programme=programme, cluster=cluster, kind="x", title="R", as_of=world.today, created_by=manager
        )
        history.create(report, actor=manager)
        schedule_report(
            actor=manager,
            programme=programme,
            cluster=cluster,
            kind="activity-status",
            every="month",
            recipients=[world.donor.pk, world.manager.pk],
        )


def addresses(world: World) -> list[str]:
    return [
        "programmes/",
        "programmes/tanning/components/",
        f"programmes/tanning/components/{world.component.pk}/clusters/",
        "programmes/tanning/organisations/",
        "programmes/tanning/meetings/",
        f"programmes/tanning/meetings/{world.meeting.pk}/decisions/",
        "clusters/",
        "clusters/leather/figures/",
        "clusters/leather/product-groups/",
        "clusters/leather/engagements/",
        "organisations/",
        f"organisations/{world.tanners.pk}/roles/",
        "people/",
        "twinnings/",
        "agreements/",
        f"agreements/{world.agreement.pk}/parties/",
        f"agreements/{world.agreement.pk}/claims/",
        "activities/",
        "participations/",
        "imports/",
        f"imports/{world.batch.pk}/rows/",
        "reports/",
        "report-schedules/",
        "rates/",
        "jobs/",
        "changes/",
    ]


@pytest.fixture
def settled() -> Callable[[], None]:
    """Changes of long enough ago that the feed shows them on every database."""

    def age() -> None:
        Change.objects.update(at=timezone.now() - timedelta(minutes=1))

    return age


def test_twenty_rows_cost_as_many_queries_as_ten(world: World, settled: Callable[[], None]) -> None:
    world.component = services.add_component(
        actor=world.manager, programme=world.programme, kind="ITP", title="Investment"
    )
    world.meeting = services.add_meeting(actor=world.manager, programme=world.programme, number=1)
    world.agreement = services.create_agreement(
        actor=world.manager, programme=world.programme, kind="mou", title="MoU"
    )
    world.batch = history.create(
        ImportBatch(
            programme=world.programme, cluster=world.leather, filename="b.csv", created_by=world.manager
        ),
        actor=world.manager,
    )
    counted: list[dict[str, int]] = []
    for start in (0, 5):
        more(world, start)
        settled()
        manager = Partner(world.manager)
        manager.get("clusters/")
        found = {}
        for address in addresses(world):
            with CaptureQueriesContext(connection) as queries:
                answer = manager.get(address, limit=200)
            assert len(answer.json()["results"]) >= start + 5, address
            found[address] = len(queries)
        counted.append(found)
    assert counted[0] == counted[1]
    assert max(counted[1].values()) <= 15
