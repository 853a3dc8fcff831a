"""The list of activities, and the quick line above it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import services
from activities.filters import LogFilter, address_of, filters_of
from activities.forms import QuickForm, SavedViewForm
from activities.models import Activity, SavedView
from activities.permissions import can_import_somewhere, can_log_in, can_log_somewhere
from activities.queries import doubtful_of, reading_view
from activities.views.base import log_of
from activities.views.listing import listing_of
from clusters.models import Programme
from twinning.core import periods
from twinning.core.access import require
from twinning.core.models import User
from twinning.core.pages import attempt, url, with_link
from twinning.core.periods import Context


@require_http_methods(["GET", "HEAD", "POST"])
def activities(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = log_of(request, programme_slug)
    if request.method == "POST":
        return _quick(request, user, programme)
    return render(request, "activities/log.html", log_context(request, user, programme))


def log_context(
    request: HttpRequest, user: User, programme: Programme, quick: QuickForm | None = None
) -> dict[str, Any]:
    chosen = LogFilter(request, programme, user)
    may_log = can_log_somewhere(user, programme)
    if may_log and quick is None:
        quick = QuickForm(
            user=user, programme=programme, initial=_as_last_time(request, user, programme, chosen)
        )
    return {
        "place": "activities",
        "filter": chosen,
        "cluster": chosen.of_cluster,
        "listing": listing_of(request, chosen, programme, user),
        "views": SavedView.objects.visible_to(user).filter(programme=programme)[:50],
        "view_form": SavedViewForm(),
        "address": address_of(chosen.query),
        "plain_address": filters_of(chosen.query),
        "may_log": may_log,
        "may_import": can_import_somewhere(user, programme),
        "quick": quick if may_log else None,
        "doubtful": may_log and doubtful_of(user, programme).exists(),
    }


def _as_last_time(
    request: HttpRequest, user: User, programme: Programme, chosen: LogFilter
) -> dict[str, Any]:
    """Clusters and type of the one logged before; or the cluster that the list shows, or the only one."""
    last = dict(request.session.get(f"quick:{programme.pk}", {}))
    if chosen.of_cluster:
        return last | {"cluster": chosen.of_cluster.pk}
    if last:
        return last
    own = [cluster for cluster in chosen.clusters if can_log_in(user, [cluster])]
    return {"cluster": own[0].pk} if len(own) == 1 else {}


def _quick(request: HttpRequest, user: User, programme: Programme) -> HttpResponse:
    """Log what the line above the list says, and come back to the same list."""
    require(can_log_somewhere(user, programme))
    form = QuickForm(request.POST, user=user, programme=programme)
    logged = attempt(form, lambda values: services.log_activity(actor=user, programme=programme, **values))
    if logged is None:
        context = log_context(request, user, programme, form)
        return render(request, "activities/log.html", context | {"form": form}, status=422)
    first = form.cleaned_data["clusters"][0]
    request.session[f"quick:{programme.pk}"] = {"cluster": first.pk, "kind": logged.kind}
    tell_logged(request, programme, logged)
    address = address_of(request.GET)
    # The browser puts the focus into the field that the fragment names: ready for the next one.
    return redirect(f"{url('activities', programme)}{'?' if address else ''}{address}#quick_title")


def tell_logged(request: HttpRequest, programme: Programme, activity: Activity) -> None:
    address = url("activity", programme, activity.pk)
    messages.success(request, with_link(_("Logged:"), address, activity.title))
    if activity.period_doubtful:
        words = _("Its period can be read in more than one way.")
        decide = url("activity_period", programme, activity.pk)
        messages.warning(request, with_link(words, decide, _("Say which one is meant")))


@require_safe
def activity_reading(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """How a period is read, for the form in which it is being typed."""
    log_of(request, programme_slug)
    text = request.GET.get("period_text", "").strip()[:500]
    title = request.GET.get("title", "")[:500]
    reading = periods.read(text, Context(title=title))
    context = {"text": text, "view": reading_view(reading, periods.check_entry(reading))}
    return render(request, "activities/_reading.html", context)
