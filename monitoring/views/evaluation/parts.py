"""The parts of a draft evaluation: questions with evidence, rows of Table 11, lessons."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from monitoring import services
from monitoring.forms.evaluations import AssessmentForm, ComparisonForm, EvidenceForm, LessonForm
from monitoring.models import (
    AssessmentEvidence,
    ComparisonRow,
    CriterionAssessment,
    Evaluation,
    Lesson,
)
from monitoring.views.evaluation.base import editable, form_frame
from twinning.core.form_pages import save_or_show
from twinning.core.models import User
from twinning.core.pages import ActForm, sent, visible_or_404

CRITERIA, TABLE, LESSONS = "criteria", "table-11", "lessons"


@require_http_methods(["GET", "POST"])
def assessment_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = editable(request, programme_slug, pk)
    form = AssessmentForm(sent(request), instance=CriterionAssessment(evaluation=shown))
    lead = _("A further question under one of the six criteria. They are summed up by weight.")
    return save_or_show(
        request,
        form,
        lambda values: services.add_assessment(actor=user, evaluation=shown, **values),
        form_frame(shown, _("Add a question"), _("Add question"), lead=lead, anchor=CRITERIA),
        done=_("The question was added."),
    )


def _assessment(
    request: HttpRequest, programme_slug: str, pk: int, part_pk: int
) -> tuple[User, Evaluation, CriterionAssessment]:
    user, _programme, shown = editable(request, programme_slug, pk)
    rows = CriterionAssessment.objects.filter(evaluation=shown).select_related("evaluation__programme")
    return user, shown, visible_or_404(rows, request, pk=part_pk)


@require_http_methods(["GET", "POST"])
def assessment_edit(request: HttpRequest, programme_slug: str, pk: int, part_pk: int) -> HttpResponse:
    user, shown, part = _assessment(request, programme_slug, pk, part_pk)
    form = AssessmentForm(sent(request), instance=part)
    return save_or_show(
        request,
        form,
        lambda values: services.update_assessment(
            actor=user, assessment=part, version=form.version, **values
        ),
        form_frame(shown, str(part), _("Save"), about=part.question, anchor=CRITERIA),
        done=_("The answer was saved."),
    )


@require_http_methods(["GET", "POST"])
def assessment_remove(request: HttpRequest, programme_slug: str, pk: int, part_pk: int) -> HttpResponse:
    user, shown, part = _assessment(request, programme_slug, pk, part_pk)

    def save(_values: Any) -> bool:
        services.remove_assessment(actor=user, assessment=part)
        return True

    words = _("Its evidence goes with it. The history of the evaluation keeps what both said.")
    frame = {"about": part.question, "words": words, "danger": True, "anchor": CRITERIA}
    return save_or_show(
        request,
        ActForm(sent(request), instance=part),
        save,
        form_frame(shown, _("Take this question out?"), _("Take it out"), **frame),
        done=_("The question was taken out."),
    )


@require_http_methods(["GET", "POST"])
def evidence_new(request: HttpRequest, programme_slug: str, pk: int, part_pk: int) -> HttpResponse:
    user, shown, part = _assessment(request, programme_slug, pk, part_pk)
    kinds = AssessmentEvidence.Kind
    kind, words = request.GET.get("kind", kinds.ACTIVITY.value), request.GET.get("q", "").strip()[:100]
    if kind not in kinds.values:
        raise Http404
    form = EvidenceForm(sent(request), kind=kind, reader=user, programme=shown.programme, words=words)
    return save_or_show(
        request,
        form,
        lambda values: services.add_evidence(actor=user, assessment=part, **values),
        form_frame(shown, _("Add evidence"), _("Add evidence"), about=part.question, anchor=CRITERIA),
        done=_("The evidence was added."),
        template="monitoring/evaluation/evidence_new.html",
        kinds=[(one.value, one.label) for one in kinds],
        kind=kind,
        words=words,
    )


@require_http_methods(["GET", "POST"])
def evidence_remove(
    request: HttpRequest, programme_slug: str, pk: int, part_pk: int, evidence_pk: int
) -> HttpResponse:
    user, shown, part = _assessment(request, programme_slug, pk, part_pk)
    rows = AssessmentEvidence.objects.filter(assessment=part).select_related(
        "assessment__evaluation__programme"
    )
    evidence = visible_or_404(rows, request, pk=evidence_pk)

    def save(_values: Any) -> bool:
        services.remove_evidence(actor=user, evidence=evidence)
        return True

    frame = {"about": evidence.text, "danger": True, "anchor": CRITERIA}
    return save_or_show(
        request,
        ActForm(sent(request), instance=evidence),
        save,
        form_frame(shown, _("Take this evidence out?"), _("Take it out"), **frame),
        done=_("The evidence was taken out."),
    )


@require_http_methods(["GET", "POST"])
def comparison_edit(request: HttpRequest, programme_slug: str, pk: int, part_pk: int) -> HttpResponse:
    user, _programme, shown = editable(request, programme_slug, pk)
    rows = ComparisonRow.objects.filter(evaluation=shown).select_related("evaluation__programme")
    row = visible_or_404(rows, request, pk=part_pk)
    form = ComparisonForm(sent(request), instance=row)
    words = _("Standard: %(standard)s. Twinning: %(twinning)s.") % {
        "standard": row.standard,
        "twinning": row.twinning,
    }
    return save_or_show(
        request,
        form,
        lambda values: services.update_comparison(actor=user, row=row, version=form.version, **values),
        form_frame(shown, _("Table 11: %(aspect)s") % {"aspect": row}, _("Save"), words=words, anchor=TABLE),
        done=_("The row was saved."),
    )


@require_http_methods(["GET", "POST"])
def lesson_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = editable(request, programme_slug, pk)
    return save_or_show(
        request,
        LessonForm(sent(request), instance=Lesson(evaluation=shown)),
        lambda values: services.add_lesson(actor=user, evaluation=shown, **values),
        form_frame(shown, _("Add a lesson"), _("Add lesson"), anchor=LESSONS),
        done=_("The lesson was added."),
    )


def _lesson(
    request: HttpRequest, programme_slug: str, pk: int, part_pk: int
) -> tuple[User, Evaluation, Lesson]:
    user, _programme, shown = editable(request, programme_slug, pk)
    rows = Lesson.objects.filter(evaluation=shown).select_related("evaluation__programme")
    return user, shown, visible_or_404(rows, request, pk=part_pk)


@require_http_methods(["GET", "POST"])
def lesson_edit(request: HttpRequest, programme_slug: str, pk: int, part_pk: int) -> HttpResponse:
    user, shown, lesson = _lesson(request, programme_slug, pk, part_pk)
    form = LessonForm(sent(request), instance=lesson)
    return save_or_show(
        request,
        form,
        lambda values: services.update_lesson(actor=user, lesson=lesson, version=form.version, **values),
        form_frame(shown, _("Edit the lesson"), _("Save lesson"), anchor=LESSONS),
        done=_("The lesson was saved."),
    )


@require_http_methods(["GET", "POST"])
def lesson_remove(request: HttpRequest, programme_slug: str, pk: int, part_pk: int) -> HttpResponse:
    user, shown, lesson = _lesson(request, programme_slug, pk, part_pk)

    def save(_values: Any) -> bool:
        services.remove_lesson(actor=user, lesson=lesson)
        return True

    frame = {"about": lesson.text, "danger": True, "anchor": LESSONS}
    return save_or_show(
        request,
        ActForm(sent(request), instance=lesson),
        save,
        form_frame(shown, _("Take this lesson out?"), _("Take it out"), **frame),
        done=_("The lesson was taken out."),
    )
