"""Reports that are sent regularly, for partner systems."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ClusterReference, ProgrammeSlug, cluster_field, programme_field
from monitoring import services
from monitoring.api.common import OfProgrammeFilter
from monitoring.models import ReportSchedule
from monitoring.rules.schedules import Every
from monitoring.services.schedules import MOST_RECIPIENTS
from twinning.core.api.fields import StrictModelSerializer
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown

_ABOUT = ["language", "options", "every", "days_after", "issue_at_once", "recipients"]
_OPTIONS = "What is chosen, by kind of report."


class UserReference(serializers.Serializer[Any]):
    """A user by id and name."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)


class ScheduleSerializer(serializers.ModelSerializer[ReportSchedule]):
    programme = ProgrammeSlug()
    cluster = ClusterReference(read_only=True, allow_null=True)
    owner = UserReference(read_only=True)
    recipients = UserReference(many=True, read_only=True)

    class Meta:
        model = ReportSchedule
        fields = [
            "id",
            "programme",
            "cluster",
            "kind",
            *_ABOUT,
            "owner",
            "next_on",
            "paused_at",
            "paused_because",
            *STAMPS,
        ]
        extra_kwargs = {
            "options": {"help_text": _OPTIONS},
            "next_on": {"help_text": "Null where it waits for a period to be closed."},
            "paused_because": {"help_text": "Why it was stopped; empty where somebody paused it."},
        }


class ScheduleChange(StrictModelSerializer):
    cluster = cluster_field(required=False, allow_null=True)
    options = serializers.DictField(required=False, help_text=_OPTIONS)
    recipients = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=MOST_RECIPIENTS,
        help_text="Ids of users: members of the programme. Who does not manage it may name only themselves.",
    )

    class Meta:
        model = ReportSchedule
        fields = ["cluster", *_ABOUT]


_EXAMPLE = {
    "programme": "tfind04a01",
    "kind": "results",
    "every": Every.QUARTER.value,
    "days_after": 10,
    "recipients": [7, 12],
    "issue_at_once": True,
}


@extend_schema_serializer(
    examples=[OpenApiExample("Results of each quarter", request_only=True, value=_EXAMPLE)]
)
class ScheduleInput(ScheduleChange):
    programme = programme_field()

    class Meta(ScheduleChange.Meta):
        fields = ["programme", "cluster", "kind", *_ABOUT]


class ScheduleFilter(OfProgrammeFilter):
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")
    kind = django_filters.CharFilter("kind", label="Kind of report, such as activity-status.")

    class Meta:
        model = ReportSchedule
        fields: list[str] = []


class ScheduleViewSet(Listed, Shown, Made, Changed, Removed, Resource):
    """Reports that are made at the end of each month, quarter, half-year or year, or when a reporting period is
    closed, and sent to people by e-mail.
    """

    queryset = ReportSchedule.objects.all()
    serializer_class = ScheduleSerializer
    filterset_class = ScheduleFilter
    inputs = {"create": ScheduleInput, "partial_update": ScheduleChange}

    def add(self, **values: Any) -> ReportSchedule:
        return services.schedule_report(actor=self.actor, **values)

    def edit(self, obj: ReportSchedule, version: int | None, **values: Any) -> ReportSchedule:
        return services.change_schedule(actor=self.actor, schedule=obj, version=version, **values)

    def remove(self, obj: ReportSchedule, version: int | None) -> None:
        services.end_schedule(actor=self.actor, schedule=obj, version=version)

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, **kwargs: Any) -> Response:
        """Make it no more until it is resumed."""
        schedule = self.get_object()
        version = self.seen_version(schedule)
        return self.shown(services.pause_schedule(actor=self.actor, schedule=schedule, version=version))

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, **kwargs: Any) -> Response:
        """Go on with the next stretch of time; what was missed is not made up for."""
        schedule = self.get_object()
        version = self.seen_version(schedule)
        return self.shown(services.resume_schedule(actor=self.actor, schedule=schedule, version=version))


ROUTES: list[tuple[str, type[Resource], str]] = [("report-schedules", ScheduleViewSet, "report-schedule")]
