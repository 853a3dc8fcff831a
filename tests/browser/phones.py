"""A phone in the hand of somebody who fills forms, with a line or without."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Site
from tests.browsers import listen
from tests.demonstration import PASSWORD

PROGRAMME = "/p/tfind04a01"
FIELD = f"{PROGRAMME}/diagnostics/field"
BLANK = f"{FIELD}/diagnostic-emerging/chennai-leather"

# What the browser sends by itself when it thinks that the line is back knows nothing of a page that plays offline.
NO_BACKGROUND = (
    "Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { get: () => undefined });"
)


# What a page says that is on the device.
OPENS = "Opens without a connection"


class Phone:
    """A browser of its own with somebody signed in. ``complaints``: script errors, broken policies."""

    def __init__(self, browser: Browser, site: Site, width: int, **options: Any) -> None:
        self.site = site
        self.complaints: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 740}, base_url=site.url, has_touch=width < 600, **options
        )
        self.context.add_init_script(NO_BACKGROUND)
        self.page = self.context.new_page()
        listen(self.page, self.complaints)

    def sign_in(self, name: str) -> Phone:
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=login]", f"{name}@demo.example")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        return self

    def sign_out(self) -> None:
        self.page.locator(".menu").evaluate("menu => { menu.open = true; }")
        self.page.click(".menu form[data-forget-drafts] button")

    def offline(self) -> None:
        self.context.set_offline(True)

    def online(self) -> None:
        self.context.set_offline(False)

    def open(self, path: str) -> None:
        """Open a page that fills a form, and wait until it says that it opens without a connection."""
        self.page.goto(path)
        expect(self.page.locator("#fill.live")).to_be_visible()
        expect(self.page.locator("#fill-opens")).to_have_text(OPENS, timeout=20_000)

    def says(self, text: str) -> None:
        expect(self.page.locator("#fill-state")).to_contain_text(text, timeout=20_000)

    def go(self, section: str) -> None:
        self.page.evaluate("section => { location.hash = `#s-${section}`; }", section)
        expect(self.page.locator(f"#s-{section}")).to_be_visible()

    def add_row(self, group: str, **answers: str) -> Locator:
        """A new row with texts in it, by the names of the questions."""
        rows = self.page.locator(f'[data-group="{group}"] .row')
        count = rows.count()
        self.page.click(f'[data-group="{group}"] [name=_add]')
        expect(rows).to_have_count(count + 1)
        row = rows.nth(count)
        for name, text in answers.items():
            control = row.locator(f'[data-path$="/{name}"]')
            if control.locator("input[type=radio]").count():
                control.locator(f'input[value="{text}"]').check()
            else:
                control.locator("input, textarea").first.fill(text)
        return row


@pytest.fixture
def phone(chromium: Browser, site: Site) -> Iterator[Callable[..., Phone]]:
    """``phone("cda.leather", width=360)``"""
    made: list[Phone] = []

    def make(name: str = "", *, width: int = 360, **options: Any) -> Phone:
        made.append(Phone(chromium, site, width, **options))
        return made[-1].sign_in(name) if name else made[-1]

    yield make
    for one in made:
        one.context.close()


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
