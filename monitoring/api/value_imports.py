"""Sheets of values and targets: sent, tried out, entered, taken back."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ProgrammeSlug, programme_field
from monitoring import tasks
from monitoring.api.common import OfProgrammeFilter
from monitoring.models import ValueBatch, ValueRow
from twinning.core.api.fields import StrictModelSerializer
from twinning.core.api.imports import HOW_FAR, BatchSerializer, ImportRows, Imports
from twinning.core.api.resources import Resource

_EXAMPLE = {
    "id": 3,
    "programme": "tfind04a01",
    "holds": "values",
    "filename": "values-2010.xlsx",
    "stage": "ready",
    "mode": "all",
    "counts": {"rows": 12, "new": 10, "changed": 1, "unchanged": 0, "refused": 1, "notes": []},
    "error": "",
    "job": None,
    "applied_at": None,
    "undone_at": None,
    "version": 2,
    "created_at": "2011-01-10T08:00:00Z",
    "updated_at": "2011-01-10T08:00:01Z",
}


@extend_schema_serializer(
    examples=[OpenApiExample("A sheet that was tried out", response_only=True, value=_EXAMPLE)]
)
class ValueImportSerializer(BatchSerializer):
    programme = ProgrammeSlug()

    class Meta:
        model = ValueBatch
        fields = ["id", "programme", "holds", "filename", "stage", *HOW_FAR, *STAMPS]


class ValueImportInput(StrictModelSerializer):
    programme = programme_field()
    file = serializers.FileField(help_text="XLSX, ODS or CSV, its columns named as docs/results.md says.")

    class Meta:
        model = ValueBatch
        fields = ["programme", "holds", "file"]


class ValueApplyInput(StrictModelSerializer):
    class Meta:
        model = ValueBatch
        fields = ["mode"]


class ValueImportFilter(OfProgrammeFilter):
    class Meta:
        model = ValueBatch
        fields = ["holds"]


class ValueImportViewSet(Imports, Resource):
    """Sheets of values or targets on their way into the results of a programme: tried out, entered, taken back."""

    queryset = ValueBatch.objects.all()
    serializer_class = ValueImportSerializer
    filterset_class = ValueImportFilter
    inputs = {"create": ValueImportInput, "apply": ValueApplyInput}
    statuses = {"again": (200, 202), "apply": (200, 202), "undo": (200, 202)}
    begin = staticmethod(tasks.begin_values)
    work = tasks.VALUES

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Send a sheet. It is tried out: see stage and rows. Nothing is entered before apply.

        A large sheet is tried out by a worker: ask job until it is over.
        """
        return super().create(request, **kwargs)

    @action(detail=True, methods=["post"])
    def again(self, request: Request, **kwargs: Any) -> Response:
        """Try the sheet out once more, against the values as they stand now."""
        batch = self.seen()
        with transaction.atomic():
            return self.now(batch, tasks.start_values_again(actor=self.actor, batch=batch))

    @action(detail=True, methods=["post"])
    def apply(self, request: Request, **kwargs: Any) -> Response:
        """Enter the rows: all or none, or the good ones only. A worker does a large sheet."""
        return self.applied()

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **kwargs: Any) -> Response:
        """Take back what the import entered, except where somebody changed or handed it in since."""
        return self.undone()


class ValueRowSerializer(serializers.ModelSerializer[ValueRow]):
    """What will happen with a row, or did."""

    values = serializers.SerializerMethodField(help_text="What the row says; numbers are texts.")
    changes = serializers.DictField(help_text="{field: [before, after]} of a row that changes what stands.")
    record = serializers.IntegerField(
        allow_null=True, help_text="Id of the measurement or target that stands there."
    )

    class Meta:
        model = ValueRow
        fields = ["id", "place", "action", "title", "values", "reason", "changes", "record"]
        read_only_fields = fields

    def get_values(self, row: ValueRow) -> dict[str, Any]:
        return dict(row.call.get("values", {}))


class ValueRowFilter(django_filters.FilterSet):
    class Meta:
        model = ValueRow
        fields = ["action"]


class ValueRowViewSet(ImportRows, Resource):
    """The rows of a sheet of values, with what the dry run says of each."""

    queryset = ValueRow.objects.all()
    serializer_class = ValueRowSerializer
    filterset_class = ValueRowFilter
    parent = "value_import_id"


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("value-imports", ValueImportViewSet, "value-import"),
    ("value-imports/<int:value_import_id>/rows", ValueRowViewSet, "value-import-row"),
]
