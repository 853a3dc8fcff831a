"""Twinnings: who is paired with whom, and how it went."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.twinnings import MoveForm, NewTwinningForm, TwinningForm
from clusters.models import Programme, Twinning
from clusters.permissions import can_edit_programme, can_read_history
from clusters.queries import programme_of, twinning_detail, twinning_lines, twinning_word
from clusters.views.base import scope
from twinning.core.access import require
from twinning.core.form_pages import FormPage, Section, save_or_show
from twinning.core.models import User
from twinning.core.pages import actor, page_of, sent, sorted_by, today, url, visible_or_404
from twinning.core.queries import history_of

_SECTION = Section("twinnings", gettext_lazy("Twinnings"))
_SORTS: dict[str, str | tuple[str, ...]] = {
    "emerging": ("emerging__name", "advanced__name"),
    "advanced": ("advanced__name", "emerging__name"),
    "status": "status",
    "step": "step",
}


@require_safe
def twinnings(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    rows = Twinning.objects.visible_to(user).filter(programme=programme).for_list().with_agent_on(today())
    page = page_of(request, sorted_by(request, rows, _SORTS, "emerging"))
    context = {
        "place": "twinnings",
        "page": page,
        "lines": twinning_lines(page.object_list),
        "may_add": can_edit_programme(user, programme),
    }
    return render(request, "clusters/twinnings.html", context)


def _seen(request: HttpRequest, programme_slug: str, twinning_slug: str) -> tuple[User, Programme, Twinning]:
    programme = programme_of(request, programme_slug)
    rows = Twinning.objects.filter(programme=programme).for_list().with_agent_on(today())
    return actor(request), programme, visible_or_404(rows, request, slug=twinning_slug)


@require_safe
def twinning(request: HttpRequest, programme_slug: str, twinning_slug: str) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, twinning_slug)
    may_read_history = can_read_history(user, programme, shown.emerging_id, shown.advanced_id)
    context = {
        "place": "twinnings",
        "twinning": shown,
        "detail": twinning_detail(shown, today(), user, programme.slug),
        "may_edit": can_edit_programme(user, programme),
        "changes": history_of(shown, 30, reader=user) if may_read_history else None,
    }
    return render(request, "clusters/twinning.html", context)


@require_http_methods(["GET", "POST"])
def twinning_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_edit_programme(user, programme))
    form = NewTwinningForm(sent(request), **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.propose_twinning(actor=user, programme=programme, **values),
        _SECTION.page(programme, _("Propose a twinning"), _("Propose twinning")),
        done=_("The twinning was proposed; it begins with scouting."),
        then=lambda made: url("twinning", programme, made.slug),
    )


def _page(programme: Programme, twinning: Twinning, heading: str, submit: str, lead: str = "") -> FormPage:
    record = (str(twinning), url("twinning", programme, twinning.slug))
    return _SECTION.page(programme, heading, submit, record, lead=lead)


@require_http_methods(["GET", "POST"])
def twinning_edit(request: HttpRequest, programme_slug: str, twinning_slug: str) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, twinning_slug)
    require(can_edit_programme(user, programme))
    form = TwinningForm(sent(request), instance=shown, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_twinning(actor=user, twinning=shown, version=form.version, **values),
        _page(programme, shown, _("Edit the twinning"), _("Save twinning")),
        done=_("The twinning was saved."),
    )


@require_http_methods(["GET", "POST"])
def twinning_move(request: HttpRequest, programme_slug: str, twinning_slug: str) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, twinning_slug)
    require(can_edit_programme(user, programme))
    form = MoveForm(sent(request), instance=shown, **scope(request, programme))
    lead = _("It is %(status)s now. Its story keeps every turn.") % {
        "status": twinning_word(shown.status).text
    }
    return save_or_show(
        request,
        form,
        lambda values: services.move_twinning(actor=user, twinning=shown, version=form.version, **values),
        _page(programme, shown, _("What did it become?"), _("Save the turn"), lead),
        done=_("The twinning took its turn."),
    )
