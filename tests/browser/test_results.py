"""A donor follows every figure of Tables 9 and 10 to the records that it counts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site
from tests.demonstration import PASSWORD

pytestmark = pytest.mark.browser

RESULTS = "/p/tfind04a01/results"
PROGRAMME = "Consolidated Project for SME Development in India, Twinning and Related Components"
CHENNAI = ("Chennai automotive components", "Chennai footwear", "Chennai leather")


@pytest.fixture
def donor(chromium: Browser, site: Site) -> Page:
    page = chromium.new_context(base_url=site.url).new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "donor@demo.example")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    return page


def figures(page: Page) -> dict[tuple[str, str], tuple[int, str]]:
    """{(code, place): (figure, address of its evidence)} of all computed cells on the page of results."""
    found = {}
    for link in page.locator("td.num a").all():
        said = re.fullmatch(r"(T[\d.]+), (.+): ([\d,]+)", link.get_attribute("aria-label") or "")
        assert said, link.get_attribute("aria-label")
        address = link.get_attribute("href") or ""
        found[said[1], said[2]] = (int(said[3].replace(",", "")), address)
    return found


def counted(page: Page) -> int:
    """The sum of what the records on a page of evidence count."""
    cells = page.locator("td[data-label=Counts]").all_inner_texts()
    return sum(int(text.replace(",", "")) for text in cells)


def test_every_cell_of_tables_9_and_10_opens_to_the_records_that_make_it(donor: Page) -> None:
    donor.goto(RESULTS)
    found = figures(donor)
    codes = [f"T9.{n}" for n in range(1, 9)] + [f"T10.{n}" for n in range(1, 9)]
    assert {code for code, _place in found} == set(codes)
    for code in codes:
        for place in (*CHENNAI, PROGRAMME):
            figure, address = found[code, place]
            donor.goto(address)
            assert counted(donor) == figure, (code, place)
    assert any(figure for figure, _address in found.values())


def test_the_fair_of_january_2010_counts_in_two_clusters_and_once_in_the_programme(donor: Page) -> None:
    donor.goto(RESULTS)
    found = figures(donor)
    fair = "30-Jan-3Feb Joint Stand"
    times = {}
    for place in ("Chennai leather", "Chennai footwear", PROGRAMME):
        donor.goto(found["T9.6", place][1])
        times[place] = donor.locator("tbody th", has_text=fair).count()
    assert set(times.values()) == {1}
    # Once in the programme: less than the clusters together.
    assert found["T9.6", PROGRAMME][0] == sum(found["T9.6", place][0] for place in CHENNAI) - 1
