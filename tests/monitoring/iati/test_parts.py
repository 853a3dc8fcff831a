"""Every kind of part of a publication is added, opened and saved anew, on its page and over the API."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.test import Client
from lxml import html

from monitoring.models import Publication
from monitoring.views.publication_parts import PARTS
from tests.api.conftest import Partner
from tests.conftest import World


class Case(NamedTuple):
    kind: str
    pages: str
    resource: str
    new: dict[str, str]
    changed: dict[str, str]


CODE = ("code", "publication/codes", "publication-codes")
DOCUMENT = ("document", "publication/documents", "published-documents")
YEAR = {"first": "2010-01-01", "last": "2010-12-31", "value_date": "2010-01-01"}
DAY = {"date": "2010-03-01", "value_date": "2010-03-01"}
CASES = [
    Case(*CODE, {"scheme": "sector", "code": "32120", "percentage": "40"}, {"code": "25010"}),
    Case(*CODE, {"scheme": "tag", "code": "9.3"}, {"code": "8.2"}),
    Case(*CODE, {"scheme": "marker", "code": "1", "significance": "1"}, {"significance": "2"}),
    Case(*CODE, {"scheme": "country", "code": "IT"}, {"code": "IN"}),
    Case(
        *DOCUMENT,
        {"category": "A09", "title": "Memorandum", "url": "https://example.org/mou.pdf"},
        {"title": "Memorandum of 2010"},
    ),
    Case("budget", "budgets", "budgets", YEAR | {"value": "1000", "currency": "EUR"}, {"currency": "INR"}),
    Case(
        "transaction",
        "transactions",
        "transactions",
        DAY | {"type": "3", "value": "250", "currency": "EUR"},
        {"description": "Study visit"},
    ),
]
each_kind = pytest.mark.parametrize("case", CASES, ids=[f"{case.kind}-{n}" for n, case in enumerate(CASES)])


def filled_in(client: Client, address: str) -> dict[str, Any]:
    """What the form of a page sends as it stands."""
    forms = html.fromstring(client.get(address).content).forms
    (form,) = [one for one in forms if "component" in one.fields]
    return dict(form.form_values())


def test_no_kind_of_part_is_left_out() -> None:
    assert {case.kind for case in CASES} == set(PARTS)


@each_kind
def test_a_part_is_added_and_saved_on_its_page(
    world: World, publication: Publication, sign_in: Any, case: Case
) -> None:
    client, new = sign_in(world.manager), f"/p/tanning/{case.pages}/new"
    assert client.post(new, filled_in(client, new) | case.new).status_code == 302
    row = PARTS[case.kind].model.objects.latest("pk")
    page = f"/p/tanning/{case.pages}/{row.pk}"
    for change in ({}, case.changed):
        assert client.post(page, filled_in(client, page) | change).status_code == 302
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in case.changed} == case.changed


@each_kind
def test_a_part_is_added_and_changed_over_the_api(world: World, publication: Publication, case: Case) -> None:
    manager = Partner(world.manager)
    made = manager.send("post", f"{case.resource}/", {"programme": "tanning"} | case.new)
    assert made.status_code == 201
    answer = manager.change(f"{case.resource}/{made.json()['id']}/", case.new | case.changed)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in case.changed} == case.changed


@pytest.mark.parametrize(
    "case", [case for case in CASES if "currency" in case.new], ids=lambda case: case.kind
)
def test_a_currency_that_there_is_not_is_refused(
    world: World, publication: Publication, sign_in: Any, case: Case
) -> None:
    sent, said = case.new | {"currency": "XYZ"}, "XYZ is no currency of ISO 4217."
    client, new = sign_in(world.manager), f"/p/tanning/{case.pages}/new"
    page = client.post(new, filled_in(client, new) | sent)
    assert page.status_code == 422
    assert said in page.text
    answer = Partner(world.manager).send("post", f"{case.resource}/", {"programme": "tanning"} | sent)
    assert answer.status_code == 400
    assert [(one["pointer"], one["detail"]) for one in answer.json()["errors"]] == [("#/currency", said)]


FIVE = "Five digits, as the DAC has them: 32130."


@pytest.mark.parametrize(
    ("case", "wrong", "field"),
    [
        (CASES[0], {"code": "leather"}, "code"),
        (CASES[0], {"code": "321"}, "code"),
        (CASES[-1], {"sector": "3213"}, "sector"),
    ],
    ids=["word", "category", "transaction"],
)
def test_a_sector_that_cannot_be_one_of_the_dac_is_refused(
    world: World, publication: Publication, sign_in: Any, case: Case, wrong: dict[str, str], field: str
) -> None:
    client, new = sign_in(world.manager), f"/p/tanning/{case.pages}/new"
    page = client.post(new, filled_in(client, new) | case.new | wrong)
    assert page.status_code == 422
    assert FIVE in page.text
    sent = {"programme": "tanning"} | case.new | wrong
    answer = Partner(world.manager).send("post", f"{case.resource}/", sent)
    assert answer.status_code == 400
    assert [(one["pointer"], one["detail"]) for one in answer.json()["errors"]] == [(f"#/{field}", FIVE)]


def test_a_sector_of_another_vocabulary_is_written_as_that_one_does(
    world: World, publication: Publication
) -> None:
    sent = {"programme": "tanning", "scheme": "sector", "vocabulary": "2", "code": "321"}
    assert Partner(world.manager).send("post", "publication-codes/", sent).status_code == 201
