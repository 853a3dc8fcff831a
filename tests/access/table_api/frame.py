"""The addresses of the API as such, and its files."""

from __future__ import annotations

from typing import Any

from tests.access.rows import ANONYMOUS, MEMBERS, OUTSIDE, Row, by
from tests.access.table_api.asking import EVERYBODY
from tests.conftest import World
from twinning.core.attachments import attach


def file(world: World) -> dict[str, Any]:
    # Made in the test itself, whose files have a folder of their own.
    return {"id": attach(actor=world.manager, owner=world.leather, name="a.txt", data=b"Notes").pk}


def file_elsewhere(world: World) -> dict[str, Any]:
    return {"id": attach(actor=world.neighbour, owner=world.other_cluster, name="a.txt", data=b"Notes").pk}


def nowhere(world: World) -> dict[str, Any]:
    return {"rest": "nothing/"}


ANYBODY = {ANONYMOUS: 200} | by(200, *EVERYBODY)

ROWS: list[Row] = [
    Row("api-schema", status=ANYBODY),
    Row("api-docs", status=ANYBODY),
    Row("api-problems", status=ANYBODY),
    Row("api-problem", lambda world: {"code": "validation"}, status=ANYBODY, own=True),
    Row("api-root", status=by(200, *EVERYBODY)),
    *[
        Row("api-nowhere", nowhere, method, status={ANONYMOUS: 404} | by(404, *EVERYBODY), own=True)
        for method in ("get", "post", "put", "patch", "delete")
    ],
    Row("api-file", file, status=by(200, *MEMBERS) | by(404, *OUTSIDE), elsewhere=file_elsewhere),
]
