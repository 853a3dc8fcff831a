from __future__ import annotations

from collections.abc import Callable

import pytest

from activities.models import ImportBatch, ImportRow


@pytest.fixture
def actions() -> Callable[[ImportBatch], list[str]]:
    """``actions(batch)``: what is planned for each row, in order."""

    def of(batch: ImportBatch) -> list[str]:
        return list(ImportRow.objects.filter(batch=batch).values_list("action", flat=True))

    return of
