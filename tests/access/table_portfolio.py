"""Who gets which answer from the donor's room and from public pages."""

from __future__ import annotations

from typing import Any

from monitoring import services
from tests.access.rows import ANONYMOUS, MEMBERS, OUTSIDE, Row, but, by, in_programme, nothing
from tests.access.table_results import READERS
from tests.conftest import World


def prepare(world: World) -> None:
    services.open_public_page(
        actor=world.manager, programme=world.programme, version=None, intro="What we do."
    )


def _closed(world: World) -> dict[str, Any]:
    """The page of the other programme, which never opened one."""
    return {"programme_slug": world.other_programme.slug}


def _read(name: str, query: str = "") -> Row:
    status = {**by(200, *READERS), **by(404, *but(MEMBERS, *READERS), *OUTSIDE)}
    return Row(name, in_programme, status=status, query=query)


def _to_all(name: str) -> list[Row]:
    """Open: everybody has it, without signing in too. Not open: it is not there, for its own manager either."""
    return [
        Row(name, in_programme, status=by(200, ANONYMOUS), default=200),
        Row(name, _closed, status=by(404, ANONYMOUS), default=404),
    ]


def _managed(name: str) -> list[Row]:
    """Forms that have no required field: who may write is sent away, or told that somebody saved meanwhile."""
    rest = {**by(403, *but(READERS, "manager")), **by(404, *but(MEMBERS, *READERS), *OUTSIDE)}
    return [
        Row(name, in_programme, method=method, status={**by(answer, "manager"), **rest})
        for method, answer in (("get", 200), ("post", 409))
    ]


ROWS: list[Row] = [
    Row(
        "portfolio",
        nothing,
        status={**by(200, *READERS, "neighbour"), **by(404, *but(MEMBERS, *READERS), "stranger")},
    ),
    _read("programme_portfolio"),
    _read("portfolio_progress_fragment"),
    _read("portfolio_results_fragment"),
    _read("portfolio_gaps_fragment"),
    _read("results_csv"),
    *_managed("public_page"),
    *_managed("public_page_close"),
    *_to_all("open_programme"),
    *_to_all("open_results_csv"),
    *_to_all("open_results_json"),
]
