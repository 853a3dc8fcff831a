"""A partner system at the other end of the line: a token, JSON, and the whole stack in between."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from activities import services
from activities.models import Activity
from tests.conftest import World
from twinning.core.models import User
from twinning.core.tokens import issue_token


class Partner(Client):
    """``partner.get("activities/", kind="TB")``: addresses below /api/v1/, parameters by name."""

    def __init__(self, user: User, *scopes: str) -> None:
        self.token, self.secret = issue_token(
            actor=user, name="tests", scopes=scopes or ("read", "write"), days=30
        )
        super().__init__(headers={"Authorization": f"Bearer {self.secret}"})

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        address = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        return super().generic(method, address, *args, **kwargs)

    def get(self, path: str, headers: Any = None, **query: Any) -> Any:  # type: ignore[override]
        address = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        return super().get(address, query or None, headers=headers)

    def post(  # type: ignore[override]
        self, path: str, data: Any = None, headers: dict[str, str] | None = None, **more: Any
    ) -> Any:
        return super().post(f"/api/v1/{path}", data, headers=headers, **more)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """``send("patch", "activities/1/", {...}, If_Match=etag)``"""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(Client, method)(
            self, f"/api/v1/{path}", body or {}, content_type="application/json", headers=named
        )

    def change(self, path: str, body: Any) -> Any:
        """PATCH with the ETag that stands."""
        return self.send("patch", path, body, If_Match=self.get(path)["ETag"])


@pytest.fixture
def partner(world: World) -> Partner:
    return Partner(world.partner)


@pytest.fixture
def visit(world: World) -> Activity:
    return services.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather, world.santa_croce],
        title="Study visit to Santa Croce",
        period_text="5-9 March 2010",
        kind="TB",
        organisations=[(world.tanners, "organiser"), (world.tannery, "partner")],
    )


@pytest.fixture
def workshop(world: World) -> Activity:
    return services.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.footwear],
        title="Workshop on lasts",
        period_text="Sep 2011",
    )
