"""Who is written to about periods that wait, when, and that it costs the same however many programmes there are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters import services as places
from clusters.models import Membership, Programme
from monitoring import services
from monitoring.models import Closing, Recommendation, Reminded, ReportingPeriod
from monitoring.queries.board import Waiting, waiting_to_remind
from tests.conftest import World, fresh
from tests.monitoring.evaluating import draft, final, recommendation, submitted
from twinning.core.letters import send_letters
from twinning.core.models import Letter, User

FIRST, LAST, DUE = dt.date(2010, 1, 1), dt.date(2010, 3, 31), dt.date(2010, 4, 30)
DAY = dt.timedelta(days=1)


@pytest.fixture
def quarter(world: World) -> ReportingPeriod:
    return services.add_period(
        actor=world.manager, programme=world.programme, title="2010 Q1", first=FIRST, last=LAST, due_on=DUE
    )


@pytest.fixture
def on(monkeypatch: Any) -> Any:
    """``on(day)``: it is this day."""
    real = timezone.localdate

    def set_day(day: dt.date) -> None:
        monkeypatch.setattr(
            timezone, "localdate", lambda value=None, **kw: real(value, **kw) if value else day
        )

    return set_day


def written() -> dict[str, Letter]:
    return {letter.to.name: letter for letter in Letter.objects.select_related("to")}


def run() -> dict[str, Letter]:
    """The letters that a day brings."""
    Letter.objects.all().delete()
    while services.remind_people(at_once=7):
        pass
    return written()


def test_who_owes_a_period_hears_of_it_when_it_is_over_and_nobody_else(world, quarter, on):
    on(LAST)
    assert run() == {}
    on(LAST + DAY)
    found = run()
    assert set(found) == {"Manager", "Cta", "Coordinator", "Cda", "Cda Other"}
    assert found["Cda"].subject == "1 period waits for you"
    assert "- Tanning programme, Chennai leather: 2010 Q1 – due by" in found["Cda"].body
    assert "footwear" not in found["Cda"].body
    assert found["Coordinator"].subject == "3 periods wait for you"
    on(LAST + 2 * DAY)
    assert run() == {}


def test_a_day_on_which_no_worker_ran_is_made_up_for(world, quarter, on):
    on(DUE - DAY)
    run()
    on(DUE + 3 * DAY)
    assert "late, it was due by" in run()["Cda"].body
    assert run() == {}


def test_a_letter_is_in_the_words_of_who_gets_it(world, quarter, on):
    User.objects.filter(pk=world.cda.pk).update(language="it")
    on(LAST + DAY)
    letter = run()["Cda"]
    assert letter.subject == "1 periodo vi attende"
    assert "entro il 30 aprile 2010" in letter.body.lower()
    assert "Si trovano sulla vostra prima pagina:" in letter.body


def test_a_letter_tells_of_evaluations_and_recommendations_that_wait_too(world, quarter, on):
    evaluation = draft(world)
    recommendation(world, evaluation)
    final(world, evaluation)
    submitted(world, draft(world, title="Second"))
    User.objects.filter(pk=world.cta.pk).update(language="fr")
    on(LAST + DAY)
    found = run()
    assert (
        "recommendations to be answered:\n- Tanning programme: Mid-term evaluation 2009 (1)"
        in found["Manager"].body
    )
    assert "made final by you or another manager:\n- Tanning programme: Second" in found["Manager"].body
    assert "Évaluations remises" in found["Cta"].body
    assert "valuation" not in found["Cda"].body
    assert "Evaluator" not in found  # evaluations alone bring no letter


def test_evaluations_and_recommendations_alone_bring_no_letter(world, on):
    evaluation = draft(world)
    recommendation(world, evaluation, owner=world.cda, due=LAST)
    final(world, evaluation)
    submitted(world, draft(world, title="Second"))
    on(LAST + DAY)
    assert run() == {}


def test_a_recommendation_that_somebody_owns_is_told_with_its_day_and_state(world, quarter, on):
    evaluation = draft(world)
    recommendation(world, evaluation, owner=world.cda, due=LAST)
    final(world, evaluation)
    row = Recommendation.objects.get()
    services.respond(actor=world.manager, recommendation=row, version=None, state="accepted", response="Yes")
    on(LAST + DAY)
    assert (
        "for you to see to:\n- Tanning programme: Mid-term evaluation 2009: 1. Engage an agent in the advanced"
        " cluster. (due by 31 March 2010) – accepted, overdue"
    ) in run()["Cda"].body


def handed_in(world: World, period: ReportingPeriod, day: dt.date) -> Closing:
    closing = services.open_closing(actor=world.cda, period=period, cluster=world.leather)
    closing = services.submit_closing(actor=world.cda, closing=closing, version=None)
    Closing.objects.filter(pk=closing.pk).update(
        submitted_at=dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    )
    return closing


def test_what_waits_longer_than_three_days_is_told_to_who_may_approve_it(world, quarter, on):
    handed_in(world, quarter, LAST + 2 * DAY)
    on(LAST + 5 * DAY)
    assert run() == {}
    on(LAST + 6 * DAY)
    found = run()
    assert set(found) == {"Manager", "Cta", "Coordinator"}
    assert "waiting for your approval:\n- Tanning programme, Chennai leather: 2010 Q1 – by Cda" in (
        found["Manager"].body
    )


def test_what_is_settled_before_the_letter_goes_is_not_sent(world, quarter, on):
    on(LAST + DAY)
    run()
    Letter.objects.exclude(to=world.cda).delete()
    handed_in(world, quarter, LAST + DAY)
    assert send_letters() == 0
    assert not mail.outbox
    assert Letter.objects.get().status == Letter.Status.DROPPED


def test_who_lost_the_role_or_wants_none_is_left_in_peace(world, quarter, on):
    on(LAST + DAY)
    User.objects.filter(pk=world.coordinator.pk).update(wants_reminders=False)
    Membership.objects.filter(user=world.cda).update(valid_to=LAST)
    assert {"Coordinator", "Cda"} & set(run()) == set()


def test_of_a_programme_that_is_over_nobody_is_reminded(world, quarter, on):
    Programme.objects.filter(pk=world.programme.pk).update(status=Programme.Status.CLOSED)
    on(LAST + DAY)
    assert run() == {}


def test_nobody_is_written_to_about_a_restatement_alone():
    waiting = Waiting((), (), (Closing(),))
    assert waiting
    assert len(waiting) == 1
    assert not waiting.is_reminded_of


def test_a_run_looks_at_a_few_people_and_the_next_goes_on(world, quarter, on):
    on(LAST + DAY)
    assert services.remind_people(at_once=2) == 2
    assert Reminded.objects.count() == 2
    assert (
        services.remind_people(at_once=100) == 5
    )  # an agent who owes nothing, and the neighbour, are looked at too
    assert services.remind_people() == 0


def test_one_who_cannot_be_looked_at_does_not_hold_up_the_others(world, quarter, on, monkeypatch):
    from monitoring.services import letters

    real = letters.remind

    def fails(user: User, *rest: Any) -> Any:
        if user == world.manager:
            raise ValueError
        return real(user, *rest)

    monkeypatch.setattr(letters, "remind", fails)
    on(LAST + DAY)
    services.remind_people()
    assert "Manager" not in written()
    assert "Coordinator" in written()
    assert not Reminded.objects.filter(user=world.manager).exists()


def test_what_waits_costs_the_same_in_many_programmes(world, quarter):
    def more(n: int) -> None:
        for _k in range(n):
            number = Programme.objects.count()
            programme = places.open_programme(
                actor=world.owner, manager=world.manager, slug=f"more-{number}", title=f"More {number}"
            )
            manager = fresh(world.manager)
            places.create_cluster(
                actor=manager, programme=programme, slug=f"c-{number}", name=f"C{number}", country="IN"
            )
            services.add_period(
                actor=manager, programme=programme, title="Q", first=FIRST, last=LAST, due_on=DUE
            )

    def cost() -> tuple[int, int]:
        user = fresh(world.manager)
        with CaptureQueriesContext(connection) as queries:
            waiting = waiting_to_remind(user, LAST + DAY)
        return len(queries), len(waiting.owed)

    more(2)
    few, owed = cost()
    more(6)
    many, owed_more = cost()
    assert owed < owed_more
    assert few == many <= 8
