"""Who gets which answer from the API, and from the pages of one's account and tokens. The API's part asks
every write with If-Match: * and a body that can stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.access.rows import ANONYMOUS, MEMBERS, OUTSIDE, Row, but, by, nothing
from tests.api import furniture
from tests.conftest import World
from twinning.core.attachments import attach
from twinning.core.tokens import issue_token

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

Body = Callable[[World], dict[str, Any]]


def prepare(world: World) -> None:
    world.token, _secret = issue_token(actor=world.manager, name="ERP", scopes=["read"], days=1)
    world.api_here, world.api_elsewhere = furniture.here(world), furniture.elsewhere(world)


def at(**names: str) -> tuple[Any, Any]:
    """Arguments of an address in the first programme, and in the other: at(pk="activity")."""

    def find(records: str) -> Callable[[World], dict[str, Any]]:
        return lambda world: {arg: getattr(world, records)[kind] for arg, kind in names.items()}

    return find("api_here"), find("api_elsewhere")


def file(world: World) -> dict[str, Any]:
    # Made in the test itself, whose files have a folder of their own.
    return {"id": attach(actor=world.manager, owner=world.leather, name="a.txt", data=b"Notes").pk}


def file_elsewhere(world: World) -> dict[str, Any]:
    return {"id": attach(actor=world.neighbour, owner=world.other_cluster, name="a.txt", data=b"Notes").pk}


def nowhere(world: World) -> dict[str, Any]:
    return {"rest": "nothing/"}


def own_token(world: World) -> dict[str, Any]:
    return {"pk": world.token.pk}


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
    status = by(others, *MEMBERS, *OUTSIDE) | by(404, *hidden) | by(fine[0], *fine[1])
    return Row(
        f"api-{name}",
        place[0] if place else nothing,
        method,
        data,
        status,
        elsewhere=place[1] if place and not own else None,
        own=own,
    )


EVERYBODY = (*MEMBERS, *OUTSIDE)


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
NO_COMMITTEE = but((*MEMBERS, *OUTSIDE), *COMMITTEE)
NO_LOG = but((*MEMBERS, *OUTSIDE), *LOG_READERS)
NO_PEOPLE = but((*MEMBERS, *OUTSIDE), *NEAR)
NO_DRAFTS = but((*MEMBERS, *OUTSIDE), *DRAFT_READERS)

ANYBODY = {ANONYMOUS: 200} | by(200, *EVERYBODY)

ROWS = [
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
    # Programmes
    listed("programme-list"),
    Row("api-programme-list", nothing, "post", with_ids(), by(400, *EVERYBODY)),
    row("programme-detail", "get", at(slug="programme"), (200, MEMBERS)),
    row("programme-detail", "patch", at(slug="programme"), (200, MANAGERS), body={"code": "X"}),
    listed("component-list", IN_PROGRAMME),
    row("component-list", "post", IN_PROGRAMME, (201, MANAGERS), body={"kind": "CT", "title": "New"}),
    row("component-detail", "get", at(programme_slug="programme", pk="component"), (200, MEMBERS)),
    row(
        "component-detail",
        "patch",
        at(programme_slug="programme", pk="component"),
        (200, MANAGERS),
        body={"title": "N"},
    ),
    listed("component-cluster-list", IN_COMPONENT),
    row("component-cluster-list", "post", IN_COMPONENT, (201, MANAGERS), body=with_ids(cluster="cluster")),
    row(
        "component-cluster-detail",
        "get",
        at(programme_slug="programme", component_id="component", pk="component-cluster"),
        (200, MEMBERS),
    ),
    listed("programme-organisation-list", IN_PROGRAMME),
    row(
        "programme-organisation-list",
        "post",
        IN_PROGRAMME,
        (201, MANAGERS),
        body=joined(with_ids(organisation="organisation"), {"role": "donor"}),
    ),
    row(
        "programme-organisation-detail",
        "get",
        at(programme_slug="programme", pk="programme-organisation"),
        (200, MEMBERS),
    ),
    listed("meeting-list", IN_PROGRAMME),
    row("meeting-list", "post", IN_PROGRAMME, (201, MANAGERS), body={"number": 78}),
    row(
        "meeting-detail",
        "get",
        at(programme_slug="programme", pk="meeting"),
        (200, COMMITTEE),
        hidden=NO_COMMITTEE,
    ),
    row(
        "meeting-detail",
        "patch",
        at(programme_slug="programme", pk="meeting"),
        (200, MANAGERS),
        hidden=NO_COMMITTEE,
        body={"place": "Chennai"},
    ),
    row("decision-list", "get", IN_MEETING, (200, COMMITTEE), hidden=NO_COMMITTEE),
    row(
        "decision-list",
        "post",
        IN_MEETING,
        (201, MANAGERS),
        hidden=NO_COMMITTEE,
        body={"kind": "other", "text": "No"},
    ),
    row(
        "decision-detail",
        "get",
        at(programme_slug="programme", meeting_id="meeting", pk="decision"),
        (200, COMMITTEE),
        hidden=NO_COMMITTEE,
    ),
    # Clusters
    listed("cluster-list"),
    added(
        "cluster",
        WIDE,
        joined(
            with_ids(programme="programme"), {"slug": "of-the-api", "name": "Of the API", "country": "IN"}
        ),
    ),
    row("cluster-detail", "get", at(slug="cluster"), (200, MEMBERS)),
    row("cluster-detail", "patch", at(slug="cluster"), (200, NEAR), body={"sector": "Leather"}),
    listed("figure-list", IN_CLUSTER),
    row(
        "figure-list",
        "post",
        IN_CLUSTER,
        (201, NEAR),
        body={"measure": "units", "qualifier": "exact", "value": "5", "source": "study"},
    ),
    row("figure-detail", "get", at(cluster_slug="cluster", pk="figure"), (200, MEMBERS)),
    row("figure-detail", "patch", at(cluster_slug="cluster", pk="figure"), (200, NEAR), body={"note": "x"}),
    row("figure-prefer", "post", at(cluster_slug="cluster", pk="figure"), (200, NEAR)),
    listed("product-group-list", IN_CLUSTER),
    row("product-group-list", "post", IN_CLUSTER, (201, NEAR), body={"name": "Goat"}),
    row("product-group-detail", "get", at(cluster_slug="cluster", pk="product-group"), (200, MEMBERS)),
    row(
        "product-group-detail",
        "patch",
        at(cluster_slug="cluster", pk="product-group"),
        (200, NEAR),
        body={"name": "N"},
    ),
    listed("engagement-list", IN_CLUSTER),
    row(
        "engagement-list",
        "post",
        IN_CLUSTER,
        (201, NEAR),
        body={"post": "CDA", "side": "emerging", "function": "cda"},
    ),
    row("engagement-detail", "get", at(cluster_slug="cluster", pk="engagement"), (200, MEMBERS)),
    row(
        "engagement-detail",
        "patch",
        at(cluster_slug="cluster", pk="engagement"),
        (200, NEAR),
        body={"post": "N"},
    ),
    # Organisations and people
    listed("organisation-list"),
    added(
        "organisation",
        NEAR,
        joined(with_ids(programme="programme", cluster="cluster"), {"name": "New", "kind": "association"}),
    ),
    row("organisation-detail", "get", at(pk="organisation"), (200, MEMBERS)),
    row("organisation-detail", "patch", at(pk="organisation"), (200, NEAR), body={"place": "Chennai"}),
    listed("organisation-role-list", OF_BODY),
    row(
        "organisation-role-list",
        "post",
        OF_BODY,
        (201, NEAR),
        body=joined(with_ids(cluster="cluster"), {"role": "signatory"}),
    ),
    row(
        "organisation-role-detail",
        "get",
        at(organisation_id="organisation", pk="organisation-role"),
        (200, MEMBERS),
    ),
    row(
        "organisation-role-detail",
        "patch",
        at(organisation_id="organisation", pk="organisation-role"),
        (200, NEAR),
        body={"valid_to": "2030-01-01"},
    ),
    row("firm", "get", at(organisation_id="firm"), (200, FIRM_READERS), hidden=but(EVERYBODY, *FIRM_READERS)),
    row(
        "firm",
        "put",
        at(organisation_id="firm"),
        (200, NEAR),
        hidden=but(EVERYBODY, *FIRM_READERS),
        body={"size": "medium"},
    ),
    listed("person-list"),
    added("person", EDITORS, joined(with_ids(programme="programme"), {"name": "New"})),
    row("person-detail", "get", at(pk="person"), (200, NEAR), hidden=NO_PEOPLE),
    row("person-detail", "patch", at(pk="person"), (200, NEAR), hidden=NO_PEOPLE, body={"phone": "1"}),
    # Twinnings and agreements
    listed("twinning-list"),
    added(
        "twinning",
        WIDE,
        joined(with_ids(programme="programme", advanced="cluster"), {"emerging": "footwear"}),
    ),
    row("twinning-detail", "get", at(slug="twinning"), (200, MEMBERS)),
    row("twinning-detail", "patch", at(slug="twinning"), (200, WIDE), body={"overlap": "x"}),
    row("twinning-move", "post", at(slug="twinning"), (200, WIDE), body={"to": "negotiating"}),
    listed("agreement-list"),
    added("agreement", WIDE, joined(with_ids(programme="programme"), {"kind": "ca", "title": "New"})),
    row("agreement-detail", "get", at(pk="agreement"), (200, MEMBERS)),
    row("agreement-detail", "patch", at(pk="agreement"), (200, WIDE), body={"purpose": "x"}),
    listed("party-list", OF_AGREEMENT),
    row(
        "party-list",
        "post",
        OF_AGREEMENT,
        (201, WIDE),
        body=lambda world: {"organisation": world.clri.pk, "role": "supporter", "side": "emerging"},
    ),
    row("party-detail", "get", at(agreement_id="agreement", pk="party"), (200, MEMBERS)),
    row("party-detail", "delete", at(agreement_id="agreement", pk="party"), (204, WIDE)),
    listed("claim-list", OF_AGREEMENT),
    row(
        "claim-list",
        "post",
        OF_AGREEMENT,
        (201, WIDE),
        body={"about": "other", "statement": "x", "source": "y"},
    ),
    row("claim-detail", "get", at(agreement_id="agreement", pk="claim"), (200, MEMBERS)),
    row("claim-detail", "patch", at(agreement_id="agreement", pk="claim"), (200, WIDE), body={"source": "z"}),
    row("claim-prefer", "post", at(agreement_id="agreement", pk="claim"), (200, WIDE)),
    # Activities
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
    # Work
    listed("import-list"),
    Row("api-import-list", nothing, "post", with_ids(), by(400, *EVERYBODY)),
    row("import-detail", "get", at(pk="import"), (200, NEAR), hidden=NO_PEOPLE),
    # The file of this import was never sent, so that whoever may work on it is told so.
    row("import-columns", "post", at(pk="import"), (400, NEAR), hidden=NO_PEOPLE, body={"sheet": "x"}),
    row("import-answers", "post", at(pk="import"), (200, NEAR), hidden=NO_PEOPLE, body={"answers": []}),
    row("import-apply", "post", at(pk="import"), (200, NEAR), hidden=NO_PEOPLE),
    row("import-undo", "post", at(pk="import"), (409, NEAR), hidden=NO_PEOPLE),
    row("import-row-list", "get", OF_IMPORT, (200, NEAR), hidden=NO_PEOPLE),
    listed("report-list"),
    added("report", WIDE, joined(with_ids(programme="programme"), {"kind": "activity-status"}), 202),
    row("report-detail", "get", at(pk="report"), (200, DRAFT_READERS), hidden=NO_DRAFTS),
    row("report-retry", "post", at(pk="report"), (202, ("manager", "coordinator")), hidden=NO_DRAFTS),
    # It is neither built nor issued, so that whoever may is told that it cannot be done yet.
    row("report-issue", "post", at(pk="report"), (409, MANAGERS), hidden=NO_DRAFTS),
    row("report-withdraw", "post", at(pk="report"), (409, MANAGERS), hidden=NO_DRAFTS, body={"reason": "x"}),
    listed("job-list"),
    *[
        replace(
            row(name, how, at(pk="job"), (200, ("manager",)), hidden=but(EVERYBODY, "manager")),
            own=True,
            elsewhere=None,
        )
        for name, how in (("job-detail", "get"), ("job-cancel", "post"))
    ],
    listed("change-list"),
    # A person's own pages
    Row("account", status=by(200, *EVERYBODY)),
    Row("account", method="post", status=by(422, *EVERYBODY)),
    Row("tokens", status=by(200, *EVERYBODY)),
    Row("token_new", status=by(200, *EVERYBODY)),
    Row("token_new", method="post", status=by(422, *EVERYBODY)),
    Row("token_revoke", own_token, status=by(200, *MANAGERS), default=404, own=True),
    Row("token_revoke", own_token, method="post", status=by(302, *MANAGERS), default=404, own=True),
]
