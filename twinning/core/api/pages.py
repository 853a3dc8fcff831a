"""Addresses of the API that show no records: what there is, what refusals mean, the schema and its page."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from twinning.core.api.problems import PROBLEMS, Problem
from twinning.core.api.rendering import OrjsonRenderer, dumps
from twinning.core.api.resources import ApiView
from twinning.core.models import Attachment
from twinning.core.views import attachment


class Root(ApiView):
    """What there is to read, by name."""

    resources: list[str] = []

    @extend_schema(
        operation_id="root",
        tags=["about"],
        summary="List the resources",
        responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}},
    )
    def get(self, request: Request) -> Response:
        """The address of each resource, by its name."""
        return Response(
            {name: request.build_absolute_uri(f"{request.path}{name}/") for name in self.resources}
        )


class ProblemKindSerializer(serializers.Serializer[Problem]):
    """A kind of refusal."""

    type = serializers.CharField(source="uri")
    title = serializers.CharField()
    status = serializers.IntegerField()
    remedy = serializers.CharField(help_text="What a client does about it.")


class Problems(ApiView):
    """What the refusals mean."""

    permission_classes = ()
    authentication_classes = ()

    @extend_schema(
        operation_id="problems_list",
        tags=["about"],
        summary="List the kinds of refusal",
        responses={200: ProblemKindSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Every kind of refusal, with what to do about it."""
        return Response([ProblemKindSerializer(problem).data for problem in PROBLEMS.values()])


class ProblemPage(ApiView):
    """What one kind of refusal means; its address is the ``type`` of a problem document."""

    permission_classes = ()
    authentication_classes = ()

    @extend_schema(
        operation_id="problems_retrieve",
        tags=["about"],
        summary="Read one kind of refusal",
        responses={200: ProblemKindSerializer},
    )
    def get(self, request: Request, code: str) -> Response:
        """What it means, and what to do about it."""
        if code not in PROBLEMS:
            raise Http404
        return Response(ProblemKindSerializer(PROBLEMS[code]).data)


# By form and language: content and headers.
_SCHEMAS: dict[tuple[str, str | None], tuple[bytes, dict[str, str]]] = {}


class SchemaFile(SpectacularAPIView):
    """The OpenAPI description of this API, as YAML or JSON."""

    http_method_names = ["get", "head"]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Made once for each form and language: it takes seconds, and is the same for everybody."""
        make: Any = super().get
        if request.GET:
            return cast(HttpResponseBase, make(request, *args, **kwargs))
        form = request.accepted_renderer.format, get_language()
        if form not in _SCHEMAS:
            made = self.finalize_response(request, make(request, *args, **kwargs)).render()
            kept = {name: made[name] for name in ("Content-Type", "Content-Disposition")}
            _SCHEMAS[form] = made.content, kept
        content, headers = _SCHEMAS[form]
        return HttpResponse(content, headers=headers)


class Documentation(SpectacularSwaggerSplitView):
    """The schema as a page to read and to try things on."""

    http_method_names = ["get", "head"]
    template_name = "core/api_docs.html"


class FileSerializer(serializers.ModelSerializer[Attachment]):
    """A file that belongs to a record."""

    url = serializers.SerializerMethodField(help_text="Where its content is, under the same token.")

    class Meta:
        model = Attachment
        fields = ["id", "name", "media_type", "size", "sha256", "url"]

    def get_url(self, file: Attachment) -> OpenApiTypes.URI:  # type: ignore[valid-type]
        return self.context["request"].build_absolute_uri(reverse("api-file", args=[file.pk]))


class AnyContent(BaseRenderer):
    """Lets a client accept any type of file; a refusal is JSON all the same."""

    media_type = "*/*"
    format = "file"
    charset = None

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return b"" if data is None else dumps(data)


class FileContent(ApiView):
    """The content of a file, for those who see the record that it belongs to."""

    renderer_classes = [OrjsonRenderer, AnyContent]

    @extend_schema(
        operation_id="files_retrieve",
        tags=["files"],
        summary="Read the content of one file",
        parameters=[
            OpenApiParameter(
                "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag of what you have."
            )
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 304: None},
    )
    def get(self, request: Request, id: int) -> HttpResponseBase:
        """The bytes, under the media type that the record of the file says."""
        return attachment(request._request, id)
