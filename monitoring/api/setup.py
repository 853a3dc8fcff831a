"""What programmes add to their reports, and how they lay them out."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ClusterReference, ProgrammeSlug, cluster_field, programme_field
from monitoring import services
from monitoring.models import Narrative, ReportingPeriod, ReportLayout
from monitoring.permissions import can_lay_out
from monitoring.queries.setup import logo_file_of
from twinning.core.access import require
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer, VisibleId
from twinning.core.api.filters import IdFilter, UpdatedFilter
from twinning.core.api.pages import FileSerializer
from twinning.core.api.resources import Changed, Listed, Made, Removed, Resource, Shown
from twinning.core.layouts import MOST_LOGO_BYTES

_ANCHOR: dict[str, Any] = {"max_length": 30}


class NarrativeSerializer(serializers.ModelSerializer[Narrative]):
    programme = ProgrammeSlug()
    cluster = ClusterReference(read_only=True, allow_null=True)

    class Meta:
        model = Narrative
        fields = ["id", "programme", "cluster", "kind", "section", "period", "language", "text", *STAMPS]


class NarrativeChange(StrictModelSerializer):
    class Meta:
        model = Narrative
        fields = ["text"]


class NarrativeInput(StrictModelSerializer):
    programme = programme_field()
    cluster = cluster_field(required=False, allow_null=True)
    period = VisibleId(
        queryset=ReportingPeriod.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of a reporting period; without one the text stands in every report.",
    )

    class Meta:
        model = Narrative
        fields = ["programme", "cluster", "kind", "section", "period", "language", "text"]
        extra_kwargs = {"section": {"help_text": "Anchor of a section, as in the page of the report."}}


class NarrativeFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")
    kind = django_filters.CharFilter("kind", label="Kind of report, such as results.")
    section = django_filters.CharFilter("section", label="Anchor of a section.")
    period = IdFilter("period", label="Id of a reporting period.")
    language = django_filters.CharFilter("language", label="Language of the text.")

    class Meta:
        model = Narrative
        fields: list[str] = []


class NarrativeViewSet(Listed, Shown, Made, Changed, Removed, Resource):
    """Texts that a programme adds to sections of its reports. A report keeps those that stood when it was made."""

    queryset = Narrative.objects.all()
    serializer_class = NarrativeSerializer
    filterset_class = NarrativeFilter
    inputs = {"create": NarrativeInput, "partial_update": NarrativeChange}

    def add(self, **values: Any) -> Narrative:
        values.setdefault("language", "en")
        return services.write_narrative(actor=self.actor, **values)

    def edit(self, obj: Narrative, version: int | None, **values: Any) -> Narrative:
        place = {
            name: getattr(obj, name)
            for name in ("programme", "cluster", "kind", "section", "period", "language")
        }
        seen = obj.version if version is None else version
        text = values.get("text", obj.text)
        return services.write_narrative(actor=self.actor, version=seen, text=text, **place)

    def remove(self, obj: Narrative, version: int | None) -> None:
        services.clear_narrative(actor=self.actor, narrative=obj, version=version)


class LayoutSerializer(serializers.ModelSerializer[ReportLayout]):
    programme = ProgrammeSlug()
    order = serializers.ListField(
        child=serializers.CharField(), help_text="Anchors of all sections; empty for the usual order."
    )
    left_out = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ReportLayout
        fields = ["id", "programme", "kind", *ReportLayout.WRITTEN, *STAMPS]


class LayoutDetailSerializer(LayoutSerializer):
    logo = serializers.SerializerMethodField()

    class Meta(LayoutSerializer.Meta):
        fields = [*LayoutSerializer.Meta.fields, "logo"]

    def get_logo(self, layout: ReportLayout) -> FileSerializer(allow_null=True):  # type: ignore[valid-type]
        file = logo_file_of(layout)
        return FileSerializer(file, context=self.context).data if file else None


class LayoutChange(StrictModelSerializer):
    order = serializers.ListField(
        child=serializers.CharField(**_ANCHOR),
        required=False,
        help_text="Anchors of sections; those that are not named follow in their usual order.",
    )
    left_out = serializers.ListField(child=serializers.CharField(**_ANCHOR), required=False)

    class Meta:
        model = ReportLayout
        fields = list(ReportLayout.WRITTEN)


class LayoutInput(LayoutChange):
    programme = programme_field()

    class Meta(LayoutChange.Meta):
        fields = ["programme", "kind", *LayoutChange.Meta.fields]


class LogoInput(StrictSerializer):
    file = serializers.FileField(max_length=200, help_text="A PNG or JPEG picture of at most 1 MB.")
    logo_alt = serializers.CharField(max_length=200, help_text="The logo in words.")


class LayoutFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    kind = django_filters.CharFilter("kind", label="Kind of report, such as results.")

    class Meta:
        model = ReportLayout
        fields: list[str] = []


class LayoutViewSet(Listed, Shown, Made, Changed, Resource):
    """How a programme lays out its reports: order of sections, colour, logo, cover. One for each kind."""

    queryset = ReportLayout.objects.all()
    serializer_class = LayoutSerializer
    detail_class = LayoutDetailSerializer
    filterset_class = LayoutFilter
    inputs = {"create": LayoutInput, "partial_update": LayoutChange, "logo": LogoInput}

    def add(self, **values: Any) -> ReportLayout:
        return services.lay_out_report(actor=self.actor, version=None, **values)

    def edit(self, obj: ReportLayout, version: int | None, **values: Any) -> ReportLayout:
        return self._laid_out(obj, version, **values)

    def _laid_out(self, obj: ReportLayout, version: int | None, **values: Any) -> ReportLayout:
        seen = obj.version if version is None else version
        return services.lay_out_report(
            actor=self.actor, programme=obj.programme, kind=obj.kind, version=seen, **values
        )

    @action(detail=True, methods=["post"], parser_classes=[JSONParser, MultiPartParser])
    def logo(self, request: Request, **kwargs: Any) -> Response:
        """Put a logo on the cover, in the place of the one that stands."""
        found = self.get_object()
        require(can_lay_out(self.actor, found.programme))
        version, sent = self.seen_version(found), self.sent()
        data = sent["file"].read(MOST_LOGO_BYTES + 1)
        return self.shown(self._laid_out(found, version, logo=data, logo_alt=sent["logo_alt"]))

    @action(detail=True, methods=["post"], url_path="remove-logo")
    def remove_logo(self, request: Request, **kwargs: Any) -> Response:
        """Take the logo off the cover."""
        found = self.get_object()
        return self.shown(self._laid_out(found, self.seen_version(found), without_logo=True, logo_alt=""))

    @action(detail=True, methods=["post"])
    def reset(self, request: Request, **kwargs: Any) -> Response:
        """Back to the usual layout."""
        found = self.get_object()
        version = self.seen_version(found)
        return self.shown(services.reset_layout(actor=self.actor, layout=found, version=version))


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("report-texts", NarrativeViewSet, "report-text"),
    ("report-layouts", LayoutViewSet, "report-layout"),
]
