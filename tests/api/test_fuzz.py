"""Every operation of the schema, asked with much that fits it and much that does not.

No answer is a 5xx, each has a status, a media type, headers and a body that the schema describes. Where the
schema asks for the id of a record a real one is put in most of the time, so that the services behind are
reached too. Half are asked as the manager, half as a partner system.
"""

from __future__ import annotations

import functools
import os
import zlib
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
from schemathesis.core.result import Ok
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.meta import TestPhase
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.specs.openapi import checks

from monitoring.models import Report
from tests.api.furniture import here
from tests.conftest import World, build_world
from tests.diagnostics.conftest import definition
from tests.prepared import EMPTY, SHELF
from twinning.core.attachments import attach
from twinning.core.tokens import issue_token
from twinning.wsgi import application

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
schema.app = application
OPERATIONS = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]
# A third of the systematic questions are asked in an ordinary run, so that it stays short; FUZZ_ALL=1 asks
# all.
FUZZ_ALL = bool(os.environ.get("FUZZ_ALL"))
EXAMPLES = 100 if FUZZ_ALL else 6


def furnish(world: World) -> None:
    """What to put into an address, and into a body where it names a record."""
    kinds = world.kinds = here(world)
    world.parents = {
        "programme_slug": kinds["programme"],
        "component_id": kinds["component"],
        "meeting_id": kinds["meeting"],
        "cluster_slug": kinds["cluster"],
        "organisation_id": kinds["firm"],
        "agreement_id": kinds["agreement"],
        "import_id": kinds["import"],
        "value_import_id": kinds["value-import"],
        "round_id": kinds["selection-round"],
        "questionnaire_id": kinds["questionnaire"],
        "submission_id": kinds["submission"],
        "study_id": kinds["study"],
        "evaluation_id": kinds["evaluation"],
    }
    # The longest ending that an address has tells its kind.
    world.ids = {
        "programmes/{slug}/": kinds["programme"],
        "clusters/{slug}/": kinds["cluster"],
        "twinnings/{slug}/": kinds["twinning"],
        "components/{id}/": kinds["component"],
        "components/{component_id}/clusters/{id}/": kinds["component-cluster"],
        "{programme_slug}/organisations/{id}/": kinds["programme-organisation"],
        "meetings/{id}/": kinds["meeting"],
        "decisions/{id}/": kinds["decision"],
        "figures/{id}/": kinds["figure"],
        "product-groups/{id}/": kinds["product-group"],
        "engagements/{id}/": kinds["engagement"],
        "v1/organisations/{id}/": kinds["organisation"],
        "roles/{id}/": kinds["organisation-role"],
        "people/{id}/": kinds["person"],
        "agreements/{id}/": kinds["agreement"],
        "parties/{id}/": kinds["party"],
        "claims/{id}/": kinds["claim"],
        "activities/{id}/": kinds["activity"],
        "participations/{id}/": kinds["participation"],
        "imports/{id}/": kinds["import"],
        "value-imports/{id}/": kinds["value-import"],
        "reports/{id}/": kinds["report"],
        "report-schedules/{id}/": kinds["report-schedule"],
        "report-texts/{id}/": kinds["report-text"],
        "report-layouts/{id}/": kinds["report-layout"],
        "verifications/{code}/": Report.objects.get(pk=kinds["report"]).code,
        "rates/{id}/": kinds["rate"],
        "jobs/{id}/": kinds["job"],
        "publications/{id}/": kinds["publication"],
        "publication-codes/{id}/": kinds["publication-code"],
        "published-documents/{id}/": kinds["published-document"],
        "budgets/{id}/": kinds["budget"],
        "transactions/{id}/": kinds["transaction"],
        "selection-rounds/{id}/": kinds["selection-round"],
        "{round_id}/parameters/{id}/": kinds["selection-parameter"],
        "{round_id}/weights/{id}/": kinds["selection-weights"],
        "{round_id}/candidates/{id}/": kinds["selection-candidate"],
        "{round_id}/scores/{id}/": kinds["selection-score"],
        "{round_id}/outcomes/{id}/": kinds["selection-outcome"],
        "questionnaires/{id}/": kinds["questionnaire"],
        "{questionnaire_id}/versions/{id}/": kinds["questionnaire-draft"],
        "submissions/{id}/": kinds["submission"],
        "{submission_id}/remarks/{id}/": kinds["remark"],
        "studies/{id}/": kinds["study"],
        "{study_id}/aobo-rows/{id}/": kinds["aobo-row"],
        "assessments/{id}/": kinds["assessment"],
        "results/{id}/": kinds["result"],
        "indicators/{id}/": kinds["indicator"],
        "indicators/{id}/evidence/": kinds["computed"],
        "indicators/{id}/divided/": kinds["computed"],
        "targets/{id}/": kinds["target"],
        "reporting-periods/{id}/": kinds["reporting-period"],
        "measurements/{id}/": kinds["measurement"],
        "v1/outcomes/{id}/": kinds["outcome"],
        "closings/{id}/": kinds["closing"],
        "closings/{id}/approve/": kinds["closing-waiting"],
        "closings/{id}/return/": kinds["closing-waiting"],
        "closings/{id}/restate/": kinds["closing-closed"],
        "closings/{id}/exception/": kinds["closing-closed"],
        "evaluations/{id}/": kinds["evaluation"],
        "{evaluation_id}/criteria/{id}/": kinds["evaluation-criterion"],
        "{evaluation_id}/evidence/{id}/": kinds["evaluation-evidence"],
        "{evaluation_id}/comparison/{id}/": kinds["evaluation-comparison"],
        "{evaluation_id}/lessons/{id}/": kinds["evaluation-lesson"],
        "recommendations/{id}/": kinds["recommendation"],
        "stories/{id}/": kinds["story"],
        "files/{id}/": attach(actor=world.manager, owner=world.leather, name="a.txt", data=b"Notes").pk,
    }
    world.members = {
        "programme": kinds["programme"],
        "cluster": kinds["cluster"],
        "clusters": ["leather", "footwear"],
        "emerging": "footwear",
        "advanced": "santa-croce",
        "twinning": kinds["twinning"],
        "organisation": world.clri.pk,
        "part_of": world.clri.pk,
        "person": kinds["person"],
        "activity": kinds["activity"],
        "parent": kinds["product-group"],
        "component": kinds["component"],
        "provider": world.tanners.pk,
        "receiver": world.tannery.pk,
        "agreement": kinds["agreement"],
        "supersedes": kinds["decision"],
        "evaluation": kinds["evaluation"],
        "criterion": kinds["evaluation-criterion"],
        "candidate": kinds["selection-candidate"],
        "parameter": "3",
        "replaced_by": kinds["agreement"],
        "parties": [{"organisation": world.clri.pk, "role": "signatory", "side": "emerging"}],
        "questionnaire": "diagnostic-emerging",
        "path": "vision",
        "definition": definition(),
        "changes": [{"path": "vision", "value": "x", "seen": 1}],
        "result": kinds["result"],
        "leads_to": kinds["result"],
        "indicator": kinds["indicator"],
        "period": kinds["reporting-period"],
        "rule": {"count": "persons", "where": {"format": ["training"]}},
        "parts": [{"dims": {"sex": "f"}, "value": "3"}],
        "closings": [{"id": kinds["closing-waiting"]}],
        "product_groups": [kinds["product-group"]],
    }


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    # As Django's own test client does: the end of a request must not close the transaction around it.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    with django_db_blocker.unblock(), SHELF.opened(EMPTY), transaction.atomic():
        world = build_world()
        furnish(world)
        world.tokens = [
            issue_token(actor=user, name="fuzz", scopes=["read", "write"], days=1)[1]
            for user in (world.manager, world.partner)
        ]
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
    assert all(isinstance(result, Ok) for result in schema.get_all_operations())
    for operation in OPERATIONS:
        names = {parameter.name for parameter in operation.path_parameters} - set(world.parents) - {"code"}
        if names and not any(path in operation.path for path in world.ids):
            lacking.add(operation.path)
    assert lacking == set()


def lot(case: Any) -> int:
    """A number drawn for a question, the same each time it is asked."""
    return zlib.crc32(repr((case.method, case.path, case.query, case.body, case.headers)).encode()) >> 1


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def ask(case: Any, stage: World) -> None:
    aim(case, stage)
    draw = lot(case)
    if not FUZZ_ALL and case.meta.phase.name == TestPhase.COVERAGE and draw % 3:
        return
    cache.clear()
    with transaction.atomic():
        response = case.call(
            headers={
                "Authorization": f"Bearer {stage.tokens[draw // 3 % 2]}",
                # The client in the process would not unpack the answer.
                "Accept-Encoding": "identity",
            }
        )
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)


@functools.cache
def sources() -> FeedbackSources:
    return FeedbackSources(constants_value_source=make_constants_value_source(schema))


# Not by schema.parametrize(), which thinks up the questions while tests are collected: every worker would do that,
# and one of them asks.
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_one_that_the_schema_describes(operation: Any, stage: World) -> None:
    asked = build_operation_test(
        config=schema.config, operation=operation, test_func=ask, given_kwargs={}, feedback=sources()
    )
    asked(stage=stage)
