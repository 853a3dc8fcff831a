"""Filed forms: their list, one in each state, acts on them, and where studies point to."""

from __future__ import annotations

from typing import Any

from diagnostics import services
from diagnostics.models import Submission
from tests.access.rows import MEMBERS, Of, Row, by, in_programme
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, fill, row, version_of


def _records(actor: Any, other: Any, programme: Any, cluster: Any, firm: Any) -> dict[str, Any]:
    """A form in each state, begun by ``actor`` and decided on by ``other``."""

    def begin(title: str, **about: Any) -> Submission:
        submission = services.start(
            actor=actor,
            programme=programme,
            version=version_of("diagnostic-emerging"),
            cluster=cluster,
            title=title,
            **about,
        )
        fill(actor, submission, row("firms", "f1", **FIRM) | row("aobo", "a1", **AOBO))
        return submission

    draft, waiting = begin("Draft"), begin("Waiting", organisation=firm)
    fill(actor, draft, {"aobo/a1/aobo_entry": None})
    services.submit(actor=actor, submission=waiting)
    approved = begin("Approved")
    services.submit(actor=actor, submission=approved)
    services.approve(actor=other, submission=approved)
    aside = begin("Aside")
    services.withdraw(actor=actor, submission=aside, reason="Twice")
    return {
        "draft": draft,
        "waiting": waiting,
        "approved": approved,
        "aside": aside,
        "cluster": cluster,
        "remark": services.remark(actor=other, submission=waiting, path="vision", text="Which?"),
    }


def prepare(world: World) -> None:
    from clusters.models import Programme
    from clusters.rules import Role
    from clusters.services import add_member, create_cluster, create_organisation, propose_twinning
    from tests.conftest import fresh, make_user

    world.filed_here = _records(world.cda, world.manager, world.programme, world.leather, world.tannery) | {
        "twinning": world.twinning
    }
    there: Programme = world.other_programme
    helper = make_user("their_coordinator")
    add_member(actor=world.neighbour, programme=there, user=helper, role=Role.COORDINATOR)
    firm = create_organisation(
        actor=world.neighbour, programme=there, name="Their firm", kind="principal-firm"
    )
    advanced = create_cluster(
        actor=world.neighbour, programme=there, slug="advanced", name="Advanced", country="IT"
    )
    twinning = propose_twinning(
        actor=world.neighbour, programme=there, emerging=world.other_cluster, advanced=advanced
    )
    world.filed_there = _records(fresh(helper), world.neighbour, there, world.other_cluster, firm)
    world.filed_there |= {"twinning": twinning}


def at(**arguments: str) -> tuple[Of, Of]:
    def build(side: str) -> Of:
        def kwargs(world: World) -> dict[str, Any]:
            found: dict[str, Any] = {"programme_slug": world.programme.slug}
            for name, path in arguments.items():
                record, _, attribute = path.partition(".")
                found[name] = getattr(getattr(world, side)[record], attribute or "pk")
            return found

        return kwargs

    return build("filed_here"), build("filed_there")


def ask(name: str, status: dict[str, int], method: str = "get", query: str = "", **arguments: str) -> Row:
    here, there = at(**arguments) if arguments else (in_programme, None)
    return Row(name, here, method, status=status, default=404, elsewhere=there, query=query)


FILERS = ("manager", "coordinator", "partner", "cda", "cda_other", "cda_advanced")
READERS = (*FILERS, "institute", "firm")
CHANGES = ("manager", "coordinator", "partner", "cda")
DECIDES = ("manager", "coordinator")


def filing(good: int) -> dict[str, int]:
    return {**by(403, *READERS), **by(good, *FILERS)}


def changing(good: int) -> dict[str, int]:
    """Of the form about the firm that waits, which the firm sees and does not change."""
    return {**by(403, "firm"), **by(good, *CHANGES)}


def deciding(good: int) -> dict[str, int]:
    return {**by(403, *CHANGES, "firm"), **by(good, *DECIDES)}


ROWS = [
    Row("waiting_fragment", default=200),
    ask("diagnostics", by(200, *READERS)),
    ask("form_new", filing(200)),
    ask("form_new", filing(422), "post"),
    ask("cluster_candidates", by(200, *READERS), cluster_slug="cluster.slug"),
    ask("twinning_topics_fragment", by(200, *MEMBERS), twinning_slug="twinning.slug"),
    ask("filed_form", by(200, *CHANGES), pk="draft"),
    ask("filed_form", by(200, *CHANGES, "firm"), pk="waiting"),
    ask("form_about", by(200, *CHANGES), pk="draft"),
    ask("form_about", by(422, *CHANGES), "post", pk="draft"),
    ask("form_submit", by(200, *CHANGES), pk="draft"),
    ask("form_submit", by(422, *CHANGES), "post", pk="draft"),
    ask("form_take_back", changing(200), pk="waiting"),
    ask("form_take_back", changing(302), "post", pk="waiting"),
    ask("form_approve", deciding(200), pk="waiting"),
    # A body without the version that was looked at passes for an old one.
    ask("form_approve", deciding(409), "post", pk="waiting"),
    ask("form_return", deciding(200), pk="waiting"),
    ask("form_return", deciding(409), "post", pk="waiting"),
    ask("form_revise", by(200, *CHANGES), pk="approved"),
    ask("form_revise", by(302, *CHANGES), "post", pk="approved"),
    ask("form_withdraw", by(200, *CHANGES), pk="draft"),
    ask("form_withdraw", by(422, *CHANGES), "post", pk="draft"),
    ask("form_take_up", by(200, *CHANGES), pk="aside"),
    ask("form_take_up", by(302, *CHANGES), "post", pk="aside"),
    ask("form_move", by(200, *CHANGES), pk="draft"),
    ask("form_move", by(422, *CHANGES), "post", pk="draft"),
    ask("remark_new", changing(200), pk="waiting"),
    ask("remark_new", changing(200), query="?path=vision", pk="waiting"),
    ask("remark_new", changing(422), "post", pk="waiting"),
    ask("remark_close", changing(302), "post", pk="waiting", remark_pk="remark"),
]
