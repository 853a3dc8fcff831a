"""The demonstration programme, loaded once for a module; each test rolls back to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from twinning.demo import load

DEMO_PASSWORD = "a-pass-phrase-for-tests"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[load.Demo]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield load.load(DEMO_PASSWORD)
        transaction.set_rollback(True)
