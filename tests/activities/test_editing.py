"""Changing an activity: what stays, what is noticed, what can be undone."""

from __future__ import annotations

from typing import Any

import pytest

from activities import services
from activities.models import Activity
from tests.activities.conftest import Log, address
from tests.conftest import World
from twinning.core.access import DomainError, PermissionRefused, WrongState


def typed(activity: Activity, **values: Any) -> dict[str, Any]:
    """What the form sends when nothing but ``values`` was changed."""
    sent = {
        "title": activity.title,
        "period_text": activity.period_text,
        "clusters": list(activity.clusters.values_list("pk", flat=True)),
        "version": activity.version,
        "parts-TOTAL_FORMS": "0",
        "parts-INITIAL_FORMS": "0",
    }
    return sent | values


def test_a_second_saver_sees_both_versions_and_loses_nothing(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Training on finishing", "Jun 2010")
    services.update_activity(actor=world.manager, activity=activity, version=1, venue="Ambur")
    client, url = sign_in(world.cda), address("activity_edit", world, activity.pk)
    answer = client.post(url, typed(activity, venue="Vaniyambadi"))
    assert answer.status_code == 409
    assert ("Venue", "Ambur", "Vaniyambadi") in answer.context["form"].conflict
    again = client.post(url, typed(activity, venue="Vaniyambadi", version=2))
    assert again.status_code == 302
    assert Activity.objects.get().venue == "Vaniyambadi"


def test_a_form_without_its_version_does_not_pass_for_the_newest(
    world: World, log: Log, sign_in: Any
) -> None:
    activity = log("Training on finishing", "Jun 2010")
    sent = typed(activity, title="Overwritten")
    del sent["version"]
    answer = sign_in(world.cda).post(address("activity_edit", world, activity.pk), sent)
    assert answer.status_code == 409


def test_a_new_text_is_read_anew(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Training on finishing", "Jun 2010")
    url = address("activity_edit", world, activity.pk)
    sign_in(world.cda).post(url, typed(activity, period_text="5-9 July 2010"))
    assert Activity.objects.get().period_edtf == "2010-07-05/2010-07-09"


def test_a_format_is_offered_stated_and_told_by_page_and_history(
    world: World, log: Log, sign_in: Any
) -> None:
    activity = log("Stand in Ambur", "Jul 2010", kind="TB")
    client, url = sign_in(world.cda), address("activity_edit", world, activity.pk)
    choices = client.get(url).context["form"].fields["format"].choices
    assert [value for value, _label in choices] == ["", *Activity.Format.values]
    assert client.post(url, typed(activity, format="stall")).context["form"].errors.keys() == {"format"}
    assert client.post(url, typed(activity, kind="TB", format="fair")).status_code == 302
    assert Activity.objects.get().format == "fair"
    page = client.get(address("activity", world, activity.pk)).content.decode()
    assert "<dt>Format</dt><dd>fair or exhibition</dd>" in page
    told = client.get(address("activity_history", world, activity.pk)).content.decode()
    assert "fair or exhibition" in told


def test_the_text_of_a_sheet_stays_as_it_was_printed(world: World, log: Log, sign_in: Any) -> None:
    activity = log("On-site training", "Dec and Feb 2010", printed=True)
    url = address("activity_edit", world, activity.pk)
    sign_in(world.cda).post(url, typed(activity, period_text="2012", venue="Ambur"))
    changed = Activity.objects.get()
    assert (changed.period_text, changed.venue) == ("Dec and Feb 2010", "Ambur")
    with pytest.raises(DomainError, match="as the sheet printed it"):
        services.update_activity(actor=world.cda, activity=changed, version=None, period_text="2012")


def test_clusters_and_organisers_are_changed_with_the_rest(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Fair", "Feb 2010", world.leather, organisations=[(world.tanners, "organiser")])
    link = activity.organisation_links.get()
    sent = typed(
        activity,
        clusters=[world.leather.pk, world.footwear.pk],
        released=[link.pk],
        **{"parts-TOTAL_FORMS": "1", "parts-0-organisation": world.clri.name, "parts-0-role": "host"},
    )
    sign_in(world.manager).post(address("activity_edit", world, activity.pk), sent)
    assert set(activity.clusters.all()) == {world.leather, world.footwear}
    assert activity.organisation_links.get().organisation == world.clri


def test_an_agent_cannot_push_an_activity_into_a_foreign_list(world: World, log: Log) -> None:
    activity = log("Fair", "Feb 2010")
    with pytest.raises(PermissionRefused):
        services.update_activity(actor=world.cda, activity=activity, version=None, clusters=[world.footwear])
    assert list(activity.clusters.all()) == [world.leather]


def test_one_removed_is_gone_from_sight_and_comes_back(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Fair", "Feb 2010")
    client = sign_in(world.cda)
    gone = client.post(address("activity_remove", world, activity.pk), {"version": 1, "reason": "Twice"})
    assert gone.status_code == 302
    assert client.get(address("activity", world, activity.pk)).status_code == 404
    assert activity.title in client.get(address("removed_activities", world)).content.decode()
    back = client.post(address("activity_restore", world, activity.pk), {"version": 2})
    assert back.url == address("activity", world, activity.pk)
    assert client.get(back.url).status_code == 200
    assert "Twice" in client.get(address("activity_history", world, activity.pk)).content.decode()


def test_the_agent_of_another_cluster_cannot_put_it_back(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Fair", "Feb 2010")
    services.remove_activity(actor=world.manager, activity=activity, version=None)
    url = address("activity_restore", world, activity.pk)
    assert sign_in(world.cda_other).post(url).status_code == 404


def test_nothing_is_removed_or_put_back_twice(world: World, log: Log) -> None:
    activity = log("Fair", "Feb 2010")
    with pytest.raises(WrongState):
        services.restore_activity(actor=world.manager, activity=activity)
    gone = services.remove_activity(actor=world.manager, activity=activity, version=None)
    with pytest.raises(WrongState):
        services.remove_activity(actor=world.manager, activity=gone, version=None)


def test_a_status_set_by_hand_wins_over_the_period(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Fair", "Feb 2010")
    sent = typed(activity, status_set="cancelled")
    sign_in(world.cda).post(address("activity_edit", world, activity.pk), sent)
    assert Activity.objects.get().status_on(world.today) == "cancelled"


def test_history_says_what_was_changed_in_plain_words(world: World, log: Log, sign_in: Any) -> None:
    activity = log("Fair", "Feb 2010")
    services.update_activity(actor=world.cda, activity=activity, version=None, period_text="March 2010")
    text = sign_in(world.cda).get(address("activity_history", world, activity.pk)).content.decode()
    assert "Feb 2010" in text
    assert "March 2010" in text
    assert "end_precision" not in text
