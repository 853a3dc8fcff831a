"""Forms that a partner system fills, and what becomes of them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.api.common import cluster_field, organisation_field, programme_field
from diagnostics import services
from diagnostics.api.common import (
    ABOUT_FIELDS,
    PlainJSON,
    RemarkSerializer,
    SubmissionDetailSerializer,
    SubmissionFilter,
    SubmissionSerializer,
)
from diagnostics.models import QuestionnaireVersion, Remark, Submission
from diagnostics.queries import hindrances_for, published_for, remarks_for
from diagnostics.queries.filed import question_label
from diagnostics.rules.answers import Change
from twinning.core.access import DomainError
from twinning.core.api import versions
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer
from twinning.core.api.filters import UpdatedFilter, YesNoFilter
from twinning.core.api.resources import Changed, Listed, Made, Resource, Shown
from twinning.core.attachments import read_upload
from twinning.core.models import Attachment


class SubmissionChange(StrictModelSerializer):
    cluster = cluster_field(required=False, allow_null=True)
    organisation = organisation_field(required=False, allow_null=True)

    class Meta:
        model = Submission
        fields = [*ABOUT_FIELDS, "cluster", "organisation"]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A study",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "questionnaire": "diagnostic-emerging",
                "cluster": "chennai-leather",
                "held_on": "2007-05-02",
                "key": "0f8fad5b-d9cb-469f-a165-70867728950e",
            },
        )
    ]
)
class SubmissionInput(SubmissionChange):
    programme = programme_field()
    questionnaire = serializers.SlugField(
        max_length=60, help_text="Slug of a questionnaire; its version in use is filled."
    )
    title = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Left out, it is named after its questionnaire and what it is about.",
    )
    key = serializers.UUIDField(
        required=False, help_text="An id of your own. Sent again, the form that it began is shown."
    )

    class Meta(SubmissionChange.Meta):
        fields = ["programme", "questionnaire", *SubmissionChange.Meta.fields, "key", "illustrative"]


class AnswerChange(StrictSerializer):
    path = serializers.CharField(
        max_length=200, help_text="A question, repeat/row/question, or repeat/row for the row itself."
    )
    value = PlainJSON(allow_null=True, help_text="Null takes the answer, or the row, away.")
    seen = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, help_text="The version of the form in which you last saw this."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A firm of the sample",
            request_only=True,
            value={
                "changes": [
                    {"path": "firms/f1", "value": 0, "seen": 1},
                    {"path": "firms/f1/firm", "value": "Pakkar Tannery", "seen": 1},
                    {"path": "firms/f1/firm_groups", "value": ["Goat"], "seen": 1},
                ],
                "device": "Tablet 2",
            },
        )
    ]
)
class AnswersToSave(StrictSerializer):
    changes = AnswerChange(many=True)
    device = serializers.CharField(required=False, allow_blank=True, max_length=60)
    settle = serializers.BooleanField(
        required=False, help_text="These are a person's choice between two answers that clashed."
    )


class SavedSerializer(serializers.Serializer[services.Saved]):
    version = serializers.IntegerField(source="submission.version", help_text="To be sent as seen next.")
    taken = serializers.ListField(child=serializers.CharField(), help_text="Paths that were written.")
    clashes = serializers.ListField(
        child=serializers.CharField(), help_text="Paths whose answer had changed; both are kept."
    )
    refused = serializers.DictField(child=serializers.CharField(), help_text="{path: why}")


class PhotoInput(StrictSerializer):
    file = serializers.FileField(max_length=200, help_text="A JPEG, PNG or WebP picture.")


class PhotoSerializer(serializers.ModelSerializer[Attachment]):
    class Meta:
        model = Attachment
        fields = ["id", "name", "media_type", "size"]


class HindranceSerializer(serializers.Serializer[Any]):
    path = serializers.CharField(allow_blank=True, help_text="Blank for the form as a whole.")
    code = serializers.CharField(help_text="clash, retired_version, missing, constraint, rows or hidden.")
    question = serializers.CharField(allow_blank=True, help_text="In words, with its row.")
    message = serializers.CharField()


class HindrancesSerializer(serializers.Serializer[Any]):
    problems = HindranceSerializer(many=True)


class RemarkInput(StrictSerializer):
    path = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Of the answer; blank for the whole form."
    )
    text = serializers.CharField(max_length=5000)


class ReturnInput(StrictSerializer):
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=5000, help_text="What is to be mended, of the whole."
    )
    remarks = RemarkInput(many=True, required=False)


class PutAsideInput(StrictSerializer):
    reason = serializers.CharField(max_length=2000)


class SubmissionViewSet(Listed, Shown, Made, Changed, Resource):
    """Forms that people fill: studies, assessments, cases. Their answers are a map from path to value."""

    queryset = Submission.objects.all()
    serializer_class = SubmissionSerializer
    detail_class = SubmissionDetailSerializer
    filterset_class = SubmissionFilter
    refers = ("organisation",)
    inputs = {
        "create": SubmissionInput,
        "partial_update": SubmissionChange,
        "answers": AnswersToSave,
        "photos": PhotoInput,
        "give_back": ReturnInput,
        "withdraw": PutAsideInput,
    }
    outputs = {"answers": SavedSerializer, "photos": PhotoSerializer, "problems": HindrancesSerializer}
    statuses = {"photos": 201, "revise": 201}

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.defer(None)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin a form. With a key that is known already, the form that it began is shown as it stands."""
        return super().create(request, *args, **kwargs)

    def add(self, questionnaire: str, **values: Any) -> Submission:
        version = self._version(questionnaire, values["programme"], values.get("key"))
        return services.start(actor=self.actor, version=version, origin=Submission.Origin.API, **values)

    def _version(self, slug: str, programme: Any, key: Any) -> QuestionnaireVersion:
        """The one in use; of a form that was begun already its own, which may be retired since."""
        known = Submission.objects.visible_to(self.actor).filter(key=key).first() if key else None
        if known is not None:
            return known.questionnaire_version
        rows = published_for(self.actor, programme)
        found: QuestionnaireVersion | None = rows.filter(questionnaire__slug=slug).first()
        if found is None:
            message = _("There is no questionnaire of this name in use here.")
            raise DomainError(message, code="does_not_exist", fields={"questionnaire": [message]})
        return found

    def edit(self, obj: Submission, version: int | None, **values: Any) -> Submission:
        return services.rename(actor=self.actor, submission=obj, version=version, **values)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what a form is about. 409 when it is not being filled any more."""
        return super().partial_update(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def answers(self, request: Request, **kwargs: Any) -> Response:
        """Save answers, each for itself. 409 when the form is not being filled any more.

        What cannot be kept is in refused and does not hinder the rest. Where the answer changed since the version
        that you saw, yours is kept beside it as a clash until somebody settles it.
        """
        found, sent = self.get_object(), self.sent()
        changes = [Change(**one) for one in sent.pop("changes")]
        saved = services.save_answers(actor=self.actor, submission=found, changes=changes, **sent)
        return Response(SavedSerializer(saved).data, headers={"ETag": saved.submission.etag})

    @action(detail=True, methods=["post"], parser_classes=[JSONParser, MultiPartParser])
    def photos(self, request: Request, **kwargs: Any) -> Response:
        """Send a photo with a form. Its id then goes into the answer to the question that asks for it."""
        found, file = self.get_object(), self.sent()["file"]
        photo = services.add_photo(actor=self.actor, submission=found, name=file.name, data=read_upload(file))
        return Response(PhotoSerializer(photo).data, status=201)

    @action(detail=True, methods=["get"])
    def problems(self, request: Request, **kwargs: Any) -> Response:
        """What stands in the way of handing a form in; an empty list when nothing does."""
        found = self.get_object()
        language = get_language() or ""
        lines = [
            {
                "path": one.path,
                "code": one.code,
                "question": question_label(found, one.path, language) or "",
                "message": one.message,
            }
            for one in hindrances_for(self.actor, found, language)
        ]
        return Response({"problems": lines})

    def _act(self, service: Any, status: int = 200, **values: Any) -> Response:
        """Do what a service does with this form, as far as If-Match, where it is sent, names what stands."""
        found = self.get_object()
        version = self.seen_version(found)
        if self.action in self.inputs:
            values |= self.sent()
        with transaction.atomic():
            versions.locked(found, version)
            return self.shown(service(actor=self.actor, submission=found, **values), status)

    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: Any) -> Response:
        """Hand a form in. 409 names what hinders it: each pointer is # and the path of the answer."""
        return self._act(services.submit)

    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, **kwargs: Any) -> Response:
        """Go on filling what was handed in and not decided on yet."""
        return self._act(services.take_back)

    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def give_back(self, request: Request, **kwargs: Any) -> Response:
        """Give a form back with remarks on its answers or on the whole. Somebody else than its sender does."""
        return self._act(_return)

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        """Approve what somebody else handed in. Send If-Match, so that it is what you read."""
        return self._act(services.approve)

    @action(detail=True, methods=["post"])
    def revise(self, request: Request, **kwargs: Any) -> Response:
        """Begin a new edition of an approved form, which counts until the new one is approved."""
        return self._act(services.revise, 201)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Put a draft aside, with a reason."""
        return self._act(services.withdraw)

    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, **kwargs: Any) -> Response:
        """Go on with a draft that was put aside."""
        return self._act(services.take_up)

    @action(detail=True, methods=["post"], url_path="move-to-current")
    def move_to_current(self, request: Request, **kwargs: Any) -> Response:
        """Go on in the version of the questionnaire that is in use now; the answers go with the form."""
        return self._act(services.move_to_current)


def _return(*, remarks: Any = (), **values: Any) -> Submission:
    by_path: dict[str, str] = {}
    for one in remarks:
        path = one.get("path", "")
        by_path[path] = "\n".join(filter(None, (by_path.get(path), one["text"])))
    return services.return_(remarks=by_path, **values)


class RemarkFilter(UpdatedFilter):
    open = YesNoFilter("closed_at", lookup_expr="isnull", label="Whether it is not seen to yet.")

    class Meta:
        model = Remark
        fields = ["path"]


class RemarkViewSet(Listed, Shown, Made, Resource):
    """What reviewers say of the answers of a form, and of the whole."""

    queryset = Remark.objects.all()
    serializer_class = RemarkSerializer
    filterset_class = RemarkFilter
    inputs = {"create": RemarkInput}
    joined = ("created_by", "submission")

    @property
    def submission(self) -> Submission:
        found: Submission = self.visible(Submission.objects.all(), pk=self.kwargs["submission_id"])
        return found

    def of_parent(self, rows: Any) -> Any:
        return rows.filter(pk__in=remarks_for(self.actor, self.submission).order_by().values("pk"))

    def add(self, **values: Any) -> Remark:
        return services.remark(actor=self.actor, submission=self.submission, **{"path": "", **values})

    @action(detail=True, methods=["post"])
    def close(self, request: Request, **kwargs: Any) -> Response:
        """Say that a remark was seen to."""
        return self.shown(services.close_remark(actor=self.actor, remark=self.get_object()))


ROUTES: list[tuple[str, type[Resource], str]] = [
    ("submissions", SubmissionViewSet, "submission"),
    ("submissions/<int:submission_id>/remarks", RemarkViewSet, "remark"),
]
