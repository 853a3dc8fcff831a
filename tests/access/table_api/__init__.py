"""Who gets which answer from the API, and from the pages of one's account and tokens. The API's part asks
every write with If-Match: * and a body that can stand. Each room's resources are a module of their own.
"""

from __future__ import annotations

from tests.access.rows import Row
from tests.access.table_api import (
    account,
    activities,
    clusters,
    diagnostics,
    evaluation,
    frame,
    programmes,
    publication,
    results,
    twinnings,
    work,
)
from tests.api import furniture
from tests.conftest import World
from twinning.core.tokens import issue_token


def prepare(world: World) -> None:
    world.token, _secret = issue_token(actor=world.manager, name="ERP", scopes=["read"], days=1)
    world.api_here, world.api_elsewhere = furniture.here(world), furniture.elsewhere(world)


PARTS = (
    frame,
    programmes,
    clusters,
    twinnings,
    activities,
    diagnostics,
    results,
    publication,
    evaluation,
    work,
    account,
)
ROWS: list[Row] = [row for part in PARTS for row in part.ROWS]
