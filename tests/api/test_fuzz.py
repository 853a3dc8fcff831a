"""Every operation of the schema, asked with much that fits it and much that does not.

No answer is a 5xx, each has a status, a media type, headers and a body that the schema describes. Where the schema
asks for the id of a record a real one is put in most of the time, so that the services behind are reached too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from activities import services as log
from clusters import services
from tests.conftest import World, build_world
from twinning.core.models import Job
from twinning.core.tokens import issue_token
from twinning.wsgi import application

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]
schema.app = application
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))


def furnish(world: World) -> None:
    """One record of each kind, and what to put where the schema asks for one."""
    manager, programme = world.manager, world.programme
    component = services.add_component(actor=manager, programme=programme, kind="CT", title="Twinning")
    place = services.place_cluster(actor=manager, component=component, cluster=world.leather)
    donor = services.add_programme_organisation(
        actor=manager, programme=programme, organisation=world.clri, role="donor"
    )
    meeting = services.add_meeting(actor=manager, programme=programme, number=1)
    decision = services.record_decision(actor=manager, meeting=meeting, text="Yes", kind="other")
    figure = services.add_figure(
        actor=manager, cluster=world.leather, measure="units", qualifier="exact", value=1, source="study"
    )
    group = services.add_product_group(actor=manager, cluster=world.leather, name="Goat")
    person = services.create_person(actor=manager, programme=programme, name="Giulia Rossi")
    engagement = services.engage_agent(
        actor=manager, cluster=world.leather, person=person, post="CDA", side="emerging", function="cda"
    )
    agreement = services.create_agreement(
        actor=manager, programme=programme, kind="mou", title="MoU",
        parties=[{"organisation": world.tanners, "side": "emerging"}, {"organisation": world.conciatori, "side": "advanced"}],
    )  # fmt: skip
    claim = services.add_claim(
        actor=manager, agreement=agreement, about="signed", statement="June", source="p. 1"
    )
    activity = log.log_activity(
        actor=manager, programme=programme, clusters=[world.leather, world.santa_croce], title="Visit",
        period_text="5/9/2009", organisations=[(world.tanners, "organiser")],
    )  # fmt: skip
    row = log.add_participation(actor=manager, activity=activity, person=person, organisation=world.tannery)
    job = Job.objects.create(kind="x", title="x", created_by=world.manager)
    world.parents = {
        "programme_slug": "tanning",
        "component_id": component.pk,
        "meeting_id": meeting.pk,
        "cluster_slug": "leather",
        "organisation_id": world.tannery.pk,
        "agreement_id": agreement.pk,
    }
    world.ids = {
        "programmes/{slug}/": "tanning",
        "clusters/{slug}/": "leather",
        "twinnings/{slug}/": "leather--santa-croce",
        "components/{id}/": component.pk,
        "/clusters/{id}/": place.pk,
        "/organisations/{id}/": donor.pk,
        "meetings/{id}/": meeting.pk,
        "decisions/{id}/": decision.pk,
        "figures/{id}/": figure.pk,
        "product-groups/{id}/": group.pk,
        "engagements/{id}/": engagement.pk,
        "v1/organisations/{id}/": world.tanners.pk,
        "roles/{id}/": world.tanners.roles.get().pk,
        "people/{id}/": person.pk,
        "agreements/{id}/": agreement.pk,
        "parties/{id}/": agreement.parties.first().pk,
        "claims/{id}/": claim.pk,
        "activities/{id}/": activity.pk,
        "participations/{id}/": row.pk,
        "jobs/{id}/": job.pk,
    }
    world.members = {
        "programme": "tanning",
        "cluster": "leather",
        "clusters": ["leather", "footwear"],
        "emerging": "footwear",
        "advanced": "santa-croce",
        "twinning": "leather--santa-croce",
        "organisation": world.clri.pk,
        "part_of": world.clri.pk,
        "person": person.pk,
        "activity": activity.pk,
        "parent": group.pk,
        "component": component.pk,
        "supersedes": decision.pk,
        "replaced_by": agreement.pk,
        "parties": [{"organisation": world.clri.pk, "role": "signatory", "side": "emerging"}],
        "product_groups": [group.pk],
    }


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    # As Django's own test client does: the end of a request must not close the transaction around it.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        furnish(world)
        world.tokens = {
            who: issue_token(actor=getattr(world, who), name="fuzz", scopes=["read", "write"], days=1)[1]
            for who in ("manager", "partner")
        }
        yield world
        transaction.set_rollback(True)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def aim(case: Any, world: World) -> None:
    """Put the names of real records into what was made up."""
    for name in case.path_parameters or {}:
        found = world.parents.get(name) or next(
            (pk for path, pk in reversed(world.ids.items()) if f"{path}" in case.path), None
        )
        if found is not None and len(str(case.path_parameters[name])) < 12:
            case.path_parameters[name] = found
    if isinstance(case.body, dict):
        for name, value in case.body.items():
            real = world.members.get(name)
            if real is not None and type(value) is type(real):
                case.body[name] = real
    if "If-Match" in (case.headers or {}) and len(case.headers["If-Match"]) % 4:
        case.headers["If-Match"] = "*"


def test_there_is_a_record_for_every_address(world: World) -> None:
    furnish(world)
    lacking = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        names = {parameter.name for parameter in operation.path_parameters} - set(world.parents) - {"code"}
        if names and not any(path in operation.path for path in world.ids):
            lacking.add(operation.path)
    assert lacking == set()


@pytest.mark.parametrize("who", ["manager", "partner"])
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_schema_describes(case: Any, who: str, stage: World) -> None:
    aim(case, stage)
    cache.clear()
    with transaction.atomic():
        response = case.call(headers={"Authorization": f"Bearer {stage.tokens[who]}"})
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
