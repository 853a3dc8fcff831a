from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ClusterReference, ProgrammeSlug, cluster_field, programme_field
from monitoring import services
from monitoring.models import Report
from monitoring.queries import STATES, in_state, state_of
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.jobs import JobSerializer
from twinning.core.api.pages import FileSerializer
from twinning.core.api.resources import Listed, Resource, Shown
from twinning.core.models import Attachment
from twinning.core.report_codes import address_of, grouped


class ReportSerializer(serializers.ModelSerializer[Report]):
    programme = ProgrammeSlug()
    cluster = ClusterReference(read_only=True, allow_null=True)
    state = serializers.SerializerMethodField()
    code: Any = serializers.SerializerMethodField(help_text="By which everybody may verify a copy of it.")
    verify_url = serializers.SerializerMethodField(help_text="The page on which they do.")

    class Meta:
        model = Report
        fields = [
            "id",
            "programme",
            "cluster",
            "kind",
            "title",
            "as_of",
            "language",
            "options",
            "state",
            "code",
            "verify_url",
            "snapshot_sha256",
            "built_at",
            "issued_at",
            *STAMPS,
        ]
        extra_kwargs = {"options": {"help_text": "What was chosen, by kind of report."}}

    def get_code(self, report: Report) -> str:
        return grouped(report.code)

    def get_verify_url(self, report: Report) -> OpenApiTypes.URI:  # type: ignore[valid-type]
        return address_of(report.code)

    def get_state(self, report: Report) -> serializers.ChoiceField(choices=list(STATES)):  # type: ignore[valid-type]
        return state_of(report)


_EXAMPLE = {
    "id": 7,
    "programme": "tfind04a01",
    "cluster": {"slug": "chennai-leather", "name": "Chennai leather", "country": "IN"},
    "kind": "activity-status",
    "title": "Activity status of Chennai leather",
    "as_of": "2011-07-31",
    "language": "en",
    "options": {},
    "state": "working",
    "code": "K7QM-2XWD-9RTA",
    "verify_url": "https://twinning.example/verify/K7QM-2XWD-9RTA",
    "snapshot_sha256": "",
    "built_at": None,
    "issued_at": None,
    "version": 1,
    "created_at": "2011-08-01T08:00:00Z",
    "updated_at": "2011-08-01T08:00:00Z",
    "files": [],
    "job": {
        "id": 31,
        "kind": "monitoring.report",
        "title": "Activity status of Chennai leather",
        "status": "queued",
        "progress": 0,
        "total": 0,
        "percent": None,
        "message": "",
        "error": "",
        "result": {},
        "created_at": "2011-08-01T08:00:00Z",
        "started_at": None,
        "ended_at": None,
    },
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A report being built", response_only=True, status_codes=["200", "202"], value=_EXAMPLE
        )
    ]
)
class ReportDetailSerializer(ReportSerializer):
    files = serializers.SerializerMethodField(help_text="Empty until it is built.")
    job = serializers.SerializerMethodField(help_text="The work on it, for the one who asked for it.")

    class Meta(ReportSerializer.Meta):
        fields = [*ReportSerializer.Meta.fields, "files", "job"]

    def get_files(self, report: Report) -> FileSerializer(many=True):  # type: ignore[valid-type]
        return FileSerializer(Attachment.objects.of(report), many=True, context=self.context).data

    def get_job(self, report: Report) -> JobSerializer(allow_null=True):  # type: ignore[valid-type]
        own = report.job is not None and report.job.created_by_id == self.context["request"].user.pk
        return JobSerializer(report.job).data if own else None


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Activity status of one cluster",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "cluster": "chennai-leather",
                "kind": "activity-status",
                "as_of": "2011-07-31",
                "language": "en",
            },
        )
    ]
)
class ReportInput(StrictModelSerializer):
    programme = programme_field()
    cluster = cluster_field(required=False, allow_null=True)
    as_of = serializers.DateField(required=False, help_text="Today unless given.")
    options = serializers.DictField(required=False, help_text="What is chosen, by kind of report.")

    class Meta:
        model = Report
        fields = ["programme", "cluster", "kind", "as_of", "language", "options"]


class WithdrawInput(StrictSerializer):
    reason = serializers.CharField(max_length=2000)


class ReportFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")
    kind = django_filters.CharFilter("kind", label="Kind of report, such as activity-status.")
    state = django_filters.ChoiceFilter(
        choices=[(state, word[0]) for state, word in STATES.items()], method="so", label="How far it is."
    )

    class Meta:
        model = Report
        fields: list[str] = []

    def so(self, rows: Any, name: str, value: str) -> Any:
        return in_state(rows, value)


class ReportViewSet(Listed, Shown, Resource):
    """Reports and their files. Issued ones are for everybody in the programme, drafts for those who make
    them.
    """

    queryset = Report.objects.defer("snapshot")
    serializer_class = ReportSerializer
    detail_class = ReportDetailSerializer
    filterset_class = ReportFilter
    inputs = {"create": ReportInput, "withdraw": WithdrawInput}
    statuses = {"create": 202, "issue": 202, "withdraw": 202, "retry": 202}
    joined = ("programme", "cluster", "job")

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Ask for a report. A worker builds it: read the report again until its state is draft, or failed."""
        sent = self.sent()
        sent.setdefault("as_of", timezone.localdate())
        report = services.request_report(actor=self.actor, **sent)
        address = request.build_absolute_uri(f"{request.path}{report.pk}/")
        return self.shown(report, 202, Location=address)

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **kwargs: Any) -> Response:
        """Build again what failed or was cancelled."""
        return self.shown(services.retry_report(actor=self.actor, report=self.get_object()), 202)

    @action(detail=True, methods=["post"])
    def issue(self, request: Request, **kwargs: Any) -> Response:
        """Publish a built report to everybody in the programme; a worker dates its cover first."""
        report = self.get_object()
        version = self.seen_version(report)
        return self.shown(services.issue_report(actor=self.actor, report=report, version=version), 202)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take an issued report back, with a reason that its history keeps."""
        report = self.get_object()
        version, sent = self.seen_version(report), self.sent()
        withdrawn = services.withdraw_report(actor=self.actor, report=report, version=version, **sent)
        return self.shown(withdrawn, 202)


ROUTES: list[tuple[str, type[Resource], str]] = [("reports", ReportViewSet, "report")]
