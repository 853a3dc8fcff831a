"""Activities and participations."""

from __future__ import annotations

from tests.access.rows import Row, but, by, nothing
from tests.access.table_api.asking import (
    EVERYBODY,
    LOG_READERS,
    NEAR,
    NO_LOG,
    added,
    at,
    joined,
    listed,
    row,
    with_ids,
)

ROWS: list[Row] = [
    listed("activity-list"),
    added(
        "activity",
        NEAR,
        joined(
            with_ids(programme="programme"),
            lambda world: {"title": "New", "clusters": [world.api_here["cluster"]]},
        ),
    ),
    row("activity-detail", "get", at(pk="activity"), (200, LOG_READERS), hidden=NO_LOG),
    row("activity-detail", "patch", at(pk="activity"), (200, NEAR), hidden=NO_LOG, body={"venue": "x"}),
    row("activity-detail", "delete", at(pk="activity"), (204, NEAR), hidden=NO_LOG),
    row("activity-restore", "post", at(pk="removed"), (200, NEAR), hidden=but(EVERYBODY, *NEAR)),
    row("activity-confirm-period", "post", at(pk="activity"), (200, NEAR), hidden=NO_LOG),
    listed("participation-list"),
    Row(
        "api-participation-list",
        nothing,
        "post",
        joined(with_ids(activity="activity"), {"female": 1, "note": "list"}),
        by(400, *NO_LOG) | by(403, *LOG_READERS) | by(201, *NEAR),
    ),
    row(
        "participation-detail",
        "get",
        at(pk="participation"),
        (200, (*NEAR, "association")),
        hidden=but(EVERYBODY, *NEAR, "association"),
    ),
    row(
        "participation-detail",
        "patch",
        at(pk="participation"),
        (200, NEAR),
        hidden=but(EVERYBODY, *NEAR, "association"),
        body={"designation": "x"},
    ),
    row(
        "participation-detail",
        "delete",
        at(pk="participation"),
        (204, NEAR),
        hidden=but(EVERYBODY, *NEAR, "association"),
    ),
]
