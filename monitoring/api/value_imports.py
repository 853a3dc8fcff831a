"""Sheets of values and targets: sent, tried out, entered, taken back."""

from __future__ import annotations

from typing import Any, Self

import django_filters
from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ProgrammeSlug, programme_field
from monitoring import tasks
from monitoring.api.common import OfProgrammeFilter
from monitoring.models import ValueBatch, ValueRow
from twinning.core.access import ScopedQuerySet
from twinning.core.api.fields import StrictModelSerializer
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Listed, Resource, Shown
from twinning.core.attachments import read_upload
from twinning.core.models import Job, User

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
class ValueImportSerializer(serializers.ModelSerializer[ValueBatch]):
    programme = ProgrammeSlug()
    stage = serializers.ChoiceField(
        ValueBatch.Status.choices, read_only=True, help_text="Where the import stands."
    )
    counts = serializers.DictField(read_only=True, help_text="How many rows of each kind there are.")
    job = serializers.PrimaryKeyRelatedField[Job](
        read_only=True, allow_null=True, help_text="Id of the job that works on it, where a worker does."
    )

    class Meta:
        model = ValueBatch
        fields = [
            "id",
            "programme",
            "holds",
            "filename",
            "stage",
            "mode",
            "counts",
            "error",
            "job",
            "applied_at",
            "undone_at",
            *STAMPS,
        ]


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


class ValueImportViewSet(Listed, Shown, Resource):
    """Sheets of values or targets on their way into the results of a programme: tried out, entered, taken back."""

    queryset = ValueBatch.objects.all()
    serializer_class = ValueImportSerializer
    filterset_class = ValueImportFilter
    parser_classes = [JSONParser, MultiPartParser]
    inputs = {"create": ValueImportInput, "apply": ValueApplyInput}
    statuses = {"again": (200, 202), "apply": (200, 202), "undo": (200, 202)}

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Send a sheet. It is tried out: see stage and rows. Nothing is entered before apply.

        A large sheet is tried out by a worker: ask job until it is over.
        """
        sent = self.sent()
        file = sent["file"]
        with transaction.atomic():
            batch = tasks.begin_values(
                actor=self.actor,
                programme=sent["programme"],
                holds=sent["holds"],
                filename=file.name,
                data=read_upload(file),
            )
        address = request.build_absolute_uri(f"{request.path}{batch.pk}/")
        return self.shown(batch, 201, Location=address)

    @action(detail=True, methods=["post"])
    def again(self, request: Request, **kwargs: Any) -> Response:
        """Try the sheet out once more, against the values as they stand now."""
        batch = self._seen()
        with transaction.atomic():
            job = tasks.start_values_again(actor=self.actor, batch=batch)
        return self.shown(batch, 202 if job else 200)

    @action(detail=True, methods=["post"])
    def apply(self, request: Request, **kwargs: Any) -> Response:
        """Enter the rows: all or none, or the good ones only. A worker does a large sheet."""
        batch = self._seen()
        mode = self.sent().get("mode", ValueBatch.Mode.ALL_OR_NOTHING)
        job = tasks.start_values(actor=self.actor, batch=batch, mode=mode)
        return self.shown(batch, 202 if job else 200)

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **kwargs: Any) -> Response:
        """Take back what the import entered, except where somebody changed or handed it in since."""
        batch = self._seen()
        job = tasks.start_undo_values(actor=self.actor, batch=batch)
        return self.shown(batch, 202 if job else 200)

    def _seen(self) -> ValueBatch:
        batch: ValueBatch = self.get_object()
        self.seen_version(batch)
        return batch


class ValueRowQuerySet(ScopedQuerySet[ValueRow]):
    def visible_to(self, user: User) -> Self:
        return self.filter(batch__in=ValueBatch.objects.visible_to(user).values("pk"))


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
        filter_overrides = UpdatedFilter.OVERRIDES


class ValueRowViewSet(Listed, Resource):
    """The rows of a sheet of values, with what the dry run says of each."""

    queryset = ValueRowQuerySet(ValueRow)
    serializer_class = ValueRowSerializer
    filterset_class = ValueRowFilter
    sorts = ("id",)

    def of_parent(self, rows: Any) -> Any:
        batch = self.visible(ValueBatch.objects.all(), pk=self.kwargs["value_import_id"])
        return rows.filter(batch=batch)


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("value-imports", ValueImportViewSet, "value-import"),
    ("value-imports/<int:value_import_id>/rows", ValueRowViewSet, "value-import-row"),
]
