from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from twinning.core import jobs
from twinning.core.api.resources import Listed, Resource, Shown
from twinning.core.models import Job


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A report being built",
            response_only=True,
            value={
                "id": 31,
                "kind": "monitoring.report",
                "title": "Activity status of Chennai leather",
                "status": "running",
                "progress": 2,
                "total": 5,
                "percent": 40,
                "message": "Setting the pages",
                "error": "",
                "result": {},
                "created_at": "2011-07-31T16:20:11Z",
                "started_at": "2011-07-31T16:20:12Z",
                "ended_at": None,
            },
        )
    ]
)
class JobSerializer(serializers.ModelSerializer[Job]):
    percent = serializers.IntegerField(allow_null=True, read_only=True)
    result = serializers.DictField(read_only=True, help_text="What it left behind, by kind of job.")

    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "title",
            "status",
            "progress",
            "total",
            "percent",
            "message",
            "error",
            "result",
            "created_at",
            "started_at",
            "ended_at",
        ]
        read_only_fields = fields


class JobFilter(django_filters.FilterSet):
    class Meta:
        model = Job
        fields = ["status", "kind"]


class JobViewSet(Listed, Shown, Resource):
    """Work in the background that you asked for. Ask again until status is done, failed or cancelled."""

    queryset = Job.objects.all()
    serializer_class = JobSerializer
    filterset_class = JobFilter
    sorts = ("-id", "id")
    versioned = False

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Cancel a job that is not over; 409 when it is."""
        job = self.get_object()
        return self.shown(jobs.cancel(actor=self.actor, job_id=job.pk))


ROUTES: list[tuple[str, type[Resource], str]] = [("jobs", JobViewSet, "job")]
