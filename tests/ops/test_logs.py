"""What the log of the application says about those who use it: as little as is needed."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest

from tests.conftest import World
from twinning.core.logs import Refusals


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the console of the application gets from here on."""
    handlers = logging.getLogger().handlers
    console = next(h for h in handlers if any(isinstance(f, Refusals) for f in h.filters))
    stream = io.StringIO()
    monkeypatch.setattr(console, "stream", stream)
    return stream


def test_a_refusal_is_one_line_that_names_nobody(world: World, sign_in: Any, said: io.StringIO) -> None:
    assert sign_in(world.donor).get("/p/tanning/agreements/new?q=secret").status_code == 403
    line = said.getvalue().strip()
    assert line.endswith("Forbidden (Permission denied): /p/tanning/agreements/new")
    assert "\n" not in line
    assert "donor" not in line.lower()


def test_a_fault_of_ours_keeps_its_traceback(said: io.StringIO) -> None:
    try:
        raise RuntimeError("the disk is full")
    except RuntimeError:
        logging.getLogger("django.request").exception("Internal error", extra={"status_code": 500})
    assert "Traceback" in said.getvalue()
