"""The demonstration programme: complete, honest about contradictions, refused where it would be dangerous."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from activities.models import Activity, ActivityCluster
from clusters.models import Agreement, Cluster, ClusterFigure, Twinning
from clusters.rules import Force
from diagnostics.queries import candidates_of
from tests.demonstration import demo
from twinning.core.models import Change, User
from twinning.demo import load, scale

__all__ = ["demo"]
STATUS_DATE = dt.date(2011, 7, 31)


@pytest.fixture(autouse=True)
def _database(demo: Any, db: None) -> None:
    """Each test sees the programme that the module loaded once."""


def printed(link: ActivityCluster) -> tuple[str, str]:
    return (
        link.printed_title or link.activity.title,
        link.printed_period or link.activity.period_text,
    )


def test_every_row_of_the_annexes_stands_in_its_list_as_printed() -> None:
    links = ActivityCluster.objects.select_related("activity", "cluster")
    listed = {(link.cluster.slug, link.number): printed(link) for link in links}
    assert listed == {
        (row["cluster"], int(row["number"])): (row["title"], row["period_text"]) for row in load.annex_rows()
    }


def test_every_reading_is_that_of_a_careful_person() -> None:
    for row in load.annex_rows():
        activity = Activity.objects.get(
            cluster_links__cluster__slug=row["cluster"], cluster_links__number=row["number"]
        )
        read = [day.isoformat() if day else "" for day in (activity.period_start, activity.period_end)]
        assert read == [row["reading_start"], row["reading_end"]], row


def test_status_at_the_date_of_the_annexes() -> None:
    for row in load.annex_rows():
        activity = Activity.objects.get(
            cluster_links__cluster__slug=row["cluster"], cluster_links__number=row["number"]
        )
        assert activity.status_on(STATUS_DATE) == row["status"], row


def test_the_fair_of_2010_is_one_activity_in_two_lists() -> None:
    fair = Activity.objects.get(cluster_links__cluster__slug="chennai-leather", cluster_links__number=18)
    assert Counter(link.cluster.slug for link in fair.cluster_links.all()) == {
        "chennai-leather": 1,
        "chennai-footwear": 1,
    }
    assert Activity.objects.count() == 104


def test_the_format_of_each_activity_is_what_its_title_tells() -> None:
    rows = ActivityCluster.objects.values_list("cluster__slug", "activity__format")
    by_cluster: dict[str, Counter[str]] = {}
    for slug, form in rows:
        by_cluster.setdefault(slug, Counter())[form or "not stated"] += 1
    assert by_cluster == {
        "chennai-leather": {
            "workshop": 12,
            "training": 3,
            "on-site": 2,
            "fair": 3,
            "meeting": 2,
            "study": 4,
            "other": 1,
            "not stated": 6,
        },
        "chennai-footwear": {
            "workshop": 4,
            "training": 7,
            "on-site": 2,
            "visit": 1,
            "fair": 4,
            "meeting": 1,
            "study": 5,
            "other": 2,
            "not stated": 5,
        },
        "chennai-auto": {
            "workshop": 12,
            "training": 1,
            "visit": 5,
            "fair": 1,
            "meeting": 7,
            "study": 3,
            "other": 8,
            "not stated": 4,
        },
    }
    # The joint fair of 2010 stands in two lists and is one.
    assert Activity.objects.filter(format="fair").count() == 7


def test_the_format_of_each_row_is_stated_once() -> None:
    formats = tomllib.loads((load.DATA / "activities.toml").read_text())["formats"]
    stated = [
        (slug, number)
        for slug, by_format in formats.items()
        for numbers in by_format.values()
        for number in numbers
    ]
    assert sorted(stated) == sorted((row["cluster"], int(row["number"])) for row in load.annex_rows())


def test_contradictions_stay_visible_as_claims() -> None:
    second = Agreement.objects.get(title__startswith="Second cooperation agreement")
    signed = second.claims.filter(about="signed")
    assert {(claim.edtf, claim.preferred) for claim in signed} == {("2008-10", True), ("2009-04", False)}
    units = ClusterFigure.objects.filter(cluster__slug="chennai-leather", measure="units")
    assert {(figure.qualifier, figure.preferred) for figure in units} == {("around", True), ("over", False)}


@pytest.mark.parametrize(
    ("title", "day", "force"),
    [
        ("Cooperation agreement IFLMEA", "2011-07-31", Force.END_NOT_STATED),
        ("Memorandum ISF", "2008-03-01", Force.IN_FORCE),
        ("Memorandum ISF", "2008-11-01", Force.LAPSED),
        ("Second cooperation", "2009-10-31", Force.IN_FORCE),
        ("Second cooperation", "2009-11-01", Force.LAPSED),
        ("Agreement sought", "2008-03-01", Force.NEVER_SIGNED),
        ("Arrangement CLRI", "2008-03-01", Force.NOT_STATED),
    ],
)
def test_agreements_in_force(title: str, day: str, force: Force) -> None:
    agreement = Agreement.objects.get(title__startswith=title)
    on = dt.date.fromisoformat(day)
    assert agreement.force_on(on) is force
    counted = Agreement.objects.in_force_on(on).filter(pk=agreement.pk).exists()
    assert counted is (force in (Force.IN_FORCE, Force.END_NOT_STATED))


def test_lapsed_and_abandoned_twinnings_keep_their_story() -> None:
    marche = Twinning.objects.get(slug="chennai-footwear--marche")
    assert marche.status == "lapsed"
    assert [stage.status for stage in marche.stages.all()] == [
        "scouting",
        "study",
        "negotiating",
        "active",
        "lapsed",
    ]


def test_nothing_that_the_sources_do_not_state_was_invented() -> None:
    programme = Cluster.objects.get(slug="chennai-leather").programme
    assert programme.ends == ""


def test_each_record_says_who_made_it() -> None:
    made = Change.objects.values_list("actor__email", "content_type__app_label").distinct()
    by_room: dict[str, set[str | None]] = {}
    for email, room in made:
        by_room.setdefault(room, set()).add(email and email.partition("@")[0])
    assert by_room["clusters"] == by_room["activities"] == {"manager"}
    # The library of questionnaires came with the application; whoever filed a study did not approve it.
    assert by_room["diagnostics"] >= {None, "cda.leather", "coordinator", "cda.italy", "manager"}


def test_the_leather_study_points_to_solofra_santa_croce_and_ethiopia() -> None:
    agent = User.objects.get(email="cda.leather@demo.example")
    lines, nowhere = candidates_of(agent, Cluster.objects.get(slug="chennai-leather"))
    found = {line.name: line for line in lines}
    assert next(item.issue for item, _why in found["Solofra"].rows) == "Appropriate processing"
    assert "machinery makers" in found["Santa Croce"].looked_for
    assert [item.issue for item, _why in found["ET"].rows] == ["Supply of goat leather"]
    assert nowhere == []


def test_it_is_loaded_once(capsys: Any) -> None:
    call_command("load_demo")
    assert Activity.objects.count() == 104


def test_it_is_refused_on_a_production_server(settings: Any, db: None) -> None:
    settings.DEMO_ALLOWED = False
    load_again = pytest.MonkeyPatch()
    load_again.setattr(load, "is_loaded", lambda: False)
    try:
        with pytest.raises(CommandError, match="known passwords"):
            call_command("load_demo")
    finally:
        load_again.undo()


def test_a_database_for_measuring_obeys_the_rules_of_the_records() -> None:
    programme = scale.seed(200)
    rows = Activity.objects.filter(programme=programme)
    assert rows.count() == 200
    assert ActivityCluster.objects.filter(activity__programme=programme).count() == 220
    assert set(rows.values_list("format", flat=True)) == {"", *Activity.Format.values}
    for activity in rows.filter(pk__in=list(rows.values_list("pk", flat=True))[:10]):
        activity.full_clean()
        assert activity.cluster_count == activity.cluster_links.count()
        assert activity.participations.count() == scale.PER_ACTIVITY
        for participation in activity.participations.all():
            participation.full_clean()
