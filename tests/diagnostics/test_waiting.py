"""Who waits for whom stands on the first page of each."""

from __future__ import annotations

import pytest
from django.urls import reverse

from diagnostics import services
from diagnostics.models import Submission
from diagnostics.queries import waiting_for
from tests.clusters.conftest import Page, visit
from tests.conftest import World, fresh
from twinning.core.models import User

__all__ = ["visit"]


def first_page(visit: Page, user: User) -> str:
    """What stands on the page that follows the front door, with the part that it loads."""
    client = visit(user).client
    page = client.get("/", follow=True).content.decode()
    address = reverse("waiting_fragment")
    assert f'hx-get="{address}' in page
    part: str = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    return part


def test_who_waits_for_whom_is_on_the_first_page_of_each(
    world: World, ready: Submission, visit: Page
) -> None:
    services.submit(actor=world.cda, submission=ready)
    assert "handed in by Cda" in first_page(visit, world.coordinator)
    assert "waits for Manager" in first_page(visit, world.cda)
    assert first_page(visit, world.cda_other).strip() == ""
    services.return_(actor=world.coordinator, submission=ready, remarks={}, reason="Which firms?")
    assert "given back by Coordinator" in first_page(visit, world.cda)


def test_a_form_waits_for_those_who_may_decide_on_it_and_for_no_other(
    world: World, ready: Submission
) -> None:
    services.submit(actor=world.coordinator, submission=ready)
    (line,) = waiting_for(fresh(world.coordinator)).with_others
    assert "Manager" in line.names
    assert not {"Cda", "Coordinator"} & set(line.names)
    assert not waiting_for(fresh(world.cda)).to_decide


def test_without_a_script_what_waits_is_a_page(world: World, ready: Submission, visit: Page) -> None:
    services.submit(actor=world.cda, submission=ready)
    page = visit(world.coordinator).client.get(reverse("waiting_fragment")).content.decode()
    assert "<html" in page
    assert ready.title in page


@pytest.mark.parametrize("who", ["donor", "firm"])
def test_who_has_nothing_to_do_is_told_so(world: World, visit: Page, who: str) -> None:
    page = visit(getattr(world, who)).client.get(reverse("waiting_fragment")).content.decode()
    assert "Nothing waits" in page
