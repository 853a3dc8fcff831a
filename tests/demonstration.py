"""The demonstration programme, loaded once for all modules of a worker; each test rolls back to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.prepared import SHELF
from twinning.demo import load

PASSWORD = "twinning-demo"


def keep_demo() -> None:
    """Have it on the shelf as "demo"."""
    SHELF.keep("demo", lambda: load.load(PASSWORD))


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[load.Demo]:
    with django_db_blocker.unblock():
        keep_demo()
        with SHELF.opened("demo") as demo, transaction.atomic():
            yield demo
            transaction.set_rollback(True)
