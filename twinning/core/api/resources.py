"""The base of every resource: a scoped set of records, read alike and written through services only."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, cast

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from twinning.core.access import ScopedQuerySet
from twinning.core.api import idempotency, versions
from twinning.core.api.fields import visible_among
from twinning.core.api.problems import PROBLEMS, ApiProblem, answer
from twinning.core.models import User, VersionedModel

ALL_SORTS = ("id", "-id", "updated_at", "-updated_at")


class ApiView(APIView):
    """What answers of the API share, whatever they are about."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in self.allowed_methods:
            return  # which is the first thing to say of it
        unknown = sorted(set(request.query_params) - self.known_parameters())
        if unknown:
            detail = _("There is no such parameter.")
            errors = [{"parameter": name, "detail": detail, "code": "unknown"} for name in unknown]
            raise ApiProblem("parameter", detail, errors=errors)
        if (
            request.method == "POST"
            and request.user.is_authenticated
            and idempotency.HEADER in request.headers
        ):
            view: Any = self
            view.post = partial(idempotency.once, handle=view.post)

    def known_parameters(self) -> set[str]:
        return set()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        for name, value in getattr(request, "rate_headers", {}).items():
            response.headers[name] = value
        return response


class Resource(ApiView, GenericViewSet):  # type: ignore[type-arg]
    """A set of records of one model.

    ``queryset`` says who sees its rows (``visible_to``); without that the class is refused as it is made.
    ``serializer_class`` is a row of a list, ``detail_class`` a record by itself where it shows more,
    ``inputs`` what is sent, by action. ``joined`` are relations read with each row, ``refers`` those in a row
    or record that the reader perhaps may not see, ``detail_refers`` the same where the record by itself shows
    more.
    """

    queryset: Any = None
    detail_class: ClassVar[type[serializers.BaseSerializer[Any]] | None] = None
    inputs: ClassVar[dict[str, type[serializers.Serializer[Any]]]] = {}
    sorts: ClassVar[tuple[str, ...]] = ALL_SORTS
    joined: ClassVar[tuple[str, ...]] = ()
    refers: ClassVar[tuple[str, ...]] = ()
    detail_refers: ClassVar[tuple[str, ...] | None] = None
    lookup_value_converter = "int"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        rows = type(cls.queryset)
        if not issubclass(rows, ScopedQuerySet) or rows.visible_to is ScopedQuerySet.visible_to:
            raise ImproperlyConfigured(f"{cls.__name__} does not say who sees its rows")

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    def of_parent(self, rows: Any) -> Any:
        """Only the rows of the record in whose address they stand; 404 where that is not visible."""
        return rows

    def visible(self, rows: ScopedQuerySet[Any], **lookup: Any) -> Any:
        """One record that the user may see, such as the one in whose address these stand; else 404."""
        return get_object_or_404(rows.visible_to(self.actor), **lookup)

    def get_queryset(self) -> Any:
        rows = self.of_parent(self.queryset.all().visible_to(self.actor)).for_list()
        return rows.select_related(*self.joined) if self.joined else rows

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), **{self.lookup_field: self.kwargs[self.lookup_field]})

    def known_parameters(self) -> set[str]:
        if getattr(self, "action", None) != "list":
            return set()
        filterset = getattr(self, "filterset_class", None)
        filters = filterset.base_filters if filterset else {}
        return {"limit", "cursor", "sort", *filters}

    def sent(self, **options: Any) -> dict[str, Any]:
        """The body of the request, read by the serializer of this action. Raises ValidationError."""
        serializer = self.inputs[self.action](
            data=self.request.data, context=self.get_serializer_context(), **options
        )
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def shown_context(self, rows: list[Any], paths: tuple[str, ...]) -> dict[str, Any]:
        return {**self.get_serializer_context(), "visible": visible_among(rows, paths, self.actor)}

    def represent_all(self, rows: list[Any]) -> Any:
        return self.get_serializer_class()(
            rows, many=True, context=self.shown_context(rows, self.refers)
        ).data

    def represent(self, obj: Any) -> Any:
        serializer = self.detail_class or self.get_serializer_class()
        paths = self.refers if self.detail_refers is None else self.detail_refers
        return serializer(obj, context=self.shown_context([obj], paths)).data

    def etag(self, obj: Any, shown: Any) -> str:
        return versions.etag(obj, shown)

    def shown(self, obj: Any, status: int = 200, **headers: str) -> Response:
        """The answer that shows one record as it stands, with its ETag."""
        current = self.get_queryset().filter(pk=obj.pk).first() or obj
        data = self.represent(current)
        return Response(data, status=status, headers={"ETag": self.etag(current, data), **headers})

    def seen_version(self, obj: VersionedModel) -> int | None:
        """The version in If-Match where the client sends one; for actions, which do not insist on it."""
        return versions.required_version(self.request, obj) if self.request.headers.get("If-Match") else None


class Listed:
    def list(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.represent_all(rows))  # type: ignore[no-any-return]


class Shown:
    def retrieve(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        obj = self.get_object()
        data = self.represent(obj)
        tag = self.etag(obj, data)
        if versions.is_known(request, tag):
            return Response(status=304, headers={"ETag": tag})
        return Response(data, headers={"ETag": tag})


class Made:
    """POST to the list; ``add`` calls the service."""

    def create(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.of_parent(self.queryset.none())  # 404 before a word on what was sent
        obj = self.add(**self.sent())
        address = request.build_absolute_uri(f"{request.path}{getattr(obj, self.lookup_field)}/")
        return self.shown(obj, 201, Location=address)  # type: ignore[no-any-return]


class Changed:
    """PATCH of a record; ``edit`` calls the service with the version from If-Match."""

    def partial_update(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        obj = self.get_object()
        version = versions.required_version(request, obj)
        changed = self.edit(obj, version, **self.sent(instance=obj, partial=True))
        return self.shown(changed)  # type: ignore[no-any-return]


class Removed:
    """DELETE of a record; ``remove`` calls the service with the version from If-Match."""

    def destroy(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        obj = self.get_object()
        version = versions.required_version(request, obj)
        with transaction.atomic():
            self.remove(obj, version)
        return Response(status=204)


class Nowhere(ApiView):
    """Every address of the API that is none."""

    permission_classes = ()
    authentication_classes = ()
    schema = None

    def known_parameters(self) -> set[str]:
        return set(self.request.query_params)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return answer("not-found", PROBLEMS["not-found"].remedy)

    post = put = patch = delete = get
