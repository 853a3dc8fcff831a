"""The donor's room: programmes side by side, and one with all its sections."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clusters import services as bodies
from clusters.models import Component, Programme
from clusters.rules import Role
from monitoring import pictures, services
from monitoring.queries.portfolio import gaps_of, portfolio_lines
from tests.conftest import fresh
from tests.monitoring.results import event, figure, tables


def page(client, world, name, **query):
    answer = client.get(reverse(name, args=[world.programme.slug]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def placed(world):
    component = bodies.add_component(
        actor=world.manager, programme=world.programme, kind=Component.Kind.CT, title="Twinning"
    )
    bodies.place_cluster(
        actor=world.manager,
        component=component,
        cluster=world.leather,
        start_year=2008,
        mode="selective",
    )


def aimed(world, code="T9.6", value=4):
    indicator = tables(world)[code]
    services.set_target(
        actor=world.manager,
        indicator=indicator,
        first=dt.date(2008, 1, 1),
        last=dt.date(2012, 12, 31),
        value=value,
    )
    return indicator


def agreement(world, title="Framework", kind="ca", **values):
    return bodies.create_agreement(
        actor=world.manager, programme=world.programme, title=title, kind=kind, **values
    )


def late_year(world):
    return services.add_period(
        actor=world.manager,
        programme=world.programme,
        title="2009",
        first=dt.date(2009, 1, 1),
        last=dt.date(2009, 12, 31),
        due_on=dt.date(2010, 1, 31),
    )


def test_a_donor_finds_the_portfolio_from_the_first_page(world, sign_in):
    bodies.add_member(
        actor=world.neighbour, programme=world.other_programme, user=world.donor, role=Role.DONOR
    )
    client = sign_in(fresh(world.donor))
    assert reverse("portfolio") in client.get("/").content.decode()
    found = client.get(reverse("portfolio")).content.decode()
    assert "Tanning programme" in found
    assert "Another programme" in found


def test_who_reads_no_results_has_no_portfolio(world, sign_in):
    client = sign_in(world.firm)
    assert reverse("portfolio") not in client.get("/", follow=True).content.decode()
    assert client.get(reverse("portfolio")).status_code == 404


def test_the_matrix_says_since_when_and_how(world, sign_in):
    placed(world)
    client = sign_in(world.donor)
    assert "since 2008, selective interventions" in page(client, world, "programme_portfolio")
    joint = client.get(reverse("portfolio")).content.decode()
    assert "since 2008, selective interventions" in joint
    assert "Cluster Twinning" in joint


def test_each_figure_leads_to_its_records_and_shows_how_much_is_reached(world, sign_in):
    aimed(world)
    event(world, "Fair", "Feb 2010", "fair")
    found = page(sign_in(world.donor), world, "portfolio_results_fragment")
    assert f"{reverse('evidence', args=['tanning', 'T9.6'])}" in found
    assert "25.0 %" in found
    assert "0 of 1" in found


def test_the_picture_says_what_the_table_says_against_a_mark_for_the_target_at_a_desk_and_on_a_phone(
    world, sign_in
):
    aimed(world, value=3)
    for month in ("Feb", "Mar"):
        event(world, f"Fair in {month}", f"{month} 2010", "fair")
    found = page(sign_in(world.donor), world, "portfolio_results_fragment")
    for css in ("wide-only", "narrow-only"):
        start = found.index(f'class="{css}"')
        drawn = found[start : found.index("</svg>", start)]
        assert ">66.7 %</text>" in drawn
        assert ">target (100 %)</text>" in drawn
    assert "66.7 %" in found[found.rindex("</svg>") :]


def test_a_line_of_the_list_says_how_many_targets_are_reached(world, sign_in):
    aimed(world, value=1)
    event(world, "Fair", "Feb 2010", "fair")
    found = page(sign_in(world.donor), world, "portfolio_progress_fragment")
    assert "1 of 1 target reached" in found


def test_agreements_stand_by_whether_they_hold(world, sign_in):
    agreement(world, "Framework", signed="2008-06", valid_to=dt.date(2010, 6, 30))
    agreement(world, "Second framework", signed="2010-07")
    agreement(world, "Tried in vain", attempted_only=True)
    agreement(world, "Between two firms", kind="loi", signed="2009")
    client = sign_in(world.donor)
    found = page(client, world, "programme_portfolio")
    places = [found.index(title) for title in ("Second framework", ">Framework<", "Tried in vain")]
    assert places == sorted(places)
    assert "Between two firms" not in found


def test_an_agreement_that_a_firm_signed_is_not_told_of(world, sign_in):
    parties = [
        {"organisation": world.tannery, "role": "signatory", "side": "emerging"},
        {"organisation": world.conciatori, "role": "signatory", "side": "advanced"},
    ]
    agreement(world, "With a firm", signed="2009", parties=parties)
    assert "With a firm" not in page(sign_in(world.manager), world, "programme_portfolio")


def test_gaps_and_risks_are_named(world, sign_in):
    twinning = world.twinning
    for to in ("study", "negotiating"):
        twinning = bodies.move_twinning(
            actor=world.manager, twinning=twinning, to=to, version=None, reason="Agreed."
        )
    late_year(world)
    services.add_result(
        actor=world.manager, programme=world.programme, level="outcome", title="Trade", risks="Hides dear"
    )
    client = sign_in(world.donor)
    found = page(client, world, "portfolio_gaps_fragment")
    assert "Twinnings at work without an agent" in found
    assert "2009, Chennai leather" in found
    assert "Hides dear" in found
    joint = client.get(reverse("portfolio")).content.decode()
    assert "twinning without an agent" in joint
    assert "3 closings late" in joint  # two principal clusters and the programme


@pytest.mark.parametrize(("since", "is_so"), [("", True), ("2010", True), ("2999", False)])
def test_of_today_status_and_dated_turns_name_the_same_twinnings_without_an_agent(world, since, is_so):
    """The list asks the status, a programme its turns: they differ while a turn is dated to a day to come."""
    twinning = world.twinning
    for to in ("study", "negotiating"):
        twinning = bodies.move_twinning(
            actor=world.manager, twinning=twinning, to=to, version=None, since=since, reason="Agreed."
        )
    today = timezone.localdate()
    (line,) = portfolio_lines([world.programme], today)
    assert line.without_agent == 1
    assert gaps_of(world.programme, [], today).without_agent == ((twinning,) if is_so else ())


def test_a_period_that_was_handed_in_is_not_late(world, sign_in):
    opened = services.open_closing(actor=world.cda, period=late_year(world), cluster=world.leather)
    services.submit_closing(actor=world.cda, closing=opened, version=None)
    assert "2 closings late" in sign_in(world.donor).get(reverse("portfolio")).content.decode()


def test_how_clusters_were_selected_is_for_who_reads_the_committee(world, sign_in):
    meeting = bodies.add_meeting(actor=world.manager, programme=world.programme, number=1, held="2008")
    bodies.record_decision(
        actor=world.manager,
        meeting=meeting,
        kind="select-cluster",
        cluster=world.leather,
        text="Take leather.",
    )
    assert "Take leather." in page(sign_in(world.donor), world, "programme_portfolio")
    assert "Take leather." not in page(sign_in(world.cda), world, "programme_portfolio")


def on_the_map(world):
    for cluster, latitude, longitude in (
        (world.leather, "12.9277", "79.333"),
        (world.santa_croce, "43.7136", "10.7829"),
    ):
        bodies.update_cluster(
            actor=world.manager, cluster=cluster, version=None, latitude=latitude, longitude=longitude
        )
        cluster.refresh_from_db()


def test_clusters_stand_on_a_map_and_the_table_beside_it_says_the_same(world, sign_in):
    client = sign_in(world.donor)
    for name in ("programme_portfolio", "portfolio"):
        address = reverse(name, args=[world.programme.slug] if name != "portfolio" else [])
        assert 'class="place-map"' not in client.get(address).content.decode()
    on_the_map(world)
    for name in ("programme_portfolio", "portfolio"):
        address = reverse(name, args=[world.programme.slug] if name != "portfolio" else [])
        html = client.get(address).content.decode()
        drawn = html[html.index('class="place-map"') : html.index("</svg>", html.index('class="place-map"'))]
        assert drawn.count("<circle") == 1
        assert "Chennai leather</text>" in drawn
        assert "Chennai footwear" not in drawn  # it has no position
        assert 'stroke-dasharray="5 4"' in drawn  # the twinning is not active yet
        table = html[html.index("</svg>", html.index('class="place-map"')) :]
        assert "12.93°\u00a0N, 79.33°\u00a0E" in table
        assert "Chennai footwear" in table
        assert reverse("twinning", args=[world.programme.slug, world.twinning.slug]) in table


def test_the_map_is_drawn_once_for_all_readers_of_the_same_places(world, sign_in, monkeypatch):
    drawn: list[int] = []
    draw = pictures.map_of

    def watched(marks, **look):
        drawn.append(look["width"])
        return draw(marks, **look)

    monkeypatch.setattr(pictures, "map_of", watched)
    on_the_map(world)
    for user in (world.donor, world.manager):
        assert 'class="place-map"' in page(sign_in(user), world, "programme_portfolio")
    assert drawn == [960, 400]  # for a desk, and for a phone
    bodies.update_cluster(
        actor=world.manager, cluster=world.leather, version=None, latitude="13", longitude="80"
    )
    assert "13.00°" in page(sign_in(world.donor), world, "programme_portfolio")
    assert len(drawn) == 4


def test_the_page_costs_the_same_queries_however_much_there_is(world, sign_in, django_assert_max_num_queries):
    placed(world)
    tables(world)
    for number in range(10):
        agreement(world, f"Framework {number}", signed="2010")
        event(world, f"Fair {number}", "Feb 2010", "fair")
    late_year(world)
    client = sign_in(world.donor)
    parts = ("results", "progress", "gaps")
    for name in ("programme_portfolio", *(f"portfolio_{part}_fragment" for part in parts)):
        page(client, world, name)
        with django_assert_max_num_queries(15):
            page(client, world, name)


def test_the_list_costs_the_same_queries_for_two_programmes_and_for_twelve(world, sign_in):
    def more(count: int) -> None:
        for _number in range(count):
            at = Programme.objects.count()
            opened = bodies.open_programme(
                actor=world.owner, manager=world.manager, slug=f"p{at}", title=f"P {at}"
            )
            manager = fresh(world.manager)
            made = bodies.create_cluster(
                actor=manager, programme=opened, slug=f"c{at}", name="C", country="IN", is_principal=True
            )
            bodies.create_agreement(actor=manager, programme=opened, title="A", kind="ca", signed="2010")
            part = bodies.add_component(actor=manager, programme=opened, kind="CT", title="T")
            bodies.place_cluster(actor=manager, component=part, cluster=made, start_year=2008)

    def asked() -> int:
        client = sign_in(world.manager)
        client.get(reverse("portfolio"))
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("portfolio")).status_code == 200
        return len(found)

    more(2)
    few = asked()
    more(10)
    assert asked() == few <= 15


def rows(answer):
    text = answer.content.decode("utf-8-sig")
    return {(row["indicator"], row["scope"]): row for row in csv.DictReader(io.StringIO(text))}


def test_results_are_taken_along_as_csv(world, sign_in):
    aimed(world)
    event(world, "Fair", "Feb 2010", "fair")
    answer = sign_in(world.donor).get(reverse("results_csv", args=["tanning"]))
    row = rows(answer)["T9.6", "programme"]
    assert (row["state"], row["value"], row["target"], row["records"]) == ("value", "1", "4", "1")
    assert row["achieved"] == "25"
    assert rows(answer)["T9.6", "footwear"]["value"] == "0"
    assert "attachment" in answer["Content-Disposition"]


def test_the_csv_is_of_one_period_where_it_is_asked_for(world, sign_in):
    tables(world)
    event(world, "Fair", "Feb 2010", "fair")
    period = late_year(world)
    client, address = sign_in(world.donor), reverse("results_csv", args=["tanning"])
    assert rows(client.get(address, {"period": period.pk}))["T9.6", "programme"]["value"] == "0"
    assert client.get(address, {"period": period.pk + 99}).status_code == 404


@pytest.mark.parametrize(("who", "amount"), [("manager", "5000"), ("donor", "")])
def test_the_csv_keeps_money_of_few_firms_behind_the_wall(world, sign_in, who, amount):
    indicator = tables(world)["T10.2"]
    made = services.record_outcome(
        actor=world.cda,
        programme=world.programme,
        cluster=world.leather,
        kind="investment",
        title="A mill",
        happened="2010",
        amount=5000,
        currency="EUR",
        source="Visit",
        parties=[(world.tannery, "gains")],
    )
    services.verify_outcome(actor=world.manager, outcome=made, version=None, note="Seen.")
    assert figure(world, indicator).value.number == 1
    found = rows(sign_in(getattr(world, who)).get(reverse("results_csv", args=["tanning"])))
    assert found["T10.2", "programme"]["amount"] == amount
    assert found["T10.2", "programme"]["value"] == "1"
