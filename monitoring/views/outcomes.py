"""Outcomes that no activity shows, and their verification."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Organisation, Programme
from clusters.permissions import can_read_history
from clusters.queries import programme_of
from monitoring import services
from monitoring.forms.results import NeededReasonForm
from monitoring.forms.values import OutcomeFilter, OutcomeForm, OutcomeParties, VerifyForm, parties_in
from monitoring.models import Outcome
from monitoring.permissions import can_measure, can_measure_somewhere, can_read_outcomes, can_verify
from monitoring.views.base import RESULTS, frame, scope
from twinning.core.access import require
from twinning.core.form_pages import FormPage, save_or_show
from twinning.core.models import User
from twinning.core.pages import actor, attempt, form_page, page_of, sent, sorted_by, url, visible_or_404
from twinning.core.queries import edtf_text, history_of

_SORTS: dict[str, str | tuple[str, ...]] = {
    "title": "title",
    "kind": ("kind", "title"),
    "when": "happened_last",
}


@require_safe
def outcomes(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme = programme_of(request, programme_slug)
    user = actor(request)
    require(can_read_outcomes(user, programme))
    asked = OutcomeFilter(request.GET, programme=programme)
    chosen = asked.chosen
    rows = Outcome.objects.visible_to(user).filter(programme=programme).for_list()
    rows = rows.filter(**{name: chosen[name] for name in ("kind", "cluster") if chosen.get(name)})
    if chosen.get("verified"):
        rows = rows.filter(verified_at__isnull=chosen["verified"] == "no")
    page = page_of(request, sorted_by(request, rows, _SORTS, "-when"))
    context = frame(user, programme, "outcomes") | {
        "filter": asked,
        "filtered": any(chosen.values()),
        "page": page,
        "lines": [(row, edtf_text(row.happened)) for row in page],
    }
    return render(request, "monitoring/results/outcomes.html", context)


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Outcome]:
    programme = programme_of(request, programme_slug)
    rows = Outcome.objects.filter(programme=programme).select_related(
        "programme",
        "cluster",
        "twinning__emerging",
        "twinning__advanced",
        "activity",
        "author",
        "verified_by",
    )
    return actor(request), programme, visible_or_404(rows, request, pk=pk)


@require_safe
def outcome(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    near = [shown.cluster_id] if shown.cluster_id else []
    seen = Organisation.objects.visible_to(user).values("pk")
    may_read = can_read_history(user, programme, *near)
    context = frame(user, programme, "outcomes") | {
        "outcome": shown,
        "when": edtf_text(shown.happened),
        "parties": shown.parties.filter(organisation__in=seen).select_related("organisation"),
        "may_edit": can_measure(user, programme, shown.cluster),
        "may_verify": can_verify(user, shown) and shown.verified_at is None,
        "changes": history_of(shown, 20, reader=user) if may_read else None,
        "cluster": shown.cluster,
    }
    return render(request, "monitoring/results/outcome.html", context)


def _page(programme: Programme, heading: str, submit: str, *crumbs: Any, **words: Any) -> FormPage:
    return RESULTS.page(
        programme, heading, submit, (_("Outcomes"), url("outcomes", programme)), *crumbs, **words
    )


@require_http_methods(["GET", "POST"])
def outcome_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme, user = programme_of(request, programme_slug), actor(request)
    require(can_measure_somewhere(user, programme))
    form = OutcomeForm(sent(request), **scope(request, programme))
    parties = OutcomeParties(sent(request), prefix="parties", form_kwargs=scope(request, programme))
    made = None
    if request.method == "POST" and parties.is_valid():
        made = attempt(
            form,
            lambda values: services.record_outcome(
                actor=user, programme=programme, parties=parties_in(parties), **values
            ),
        )
    if made is not None:
        messages.success(
            request, _("The outcome was recorded. It counts once somebody else has verified it.")
        )
        return redirect("outcome", programme.slug, made.pk)
    page = _page(programme, _("Record an outcome"), _("Record outcome"))
    template = "monitoring/results/outcome_form.html"
    return form_page(request, template, form, page=page, place="results", parties=parties)


@require_http_methods(["GET", "POST"])
def outcome_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_measure(user, programme, shown.cluster))
    form = OutcomeForm(sent(request), instance=shown, **scope(request, programme))
    there = [
        {"organisation": party.organisation, "role": party.role}
        for party in shown.parties.select_related("organisation")
    ]
    parties = OutcomeParties(
        sent(request), prefix="parties", initial=there, form_kwargs=scope(request, programme)
    )
    saved = None
    if request.method == "POST" and parties.is_valid():
        saved = attempt(form, lambda values: _update(user, shown, form, parties, values))
    if saved is not None:
        messages.success(request, _("The outcome was saved."))
        return redirect("outcome", programme.slug, saved.pk)
    page = _page(
        programme, _("Edit the outcome"), _("Save outcome"), (shown.title, url("outcome", programme, pk))
    )
    template = "monitoring/results/outcome_form.html"
    return form_page(request, template, form, page=page, place="results", parties=parties)


def _update(user: User, shown: Outcome, form: OutcomeForm, parties: Any, values: dict[str, Any]) -> Outcome:
    chosen = parties_in(parties)
    return services.update_outcome(actor=user, outcome=shown, version=form.version, parties=chosen, **values)


@require_http_methods(["GET", "POST"])
def outcome_verify(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_verify(user, shown))
    form = VerifyForm(sent(request), instance=shown, **scope(request, programme))
    crumb = (shown.title, url("outcome", programme, pk))
    return save_or_show(
        request,
        form,
        lambda values: services.verify_outcome(actor=user, outcome=shown, version=form.version, **values),
        _page(programme, _("Verify this outcome"), _("Verify it"), crumb, about=shown.title),
        done=_("The outcome is verified and counts from now on."),
    )


@require_http_methods(["GET", "POST"])
def outcome_remove(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_measure(user, programme, shown.cluster))
    form = NeededReasonForm(sent(request), instance=shown, **scope(request, programme))
    words = _("It counts no more. Its history stays.")
    return save_or_show(
        request,
        form,
        lambda values: services.remove_outcome(actor=user, outcome=shown, version=form.version, **values),
        _page(
            programme, _("Remove this outcome?"), _("Remove it"), about=shown.title, words=words, danger=True
        ),
        done=_("The outcome was removed."),
    )
