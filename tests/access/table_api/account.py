"""The pages of a person's own account and tokens."""

from __future__ import annotations

from typing import Any

from tests.access.rows import Row, by
from tests.access.table_api.asking import EVERYBODY, MANAGERS
from tests.conftest import World


def own_token(world: World) -> dict[str, Any]:
    return {"pk": world.token.pk}


ROWS: list[Row] = [
    Row("account", status=by(200, *EVERYBODY)),
    Row("account", method="post", status=by(422, *EVERYBODY)),
    Row("tokens", status=by(200, *EVERYBODY)),
    Row("token_new", status=by(200, *EVERYBODY)),
    Row("token_new", method="post", status=by(422, *EVERYBODY)),
    Row("token_revoke", own_token, status=by(200, *MANAGERS), default=404, own=True),
    Row("token_revoke", own_token, method="post", status=by(302, *MANAGERS), default=404, own=True),
]
