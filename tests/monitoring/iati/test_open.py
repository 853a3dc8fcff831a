"""The stable address of the file: who reads it, what it costs to ask again, and what never stands in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from lxml import etree

from activities import services as log
from clusters import services as people
from monitoring import services
from monitoring.exporters.iati_schema import refusal_of
from monitoring.models import Publication
from monitoring.queries.iati_records import edition_of
from tests.conftest import World
from tests.monitoring.iati.sound import SCHEMA_DIR
from tests.monitoring.iati.stage import budget, document, transaction
from twinning.core import feed
from twinning.core.access import DomainError

ADDRESS = "/open/tanning/iati.xml"


def body_of(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def file_of(client: Client) -> Any:
    response = client.get(ADDRESS)
    assert response.status_code == 200
    return etree.fromstring(body_of(response))


def open_to_all(world: World, publication: Publication) -> Publication:
    return services.update_publication(
        actor=world.manager, publication=publication, version=None, is_public=True
    )


def test_it_is_closed_until_the_programme_says_otherwise(
    world: World, publication: Publication, client: Client, sign_in: Any
) -> None:
    assert client.get(ADDRESS).status_code == 404
    assert sign_in(world.donor).get(ADDRESS).status_code == 404
    response = sign_in(world.manager).get(ADDRESS)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"


def test_opened_it_is_read_by_anybody_without_a_cookie(
    world: World, publication: Publication, client: Client
) -> None:
    open_to_all(world, publication)
    response = client.get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert response["Cache-Control"] == "public, no-cache"
    assert not response.cookies
    root = etree.fromstring(body_of(response))
    assert root.findtext("iati-activity/iati-identifier") == "XM-EXAMPLE-tanning"


def test_who_has_it_already_is_told_so_until_something_changes(
    world: World, publication: Publication, client: Client
) -> None:
    open_to_all(world, publication)
    first = client.get(ADDRESS)
    known = {"If-None-Match": first["ETag"]}
    again = client.get(ADDRESS, headers=known)
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(ADDRESS, headers=since).status_code == 304
    budget(world.manager, world.programme)
    after = client.get(ADDRESS, headers=known)
    assert after.status_code == 200
    assert after["ETag"] != first["ETag"]


def test_the_same_state_gives_the_same_bytes(world: World, publication: Publication, client: Client) -> None:
    open_to_all(world, publication)
    assert body_of(client.get(ADDRESS)) == body_of(client.get(ADDRESS))


def test_a_new_day_is_a_new_edition(
    world: World, publication: Publication, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = dt.date(2011, 7, 31)
    one, other = (edition_of(publication, day) for day in (today, today + dt.timedelta(days=1)))
    assert one.tag != other.tag


def test_while_changes_are_being_written_nothing_is_promised(
    world: World, publication: Publication, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all(world, publication)
    monkeypatch.setattr(feed, "last_settled", lambda: 1)
    response = client.get(ADDRESS, headers={"If-None-Match": "*"})
    assert response.status_code == 200
    assert "ETag" not in response


def test_letters_of_intent_firms_and_people_never_stand_in_it(
    world: World, publication: Publication, client: Client
) -> None:
    open_to_all(world, publication)
    firm, other = world.tannery, world.shoemaker
    for kind, title, parties in [
        ("loi", "Secret intent", [(firm, "emerging"), (other, "advanced")]),
        ("outsourcing", "Secret deal", [(firm, "emerging"), (other, "advanced")]),
        ("mou", "Memorandum", [(world.clri, "emerging"), (world.conciatori, "advanced")]),
        ("ca", "With a firm", [(world.clri, "emerging"), (firm, "advanced")]),
    ]:
        people.create_agreement(
            actor=world.manager,
            programme=world.programme,
            kind=kind,
            title=title,
            signed="2008-06-24",
            parties=[{"organisation": one, "side": side} for one, side in parties],
        )
    people.create_person(
        actor=world.manager, programme=world.programme, name="Giovanni Risso", organisation=world.clri
    )
    transaction(world.manager, world.programme, receiver=firm, provider=world.tanners)
    text = body_of(client.get(ADDRESS)).decode()
    for secret in ("Secret", "Pakkar", "Shoemaker", "Risso", "intent"):
        assert secret not in text
    root = etree.fromstring(text.encode())
    parties = root.findall("iati-activity[1]/participating-org/narrative")
    assert {one.text for one in parties} == {
        "Leather Manufacturers Association",
        "Leather Research Institute",
        "Associazione Conciatori",
    }
    assert root.find(".//transaction/receiver-org") is None
    assert root.findtext(".//transaction/provider-org/narrative") == "Leather Manufacturers Association"


@pytest.mark.parametrize(("kind", "between_firms"), [("loi", True), ("outsourcing", True), ("ca", False)])
def test_a_document_about_firms_is_refused(
    world: World, publication: Publication, kind: str, between_firms: bool
) -> None:
    parties = {"emerging": world.tannery, "advanced": world.shoemaker if between_firms else world.clri}
    agreement = people.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind=kind,
        title="Between firms",
        signed="2008",
        parties=[{"organisation": one, "side": side} for side, one in parties.items()],
    )
    with pytest.raises(DomainError) as refused:
        document(world.manager, world.programme, agreement=agreement)
    assert refused.value.code == "not_published"
    assert set(refused.value.fields) == {"agreement"}


def test_a_memorandum_is_dated_where_its_day_is_known(
    world: World, publication: Publication, client: Client
) -> None:
    open_to_all(world, publication)
    for title, signed in [("Day", "2008-06-24"), ("Month", "2008-06")]:
        agreement = people.create_agreement(
            actor=world.manager,
            programme=world.programme,
            kind="mou",
            title=title,
            signed=signed,
            parties=[
                {"organisation": world.clri, "side": "emerging"},
                {"organisation": world.conciatori, "side": "advanced"},
            ],
        )
        document(world.manager, world.programme, title=title, agreement=agreement)
    links = file_of(client).findall("iati-activity[1]/document-link")
    dates = {link.findtext("title/narrative"): link.find("document-date") for link in links}
    assert dates["Day"].get("iso-date") == "2008-06-24"
    assert dates["Month"] is None


def test_what_errors_stand_against_is_left_out_and_the_rest_is_published(
    world: World, publication: Publication, client: Client
) -> None:
    open_to_all(world, publication)
    component = people.add_component(
        actor=world.manager, programme=world.programme, kind="CT", title="Cluster Twinning"
    )
    budget(world.manager, world.programme, component=component, last=dt.date(2012, 1, 1))
    found = [one.text for one in file_of(client).findall("iati-activity/iati-identifier")]
    assert found == ["XM-EXAMPLE-tanning"]


def test_a_file_without_an_activity_does_not_exist(
    world: World, publication: Publication, client: Client
) -> None:
    open_to_all(world, publication)
    people.update_programme(actor=world.manager, programme=world.programme, version=None, description="")
    assert client.get(ADDRESS).status_code == 404


def test_the_parts_lead_to_each_other(world: World, publication: Publication, client: Client) -> None:
    publication = open_to_all(world, publication)
    services.update_publication(
        actor=world.manager, publication=publication, version=None, with_twinnings=True, with_activities=True
    )
    component = people.add_component(
        actor=world.manager, programme=world.programme, kind="CT", title="Cluster Twinning"
    )
    fund = people.add_component(actor=world.manager, programme=world.programme, kind="MCGF", title="Fund")
    people.place_cluster(actor=world.manager, component=component, cluster=world.leather, start_year=2007)
    people.move_twinning(
        actor=world.manager, twinning=world.twinning, to="study", version=None, since="2007-06"
    )
    log.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather],
        title="Classroom training",
        period_text="Jun-09",
    )
    log.log_activity(
        actor=world.manager, programme=world.programme, clusters=[world.leather], title="Undated"
    )
    root = file_of(client)
    base = "XM-EXAMPLE-tanning"
    by_level: dict[str, list[Any]] = {}
    for activity in root:
        by_level.setdefault(activity.get("hierarchy"), []).append(activity)
    assert {level: len(found) for level, found in by_level.items()} == {"1": 1, "2": 2, "3": 1, "4": 1}

    def related(activity: Any) -> set[tuple[str, str]]:
        return {(one.get("ref"), one.get("type")) for one in activity.findall("related-activity")}

    children = {(f"{base}-CT-{component.pk}", "2"), (f"{base}-MCGF-{fund.pk}", "2")}
    assert related(by_level["1"][0]) == children
    assert related(by_level["2"][0]) == {(base, "1"), (f"{base}-T-{world.twinning.pk}", "2")}
    assert related(by_level["3"][0]) == {(f"{base}-CT-{component.pk}", "1")}
    assert by_level["2"][1].find("default-finance-type").get("code") == "1100"
    (start,) = by_level["2"][0].findall("activity-date")
    assert (start.get("type"), start.get("iso-date"), start.findtext("narrative")) == (
        "2",
        "2007-01-01",
        "2007",
    )
    dates = by_level["4"][0].findall("activity-date")
    assert [(one.get("type"), one.get("iso-date"), one.findtext("narrative")) for one in dates] == [
        ("2", "2009-06-01", "Jun-09"),
        ("4", "2009-06-30", "Jun-09"),
    ]
    assert [code.get("code") for code in root.iter("recipient-country")] == ["IN"] * 5


if SCHEMA_DIR.exists():

    def test_the_file_is_valid(
        world: World, publication: Publication, client: Client, settings: Any, tmp_path: Any
    ) -> None:
        settings.IATI_SCHEMA_DIR = SCHEMA_DIR
        open_to_all(world, publication)
        budget(world.manager, world.programme)
        transaction(world.manager, world.programme, provider=world.tanners, description="First half")
        document(world.manager, world.programme)
        path = tmp_path / "iati.xml"
        path.write_bytes(body_of(client.get(ADDRESS)))
        assert refusal_of(str(path)) == ""
