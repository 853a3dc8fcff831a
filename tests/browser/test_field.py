"""A tannery yard without a signal: forms that are filled on a phone, and reach the server whole and once."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import FOREIGN, ROOT, Site
from tests.browser.phones import OPENS, Phone, phone
from tests.demonstration import PASSWORD
from tests.workers import eventually

__all__ = ["phone"]
pytestmark = pytest.mark.browser

PROGRAMME = "/p/tfind04a01"
FIELD = f"{PROGRAMME}/diagnostics/field"
BLANK = f"{FIELD}/diagnostic-emerging/chennai-leather"


def rows(site: Site, text: str, *values: Any) -> list[Any]:
    """What the database of the site answers."""
    with closing(sqlite3.connect(site.folder / "var" / "twinning.sqlite3", timeout=20)) as database:
        return database.execute(text, values).fetchall()


def answers(site: Site, pk: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        rows(site, "select answers from diagnostics_submission where id = ?", pk)[0][0]
    )
    return found


def forms(site: Site) -> list[int]:
    return [pk for (pk,) in rows(site, "select id from diagnostics_submission order by id")]


def begin(phone: Phone, **texts: str) -> int:
    """Begin a study with a connection; answers its id on the server."""
    before = set(forms(phone.site))
    phone.open(BLANK)
    phone.page.fill("[name=background]", texts.get("background", "To see where help lies."))
    phone.says("All sent")
    (made,) = set(forms(phone.site)) - before
    return made


def fill_url(pk: int) -> str:
    return f"{PROGRAMME}/diagnostics/{pk}/fill"


def photo(path: Path, colour: str = "red") -> Path:
    Image.new("RGB", (2400, 1800), colour).save(path, "JPEG")
    return path


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


def test_firms_are_visited_one_after_another(site: Site, phone: Callable[..., Phone]) -> None:
    """A form about a firm waits until somebody said which, and is then sent."""
    add_questionnaire_of_firms(site)
    cda = phone("cda.leather")
    blank = f"{FIELD}/of-firms/chennai-leather"
    before = forms(site)
    cda.open(blank)
    cda.offline()
    for firm in ("First Tannery", "Second Tannery"):
        cda.page.goto(blank)
        expect(cda.page.locator("#fill.live")).to_be_visible()
        cda.page.fill("[name=wave]", f"Wave of {firm}")
        cda.says("Say which firm")
        cda.page.fill("[name=_about]", firm)
        cda.says("1 answer waits")
    cda.page.reload()
    expect(cda.page.locator("[name=_about]")).to_have_value("Second Tannery")
    cda.online()
    cda.says("All sent")
    made = "select title from diagnostics_submission where id > ? order by title"
    # The page speaks of its own form; the other one follows.
    eventually(lambda: len(rows(site, made, max(before))) > 1, site.log, 20)
    assert rows(site, made, max(before)) == [("Readiness: First Tannery",), ("Readiness: Second Tannery",)]


OF_FIRMS = """
from clusters.models import Programme
from diagnostics import services
from diagnostics.models import Questionnaire
from twinning.core.models import User
if not Questionnaire.objects.filter(slug="of-firms"):
    text = lambda name: {"name": name, "type": "text", "label": name}
    plan = [text("action"), text("action_pillar"), text("action_due")]
    items = [text("wave"), {"name": "plan", "type": "repeat", "label": "Plan", "items": plan}]
    manager = User.objects.get(email="manager@demo.example")
    made = services.create_questionnaire(
        actor=manager, programme=Programme.objects.get(slug="tfind04a01"), slug="of-firms", kind="readiness",
        title="Readiness",
        definition={"title": "Readiness", "sections": [{"name": "all", "label": "All", "items": items}]},
    )
    services.publish(actor=manager, draft=made.versions.get())
"""


def add_questionnaire_of_firms(site: Site) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", OF_FIRMS],
        cwd=ROOT,
        env=environment | {"DATA_DIR": str(site.folder / "var")},
        check=True,
        capture_output=True,
    )


def test_two_pages_of_one_form_show_the_same_and_send_once(site: Site, phone: Callable[..., Phone]) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    second = cda.context.new_page()
    second.goto(fill_url(study))
    expect(second.locator("#fill.live")).to_be_visible()
    cda.page.fill("[name=history]", "Old trade")
    expect(second.locator("[name=history]")).to_have_value("Old trade")
    cda.says("All sent")
    (version,) = rows(site, "select version from diagnostics_submission where id = ?", study)[0]
    second.fill("[name=products]", "Jackets")
    expect(cda.page.locator("[name=products]")).to_have_value("Jackets")
    expect(second.locator("#fill-state")).to_contain_text("All sent", timeout=20_000)
    assert answers(site, study)["products"] == "Jackets"
    assert rows(site, "select version from diagnostics_submission where id = ?", study)[0][0] == version + 1


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


def test_conditions_and_complaints_follow_what_is_typed(site: Site, phone: Callable[..., Phone]) -> None:
    cda = phone("cda.leather")
    cda.open(BLANK)
    cda.go("operation")
    row = cda.add_row("aobo", aobo_item="Technology")
    partner = row.locator('[data-path$="/aobo_stakeholders"]')
    expect(partner).to_be_hidden()
    row.locator('[data-path$="/aobo_where"] input[value=advanced]').check()
    expect(partner).to_be_visible()
    partner.locator("textarea").fill("Technicians")
    row.locator('[data-path$="/aobo_where"] input[value=cluster]').check()
    expect(partner).to_contain_text("Not asked any more")
    cda.go("sample")
    row = cda.add_row("firms", firm_employees="5", firm_women="6")
    row.locator('[data-path$="/firm_note"] textarea').fill("x")
    expect(row).to_contain_text("There cannot be more women than people.")
    row.locator('[data-path$="/firm_women"] input').fill("many")
    row.locator('[data-path$="/firm_note"] textarea').fill("y")
    expect(row).to_contain_text("“many” is not a number.")
    cda.says("1 needs a look")
    row.locator('[data-path$="/firm_women"] input').fill("1,000")
    row.locator('[data-path$="/firm_employees"] input').fill("2 000")
    row.locator('[data-path$="/firm_note"] textarea').fill("z")
    expect(row.locator(".field-error")).to_have_count(0)
    cda.says("All sent")


def test_rows_are_removed_and_brought_back_moved_and_found(site: Site, phone: Callable[..., Phone]) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    cda.go("facts")
    for stage in ("Hides", "Tanning", "Finishing"):
        cda.add_row("value_chain", stage=stage)
    titles = cda.page.locator('[data-group="value_chain"] .row-title')
    cda.page.locator('[data-group="value_chain"] .row').last.locator("[name=_up]").click()
    expect(titles).to_have_text(["Hides", "Finishing", "Tanning"])
    cda.page.locator('[data-group="value_chain"] .row').nth(1).locator("[name=_remove]").click()
    expect(titles).to_have_text(["Hides", "Tanning"])
    cda.says("All sent")
    cda.page.get_by_role("button", name="Undo").click()
    expect(titles).to_have_text(["Hides", "Finishing", "Tanning"])
    cda.says("All sent")
    cda.page.reload()
    cda.go("facts")
    expect(titles).to_have_text(["Hides", "Finishing", "Tanning"])
    cda.add_row("value_chain").locator("[name=_remove]").click()
    expect(cda.page.locator('[data-group="value_chain"] .note.undo')).to_contain_text("Row 4 was removed.")


def test_every_part_fits_a_thumb_and_a_reader_of_screens(
    site: Site, phone: Callable[..., Phone], tmp_path: Path
) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    cda.open(fill_url(study))
    wrong = []
    for section in ("introduction", "sample", "facts", "support", "operation", "way_forward"):
        cda.go(section)
        for group in cda.page.locator(f"#s-{section} [name=_add]").all():
            group.click()
        wrong += looked_at(cda.page)
    for path in (FIELD, BLANK, "/offline"):
        cda.page.goto(path)
        wrong += looked_at(cda.page)
    assert not wrong, "\n".join(wrong)
    assert not cda.complaints


SMALL = """() => [...document.querySelectorAll(
    '.fill :is(button, summary, select, textarea, input:not([type=hidden])), .fill-nav a')]
  .map((element) => element.closest('label.chip, label.taker') || element)
  .filter((element) => element.checkVisibility() && !element.matches('.visually-hidden'))
  .filter((element) => element.getBoundingClientRect().height < 43.5)
  .map((element) => element.outerHTML.slice(0, 120))"""


def looked_at(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = [f"{page.url} is {wide} px too wide"] if wide > 0 else []
    found += [f"{page.url}: too small for a thumb: {text}" for text in page.evaluate(SMALL)]
    found += [
        f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in Axe().run(page).response["violations"]
    ]
    return found


def test_a_page_that_fills_a_form_is_light(site: Site, phone: Callable[..., Phone]) -> None:
    cda = phone("cda.leather")
    study = begin(cda)
    fresh = phone("cda.leather", service_workers="block")
    sizes: dict[str, int] = {}
    session = fresh.context.new_cdp_session(fresh.page)
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    fresh.page.goto("about:blank")
    sizes.clear()
    fresh.page.goto(fill_url(study))
    fresh.page.wait_for_load_state("networkidle")
    assert sum(sizes.values()) < 60_000, sizes


def test_without_a_script_the_form_is_filled_all_the_same(
    site: Site, phone: Callable[..., Phone], tmp_path: Path
) -> None:
    cda = phone("cda.leather", java_script_enabled=False)
    before = forms(site)
    cda.page.goto(FIELD)
    cda.page.click('a[href$="/field/diagnostic-emerging/chennai-leather"]')
    cda.page.fill("[name=background]", "Without a script")
    cda.page.locator("#s-sample [name=_add]").click()
    row = cda.page.locator('[data-group="firms"] .row')
    row.locator("input[name$='/firm']").fill("Pakkar Tannery")
    row.locator("input[type=file]").first.set_input_files(photo(tmp_path / "yard.jpg"))
    row.get_by_label("small").check()
    cda.page.locator("#s-sample .buttons.plain-only button").click()
    (study,) = [pk for pk in forms(site) if pk not in before]
    kept = {path.rpartition("/")[2]: value for path, value in answers(site, study).items()}
    assert (kept["background"], kept["firm"], kept["firm_size"]) == (
        "Without a script",
        "Pakkar Tannery",
        "small",
    )
    assert len(kept["firm_photo"]) == 1
    assert cda.page.evaluate("document.documentElement.scrollWidth") <= 360
