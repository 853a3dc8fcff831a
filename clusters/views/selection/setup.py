"""What a round compares and by what: its parameters, weights and candidates."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.base import ReasonForm
from clusters.forms.selection import CandidateForm, NewParameterForm, ParameterForm, WeightsForm
from clusters.models import (
    Programme,
    SelectionCandidate,
    SelectionParameter,
    SelectionRound,
    SelectionWeights,
)
from clusters.views.selection.base import (
    FormPage,
    at_its_fields,
    editable,
    form_frame,
    frame,
    round_of,
    save_or_show,
    scope,
    url,
)
from twinning.core.models import User
from twinning.core.pages import sent, visible_or_404


@require_safe
def setup(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = round_of(request, programme_slug, pk)
    sets = list(SelectionWeights.objects.filter(round=shown).select_related("author")[:50])
    weights = sets[0].by_code if sets else {}
    parameters = SelectionParameter.objects.filter(round=shown).annotate(given=Count("scores"))
    context = frame(user, shown, "setup") | {
        "parameters": [(parameter, weights.get(parameter.code, 0)) for parameter in parameters],
        "sets": [(weight_set, weight_set.by_code.items()) for weight_set in sets],
    }
    return render(request, "clusters/selection/setup.html", context)


def _setup_page(selection_round: SelectionRound, heading: str, submit: str, **words: Any) -> FormPage:
    back = url("selection_setup", selection_round.programme, selection_round.pk)
    crumbs = [(_("Parameters and weights"), back)]
    return form_frame(selection_round, heading, submit, back=back, crumbs=crumbs, **words)


@require_http_methods(["GET", "POST"])
def parameter_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = editable(request, programme_slug, pk)
    form = NewParameterForm(
        sent(request), instance=SelectionParameter(round=shown), **scope(request, programme)
    )
    lead = _("It weighs nothing until the weights are set anew.")
    return save_or_show(
        request,
        form,
        lambda values: services.add_parameter(actor=user, selection_round=shown, **values),
        _setup_page(shown, _("Add a parameter"), _("Add parameter"), lead=lead),
        done=_("The parameter was added. Set the weights anew to make it count."),
    )


@require_http_methods(["GET", "POST"])
def parameter_edit(request: HttpRequest, programme_slug: str, pk: int, parameter_pk: int) -> HttpResponse:
    user, programme, shown = editable(request, programme_slug, pk)
    parameter = visible_or_404(SelectionParameter.objects.filter(round=shown), request, pk=parameter_pk)
    form = ParameterForm(sent(request), instance=parameter, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_parameter(
            actor=user, parameter=parameter, version=form.version, **values
        ),
        _setup_page(shown, _("Edit parameter %(code)s") % {"code": parameter.code}, _("Save parameter")),
        done=_("The parameter was saved."),
    )


@require_http_methods(["GET", "POST"])
def weights(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = editable(request, programme_slug, pk)
    form = WeightsForm(
        sent(request),
        parameters=list(SelectionParameter.objects.filter(round=shown)),
        weight_set=SelectionWeights.objects.filter(round=shown).first(),
    )

    def save(values: dict[str, Any]) -> SelectionWeights:
        return at_its_fields(form, lambda: services.set_weights(actor=user, selection_round=shown, **values))

    lead = _("What you save is a new set; the earlier ones stay as they were, with their reasons.")
    page = _setup_page(shown, _("Set the weights"), _("Save weights"), lead=lead)
    return save_or_show(request, form, save, page, done=_("The weights were set."))


# Candidates -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def candidate_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = editable(request, programme_slug, pk)
    form = CandidateForm(sent(request), instance=SelectionCandidate(round=shown), **scope(request, programme))
    lead = _("Choose a cluster of the programme, or name one that is not in it.")
    return save_or_show(
        request,
        form,
        lambda values: services.add_candidate(actor=user, selection_round=shown, **values),
        form_frame(shown, _("Add a candidate"), _("Add candidate"), lead=lead),
        done=_("The candidate was added."),
    )


def candidate_of(
    request: HttpRequest, programme_slug: str, pk: int, candidate_pk: int
) -> tuple[User, Programme, SelectionCandidate]:
    user, programme, shown = editable(request, programme_slug, pk)
    rows = SelectionCandidate.objects.filter(round=shown).select_related("cluster", "round__programme")
    return user, programme, visible_or_404(rows, request, pk=candidate_pk)


def candidate_page(candidate: SelectionCandidate, heading: str, submit: str, **words: Any) -> FormPage:
    shown = candidate.round
    back = url("selection_candidate", shown.programme, shown.pk, candidate.pk)
    return form_frame(shown, heading, submit, back=back, crumbs=[(str(candidate), back)], **words)


@require_http_methods(["GET", "POST"])
def candidate_edit(request: HttpRequest, programme_slug: str, pk: int, candidate_pk: int) -> HttpResponse:
    user, programme, candidate = candidate_of(request, programme_slug, pk, candidate_pk)
    form = CandidateForm(sent(request), instance=candidate, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_candidate(
            actor=user, candidate=candidate, version=form.version, **values
        ),
        candidate_page(candidate, _("Edit the candidate"), _("Save candidate")),
        done=_("The candidate was saved."),
    )


@require_http_methods(["GET", "POST"])
def candidate_withdraw(request: HttpRequest, programme_slug: str, pk: int, candidate_pk: int) -> HttpResponse:
    user, programme, candidate = candidate_of(request, programme_slug, pk, candidate_pk)
    form = ReasonForm(sent(request), instance=candidate, **scope(request, programme))
    heading = _("Withdraw %(candidate)s?") % {"candidate": candidate}
    lead = _("It leaves the ranking, and the others are compared without it. Its scores stay: take it back "
             "and they count again.")  # fmt: skip
    return save_or_show(
        request,
        form,
        lambda values: services.withdraw_candidate(
            actor=user, candidate=candidate, version=form.version, **values
        ),
        candidate_page(candidate, heading, _("Withdraw candidate"), lead=lead, danger=True),
        done=_("The candidate was withdrawn."),
    )


@require_http_methods(["GET", "POST"])
def candidate_readmit(request: HttpRequest, programme_slug: str, pk: int, candidate_pk: int) -> HttpResponse:
    user, programme, candidate = candidate_of(request, programme_slug, pk, candidate_pk)
    form = ReasonForm(sent(request), instance=candidate, **scope(request, programme))
    heading = _("Take %(candidate)s back?") % {"candidate": candidate}
    return save_or_show(
        request,
        form,
        lambda values: services.readmit_candidate(
            actor=user, candidate=candidate, version=form.version, **values
        ),
        candidate_page(candidate, heading, _("Take it back")),
        done=_("It is a candidate again."),
    )
