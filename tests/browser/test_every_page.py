"""Walks through the application as each role and looks at one page of every kind, wide and narrow."""

from __future__ import annotations

import functools
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Site

pytestmark = pytest.mark.browser

AXE = Axe()
MOST_BYTES = 60_000
# Addresses that hand out a file or leave the application.
NOT_PAGES = {
    "attachment",
    "iati_file",
    "account_logout",
    "set_language",
    "healthz",
    "readyz",
    "api-docs",
    "api-schema",
}
# Tables at which a phone shows the words of a row and none of its figures, until somebody scrolls.
_OUT_OF_SIGHT = """() => [...document.querySelectorAll('.scroll > table:not(.stack)')].filter(table => {
  const rows = [...table.tBodies].flatMap(body => [...body.rows])
  const row = rows.find(row => row.cells.length > 1 && row.cells[0].colSpan === 1)
  const cell = row?.cells[1].getBoundingClientRect()
  return cell?.width && cell.left + 40 > table.parentElement.getBoundingClientRect().right
}).map(table => table.outerHTML.slice(0, 200))"""
_LINKS = "els => els.filter(e => !e.hasAttribute('download')).map(e => e.href)"


def kind_of(url: str) -> str | None:
    """The name of the route behind an address of ours, or None."""
    return _kind_of_path(urlsplit(url).path)


@functools.cache  # each page leads to most of the others
def _kind_of_path(path: str) -> str | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match.view_name


def look_at(page: Page, *, closely: bool) -> list[str]:
    """What is wrong with a page at either width: anything wider than the window, a table whose second column is
    out of sight, and looked at ``closely`` also what axe finds."""
    wrong = []
    if closely:
        page.evaluate(AXE.axe_script)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if overflow > 0:
            wrong.append(f"{page.url} at {width} px is {overflow} px too wide")
        out_of_sight = page.evaluate(_OUT_OF_SIGHT)
        wrong += [f"{page.url} at {width} px has no figure in sight: {table}" for table in out_of_sight]
        if closely:
            wrong += findings(page, width)
    return wrong


def findings(page: Page, width: int) -> list[str]:
    """What axe finds, which stands in the page already."""
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{page.url} at {width} px: {violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in found["violations"]
    ]


def walk(page: Page, start: str, known: set[str]) -> dict[str, list[str]]:
    """What is wrong with one page of each kind that can be reached by following links.

    At a kind that is not yet ``known`` it looks closely, and adds it.
    """
    found: dict[str, list[str]] = {}
    waiting = [start]
    while waiting:
        url = waiting.pop(0)
        kind = kind_of(url)
        if kind is None or kind in found or kind in NOT_PAGES or kind.startswith(("api", "schema", "docs")):
            continue
        answer = page.goto(url)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{url} answered {answer.status}"
        expect(page.locator(".htmx-request")).to_have_count(0)
        found[kind] = look_at(page, closely=kind not in known)
        known.add(kind)
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        links = page.eval_on_selector_all("a[href]", _LINKS)
        waiting += [link.split("#")[0] for link in links if link.startswith(origin)]
    return found


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The kinds of pages that axe has read; who sees most walks first, and what others see are parts of that."""
    return set()


@pytest.mark.parametrize(("name", "kinds"), [("manager", 40), ("cda.leather", 25), ("donor", 10)])
def test_every_page_is_accessible_and_fits(
    site: Site, sign_in_as: SignIn, complaints: list[str], known: set[str], name: str, kinds: int
) -> None:
    page = sign_in_as(name)
    pages = walk(page, f"{site.url}/", known)
    wrong = [finding for those in pages.values() for finding in those]
    assert not wrong, "\n".join(wrong)
    assert not complaints, "\n".join(complaints)
    assert len(pages) >= kinds, sorted(pages)


def test_a_page_without_its_pictures_is_light(site: Site, sign_in_as: SignIn) -> None:
    page = sign_in_as("manager")
    sizes: dict[str, int] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto("/p/tfind04a01/activities")
    page.wait_for_load_state("networkidle")
    assert sum(sizes.values()) < MOST_BYTES, sizes
