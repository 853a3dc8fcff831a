"""The parts as a person meets them: seen, by keyboard, on a phone, in the dark, without JavaScript."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_is_accessible_and_fits(
    open_page: Open, complaints: list[str], width: int, scheme: str
) -> None:
    page = open_page("/", width=width, scheme=scheme)
    found = Axe().run(page)
    assert [violation["id"] for violation in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []


def test_a_page_weighs_less_than_60_kilobytes(open_page: Open) -> None:
    page = open_page("/")
    loaded = "performance.getEntriesByType('resource').map(entry => entry.name)"
    addresses = [page.url, *page.evaluate(loaded)]
    weights = {url: len(gzip.compress(urlopen(url).read())) for url in addresses}
    assert len(weights) >= 6
    assert sum(weights.values()) < 60_000


def test_dark_is_dark_and_the_readers_choice_is_kept(open_page: Open) -> None:
    page = open_page("/", scheme="dark")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(paper) == "rgb(23, 24, 26)"
    page.click(".menu summary")
    page.click("[data-theme-next]")
    page.reload()
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


def test_filters_stand_open_beside_a_list_and_closed_above_it_on_a_phone(open_page: Open) -> None:
    wide = open_page("/", javascript=False)
    expect(wide.get_by_label("Search")).to_be_visible()
    phone = open_page("/", width=360, javascript=False)
    expect(phone.get_by_label("Search")).to_be_hidden()
    phone.get_by_text("Filters", exact=True).click()
    phone.get_by_label("Search").fill("tanners")
    phone.get_by_role("button", name="Show").click()
    assert "q=tanners" in phone.url
    expect(phone.get_by_text("Filters: 1 in use")).to_be_visible()


def test_an_error_leads_to_its_field(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name="People: Ensure this value is greater than or equal to 0.").click()
    assert page.evaluate("document.activeElement.id") == "id_people"
    described = page.get_attribute("#id_people", "aria-describedby")
    assert "greater than or equal to 0" in page.inner_text(f"#{described}")


def test_keys_open_places_but_not_while_typing(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("?")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Training of trainers in wet-end finishing")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Activities")
    page.uncheck("#shortcuts-on")
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_what_was_typed_outlives_a_reload_and_can_be_discarded(open_page: Open) -> None:
    page = open_page("/note/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("[name=title]", "Visit of tanners")
    page.fill("[name=secret]", "never kept")
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("Visit of tanners")
    expect(page.locator("[name=secret]")).to_have_value("")
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("[name=title]")).to_have_value("")


def test_what_was_typed_outlives_a_session_that_ended(open_page: Open) -> None:
    page = open_page("/note/?expired")
    page.fill("[name=title]", "Visit of tanners")
    page.get_by_role("button", name="Save note").click()
    page.wait_for_url("**/login-page/")
    page.goto("/note/")
    expect(page.locator("[name=title]")).to_have_value("Visit of tanners")


def test_what_was_refused_is_still_there_after_a_walk_elsewhere(open_page: Open) -> None:
    page = open_page("/note/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("[name=place]", "Chennai")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.goto("/")
    page.goto("/note/")
    expect(page.locator("[name=place]")).to_have_value("Chennai")


def test_a_saved_form_leaves_no_draft(open_page: Open) -> None:
    page = open_page("/note/")
    page.fill("[name=title]", "Visit of tanners")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.locator("[name=title]")).to_have_value("")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('twinning:draft:'))") == []


def test_leaving_an_unsaved_form_is_asked_about(open_page: Open) -> None:
    page = open_page("/note/")
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", agree)
    page.fill("[name=title]", "Visit")
    page.get_by_role("link", name="Elsewhere").click()
    page.wait_for_url(lambda url: not url.endswith("/note/"))
    assert asked == ["beforeunload"]


def test_a_job_tells_when_it_is_done(open_page: Open) -> None:
    page = open_page("/progress/")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "50")
    expect(page.get_by_role("link", name="Open the result")).to_be_visible()
    plain = open_page("/progress/", javascript=False)
    assert plain.get_attribute("noscript meta", "content") == "5"


def test_a_marked_act_asks_first(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("button", name="Remove agreement").click()
    expect(page.get_by_role("dialog")).to_contain_text("Remove this agreement?")
    page.get_by_role("button", name="No, go back").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Remove agreement")).to_be_enabled()
