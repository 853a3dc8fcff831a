"""Recommendations: the list over all evaluations, and the story of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Programme
from clusters.permissions import can_read_history
from clusters.queries import programme_of
from monitoring import services
from monitoring.forms.evaluations import (
    FollowUpForm,
    OwnerForm,
    RecommendationFilter,
    RecommendationForm,
    ResponseForm,
)
from monitoring.models import Recommendation
from monitoring.models.recommendation import RecommendationQuerySet
from monitoring.permissions import can_evaluate, can_follow_up, can_respond
from monitoring.queries.evaluations import advice_word
from monitoring.rules.evaluation import Advice
from monitoring.views.evaluation.base import editable, form_frame, readable, recommendation_frame
from twinning.core.access import require
from twinning.core.form_pages import save_or_show
from twinning.core.models import User
from twinning.core.pages import ActForm, actor, page_of, sent, sorted_by, today, url, visible_or_404
from twinning.core.queries import history_of

_SORTS: dict[str, str | tuple[str, ...]] = {"due": "due", "number": ("evaluation_id", "number")}


@require_safe
def recommendations(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    asked = RecommendationFilter(request.GET)
    chosen = asked.chosen
    rows = Recommendation.objects.visible_to(user).filter(evaluation__programme=programme).for_list()
    rows = _in_state(rows, chosen.get("state", ""))
    if chosen.get("mine"):
        rows = rows.filter(owner=user)
    page = page_of(request, sorted_by(request, rows, _SORTS, "due"))
    context = {
        "place": "evaluations",
        "tab": "recommendations",
        "page": page,
        "lines": [(row, advice_word(row, today())) for row in page],
        "filter": asked,
        "filtered": any(chosen.values()),
    }
    return render(request, "monitoring/evaluation/recommendations.html", context)


def _in_state(rows: RecommendationQuerySet, state: str) -> RecommendationQuerySet:
    if state == "overdue":
        return rows.overdue(today())
    return rows.filter(state=state) if state else rows


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Recommendation]:
    programme = programme_of(request, programme_slug)
    rows = Recommendation.objects.filter(evaluation__programme=programme).for_list()
    return actor(request), programme, visible_or_404(rows, request, pk=pk)


@require_safe
def recommendation(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    is_final, is_draft = shown.evaluation.is_final, shown.evaluation.is_draft
    context = {
        "place": "evaluations",
        "recommendation": shown,
        "word": advice_word(shown, today()),
        "follow_ups": shown.follow_ups.select_related("author"),
        "sees_evaluation": type(shown.evaluation).objects.visible_to(user).filter(pk=shown.evaluation_id),
        "may_edit": is_draft and can_evaluate(user, programme),
        "may_plan": is_final and can_respond(user, programme),
        "may_respond": is_final and shown.state != Advice.DONE and can_respond(user, programme),
        "may_follow_up": is_final and can_follow_up(user, shown),
        "changes": history_of(shown, 30, reader=user) if can_read_history(user, programme) else None,
    }
    return render(request, "monitoring/evaluation/recommendation.html", context)


@require_http_methods(["GET", "POST"])
def recommendation_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = editable(request, programme_slug, pk)
    form = RecommendationForm(
        sent(request), instance=Recommendation(evaluation=shown, number=1), programme=programme
    )
    return save_or_show(
        request,
        form,
        lambda values: services.add_recommendation(actor=user, evaluation=shown, **values),
        form_frame(shown, _("Recommend something"), _("Add recommendation"), anchor="recommendations"),
        done=_("The recommendation was added."),
    )


@require_http_methods(["GET", "POST"])
def recommendation_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Its words while the evaluation is a draft; once it is final, who sees to it and by when."""
    user, programme, shown = _seen(request, programme_slug, pk)
    plans = shown.evaluation.is_final
    require(can_respond(user, programme) if plans else can_evaluate(user, programme))
    form = (OwnerForm if plans else RecommendationForm)(sent(request), instance=shown, programme=programme)
    heading = _("Who sees to it, and by when") if plans else _("Edit the recommendation")
    return save_or_show(
        request,
        form,
        lambda values: services.update_recommendation(
            actor=user, recommendation=shown, version=form.version, **values
        ),
        recommendation_frame(shown, heading, _("Save recommendation")),
        done=_("The recommendation was saved."),
    )


@require_http_methods(["GET", "POST"])
def recommendation_remove(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_evaluate(user, programme))

    def save(_values: Any) -> bool:
        services.remove_recommendation(actor=user, recommendation=shown)
        return True

    page = recommendation_frame(
        shown, _("Take this recommendation out?"), _("Take it out"), about=shown.text, danger=True
    )
    back = url("evaluation", programme, shown.evaluation_id)
    return save_or_show(
        request,
        ActForm(sent(request), instance=shown),
        save,
        page,
        done=_("The recommendation was taken out."),
        then=lambda _done: back,
    )


@require_http_methods(["GET", "POST"])
def recommendation_respond(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_respond(user, programme))
    form = ResponseForm(sent(request), instance=shown)
    return save_or_show(
        request,
        form,
        lambda values: services.respond(actor=user, recommendation=shown, version=form.version, **values),
        recommendation_frame(shown, _("Answer the recommendation"), _("Save answer"), about=shown.text),
        done=_("The answer was saved."),
    )


@require_http_methods(["GET", "POST"])
def recommendation_follow_up(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = _seen(request, programme_slug, pk)
    require(can_follow_up(user, shown))
    form = FollowUpForm(sent(request), instance=shown)
    return save_or_show(
        request,
        form,
        lambda values: services.follow_up(actor=user, recommendation=shown, version=form.version, **values),
        recommendation_frame(shown, _("Follow it up"), _("Save note"), about=shown.text),
        done=_("The note was saved."),
    )
