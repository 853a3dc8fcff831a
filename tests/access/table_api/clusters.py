"""Clusters with their figures, product groups and agents; organisations and people."""

from __future__ import annotations

from tests.access.rows import MEMBERS, Row, but
from tests.access.table_api.asking import (
    EDITORS,
    EVERYBODY,
    FIRM_READERS,
    IN_CLUSTER,
    NEAR,
    NO_PEOPLE,
    OF_BODY,
    WIDE,
    added,
    at,
    joined,
    listed,
    row,
    with_ids,
)

ROWS: list[Row] = [
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
]
