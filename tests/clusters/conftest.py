from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import World
from twinning.core.models import User

Page = Callable[..., Any]


class Visitor:
    """Somebody at a browser: ``get`` and ``post`` take a URL name and what follows the programme in it."""

    def __init__(self, world: World, user: User) -> None:
        self.world = world
        self.client = Client()
        self.client.force_login(user, backend="twinning.core.accounts.KnownPeopleBackend")

    def address(self, name: str, /, *args: Any) -> str:
        return reverse(name, args=[self.world.programme.slug, *args])

    def get(self, name: str, /, *args: Any, **query: str) -> Any:
        return self.client.get(self.address(name, *args), query)

    def post(self, name: str, /, *args: Any, **data: Any) -> Any:
        return self.client.post(self.address(name, *args), data)

    def form(self, name: str, /, *args: Any) -> dict[str, Any]:
        """What the browser would send of the form on this page if nothing were changed."""
        form = self.get(name, *args).context["form"]
        values = {field.html_name: field.value() for field in form}
        return {key: value for key, value in values.items() if value not in (None, "", False)}


@pytest.fixture
def visit(world: World) -> Callable[[User], Visitor]:
    def as_(user: User) -> Visitor:
        return Visitor(world, user)

    return as_
