"""Scores: one candidate with all that was said of it, and the sheet on which an assessor scores."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.base import ReasonForm
from clusters.forms.selection import SheetForm
from clusters.models import (
    SelectionCandidate,
    SelectionOutcome,
    SelectionParameter,
    SelectionRound,
    SelectionScore,
)
from clusters.permissions import can_manage, can_read_history, can_read_people, can_remove_score
from clusters.queries import compare, rank_lines
from clusters.queries.selection import outcome_word, parameter_parts
from clusters.views.selection.base import (
    at_its_fields,
    editable,
    frame,
    round_of,
    save_or_show,
    scope,
    url,
)
from clusters.views.selection.setup import candidate_of, candidate_page
from twinning.core.access import require
from twinning.core.models import User
from twinning.core.pages import attempt, form_page, sent, visible_or_404
from twinning.core.queries import history_of


@require_safe
def candidate(request: HttpRequest, programme_slug: str, pk: int, candidate_pk: int) -> HttpResponse:
    user, programme, shown = round_of(request, programme_slug, pk)
    rows = SelectionCandidate.objects.filter(round=shown).for_list()
    found = visible_or_404(rows, request, pk=candidate_pk)
    compared, named = compare(shown), can_read_people(user, programme)
    lines = rank_lines(compared, compared.sensitivity())
    outcomes = SelectionOutcome.objects.filter(candidate=found).for_list()
    context = frame(user, shown, "") | {
        "candidate": found,
        "line": next((line for line in lines if line.candidate.pk == found.pk), None),
        "of": len(lines),
        "parts": parameter_parts(compared, found, user, named=named),
        "outcomes": [(outcome, outcome_word(outcome.outcome)) for outcome in outcomes],
        # Assessors are named in the history of a candidate.
        "changes": history_of(found, 50, reader=user)
        if named and can_read_history(user, programme)
        else None,
    }
    return render(request, "clusters/selection/candidate.html", context)


def _on_behalf(request: HttpRequest, user: User, selection_round: SelectionRound) -> str:
    """The assessor without an account for whom a manager enters scores; "" for oneself."""
    name = " ".join(request.GET.get("as", "").split())[:150]
    if name:
        require(can_manage(user, selection_round.programme))
    return name


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, programme_slug: str, pk: int, parameter_pk: int) -> HttpResponse:
    user, _programme, shown = editable(request, programme_slug, pk)
    parameters = list(SelectionParameter.objects.filter(round=shown))
    rows = SelectionParameter.objects.filter(round=shown).select_related("round__programme")
    parameter = visible_or_404(rows, request, pk=parameter_pk)
    name = _on_behalf(request, user, shown)
    form = _sheet_form(request, user, parameter, name)

    def save(values: dict[str, Any]) -> int:
        act: dict[str, Any] = {"actor": user, "parameter": parameter, "assessor_name": name}
        return at_its_fields(form, lambda: services.fill_sheet(**act, **values))

    saved = attempt(form, save) if request.method == "POST" else None
    if saved is None:
        context = frame(user, shown, "") | {
            "parameter": parameter,
            "parameters": parameters,
            "on_behalf": name,
        }
        return form_page(request, "clusters/selection/sheet.html", form, **context)
    return _next_sheet(request, parameters, parameter, saved)


def _sheet_form(request: HttpRequest, user: User, parameter: SelectionParameter, name: str) -> SheetForm:
    candidates = SelectionCandidate.objects.filter(round=parameter.round_id).standing().for_list()
    scores = SelectionScore.objects.filter(parameter=parameter)
    own = scores.filter(assessor=None, assessor_name__iexact=name) if name else scores.filter(assessor=user)
    return SheetForm(
        sent(request),
        parameter=parameter,
        candidates=list(candidates),
        scores={score.candidate_id: score for score in own},
    )


def _next_sheet(
    request: HttpRequest, parameters: list[SelectionParameter], done: SelectionParameter, saved: int
) -> HttpResponse:
    """On to the next parameter; after the last one to the ranking."""
    told = ngettext(
        "%(n)d score of “%(parameter)s” was saved.", "%(n)d scores of “%(parameter)s” were saved.", saved
    )
    messages.success(request, told % {"n": saved, "parameter": done})
    place = [parameter.pk for parameter in parameters].index(done.pk) + 1
    programme = done.round.programme
    if place == len(parameters):
        return redirect("selection_round", programme_slug=programme.slug, pk=done.round_id)
    following = url("selection_sheet", programme, done.round_id, parameters[place].pk)
    name = request.GET.get("as")
    return redirect(f"{following}?{urlencode({'as': name})}" if name else following)


@require_http_methods(["GET", "POST"])
def score_remove(
    request: HttpRequest, programme_slug: str, pk: int, candidate_pk: int, score_pk: int
) -> HttpResponse:
    user, programme, found = candidate_of(request, programme_slug, pk, candidate_pk)
    rows = SelectionScore.objects.filter(candidate=found).select_related(
        "parameter", "assessor", "candidate__cluster", "candidate__round__programme"
    )
    score = visible_or_404(rows, request, pk=score_pk)
    require(can_remove_score(user, score))
    form = ReasonForm(sent(request), instance=score, **scope(request, programme))

    def save(values: dict[str, Any]) -> bool:
        services.remove_score(actor=user, score=score, version=form.version, **values)
        return True

    lead = _("%(parameter)s. The history keeps the value; to undo it, score anew.") % {
        "parameter": score.parameter
    }
    page = candidate_page(found, _("Take this score out?"), _("Take score out"), lead=lead, danger=True)
    return save_or_show(request, form, save, page, done=_("The score was taken out."))
