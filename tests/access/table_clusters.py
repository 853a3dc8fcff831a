"""Pages of programmes, clusters, organisations, people, twinnings, agreements, committee and members."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from clusters import services
from clusters.models import AgreementParty, Membership, OrganisationRole
from tests.access.rows import MEMBERS, Row, but, by, finder, in_programme, nothing
from tests.conftest import World

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def _records(world: World, programme: Any, cluster: Any, actor: Any) -> dict[str, Any]:
    """One record of each kind in a programme."""
    partner = services.create_cluster(
        actor=actor, programme=programme, slug=f"{programme.slug}-partner", name="Partner", country="ES"
    )
    bodies = [
        services.create_organisation(
            actor=actor, programme=programme, cluster=cluster, name=name, kind="association"
        )
        for name in ("First body", "Second body")
    ]
    firm = services.create_organisation(
        actor=actor, programme=programme, cluster=cluster, name="A firm", kind="principal-firm"
    )
    agreement = services.create_agreement(
        actor=actor,
        programme=programme,
        kind="mou",
        title="Between bodies",
        parties=[{"organisation": body} for body in bodies],
    )
    meeting = services.add_meeting(actor=actor, programme=programme, number=9)
    claim: dict[str, Any] = {"about": "validity", "statement": "A year", "source": "Press"}
    return {
        "cluster": cluster,
        "twinning": services.propose_twinning(
            actor=actor, programme=programme, emerging=cluster, advanced=partner
        ),
        "figure": services.add_figure(
            actor=actor, cluster=cluster, measure="units", qualifier="exact", value=5, source="Count"
        ),
        "group": services.add_product_group(actor=actor, cluster=cluster, name="Goods"),
        "agent": services.engage_agent(
            actor=actor, cluster=cluster, post="Agent", side="emerging", function="cda"
        ),
        "body": bodies[0],
        "firm": firm,
        "role": OrganisationRole.objects.get(organisation=bodies[0]),
        "person": services.create_person(
            actor=actor, programme=programme, name="Somebody", organisation=bodies[0]
        ),
        "agreement": agreement,
        "party": AgreementParty.objects.filter(agreement=agreement).first(),
        "claim": services.add_claim(actor=actor, agreement=agreement, **claim),
        "document": services.attach_document(actor=actor, agreement=agreement, name="text.pdf", data=PDF),
        "component": services.add_component(actor=actor, programme=programme, kind="CT", title="Twinning"),
        "meeting": meeting,
        "rate": services.type_rate(
            actor=actor,
            programme=programme,
            currency="INR",
            day=world.today,
            rate=Decimal(62),
            source="Bulletin",
        ),
    }


def prepare(world: World) -> None:
    world.here = _records(world, world.programme, world.leather, world.manager)
    world.there = _records(world, world.other_programme, world.other_cluster, world.neighbour)
    world.loi = services.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind="loi",
        title="Between firms",
        parties=[{"organisation": firm} for firm in (world.tannery, world.shoemaker)],
    )
    world.here["membership"] = Membership.objects.get(user=world.donor)
    world.there["membership"] = Membership.objects.get(user=world.neighbour)


at = finder("here", "there")


def page(name: str, status: dict[str, int], default: int = 404, **arguments: str) -> Row:
    here, there = at(**arguments) if arguments else (in_programme, None)
    return Row(name, here, status=status, default=default, elsewhere=there)


def form(
    name: str, who: tuple[str, ...], refused: dict[str, int], sent: int = 422, **arguments: str
) -> list[Row]:
    """A form: shown to ``who`` (200), refused to the others as said, and refused alike when it is sent.

    ``sent`` is the answer to an empty body: 422, or 302 where everything in the form is optional.
    """
    here, there = at(**arguments) if arguments else (in_programme, None)
    shown = {**refused, **by(200, *who)}
    written = {**refused, **by(sent, *who)}
    return [
        Row(name, here, status=shown, default=404, elsewhere=there),
        Row(name, here, "post", status=written, default=404, elsewhere=there),
    ]


FIELD = ("manager", "coordinator", "partner")
MANAGERS = ("manager",)
COMMITTEE = ("manager", "coordinator", "counterpart", "donor", "evaluator")
READS_PEOPLE = (*FIELD, "cda", "cda_other", "cda_advanced")
# Who edits somewhere in the programme, and so may add bodies and people.
EDITORS = (*FIELD, "cda", "cda_other", "cda_advanced")
OF_LEATHER = (*FIELD, "cda")
READS_LEATHER_FIRMS = (*OF_LEATHER, "association")
READS_LEATHER_PEOPLE = (*FIELD, "cda")

EVERYONE = by(200, *MEMBERS)


def refuse(who: tuple[str, ...]) -> dict[str, int]:
    """403 for members who see the record and may not do this."""
    return by(403, *but(MEMBERS, *who))


def _loi(world: World) -> dict[str, Any]:
    return {"programme_slug": world.programme.slug, "pk": world.loi.pk}


def _firm_page(side: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"programme_slug": world.programme.slug, "pk": getattr(world, side)["firm"].pk}


ROWS: list[Row] = [
    # Where one arrives: a person of one programme goes straight there; who has none finds out what to do.
    Row("home", nothing, status=by(200, "stranger"), default=302),
    Row("programme_new", nothing, default=403),
    Row("programme_new", nothing, "post", default=403),
    page("programme", EVERYONE),
    *form("programme_edit", MANAGERS, refuse(MANAGERS)),
    *form("partner_new", MANAGERS, refuse(MANAGERS)),
    *form("component_new", MANAGERS, refuse(MANAGERS)),
    *form("component_edit", MANAGERS, refuse(MANAGERS), pk="component"),
    *form("component_place", MANAGERS, refuse(MANAGERS), pk="component"),
    # Clusters: an agent edits only the own one.
    page("clusters", EVERYONE),
    page("cluster", EVERYONE, cluster_slug="cluster.slug"),
    *form("cluster_new", FIELD, refuse(FIELD)),
    *form("cluster_edit", OF_LEATHER, refuse(OF_LEATHER), cluster_slug="cluster.slug"),
    *form("figure_new", OF_LEATHER, refuse(OF_LEATHER), cluster_slug="cluster.slug"),
    *form("figure_edit", OF_LEATHER, refuse(OF_LEATHER), cluster_slug="cluster.slug", pk="figure"),
    *form("figure_prefer", OF_LEATHER, refuse(OF_LEATHER), 302, cluster_slug="cluster.slug", pk="figure"),
    *form("product_group_new", OF_LEATHER, refuse(OF_LEATHER), cluster_slug="cluster.slug"),
    *form("product_group_edit", OF_LEATHER, refuse(OF_LEATHER), cluster_slug="cluster.slug", pk="group"),
    *form("engagement_new", OF_LEATHER, refuse(OF_LEATHER), cluster_slug="cluster.slug"),
    *form("engagement_edit", OF_LEATHER, refuse(OF_LEATHER), cluster_slug="cluster.slug", pk="agent"),
    # Organisations: bodies are seen by all, firms by those who read firm data.
    page("organisations", EVERYONE),
    page("organisation_names", EVERYONE),
    page("organisation", EVERYONE, pk="body"),
    Row(
        "organisation",
        _firm_page("here"),
        status=by(200, *READS_LEATHER_FIRMS),
        default=404,
        elsewhere=_firm_page("there"),
    ),
    *form("organisation_new", EDITORS, refuse(EDITORS)),
    *form("organisation_edit", OF_LEATHER, refuse(OF_LEATHER), pk="body"),
    *form("firm_edit", OF_LEATHER, by(403, "association"), 302, pk="firm"),
    *form("role_new", EDITORS, refuse(EDITORS), pk="body"),
    *form("role_end", OF_LEATHER, refuse(OF_LEATHER), pk="body", role_pk="role"),
    # People: for those who may read their names; the rest learn not even that there is such a page.
    page("people", by(200, *READS_PEOPLE)),
    page("person", by(200, *READS_LEATHER_PEOPLE), pk="person"),
    *form("person_new", EDITORS, {}),
    *form("person_edit", READS_LEATHER_PEOPLE, {}, pk="person"),
    # Twinnings belong to the programme as a whole.
    page("twinnings", EVERYONE),
    page("twinning", EVERYONE, twinning_slug="twinning.slug"),
    *form("twinning_new", FIELD, refuse(FIELD)),
    *form("twinning_edit", FIELD, refuse(FIELD), 409, twinning_slug="twinning.slug"),
    *form("twinning_move", FIELD, refuse(FIELD), twinning_slug="twinning.slug"),
    # Agreements: those between firms are commercial.
    page("agreements", EVERYONE),
    page("agreement", EVERYONE, pk="agreement"),
    Row("agreement", _loi, status=by(200, *FIELD, "firm"), default=404, elsewhere=at(pk="agreement")[1]),
    *form("agreement_new", FIELD, refuse(FIELD)),
    *form("agreement_edit", FIELD, refuse(FIELD), pk="agreement"),
    *form("party_new", FIELD, refuse(FIELD), pk="agreement"),
    *form("party_remove", FIELD, refuse(FIELD), 302, pk="agreement", party_pk="party"),
    *form("claim_new", FIELD, refuse(FIELD), pk="agreement"),
    *form("claim_edit", FIELD, refuse(FIELD), pk="agreement", claim_pk="claim"),
    *form("claim_prefer", FIELD, refuse(FIELD), 302, pk="agreement", claim_pk="claim"),
    *form("document_new", FIELD, refuse(FIELD), pk="agreement"),
    *form("document_remove", FIELD, refuse(FIELD), 302, pk="agreement", attachment_pk="document"),
    # The committee's papers.
    page("committee", by(200, *COMMITTEE)),
    page("meeting", by(200, *COMMITTEE), pk="meeting"),
    *form("meeting_new", MANAGERS, by(403, *but(COMMITTEE, "manager"))),
    *form("meeting_edit", MANAGERS, by(403, *but(COMMITTEE, "manager")), pk="meeting"),
    *form("decision_new", MANAGERS, by(403, *but(COMMITTEE, "manager")), pk="meeting"),
    # Rates are read by all, as the figures are that were made by them.
    page("rates", EVERYONE),
    *form("rate_new", MANAGERS, refuse(MANAGERS)),
    *form("rates_upload", MANAGERS, refuse(MANAGERS)),
    *form("rate_withdraw", MANAGERS, refuse(MANAGERS), pk="rate"),
    # Roles are given by those who run the programme; to all others the page does not exist.
    page("members", by(200, *MANAGERS)),
    *form("member_new", MANAGERS, {}),
    *form("member_end", MANAGERS, {}, pk="membership"),
]
