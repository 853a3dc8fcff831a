"""Activities that the stories of this room begin with; all made by services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from activities import services
from activities.models import Activity
from tests.activities.importing import Importer
from tests.conftest import World
from twinning.core import periods
from twinning.core.periods import Context

Log = Callable[..., Activity]


def logger(world: World) -> Log:
    """``log("Workshop", "May 2010")`` logs in the leather cluster as the manager; ``printed=True`` as an
    import.
    """

    def _log(title: str, period: str = "", *clusters: Any, printed: bool = False, **values: Any) -> Activity:
        if printed:
            values |= {"reading": periods.read(period, Context(title=title)), "origin": "imported"}
        return services.log_activity(
            actor=world.manager,
            programme=world.programme,
            clusters=list(clusters) or [world.leather],
            title=title,
            period_text=period,
            **values,
        )

    return _log


@pytest.fixture
def log(world: World) -> Log:
    return logger(world)


def address(name: str, world: World, *args: Any) -> str:
    from django.urls import reverse

    return reverse(name, args=[world.programme.slug, *args])


@pytest.fixture
def importer(world: World) -> Importer:
    return Importer(world)
