"""Where a person arrives, and the programme as a whole."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.programmes import ComponentForm, NewProgrammeForm, PartnerForm, PlaceForm, ProgrammeForm
from clusters.models import Component, Programme
from clusters.models.membership import grants_of
from clusters.permissions import (
    can_edit_programme,
    can_manage,
    can_open_programme,
    can_read_activities,
    can_read_history,
)
from clusters.queries import jobs_under_way, overview_of, programme_of, programmes_of
from clusters.rules import Can
from clusters.views.base import scope
from twinning.core.access import require
from twinning.core.form_pages import FormPage, save_or_show
from twinning.core.pages import actor, sent, today, url, visible_or_404
from twinning.core.queries import history_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    lines, may_open = programmes_of(user), can_open_programme(user)
    if len(lines) == 1 and not may_open:
        return redirect("programme", programme_slug=lines[0].programme.slug)
    reads_results = bool(grants_of(user).in_programmes(Can.READ_RESULTS))
    context = {"lines": lines, "may_open": may_open, "jobs": jobs_under_way(user)}
    context |= {"reads_results": reads_results}
    return render(request, "clusters/home.html", context)


@require_http_methods(["GET", "POST"])
def programme_new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(can_open_programme(user))
    form = NewProgrammeForm(sent(request), initial={"currency": "EUR"})
    page = FormPage(_("Open a programme"), _("Open programme"), "/", "", lead=_("You become its manager."))
    return save_or_show(
        request,
        form,
        lambda values: services.open_programme(actor=user, **values),
        page,
        done=_("The programme is open."),
        then=lambda programme: url("programme", programme),
    )


@require_safe
def programme(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, shown = actor(request), programme_of(request, programme_slug)
    may_manage = can_manage(user, shown)
    context = {
        "place": "overview",
        "day": today(),
        "overview": overview_of(shown, today(), user),
        "jobs": jobs_under_way(user),
        "may_manage": may_manage,
        "may_read_activities": can_read_activities(user, shown),
        "may_edit": can_edit_programme(user, shown),
        "changes": history_of(shown, 20, reader=user) if can_read_history(user, shown) else None,
    }
    return render(request, "clusters/programme.html", context)


def _managed(request: HttpRequest, programme_slug: str) -> Programme:
    found = programme_of(request, programme_slug)
    require(can_manage(actor(request), found))
    return found


def _page(programme: Programme, heading: str, submit: str, lead: str = "") -> FormPage:
    return FormPage(heading, submit, url("programme", programme), "overview", lead=lead)


@require_http_methods(["GET", "POST"])
def programme_edit(request: HttpRequest, programme_slug: str) -> HttpResponse:
    shown = _managed(request, programme_slug)
    form = ProgrammeForm(sent(request), instance=shown, **scope(request, shown))
    return save_or_show(
        request,
        form,
        lambda values: services.update_programme(
            actor=actor(request), programme=shown, version=form.version, **values
        ),
        _page(shown, _("Edit the programme"), _("Save programme")),
        done=_("The programme was saved."),
    )


@require_http_methods(["GET", "POST"])
def partner_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    shown = _managed(request, programme_slug)
    form = PartnerForm(sent(request), **scope(request, shown))
    return save_or_show(
        request,
        form,
        lambda values: services.add_programme_organisation(actor=actor(request), programme=shown, **values),
        _page(shown, _("Who funds, counterparts or executes it"), _("Add to the programme")),
        done=_("The organisation was added to the programme."),
    )


@require_http_methods(["GET", "POST"])
def component_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    shown = _managed(request, programme_slug)
    form = ComponentForm(sent(request), **scope(request, shown))
    return save_or_show(
        request,
        form,
        lambda values: services.add_component(actor=actor(request), programme=shown, **values),
        _page(shown, _("Add a component"), _("Add component")),
        done=_("The component was added."),
    )


def _component(request: HttpRequest, programme_slug: str, pk: int) -> tuple[Programme, Component]:
    shown = _managed(request, programme_slug)
    return shown, visible_or_404(Component.objects.filter(programme=shown), request, pk=pk)


@require_http_methods(["GET", "POST"])
def component_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    shown, component = _component(request, programme_slug, pk)
    form = ComponentForm(sent(request), instance=component, **scope(request, shown))
    return save_or_show(
        request,
        form,
        lambda values: services.update_component(
            actor=actor(request), component=component, version=form.version, **values
        ),
        _page(shown, _("Edit the component"), _("Save component")),
        done=_("The component was saved."),
    )


@require_http_methods(["GET", "POST"])
def component_place(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    shown, component = _component(request, programme_slug, pk)
    form = PlaceForm(sent(request), **scope(request, shown))
    heading = _("Put a cluster into %(component)s") % {"component": component.title}
    lead = _("If it is in there already, how and since when it takes part is changed.")
    return save_or_show(
        request,
        form,
        lambda values: services.place_cluster(actor=actor(request), component=component, **values),
        _page(shown, heading, _("Save place"), lead),
        done=_("The cluster has its place in the component."),
    )
