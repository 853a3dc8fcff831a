"""Organisations and people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.base import LastDayForm
from clusters.forms.filters import OrganisationFilter
from clusters.forms.organisations import FirmForm, NewOrganisationForm, OrganisationForm, RoleForm
from clusters.models import Firm, Organisation, OrganisationRole, Programme
from clusters.permissions import (
    can_edit_cluster,
    can_edit_organisation,
    can_edit_programme,
    can_edit_somewhere,
    can_read_activities,
    can_read_history,
    can_read_people,
)
from clusters.queries import clusters_where, organisation_detail, programme_of
from clusters.rules import Can
from clusters.views.base import scope
from twinning.core.access import require
from twinning.core.form_pages import FormPage, Section, save_or_show
from twinning.core.lookups import named_like
from twinning.core.models import User
from twinning.core.pages import actor, page_of, sent, sorted_by, today, url, visible_or_404
from twinning.core.queries import history_of

_SECTION = Section("organisations", gettext_lazy("Organisations"))
_SORTS: dict[str, str | tuple[str, ...]] = {
    "name": "name",
    "kind": ("kind", "name"),
    "country": ("country", "name"),
}


@require_safe
def organisations(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    rows = Organisation.objects.visible_to(user).filter(programme=programme).for_list()
    filtered = OrganisationFilter(request.GET, rows, programme=programme, reader=user)
    context = {
        "place": "organisations",
        "filter": filtered,
        "page": page_of(request, sorted_by(request, filtered.qs, _SORTS, "name")),
        "may_add": can_edit_somewhere(user, programme),
    }
    return render(request, "clusters/organisations.html", context)


@require_safe
def organisation_names(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """What is called as was typed, for the field that looks an organisation up; ``?field=`` is its name."""
    programme = programme_of(request, programme_slug)
    typed = request.GET.get(request.GET.get("field", ""), "")
    rows = Organisation.objects.visible_to(actor(request)).filter(programme=programme)
    return render(request, "components/offers.html", {"found": named_like(rows, typed)})


@require_safe
def organisation(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    detail = organisation_detail(shown, today(), user, programme.slug)
    near = [line.role.cluster_id for line in detail.roles]
    context = {
        "place": "organisations",
        "organisation": shown,
        "detail": detail,
        "may_edit": can_edit_organisation(user, shown),
        "may_add_role": can_edit_somewhere(user, programme),
        "editable_roles": {r.role.pk for r in detail.roles if can_edit_cluster(user, r.role.cluster)},
        "may_read_people": can_read_people(user, programme),
        "may_read_activities": can_read_activities(user, programme),
        "changes": history_of(shown, 30, reader=user) if can_read_history(user, programme, *near) else None,
    }
    return render(request, "clusters/organisation.html", context)


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Organisation]:
    programme = programme_of(request, programme_slug)
    rows = Organisation.objects.filter(programme=programme)
    return actor(request), programme, visible_or_404(rows, request, pk=pk)


def _editable(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Organisation]:
    user, programme, found = _seen(request, programme_slug, pk)
    require(can_edit_organisation(user, found))
    return user, programme, found


def _page(programme: Programme, organisation: Organisation, heading: str, submit: str) -> FormPage:
    record = (str(organisation), url("organisation", programme, organisation.pk))
    return _SECTION.page(programme, heading, submit, record)


@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_edit_somewhere(user, programme))
    form = NewOrganisationForm(
        sent(request),
        clusters=clusters_where(user, programme, Can.EDIT),
        must_choose=not can_edit_programme(user, programme),
        **scope(request, programme),
    )
    return save_or_show(
        request,
        form,
        lambda values: services.create_organisation(actor=user, programme=programme, **values),
        _SECTION.page(programme, _("Add an organisation"), _("Add organisation")),
        done=_("The organisation was added."),
        then=lambda made: url("organisation", programme, made.pk),
    )


@require_http_methods(["GET", "POST"])
def organisation_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    form = OrganisationForm(sent(request), instance=found, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_organisation(
            actor=user, organisation=found, version=form.version, **values
        ),
        _page(programme, found, _("Edit the organisation"), _("Save organisation")),
        done=_("The organisation was saved."),
    )


@require_http_methods(["GET", "POST"])
def firm_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    if not found.is_firm:
        raise Http404
    profile = Firm.objects.filter(organisation=found).first()
    form = FirmForm(sent(request), instance=profile, organisation=found, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.save_firm(
            actor=user, organisation=found, version=form.version if profile else None, **values
        ),
        _page(programme, found, _("Firm profile of %(firm)s") % {"firm": found}, _("Save profile")),
        done=_("The firm profile was saved."),
    )


@require_http_methods(["GET", "POST"])
def role_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, found = _seen(request, programme_slug, pk)
    mine = clusters_where(user, programme, Can.EDIT)
    require(bool(mine))
    form = RoleForm(sent(request), clusters=mine, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.add_role(actor=user, organisation=found, **values),
        _page(programme, found, _("Add a role in a cluster"), _("Add role")),
        done=_("The role was added."),
    )


@require_http_methods(["GET", "POST"])
def role_end(request: HttpRequest, programme_slug: str, pk: int, role_pk: int) -> HttpResponse:
    user, programme, found = _seen(request, programme_slug, pk)
    role = visible_or_404(OrganisationRole.objects.filter(organisation=found), request, pk=role_pk)
    require(can_edit_cluster(user, role.cluster))
    form = LastDayForm(
        sent(request), instance=role, initial={"last_day": today()}, **scope(request, programme)
    )
    heading = _("End the role “%(role)s” in %(cluster)s?") % {
        "role": role.get_role_display(),
        "cluster": role.cluster,
    }
    return save_or_show(
        request,
        form,
        lambda values: services.end_role(actor=user, role=role, version=form.version, **values),
        _page(programme, found, heading, _("End role")),
        done=_("The role has ended; it stays in the record."),
    )
