"""Forms that are filled on a phone: page by page and firm by firm, with a thumb, with and without a script."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import FOREIGN, ROOT, Site
from tests.browser.phones import BLANK, FIELD, Phone, answers, begin, fill_url, forms, phone, photo, rows
from tests.workers import eventually

__all__ = ["phone"]
pytestmark = pytest.mark.browser


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
