"""The pages of results as their readers use them."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from monitoring import services
from monitoring.models import Closing, Indicator, Outcome, Target
from tests.monitoring.results import build_tables, came, event, head_count, person, tables
from tests.monitoring.test_closings import closed, quarter, trained

__all__ = ["quarter"]
pytestmark = pytest.mark.contents(build=build_tables)


def address(world, tail: str) -> str:
    return f"/p/{world.programme.slug}/{tail}"


def test_a_donor_opens_a_figure_to_its_records(world, sign_in):
    tables(world)
    event(world, "Joint stand", "30 Jan - 3 Feb 2010", "fair", clusters=[world.leather, world.footwear])
    client = sign_in(world.donor)
    page = client.get(address(world, "results")).content.decode()
    assert "T9.6" in page
    found = client.get(address(world, "results/indicators/T9.6/evidence?cluster=footwear")).content.decode()
    assert "Joint stand" in found
    assert "joint event of several clusters" in found


def test_what_is_left_out_is_shown_by_its_reason(world, sign_in):
    tables(world)
    event(world, "Fair that was called off", "Feb 2010", "fair", status_set="cancelled")
    client = sign_in(world.donor)
    found = client.get(address(world, "results/indicators/T9.6/evidence")).content.decode()
    assert "Left out, cancelled: 1" in found
    assert "Fair that was called off" not in found
    assert (
        "Fair that was called off"
        in client.get(address(world, "results/indicators/T9.6/evidence?why=1")).content.decode()
    )


def test_people_are_not_named_in_the_evidence(world, sign_in):
    tables(world)
    course = event(world, "Course", "Feb 2010")
    came(world, course, person(world, "Kumar"))
    page = sign_in(world.donor).get(address(world, "results/indicators/T9.8/evidence"))
    assert "Course" in page.content.decode()
    assert "Kumar" not in page.content.decode()


def test_money_of_fewer_than_three_firms_stays_behind_the_wall(world, sign_in):
    tables(world)
    made = services.record_outcome(
        actor=world.cda,
        programme=world.programme,
        cluster=world.leather,
        kind="machinery-sold",
        title="Splitting machine",
        happened="2010",
        amount=12345,
        currency="EUR",
        source="Invoice",
        parties=[(world.tannery, "gains")],
    )
    services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen")
    assert "12,345" not in sign_in(world.donor).get(address(world, "results")).content.decode()
    assert "12,345" in sign_in(world.manager).get(address(world, "results")).content.decode()


def test_a_manager_brings_the_tables_and_adds_an_indicator_of_their_own(world, sign_in):
    client = sign_in(world.manager)
    client.post(address(world, "framework/tables"))
    result = Indicator.objects.get(code="T9.1").result
    sent = {
        "result": result.pk,
        "code": "B2B",
        "name": "Meetings between firms",
        "rising": "on",
        "where_link": ["B2B"],
        "where_format": ["meeting"],
    }
    answer = client.post(address(world, "framework/indicators/new?count=activities"), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    made = Indicator.objects.get(code="B2B")
    assert made.rule == {"count": "activities", "where": {"format": ["meeting"], "link": ["B2B"]}}


def test_an_indicator_of_the_same_name_at_the_same_level_is_refused(world, sign_in):
    tables(world)
    result = Indicator.objects.get(code="T9.1").result
    sent = {
        "result": result.pk,
        "code": "X",
        "name": "participation in FAIRS/exhibitions",
        "measure": "number",
    }
    sent |= {"total": "sum", "rising": "on"}
    answer = sign_in(world.manager).post(address(world, "framework/indicators/new"), sent)
    assert answer.status_code == 422
    assert "of this name at this level" in answer.content.decode()


def test_a_target_needs_its_days(world, sign_in):
    tables(world)
    client = sign_in(world.manager)
    answer = client.post(address(world, "results/indicators/T9.6/targets/new"), {"value": "5"})
    assert answer.status_code == 422
    days = {"first": "2008-01-01", "last": "2011-12-31"}
    client.post(address(world, "results/indicators/T9.6/targets/new"), {"value": "5", **days})
    assert Target.objects.get().value == 5


def test_parts_that_do_not_sum_are_said_beside_them_and_stay_typed(world, sign_in, quarter):
    result = tables(world)["T9.1"].result
    services.add_indicator(
        actor=world.manager, result=result, code="EMP", name="Employed", dimensions=["sex"]
    )
    sent = {"period": quarter.pk, "cluster": world.leather.pk, "applies": "on", "value": "10"}
    sent |= {"part_sex-f": "4", "part_sex-m": "5", "source": "Survey"}
    client = sign_in(world.cda)
    answer = client.post(address(world, "results/indicators/EMP/values/new"), sent)
    assert answer.status_code == 422
    assert "The parts by sex sum to 9, not to 10" in answer.content.decode()
    assert 'name="part_sex-m" value="5"' in answer.content.decode()
    sent["part_sex-m"] = "6"
    assert client.post(address(world, "results/indicators/EMP/values/new"), sent).status_code == 302


def test_an_outcome_is_recorded_and_verified_by_somebody_else(world, sign_in):
    tables(world)
    sent = {
        "kind": "practice-adopted",
        "title": "Tool life is monitored",
        "cluster": world.leather.pk,
        "happened": "Nov 2010",
        "quantity": "4",
        "source": "Visit",
        "parties-TOTAL_FORMS": "1",
        "parties-INITIAL_FORMS": "0",
        "parties-0-organisation": world.tannery.pk,
        "parties-0-role": "gains",
    }
    answer = sign_in(world.cda).post(address(world, "outcomes/new"), sent)
    assert answer.status_code == 302, answer.content.decode()
    made = Outcome.objects.get()
    assert (made.happened, made.parties.get().organisation) == ("2010-11", world.tannery)
    assert sign_in(world.cda).get(address(world, f"outcomes/{made.pk}/verify")).status_code == 403
    sign_in(world.manager).post(
        address(world, f"outcomes/{made.pk}/verify"), {"note": "Seen", "version": made.version}
    )
    made.refresh_from_db()
    assert made.verified_by == world.manager


def test_a_period_goes_from_the_agent_to_the_approver_and_back(world, sign_in, quarter):
    tables(world)
    trained(world)
    client = sign_in(world.cda)
    client.post(address(world, f"periods/{quarter.pk}/begin"), {"cluster": "leather"})
    made = Closing.objects.get()
    client.post(address(world, f"closings/{made.pk}/submit"), {"version": made.version})
    made.refresh_from_db()
    manager = sign_in(world.manager)
    assert "2010 Q1" in manager.get("/closings/waiting").content.decode()
    manager.post(address(world, f"closings/{made.pk}/return"), {"version": made.version, "remark": "Add it."})
    page = sign_in(world.cda).get(address(world, f"closings/{made.pk}")).content.decode()
    assert "Add it." in page


def test_many_periods_are_closed_at_once(world, sign_in, quarter):
    tables(world)
    chosen = []
    for cluster in (world.leather, world.footwear):
        one = services.open_closing(actor=world.manager, period=quarter, cluster=cluster)
        services.submit_closing(actor=world.coordinator, closing=one, version=None)
        chosen.append(one.pk)
    sign_in(world.manager).post(address(world, "closings/approve"), {"closing": chosen})
    assert {one.status for one in Closing.objects.all()} == {"closed"}


def test_a_restatement_is_shown_before_it_is_made_and_stands_in_the_register(world, sign_in, quarter):
    tables(world)
    course = trained(world)
    made = closed(world, quarter, world.leather)
    head_count(world, course, 3)
    client = sign_in(world.coordinator)
    page = client.get(address(world, f"closings/{made.pk}")).content.decode()
    assert "The records now say" in page
    made.refresh_from_db()
    client.post(
        address(world, f"closings/{made.pk}/restate"), {"reason": "Three came late.", "version": made.version}
    )
    assert "Three came late." in client.get(address(world, "closings/restatements")).content.decode()


def test_the_evidence_says_how_many_records_stand_in_closed_periods_and_how_many_beside_them(
    world, sign_in, quarter
):
    tables(world)
    trained(world)
    client = sign_in(world.manager)
    evidence = address(world, "results/indicators/T9.8/evidence")
    assert re.search(r'role="status">\d+ records?</p>', client.get(evidence).content.decode())
    closed(world, quarter)
    for beside in (0, 1):
        answer = client.get(evidence)
        kept = answer.context["in_closed"]
        assert kept
        assert (
            f'role="status">{kept + beside} record{"s" if kept + beside > 1 else ""}: {kept} in 1 closed period,'
            f" {beside} counted as the records say now</p>" in answer.content.decode()
        )
        head_count(world, event(world, "Later course", "Aug 2010", "training"), 4)


def test_who_made_all_of_the_changes_is_told_so_before_a_reason_is_typed(world, sign_in, quarter):
    tables(world)
    course = trained(world)
    made = closed(world, quarter, world.leather, by=world.cda)
    head_count(world, course, 3)  # by the manager
    restating = address(world, f"closings/{made.pk}/restate")
    refused = sign_in(world.manager).get(restating)
    assert refused.status_code == 403
    assert "You made these changes: somebody else approves" in refused.content.decode()
    assert sign_in(world.coordinator).get(restating).status_code == 200


@pytest.mark.parametrize("page", ["results", "framework", "outcomes", "closings"])
def test_pages_cost_the_same_queries_however_much_there_is(
    world, sign_in, page, django_assert_max_num_queries
):
    tables(world)
    for number in range(10):
        event(world, f"Fair {number}", "Feb 2010", "fair")
        first = dt.date(2000 + number, 1, 1)
        services.add_period(
            actor=world.manager,
            programme=world.programme,
            title=f"{first.year}",
            first=first,
            last=first + dt.timedelta(300),
            due_on=first + dt.timedelta(330),
        )
    client = sign_in(world.manager)
    client.get(address(world, page))
    with django_assert_max_num_queries(15):
        client.get(address(world, page))
