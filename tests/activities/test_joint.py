"""One event, several clusters: joining, proposing, merging, parting."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities import services
from activities.models import Activity, Participation
from activities.queries import same_events, status_counts
from tests.activities.conftest import Log, address
from tests.conftest import World
from twinning.core.access import PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Attachment, Change

COURSE = "Short term training programme on cluster development"


def pair(world: World, log: Log) -> tuple[Activity, Activity]:
    """The same course as the leather and the footwear sheet print it."""
    leather = log(COURSE, "Sep-08", printed=True)
    footwear = log(f"{COURSE} from 22-24 sep 2008", "Sep-08", world.footwear, printed=True)
    return leather, footwear


def test_a_joint_event_stands_in_both_lists_and_counts_once(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Fair", "Feb 2010", world.leather, world.footwear)
    client = sign_in(world.donor)
    for slug in ("leather", "footwear"):
        page = client.get(address("activities", world), {"cluster": slug})
        assert [row.title for row in page.context["listing"].groups[0][1]] == ["Fair"]
    grouped = client.get(address("activities", world), {"group": "cluster"}).context["listing"]
    assert [name for name, _rows in grouped.groups] == ["Chennai leather", "Chennai footwear"]
    assert status_counts(Activity.objects.visible_to(world.donor), world.today).total == 1
    assert activity.cluster_links.count() == 2


def test_what_two_sheets_print_of_one_event_is_proposed(world: World, log: Log, sign_in: Any) -> None:
    leather, footwear = pair(world, log)
    log("Firm mapping for SPX", "Sep-08", world.footwear)
    [proposal] = same_events(world.manager, leather, world.today)
    assert (proposal.row.id, proposal.is_joint) == (footwear.pk, True)
    page = sign_in(world.manager).get(address("activity", world, leather.pk))
    assert b"Perhaps the same event" in page.content


def test_who_may_not_change_the_other_is_not_asked(world: World, log: Log) -> None:
    leather, _footwear = pair(world, log)
    assert same_events(world.cda, leather, world.today) == []


def test_merging_moves_everything_and_keeps_the_words_of_both_sheets(
    world: World, log: Log, sign_in: Any
) -> None:
    leather, footwear = pair(world, log)
    manager = world.manager
    services.add_participation(actor=manager, activity=footwear, female=3, male=4, note="Sheet")
    services.add_organisation(actor=manager, activity=footwear, organisation=world.clri, role="organiser")
    upload = SimpleUploadedFile("list.csv", b"name\nA\n")
    services.add_evidence(actor=manager, activity=footwear, upload=upload)

    answer = sign_in(manager).post(
        address("activity_merge", world, leather.pk, footwear.pk), {"version": leather.version}
    )
    assert answer.url == address("activity", world, leather.pk)
    kept = Activity.objects.visible_to(manager).get()
    printed = kept.cluster_links.get(cluster=world.footwear)
    assert printed.printed_title == f"{COURSE} from 22-24 sep 2008"
    assert kept.participations.get().total == 7
    assert kept.organisation_links.get().organisation == world.clri
    assert Attachment.objects.of(kept).get().name == "list.csv"
    reasons = Change.objects.filter(object_id=footwear.pk, content_type__model="activity")
    assert "made one with" in reasons.first().reason  # type: ignore[union-attr]


def test_a_merge_is_undone_with_all_that_moved(world: World, log: Log, sign_in: Any) -> None:
    leather, footwear = pair(world, log)
    row = services.add_participation(actor=world.manager, activity=footwear, male=4, note="Sheet")
    upload = SimpleUploadedFile("list.csv", b"name\nA\n")
    services.add_evidence(actor=world.manager, activity=footwear, upload=upload)
    before = dict(footwear.cluster_links.values_list("cluster__slug", "number"))
    services.merge_joint(actor=world.manager, keep=leather, other=footwear, version=None)
    answer = sign_in(world.manager).post(address("activity_restore", world, footwear.pk))
    assert answer.url == address("activity", world, footwear.pk)
    back = Activity.objects.visible_to(world.manager).get(pk=footwear.pk)
    assert dict(back.cluster_links.values_list("cluster__slug", "number")) == before
    assert Participation.objects.get(pk=row.pk).activity == back
    assert Attachment.objects.of(back).count() == 1
    assert list(leather.clusters.all()) == [world.leather]
    assert back.merged_into is None


def test_a_person_on_both_lists_counts_once_after_a_merge(world: World, log: Log) -> None:
    from clusters.services import create_person

    leather, footwear = pair(world, log)
    person = create_person(actor=world.manager, programme=world.programme, name="Meena Raghavan", sex="f")
    for activity in (leather, footwear):
        services.add_participation(actor=world.manager, activity=activity, person=person)
    services.merge_joint(actor=world.manager, keep=leather, other=footwear, version=None)
    assert Participation.objects.visible_to(world.manager).filter(activity=leather).count() == 1


def test_merging_needs_the_right_to_change_both(world: World, log: Log, sign_in: Any) -> None:
    leather, footwear = pair(world, log)
    with pytest.raises(PermissionRefused):
        services.merge_joint(actor=world.cda, keep=leather, other=footwear, version=None)
    url = address("activity_merge", world, leather.pk, footwear.pk)
    assert sign_in(world.cda).post(url).status_code == 404


def test_merging_what_somebody_else_changed_meanwhile_is_noticed(world: World, log: Log) -> None:
    leather, footwear = pair(world, log)
    services.update_activity(actor=world.cda, activity=leather, version=None, venue="Ambur")
    with pytest.raises(StaleVersion):
        services.merge_joint(actor=world.manager, keep=leather, other=footwear, version=1)
    assert Activity.objects.visible_to(world.manager).count() == 2


def test_what_is_gone_is_not_merged_again(world: World, log: Log) -> None:
    leather, footwear = pair(world, log)
    services.remove_activity(actor=world.manager, activity=footwear, version=None)
    footwear.refresh_from_db()
    with pytest.raises(WrongState):
        services.merge_joint(actor=world.manager, keep=leather, other=footwear, version=None)


def test_a_joint_event_is_parted_with_the_number_and_words_of_its_list(
    world: World, log: Log, sign_in: Any
) -> None:
    leather, footwear = pair(world, log)
    services.update_activity(actor=world.manager, activity=leather, version=None, format="training")
    merged = services.merge_joint(actor=world.manager, keep=leather, other=footwear, version=None)
    url = address("activity_split", world, leather.pk, "footwear")
    answer = sign_in(world.manager).post(url, {"version": merged.version})
    own = Activity.objects.exclude(pk__in=[leather.pk, footwear.pk]).get()
    assert answer.url == address("activity", world, own.pk)
    assert (own.title, own.period_text) == (f"{COURSE} from 22-24 sep 2008", "Sep-08")
    assert own.format == "training"
    assert own.cluster_links.get().cluster == world.footwear
    assert list(leather.clusters.all()) == [world.leather]


def test_an_activity_is_listed_in_one_more_cluster(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Fair", "Feb 2010")
    url = address("activity_join", world, activity.pk)
    answer = sign_in(world.cda).post(url, {"cluster": world.santa_croce.pk, "version": 1})
    assert answer.status_code == 302
    assert set(activity.clusters.all()) == {world.leather, world.santa_croce}
    split = address("activity_split", world, activity.pk, "footwear")
    assert sign_in(world.cda).get(split).status_code == 404
