"""The pages of reports that are sent regularly, and the same over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from monitoring import services
from monitoring.models import ReportSchedule
from monitoring.rules.schedules import Every, next_day
from tests.api.conftest import Partner
from tests.conftest import World
from tests.monitoring.scheduling import due, now, schedule, work

SENT = {
    "kind": "activity-status",
    "language": "fr",
    "every": "month",
    "days_after": "3",
    "option_parsed": "on",
}


@pytest.fixture
def made(world: World) -> ReportSchedule:
    return schedule(world)


def page(name: str, world: World, made: ReportSchedule | None = None) -> str:
    return reverse(name, args=[world.programme.slug, *([made.pk] if made else [])])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_report_is_set_up_on_a_page(world: World, sign_in: Any) -> None:
    client = sign_in(world.manager)
    address = page("report_schedule_new", world)
    form = text(client.get(address))
    assert "Coordinator, overall coordinator" in form
    assert "Donor, donor – once it is issued" in form
    assert "Partner" not in form
    answer = client.post(
        address, SENT | {"recipients": [world.donor.pk, world.cta.pk], "issue_at_once": "on", "cluster": ""}
    )
    made = ReportSchedule.objects.get()
    assert answer.headers["Location"] == page("report_schedule", world, made)
    assert (made.language, made.days_after, made.cluster, made.issue_at_once) == ("fr", 3, None, True)
    assert made.options["parsed"] is True
    assert {user.name for user in made.recipients.all()} == {"Donor", "Cta"}
    shown = text(client.get(answer.headers["Location"]))
    assert "every month, 3 days after its last day" in shown
    assert "Donor, donor – once it is issued" in shown


def test_an_agent_sends_reports_on_the_own_cluster_to_nobody_else(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    address = page("report_schedule_new", world)
    form = text(client.get(address))
    assert "Donor" not in form
    assert "issue_at_once" not in form
    refused = client.post(address, SENT | {"recipients": [world.donor.pk], "cluster": "leather"})
    assert refused.status_code == 422
    assert (
        client.post(address, SENT | {"recipients": [world.cda.pk], "cluster": "leather"}).status_code == 302
    )


def test_what_is_wrong_is_said_beside_its_field(world: World, sign_in: Any) -> None:
    answer = sign_in(world.manager).post(page("report_schedule_new", world), SENT | {"days_after": "90"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"days_after", "recipients"}


def test_it_is_changed_and_two_who_change_it_lose_nothing(
    world: World, made: ReportSchedule, sign_in: Any
) -> None:
    client = sign_in(world.manager)
    address = page("report_schedule_edit", world, made)
    shown = client.get(address).context["form"]
    assert shown["every"].value() == "quarter"
    assert sorted(shown["recipients"].value()) == sorted([world.donor.pk, world.coordinator.pk])
    values = SENT | {"recipients": [world.donor.pk], "version": str(made.version)}
    assert client.post(address, values).status_code == 302
    assert now(made).next_on == next_day(Every.MONTH, 3, timezone.localdate())
    again = client.post(address, values | {"days_after": "9"})
    assert again.status_code == 409
    assert again.context["form"].conflict


def test_it_is_paused_goes_on_and_is_ended(world: World, made: ReportSchedule, sign_in: Any) -> None:
    client = sign_in(world.manager)
    for act, word in [("pause", "paused"), ("resume", "runs")]:
        address = page(f"report_schedule_{act}", world, made)
        client.post(address, {"version": now(made).version})
        assert word in text(client.get(page("report_schedule", world, made)))
    client.post(page("report_schedule_end", world, made), {"version": now(made).version})
    assert client.get(page("report_schedule", world, made)).status_code == 404


def test_the_list_of_reports_says_what_is_sent_regularly(
    world: World, made: ReportSchedule, sign_in: Any
) -> None:
    shown = text(sign_in(world.manager).get(page("reports", world)))
    assert page("report_schedule", world, made) in shown
    assert "every quarter" in shown
    assert "Sent regularly" not in text(sign_in(world.donor).get(page("reports", world)))


def test_the_list_costs_the_same_however_many_there_are(world: World, sign_in: Any) -> None:
    def cost() -> int:
        client = sign_in(world.manager)
        client.get(page("reports", world))
        with CaptureQueriesContext(connection) as queries:
            client.get(page("reports", world))
        return len(queries)

    schedule(world)
    few = cost()
    for cluster in (world.leather, world.footwear, world.leather):
        schedule(world, cluster=cluster)
    assert cost() == few


def test_one_that_was_stopped_says_why_and_what_was_made_is_listed(
    world: World, made: ReportSchedule, sign_in: Any
) -> None:
    due(made)
    services.run_schedules()
    work()
    ReportSchedule.objects.filter(pk=made.pk).update(
        paused_at=timezone.now(), paused_because="Manager may not ask for this report."
    )
    shown = text(sign_in(world.manager).get(page("report_schedule", world, made)))
    assert "It was stopped" in shown
    assert "Manager may not ask for this report." in shown
    assert "Activity status" in shown


def test_partner_systems_do_the_same(world: World) -> None:
    partner = Partner(world.manager)
    body = {
        "programme": "tanning",
        "kind": "activity-status",
        "every": "closing",
        "recipients": [world.donor.pk],
    }
    answer = partner.send("post", "report-schedules/", body)
    assert answer.status_code == 201
    here = f"report-schedules/{answer.json()['id']}/"
    assert answer.json()["recipients"] == [{"id": world.donor.pk, "name": "Donor"}]
    changed = partner.change(here, {"every": "year"})
    assert changed.json()["next_on"]
    assert partner.send("post", f"{here}pause/").json()["paused_at"]
    assert partner.send("post", f"{here}resume/").json()["paused_at"] is None
    refused = partner.send("post", "report-schedules/", body | {"recipients": [world.stranger.pk]})
    assert refused.json()["errors"][0]["pointer"] == "#/recipients"
