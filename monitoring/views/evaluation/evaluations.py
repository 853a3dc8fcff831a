"""Evaluations: their list, what one says, and its life."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clusters import permissions
from monitoring import pictures, services
from monitoring.forms.evaluations import EvaluationForm, NewEvaluationForm, ReasonForm
from monitoring.models import AssessmentEvidence, CriterionAssessment, Evaluation, Recommendation
from monitoring.permissions import (
    can_evaluate,
    can_make_final,
    can_request,
    can_take_back,
)
from monitoring.queries.evaluations import (
    advice_word,
    evaluated_until,
    evaluation_word,
    judged_kind,
    left_out_text,
    rating_text,
    ratings_of,
    training_days,
    trust_lines,
    unfinished,
)
from monitoring.queries.evidence import shown_evidence
from monitoring.rules.evaluation import EVALUATION_REPORT
from monitoring.views.evaluation.base import SECTION, editable, evaluation_of, form_frame, readable
from twinning.core.access import require
from twinning.core.form_pages import save_or_show
from twinning.core.models import User
from twinning.core.pages import ActForm, page_of, sent, today, url
from twinning.core.queries import history_of


@require_safe
def evaluations(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    rows = Evaluation.objects.visible_to(user).filter(programme=programme).for_list()
    page = page_of(request, rows.order_by("-last", "-pk"))
    context = {
        "place": "evaluations",
        "tab": "evaluations",
        "page": page,
        "lines": [(row, evaluation_word(row), ratings_of(row.criteria.all()).whole) for row in page],
        "may_add": can_evaluate(user, programme),
    }
    return render(request, "monitoring/evaluation/evaluations.html", context)


@require_safe
def evaluation(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = evaluation_of(request, programme_slug, pk)
    assessments = list(CriterionAssessment.objects.filter(evaluation=shown))
    found = ratings_of(assessments)
    advice = Recommendation.objects.filter(evaluation=shown).for_list()
    reads_history = permissions.can_read_history(user, programme)
    context = _acts(user, shown) | {
        "word": evaluation_word(shown),
        "ratings": found,
        "left_out": left_out_text(found.whole),
        "radar": pictures.page_criteria(found),
        "assessments": _assessed(assessments, user, shown),
        "comparison": [(row, judged_kind(row.judged)) for row in shown.comparison.all()],
        "advice": [(row, advice_word(row, today())) for row in advice],
        "lessons": shown.lessons.all(),
        "changes": history_of(shown, 30, reader=user) if reads_history else None,
    }
    return render(request, "monitoring/evaluation/evaluation.html", context)


def _assessed(assessments: list[CriterionAssessment], user: User, shown: Evaluation) -> list[Any]:
    rows = AssessmentEvidence.objects.filter(assessment__in=assessments)
    evidence = shown_evidence(rows, user, shown.programme)
    return [(row, rating_text(row.rating), evidence.get(row.pk, [])) for row in assessments]


def _acts(user: User, shown: Evaluation) -> dict[str, Any]:
    """What the reader may do with it as it stands."""
    submitted = shown.status == Evaluation.Status.SUBMITTED
    return {
        "place": "evaluations",
        "evaluation": shown,
        "may_edit": shown.is_draft and can_evaluate(user, shown.programme),
        "may_make_final": submitted and can_make_final(user, shown),
        "may_take_back": not shown.is_draft and can_take_back(user, shown),
        "may_report": can_request(user, shown.programme, None, EVALUATION_REPORT),
    }


@require_safe
def evaluation_records(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """What the log says of know-how, do-how and trust, up to the end of the evaluation or today."""
    user, programme, shown = evaluation_of(request, programme_slug, pk)
    until = evaluated_until(shown, today())
    context = {
        "place": "evaluations",
        "evaluation": shown,
        "until": until,
        "days": training_days(programme, None, until, user),
        "trust": trust_lines(programme, None, until, user),
    }
    return render(request, "monitoring/evaluation/records.html", context)


@require_http_methods(["GET", "POST"])
def evaluation_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    require(can_evaluate(user, programme))
    lead = _("It begins with a question for each of the six criteria of OECD-DAC and the rows of Table 11.")
    return save_or_show(
        request,
        NewEvaluationForm(sent(request), instance=Evaluation(programme=programme, author=user)),
        lambda values: services.open_evaluation(actor=user, programme=programme, **values),
        SECTION.page(programme, _("Begin an evaluation"), _("Begin evaluation"), lead=lead),
        done=_("The evaluation is begun. Rate its questions."),
        then=lambda made: url("evaluation", programme, made.pk),
    )


@require_http_methods(["GET", "POST"])
def evaluation_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = editable(request, programme_slug, pk)
    form = EvaluationForm(sent(request), instance=shown)
    return save_or_show(
        request,
        form,
        lambda values: services.update_evaluation(
            actor=user, evaluation=shown, version=form.version, **values
        ),
        form_frame(shown, _("Edit the evaluation"), _("Save evaluation")),
        done=_("The evaluation was saved."),
    )


@require_http_methods(["GET", "POST"])
def evaluation_submit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = editable(request, programme_slug, pk)
    form = ActForm(sent(request), instance=shown)
    words = _("Nothing of it changes while somebody else looks at it. It can be taken back, with a reason.")
    return save_or_show(
        request,
        form,
        lambda _values: services.submit_evaluation(actor=user, evaluation=shown, version=form.version),
        form_frame(shown, _("Hand this evaluation in?"), _("Hand it in"), words=words, keep=_("Not yet")),
        done=_("The evaluation is handed in. Somebody else makes it final."),
        template="monitoring/evaluation/submit.html",
        found=unfinished(shown),
        evaluation=shown,
    )


@require_http_methods(["GET", "POST"])
def evaluation_finalise(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = evaluation_of(request, programme_slug, pk)
    require(permissions.can_manage(user, programme))
    form = ActForm(sent(request), instance=shown)
    words = _(
        "All who read results will see it, donors included, and its recommendations can be answered. From then on"
        " it does not change; it can be opened again, with a reason."
    )
    return save_or_show(
        request,
        form,
        lambda _values: services.finalise_evaluation(actor=user, evaluation=shown, version=form.version),
        form_frame(
            shown, _("Make this evaluation final?"), _("Make it final"), words=words, keep=_("Not yet")
        ),
        done=_("The evaluation is final."),
    )


@require_http_methods(["GET", "POST"])
def evaluation_reopen(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = evaluation_of(request, programme_slug, pk)
    require(can_take_back(user, shown))
    form = ReasonForm(sent(request), instance=shown)
    words = _("It is a draft again, which others than evaluators and management no longer see.")
    return save_or_show(
        request,
        form,
        lambda values: services.reopen_evaluation(
            actor=user, evaluation=shown, version=form.version, **values
        ),
        form_frame(shown, _("Make this evaluation a draft again?"), _("Make it a draft again"), words=words),
        done=_("The evaluation is a draft again."),
    )
