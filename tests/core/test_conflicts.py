"""Two people edit one record: what they changed apart is merged, what they both changed is for a person."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clusters.models import Cluster
from clusters.services import update_cluster
from tests.conftest import World


def opened(client: Any, world: World) -> tuple[str, dict[str, Any]]:
    """The address of the form and all that a browser would send back of it, untouched."""
    address = reverse("cluster_edit", args=[world.programme.slug, world.leather.slug])
    form = client.get(address).context["form"]
    sent = {}
    for name in form.fields:
        value = form.fields[name].widget.format_value(form[name].value())
        if value not in (None, []):
            sent[name] = value
    return address, sent


def test_a_field_left_as_it_was_takes_over_what_was_saved_meanwhile(world: World, sign_in: Any) -> None:
    client = sign_in(world.manager)
    address, sent = opened(client, world)
    update_cluster(actor=world.cda, cluster=world.leather, version=1, locations="Ambur")
    refused = client.post(address, sent | {"sector": "Leather"})
    assert refused.status_code == 409
    form = refused.context["form"]
    assert form["locations"].value() == "Ambur"
    again = {name: form[name].value() for name in sent} | {"sector": "Leather", "locations": "Ambur"}
    again["version"] = form["version"].value()
    assert client.post(address, again).status_code == 302
    kept = Cluster.objects.get(pk=world.leather.pk)
    assert (kept.locations, kept.sector) == ("Ambur", "Leather")


def test_a_field_that_both_changed_is_shown_with_both_versions(world: World, sign_in: Any) -> None:
    client = sign_in(world.manager)
    address, sent = opened(client, world)
    update_cluster(actor=world.cda, cluster=world.leather, version=1, locations="Ambur")
    refused = client.post(address, sent | {"locations": "Vellore"})
    form = refused.context["form"]
    assert ("Ambur", "Vellore") in [(theirs, yours) for _label, theirs, yours in form.conflict]
    assert form["locations"].value() == "Vellore"


def test_a_version_that_was_never_there_is_answered_as_a_conflict(world: World, sign_in: Any) -> None:
    client = sign_in(world.manager)
    address, sent = opened(client, world)
    assert client.post(address, sent | {"sector": "Leather", "version": 99}).status_code == 409
