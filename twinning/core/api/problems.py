"""Refusals of the API as problem documents (RFC 9457), all from one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from twinning.core.access import DomainError, StaleVersion
from twinning.core.api.rendering import dumps

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal. ``title`` is the same for all of its kind, ``remedy`` says what a client does about
    it.
    """

    code: str
    status: int
    title: StrOrPromise
    remedy: StrOrPromise

    @property
    def uri(self) -> str:
        return f"{ROOT}problems/{self.code}/"


PROBLEMS = {
    problem.code: problem
    for problem in [
        Problem(
            "malformed",
            400,
            gettext_lazy("The request cannot be read"),
            gettext_lazy("Send JSON in UTF-8, or for files multipart/form-data."),
        ),
        Problem(
            "validation",
            400,
            gettext_lazy("Something in the request is not right"),
            gettext_lazy("Each entry of errors points to its cause: mend it and send again."),
        ),
        Problem(
            "parameter",
            400,
            gettext_lazy("A parameter of the address or a header is not right"),
            gettext_lazy("Each entry of errors names the parameter. Unknown ones are refused, not ignored."),
        ),
        Problem(
            "refused",
            400,
            gettext_lazy("The rules of the programme do not allow this"),
            gettext_lazy("The detail says which rule."),
        ),
        Problem(
            "not-authenticated",
            401,
            gettext_lazy("Nobody is signed in"),
            gettext_lazy("Send Authorization: Bearer with a token that is neither expired nor revoked."),
        ),
        Problem(
            "permission-refused",
            403,
            gettext_lazy("You may not do this"),
            gettext_lazy("Your role, or the scopes of the token, do not reach so far."),
        ),
        Problem(
            "not-found",
            404,
            gettext_lazy("There is nothing here"),
            gettext_lazy("It does not exist, or is not yours to see. Addresses end with a slash."),
        ),
        Problem(
            "method-not-allowed",
            405,
            gettext_lazy("This cannot be done here"),
            gettext_lazy("The header Allow lists what can."),
        ),
        Problem(
            "not-acceptable",
            406,
            gettext_lazy("There is no answer in the form that you accept"),
            gettext_lazy("Accept application/json."),
        ),
        Problem(
            "conflict",
            409,
            gettext_lazy("The record is not in a state for this"),
            gettext_lazy("Read the record again and decide."),
        ),
        Problem(
            "in-progress",
            409,
            gettext_lazy("The same request is still being worked on"),
            gettext_lazy("Wait for as long as Retry-After says and repeat it with the same key."),
        ),
        Problem(
            "stale-version",
            412,
            gettext_lazy("Somebody else changed the record"),
            gettext_lazy("The member current shows it as it stands, the header ETag its version."),
        ),
        Problem(
            "too-large",
            413,
            gettext_lazy("The request is too large"),
            gettext_lazy("Send less at a time."),
        ),
        Problem(
            "unsupported-media-type",
            415,
            gettext_lazy("This kind of content is not understood here"),
            gettext_lazy("Send application/json; for files multipart/form-data."),
        ),
        Problem(
            "key-reused",
            422,
            gettext_lazy("This Idempotency-Key belongs to another request"),
            gettext_lazy("Use a new key for each new request."),
        ),
        Problem(
            "precondition-required",
            428,
            gettext_lazy("Say which version you saw"),
            gettext_lazy("Send If-Match with the ETag of the record as you read it."),
        ),
        Problem(
            "throttled",
            429,
            gettext_lazy("Too many requests"),
            gettext_lazy("Wait for as long as Retry-After says."),
        ),
        Problem(
            "server-error",
            500,
            gettext_lazy("Something went wrong that we did not foresee"),
            gettext_lazy("Nothing was stored. Try again later; the cause is in the server's log."),
        ),
    ]
}
_BY_STATUS = {
    401: "not-authenticated",
    403: "permission-refused",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    412: "stale-version",
    413: "too-large",
    415: "unsupported-media-type",
    429: "throttled",
}


class ApiProblem(Exception):
    """A refusal of the API itself, where no exception of DRF or of a service says it."""

    def __init__(
        self,
        code: str,
        detail: StrOrPromise,
        *,
        errors: Iterable[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.detail, self.errors, self.headers = code, detail, list(errors), dict(headers or {})


def bad_parameter(name: str, detail: StrOrPromise, code: str = "invalid") -> ApiProblem:
    return ApiProblem("parameter", detail, errors=[{"parameter": name, "detail": detail, "code": code}])


def document(
    code: str, detail: StrOrPromise, errors: Iterable[Mapping[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    """{type, title, status, detail, errors?, …}: what a refusal says."""
    problem = PROBLEMS[code]
    said = {"type": problem.uri, "title": str(problem.title), "status": problem.status, "detail": str(detail)}
    if found := list(errors):
        said["errors"] = found
    return said | more


def answer(
    code: str,
    detail: StrOrPromise,
    errors: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    data = document(code, detail, errors, **more)
    return Response(data, status=data["status"], headers=dict(headers or {}), content_type=MEDIA_TYPE)


def _pointers(detail: Any, at: str = "#") -> list[dict[str, str]]:
    """DRF's nested errors as a flat list of {pointer, detail, code}; pointers are JSON pointers into the
    body.
    """
    if isinstance(detail, Mapping):
        found = []
        for name, inner in detail.items():
            found += _pointers(inner, at if name == "non_field_errors" else f"{at}/{name}")
        return found
    if isinstance(detail, list):
        found = []
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            found += _pointers(inner, f"{at}/{index}" if nested else at)
        return found
    return [{"pointer": at, "detail": str(detail), "code": getattr(detail, "code", "invalid")}]


def _of_fields(fields: Mapping[str, Iterable[Any]], code: str) -> list[dict[str, str]]:
    return [
        {
            "pointer": "#" if name == NON_FIELD_ERRORS else f"#/{name}",
            "detail": str(message),
            "code": code,
        }
        for name, messages in fields.items()
        for message in messages
    ]


def _of_validation(error: ValidationError) -> list[dict[str, str]]:
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return [
        {
            "pointer": "#" if name == NON_FIELD_ERRORS else f"#/{name}",
            "detail": str(message),
            "code": inner.code or "invalid",
        }
        for name, errors in by_field.items()
        for inner in errors
        for message in inner.messages
    ]


def _sentence(errors: list[dict[str, str]]) -> str:
    return (
        errors[0]["detail"]
        if len(errors) == 1
        else _("%(count)d things are not right.") % {"count": len(errors)}
    )


def _of_drf(error: exceptions.APIException) -> Response:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(error, exceptions.ValidationError):
        errors = _pointers(error.detail)
        return answer("validation", _sentence(errors), errors)
    if isinstance(error, exceptions.ParseError):
        return answer("malformed", str(error.detail))
    code = _BY_STATUS.get(error.status_code, "refused")
    return answer(code, str(error.detail), headers=headers)


def _of_service(error: DomainError, view: Any) -> Response:
    if isinstance(error, StaleVersion):
        shown = view.represent(error.current) if hasattr(view, "represent") else None
        headers = {"ETag": view.etag(error.current, shown)} if shown is not None else {}
        return answer("stale-version", error.message, headers=headers, current=shown)
    errors = _of_fields(error.fields, error.code)
    code = _BY_STATUS.get(error.status, "validation" if errors else "refused")
    return answer(code, error.message, errors, reason=error.code)


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an exception in a view; None for one that nobody foresaw, which then is a 500 in the
    log.
    """
    if isinstance(error, ApiProblem):
        return answer(error.code, error.detail, error.errors, error.headers)
    if isinstance(error, DomainError):
        return _of_service(error, context.get("view"))
    if isinstance(error, ValidationError):
        errors = _of_validation(error)
        return answer("validation", _sentence(errors), errors)
    if isinstance(error, exceptions.APIException):
        return _of_drf(error)
    if isinstance(error, Http404):
        return answer("not-found", PROBLEMS["not-found"].remedy)
    if isinstance(error, PermissionDenied):
        return answer("permission-refused", PROBLEMS["permission-refused"].remedy)
    if isinstance(error, IntegrityError | ProtectedError):
        # Somebody else's write came between the check and ours, or a record still refers to this one.
        return answer("conflict", _("Another record stands against this. Read again and decide."))
    if isinstance(error, RequestDataTooBig):
        return answer("too-large", PROBLEMS["too-large"].remedy)
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return answer("malformed", PROBLEMS["malformed"].remedy)
    return None


def _outside_views(request: HttpRequest, code: str) -> HttpResponse:
    problem = PROBLEMS[code]
    body = dumps(document(code, problem.remedy))
    return HttpResponse(body, status=problem.status, content_type=MEDIA_TYPE)


def server_error(request: HttpRequest) -> HttpResponse:
    """The project's answer to an unforeseen exception: a problem document in the API, the page elsewhere."""
    if request.path_info.startswith(ROOT):
        return _outside_views(request, "server-error")
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The project's answer to a request that is not fit to be read, likewise."""
    if request.path_info.startswith(ROOT):
        return _outside_views(request, "malformed")
    return defaults.bad_request(request, exception)


def phrase(status: int) -> str:
    return HTTPStatus(status).phrase
