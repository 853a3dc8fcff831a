"""How the rows of the API are written: by resource, by who may, with bodies that can stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.rows import MEMBERS, OUTSIDE, PEOPLE, Row, but, by, nothing
from tests.conftest import World

MANAGERS = ("manager",)
# Who edits records of the programme as a whole, and who those of the leather cluster besides.
WIDE = ("manager", "coordinator", "partner")
NEAR = (*WIDE, "cda")
EDITORS = (*NEAR, "cda_other", "cda_advanced")
COMMITTEE = ("manager", "coordinator", "counterpart", "donor", "evaluator")
# Who reads the activities of the leather cluster; an advanced agent those of the cluster that his is twinned
# with.
LOG_READERS = (*COMMITTEE, "cda", "cda_advanced", "association", "institute", "partner")
FIRM_READERS = (*WIDE, "cda", "association", "firm")
DRAFT_READERS = ("manager", "coordinator", "evaluator")
EVERYBODY = PEOPLE

Body = Callable[[World], dict[str, Any]]


def at(**names: str) -> tuple[Any, Any]:
    """Arguments of an address in the first programme, and in the other: at(pk="activity")."""

    def find(records: str) -> Callable[[World], dict[str, Any]]:
        return lambda world: {arg: getattr(world, records)[kind] for arg, kind in names.items()}

    return find("api_here"), find("api_elsewhere")


def row(
    name: str,
    method: str,
    place: tuple[Any, Any] | None,
    fine: tuple[int, tuple[str, ...]],
    *,
    others: int = 403,
    hidden: tuple[str, ...] = OUTSIDE,
    body: Body | dict[str, Any] | None = None,
    own: bool = False,
) -> Row:
    """``fine``: the status of success and for whom. ``others`` see the record; to ``hidden`` it is not
    there.
    """
    data = (lambda world: body) if isinstance(body, dict) else body
    status = by(others, *EVERYBODY) | by(404, *hidden) | by(fine[0], *fine[1])
    return Row(
        f"api-{name}",
        place[0] if place else nothing,
        method,
        data,
        status,
        elsewhere=place[1] if place and not own else None,
        own=own,
    )


def listed(name: str, place: tuple[Any, Any] | None = None) -> Row:
    """Everybody may ask for a list; what stands in it is told by tests/api/test_access.py."""
    if place is None:
        return row(name, "get", None, (200, EVERYBODY), hidden=())
    return row(name, "get", place, (200, MEMBERS))


def added(name: str, who: tuple[str, ...], body: Body, status: int = 201) -> Row:
    """A record sent to a list of all programmes: to who does not see the programme its slug is no slug."""
    return Row(
        f"api-{name}-list", nothing, "post", body, by(403, *MEMBERS) | by(400, *OUTSIDE) | by(status, *who)
    )


def with_ids(**names: str) -> Body:
    return lambda world: {member: world.api_here[kind] for member, kind in names.items()}


def joined(*parts: Body | dict[str, Any]) -> Body:
    def body(world: World) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        for part in parts:
            whole |= part if isinstance(part, dict) else part(world)
        return whole

    return body


IN_PROGRAMME, IN_COMPONENT = (
    at(programme_slug="programme"),
    at(programme_slug="programme", component_id="component"),
)
IN_MEETING = at(programme_slug="programme", meeting_id="meeting")
IN_CLUSTER, OF_BODY = at(cluster_slug="cluster"), at(organisation_id="organisation")
OF_AGREEMENT, OF_IMPORT = at(agreement_id="agreement"), at(import_id="import")
NO_COMMITTEE = but(EVERYBODY, *COMMITTEE)
NO_LOG = but(EVERYBODY, *LOG_READERS)
NO_PEOPLE = but(EVERYBODY, *NEAR)
NO_DRAFTS = but(EVERYBODY, *DRAFT_READERS)
