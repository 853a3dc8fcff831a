"""What a round ends in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clusters import services
from clusters.forms.base import ReasonForm
from clusters.forms.selection import DecideForm
from clusters.models import Decision, Programme, SelectionRound
from clusters.permissions import can_manage
from clusters.queries import compare, rank_lines
from clusters.views.selection.base import at_its_fields, form_frame, frame, round_of, save_or_show, scope
from twinning.core.access import require
from twinning.core.models import User
from twinning.core.pages import attempt, form_page, sent

MOST_DECISIONS = 200


def managed(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, SelectionRound]:
    user, programme, found = round_of(request, programme_slug, pk)
    require(can_manage(user, programme))
    return user, programme, found


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = managed(request, programme_slug, pk)
    compared = compare(shown)
    decisions = Decision.objects.visible_to(user).filter(meeting__programme=programme).for_list()
    form = DecideForm(
        sent(request),
        lines=rank_lines(compared, compared.sensitivity()),
        decisions=list(decisions.order_by("-meeting__number", "id")[:MOST_DECISIONS]),
        fingerprint=compared.fingerprint,
    )

    def save(values: dict[str, Any]) -> SelectionRound:
        return at_its_fields(form, lambda: services.decide_round(actor=user, selection_round=shown, **values))

    if request.method == "POST" and attempt(form, save) is not None:
        messages.success(request, _("The round is decided; the values are kept with the decision."))
        return redirect("selection_round", programme_slug=programme.slug, pk=shown.pk)
    return form_page(request, "clusters/selection/decide.html", form, **frame(user, shown, ""))


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = managed(request, programme_slug, pk)
    form = ReasonForm(sent(request), instance=shown, **scope(request, programme))
    lead = _("Nothing of it changes any more, until it is opened again.")
    page = form_frame(shown, _("Close this round?"), _("Close round"), lead=lead, danger=True)
    return save_or_show(
        request,
        form,
        lambda values: services.close_round(
            actor=user, selection_round=shown, version=form.version, **values
        ),
        page,
        done=_("The round is closed."),
    )


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = managed(request, programme_slug, pk)
    form = ReasonForm(sent(request), instance=shown, **scope(request, programme))
    lead = _("What was decided stays, and a new decision is kept beside it.")
    return save_or_show(
        request,
        form,
        lambda values: services.reopen_round(
            actor=user, selection_round=shown, version=form.version, **values
        ),
        form_frame(shown, _("Open this round again?"), _("Open it again"), lead=lead),
        done=_("The round is open again."),
    )
