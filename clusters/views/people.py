"""People the programme works with; seen only by those who may read people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.filters import PersonFilter
from clusters.forms.organisations import PersonForm
from clusters.models import CDAEngagement, OrganisationRole, Person, Programme
from clusters.permissions import can_edit_person, can_edit_somewhere, can_read_history, can_read_people
from clusters.queries import programme_where, span_text
from clusters.views.base import scope
from twinning.core.access import require
from twinning.core.form_pages import Section, save_or_show
from twinning.core.models import User
from twinning.core.pages import page_of, sent, sorted_by, url, visible_or_404
from twinning.core.queries import history_of

_SECTION = Section("people", gettext_lazy("People"))
_SORTS: dict[str, str | tuple[str, ...]] = {"name": "name", "organisation": ("organisation__name", "name")}


def _reading(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    return programme_where(request, programme_slug, can_read_people)


@require_safe
def people(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _reading(request, programme_slug)
    rows = Person.objects.visible_to(user).filter(programme=programme).for_list()
    filtered = PersonFilter(request.GET, rows, programme=programme, reader=user)
    context = {
        "place": "people",
        "filter": filtered,
        "page": page_of(request, sorted_by(request, filtered.qs, _SORTS, "name")),
        "may_add": can_edit_somewhere(user, programme),
    }
    return render(request, "clusters/people.html", context)


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Person]:
    user, programme = _reading(request, programme_slug)
    rows = Person.objects.filter(programme=programme).for_list()
    return user, programme, visible_or_404(rows, request, pk=pk)


@require_safe
def person(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    posts = CDAEngagement.objects.visible_to(user).filter(person=shown).for_list()[:50]
    near = [post.cluster_id for post in posts]
    near += OrganisationRole.objects.filter(organisation=shown.organisation_id).values_list(
        "cluster", flat=True
    )
    context = {
        "place": "people",
        "person": shown,
        "posts": [(post, span_text(post.valid_from, post.valid_to)) for post in posts],
        "may_edit": can_edit_person(user, shown),
        "changes": history_of(shown, 30, reader=user) if can_read_history(user, programme, *near) else None,
    }
    return render(request, "clusters/person.html", context)


@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _reading(request, programme_slug)
    require(can_edit_somewhere(user, programme))
    form = PersonForm(sent(request), **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.create_person(actor=user, programme=programme, **values),
        _SECTION.page(programme, _("Add a person"), _("Add person")),
        done=_("The person was added."),
        then=lambda made: url("person", programme, made.pk),
    )


@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_edit_person(user, shown))
    form = PersonForm(sent(request), instance=shown, **scope(request, programme))
    record = (shown.name, url("person", programme, shown.pk))
    return save_or_show(
        request,
        form,
        lambda values: services.update_person(actor=user, person=shown, version=form.version, **values),
        _SECTION.page(programme, _("Edit the person"), _("Save person"), record),
        done=_("The person was saved."),
    )
