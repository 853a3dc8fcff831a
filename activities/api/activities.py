from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from activities import services
from activities.api.rows import COLUMNS, activity_rows
from activities.models import Activity, ActivityCluster, ActivityOrganisation
from activities.permissions import can_change
from activities.rules import Status
from clusters.api.common import STAMPS, cluster_field, organisation_field, programme_field
from clusters.models import Cluster, Organisation, Programme
from clusters.models.membership import grants_of
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer
from twinning.core.api.filters import DayFilter, IdFilter, UpdatedFilter, YesNoFilter
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown
from twinning.core.periods import Flag, Precision

EXAMPLE_ID = 17
_PERIOD = {
    "text": "Dec and Feb 2010",
    "edtf": "{2009-12,2010-02}",
    "start": "2009-12-01",
    "end": "2010-02-28",
    "open": False,
    "segments": [
        {
            "start": start,
            "end": start,
            "precision": "month",
            "end_precision": None,
            "label": "",
            "approximate": False,
            "uncertain": False,
            "invalid": False,
        }
        for start in ("2009-12", "2010-02")
    ],
    "flags": ["several_pieces", "year_rolled"],
    "doubtful": True,
    "tentative": False,
    "confirmed_at": None,
}
_EXAMPLE = {
    "id": EXAMPLE_ID,
    "programme": "tfind04a01",
    "title": "Training on finishing of goat leather",
    "kind": "NT",
    "format": "training",
    "tags": "",
    "side": "emerging",
    "link_class": "",
    "objective": "",
    "venue": "Chennai",
    "support_share": "50.00",
    "status": "done",
    "status_set": "",
    "note": "",
    "origin": "imported",
    "period": _PERIOD,
    "clusters": [
        {
            "slug": "chennai-leather",
            "name": "Chennai leather",
            "number": 12,
            "number_source": "printed",
            "printed_title": "",
            "printed_period": "",
        }
    ],
    "organisations": [{"id": 5, "name": "CLRI", "role": "organiser"}],
    "version": 2,
    "created_at": "2011-07-01T08:00:00Z",
    "updated_at": "2011-07-31T16:20:11Z",
}


class SegmentSerializer(serializers.Serializer[Any]):
    """One stretch of time. Days are written as exactly as they are known: YYYY, YYYY-MM or YYYY-MM-DD."""

    start = serializers.CharField(allow_null=True, help_text="Null where none is stated.")
    end = serializers.CharField(allow_null=True, help_text="Null where it is open.")
    precision = serializers.ChoiceField([precision.value for precision in Precision])
    end_precision = serializers.ChoiceField(
        [precision.value for precision in Precision], allow_null=True, help_text="Where it differs."
    )
    label: Any = serializers.CharField(allow_blank=True)
    approximate = serializers.BooleanField()
    uncertain = serializers.BooleanField()
    invalid = serializers.BooleanField(help_text="It ends before it starts, as printed.")


class PeriodSerializer(serializers.Serializer[Any]):
    """A period as it was written, and how it is read."""

    text = serializers.CharField(allow_blank=True, help_text="As written; blank means not stated.")
    edtf = serializers.CharField(allow_blank=True, help_text="The reading in EDTF (ISO 8601-2).")
    start = serializers.DateField(allow_null=True, help_text="First possible day.")
    end = serializers.DateField(allow_null=True, help_text="Last possible day; null where it is open.")
    open = serializers.BooleanField(help_text="It has no end yet, as in ongoing.")
    segments = SegmentSerializer(many=True)
    flags = serializers.ListField(
        child=serializers.ChoiceField([flag.value for flag in Flag]), help_text="What is noteworthy."
    )
    doubtful = serializers.BooleanField(help_text="The reading waits for a person to confirm it.")
    tentative = serializers.BooleanField(
        help_text="Called tentative: due once it has begun, until somebody says that it took place."
    )
    confirmed_at = serializers.DateTimeField(allow_null=True)


class PlaceSerializer(serializers.ModelSerializer[ActivityCluster]):
    """The activity in the list of one cluster, with the number and words of that list."""

    slug = serializers.CharField(source="cluster.slug")
    name = serializers.CharField(source="cluster.name")

    class Meta:
        model = ActivityCluster
        fields = ["slug", "name", "number", "number_source", "printed_title", "printed_period"]
        read_only_fields = fields


class PartSerializer(serializers.ModelSerializer[ActivityOrganisation]):
    id = serializers.IntegerField(source="organisation_id", help_text="Id of the organisation.")
    name = serializers.CharField(source="organisation.name")

    class Meta:
        model = ActivityOrganisation
        fields = ["id", "name", "role"]


@extend_schema_serializer(examples=[OpenApiExample("An activity", response_only=True, value=_EXAMPLE)])
class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """The shape that ``rows.activity_rows`` writes."""

    programme = serializers.SlugField(source="programme.slug")
    status = serializers.ChoiceField(Status.choices, help_text="Today, or on the day asked for.")
    period = PeriodSerializer()
    clusters = PlaceSerializer(many=True)
    organisations = PartSerializer(many=True)

    class Meta:
        model = Activity
        fields = [
            "id",
            "programme",
            "title",
            "kind",
            "format",
            "tags",
            "side",
            "link_class",
            "objective",
            "venue",
            "support_share",
            "status",
            "status_set",
            "note",
            "origin",
            "period",
            "clusters",
            "organisations",
            *STAMPS,
        ]


WRITTEN = [
    "title",
    "period_text",
    "kind",
    "format",
    "tags",
    "side",
    "objective",
    "venue",
    "support_share",
    "status_set",
    "note",
]


class PartInput(StrictSerializer):
    id = organisation_field()
    role = serializers.ChoiceField(ActivityOrganisation.Role.choices)


class ActivityChange(StrictModelSerializer):
    period_text = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="As people write it: Sep 2007, 5-9 March 2010, Dec and Feb 2010, ongoing since 2009.",
    )
    clusters = cluster_field(many=True, required=False, help_text="Slugs of all its clusters.")
    organisations = PartInput(many=True, required=False, help_text="All organisers, partners and hosts.")

    class Meta:
        model = Activity
        fields = ["clusters", "organisations", *WRITTEN]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A joint event",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "clusters": ["chennai-leather", "santa-croce"],
                "title": "Study visit to the tanneries of Santa Croce",
                "period_text": "5-9 March 2010",
                "kind": "TB",
                "format": "visit",
                "side": "advanced",
                "organisations": [{"id": 5, "role": "organiser"}],
            },
        )
    ]
)
class ActivityInput(ActivityChange):
    programme = programme_field()
    clusters = cluster_field(many=True, help_text="Slugs of all its clusters.")

    class Meta(ActivityChange.Meta):
        fields = ["programme", "clusters", "organisations", *WRITTEN]


class ConfirmInput(StrictSerializer):
    alternative = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=100, help_text="Which alternative, from 0."
    )
    correction = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Or the period as it should read."
    )


class ActivityFilter(UpdatedFilter):
    """``from`` and ``to`` bound one stretch of time, ``status`` and ``on`` make one question."""

    programme = django_filters.CharFilter(method="of_programme", label="Slug of a programme.")
    cluster = django_filters.CharFilter(method="of_cluster", label="Slug of a cluster.")
    status = django_filters.ChoiceFilter(
        choices=Status.choices, method="as_of", label="Status today, or on the day given by on."
    )
    on = DayFilter(method="as_of", label="The day of the status; today unless given.")
    # A name that cannot be written as an attribute.
    vars()["from"] = DayFilter(
        method="overlapping", label="Periods that may share a day with the time from this day on."
    )
    to = DayFilter(method="overlapping", label="Periods that may share a day with the time up to this day.")
    organiser = IdFilter(method="organised_by", label="Id of the organisation that organises.")
    q = django_filters.CharFilter("title", lookup_expr="icontains", label="Words of the title.")
    doubtful = YesNoFilter("period_doubtful", label="Whether the period waits to be confirmed.")

    class Meta:
        model = Activity
        fields = ["kind", "format", "origin"]

    # The id is looked up first: knowing it, the database walks an index that is in the order of the list.
    def of_programme(self, rows: Any, name: str, value: str) -> Any:
        if len(grants_of(self.request.user).programmes) == 1:
            return rows.filter(programme__slug=value)  # of one programme all rows are, or none
        return rows.filter(
            programme=Programme.objects.filter(slug=value).values_list("pk", flat=True).first()
        )

    def of_cluster(self, rows: Any, name: str, value: str) -> Any:
        found = Cluster.objects.filter(slug=value).values_list("pk", flat=True).first()
        links = ActivityCluster.objects.filter(cluster=found).values("activity")
        return rows.filter(pk__in=links) if found else rows.none()

    def as_of(self, rows: Any, name: str, value: Any) -> Any:
        if name != "status":
            return rows
        day = self.form.cleaned_data["on"] or timezone.localdate()
        return rows.having(value, day)

    def overlapping(self, rows: Any, name: str, value: Any) -> Any:
        return rows.overlapping(value, None) if name == "from" else rows.overlapping(None, value)

    def organised_by(self, rows: Any, name: str, value: Any) -> Any:
        parts = ActivityOrganisation.objects.filter(
            organisation=value,
            role=ActivityOrganisation.Role.ORGANISER,
            organisation__in=Organisation.objects.visible_to(self.request.user).values("pk"),
        )
        return rows.filter(pk__in=parts.values("activity"))


class ActivityViewSet(Listed, Shown, Made, Changed, Removed, Resource):
    """What the programme does or did. A period is sent as people write it, and shown as it was read."""

    queryset = Activity.objects.all()
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    inputs = {
        "create": ActivityInput,
        "partial_update": ActivityChange,
        "confirm_period": ConfirmInput,
    }

    def get_queryset(self) -> Any:
        if self.action == "list":
            return self.queryset.all().visible_to(self.actor).values(*COLUMNS)
        return super().get_queryset()

    def represent_all(self, rows: list[Any]) -> Any:
        return activity_rows(rows, self.actor, self._day())

    def represent(self, obj: Any) -> Any:
        values = Activity.objects.filter(pk=obj.pk).values(*COLUMNS)
        return activity_rows(values, self.actor, timezone.localdate())[0]

    def _day(self) -> dt.date:
        return parse_date(self.request.query_params.get("on", "")) or timezone.localdate()

    def add(self, organisations: list[dict[str, Any]] | None = None, **values: Any) -> Activity:
        parts = [(part["id"], part["role"]) for part in organisations or []]
        return services.log_activity(
            actor=self.actor, organisations=parts, origin=Activity.Origin.API, **values
        )

    def edit(
        self,
        obj: Activity,
        version: int | None,
        organisations: list[dict[str, Any]] | None = None,
        **values: Any,
    ) -> Activity:
        added, released = self._parts(obj, organisations)
        return services.update_activity(
            actor=self.actor,
            activity=obj,
            version=version,
            organisations=added,
            released=released,
            **values,
        )

    def _parts(
        self, activity: Activity, wanted: list[dict[str, Any]] | None
    ) -> tuple[list[tuple[Organisation, str]], list[ActivityOrganisation]]:
        """Which parts to add and which to take off, so that those the user sees are as wanted."""
        if wanted is None:
            return [], []
        parts = {(part["id"].pk, part["role"]): part["id"] for part in wanted}
        links = ActivityOrganisation.objects.visible_to(self.actor).filter(activity=activity)
        standing = {(link.organisation_id, link.role): link for link in links}
        added = [(organisation, key[1]) for key, organisation in parts.items() if key not in standing]
        return added, [link for key, link in standing.items() if key not in parts]

    def remove(self, obj: Activity, version: int | None) -> None:
        services.remove_activity(actor=self.actor, activity=obj, version=version)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the activity out of the log. It is kept, and restore brings it back."""
        return super().destroy(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **kwargs: Any) -> Response:
        """Bring back an activity that was removed; 409 when it is in the log."""
        rows = Activity.objects.filter(programme__in=grants_of(self.actor).programmes)
        activity = rows.filter(pk=kwargs["pk"]).first()
        if activity is None or not can_change(self.actor, activity):
            raise Http404
        return self.shown(services.restore_activity(actor=self.actor, activity=activity))

    @action(detail=True, methods=["post"], url_path="confirm-period")
    def confirm_period(self, request: Request, **kwargs: Any) -> Response:
        """Say how a doubtful period reads: as proposed, as one of its alternatives, or corrected."""
        activity = self.get_object()
        version = self.seen_version(activity)
        changed = services.confirm_period(actor=self.actor, activity=activity, version=version, **self.sent())
        return self.shown(changed)


ROUTES: list[tuple[str, type[Resource], str]] = [("activities", ActivityViewSet, "activity")]
