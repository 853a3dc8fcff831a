"""The OpenAPI description, from the code that answers. Committed as docs/openapi.yaml; ``make schema`` writes
it.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from twinning.core.api.fields import Strict
from twinning.core.api.problems import MEDIA_TYPE, PROBLEMS, ROOT, phrase

_HEADER: Literal["header"] = "header"
_SUMMARIES = {
    "list": "List {many}",
    "retrieve": "Read {one}",
    "create": "Add {one}",
    "partial_update": "Change {one}",
    "update": "Write {one}",
    "destroy": "Remove {one}",
}
_ETAG = OpenApiParameter(
    "ETag",
    str,
    _HEADER,
    response=[200, 201, 202, 304],
    description="The version, for If-Match and If-None-Match.",
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, _HEADER, description="The ETag of the answer you have: 304 if it still stands."
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    _HEADER,
    required=True,
    description="The ETag of the record as you read it. 428 without it, 412 when another version stands.",
)
_MAY_MATCH = OpenApiParameter(
    "If-Match", str, _HEADER, description="The ETag of the record as you read it: 412 when another stands."
)
_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x20-\x7e]+$"},
    _HEADER,
    description="A text of your own for this request. Sent again within 24 hours, it is done once and given "
    "the same answer. A refusal is not kept.",
)
_LOCATION = OpenApiParameter("Location", str, _HEADER, response=[201, 202], description="Its address.")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "twinning.core.tokens.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made under My account, API tokens.",
        }


class Schema(AutoSchema):
    """Reads what a ``Resource`` says of itself: ``inputs`` by action, ``detail_class``, ``statuses``."""

    @property
    def _action(self) -> str:
        return getattr(self.view, "action", "") or ""

    @property
    def _resource(self) -> Any:
        return self.view

    @property
    def _is_resource(self) -> bool:
        return hasattr(self.view, "inputs")

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        # The committed text must not depend on the language of whoever writes it.
        with translation.override("en"):
            operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation["responses"] |= {str(s): {"$ref": _response_ref(s)} for s in self._refusals()}
        return operation

    def get_operation_id(self) -> str:
        written: str = super().get_operation_id()
        is_action = self._is_resource and self._action not in _SUMMARIES
        return written.removesuffix("_create") if is_action else written

    def get_summary(self) -> str | None:
        written: str | None = super().get_summary()
        if written or not self._is_resource:
            return written
        pattern = _SUMMARIES.get(self._action)
        if pattern is None:
            return re.split("[.:;]", self.get_description())[0]
        many = self._tokenize_path()[-1].replace("-", " ")
        return pattern.format(many=many, one=f"one {self._resource.queryset.model._meta.verbose_name}")

    def get_description(self) -> str:  # type: ignore[override]
        own = getattr(type(self.view), self._action, None)
        text = own.__doc__ if own is not None and own.__doc__ else type(self.view).__doc__
        return " ".join((text or "").split()).replace("``", "`")

    def get_request_serializer(self) -> Any:
        if not self._is_resource:
            return super().get_request_serializer()
        return self._resource.inputs.get(self._action, _Nothing)

    def get_response_serializers(self) -> Any:
        if not self._is_resource or "responses" in getattr(
            getattr(type(self.view), self._action, None), "kwargs", {}
        ):
            return super().get_response_serializers()
        view, action = self._resource, self._action
        if self.method == "DELETE":
            return {204: None}
        shown = getattr(view, "outputs", {}).get(action)
        if shown is None:
            shown = view.serializer_class if action == "list" else view.detail_class or view.serializer_class
        found: dict[Any, Any] = dict.fromkeys(self._statuses, shown)
        if action == "retrieve":
            found[304] = None
        return found

    @property
    def _statuses(self) -> tuple[int, ...]:
        known = getattr(self.view, "statuses", {}).get(self._action)
        if known is None:
            return (201,) if self._action == "create" else (200,)
        return known if isinstance(known, tuple) else (known,)

    def map_parsers(self) -> list[str]:
        if not self._is_resource:
            return list(super().map_parsers())
        sent = self._resource.inputs.get(self._action)
        has_file = sent is not None and any(
            isinstance(field, serializers.FileField) for field in sent().fields.values()
        )
        return ["multipart/form-data" if has_file else "application/json"]

    def get_override_parameters(self) -> list[Any]:
        if not self._is_resource or self._action == "list":
            return []
        found = [] if self.method == "DELETE" or not self._has_versions else [_ETAG]
        if self.method == "GET":
            found.append(_IF_NONE_MATCH)
        elif self.method == "POST":
            found.append(_IDEMPOTENCY)
            found += [_LOCATION] if self._action == "create" else [_MAY_MATCH] if self._has_versions else []
        elif self._action == "update":
            found.append(_MAY_MATCH)
        else:
            found.append(_IF_MATCH)
        return found

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]
        if schema.get("type") != "integer":
            return
        # How large a number a column holds differs between databases; what is sent has bounds of our own.
        schema.pop("format", None)
        bounded = isinstance(field, serializers.IntegerField) and isinstance(field.parent, Strict)
        if not bounded:
            schema.pop("maximum", None)

    @property
    def _has_versions(self) -> bool:
        return bool(getattr(self.view, "versioned", True))

    def _refusals(self) -> list[int]:
        if not self._is_resource:
            signed_in = [401, 403] if self.view.permission_classes else []
            return sorted([400, 404, 406, 429, 500, *signed_in])
        found = [400, 401, 403, 404, 406, 429, 500]
        if self.method != "GET":
            found += [409, 412, 413, 415]
        if self.method == "POST":
            found.append(422)
        if self.method in ("PATCH", "PUT", "DELETE"):
            found.append(428)
        return sorted(found)


class _Nothing(serializers.Serializer):  # type: ignore[type-arg]
    """An action that is sent nothing."""


def _response_ref(status: int) -> str:
    return f"#/components/responses/Problem{status}"


_ERROR = {
    "type": "object",
    "required": ["detail", "code"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer into the body that was sent."},
        "parameter": {"type": "string", "description": "The parameter or header."},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "The same in every language."},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "enum": [p.uri for p in PROBLEMS.values()]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong this time, in the language asked for."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemEntry"}},
        "reason": {"type": "string", "description": "Which rule of the programme refused, as a code."},
        "current": {
            "type": "object",
            "nullable": True,
            "description": "With 412: the record as it stands.",
            "additionalProperties": {},
        },
    },
}


def _problem_response(status: int) -> dict[str, Any]:
    kinds = [problem for problem in PROBLEMS.values() if problem.status == status]
    headers: dict[str, Any] = {}
    if status == 401:
        headers["WWW-Authenticate"] = {"schema": {"type": "string"}}
    if status == 429:
        headers["Retry-After"] = {"schema": {"type": "integer"}, "description": "Seconds."}
    if status == 412:
        headers["ETag"] = {"schema": {"type": "string"}}
    examples = {
        kind.code: {
            "summary": str(kind.title),
            "value": {
                "type": kind.uri,
                "title": str(kind.title),
                "status": status,
                "detail": str(kind.remedy),
            },
        }
        for kind in kinds
    }
    return {
        "description": phrase(status),
        **({"headers": headers} if headers else {}),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing: the one schema of refusals, and that nothing may be sent which is not described."""
    components = result["components"]
    schemas = components["schemas"]
    schemas["Problem"], schemas["ProblemEntry"] = _PROBLEM, _ERROR
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    components["schemas"] = dict(sorted(schemas.items()))
    with translation.override("en"):
        statuses = sorted({problem.status for problem in PROBLEMS.values()})
        components["responses"] = {f"Problem{s}": _problem_response(s) for s in statuses}
    result["servers"] = [{"url": "/", "description": f"This server; every path begins with {ROOT}"}]
    return result
