"""Questionnaires and their versions: those of the library, and those that a programme makes itself."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import STAMPS, ProgrammeSlug, programme_field
from diagnostics import services
from diagnostics.api.common import STAMPED, PlainJSON
from diagnostics.models import Questionnaire, QuestionnaireVersion
from diagnostics.permissions import can_edit_questionnaire
from twinning.core.access import WrongState, require
from twinning.core.api import versions
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer
from twinning.core.api.filters import UpdatedFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown

NONE_SEEN = 0  # the version that no draft has: one that stands already is not written over unseen


class QuestionnaireVersionSerializer(serializers.ModelSerializer[QuestionnaireVersion]):
    class Meta:
        model = QuestionnaireVersion
        fields = ["id", "number", "status", "note", "published_at", "retired_at", *STAMPS]


_DEFINITION = {
    "title": {"en": "Policy case"},
    "language": "en",
    "sections": [
        {
            "name": "case",
            "label": {"en": "The case"},
            "items": [{"name": "country", "type": "text", "label": {"en": "Country"}}],
        }
    ],
}
_VERSION = {
    "id": 9,
    "number": 2,
    "status": "draft",
    "note": "Asks for the country",
    "published_at": None,
    "retired_at": None,
    **STAMPED,
}


@extend_schema_serializer(
    examples=[
        OpenApiExample("A draft", response_only=True, value={**_VERSION, "definition": _DEFINITION}),
    ]
)
class QuestionnaireVersionDetailSerializer(QuestionnaireVersionSerializer):
    definition: Any = serializers.DictField(help_text="Sections of questions; see docs/questionnaires.md.")

    class Meta(QuestionnaireVersionSerializer.Meta):
        fields = [*QuestionnaireVersionSerializer.Meta.fields, "definition"]


class QuestionnaireSerializer(serializers.ModelSerializer[Questionnaire]):
    programme = ProgrammeSlug(allow_null=True, help_text="Null for one of the library.")
    in_use = serializers.SerializerMethodField(help_text="Number of the version in use; null for none.")

    class Meta:
        model = Questionnaire
        fields = ["id", "programme", "slug", "kind", "title", "in_use", *STAMPS]

    def get_in_use(self, questionnaire: Questionnaire) -> int | None:
        published = QuestionnaireVersion.Status.PUBLISHED
        numbers = (one.number for one in questionnaire.versions.all() if one.status == published)
        return next(numbers, None)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "One of a programme",
            response_only=True,
            value={
                "id": 8,
                "programme": "tfind04a01",
                "slug": "policy-case-leather",
                "kind": "policy-case",
                "title": "Policy case",
                "in_use": 1,
                **STAMPED,
                "versions": [_VERSION],
            },
        )
    ]
)
class QuestionnaireDetailSerializer(QuestionnaireSerializer):
    versions = serializers.SerializerMethodField(help_text="Newest first, without their definitions.")

    class Meta(QuestionnaireSerializer.Meta):
        fields = [*QuestionnaireSerializer.Meta.fields, "versions"]

    @extend_schema_field(QuestionnaireVersionSerializer(many=True))
    def get_versions(self, questionnaire: Questionnaire) -> Any:
        return QuestionnaireVersionSerializer(questionnaire.versions.all(), many=True).data


class QuestionnaireInput(StrictModelSerializer):
    programme = programme_field()
    definition = PlainJSON()

    class Meta:
        model = Questionnaire
        fields = ["programme", "slug", "kind", "title", "definition"]


class QuestionnaireFilter(UpdatedFilter):
    programme = django_filters.CharFilter(
        "programme__slug", label="Slug of a programme, for those of its own."
    )

    class Meta:
        model = Questionnaire
        fields = ["kind", "slug"]


class QuestionnaireViewSet(Listed, Shown, Made, Resource):
    """Sets of questions. Those of the library belong to no programme and are not changed."""

    queryset = Questionnaire.objects.all()
    serializer_class = QuestionnaireSerializer
    detail_class = QuestionnaireDetailSerializer
    filterset_class = QuestionnaireFilter
    inputs = {"create": QuestionnaireInput}

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a questionnaire of a programme's own, its first version as a draft.

        400 lists everything that is wrong with the definition, each with its place in it.
        """
        return super().create(request, *args, **kwargs)

    def add(self, **values: Any) -> Questionnaire:
        return services.create_questionnaire(actor=self.actor, **values)


class DraftChange(StrictSerializer):
    definition = PlainJSON()
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="What changed, in a few words."
    )


class QuestionnaireVersionFilter(UpdatedFilter):
    class Meta:
        model = QuestionnaireVersion
        fields = ["status"]


class QuestionnaireVersionViewSet(Listed, Shown, Made, Changed, Resource):
    """The wordings of a questionnaire: a draft at most, one in use at most, and those that are retired."""

    queryset = QuestionnaireVersion.objects.all()
    serializer_class = QuestionnaireVersionSerializer
    detail_class = QuestionnaireVersionDetailSerializer
    filterset_class = QuestionnaireVersionFilter
    inputs = {"create": DraftChange, "partial_update": DraftChange}

    @property
    def questionnaire(self) -> Questionnaire:
        found: Questionnaire = self.visible(Questionnaire.objects.all(), pk=self.kwargs["questionnaire_id"])
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(questionnaire=self.questionnaire)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin the draft of the next version. 412 shows the draft that stands already: change that one."""
        return super().create(request, *args, **kwargs)

    def add(self, **values: Any) -> QuestionnaireVersion:
        return services.save_draft(
            actor=self.actor, questionnaire=self.questionnaire, version=NONE_SEEN, **values
        )

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a draft. What was published is never changed (409)."""
        return super().partial_update(request, *args, **kwargs)

    def edit(self, obj: QuestionnaireVersion, version: int | None, **values: Any) -> QuestionnaireVersion:
        require(can_edit_questionnaire(self.actor, obj.questionnaire))
        if obj.status != QuestionnaireVersion.Status.DRAFT:
            raise WrongState(_("This version is not a draft any more."))
        sent = {"definition": obj.definition, "note": obj.note, **values}
        return services.save_draft(actor=self.actor, questionnaire=obj.questionnaire, version=version, **sent)

    def _act(self, service: Any, name: str) -> Response:
        found = self.get_object()
        version = self.seen_version(found)
        with transaction.atomic():
            versions.locked(found, version)
            return self.shown(service(actor=self.actor, **{name: found}))

    @action(detail=True, methods=["post"])
    def publish(self, request: Request, **kwargs: Any) -> Response:
        """Put a draft into use; the version in use is retired. Forms that are being filled keep theirs."""
        return self._act(services.publish, "draft")

    @action(detail=True, methods=["post"])
    def retire(self, request: Request, **kwargs: Any) -> Response:
        """Take a version out of use without another in its place."""
        return self._act(services.retire, "published")


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("questionnaires", QuestionnaireViewSet, "questionnaire"),
    (
        "questionnaires/<int:questionnaire_id>/versions",
        QuestionnaireVersionViewSet,
        "questionnaire-version",
    ),
]
