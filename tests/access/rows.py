"""One line of the access table: who gets which answer from a URL.

A room writes ``tests/access/table_<room>.py`` with ``ROWS: list[Row]`` and, where its rows need records
beyond the ``World`` of tests/conftest.py, ``prepare(world)``, which makes them through services and puts
them on ``world``. ``test_table.py`` finds these modules, asks every row as every member of the cast, and
fails when a route, a method of a route, a member of the cast, or the row with another programme's record is
missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import CAST, World

ANONYMOUS = "anonymous"
MEMBERS = tuple(CAST)
# Signed in, but nobody in the programme: a user of none, and the manager of another one.
OUTSIDE = ("stranger", "neighbour")
PEOPLE = (*MEMBERS, *OUTSIDE)
# Roles that may do exactly what another one may: their cells are asked too, and expect what its cells expect.
ALIKE = {"cta": "manager", "sc_member": "donor", "expert": "firm"}

Of = Callable[[World], dict[str, Any]]


def nothing(world: World) -> dict[str, Any]:
    return {}


def in_programme(world: World) -> dict[str, Any]:
    return {"programme_slug": world.programme.slug}


@dataclass(frozen=True)
class Row:
    """``status`` maps members of the cast to what they get; ``default`` is for the members it does not name.

    - ``default=None``: every member of PEOPLE must then be named.
    - ``anonymous`` gets a redirect to the sign-in page, from the API 401, unless ``status`` names it.
    - A row that writes is asked with ``data`` (none, or a body that the form refuses), so that a member who
      may write gets 422, 302 or 400, and one who may not gets 403 or 404. Whatever it writes is rolled back.
    - ``elsewhere``: the same address with a record of the other programme. The manager of the first gets 404
      for it. A row whose only argument is ``programme_slug`` needs none; every other row that has arguments
      does, unless ``own`` says that its record belongs to a person and not to a programme.
    - ``apart``: members who here get an answer of their own, not that of whom ALIKE names.
    - The API is asked with JSON, the session of the member, and for what it writes with ``If-Match: *``.
    """

    name: str
    kwargs: Of = nothing
    method: str = "get"
    data: Of | None = None
    status: Mapping[str, int] = field(default_factory=dict)
    default: int | None = None
    elsewhere: Of | None = None
    query: str = ""
    own: bool = False
    apart: tuple[str, ...] = ()

    def expected(self, who: str, *, api: bool) -> int | None:
        if who == ANONYMOUS:
            return self.status.get(ANONYMOUS, 401 if api else 302)
        if not self.own and who not in self.apart:
            who = ALIKE.get(who, who)
        return self.status.get(who, self.default)


def by(status: int, *who: str) -> dict[str, int]:
    """``{**by(200, *MEMBERS), **by(403, "donor")}``: these members get this status."""
    return dict.fromkeys(who, status)


def but(who: tuple[str, ...], *not_these: str) -> tuple[str, ...]:
    return tuple(name for name in who if name not in not_these)
