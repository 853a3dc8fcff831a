"""A tannery yard without a signal: what a phone keeps, and how it reaches the server whole and once."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.phones import (
    BLANK,
    FIELD,
    OPENS,
    PROGRAMME,
    Phone,
    answers,
    begin,
    fill_url,
    forms,
    phone,
    photo,
    rows,
)
from tests.demonstration import PASSWORD
from tests.workers import eventually

__all__ = ["phone"]
pytestmark = pytest.mark.browser


def test_a_study_is_filled_without_a_connection_and_arrives_once(
    site: Site, phone: Callable[..., Phone], tmp_path: Path
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    cda.offline()
    cda.page.fill("[name=executive_summary]", "Small tanneries, one effluent plant.")
    cda.go("sample")
    cda.add_row("firms", firm="Pakkar Tannery", firm_size="small", firm_employees="40")
    row = cda.add_row("firms", firm="A new tannery", firm_size="large")
    row.locator("input[type=file]").first.set_input_files(photo(tmp_path / "yard.jpg"))
    expect(row.locator(".photos img")).to_be_visible()
    cda.says("wait for a connection")

    cda.page.reload()
    expect(cda.page.locator("#fill.live")).to_be_visible()
    cda.says("wait for a connection")
    expect(cda.page.locator("[name=executive_summary]")).to_have_value("Small tanneries, one effluent plant.")
    cda.go("sample")
    expect(cda.page.locator('[data-group="firms"] .row-title')).to_have_text(
        ["Pakkar Tannery", "A new tannery"]
    )
    cda.page.locator('[data-group="firms"] .row summary').last.click()
    expect(cda.page.locator('[data-group="firms"] .photos img')).to_be_visible()

    cda.online()
    cda.says("All sent")
    kept = answers(site, study)
    firms = sorted((value, path) for path, value in kept.items() if path.count("/") == 1 and "firms/" in path)
    assert [kept[f"{path}/firm"] for _place, path in firms] == ["Pakkar Tannery", "A new tannery"]
    assert kept["executive_summary"] == "Small tanneries, one effluent plant."
    assert kept[f"{firms[0][1]}/firm_employees"] == "40"
    (photo_id,) = kept[f"{firms[1][1]}/firm_photo"]
    stored = rows(site, "select id, file from core_attachment where object_id = ?", study)
    assert [pk for pk, _file in stored] == [photo_id]
    with Image.open(io.BytesIO((site.folder / "var" / "files" / stored[0][1]).read_bytes())) as image:
        assert (image.format, max(image.size)) == ("JPEG", 1600)
    assert not [text for text in cda.complaints if "ERR_INTERNET_DISCONNECTED" not in text]


def test_forms_are_begun_one_after_another_without_a_connection(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    before = forms(site)
    cda.page.goto(FIELD)
    expect(cda.page.locator("#kept-opens")).to_have_text(OPENS, timeout=20_000)
    expect(cda.page.locator("[data-blank] .badge").first).to_be_visible(timeout=20_000)
    cda.offline()
    for vision in ("First", "Second"):
        cda.page.goto(FIELD)
        cda.page.click('a[href$="/field/diagnostic-emerging/chennai-leather"]')
        expect(cda.page.locator("#fill.live")).to_be_visible()
        cda.page.fill("[name=background]", vision)
        cda.says("waits for a connection")
        cda.page.reload()
        expect(cda.page.locator("[name=background]")).to_have_value(vision)
    cda.page.goto(FIELD)
    expect(cda.page.locator("#kept-forms")).to_contain_text("not on the server yet")
    assert forms(site) == before

    cda.online()
    expect(cda.page.locator("#kept-forms .badge.warn")).to_have_count(0, timeout=20_000)
    cda.page.reload()
    made = [pk for pk in forms(site) if pk not in before]
    assert sorted(answers(site, pk)["background"] for pk in made) == ["First", "Second"]
    cda.page.locator("#kept-forms a").first.click()
    expect(cda.page.locator("#fill.live")).to_be_visible()
    cda.page.fill("[name=background]", "Third")
    cda.says("All sent")
    assert len(forms(site)) == len(before) + 2
    assert "Third" in [answers(site, pk)["background"] for pk in made]


def test_a_page_that_no_worker_keeps_says_that_it_needs_a_connection(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather", service_workers="block")
    for path, line in ((BLANK, "#fill-opens"), (FIELD, "#kept-opens")):
        cda.page.goto(path)
        expect(cda.page.locator(line)).to_have_text("Does not open without a connection yet")


def test_two_devices_are_merged_by_field_and_both_show_where_they_differ(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    other = phone("coordinator")
    for one in (cda, other):
        one.open(fill_url(study))
        one.offline()
    cda.page.fill("[name=history]", "Old trade")
    cda.go("way_forward")
    cda.page.fill("[name=vision]", "Export")
    other.go("way_forward")
    other.page.fill("[name=vision]", "Home market")
    other.page.fill("[name=strategy]", "Together")
    cda.online()
    cda.says("All sent")
    other.online()
    other.says("All sent")
    assert answers(site, study) | {"background": ""} == {
        "background": "",
        "history": "Old trade",
        "vision": "Export",
        "strategy": "Together",
    }
    expect(other.page.locator(".clash")).to_contain_text("Export")
    expect(other.page.locator(".clash")).to_contain_text("Home market")
    expect(other.page.locator("[name=history]")).to_have_value("Old trade")
    cda.page.reload()
    cda.says("1 needs a look")
    expect(cda.page.locator(".clash .answer")).to_have_text(["Export", "Home market"])
    cda.page.locator(".clash button").nth(1).click()
    cda.says("All sent")
    expect(cda.page.locator(".clash")).to_have_count(0)
    assert answers(site, study)["vision"] == "Home market"
    other.page.evaluate("dispatchEvent(new Event('online'))")
    expect(other.page.locator(".clash")).to_have_count(0)
    expect(other.page.locator("[name=vision]")).to_have_value("Home market")


def test_a_row_that_is_filled_here_and_removed_there_comes_back_whole(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    cda.go("sample")
    cda.add_row("firms", firm="Pakkar Tannery", firm_employees="40")
    cda.says("All sent")
    other = phone("coordinator")
    other.open(fill_url(study))
    for one in (cda, other):
        one.offline()
        one.go("sample")
    other.page.locator('[data-group="firms"] .row summary').click()
    other.page.click('[data-group="firms"] [name=_remove]')
    expect(other.page.get_by_role("button", name="Undo")).to_be_visible()
    cda.page.fill('[data-group="firms"] [data-path$="/firm_note"] textarea', "Two drums")
    other.online()
    other.says("All sent")
    cda.online()
    cda.says("All sent")
    expect(cda.page.locator("#fill-notes")).to_contain_text("It is back")
    kept = {
        path.rpartition("/")[2]: value for path, value in answers(site, study).items() if path.count("/") == 2
    }
    assert kept == {"firm": "Pakkar Tannery", "firm_employees": "40", "firm_note": "Two drums"}


def test_a_form_that_was_handed_in_meanwhile_keeps_the_answers_on_the_device(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    cda.offline()
    cda.page.fill("[name=history]", "Typed in the yard")
    cda.says("1 answer waits")
    move(site, study, "submitted")
    cda.online()
    cda.says("not being filled any more")
    panel = cda.page.locator(".unsent")
    expect(panel).to_contain_text("They stay on this device")
    expect(panel).to_contain_text("Typed in the yard")
    cda.page.reload()
    expect(panel).to_contain_text("Typed in the yard")
    assert "history" not in answers(site, study)
    move(site, study, "returned")
    cda.page.reload()
    cda.says("All sent")
    assert answers(site, study)["history"] == "Typed in the yard"


def move(site: Site, pk: int, status: str) -> None:
    """Bring a form to another state, as its service would, without filling all that handing it in needs."""
    with closing(sqlite3.connect(site.folder / "var" / "twinning.sqlite3", timeout=20)) as database:
        database.execute(
            "update diagnostics_submission set status = ?, version = version + 1 where id = ?", (status, pk)
        )
        database.commit()


def test_an_answer_that_was_lost_on_its_way_is_sent_again_and_stands_once(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    cda.go("sample")
    lost = []

    def lose(route: Any) -> None:
        """The server takes it in, and its answer never arrives."""
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    cda.page.route("**/fill/save", lose)
    cda.add_row("firms", firm="Pakkar Tannery")
    cda.says("for a connection")
    assert lost
    cda.page.locator('[data-path$="/firm"] input').fill("Pakkar Tanneries")
    cda.page.unroute("**/fill/save")
    cda.page.evaluate("dispatchEvent(new Event('online'))")
    cda.says("All sent")
    expect(cda.page.locator(".clash")).to_have_count(0)
    firms = [value for path, value in answers(site, study).items() if path.endswith("/firm")]
    assert firms == ["Pakkar Tanneries"]


def test_a_form_whose_beginning_was_lost_on_its_way_is_there_once(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    before = forms(site)
    cda.open(BLANK)
    lost = []

    def lose(route: Any) -> None:
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    cda.page.route("**/field/new", lose)
    cda.page.fill("[name=background]", "Begun")
    cda.says("waits for a connection")
    assert lost
    cda.page.unroute("**/field/new")
    cda.page.reload()
    cda.says("All sent")
    (study,) = [pk for pk in forms(site) if pk not in before]
    assert answers(site, study) == {"background": "Begun"}


def test_what_waits_is_sent_when_the_line_returns_though_no_page_is_open(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    worker = cda.context.new_cdp_session(cda.page)
    known: list[str] = []
    worker.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: known.extend(one["registrationId"] for one in event["registrations"]),
    )
    worker.send("ServiceWorker.enable")
    cda.offline()
    cda.page.fill("[name=history]", "Typed in the yard")
    cda.says("1 answer waits")
    # The page goes with the answer in it; only the worker is left.
    cda.page.goto("about:blank")
    cda.online()
    event = {"origin": site.url, "registrationId": known[0], "tag": "twinning-field", "lastChance": False}

    def sent() -> bool:
        """A browser, too, rings again when the worker did not yet find the line."""
        worker.send("ServiceWorker.dispatchSyncEvent", event)
        cda.page.wait_for_timeout(500)
        return "history" in answers(site, study)

    eventually(sent, site.log, 30)
    assert answers(site, study)["history"] == "Typed in the yard"
    cda.open(fill_url(study))
    cda.says("All sent")


def test_what_is_not_sent_is_asked_about_before_signing_out_and_nobody_else_sees_it(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    cda.page.route("**/fill/save", lambda route: route.abort())
    cda.page.fill("[name=history]", "A secret of the trade")
    cda.says("1 answer waits")
    cda.sign_out()
    dialog = cda.page.locator("dialog[open]")
    expect(dialog).to_contain_text("not sent yet: 1")
    dialog.get_by_role("button", name="Stay signed in").click()
    assert "/fill" in cda.page.url
    cda.sign_out()
    dialog.get_by_role("button", name="Sign out without sending").click()
    cda.page.wait_for_url(lambda url: "/fill" not in url)
    assert cda.page.evaluate("caches.keys()") == [
        name for name in cda.page.evaluate("caches.keys()") if "shell" in name
    ]
    cda.page.unroute("**/fill/save")

    cda.sign_in("coordinator")
    cda.page.goto(FIELD)
    expect(cda.page.locator("#kept-none")).to_be_visible()
    cda.offline()
    cda.page.goto(fill_url(study))
    expect(cda.page.locator("h1")).to_have_text("No connection")
    expect(cda.page.locator("main")).not_to_contain_text("secret")
    cda.online()
    cda.page.goto(FIELD)
    cda.sign_out()
    cda.page.wait_for_url(lambda url: "/field" not in url)

    # The first one comes back: what was typed is there, and leaves for the server by itself.
    cda.sign_in("cda.leather")
    cda.page.goto(PROGRAMME)
    waits = "Object.keys(localStorage).some(key => key.startsWith('twinning:field:waiting'))"
    eventually(lambda: not cda.page.evaluate(waits), site.log, 30)
    assert answers(site, study)["history"] == "A secret of the trade"


def test_a_session_that_ended_keeps_what_is_typed_until_one_signs_in_again(
    site: Site, phone: Callable[..., Phone]
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    cda.context.clear_cookies(name="sessionid")
    cda.page.fill("[name=history]", "Typed after the session")
    cda.says("Sign in again")
    cda.page.click("#fill-state a")
    cda.page.fill("input[name=login]", "cda.leather@demo.example")
    cda.page.fill("input[name=password]", PASSWORD)
    cda.page.press("input[name=password]", "Enter")
    cda.page.wait_for_url(f"**{fill_url(study)}")
    cda.says("All sent")
    assert answers(site, study)["history"] == "Typed after the session"
