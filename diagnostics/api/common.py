"""Filed forms on the wire: what every resource of this room shows of them, and how they are filtered."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from clusters.api.common import STAMPS, ClusterReference, ProgrammeSlug
from clusters.models import Organisation
from diagnostics.models import QuestionnaireVersion, Remark, Submission
from diagnostics.permissions import can_change
from diagnostics.queries import answers_for, hidden_from, remarks_for
from twinning.core.api.fields import Reference
from twinning.core.api.filters import IdFilter, UpdatedFilter

DEEPEST = 20
MOST_REMARKS = 200
ABOUT_FIELDS = ["title", "held_on"]


def _can_be_kept(value: Any, depth: int = DEEPEST) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return depth > 0 and all(
            _can_be_kept(name) and _can_be_kept(one, depth - 1) for name, one in value.items()
        )
    return not isinstance(value, list) or (depth > 0 and all(_can_be_kept(one, depth - 1) for one in value))


class PlainJSON(serializers.JSONField):
    """JSON that every database can keep: no NUL, no half of a character, not nested without end."""

    def to_internal_value(self, data: Any) -> Any:
        if not _can_be_kept(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class VersionReference(serializers.Serializer[QuestionnaireVersion]):
    """A questionnaire and the number of the version that is filled."""

    id = serializers.IntegerField(read_only=True, help_text="Of the version.")
    slug = serializers.CharField(source="questionnaire.slug", read_only=True)
    title = serializers.CharField(source="questionnaire.title", read_only=True)
    number = serializers.IntegerField(read_only=True)


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    by = serializers.CharField(source="created_by", read_only=True)

    class Meta:
        model = Remark
        fields = ["id", "path", "text", "by", "closed_at", *STAMPS]


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    programme = ProgrammeSlug()
    questionnaire = VersionReference(source="questionnaire_version", read_only=True)
    cluster = ClusterReference(read_only=True, allow_null=True)
    organisation = Reference()
    begun_by = serializers.CharField(source="created_by", read_only=True)

    class Meta:
        model = Submission
        fields = [
            "id",
            "key",
            "programme",
            "kind",
            "questionnaire",
            "cluster",
            "organisation",
            *ABOUT_FIELDS,
            "status",
            "edition",
            "revises",
            "answered",
            "asked",
            "origin",
            "illustrative",
            "begun_by",
            "submitted_at",
            "decided_at",
            *STAMPS,
        ]
        read_only_fields = fields


STAMPED = {"version": 4, "created_at": "2007-05-02T08:00:00Z", "updated_at": "2007-05-04T17:20:00Z"}
EXAMPLE = {
    "id": 12,
    "key": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "programme": "tfind04a01",
    "kind": "diagnostic-emerging",
    "questionnaire": {
        "id": 1,
        "slug": "diagnostic-emerging",
        "title": "Diagnostic study of an emerging cluster",
        "number": 1,
    },
    "cluster": {"slug": "chennai-leather", "name": "Chennai leather", "country": "IN"},
    "organisation": None,
    "title": "Diagnostic study: Chennai leather",
    "held_on": "2007-05-02",
    "status": "returned",
    "edition": 1,
    "revises": None,
    "answered": 11,
    "asked": 68,
    "origin": "api",
    "illustrative": False,
    "begun_by": "Asha Rao",
    "submitted_at": "2007-05-03T10:00:00Z",
    "decided_at": "2007-05-04T17:20:00Z",
    **STAMPED,
}
EXAMPLE_OF_ANSWERS = {
    "answers": {
        "firms/f1": 0,
        "firms/f1/firm": "Pakkar Tannery",
        "firms/f1/firm_groups": ["Goat"],
        "firms/f1/firm_size": "small",
    },
    "clashes": {
        "vision": [
            {
                "value": "Better leather",
                "by": "Asha Rao",
                "at": "2007-05-04T17:20:00+00:00",
                "device": "Tablet 2",
            }
        ]
    },
    "remarks": [
        {
            "id": 3,
            "path": "firms/f1/firm_size",
            "text": "By people or by turnover?",
            "by": "R. Iyer",
            "closed_at": None,
            **STAMPED,
        }
    ],
}


class ClashSerializer(serializers.Serializer[Any]):
    value = serializers.JSONField(allow_null=True)
    by = serializers.CharField()
    at = serializers.DateTimeField()
    device = serializers.CharField(allow_blank=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample("A form given back", response_only=True, value={**EXAMPLE, **EXAMPLE_OF_ANSWERS})
    ]
)
class SubmissionDetailSerializer(SubmissionSerializer):
    answers = serializers.SerializerMethodField(
        help_text="{path: value}. A path is a question, or repeat/row/question; repeat/row is the place of the row. "
        "Topics that are closed to you are left out."
    )
    clashes = serializers.SerializerMethodField(
        help_text="{path: what else was typed there}, for those who may fill the form; null to others."
    )
    remarks = serializers.SerializerMethodField(
        help_text=f"The newest {MOST_REMARKS} at most, oldest first; all of them are at …/remarks/."
    )

    class Meta(SubmissionSerializer.Meta):
        fields = [*SubmissionSerializer.Meta.fields, "answers", "clashes", "remarks"]
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=serializers.JSONField()))
    def get_answers(self, submission: Submission) -> dict[str, Any]:
        return answers_for(self.context["request"].user, submission)

    @extend_schema_field(serializers.DictField(child=ClashSerializer(many=True), allow_null=True))
    def get_clashes(self, submission: Submission) -> dict[str, Any] | None:
        user = self.context["request"].user
        if not can_change(user, submission):
            return None
        is_hidden = hidden_from(user, submission)
        return {
            path: [
                {"value": one["value"], "by": one["name"], "at": one["at"], "device": one["device"]}
                for one in kept
            ]
            for path, kept in submission.clashes.items()
            if not is_hidden(path)
        }

    @extend_schema_field(RemarkSerializer(many=True))
    def get_remarks(self, submission: Submission) -> Any:
        rows = remarks_for(self.context["request"].user, submission).select_related("created_by")
        return RemarkSerializer(list(rows.order_by("-id")[:MOST_REMARKS])[::-1], many=True).data


class SubmissionFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")
    organisation = IdFilter(method="of_organisation", label="Id of the organisation that it is about.")

    class Meta:
        model = Submission
        fields = ["kind", "status", "illustrative"]

    def of_organisation(self, rows: Any, name: str, value: int) -> Any:
        seen = Organisation.objects.visible_to(self.request.user).filter(pk=value)
        return rows.filter(organisation__in=seen.values("pk"))
