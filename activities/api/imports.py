from __future__ import annotations

from typing import Any

import django_filters
from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from activities import services, tasks
from activities.models import ImportBatch, ImportRow
from activities.services import AS_PROPOSED
from clusters.api.common import STAMPS, ClusterReference, ProgrammeSlug, cluster_field
from twinning.core.access import DomainError
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.imports import HOW_FAR, BatchSerializer, ImportRows, Imports
from twinning.core.api.resources import Resource
from twinning.core.models import Job

_EXAMPLE = {
    "id": 4,
    "programme": "tfind04a01",
    "cluster": {"slug": "chennai-leather", "name": "Chennai leather", "country": "IN"},
    "filename": "leather-july-2011.xlsx",
    "stage": "ready",
    "sheet": "Status",
    "sheets": ["Status"],
    "heads": ["No.", "Activity", "Date"],
    "columns": {"number": 0, "title": 1, "period": 2},
    "status_date": "2011-07-31",
    "mode": "all",
    "counts": {"rows": 33, "new": 33, "changed": 0, "unchanged": 0, "refused": 0, "questions": 2},
    "error": "",
    "job": None,
    "applied_at": None,
    "undone_at": None,
    "version": 3,
    "created_at": "2011-08-01T08:00:00Z",
    "updated_at": "2011-08-01T08:00:02Z",
}


@extend_schema_serializer(
    examples=[OpenApiExample("A sheet that was tried out", response_only=True, value=_EXAMPLE)]
)
class ImportSerializer(BatchSerializer):
    programme = ProgrammeSlug()
    cluster = ClusterReference(read_only=True)
    sheets = serializers.SerializerMethodField(help_text="The sheets of the file.")
    heads = serializers.SerializerMethodField(help_text="The heads of the columns.")
    columns = serializers.SerializerMethodField(help_text="Which column, from 0, holds what.")

    class Meta:
        model = ImportBatch
        fields = [
            "id",
            "programme",
            "cluster",
            "filename",
            "stage",
            "sheet",
            "sheets",
            "heads",
            "columns",
            "status_date",
            *HOW_FAR,
            *STAMPS,
        ]

    def get_sheets(self, batch: ImportBatch) -> list[str]:
        return [str(name) for name in batch.mapping.get("sheets", [])]

    def get_heads(self, batch: ImportBatch) -> list[str]:
        return [str(head) for head in batch.mapping.get("heads", [])]

    def get_columns(self, batch: ImportBatch) -> dict[str, int]:
        return dict(batch.mapping.get("columns", {}))


class ImportInput(StrictModelSerializer):
    cluster = cluster_field()
    file = serializers.FileField(help_text="XLSX, ODS or CSV.")

    class Meta:
        model = ImportBatch
        fields = ["cluster", "file", "status_date"]


def _place(*, required: bool = False) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=59, required=required)


class PlacesInput(StrictSerializer):
    """Which column, from 0, holds what."""

    title = _place(required=True)
    number = _place()
    period = _place()
    period_end = _place()
    kind = _place()
    format = _place()
    status = _place()
    organiser = _place()
    venue = _place()
    note = _place()
    tags = _place()


class ColumnsInput(StrictSerializer):
    sheet = serializers.CharField(required=False, max_length=100, help_text="Another sheet of the file.")
    columns = PlacesInput(required=False)


class AnswerInput(StrictSerializer):
    row = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="Id of the row.")
    leave = serializers.BooleanField(required=False, help_text="Leave the row out.")
    same = serializers.CharField(
        required=False,
        max_length=20,
        help_text="row: it repeats an earlier row; other: it is another event than the one proposed; "
        "or the id of the activity of another cluster that it is.",
    )
    period = serializers.IntegerField(
        required=False,
        min_value=AS_PROPOSED,
        max_value=100,
        help_text=f"Which reading of the period: {AS_PROPOSED} as proposed, else that alternative.",
    )
    text = serializers.CharField(
        required=False, max_length=200, help_text="Or how the period is to be read, in words."
    )


class AnswersInput(StrictSerializer):
    answers = AnswerInput(many=True)


class ApplyInput(StrictModelSerializer):
    class Meta:
        model = ImportBatch
        fields = ["mode"]


class ImportFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")

    class Meta:
        model = ImportBatch
        fields: list[str] = []


class ImportViewSet(Imports, Resource):
    """Activity status sheets on their way into the log of a cluster: tried out, answered, applied, undone."""

    queryset = ImportBatch.objects.all()
    serializer_class = ImportSerializer
    filterset_class = ImportFilter
    inputs = {
        "create": ImportInput,
        "columns": ColumnsInput,
        "answers": AnswersInput,
        "apply": ApplyInput,
    }
    statuses = {"columns": (200, 202), "apply": (200, 202), "undo": (200, 202)}
    joined = ("programme", "job")
    begin = staticmethod(tasks.begin)
    work = tasks.IMPORTS

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Send a sheet. It is tried out at once where its columns are plain: see stage and rows.

        Nothing enters the log before apply. A large sheet is tried out by a worker: ask job until it is over.
        """
        return super().create(request, **kwargs)

    def add(self, **sent: Any) -> ImportBatch:
        batch: ImportBatch = super().add(**sent)
        if "title" in batch.mapping.get("columns", {}):
            self._try_out(batch)
        return batch

    def _try_out(self, batch: ImportBatch) -> Job | None:
        with transaction.atomic():
            return tasks.start_dry_run(actor=self.actor, batch=batch)

    @action(detail=True, methods=["post"])
    def columns(self, request: Request, **kwargs: Any) -> Response:
        """Say which sheet and which columns to read, and try the import out again."""
        batch, sent = self.seen(), self.sent()
        if "sheet" in sent:
            batch = tasks.look_again(actor=self.actor, batch=batch, sheet=sent["sheet"])
        if "columns" in sent:
            batch = tasks.choose(actor=self.actor, batch=batch, columns=dict(sent["columns"]))
        return self.now(batch, self._try_out(batch))

    @action(detail=True, methods=["post"])
    def answers(self, request: Request, **kwargs: Any) -> Response:
        """Answer what the dry run asks about its rows: doubtful periods, repeats and joint events."""
        batch = self.seen()
        found = self.sent()["answers"]
        decisions = {answer["row"]: _decision(answer) for answer in found}
        try:
            services.decide(actor=self.actor, batch=batch, decisions=decisions)
        except DomainError as error:
            places = {str(answer["row"]): index for index, answer in enumerate(found)}
            raise DomainError(
                error.message, code=error.code, fields=_pointed(error.fields, places)
            ) from error
        return self.shown(batch)

    @action(detail=True, methods=["post"])
    def apply(self, request: Request, **kwargs: Any) -> Response:
        """Take the rows into the log: all or none, or the good ones only. A worker does a large sheet."""
        return self.applied()

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **kwargs: Any) -> Response:
        """Take back what the import did, except where somebody changed a row since."""
        return self.undone()


def _decision(answer: dict[str, Any]) -> dict[str, Any]:
    same = answer.get("same", "")
    given = {name: answer[name] for name in ("leave", "period", "text") if name in answer}
    return given | {"same": int(same) if same.isdecimal() and same.isascii() else same}


def _pointed(fields: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    """Errors at ``row id-name`` as errors at the place of the answer in what was sent."""
    found = {}
    for key, messages in fields.items():
        row, _dash, name = key.partition("-")
        found[f"answers/{places[row]}/{name}" if row in places else key] = messages
    return found


class ImportRowSerializer(serializers.ModelSerializer[ImportRow]):
    """What will happen with a row, or did."""

    values = serializers.DictField(help_text="What the row says.")
    reading = serializers.DictField(help_text="How its period is read, with alternatives and reasons.")
    flags = serializers.ListField(child=serializers.CharField())
    changes = serializers.DictField(help_text="{field: [before, after]} of a row that changes an activity.")
    proposals = serializers.ListField(
        child=serializers.DictField(), help_text="What it may be the same as: see answers."
    )
    decision = serializers.DictField(help_text="What was answered.")

    class Meta:
        model = ImportRow
        fields = [
            "id",
            "row",
            "action",
            "values",
            "reading",
            "flags",
            "reason",
            "changes",
            "proposals",
            "decision",
            "needs_answer",
            "activity",
        ]
        read_only_fields = fields


class ImportRowFilter(django_filters.FilterSet):
    class Meta:
        model = ImportRow
        fields = ["action", "needs_answer"]
        filter_overrides = UpdatedFilter.OVERRIDES


class ImportRowViewSet(ImportRows, Resource):
    """The rows of a sheet, with what the dry run says of each."""

    queryset = ImportRow.objects.all()
    serializer_class = ImportRowSerializer
    filterset_class = ImportRowFilter


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("imports", ImportViewSet, "import"),
    ("imports/<int:import_id>/rows", ImportRowViewSet, "import-row"),
]
