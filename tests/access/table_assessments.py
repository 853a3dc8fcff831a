"""Results of assessments, overviews of clusters and the library of cases.

Who reads studies somewhere reads sums and the library; a single form is read where it is visible.
"""

from __future__ import annotations

from typing import Any

from tests.access.rows import MEMBERS, OUTSIDE, Of, Row, but, by, in_programme
from tests.conftest import World
from tests.diagnostics.conftest import file_form

READERS = (
    "manager",
    "cta",
    "coordinator",
    "cda",
    "cda_other",
    "cda_advanced",
    "institute",
    "firm",
    "partner",
)
OTHERS = by(404, *but(MEMBERS, *READERS), *OUTSIDE)


def prepare(world: World) -> None:
    world.readiness = file_form(
        world.cda,
        "readiness",
        {"wave": "pre", "with_services": "no", "people_lead": "1"},
        approver=world.coordinator,
        programme=world.programme,
        cluster=world.leather,
        organisation=world.tannery,
    )
    policy = {"country": "India", "area": "demand", "issue": "awareness", "instrument": "A centre"}
    world.policy = file_form(
        world.coordinator,
        "policy-case",
        policy,
        approver=world.manager,
        programme=world.programme,
        title="A centre",
    )
    world.other_policy = file_form(
        world.neighbour, "policy-case", policy, programme=world.other_programme, title="Elsewhere"
    )


def results_of(name: str) -> Of:
    return lambda world: {"programme_slug": world.programme.slug, "pk": getattr(world, name).pk}


def results_elsewhere(world: World) -> dict[str, Any]:
    return {"programme_slug": world.programme.slug, "pk": world.other_policy.pk}


def leather(world: World) -> dict[str, Any]:
    return {"programme_slug": world.programme.slug, "cluster_slug": world.leather.slug}


def cluster_elsewhere(world: World) -> dict[str, Any]:
    return {"programme_slug": world.programme.slug, "cluster_slug": world.other_cluster.slug}


ROWS = [
    Row(
        "assessment_results",
        results_of("readiness"),
        status=by(200, "manager", "coordinator", "cda", "firm", "partner"),
        default=404,
        elsewhere=results_elsewhere,
    ),
    Row(
        "assessment_results",
        results_of("policy"),
        status={**by(200, *READERS), **OTHERS},
        elsewhere=results_elsewhere,
    ),
    Row(
        "cluster_assessments",
        leather,
        status={**by(200, *READERS), **OTHERS},
        elsewhere=cluster_elsewhere,
    ),
    *[
        Row(name, in_programme, status={**by(200, *READERS), **OTHERS})
        for name in ("adoption_matrix", "adoption_matrix_xlsx", "policy_cases")
    ],
]
