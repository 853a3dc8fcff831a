from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import chromium, listen

__all__ = ["chromium"]


@pytest.fixture(autouse=True)
def _look_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.look.urls"
    settings.INTERFACE_LANGUAGES = [code for code, _name in settings.LANGUAGES]
    templates = settings.TEMPLATES[0]
    settings.TEMPLATES = [templates | {"DIRS": [*templates["DIRS"], Path(__file__).parent / "templates"]}]


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: script errors, missing files, a broken security policy."""
    return []


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """``open_page(path, width=, scheme=, javascript=)``"""
    contexts = []

    def open_(path: str, *, width: int = 1280, scheme: str = "light", javascript: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            base_url=live_server.url,
        )
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
