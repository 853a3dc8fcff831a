"""The list: what it says, what narrows it, and that it costs the same however long it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import SavedView
from tests.activities.conftest import Log, address, logger
from tests.conftest import World, build_world

AS_OF = {"on": "2011-07-31"}
MOST_QUERIES = 15


def titles(client: Any, world: World, **query: str) -> list[str]:
    page = client.get(address("activities", world), AS_OF | query)
    assert page.status_code == 200
    return [row.title for _name, rows in page.context["listing"].groups for row in rows]


def build_annex() -> World:
    world = build_world()
    log = logger(world)
    log("Identification of clusters", "2007", printed=True)
    log("On-site training", "Dec and Feb 2010", printed=True, kind="LH", tags="TW3", format="on-site")
    log("Showcasing", "Ongoing", printed=True)
    log("Workshop on cleaner technologies", "Dec-11", printed=True)
    log("Ambur Open", "Jul-10", world.leather, world.footwear, organisations=[(world.tanners, "organiser")])
    log("Seminar", "", world.footwear, printed=True)
    return world


@pytest.mark.contents(build=build_annex)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"cluster": "footwear"}, ["Ambur Open", "Seminar"]),
        ({"kind": "LH"}, ["On-site training"]),
        ({"format": "on-site"}, ["On-site training"]),
        ({"format": "fair", "kind": "LH"}, []),
        ({"format": "no-such", "q": "seminar"}, ["Seminar"]),
        ({"status": "planned"}, ["Workshop on cleaner technologies"]),
        ({"status": "ongoing"}, ["Showcasing"]),
        ({"status": "undated"}, ["Seminar"]),
        ({"status": "ongoing", "on": "2010-01-15"}, ["On-site training", "Showcasing"]),
        ({"from": "2010-01-01", "to": "2010-02-28", "sort": "start"}, ["On-site training", "Showcasing"]),
        ({"q": "ambur"}, ["Ambur Open"]),
        ({"tag": "tw3"}, ["On-site training"]),
        ({"doubtful": "on"}, ["On-site training"]),
        ({"joint": "on"}, ["Ambur Open"]),
        ({"from": "never", "q": "seminar"}, ["Seminar"]),
    ],
)
def test_filters_leave_what_they_say(
    world: World, sign_in: Any, query: dict[str, str], found: list[str]
) -> None:
    assert titles(sign_in(world.donor), world, **query) == found


@pytest.mark.contents(build=build_annex)
def test_the_organiser_filter_offers_who_organised(world: World, sign_in: Any) -> None:
    client = sign_in(world.donor)
    page = client.get(address("activities", world))
    choices = page.context["filter"].fields["organisation"].choices
    assert [name for _pk, name in choices] == ["Any", "Leather Manufacturers Association"]
    assert titles(client, world, organisation=str(world.tanners.pk)) == ["Ambur Open"]


@pytest.mark.contents(build=build_annex)
def test_orders(world: World, sign_in: Any) -> None:
    client = sign_in(world.donor)
    newest = titles(client, world)
    assert newest[0] == "Workshop on cleaner technologies"
    assert set(newest[-2:]) == {"Seminar", "Showcasing"}
    assert titles(client, world, sort="start")[0] == "Identification of clusters"
    assert titles(client, world, sort="title")[0] == "Ambur Open"
    assert titles(client, world, sort="status")[0] in {
        "Ambur Open",
        "On-site training",
        "Identification of clusters",
    }
    assert titles(client, world, cluster="leather", sort="-number")[0] == "Ambur Open"
    assert titles(client, world, sort="password") == newest


@pytest.mark.contents(build=build_annex)
def test_dates_stand_as_printed_with_the_reading_where_it_is_not_plain(world: World, sign_in: Any) -> None:
    page = sign_in(world.donor).get(address("activities", world), AS_OF | {"cluster": "leather"})
    rows = {row.title: row for row in page.context["listing"].groups[0][1]}
    training = rows["On-site training"]
    assert (training.period, training.reading, training.doubtful) == (
        "Dec and Feb 2010",
        "Dec 2009; Feb 2010",
        True,
    )
    assert (rows["Ambur Open"].period, rows["Ambur Open"].reading) == ("Jul-10", "")
    assert [row.place.number for row in rows.values()] == [1, 2, 3, 4, 5]


@pytest.mark.contents(build=build_annex)
@pytest.mark.parametrize("query", [{}, {"group": "cluster"}, {"cluster": "leather"}])
def test_a_list_beyond_counting_keeps_its_order_and_says_so(
    world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    whole = titles(sign_in(world.donor), world, **query)
    for module in ("activities.queries.counts", "activities.views.listing"):
        monkeypatch.setattr(f"{module}.COUNT_LIMIT", 2)
    monkeypatch.setattr("activities.views.listing.PAGE_SIZE", 2)
    client = sign_in(world.donor)
    listing = client.get(address("activities", world), AS_OF | query).context["listing"]
    assert listing.is_long
    assert listing.page.has_next()
    assert not listing.page.has_previous()
    assert titles(client, world, **query) == whole[:2]


def build_years() -> World:
    world = build_world()
    log = logger(world)
    for year in range(2004, 2012):
        clusters = [world.leather, world.footwear] if year % 3 == 0 else [world.footwear]
        log(
            f"Workshop {year}",
            f"May {year}",
            *clusters,
            kind="LH" if year % 4 else "",
            format="visit" if year % 3 else "",
        )
        log(f"Tentative plan {year}", f"May-Jul {year}", world.leather, printed=True)
        log(f"Coming {year}", "" if year % 2 else f"{year} - {year + 1}", world.leather, printed=True)
    return world


@pytest.mark.contents(build=build_years)
@pytest.mark.parametrize("looked_through", [0, 1, 40])
@pytest.mark.parametrize("who", ["donor", "cda"])
@pytest.mark.parametrize(
    "query",
    [
        {"q": "o"},
        {"kind": "LH"},
        {"format": "visit"},
        {"status": "done"},
        {"status": "done", "sort": "start"},
        {"status": "due"},
        {"joint": "on"},
        {"to": "2010-12-31", "q": "n"},
        {"from": "2008-01-01", "sort": "start"},
        {"cluster": "leather", "sort": "-start"},
        {"status": "undated"},
    ],
)
def test_a_long_list_is_in_order_however_far_it_was_looked_through(
    world: World,
    sign_in: Any,
    monkeypatch: pytest.MonkeyPatch,
    query: dict[str, str],
    who: str,
    looked_through: int,
) -> None:
    client = sign_in(getattr(world, who))
    whole = titles(client, world, **query)
    for module in ("activities.queries.counts", "activities.views.listing"):
        monkeypatch.setattr(f"{module}.COUNT_LIMIT", 10)
    monkeypatch.setattr("activities.views.listing.PAGE_SIZE", 4)
    monkeypatch.setattr("activities.views.listing.LOOKED_THROUGH", looked_through)
    found: list[str] = []
    for number in (1, 2):
        found += titles(client, world, **query, page=str(number))
    assert found == whole[:8]


@pytest.mark.parametrize("who", ["manager", "cda_advanced"])
@pytest.mark.parametrize(
    "query", [{}, {"group": "cluster"}, {"cluster": "leather", "status": "done", "q": "work"}]
)
def test_ten_and_twenty_rows_cost_the_same(
    world: World, log: Log, sign_in: Any, query: dict[str, str], who: str
) -> None:
    client = sign_in(getattr(world, who))
    spent = []
    for _round in range(2):
        for number in range(10):
            log(f"Workshop {number}", "May 2010", world.leather, world.santa_croce)
        with CaptureQueriesContext(connection) as queries:
            client.get(address("activities", world), AS_OF | query)
        spent.append(len(queries))
    assert spent[0] == spent[1] <= MOST_QUERIES


@pytest.mark.parametrize("name", ["activity", "participants", "activity_edit", "activity_period"])
def test_pages_of_one_activity_are_bounded(world: World, log: Log, sign_in: Any, name: str) -> None:
    from activities import services

    activity = log("Training", "9/5/2009", world.leather, world.footwear, printed=True)
    for number in range(12):
        log(f"Training {number}", "May 2009")
        services.add_participation(
            actor=world.manager, activity=activity, organisation=world.tannery, male=1, note=str(number)
        )
        services.add_organisation(
            actor=world.manager, activity=activity, organisation=world.clri, role="partner"
        ) if number == 0 else None
    client = sign_in(world.manager)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(name, world, activity.pk)).status_code == 200
    assert len(queries) <= MOST_QUERIES


def test_a_view_is_its_owners_alone(world: World, log: Log, sign_in: Any) -> None:
    client = sign_in(world.cda)
    sent = {"name": "Mine", "query": "cluster=leather&status=done&format=fair&page=7&next=//evil.example"}
    assert client.post(address("view_save", world), sent).status_code == 302
    view = SavedView.objects.get()
    assert view.query == "cluster=leather&format=fair&status=done"
    assert b"Mine" in client.get(address("activities", world)).content
    for other in (world.manager, world.cda_other):
        client = sign_in(other)
        assert b"Mine" not in client.get(address("activities", world)).content
        assert client.post(address("view_forget", world, view.pk)).status_code == 404
    sign_in(world.cda).post(address("view_forget", world, view.pk))
    assert not SavedView.objects.exists()


def test_a_name_is_used_once(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    for _time in range(2):
        answer = client.post(address("view_save", world), {"name": "Mine", "query": "q=a"}, follow=True)
    assert b"You have a view of this name already" in answer.content
    assert SavedView.objects.count() == 1


def test_an_empty_log_says_what_to_do_next(world: World, sign_in: Any) -> None:
    assert b"Log the first one above" in sign_in(world.manager).get(address("activities", world)).content
    assert b"as soon as somebody logs them" in sign_in(world.donor).get(address("activities", world)).content
    filtered = sign_in(world.donor).get(address("activities", world), {"q": "x"})
    assert b"No activity fits these filters" in filtered.content


def test_who_reads_no_activities_finds_no_log(world: World, sign_in: Any) -> None:
    for who in (world.broker, world.laboratory, world.stranger, world.neighbour):
        assert sign_in(who).get(address("activities", world)).status_code == 404


def test_parts_for_other_pages(world: World, log: Log, sign_in: Any) -> None:
    log("Training", "May 2010", organisations=[(world.tanners, "organiser")])
    log("Fair", "Ongoing", world.footwear)
    client = sign_in(world.donor)
    summary = address("activity_summary_fragment", world)
    whole = client.get(summary).content.decode()
    assert "status=done" in whole
    assert "status=ongoing" in whole
    one = client.get(summary, {"cluster": "leather"}).content.decode()
    assert "cluster=leather&amp;status=done" in one
    assert "status=ongoing" not in one
    of = client.get(address("organisation_activities_fragment", world, world.tanners.pk)).content.decode()
    assert "Training" in of
    assert "Fair" not in of


def test_who_logs_in_one_cluster_finds_it_chosen(world: World, sign_in: Any) -> None:
    page = sign_in(world.cda).get(address("activity_new", world))
    assert page.context["form"]["clusters"].value() == [str(world.leather.pk)]
    page = sign_in(world.manager).get(address("activity_new", world))
    assert page.context["form"]["clusters"].value() == []
