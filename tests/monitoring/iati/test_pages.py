"""The pages of what is published: what hinders it is told rule by rule, with the page on which it is mended."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from clusters import services as people
from clusters.models import ProgrammeOrganisation
from monitoring import services
from monitoring.models import Budget, Publication, PublicationCode
from tests.conftest import World
from tests.monitoring.iati.sound import SCHEMA_DIR
from tests.monitoring.iati.stage import budget, document, transaction
from twinning.core import history
from twinning.core.models import Change

PAGE = "/p/tanning/publication"
MOST = 15


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def broken_on(client: Client) -> dict[str, list[tuple[str, str]]]:
    """{rule: [(record, address)]} as the page tells it."""
    root = html.fromstring(client.get(PAGE).content)
    return {
        row.get("id").removeprefix("rule-"): [(a.text, a.get("href")) for a in row.findall(".//a")]
        for row in root.xpath("//tr[starts-with(@id, 'rule-')]")
    }


def test_nothing_is_published_until_somebody_says_how(world: World, sign_in: Any) -> None:
    assert "Set up the publication" in text_of(sign_in(world.manager).get(PAGE))
    donor = text_of(sign_in(world.donor).get(PAGE))
    assert "has not said yet how it is published" in donor
    assert "Set up" not in donor


def test_a_manager_sets_it_up_on_the_page(world: World, sign_in: Any) -> None:
    client = sign_in(world.manager)
    form = client.get(f"{PAGE}/edit")
    assert 'value="TAN1"' in form.content.decode()  # the code of the programme, for its identifier
    sent = {
        "reporter_ref": "XM-EXAMPLE",
        "reporter_type": "40",
        "reporter_name": "UNIDO",
        "suffix": "TAN1",
        "language": "en",
        "collaboration": "4",
        "flow": "10",
        "finance": "110",
        "aid": "D02",
        "tied": "5",
        "association_type": "90",
    }
    refused = client.post(f"{PAGE}/edit", sent | {"reporter_ref": "XM/EXAMPLE 1"})
    assert refused.status_code == 422
    assert "none of the signs" in text_of(refused)
    assert client.post(f"{PAGE}/edit", sent).status_code == 302
    assert Publication.objects.get().identifier == "XM-EXAMPLE-TAN1"
    # The small programme of the tests lacks nearly everything, and the page says so at once.
    assert {"own.3", "4.4.1", "6.11.1", "6.2.2"} <= set(broken_on(client))


def test_a_sound_programme_has_nothing_to_mend(world: World, publication: Publication, sign_in: Any) -> None:
    client = sign_in(world.manager)
    assert broken_on(client) == {}
    assert "nothing to mend" in text_of(client.get(PAGE))


def test_a_broken_programme_is_told_rule_by_rule_with_where_to_mend(
    world: World, publication: Publication, sign_in: Any
) -> None:
    manager, programme = world.manager, world.programme
    people.update_programme(
        actor=manager, programme=programme, version=None, description="", starts="", ends="2010"
    )
    link = ProgrammeOrganisation.objects.get(programme=programme)
    history.remove(link, actor=manager, parent=programme)
    sector = PublicationCode.objects.get(programme=programme)
    services.update_publication_code(actor=manager, classification=sector, version=None, percentage=40)
    own = services.add_publication_code(
        actor=manager, programme=programme, scheme="sector", vocabulary="99", code="leather"
    )
    marker = services.add_publication_code(actor=manager, programme=programme, scheme="marker", code="1")
    services.add_publication_code(actor=manager, programme=programme, scheme="tag", vocabulary="2", code="9")
    services.add_publication_code(actor=manager, programme=programme, scheme="tag", code="9.3")
    for country in ("in", "it"):
        services.add_publication_code(actor=manager, programme=programme, scheme="country", code=country)
    long = budget(manager, programme, last=dt.date(2012, 1, 1))
    long.refresh_from_db()
    tomorrow = dt.date.today() + dt.timedelta(days=2)
    late = transaction(manager, programme, date=tomorrow, value_date=tomorrow, sector="32130", country="IN")
    late.refresh_from_db()
    client = sign_in(manager)
    found = broken_on(client)
    assert set(found) == {
        "own.3",
        "own.4",
        "4.4.1",
        "6.11.1",
        "2.1.4",
        "2.2.1",
        "6.13.1",
        "3.1.1",
        "3.6.2",
        "6.6.2",
        "7.5.3",
        "11.2.1",
        "11.2.2",
    }
    assert found["7.5.3"] == [(str(long), f"/p/tanning/budgets/{long.pk}")]
    assert found["11.2.1"] == [(str(late), f"/p/tanning/transactions/{late.pk}")]
    assert found["2.2.1"] == [(str(own), f"{PAGE}/codes/{own.pk}")]
    assert found["6.13.1"] == [(str(marker), f"{PAGE}/codes/{marker.pk}")]
    assert found["4.4.1"] == [("Tanning programme", "/p/tanning/edit")]
    assert found["own.3"] == [("Tanning programme", "/p/tanning/partners/new")]
    for places in found.values():
        for _record, address in places:
            assert client.get(address).status_code == 200
    assert "Errors keep something out of the file" in text_of(client.get(PAGE))


def test_a_problem_is_told_while_it_is_entered(world: World, publication: Publication, sign_in: Any) -> None:
    client = sign_in(world.manager)
    sent = {
        "type": "1",
        "status": "1",
        "first": "2010-01-01",
        "last": "2012-01-01",
        "value": "1000",
        "currency": "EUR",
        "value_date": "2010-01-01",
    }
    saved = client.post("/p/tanning/budgets/new", sent, follow=True)
    assert "A budget is of one year at most: part it." in text_of(saved)
    assert "7.5.3" in text_of(client.get("/p/tanning/budgets"))
    only = Budget.objects.get()
    mended = client.post(
        f"/p/tanning/budgets/{only.pk}", sent | {"last": "2010-12-31", "version": "1"}, follow=True
    )
    assert "A budget is of one year" not in text_of(mended)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("last", "2009-12-31", "The last day is before the first."),
        ("currency", "euro", ""),
        ("currency", "eur", "Three capital letters, as in ISO 4217"),
        ("currency", "XYZ", "XYZ is no currency of ISO 4217."),
        ("value", "many", "Enter a number."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    world: World, publication: Publication, sign_in: Any, field: str, value: str, said: str
) -> None:
    sent = {
        "type": "1",
        "status": "1",
        "first": "2010-01-01",
        "last": "2010-12-31",
        "value": "1000",
        "currency": "EUR",
        "value_date": "2010-01-01",
    }
    response = sign_in(world.manager).post("/p/tanning/budgets/new", sent | {field: value})
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Budget.objects.exists()


def test_two_who_edit_at_once_lose_nothing(world: World, publication: Publication, sign_in: Any) -> None:
    row = budget(world.manager, world.programme)
    services.update_budget(actor=world.cta, budget=row, version=1, value=7)
    sent = {
        "type": "1",
        "status": "2",
        "first": "2010-01-01",
        "last": "2010-12-31",
        "value": "1000.50",
        "currency": "EUR",
        "value_date": "2010-01-01",
        "version": "1",
    }
    assert sign_in(world.manager).post(f"/p/tanning/budgets/{row.pk}", sent).status_code == 409


def test_what_is_taken_out_stays_in_history(world: World, publication: Publication, sign_in: Any) -> None:
    row = transaction(world.manager, world.programme)
    client = sign_in(world.manager)
    assert "Remove this transaction?" in text_of(client.get(f"/p/tanning/transactions/{row.pk}/remove"))
    done = client.post(f"/p/tanning/transactions/{row.pk}/remove", {"version": "1"}, follow=True)
    assert "The transaction was removed." in text_of(done)
    kept = Change.objects.filter(object_id=row.pk, action="removed").latest("id")
    assert kept.fields["value"] == ["250", None]


def test_a_donor_reads_and_changes_nothing(world: World, publication: Publication, sign_in: Any) -> None:
    budget(world.manager, world.programme)
    client = sign_in(world.donor)
    for address in (PAGE, "/p/tanning/budgets", "/p/tanning/transactions"):
        page = client.get(address).content.decode()
        assert "/edit" not in page.split("<main", 1)[1]
        assert "/new" not in page.split("<main", 1)[1]


def cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as told:
        assert client.get(address).status_code == 200
    return len(told)


def test_the_pages_cost_few_queries_and_as_many_for_twenty_rows(
    world: World, publication: Publication, sign_in: Any
) -> None:
    client = sign_in(world.manager)
    component = people.add_component(actor=world.manager, programme=world.programme, kind="CT", title="CT")
    people.place_cluster(actor=world.manager, component=component, cluster=world.leather)
    services.update_publication(
        actor=world.manager, publication=publication, version=None, with_twinnings=True, with_activities=True
    )

    def ten_more(start: int) -> None:
        for year in range(start, start + 10):
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
            budget(world.manager, world.programme, first=first, last=last, component=component)
            transaction(world.manager, world.programme, date=first, provider=world.tanners)
            document(world.manager, world.programme, title=f"Paper {year}")
            services.add_publication_code(
                actor=world.manager, programme=world.programme, scheme="tag", vocabulary="99", code=str(year)
            )

    addresses = (PAGE, "/p/tanning/budgets", "/p/tanning/transactions")
    ten_more(1990)
    ten = {address: cost(client, address) for address in addresses}
    ten_more(2000)
    assert {address: cost(client, address) for address in addresses} == ten
    assert max(ten.values()) <= MOST, ten


def test_without_the_schema_the_page_says_that_it_did_not_ask(
    world: World, publication: Publication, sign_in: Any, settings: Any
) -> None:
    settings.IATI_SCHEMA_DIR = None
    assert "Not checked: this installation has no copy of it" in text_of(sign_in(world.manager).get(PAGE))


if SCHEMA_DIR.exists():

    def test_with_the_schema_the_page_says_what_it_found(
        world: World, publication: Publication, sign_in: Any, settings: Any
    ) -> None:
        settings.IATI_SCHEMA_DIR = SCHEMA_DIR
        assert "Official schema valid" in text_of(sign_in(world.manager).get(PAGE))
