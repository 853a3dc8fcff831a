from __future__ import annotations

import pytest

from monitoring.models import Publication
from tests.conftest import World
from tests.monitoring.iati.stage import publish


@pytest.fixture
def publication(world: World) -> Publication:
    """The programme of the world, published and sound, for who manages it alone."""
    return publish(world.manager, world.programme, world.tanners)
