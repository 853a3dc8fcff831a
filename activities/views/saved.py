"""Names for sets of filters, each user's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import services
from activities.filters import address_of
from activities.forms import SavedViewForm
from activities.models import SavedView
from activities.views.base import log_of
from twinning.core.pages import attempt, url, visible_or_404


@require_POST
def view_save(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """Keep the filters that the address names under a name, and open that view."""
    user, programme = log_of(request, programme_slug)
    query = address_of(QueryDict(request.POST.get("query", "")[:2000]))[:500]
    form = SavedViewForm(request.POST)
    view = attempt(
        form, lambda values: services.save_view(actor=user, programme=programme, query=query, **values)
    )
    if view is not None:
        messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect(f"{url('activities', programme)}?{query}")


@require_POST
def view_forget(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme = log_of(request, programme_slug)
    view = visible_or_404(SavedView.objects.filter(programme=programme), request, pk=pk)
    services.forget_view(actor=user, view=view)
    messages.success(request, _("The view “%(name)s” is forgotten.") % {"name": view.name})
    return redirect(url("activities", programme))
