from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft4Validator, FormatChecker
from rest_framework.viewsets import GenericViewSet

from tests.api.conftest import Partner
from twinning.api import ROUTES
from twinning.core.tokens import ScopePermission

COMMITTED = Path(settings.BASE_DIR, "docs/openapi.yaml")
RESOURCES = (
    "programmes clusters organisations people twinnings agreements selection-rounds activities participations"
    " reports jobs changes questionnaires submissions studies assessments aobo-rows findings topics gaps"
    " impact-claims baseline-values sampled-firms rates"
    " publications publication-codes published-documents budgets transactions"
    " evaluations recommendations stories report-schedules"
)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return dict(yaml.safe_load(COMMITTED.read_text()))


def test_the_committed_schema_is_that_of_the_code_and_raises_no_warning() -> None:
    written = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=written)
    assert written.getvalue().strip() == COMMITTED.read_text().strip(), "run `make schema`"


def test_every_public_resource_is_there(schema: dict[str, Any], partner: Partner) -> None:
    assert set(RESOURCES.split()) <= set(partner.get("").json())
    assert {f"/api/v1/{name}/" for name in RESOURCES.split()} <= set(schema["paths"])


def test_every_operation_tells_its_refusals_and_how_to_sign_in(schema: dict[str, Any]) -> None:
    open_to_all = {
        "/api/v1/problems/",
        "/api/v1/problems/{code}/",
        "/api/v1/verifications/{code}/",
    }
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert {"400", "404", "429", "500"} <= set(operation["responses"]), path
            if path not in open_to_all:
                assert operation["security"] == [{"bearer": []}, {"cookieAuth": []}], path
                assert {"401", "403"} <= set(operation["responses"])


def test_what_writes_needs_a_version_or_takes_a_key(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            headers = {
                p["name"]: p.get("required", False)
                for p in operation.get("parameters", [])
                if p["in"] == "header"
            }
            if method in ("patch", "delete"):
                assert headers.get("If-Match") is True, path
            if method == "post":
                assert "Idempotency-Key" in headers, path


def plain(schema: dict[str, Any], node: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema: references resolved, null spelled out."""
    if isinstance(node, list):
        return [plain(schema, item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return plain(schema, schema["components"]["schemas"][node["$ref"].rpartition("/")[2]])
    found = {key: plain(schema, value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [found, {"type": "null"}]} if node.get("nullable") else found


def test_every_example_fits_its_schema(schema: dict[str, Any]) -> None:
    seen = 0
    for operations in schema["paths"].values():
        for operation in operations.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in [content for body in bodies for content in body.get("content", {}).values()]:
                validator = Draft4Validator(plain(schema, content["schema"]), format_checker=FormatChecker())
                for example in content.get("examples", {}).values():
                    validator.validate(example["value"])
                    seen += 1
    assert seen > 30


@pytest.mark.parametrize("viewset", [viewset for _prefix, viewset, _name in ROUTES])
def test_every_set_of_records_says_who_sees_it(viewset: type[GenericViewSet[Any]]) -> None:
    assert viewset.queryset is not None
    assert list(viewset.permission_classes) == [ScopePermission]


def test_the_schema_is_given_to_anybody_in_both_forms(db: None) -> None:
    anybody = Client()
    first = anybody.get("/api/v1/schema/")
    assert first.status_code == 200
    as_json = anybody.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert as_json.json()["info"]["title"] == "Twinning API"
    again = anybody.get("/api/v1/schema/")
    assert (again.content, again["Content-Type"]) == (first.content, first["Content-Type"])
    assert again.content.startswith(b"openapi:")
